"""Figures of 决算公开表 01–09, as finance systems print them: found by labels and heads, in 万元, held against each other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.account_lines import AccountLine, account_lines
from xl_jixiao.arrive.account_sums import HEAD_ROWS, WrongSum, each_once, line_columns, wrong_sums
from xl_jixiao.arrive.blocks import Unread
from xl_jixiao.arrive.grid import Grid, GridCell
from xl_jixiao.arrive.labels import UNITS, field_of, pairs
from xl_jixiao.finding import Place
from xl_jixiao.formula import defined_name
from xl_jixiao.number import half_up, plain

_TITLES = (
    ("07", re.compile("三公.{0,3}经费")),
    ("08", re.compile("政府性基金")),
    ("09", re.compile("国有资本")),
    ("06", re.compile("基本支出决算(?:明细)?表")),
    ("05", re.compile("一般公共预算财政拨款支出决算表")),
    ("04", re.compile("财政拨款收入支出决算总表")),
    ("01", re.compile("收入支出决算总表")),
    ("02", re.compile("收入决算表")),
    ("03", re.compile("支出决算表")),
)
_YUAN = Decimal(10000)
_UNIT = re.compile("单位[:：]?(万元|元)")

_INCOME = {
    "一般公共预算财政拨款收入": "一般公共预算财政拨款收入",
    "政府性基金预算财政拨款收入": "政府性基金财政拨款收入",
    "国有资本经营预算财政拨款收入": "国有资本经营财政拨款收入",
    "上级补助收入": "上级补助收入",
    "事业收入": "事业收入",
    "经营收入": "经营收入",
    "附属单位上缴收入": "附属单位上缴收入",
    "其他收入": "其他收入",
}

_BY_LABEL: Mapping[str, Mapping[str, str]] = {
    "01": {
        **_INCOME,
        "本年收入合计": "本年收入合计",
        "本年支出合计": "本年支出合计",
        "年初结转和结余": "年初结转和结余",
        "年末结转和结余": "年末结转和结余",
    },
    "04": {
        "一般公共预算财政拨款": "一般公共预算财政拨款收入",
        "政府性基金预算财政拨款": "政府性基金财政拨款收入",
        "年初财政拨款结转和结余": "财政拨款年初结转和结余",
        "年末财政拨款结转和结余": "财政拨款年末结转和结余",
        "本年收入合计": "财政拨款收入",
        "本年支出合计": "财政拨款本年支出",
        "总计": "财政拨款收支总计",
    },
    "06": {
        "人员经费合计": "人员经费",
        "公用经费合计": "公用经费",
        "工资福利支出": "工资福利支出",
        "商品和服务支出": "商品和服务支出",
        "对个人和家庭的补助": "对个人和家庭的补助支出",
        "对个人和家庭的补助支出": "对个人和家庭的补助支出",
        "资本性支出": "资本性支出",
    },
}
"""Where the label of a row says what the number beside it is."""

_BY_HEAD: Mapping[str, Mapping[str, str]] = {
    "02": {"本年收入合计": "收入表合计", "财政拨款收入": "财政拨款收入", **_INCOME},
    "03": {"本年支出合计": "支出表合计", "基本支出": "基本支出", "项目支出": "项目支出"},
    "05": {
        "合计": "财政拨款支出",
        "小计": "财政拨款支出",
        "本年支出合计": "财政拨款支出",
        "基本支出": "财政拨款基本支出",
        "项目支出": "财政拨款项目支出",
    },
    "08": {"本年收入": "政府性基金收入", "本年支出": "政府性基金支出"},
}
"""Where the head of a column does, in the row of the total."""

_THREE = {
    "合计": "三公经费",
    "因公出国境费": "因公出国（境）费",
    "公务用车购置及运行费": "公务用车购置及运行维护费",
    "公务用车购置及运行维护费": "公务用车购置及运行维护费",
    "公务用车购置费": "公务用车购置费",
    "公务用车运行费": "公务用车运行维护费",
    "公务用车运行维护费": "公务用车运行维护费",
    "公务接待费": "公务接待费",
}

_NAMES: Mapping[str, tuple[str, ...]] = {
    "本年收入合计": ("本年收入合计", "本年收入", "收入合计", "总收入"),
    "年初结转和结余": ("年初结转和结余", "上年结转", "上年结转和结余"),
    "年末结转和结余": ("年末结转和结余", "结转结余总额", "年末结转", "年末结转结余"),
    "本年支出合计": ("本年支出合计", "预算完成数", "总支出", "支出合计", "支出决算数"),
    "公用经费": ("公用经费", "公用经费总额", "公用经费支出数", "公用经费支出", "公用经费实际支出数"),
    "财政拨款支出": ("财政拨款支出", "一般公共预算财政拨款支出"),
    "政府性基金支出": ("政府性基金支出", "政府性基金财政拨款支出"),
    "财政拨款年初结转和结余": ("财政拨款年初结转和结余", "财政拨款年初结转"),
    "财政拨款年末结转和结余": ("财政拨款年末结转和结余", "财政拨款年末结转"),
    "三公经费决算": ("“三公经费”实际支出数", "三公经费决算合计", "“三公经费”支出数", "部门决算三公经费决算数"),
    "公务用车购置及运行维护费决算": ("公务用车购置及运行维护费决算", "公务用车购置及运行维护费", "公务用车购置及运行费"),
    "三公经费预算": ("本年度“三公经费”总额", "三公经费预算"),
    "因公出国（境）费决算": ("因公出国（境）费决算", "因公出国（境）费"),
    "公务接待费决算": ("公务接待费决算", "公务接待费"),
    "公务用车购置费决算": ("公务用车购置费决算", "公务用车购置费"),
    "公务用车运行维护费决算": ("公务用车运行维护费决算", "公务用车运行维护费"),
}
"""What inputs of forms call a figure, where not by its own name."""

IDENTITIES = (
    ("01表本年收入合计与02表合计", ("本年收入合计",), ("收入表合计",)),
    ("01表本年支出合计与03表合计", ("本年支出合计",), ("支出表合计",)),
    ("03表基本支出、项目支出与合计", ("基本支出", "项目支出"), ("支出表合计",)),
    ("05表基本支出、项目支出与合计", ("财政拨款基本支出", "财政拨款项目支出"), ("财政拨款支出",)),
    ("05表基本支出与06表人员经费、公用经费", ("财政拨款基本支出",), ("人员经费", "公用经费")),
    *(
        (
            f"07表“三公”经费{what}合计",
            (f"三公经费{what}",),
            tuple(f"{name}{what}" for name in dict.fromkeys(_THREE.values()) if name not in ("三公经费", "公务用车购置及运行维护费")),
        )
        for what in ("预算", "决算")
    ),
)
_ROUNDING = Decimal("0.01")


@dataclass(frozen=True)
class Imported:
    """A figure of the tables: its name, in 万元, and where it stands."""

    name: str
    value: Decimal
    place: Place

    @property
    def inputs(self) -> frozenset[str]:
        """The defined names inputs of forms have for it."""
        return frozenset(map(defined_name, _NAMES.get(self.name, (self.name,))))


def figures(grids: Iterable[Grid]) -> Mapping[str, Imported]:
    """Every figure found, by name; the first of two of one name."""
    found: dict[str, Imported] = {}
    for grid in grids:
        kind = _kind(grid)
        for one in _figures(grid, kind) if kind else ():
            found.setdefault(one.name, one)
    return found


def disagreements(found: Mapping[str, Imported]) -> Iterator[WrongSum]:
    """Identities between the tables that don't hold, beyond 0.01 of rounding; of those whose figures were all found."""
    for name, left, right in IDENTITIES:
        if all(one in found for one in (*left, *right)):
            sums = [sum((found[one].value for one in side), Decimal(0)) for side in (left, right)]
            if abs(sums[0] - sums[1]) > _ROUNDING:
                said = f"{name}不符：{plain(sums[0])}与{plain(sums[1])}，相差{plain(abs(sums[0] - sums[1]))}万元；请核对原表"
                parts = tuple(found[one].place for one in (*left[1:], *right))
                yield WrongSum(found[left[0]].place, said, plain(sums[0]), plain(sums[1]), parts)


