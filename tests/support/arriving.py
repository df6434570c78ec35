"""Forms as other programs make them, for the tests: a case rendered into a layout, then bent the way counties and clerks bend forms.

`cases()` are filings as data; `LAYOUTS` draw one on a `Draft`, which also keeps what each row says; `bent` moves, merges, renames and spaces at
random but by seed; `save_xlsx` and `save_docx` write it.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import openpyxl
from docx.oxml import parse_xml

from xl_jixiao.number import plain
from xl_jixiao.selfeval import answers as answer_files
from xl_jixiao.selfeval import model
from xl_jixiao.tables.catalogue import examples

DATA = Path(__file__).parent.parent / "data" / "published_cases.json"


@dataclass(frozen=True)
class Line:
    """One indicator: what a form prints of it."""

    level1: str
    level2: str
    name: str
    sign: str
    target: str
    unit: str
    actual: str
    weight: str
    points: str
    reason: str

    @property
    def whole_target(self) -> str:
        """Sign, figure and unit in one cell."""
        return f"{self.sign}{self.target}{self.unit}"

    @property
    def whole_actual(self) -> str:
        """Figure and unit in one cell."""
        return f"{self.actual}{self.unit}" if _is_number(self.actual) else self.actual


@dataclass(frozen=True)
class Case:
    """A filing as data."""

    id: str
    unit: str
    project: str
    year: int
    initial: str
    budget: str
    executed: str
    rate: str
    execution_weight: str
    execution_points: str
    expected: str
    actual: str
    lines: tuple[Line, ...]
    total: str


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _said(value: Any) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


_SIGN = {">=": "≥", "<=": "≤", "=": "=", None: ""}


def _line(one: dict[str, Any]) -> Line:
    sign = _SIGN.get(one["op"], one["op"] or "")
    target, actual, unit = one["target"], one["actual"], one["unit"] or ""
    text, done = one["target_text"], one["actual_text"]
    if target is None or text:
        sign, figure, unit = "", text or "", ""
    else:
        figure = _said(target)
    reached = done or _said(actual)
    return Line(
        one["level1"] or "",
        one["level2"] or "",
        one["level3"],
        sign,
        figure,
        unit,
        reached,
        _said(one["weight"]),
        _said(one["claimed_score"]),
        one["deviation_reason"] or "",
    )


def cases() -> Iterator[Case]:
    """Every published case with rows, and the worked examples of our own 自评表."""
    for one in json.loads(DATA.read_text(encoding="utf-8"))["cases"]:
        unit, _, project = one["unit"].partition("：")
        budget, goals = one["budget"] or {}, one["goals"] or {}
        rate = one["exec_rate_claimed"]
        yield Case(
            one["id"],
            unit,
            project or "整体支出",
            one["year"] or 2021,
            _said(budget.get("年初预算")),
            _said(budget.get("全年预算")),
            _said(budget.get("全年执行")),
            "" if rate is None else f"{rate * 100:.10g}%",
            _said(one["exec_weight"]),
            _said(one["exec_score_claimed"]),
            goals.get("预期") or "完成全年各项工作任务",
            goals.get("实际") or "全面完成了各项任务，效果良好",
            tuple(map(_line, one["indicators"])),
            _said(one["claimed_total"]),
        )
    for name in ("yanling-2020-selfeval", "generic-selfeval"):
        table = model.load(name)
        filing = answer_files.load(examples()[name], table)
        sums: dict[str, Decimal] = {}
        for (_, key), value in filing.funds.items():
            sums[key] = sums.get(key, Decimal(0)) + Decimal(value)
        amounts = {key: plain(value) for key, value in sums.items()}
        lines = tuple(
            Line(
                row.level1,
                row.level2,
                row.name,
                "",
                _written(row.target),
                "",
                _written(row.actual),
                _written(row.weight),
                _written(row.claimed),
                row.reason,
            )
            for row in filing.rows
        )
        yield Case(
            name,
            filing.unit or "某中心",
            filing.fields.get("项目名称", "某项目"),
            table.year,
            amounts.get("年初预算数", ""),
            amounts.get("全年预算数", ""),
            amounts.get("全年执行数", ""),
            "",
            plain(table.execution.weight),
            "",
            filing.expected or "完成任务",
            filing.actual or "已全部完成",
            lines,
            "",
        )


def _written(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else plain(value)


@dataclass
class Cell:
    """A drawn cell. `kind` is head, label, level or value: what bending may do to it."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    kind: str = "value"


