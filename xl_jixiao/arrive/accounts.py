"""Figures of 决算公开表 01–09, as finance systems print them: found by labels and heads, in 万元, held against each other."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

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
    ("10", re.compile("机构运行信息表")),
    ("07", re.compile("三公.{0,3}经费")),
    ("08", re.compile("政府性基金")),
    ("09", re.compile("国有资本")),
    ("06", re.compile("基本支出决算(?:明细)?表")),
    ("05", re.compile("一般公共预算财政拨款支出决算表")),
    ("04", re.compile("财政拨款收入支出决算总表")),
    ("01", re.compile("(?<!款)收入支出决算总表")),
    ("02", re.compile("(?<!款)收入决算表")),
    ("03", re.compile("(?<![款入])支出决算表")),
)
"""What the tables are called. 财政拨款支出决算表 and 一般公共预算财政拨款收入支出决算表 are none of them: their columns mean something else."""

_UNITS: Mapping[str, Decimal] = {
    "亿元": Decimal("0.0001"),
    "万元": Decimal(1),
    "千元": Decimal(10),
    "百元": Decimal(100),
    "元": Decimal(10000),
}
"""How many of a unit are 万元."""

_UNIT = re.compile(f"(?:单位|金额|人民币|[（(])[:：]?(?:人民币)?({'|'.join(_UNITS)})(?![一-鿿])")
_OTHER = re.compile("上年|去年|上期|同期|增减|增长|差额|比重|占比|百分比|[%％]")
_BUDGET = re.compile(r"(?:^|年初|全年|本年|调整后?|年度?)的?预算数?(?:[（(].*)?$")
_WHAT = re.compile("(预算|决算)(?:统计)?(?:数|金额)?(?:万元|千元|元)?$|^(?:统计数|(?:全年|本年|实际)支出数)$")
_CODES = re.compile(r"3\d{2}(?:\d{2})?")
"""Codes of economic purposes."""

_WORDS = re.compile("[一-鿿]")
_LONGEST_TITLE, _MOST_BESIDE_TITLE = 60, 3
_COUNTS = frozenset(["国内公务接待批次", "国内公务接待人次"])
"""What is no money."""

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
        "基本支出": "基本支出",
        "人员经费": "人员经费",
        "公用经费": "公用经费",
        "项目支出": "项目支出",
        "收入合计": "本年收入合计",
        "支出合计": "本年支出合计",
        **{f"年{edge}{words}": f"年{edge}结转和结余" for edge in "初末" for words in ("结转和结余", "结转和结余资金", "结转结余")},
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
    "10": {
        "国内公务接待批次个": "国内公务接待批次",
        "国内公务接待批次": "国内公务接待批次",
        "国内公务接待人次人": "国内公务接待人次",
        "国内公务接待人次": "国内公务接待人次",
        "机关运行经费": "机关运行经费",
        "政府采购货物支出": "政府采购货物支出",
        "政府采购工程支出": "政府采购工程支出",
        "政府采购服务支出": "政府采购服务支出",
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
    "06": {"人员经费": "人员经费", "公用经费": "公用经费"},
    "08": {"本年收入": "政府性基金收入", "本年支出": "政府性基金支出"},
}
"""Where the head of a column does, in the row of the total."""

_THREE = {
    "合计": "三公经费",
    "支出合计": "三公经费",
    "三公经费": "三公经费",
    "三公经费合计": "三公经费",
    "三公经费支出合计": "三公经费",
    "因公出国境费": "因公出国（境）费",
    "因公出国境费用": "因公出国（境）费",
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
    """Every figure found, by name; the first of several of one name."""
    return {name: every[0] for name, every in _found(grids).items()}


def _found(grids: Iterable[Grid]) -> Mapping[str, list[Imported]]:
    """Every figure by name, one for each table that has it."""
    found: dict[str, list[Imported]] = {}
    read = [(grid, kind) for grid in _tables(grids) if (kind := _kind(grid))]
    for (grid, kind), unit in zip(read, _units([grid for grid, _ in read]), strict=True):
        mine: dict[str, Imported] = {}
        for one in _figures(grid, kind, unit):
            mine.setdefault(one.name, one)
        for name, one in mine.items():
            found.setdefault(name, []).append(one)
    return found


def _tables(grids: Iterable[Grid]) -> Iterator[Grid]:
    """Each table by itself, of several that stand below each other on one sheet: one begins at its title."""
    for grid in grids:
        starts = [row for row in grid.rows if _begins_table(list(grid.owned(row)))]
        for first, after in zip(starts, [*starts[1:], max(grid.rows, default=0) + 1], strict=True) if len(starts) > 1 else ():
            cells_of = {place: cell for place, cell in grid.cells.items() if first <= place[0] < after}
            yield replace(grid, cells=MappingProxyType(cells_of), lead=())
        if len(starts) < 2:
            yield grid


def _begins_table(cells: Sequence[GridCell]) -> bool:
    """Whether a row has a table's title, and besides at most its number and 单位."""
    alone = 0 < len(cells) <= _MOST_BESIDE_TITLE and all(cell.number is None for cell in cells)
    return alone and any("表" in cell.text and _titled(cell.text) for cell in cells)