@dataclass(frozen=True)
class Accounts:
    """The 决算公开表 of a file: whose, of which year, which tables, their figures, and sums in them that are wrong."""

    unit: str
    year: int
    titles: tuple[str, ...]
    figures: Mapping[str, Imported]
    wrong: tuple[WrongSum, ...]
    grids: tuple[Grid, ...]

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What stands among the figures and is none."""
        return tuple(one for one in self.lines() if isinstance(one, Unread))

    def lines(self) -> Iterator[AccountLine | Unread]:
        """Every figure of the tables as it stands, and what among them is none."""
        for grid in self.grids:
            yield from account_lines(grid, _kind(grid), _data_rows(grid), _scale(grid))


def accounts_in(grids: Iterable[Grid]) -> Accounts | None:
    """What the 决算公开表 among these grids say; None where none of them is one."""
    read = [(grid, kind) for grid in grids if (kind := _kind(grid)) and any(_figures(grid, kind))]
    if not read:
        return None
    found = figures(grid for grid, _ in read)
    unit = next((name for grid, _ in read if (name := _unit(grid))), "")
    year = next((year for grid, _ in read if (year := _year(grid))), 0)
    sums = [one for grid, kind in read for one in wrong_sums(grid, kind, _data_rows(grid))]
    titles = tuple(dict.fromkeys(kind for _, kind in read))
    return Accounts(unit, year, titles, found, tuple(each_once((*sums, *disagreements(found)))), tuple(grid for grid, _ in read))


def _first_texts(grid: Grid) -> Iterator[str]:
    yield from grid.lead
    for row in list(grid.rows)[:HEAD_ROWS]:
        yield from (cell.text for cell in grid.owned(row))


_NO_NAME = re.compile(rf".*:.*|20\d\d年度?|{'|'.join(UNITS)}")


def _unit(grid: Grid) -> str:
    """The unit a table names: 公开部门：某局, in one cell or two."""
    said = [pair for text in _first_texts(grid) for pair in pairs(text)]
    for row in list(grid.rows)[:HEAD_ROWS]:
        texts = [cell.text for cell in grid.owned(row) if cell.text and cell.number is None]
        said += [(label.rstrip(":："), value) for label, value in zip(texts, texts[1:], strict=False) if label.endswith((":", "："))]
    named = ((value, field_of(f"{label}：")) for label, value in said if value and not _NO_NAME.fullmatch(heads.word(value)))
    return next((heads.squeezed(value) for value, name in named if name and name[0] == heads.UNIT_FIELD), "")


def _year(grid: Grid) -> int:
    found = next((year for text in _first_texts(grid) if (year := heads.YEAR_IN_TEXT.search(text))), None)
    return int(found[1]) if found else 0


def _bare(text: str) -> str:
    return re.sub(
        r"^(?:[一二三四五六七八九十]+、|其中[:：]|\d+[.．、])", "", defined_name(re.sub(r"\s|[“”\"'‘’（）()]", "", text)).lstrip("_")
    )


def known_inputs() -> frozenset[str]:
    """The defined names of all inputs the tables can have a figure for."""
    sums = (f"{name}{what}" for name in _THREE.values() for what in ("预算", "决算"))
    names = {*(name for one in (*_BY_LABEL.values(), *_BY_HEAD.values()) for name in one.values()), *sums}
    return frozenset(defined_name(alias) for name in names for alias in _NAMES.get(name, (name,)))


def _data_rows(grid: Grid) -> list[int]:
    """The rows of figures and heads: one that numbers the columns (1, 2, 3 …) is none."""
    return [row for row in grid.rows if not _numbers_columns(grid, row)]


def _numbers_columns(grid: Grid, row: int) -> bool:
    numbers = [cell.number for cell in grid.owned(row) if cell.number is not None]
    return (
        len(numbers) > 1
        and all(after == before + 1 for before, after in zip(numbers, numbers[1:], strict=False))
        and numbers[0] < HEAD_ROWS
    )


def _kind(grid: Grid) -> str:
    """Which of the tables a grid is: by the title in its first rows, or above it."""
    first = [cell.text for row in list(grid.rows)[:4] for cell in grid.owned(row)]
    for text in (*first, *grid.lead, grid.name):
        said = re.sub(r"\s|[“”\"']", "", text)
        for number, title in _TITLES:
            if len(said) < 60 and title.search(said):
                return number
    return ""


def _scale(grid: Grid) -> Decimal:
    """By how much its numbers are divided to be 万元."""
    texts = [cell.text for row in list(grid.rows)[:HEAD_ROWS] for cell in grid.owned(row)]
    for text in (*texts, *grid.lead):
        if found := _UNIT.search(re.sub(r"\s", "", text).replace("金额", "")):
            return Decimal(1) if found[1] == "万元" else _YUAN
    return Decimal(1)


def _figures(grid: Grid, kind: str) -> Iterator[Imported]:
    scale = _scale(grid)

    def imported(name: str, cell: GridCell) -> Imported:
        assert cell.number is not None
        return Imported(name, half_up(cell.number / scale, 2) if scale != 1 else cell.number, grid.place(cell))

    if kind in _BY_LABEL:
        for label, cell in _beside(grid):
            if name := _BY_LABEL[kind].get(label):
                yield imported(name, cell)
    if kind in _BY_HEAD:
        for head, cell in _of_total(grid):
            if name := _BY_HEAD[kind].get(head):
                yield imported(name, cell)
    if kind == "07":
        for name, cell in _three(grid):
            yield imported(name, cell)


def _beside(grid: Grid) -> Iterator[tuple[str, GridCell]]:
    """Each label with the first number to its right, up to the next label; a line's number (行次) is none."""
    lines = line_columns(grid)
    for row in grid.rows:
        label = ""
        for cell in grid.owned(row):
            if cell.number is None and cell.text:
                label = _bare(cell.text)
            elif cell.number is not None and label and cell.column not in lines:
                yield label, cell
                label = ""