@dataclass
class Draft:
    """A form being drawn. `expected` are its rows as they must be read; `rows_at` where the indicators stand."""

    cells: list[Cell] = field(default_factory=list)
    expected: list[dict[str, str]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    """Rows at which a document may begin another table."""
    at: int = 0

    def put(self, column: int, text: str, columns: int = 1, kind: str = "value", rows: int = 1) -> None:
        """Draws a cell in the present row."""
        self.cells.append(Cell(self.at, column, text, rows, columns, kind))

    def next(self) -> None:
        """Goes to the next row."""
        self.at += 1

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(cell.column + cell.columns for cell in self.cells)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return max(cell.row + cell.rows for cell in self.cells)


VARIANTS: dict[str, tuple[str, ...]] = {
    "年度指标值": ("年度指标值", "指标值", "目标值", "年初目标值", "年度目标值", "计划指标值"),
    "实际完成值": ("实际完成值", "完成值", "全年实际值", "全年完成值", "实际值"),
    "分值": ("分值", "权重", "指标分值", "标准分", "分值（权重）"),
    "得分": ("得分", "自评得分", "自评分", "指标得分"),
    "偏差原因分析及改进措施": ("偏差原因分析及改进措施", "未完成原因", "偏差原因", "未完成原因分析", "偏差原因分析及拟采取的改进措施"),
    "年初预算数": ("年初预算数", "年初预算", "年初预算金额"),
    "全年预算数": ("全年预算数", "全年预算数（A）", "全年预算", "调整后预算数"),
    "全年执行数": ("全年执行数", "全年执行数（B）", "全年执行", "执行数"),
    "执行率": ("执行率", "执行率（B/A）", "预算执行率"),
    "预期目标": ("预期目标", "年初预期目标", "年度预期目标"),
    "实际完成情况": ("实际完成情况", "目标实际完成情况", "全年实际完成情况"),
    "项目名称": ("项目名称", "项目名称："),
    "主管部门": ("主管部门", "主管部门：", "主管预算部门"),
    "实施单位": ("实施单位", "项目实施单位", "项目单位", "实施单位："),
    "总分": ("总分", "合计", "总 分", "总计"),
    "一级指标": ("一级指标",),
    "二级指标": ("二级指标",),
    "三级指标": ("三级指标", "三级指标名称", "指标名称"),
}


class Spelling:
    """The words of one form, chosen once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._chosen: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """A head in this form's spelling."""
        if word not in self._chosen:
            self._chosen[word] = self._spaced(self._rng.choice(VARIANTS.get(word, (word,))))
        return self._chosen[word]

    def _spaced(self, word: str) -> str:
        how = self._rng.randrange(5)
        if how == 0:
            return " ".join(word)
        if how == 1 and len(word) > 3:
            at = self._rng.randrange(1, len(word))
            return f"{word[:at]}\n{word[at:]}"
        if how == 2:
            return "\u3000".join(word) if len(word) < 5 else word
        return word


def _head_fields(
    draft: Draft, case: Case, spell: Spelling, width: int, labels: tuple[str, ...] = ("项目名称", "主管部门", "实施单位")
) -> None:
    values = {"项目名称": case.project, "主管部门": "某县财政局", "实施单位": case.unit, "单位名称": case.unit}
    for label in labels:
        draft.put(0, spell(label), 2, "label")
        draft.put(2, values[label], width - 2)
        draft.next()


def _title(draft: Draft, text: str, width: int) -> None:
    draft.put(0, text, width, "title")
    draft.next()


def _funds(draft: Draft, case: Case, spell: Spelling, heads: tuple[str, ...], label: str, sources: bool = True) -> None:
    """The block of funds: the heads given, then the total, then its sources."""
    values = {
        "年初预算数": case.initial,
        "全年预算数": case.budget,
        "全年执行数": case.executed,
        "分值": case.execution_weight,
        "执行率": case.rate,
        "得分": case.execution_points,
    }
    draft.breaks.append(draft.at)
    rows = 1 + 1 + (2 if sources else 0)
    draft.put(0, label, 2, "label", rows)
    for at, head in enumerate(heads):
        draft.put(3 + at, spell(head), kind="head")
    draft.next()
    lines = [("年度资金总额", True)]
    if sources:
        lines += [("其中：当年财政拨款", True), ("其他资金", False)]
    for name, printed in lines:
        draft.put(2, name, kind="label")
        for at, head in enumerate(heads):
            whole = name == "年度资金总额" or head.endswith("数")
            draft.put(3 + at, values[head] if printed and whole else "")
        draft.next()


def _goals(draft: Draft, case: Case, spell: Spelling, width: int) -> None:
    draft.breaks.append(draft.at)
    draft.put(0, spell("年度总体目标"), 1, "label", 2)
    half = (width - 1) // 2
    draft.put(1, spell("预期目标"), half, "head")
    draft.put(1 + half, spell("实际完成情况"), width - 1 - half, "head")
    draft.next()
    draft.put(1, case.expected, half)
    draft.put(1 + half, case.actual, width - 1 - half)
    draft.next()


Columns = tuple[tuple[str, Callable[[Line], str]], ...]
LEVELS: Columns = (("一级指标", lambda one: one.level1), ("二级指标", lambda one: one.level2), ("三级指标", lambda one: one.name))


def _indicators(
    draft: Draft, case: Case, spell: Spelling, rng: random.Random, columns: Columns, *, total: bool = True, first: int = 1
) -> None:
    """The table of indicators with its heads, the side label and the total, above or below."""
    levels = [one for one in columns if one[0] in ("一级指标", "二级指标", "三级指标")]
    others = [one for one in columns if one not in levels]
    together = (
        [one for one in others if one[0] in ("指标性质", "年度指标值", "度量单位")] if any(one[0] == "度量单位" for one in others) else []
    )
    free = [one for one in others if one not in together]
    rng.shuffle(free)
    at = rng.randrange(len(free) + 1)
    ordered = [*levels, *free[:at], *together, *free[at:]] if together else [*levels, *free]
    places = {name: first + place for place, (name, _) in enumerate(ordered)}
    double = rng.random() < 0.3
    above = total and rng.random() < 0.3
    draft.breaks.append(draft.at)
    lines = [one for one in case.lines]
    draft.put(0, spell("绩效指标"), 1, "side", len(lines) + (2 if double else 1) + total)
    for name, _ in ordered:
        if double and name in ("一级指标", "二级指标", "三级指标"):
            continue
        draft.put(places[name], spell(name), 1, "head", 2 if double else 1)
    if double:
        draft.put(first, "绩效指标", len(levels), "head")
        draft.next()
        for name, _ in levels:
            draft.put(places[name], spell(name), 1, "head")
    draft.next()
    if above:
        _total(draft, case, spell, places, first)
    start = draft.at
    for one in lines:
        for name, value in ordered:
            if name not in ("一级指标", "二级指标"):
                draft.put(places[name], value(one), kind="name" if name == "三级指标" else "value")
        draft.expected.append(_expected(one, [name for name, _ in ordered]))
        draft.next()
    if "一级指标" in places:
        _merge_levels(draft, lines, start, places, rng)
    if total and not above:
        _total(draft, case, spell, places, first)


def _merge_levels(draft: Draft, lines: list[Line], start: int, places: dict[str, int], rng: random.Random) -> None:
    """The levels, merged over their rows, written once, or written in every row."""
    how = rng.choice(("merged", "once", "each"))
    for name in ("一级指标", "二级指标"):
        if name not in places:
            continue
        at = 0
        while at < len(lines):
            key = (lines[at].level1, lines[at].level2) if name == "二级指标" else (lines[at].level1,)
            end = at
            while end < len(lines) and (key == ((lines[end].level1, lines[end].level2) if name == "二级指标" else (lines[end].level1,))):
                end += 1
            text = key[-1]
            if how == "merged":
                draft.cells.append(Cell(start + at, places[name], text, end - at, 1, "level"))
            else:
                for row in range(at, end):
                    if how == "each" or row == at:
                        draft.cells.append(Cell(start + row, places[name], text, 1, 1, "level"))
            at = end


def _total(draft: Draft, case: Case, spell: Spelling, places: dict[str, int], first: int) -> None:
    span = max(1, places.get("三级指标", first) - first + 1)
    draft.put(first, spell("总分"), span, "label")
    if "分值" in places:
        draft.put(places["分值"], "100")
    if "得分" in places:
        draft.put(places["得分"], case.total)
    draft.next()


def _expected(one: Line, names: list[str]) -> dict[str, str]:
    apart = "度量单位" in names
    sign = one.sign if apart or "指标性质" not in names else ""
    found = {"三级指标": one.name, "年度指标值": f"{sign}{one.target}{one.unit}", "实际完成值": one.whole_actual}
    found |= {"分值": one.weight, "得分": one.points, "偏差原因分析及改进措施": one.reason, "一级指标": one.level1, "二级指标": one.level2}
    return {name: text for name, text in found.items() if name in names}


_TARGET = ("年度指标值", lambda one: one.whole_target)
_DONE = ("实际完成值", lambda one: one.whole_actual)
_WEIGHT = ("分值", lambda one: one.weight)
_POINTS = ("得分", lambda one: one.points)
_REASON = ("偏差原因分析及改进措施", lambda one: one.reason)
_APART: Columns = (
    ("指标性质", lambda one: one.sign),
    ("年度指标值", lambda one: one.target),
    ("度量单位", lambda one: one.unit),
    ("实际完成值", lambda one: one.actual),
)
_RESULTS: Columns = (_TARGET, _DONE, _WEIGHT, _POINTS, _REASON)


def national(case: Case, rng: random.Random) -> Draft:
    """财预〔2020〕10号."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.project[:12]}项目支出绩效自评表", 9)
    _title(draft, f"（{case.year}年度）", 9)
    _head_fields(draft, case, spell, 9)
    _funds(draft, case, spell, ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), "项目资金\n（万元）")
    _goals(draft, case, spell, 9)
    _indicators(draft, case, spell, rng, (*LEVELS, *_RESULTS))
    return draft


def yunnan(case: Case, rng: random.Random) -> Draft:
    """云南决算公开14表: sign, value and unit in columns of their own."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, "项目支出绩效自评表", 11)
    draft.put(0, "公开14表", 11, "label")
    draft.next()
    _head_fields(draft, case, spell, 11)
    _funds(draft, case, spell, ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), "项目资金\n（万元）")
    _goals(draft, case, spell, 11)
    _indicators(draft, case, spell, rng, (*LEVELS, *_APART, _WEIGHT, _POINTS, _REASON))
    return draft