def _titled(text: str) -> str:
    """Which of the tables a text is the title of."""
    said = re.sub(r"\s|[“”\"']", "", text)
    return next((number for number, title in _TITLES if title.search(said)), "") if len(said) < _LONGEST_TITLE else ""


def _units(grids: Sequence[Grid]) -> tuple[str, ...]:
    """The unit of money of each table: its own, or that of the others where they all have the same."""
    own = [_unit_of_money(grid) for grid in grids]
    known = {*own} - {""}
    common = known.pop() if len(known) == 1 else "万元"
    return tuple(unit or common for unit in own)


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
    """The 决算公开表 of a file: whose, of which year, which tables, their figures, and sums in them that are wrong.

    `twice` are figures the tables have with different values, `years` all the years they are of, `units` all the units they name, `guessed`
    those that name no unit of money."""

    unit: str
    year: int
    titles: tuple[str, ...]
    figures: Mapping[str, Imported]
    wrong: tuple[WrongSum, ...]
    grids: tuple[Grid, ...]
    twice: Mapping[str, tuple[Imported, ...]]
    years: tuple[int, ...]
    guessed: tuple[str, ...]
    units: tuple[str, ...] = ()

    @property
    def of_one(self) -> bool:
        """Whether its tables are of one unit."""
        return len({name for grid in self.grids if (name := _unit(grid))}) < 2

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What stands among the figures and is none."""
        return tuple(one for one in self.lines() if isinstance(one, Unread))

    def lines(self) -> Iterator[AccountLine | Unread]:
        """Every figure of the tables as it stands, and what among them is none."""
        for grid, unit in zip(self.grids, _units(self.grids), strict=True):
            yield from account_lines(grid, _kind(grid), _data_rows(grid), _UNITS[unit])


def accounts_in(grids: Iterable[Grid], year: int = 0, filing: str = "") -> Accounts | None:
    """What the 决算公开表 among these grids say; None where none of them is one. Of those of several years the ones of `year`, or of the
    last; of those of several units the ones of the unit that files, where they are there."""
    read = [(grid, kind, _year(grid)) for grid in _tables(grids) if (kind := _kind(grid)) and any(_figures(grid, kind, "万元"))]
    if not read:
        return None
    years = sorted({one for _, _, one in read if one})
    wanted = year if year in years else max(years, default=0)
    of_year = [(grid, kind, _unit(grid)) for grid, kind, one in read if one in (0, wanted)]
    units = tuple(dict.fromkeys(name for _, _, name in of_year if name))
    own = heads.squeezed(filing)
    kept = [(grid, kind) for grid, kind, name in of_year if own not in units or name in ("", own)]
    every = _found(grid for grid, _ in kept)
    found = {name: several[0] for name, several in every.items()}
    twice = {
        name: tuple(several) for name, several in every.items() if any(abs(one.value - several[0].value) > _ROUNDING for one in several)
    }
    unit = next((name for grid, _ in kept if (name := _unit(grid))), "")
    sums = [one for grid, kind in kept for one in wrong_sums(grid, kind, _data_rows(grid))]
    titles = tuple(dict.fromkeys(kind for _, kind in kept))
    wrong = tuple(each_once((*sums, *disagreements(found))))
    money = {one for grid, _ in kept if (one := _unit_of_money(grid))}
    guessed = tuple(grid.name for grid, _ in kept if not _unit_of_money(grid)) if len(money) != 1 else ()
    read_from = tuple(grid for grid, _ in kept)
    return Accounts(unit, wanted, titles, found, wrong, read_from, MappingProxyType(twice), tuple(years), guessed, units)


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
    """The year a table is of: that of its title or its heads, the last of several."""
    said = (*grid.lead, *(cell.text for row in _head_rows(grid) for cell in grid.owned(row) if "预算数" not in cell.text), grid.name)
    return max((year for text in said if (year := heads.year_in(text))), default=0)


_ENUMERATED = re.compile(r"^(?:其中[:：]|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|[①-⑳]|\d{1,2}[.．、])+")


def _bare(text: str) -> str:
    """A label or head without its number, signs and white space."""
    said = _ENUMERATED.sub("", re.sub(r"\s", "", text))
    return defined_name(re.sub(r"[“”\"'‘’（）()]", "", said)).lstrip("_")


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
    """Which of the tables a grid is: by the title in its first rows, or above it, or what the sheet is called; else by what its first rows
    are about."""
    first = [cell.text for row in list(grid.rows)[:4] for cell in grid.owned(row)]
    titles = (text for text in first if "表" in text)
    return next((number for text in (*titles, *grid.lead, grid.name, *first) if (number := _titled(text))), "")


def _unit_of_money(grid: Grid) -> str:
    """The unit a table names in its heads or above them; nothing where it names none."""
    texts = [cell.text for row in list(grid.rows)[:HEAD_ROWS] for cell in grid.owned(row)]
    found = (_UNIT.search(re.sub(r"\s", "", text)) for text in (*texts, *grid.lead))
    return next((one[1] for one in found if one), "")


def _figures(grid: Grid, kind: str, unit: str) -> Iterator[Imported]:
    scale = _UNITS[unit]

    def imported(name: str, cell: GridCell) -> Imported:
        assert cell.number is not None
        exact = scale == 1 or name in _COUNTS
        return Imported(name, cell.number if exact else half_up(cell.number / scale, 2), grid.place(cell))

    said: list[tuple[str, GridCell]] = []
    if kind in _BY_LABEL:
        said += ((_BY_LABEL[kind].get(label, ""), cell) for label, cell in _beside(grid))
    if kind in _BY_HEAD:
        said += ((_BY_HEAD[kind].get(head, ""), cell) for head, cell in _of_total(grid))
    if kind in ("07", "10"):
        said += _three(grid)
    yield from (imported(name, cell) for name, cell in said if name and not cell.doubt)


def _head_rows(grid: Grid) -> list[int]:
    """The rows above the first figure."""
    lines, found = line_columns(grid), []
    for row in list(grid.rows)[:HEAD_ROWS]:
        figures = [cell for cell in grid.owned(row) if cell.number is not None and cell.column not in lines]
        if figures and not _numbers_columns(grid, row):
            break
        found.append(row)
    return found


def _column_heads(grid: Grid) -> Mapping[int, tuple[str, ...]]:
    """What stands above the figures of each column, from the top down; a title that stands alone in its row is no head."""
    found: dict[int, list[str]] = {}
    for row in _head_rows(grid):
        cells = [cell for cell in grid.rows[row] if cell.number is None and cell.text]
        # 预算数 and 决算数 alone in a row stand over all columns up to the next, merged or not.
        whole = len(cells) > 1 and all(_WHAT.search(_bare(cell.text)) for cell in cells)
        ends = [after.column - 1 for after in cells[1:]] + [max((column for _, column in grid.cells), default=0)]
        for cell, end in zip(cells, ends, strict=True) if len(cells) > 1 else ():
            for column in range(cell.column, (end if whole else cell.right) + 1):
                found.setdefault(column, []).append(re.sub(r"\s", "", cell.text))
    return {column: tuple(dict.fromkeys(texts)) for column, texts in found.items()}


def _not_of_year(columns: Mapping[int, tuple[str, ...]]) -> frozenset[int]:
    """The columns of another year than the last one named, of changes and of shares."""
    years: dict[int, int] = {}
    for column, texts in columns.items():
        said = [year for text in texts if (year := heads.year_in(text)) and "年初" not in text]
        if said:
            years[column] = said[-1]
    last = max(years.values(), default=0)
    other = {column for column, texts in columns.items() if any(_OTHER.search(text) for text in texts)}
    return frozenset(other | {column for column, year in years.items() if year != last})


def _no_outcome(grid: Grid) -> frozenset[int]:
    """The columns that hold no 决算 of this year: numbers of lines, codes, other years, budgets."""
    columns = _column_heads(grid)
    budgets = {column for column, texts in columns.items() if any(map(_BUDGET.search, texts))}
    numbers: dict[int, list[str]] = {}
    for cell in dict.fromkeys(grid.cells.values()):
        if cell.number is not None:
            numbers.setdefault(cell.column, []).append(plain(cell.number))
    codes = {column for column, texts in numbers.items() if len(texts) > 1 and all(map(_CODES.fullmatch, texts))}
    return line_columns(grid) | _not_of_year(columns) | budgets | codes


def _beside(grid: Grid) -> Iterator[tuple[str, GridCell]]:
    """Each label with the first number to its right, up to the next label; only the first of several labels with the same words, as
    一般公共预算财政拨款 is both received and carried over."""
    left_out, seen = _no_outcome(grid), set[str]()
    for row in grid.rows:
        label = ""
        for cell in grid.owned(row):
            if cell.number is None and cell.text:
                if cell.column in left_out and not _WORDS.search(cell.text):
                    continue
                said = _bare(cell.text)
                label = "" if said in seen else said
                seen.add(said)
            elif cell.number is not None and label and cell.column not in left_out:
                yield label, cell
                label = ""


def _of_total(grid: Grid) -> Iterator[tuple[str, GridCell]]:
    """The row of the total, each number with the heads above it. Where columns are grouped, of 本年支出 every head counts, of 本年收入 itself,
    of what was carried over none."""
    rows, left_out = _data_rows(grid), _no_outcome(grid)
    for row in rows:
        numbers = [cell for cell in grid.owned(row) if cell.number is not None]
        words = [cell for cell in grid.owned(row) if cell.number is None and cell.text and numbers and cell.column < numbers[0].column]
        if not words or _bare(words[-1].text) != "合计":
            continue
        above = [one for one in reversed(rows) if one < row]
        groups = _groups(grid, above)
        for cell in numbers:
            group = groups.get(cell.column, "")
            said = dict.fromkeys(_bare(grid.at(one, cell.column).text) for one in above)
            if cell.column not in left_out:
                yield from ((head, cell) for head in said if not groups or group == "本年支出" or head == "本年收入")
        return


def _groups(grid: Grid, above: Sequence[int]) -> Mapping[int, str]:
    """The columns under 本年收入 and 本年支出, where these stand over several."""
    cells = (cell for row in above for cell in grid.owned(row) if cell.columns > 1)
    found = ((column, _bare(cell.text)) for cell in cells for column in range(cell.column, cell.right + 1))
    return {column: said for column, said in found if said in ("本年收入", "本年支出")}


def _three(grid: Grid) -> Iterator[tuple[str, GridCell]]:
    """“三公”经费: columns under 预算数 and 决算数, or rows with both beside them. Of two budgets it is the one of the whole year."""
    heads_of = _column_heads(grid)
    left_out = line_columns(grid) | _not_of_year(heads_of)
    whole_year = any(re.search("(?:全年|调整后?)的?预算", text) for texts in heads_of.values() for text in texts)
    whats: dict[int, str] = {}
    names: dict[int, str] = {}
    for column, texts in heads_of.items():
        for text in texts:
            found = _WHAT.search(_bare(text))
            if found and column not in left_out and not (whole_year and "年初预算" in text):
                whats.setdefault(column, found[1] or "决算")
            if name := _three_of(text):
                names[column] = name
    for row in _data_rows(grid):
        label = ""
        for cell in grid.owned(row):
            if cell.number is None and _WORDS.search(cell.text) and _bare(cell.text) not in _UNITS:
                label = _three_of(cell.text)
            what, name = whats.get(cell.column, ""), names.get(cell.column, label)
            if cell.number is not None and what and name:
                yield f"{name}{what}", cell


def _three_of(text: str) -> str:
    """The “三公”经费 a head or a label is of."""
    said = _bare(text)
    return _THREE.get(said, "") or _THREE.get(said.removesuffix("支出"), "")