def _of_total(grid: Grid) -> Iterator[tuple[str, GridCell]]:
    """The row of the total, each number with the heads above it."""
    rows = _data_rows(grid)
    for row in rows:
        cells = list(grid.owned(row))
        numbers = [cell for cell in cells if cell.number is not None]
        words = [cell for cell in cells if cell.number is None and cell.text and numbers and cell.column < numbers[0].column]
        if words and _bare(words[-1].text) == "合计":
            for cell in numbers:
                for head in dict.fromkeys(
                    _bare(grid.at(above, cell.column).text) for above in reversed([one for one in rows if one < row])
                ):
                    yield head, cell
            return


def _three(grid: Grid) -> Iterator[tuple[str, GridCell]]:
    """“三公”经费: columns under 预算数 and 决算数, or rows with both beside them."""
    whats: dict[int, str] = {}
    names: dict[int, str] = {}
    for row in _data_rows(grid):
        label = next((_THREE[said] for one in grid.owned(row) if one.number is None and (said := _bare(one.text)) in _THREE), "")
        for cell in grid.owned(row):
            what, name = whats.get(cell.column, ""), names.get(cell.column, label)
            if cell.number is not None and what and name:
                yield f"{name}{what}", cell
        for cell in grid.rows[row]:
            said = _bare(cell.text)
            what = next((word for word in ("预算", "决算") if said.startswith(word) or said.endswith(f"{word}数")), "")
            for column in range(cell.column, cell.right + 1):
                if what:
                    whats.setdefault(column, what)
                if said in _THREE:
                    names[column] = _THREE[said]