def hubei(case: Case, rng: random.Random) -> Draft:
    """湖北 20＋80: the execution rate's weight stands in the label, there are no sources."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.year}年度项目绩效自评表", 9)
    _head_fields(draft, case, spell, 9)
    label = f"预算执行情况（万元）（{case.execution_weight or 20}分）"
    _funds(draft, case, spell, ("全年预算数", "全年执行数", "执行率", "得分"), label, sources=False)
    _indicators(draft, case, spell, rng, (*LEVELS, *_RESULTS))
    return draft


def sichuan(case: Case, rng: random.Random) -> Draft:
    """四川 2023: budget, adjusted budget, execution; weights called 权重."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.year}年部门预算项目支出绩效自评表", 10)
    _head_fields(draft, case, spell, 10)
    _goals(draft, case, spell, 10)
    _funds(draft, case, spell, ("年初预算数", "全年预算数", "全年执行数", "执行率"), "预算执行情况（10分）\n（万元）")
    _indicators(draft, case, spell, rng, (*LEVELS, *_APART, _WEIGHT, _POINTS))
    return draft


def chongqing(case: Case, rng: random.Random) -> Draft:
    """重庆: indicators without classes."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.year}年度项目绩效自评表", 10)
    _head_fields(draft, case, spell, 10)
    _funds(draft, case, spell, ("全年预算数", "全年执行数", "执行率", "分值", "得分"), "预算执行情况\n（万元）", sources=False)
    columns: Columns = (("三级指标", lambda one: one.name), *_APART, ("得分系数", lambda one: ""), _WEIGHT, _POINTS)
    _indicators(draft, case, spell, rng, columns)
    return draft


def hunan(case: Case, rng: random.Random) -> Draft:
    """湖南 2021 部门整体: no project, funds of the whole unit."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.year}年度部门整体支出绩效自评表", 9)
    _head_fields(draft, case, spell, 9, ("单位名称",))
    _funds(
        draft, case, spell, ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), "年度预算申请\n（万元）", sources=False
    )
    _goals(draft, case, spell, 9)
    _indicators(draft, case, spell, rng, (*LEVELS, *_RESULTS))
    return draft


def jiangxi(case: Case, rng: random.Random) -> Draft:
    """江西整体: no funds at all."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.year}年度部门整体支出绩效自评表", 9)
    _head_fields(draft, case, spell, 9, ("单位名称",))
    _goals(draft, case, spell, 9)
    _indicators(draft, case, spell, rng, (*LEVELS, *_RESULTS))
    return draft


def connected(case: Case, rng: random.Random) -> Draft:
    """衔接资金: weights, no reasons."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.year}年度财政衔接推进乡村振兴补助资金项目绩效自评表", 8)
    _head_fields(draft, case, spell, 8)
    _funds(draft, case, spell, ("全年预算数", "全年执行数", "执行率"), "资金情况\n（万元）", sources=False)
    _goals(draft, case, spell, 8)
    _indicators(draft, case, spell, rng, (*LEVELS, _TARGET, _DONE, _WEIGHT, _POINTS))
    return draft


def transfer(case: Case, rng: random.Random) -> Draft:
    """转移支付区域绩效自评表: no weights, no points."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{case.year}年度转移支付绩效自评表", 7)
    _head_fields(draft, case, spell, 7)
    _funds(draft, case, spell, ("全年预算数", "全年执行数", "执行率"), "资金投入情况\n（万元）")
    _goals(draft, case, spell, 7)
    _indicators(draft, case, spell, rng, (*LEVELS, _TARGET, _DONE, _REASON), total=False)
    return draft


LAYOUTS: dict[str, Callable[[Case, random.Random], Draft]] = {
    one.__name__: one for one in (national, yunnan, hubei, sichuan, chongqing, hunan, jiangxi, connected, transfer)
}


# ---- bending


def bent(draft: Draft, rng: random.Random) -> Draft:
    """The form with rows and columns put in, moved on the sheet, cells merged with blank neighbours."""
    for _ in range(rng.randrange(3)):
        _put_column(draft, rng.randrange(draft.width + 1))
    if rng.random() < 0.3:
        _numbered(draft)
    for _ in range(rng.randrange(3)):
        _put_row(draft, rng.randrange(1, draft.height + 1))
    if rng.random() < 0.3:
        _put_note(draft, rng)
    _merge_blanks(draft, rng)
    return draft


def _put_column(draft: Draft, at: int) -> None:
    """A blank column; cells that span it grow."""
    for cell in draft.cells:
        if cell.column >= at:
            cell.column += 1
        elif cell.column + cell.columns > at:
            cell.columns += 1


def _numbered(draft: Draft) -> None:
    """序号 to the left of everything."""
    head = next((cell for cell in draft.cells if cell.kind == "side"), None)
    if head is None:
        return
    _put_column(draft, 0)
    for number, row in enumerate(sorted(cell.row for cell in draft.cells if cell.kind == "name"), 1):
        draft.cells.append(Cell(row, 0, str(number)))
    draft.cells.append(Cell(head.row, 0, "序号", kind="head"))


def _put_row(draft: Draft, at: int) -> None:
    """A blank row; cells that span it grow."""
    for cell in draft.cells:
        if cell.row >= at:
            cell.row += 1
        elif cell.row + cell.rows > at:
            cell.rows += 1
    draft.breaks = [one + (one >= at) for one in draft.breaks]


def _put_note(draft: Draft, rng: random.Random) -> None:
    row = draft.height
    draft.cells.append(Cell(row, 0, "注：各项指标得分按自评情况填写。", 1, draft.width, "note"))
    draft.cells.append(Cell(row + 1, 0, "填报人：张三　　联系电话：0000　　填报日期：2021年3月1日", 1, draft.width, "note"))


def _merge_blanks(draft: Draft, rng: random.Random) -> None:
    """Values merged with a blank place to their right that has no head of its own."""
    taken = {
        (row, column)
        for cell in draft.cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    }
    for cell in draft.cells:
        right = cell.column + cell.columns
        free = all((row, right) not in taken for row in range(cell.row, cell.row + cell.rows)) and right < draft.width
        if cell.kind in ("value", "level", "head") and free and rng.random() < 0.5:
            cell.columns += 1
            taken |= {(row, right) for row in range(cell.row, cell.row + cell.rows)}


def save_xlsx(drafts: list[Draft], path: Path, rng: random.Random) -> None:
    """One workbook: each form on a sheet of its own, or one below the other."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = rng.choice(("Sheet1", "附件2", "自评", "2021年", "表"))
    stacked = rng.random() < 0.4
    top, left = rng.randrange(3), rng.randrange(2)
    for number, draft in enumerate(drafts):
        if number and not stacked:
            sheet = book.create_sheet(f"{number + 1}")
            top = rng.randrange(3)
        for cell in draft.cells:
            place = sheet.cell(top + cell.row + 1, left + cell.column + 1)
            _fill(place, cell, rng)
            if cell.rows > 1 or cell.columns > 1:
                sheet.merge_cells(
                    start_row=top + cell.row + 1,
                    start_column=left + cell.column + 1,
                    end_row=top + cell.row + cell.rows,
                    end_column=left + cell.column + cell.columns,
                )
        top += draft.height + 2
    book.save(path)


def _fill(place: Any, cell: Cell, rng: random.Random) -> None:
    if cell.text == "":
        return
    if cell.kind == "value" and _is_number(cell.text) and rng.random() < 0.8:
        place.value = float(cell.text)
    elif cell.kind == "value" and cell.text.endswith("%") and _is_number(cell.text[:-1]) and rng.random() < 0.5:
        place.value = float(cell.text[:-1]) / 100
        place.number_format = "0.00%"
    else:
        place.value = cell.text
        place.data_type = "s"


def save_docx(drafts: list[Draft], path: Path, rng: random.Random) -> None:
    """One document: each form as one table, or as several where it breaks."""
    document = docx.Document()
    for draft in drafts:
        document.add_paragraph("附件")
        cuts = [one for one in draft.breaks if 0 < one < draft.height] if rng.random() < 0.4 else []
        for top, bottom in zip([0, *cuts], [*cuts, draft.height], strict=True):
            inside = [replace(cell, row=cell.row - top) for cell in draft.cells if top <= cell.row < bottom]
            if not inside:
                continue
            document.element.body.insert(len(document.element.body) - 1, _table(inside, bottom - top, draft.width))
            document.add_paragraph("")
    document.save(path)


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _table(inside: list[Cell], height: int, width: int) -> Any:
    """A Word table with these cells; python-docx takes seconds to merge as many."""
    owner: dict[tuple[int, int], Cell] = {}
    for cell in inside:
        for row in range(cell.row, min(cell.row + cell.rows, height)):
            owner.update({(row, column): cell for column in range(cell.column, cell.column + cell.columns)})
    rows = []
    for row in range(height):
        made, column = "", 0
        while column < width:
            cell = owner.get((row, column)) or Cell(row, column, "")
            merge = "" if cell.rows == 1 else '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
            lines = cell.text.split("\n") if row == cell.row else [""]
            text = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
            made += f'<w:tc><w:tcPr><w:gridSpan w:val="{cell.columns}"/>{merge}</w:tcPr><w:p><w:r>{text}</w:r></w:p></w:tc>'
            column += cell.columns
        rows.append(f"<w:tr>{made}</w:tr>")
    return parse_xml(f"<w:tbl {_WORD}><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>")


# ---- printed scoring tables


def scoring(table: Any, points: list[str], rng: random.Random) -> Draft:
    """A bundled 评分表 as a county prints it, with the unit's points; `expected` has what each row says."""
    draft, spell = Draft(), Spelling(rng)
    _title(draft, f"{table.year}年度{table.form.title.split('年度')[-1]}", 7)
    draft.put(0, "单位名称：某县某局　　单位：分", 7, "label")
    draft.next()
    names = {"一级指标": 0, "二级指标": 1, "三级指标": 2, "分值": 3, "指标解释": 4, "评分标准": 5, "得分": 6}
    if rng.random() < 0.5:
        names |= {"得分": 4, "指标解释": 5, "评分标准": 6}
    for name, column in names.items():
        draft.put(column, spell(name), kind="head")
    draft.next()
    start = draft.at
    lines = []
    for one, claimed in zip(table.indicators, points, strict=True):
        levels = (*one.path, "")[:2]
        lines.append(Line(levels[0], levels[1], one.name, "", "", "", "", plain(one.weight), claimed, ""))
        draft.put(names["三级指标"], one.name, kind="name")
        draft.put(names["分值"], plain(one.weight))
        draft.put(names["指标解释"], one.explanation or "见文件", kind="text")
        draft.put(names["评分标准"], one.printed_criterion, kind="text")
        draft.put(names["得分"], claimed)
        draft.expected.append({"三级指标": one.name, "分值": plain(one.weight), "得分": claimed, "code": one.code})
        draft.next()
    _merge_levels(draft, lines, start, names, rng)
    draft.put(0, spell("总分"), 3, "label")
    draft.put(names["分值"], plain(table.total))
    draft.put(names["得分"], plain(sum((Decimal(text) for text in points), Decimal(0))))
    draft.next()
    draft.put(0, "填报人：　　　　单位负责人：", 7, "note")
    draft.next()
    return draft
