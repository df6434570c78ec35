"""A returned file held against its plan, cell by cell: what was changed, forged, hidden or moved, each said once and at its own cell.

Entries are facts; everything else a workbook shows must follow from them. A computed cell is looked at twice: whether its formula is the
plan's, and whether the value a program left there is the one the entries give. Where it isn't, the fault is the cell's own only if it does
not follow from what its neighbours show; else it is theirs, and not said again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from xl_jixiao.expr import Applied, Cell, CellFailure, Expr, Rounded, Value, exact, walk
from xl_jixiao.formula import FormulaError, parse
from xl_jixiao.number import plain, shows_error
from xl_jixiao.review.display import Trick, cell_tricks, sheet_tricks
from xl_jixiao.review.settings import SetFault, set_otherwise
from xl_jixiao.sheet.addin import vba_of
from xl_jixiao.sheet.content import BLANK, Look, Name, Package, Position, SheetContent, Stored, shown
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.fit import BEYOND, Fitted, Lines, is_gone
from xl_jixiao.sheet.formula_text import compared
from xl_jixiao.sheet.met import Judged, Same, found_once
from xl_jixiao.sheet.old_workbook import as_planned
from xl_jixiao.sheet.plan import (
    Computed,
    Entry,
    Jump,
    Label,
    Plan,
    PlanValues,
    Ref,
    SheetPlan,
    Span,
    Visibility,
    WrittenSheet,
    is_name,
)
from xl_jixiao.sheet.returned import FileValues, value_of
from xl_jixiao.sheet.vba_compiled import unknown_in
from xl_jixiao.sheet.vba_source import compiled, same_macros
from xl_jixiao.words import LAST_YEAR_SHEET, UNFINISHED, bare, is_blank

_CENT = Fraction(1, 100)
_DUST = Fraction(1, 10**9)
_MOST_MODULES = 5
_MOST_ROWS = 5
_LOWEST, _NARROWEST = 6.0, 1.5
_PLANNED_HEIGHT, _PLANNED_WIDTH = 12.0, 4.0
"""Rows of fewer points and columns of fewer characters can't be read; those the plan has higher and wider."""

_CALLS_OUT = re.compile(
    r"\b(?:WEBSERVICE|CALL|REGISTER(?:\.ID)?|EXEC|RTD|DDE|IMAGE|EVALUATE|RUN|GET\.(?:CELL|WORKBOOK|DOCUMENT)|SQL\.REQUEST)\s*\("
    r"|\|\s*'[^']*'\s*!|\|[\w\\/:.]+!|\[[^\[\]]{1,200}\.[A-Za-z]{3,4}\][^!\[\]]{1,100}!",
    re.IGNORECASE,
)
"""Functions that fetch from elsewhere or run something; DDE: cmd|'/c calc'!A0; and a cell of a file that is named: '[别的.xlsx]表'!A1."""

_RUN_BY_ITSELF = re.compile(r"(?:_xlnm\.)?auto_(?:open|close|activate|deactivate)", re.IGNORECASE)
"""Names that make Excel run what they point at."""

_LINKS = re.compile(r"xl/externallinks/[^/]+\.xml")
_CONNECTIONS = re.compile(r"xl/(?:connections\.xml|querytables/.*|model/.*)")
_EMBEDDED = re.compile(r"xl/(?:embeddings|activex)/.*")
_RIBBON = re.compile(r"(?:customui|xl/webextensions)/.*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FIGURES = re.compile(r"[\d.+\-*/() %]{1,200}")


class Fault(StrEnum):
    """What is wrong with a file, in the user's words."""

    CONSTANT = "公式被改成了固定值"
    OTHER_FORMULA = "公式被改成了别的公式"
    DELETED = "公式被删除"
    TYPED_FORMULA = "应直接填写，却是公式"
    VALUE = "显示的与按填报数复算的不符"
    ROUNDING = "末位之差，属舍入"
    OUTDATED = "不是按现在的填报数得出的"
    TEXT = "表内印好的内容被改动"
    REPRINTED = "表内印好的与现行的评分标准不同"
    REWRITTEN = "公式与现行模板的不同"
    NAME = "名称指向了别处"
    CARRIED = "填报数被剪切粘贴到了别处"
    NAME_MISSING = "名称被删除，用到它的算式会显示#NAME?"
    SHOWN = "显示的不是单元格里的数"
    OUTSIDE = "表内多出了内容"
    OVER = "有图片、图形或批注盖在表上"
    NOTED = "填报数旁加了批注"
    HIDDEN = "有内容的行或列被隐藏"
    SHEET_MISSING = "工作表被删除"
    SHEET_RENAMED = "工作表被改名"
    SHEET_HIDDEN = "工作表被隐藏"
    WINDOW = "打开后看不到工作簿窗口，或看不到工作表标签"
    SHEET_ADDED = "多出了工作表"
    SHEET_ADDED_HIDDEN = "多出了隐藏的工作表"
    ROWS_MOVED = "插入或删除了行"
    ROWS_MISSING = "表内的行被删除"
    COLUMNS_MOVED = "插入或删除了列"
    COLUMNS_MISSING = "表内的列被删除"
    PAGE = SetFault.PAGE.value
    CHART = SetFault.CHART.value
    LINKED_OUT = SetFault.LINK.value
    OPENED = SetFault.OPENED.value
    LOOSENED = SetFault.LOOSENED.value
    UNLIMITED = SetFault.UNLIMITED.value
    LIMITED = SetFault.LIMITED.value
    MESSAGE = SetFault.MESSAGE.value
    PRINTED = SetFault.PRINTED.value
    BESIDE = SetFault.BESIDE.value
    FAR = SetFault.FAR.value
    BURIED = SetFault.BURIED.value
    OTHER_LIST = SetFault.OTHER_LIST.value
    UNPROTECTED = "工作表保护被解除"
    UNLOCKED = "锁定的单元格被解除了锁定"
    UNSEEN = "单元格的公式被隐藏，编辑栏里看不到"
    LINKS = "含有外部链接"
    CONNECTIONS = "含有数据连接"
    CALLS_OUT = "公式从外部取数或调用程序"
    MANUAL = "工作簿设成了手动计算"
    AS_SHOWN = "工作簿设成了“以显示精度为准”，存的数会被改成显示的数"
    DATES_1904 = "工作簿用的是1904年日期系统，日期会差四年"
    ITERATES = "工作簿开了迭代计算，循环引用不会报错"
    EMBEDDED = "嵌入了对象或控件"
    RIBBON = "带有自定义的功能区或加载项"
    MACRO_SHEET = "含有宏表（Excel 4.0 宏）"
    RUNS_ITSELF = "定义了打开时自动运行的名称"
    MACROS = "多出了宏"
    OTHER_MACROS = "宏与模板的不同"


_OF_SETTING = {one: Fault(one.value) for one in SetFault}


@dataclass(frozen=True, slots=True)
class Difference:
    """One fault: where (None: the whole file), of which key, what the file has and what it should have."""

    fault: Fault
    ref: Ref | None = None
    key: str = ""
    found: Value = None
    expected: Value = None
    place: Fraction = _CENT
    """The last printed place of a number."""
    detail: str = ""


def differences(fitted: Fitted, package: Package, values: PlanValues, *, whole: bool = True) -> Iterator[Difference]:
    """Everything in which a file differs from its plan. Without `whole` only computed values count: another version of the program wrote the
    file, and its formulas and texts may be others. Of a file in the old format only what its cells show is known."""
    plan = fitted.plan
    known = whole and not package.old
    if package.old:
        package = as_planned(package, plan, values)
    names = found_once(_named_by(plan), ("names led", Same(package.names)), lambda: list(_names_led(plan, package)))
    led = {key: found.cell for key, found in names if found.cell is not None}
    shown = FileValues(plan, package, led)
    yield from structure(fitted, package)
    if known:
        yield from _named(fitted, package, names)
    for sheet in plan.sheets:
        content = package.sheets.get(sheet.name)
        if content is None:
            continue
        yield from _rows(plan, sheet, content, package) if whole else _entered(plan, sheet, content)
        yield from _computed(fitted, sheet.name, content.cells, values, shown, whole=whole)
        if known and not (fitted.moved or fitted.renamed or fitted.lost):
            yield from _varied(sheet.name, plan.written[sheet.name], content.cells)
        if whole and sheet.visibility is Visibility.SHOWN:
            yield from _disguised(sheet.name, sheet_tricks(sheet, content))
            if content.drawn or content.setting.macros:
                yield from _buttons(sheet, content)
            yield from _drawn(sheet, content, plan.edition)
            yield from _hidden(sheet, content)
    for content in package.sheets.values():
        if content.name not in plan.sheet_by_name:
            yield from _calling(content.name, content.cells, content.cells)
    if known:
        for one in set_otherwise(plan, package, frozenset(fitted.moved_now), lambda made: _expected(made, values)):
            yield Difference(_OF_SETTING[one.what], one.ref, detail=one.how)
        yield from _other_macros(plan, package)


# ---- cells

StoredCells = Mapping[Position, Stored]


def _rows(plan: Plan, sheet: SheetPlan, content: SheetContent, package: Package) -> Sequence[Difference]:
    """What each row of a sheet shows by itself. A row that is the very same as in a file where nothing was wrong with the sheet isn't looked
    at again; texts of which a part can't be seen may be the same texts."""
    written, planned = plan.written[sheet.name], sheet.by_place
    met, unmet = content.met, content.unmet
    if not (met or unmet) or package.faint or content.protected is not sheet.protected:
        extra = [place for place in content.cells if place not in planned]
        return list(_of_rows(sheet, written, content, package, extra))
    sound = _sound(sheet, package.looks)
    fresh = sound.others(met)
    there = sorted([*fresh.items(), *unmet.items()])
    beside = [cells for _, cells in there if not cells.keys() <= planned.keys()]
    extra = [place for cells in beside for place in cells if place not in planned]
    if len(fresh) < len(met):
        written = written.within({*fresh, *unmet, *(written.by_row.keys() - met.keys())})
    found = list(_of_rows(sheet, written, content, package, extra))
    if not found:
        for cells in fresh.values():
            sound.add(cells)
    return found


_MOST_LOOKS = 4


def _sound(sheet: SheetPlan, looks: tuple[Look, ...]) -> Judged:
    """The rows with which nothing was wrong on this sheet, in workbooks that look the same."""
    known: dict[int, tuple[tuple[Look, ...], Judged]] = sheet.__dict__.setdefault("_sound_rows", {})
    found = known.get(id(looks))
    if found is None:
        if len(known) >= _MOST_LOOKS:
            known.clear()
        found = known[id(looks)] = looks, Judged()
    return found[1]


def _of_rows(
    sheet: SheetPlan, written: WrittenSheet, content: SheetContent, package: Package, extra: Sequence[Position]
) -> Iterator[Difference]:
    """What is wrong with some rows of a sheet, each looked at by itself; `extra` are the places of cells the plan doesn't know."""
    cells = content.cells
    yield from _printed(sheet.name, written.labels, cells)
    yield from _typed(sheet.name, written.entries, cells)
    yield from _calling(sheet.name, [*extra, *sheet.varying], cells)
    if sheet.protected and content.protected:
        yield from _unlocked(sheet, (*written.formulas, *written.labels), cells, package.looks)
        yield from _unseen(sheet, written.formulas, cells, package.looks)
    if sheet.visibility is Visibility.SHOWN:
        yield from _disguised(sheet.name, cell_tricks(sheet.name, written.styles, content, package))
        yield from _added(sheet, extra, cells)


def _disguised(sheet: str, found: Iterable[Trick]) -> Iterator[Difference]:
    return (Difference(Fault.SHOWN, Ref(sheet, trick.row, trick.column), detail=trick.how) for trick in found)


def _computed(
    fitted: Fitted, sheet: str, stored_at: StoredCells, values: PlanValues, shown: FileValues, *, whole: bool
) -> Iterator[Difference]:
    lost, cell = fitted.lost, stored_at.get
    for place, made, formula in fitted.plan.written[sheet].formulas:
        stored = cell(place, BLANK)
        if stored.formula == formula and _shows(stored.value, _expected(made, values)):
            continue
        if is_gone(*place) or (lost and (made.key in lost or not lost.isdisjoint(made.expr.names))):
            continue
        found = _computed_otherwise(fitted, Ref(sheet, *place), made, formula, stored, values, shown, whole=whole)
        if found is not None:
            yield found


def _varied(sheet: str, written: WrittenSheet, stored_at: StoredCells) -> Iterator[Difference]:
    """Formulas that say in numbers how the workbook was written: those may be others, nothing else."""
    for place, made, formula in written.vary:
        stored = stored_at.get(place, BLANK)
        if not stored.formula:
            yield Difference(Fault.DELETED if stored.value is None else Fault.CONSTANT, Ref(sheet, *place), made.key)
        elif stored.formula != formula and _without_numbers(stored.formula) != _without_numbers(formula):
            yield Difference(Fault.OTHER_FORMULA, Ref(sheet, *place), made.key)


@lru_cache(maxsize=1024)
def _without_numbers(formula: str) -> str:
    return _NUMBER.sub("0", compared(formula))


def _shows(found: float | str | bool | None, expected: Value) -> bool:
    """Whether a value is the expected one as it is: what holds for all cells of a sound file."""
    if found.__class__ is float:
        if expected.__class__ is Fraction:
            top, bottom = expected.as_integer_ratio()
            return found == top / bottom
        return expected.__class__ is int and found == expected
    return found == expected and found.__class__ is expected.__class__


def _computed_otherwise(
    fitted: Fitted,
    ref: Ref,
    made: Computed,
    formula: str,
    stored: Stored,
    values: PlanValues,
    shown: FileValues,
    *,
    whole: bool,
) -> Difference | None:
    if not stored.formula:
        said_anew = is_name(made.key) and isinstance(stored.value, str) and not same_value(stored.value, _expected(made, values), _DUST)
        told = whole or said_anew or isinstance(stored.value, float)
        return _replaced(fitted.plan, made, ref, stored, values) if told else None
    if whole and stored.formula != formula and compared(stored.formula) != compared(formula):
        return Difference(Fault.OTHER_FORMULA, ref, made.key, value_of(stored), _expected(made, values))
    if stored.value is None:
        return None  # never computed: it claims nothing
    if stored.error or shows_error(stored.value):
        expected = _expected(made, values)
        own = expected is not None and made.udf is None and _NO_ADDIN not in str(stored.value) and not _shows_errors(made, shown)
        return Difference(Fault.VALUE, ref, made.key, value_of(stored), expected) if own else None
    if made.udf is not None and fitted.plan.edition is Edition.ADDIN and is_blank(stored.value):
        return None  # a function that didn't work leaves its cell blank
    place = _place(fitted.plan, made)
    expected = _expected(made, values)
    if same_value(value_of(stored), expected, place):
        return None
    if _follows(made, stored, shown, fitted.plan.edition, place):
        return None
    fault = Fault.ROUNDING if _close(value_of(stored), expected, place) else Fault.VALUE
    return Difference(fault, ref, made.key, value_of(stored), expected, place)


_NO_ADDIN = "#NAME?"
"""What a formula shows where Excel has no add-in, or another program doesn't know a function: it claims nothing."""


def _shows_errors(made: Computed, shown: FileValues) -> bool:
    """Whether a cell that something is computed from shows an error: then it is named there."""
    held = [shown[name] for name in made.expr.names if name in shown]
    return any(shows_error(one) for value in held for one in (value if isinstance(value, tuple) else (value,)))


def _expected(made: Computed, values: PlanValues) -> Value:
    try:
        return values.in_edition(made)
    except (CellFailure, KeyError):
        return None


def _replaced(plan: Plan, made: Computed, ref: Ref, stored: Stored, values: PlanValues) -> Difference:
    if stored.value is None:
        return Difference(Fault.DELETED, ref, made.key, None, _expected(made, values))
    return Difference(Fault.CONSTANT, ref, made.key, value_of(stored), _expected(made, values), _place(plan, made))


def _follows(made: Computed, stored: Stored, shown: FileValues, edition: Edition, place: Fraction) -> bool:
    """Whether the value follows from what the file shows in the cells it is computed from: then the fault is theirs."""
    udf = made.udf if edition is Edition.ADDIN else None
    try:
        local = udf.of(shown) if udf and udf.of else made.expr.value(shown)
    except (CellFailure, KeyError, TypeError, ValueError, AssertionError):
        return False
    return same_value(value_of(stored), 0 if local is None else local, place)


def _typed(sheet: str, entries: Iterable[tuple[tuple[int, int], Entry]], stored_at: StoredCells) -> Iterator[Difference]:
    """An entry holds what was typed; a formula there may show anything, except one of figures alone that shows what they come to: 60+6. An error value
    is what LibreOffice saves as a formula of its own name: it is said as the value it is."""
    for place, made in entries:
        stored = stored_at.get(place, BLANK)
        said_as_value = stored.error and shows_error(stored.formula)
        if stored.formula and not said_as_value and not _of_figures(stored):
            yield Difference(Fault.TYPED_FORMULA, Ref(sheet, *place), made.key, stored.formula[:60])


def _entered(plan: Plan, sheet: SheetPlan, content: SheetContent) -> Iterator[Difference]:
    """What is wrong with a sheet whose formulas and texts may be others."""
    cells, planned = content.cells, sheet.by_place
    yield from _typed(sheet.name, plan.written[sheet.name].entries, cells)
    yield from _calling(sheet.name, [*(place for place in cells if place not in planned), *sheet.varying], cells)


def _calling(sheet: str, places: Iterable[Position], cells: StoredCells) -> Iterator[Difference]:
    """The first formula at these places that fetches from elsewhere or runs something."""
    for place in places:
        formula = cells.get(place, BLANK).formula
        if formula and _calls_out(formula):
            yield Difference(Fault.CALLS_OUT, Ref(sheet, *place), detail=shown(formula, 40))
            break


@lru_cache(maxsize=4096)
def _calls_out(formula: str) -> bool:
    return _CALLS_OUT.search(formula) is not None


def _of_figures(stored: Stored) -> bool:
    if not isinstance(stored.value, float) or not _FIGURES.fullmatch(stored.formula):
        return False
    try:
        return same_value(exact(stored.value), parse(stored.formula).value({}), _DUST)
    except (FormulaError, ArithmeticError, KeyError):
        return False


def _printed(sheet: str, labels: Iterable[tuple[tuple[int, int], Label]], stored_at: StoredCells) -> Iterator[Difference]:
    for place, made in labels:
        stored = stored_at.get(place, BLANK)
        if (stored.value == made.value and not stored.formula) or is_gone(*place):
            continue
        found = value_of(stored)
        if stored.formula or not _same_text(found, made.value):
            yield Difference(Fault.TEXT, Ref(sheet, *place), made.key, found, made.value)


def _same_text(found: Value, expected: Value) -> bool:
    if found == expected:
        return True
    if is_blank(found) or is_blank(expected):
        return is_blank(found) and is_blank(expected)
    if isinstance(expected, str):
        return isinstance(found, str) and _plain_lines(found) == _plain_lines(expected)
    return same_value(found, expected, _CENT)


def _plain_lines(text: str) -> str:
    return bare(text.replace("\r\n", "\n").replace("\r", "\n"))


def _place(plan: Plan, made: Computed) -> Fraction:
    """The last printed place of a cell: what its tree rounds to, outermost. Looked up once for each tree."""
    expr = made.expr
    found: Fraction | None = expr.__dict__.get("_place")
    if found is None:
        found = expr.__dict__["_place"] = _rounds_to(plan, expr)
    return found


def _rounds_to(plan: Plan, expr: Expr) -> Fraction:
    inner = expr
    while isinstance(inner, Applied):
        inner = inner.of
    if isinstance(inner, Cell):
        shown = plan.placed[expr.names[0]][1].content
        return _place(plan, shown) if isinstance(shown, Computed) else _DUST
    return next((Fraction(1, 10**one.places) for one in walk(inner) if isinstance(one, Rounded)), _DUST)


def same_value(found: Value, expected: Value, place: Fraction = _DUST) -> bool:
    """Whether a cell shows a value, to its last printed place."""
    if isinstance(found, str) or isinstance(expected, str) or found is None or expected is None:
        return _same_words(found, expected)
    if isinstance(found, bool) is not isinstance(expected, bool):
        return False  # TRUE is not 1
    gap = abs(Fraction(found) - Fraction(expected))
    return gap * 100 < place or gap <= _DUST * abs(Fraction(expected))


def _same_words(found: Value, expected: Value) -> bool:
    one, other = (
        bare(plain(side)) if isinstance(side, (int, Fraction)) and not isinstance(side, bool) else bare(str(side or ""))
        for side in (found, expected)
    )
    return one == other


def _close(found: Value, expected: Value, place: Fraction) -> bool:
    """Whether both differ by one in the last printed place."""
    if isinstance(found, (str, bool)) or isinstance(expected, (str, bool)) or found is None or expected is None or place == _DUST:
        return False
    return abs(Fraction(found) - Fraction(expected)) <= place


# ---- names


def _named_by(plan: Plan) -> Plan:
    """The plan that has the names of this one: what is found of them is found once for it."""
    return plan.base if plan.base is not None and len(plan.base.names) == len(plan.names) else plan  # the sheet put before it has none


def _names_led(plan: Plan, package: Package) -> Iterator[tuple[str, Name]]:
    for key, place in plan.names.items():
        found = package.names.get(key)
        if found is None or isinstance(place, Span):
            continue
        if found.cell != (place.sheet, place.row, place.column):
            yield key, found


def _named(fitted: Fitted, package: Package, led: Iterable[tuple[str, Name]]) -> Iterator[Difference]:
    """Names that lead elsewhere, were made constants, deleted, or are overshadowed by a sheet's own."""
    plan = fitted.plan
    for key, found in led:
        ref = plan.ref(key)
        if ref.sheet in package.sheets and not is_gone(ref.row, ref.column):
            yield Difference(Fault.NAME, ref, key, found.text[:80], ref.absolute)
    for key in found_once(_named_by(plan), ("names otherwise", Same(package.names)), lambda: list(_names_otherwise(plan, package))):
        place, known = plan.names[key], package.names.get(key)
        if place.sheet not in package.sheets or key in fitted.lost:
            continue
        if known is None:
            yield Difference(Fault.NAME_MISSING, _first_of(place), key, detail=key)
        else:
            yield Difference(Fault.NAME, _first_of(place), key, known.text[:80], place.absolute)
    own = found_once(_named_by(plan), "names in any case", lambda: {key.casefold(): key for key in reversed([*plan.names])})
    for name in package.local_names:
        if name.sheet in plan.sheet_by_name and name.name.casefold() in own:  # a sheet that was copied has names of its own
            key = own[name.name.casefold()]
            place = plan.names[key]
            yield Difference(Fault.NAME, _first_of(place), key, f"{name.sheet}：{name.text[:60]}", place.absolute)


def _names_otherwise(plan: Plan, package: Package) -> Iterator[str]:
    """The names that are missing, and those of areas that name others."""
    for key, place in plan.names.items():
        known = package.names.get(key)
        if known is None or (isinstance(place, Span) and _plain_area(known.text) != _plain_area(place.absolute)):
            yield key


def _first_of(place: Ref | Span) -> Ref:
    return place if isinstance(place, Ref) else Ref(place.sheet, place.top, place.left)


def _plain_area(text: str) -> str:
    """An area as every program writes it: 词表!$A$2:$A$9, the cell alone where it is one."""
    sheet, _, cells = text.rpartition("!")
    first, _, last = cells.partition(":")
    return f"{sheet.strip(chr(39))}!{first}:{last or first}".casefold()


# ---- what stands outside the plan


def _added(sheet: SheetPlan, extra: Iterable[Position], cells: StoredCells) -> Iterator[Difference]:
    """Content in the printed area at places the plan doesn't know."""
    area = sheet.page.area
    if area is None:
        return
    for place in extra:
        stored = cells[place]
        if not stored.blank and _inside(area, *place):
            yield Difference(Fault.OUTSIDE, Ref(sheet.name, *place), "", value_of(stored))


def _inside(area: tuple[int, int, int, int], row: int, column: int) -> bool:
    top, left, bottom, right = area
    return top <= row <= bottom and left <= column <= right


_OWN_MACRO = re.compile(r"(?:\[0\]!)?(?:jx_macros\.)?(\w+)", re.IGNORECASE)


def _buttons(sheet: SheetPlan, content: SheetContent) -> Iterator[Difference]:
    """Buttons and other drawn things that run another macro than the form's buttons do, and buttons of another caption."""
    macros = {button.caption: button.macro for button in sheet.buttons}
    run = [(Ref(sheet.name, *(one.place or (0, 0))), one.text, one.macro) for one in content.drawn if one.macro]
    run += [(Ref(sheet.name, 0, 0), "", macro) for macro in content.setting.macros]
    other = [(ref, text, macro) for ref, text, macro in run if not _is_own(macro, [macros[text]] if text in macros else [*macros.values()])]
    if other:
        named = "、".join(dict.fromkeys(shown(f"“{text}”连的是“{macro}”", 60) for _, text, macro in other[:_MOST_MODULES]))
        yield Difference(Fault.OTHER_MACROS, other[0][0], detail=f"按钮或图形{named}")
        return
    for ref, text, _ in run:
        if text and macros and bare(text) not in macros:
            yield Difference(Fault.TEXT, ref, found=text, expected="、".join(macros))
            return


def _is_own(macro: str, own: Sequence[str]) -> bool:
    found = _OWN_MACRO.fullmatch(macro.strip())
    return found is not None and found[1].casefold() in map(str.casefold, own)


def _drawn(sheet: SheetPlan, content: SheetContent, edition: Edition) -> Iterator[Difference]:
    captions = {button.caption for button in sheet.buttons}
    spare = {"chart": len(sheet.charts), "control": len(sheet.buttons)}
    for one in content.drawn:
        row, column = one.place or (0, 0)
        if sheet.page.area is not None and not _inside(sheet.page.area, row, column) and (row, column) not in sheet.by_place:
            if edition is Edition.FINISHED:
                yield Difference(Fault.BESIDE, Ref(sheet.name, row, column), detail=one.text[:40])
            continue  # beside the form
        if one.kind == "shape" and one.text in captions and (row, column) == (0, 0):
            continue  # LibreOffice saves a button also as a shape of no size
        if one.kind == "note" and edition is not Edition.FINISHED and (row, column) in sheet.by_place:
            if isinstance(sheet.by_place[row, column].content, Entry):  # a word to oneself about what one typed
                yield Difference(Fault.NOTED, Ref(sheet.name, row, column))
                continue
        spare[one.kind] = spare.get(one.kind, 0) - 1
        if spare[one.kind] < 0:
            yield Difference(Fault.OVER, Ref(sheet.name, row, column), detail=one.text[:40])


def _hidden(sheet: SheetPlan, content: SheetContent) -> Iterator[Difference]:
    folded = {column for first, last in (*sheet.hidden_columns, *sheet.unseen_columns) for column in range(first, last + 1)}
    wide = {at for at, width in enumerate(sheet.widths) if width >= _PLANNED_WIDTH}
    narrow = {
        at for first, last, width in content.widths if 0 <= width < _NARROWEST for at in range(first, min(last, len(sheet.widths)) + 1)
    }
    columns = content.hidden_columns | (narrow & wide)
    columns -= folded
    low = {
        row for row, height in content.heights.items() if height < _LOWEST and sheet.heights.get(row, _PLANNED_HEIGHT) >= _PLANNED_HEIGHT
    }
    rows = content.hidden_rows | low
    rows -= sheet.hidden_rows
    if not columns and not rows:
        return
    filtered = range(0) if sheet.filter is None else range(sheet.filter.area[0] + 1, sheet.filter.area[2] + 1)
    for one in sheet.cells:
        stored = content.cell(one.row, one.column)
        if stored.blank or isinstance(one.content, Jump) or not (one.row in rows or one.column in columns):
            continue
        if one.row not in filtered or one.column in columns or isinstance(one.content, Entry):  # a filter hides rows nobody filled in
            yield Difference(Fault.HIDDEN, Ref(sheet.name, one.row, one.column))
            return


# ---- the workbook as a whole


def structure(fitted: Fitted, package: Package) -> Iterator[Difference]:
    """What was done to a file as a whole, whatever its cells say."""
    yield from _sheets(fitted, package)
    yield from _workbook(fitted.plan, package)


def _sheets(fitted: Fitted, package: Package) -> Iterator[Difference]:
    for name in fitted.missing:
        yield Difference(Fault.SHEET_MISSING, Ref(name, 0, 0), detail=name)
    for old, new in fitted.renamed.items():
        yield Difference(Fault.SHEET_RENAMED, Ref(new, 0, 0), found=new, expected=old)
    names = {name: fitted.renamed.get(name, name) for name in fitted.moved}
    for sheet, moved in fitted.moved.items():
        now = fitted.plan.sheet_by_name[names[sheet]]
        yield from _lines_moved(now, moved.rows, Ref(names[sheet], _first(moved.rows), 0), _ROWS)
        yield from _lines_moved(now, moved.columns, Ref(names[sheet], 0, _first(moved.columns)), _COLUMNS)
    planned = fitted.plan.sheet_by_name
    for name, content in package.sheets.items():
        own = planned.get(name)
        if content.kind == "macrosheet":
            yield Difference(Fault.MACRO_SHEET, Ref(name, 0, 0))
        elif own is None and name == LAST_YEAR_SHEET:
            continue  # the import of last year's filing adds it; it is no part of this one
        elif own is None:
            hidden = content.state != Visibility.SHOWN
            yield Difference(Fault.SHEET_ADDED_HIDDEN if hidden else Fault.SHEET_ADDED, Ref(name, 0, 0))
        elif own.visibility is Visibility.SHOWN and content.state != Visibility.SHOWN:
            yield Difference(Fault.SHEET_HIDDEN, Ref(name, 0, 0))
        elif own.protected and not content.protected:
            yield Difference(Fault.UNPROTECTED, Ref(name, 0, 0))


def _workbook(plan: Plan, package: Package) -> Iterator[Difference]:
    """What the workbook as a whole is set to and carries."""
    settings = (
        (package.calculation == "manual", Fault.MANUAL),
        (not package.exact, Fault.AS_SHOWN),
        (package.date_1904, Fault.DATES_1904),
        (package.iterates, Fault.ITERATES),
        (package.windowless, Fault.WINDOW),
        (package.project is not None and plan.edition is not Edition.ADDIN, Fault.MACROS),
    )
    yield from (Difference(fault) for holds, fault in settings if holds)
    yield from found_once(_named_by(plan), ("names that run", Same(package.names)), lambda: list(_names_that_run(package.names.values())))
    yield from _names_that_run(package.local_names)
    carried = ((_LINKS, Fault.LINKS), (_CONNECTIONS, Fault.CONNECTIONS), (_EMBEDDED, Fault.EMBEDDED), (_RIBBON, Fault.RIBBON))
    for pattern, fault in carried:
        if any(map(pattern.fullmatch, package.parts)):
            yield Difference(fault)


def _names_that_run(names: Iterable[Name]) -> Iterator[Difference]:
    for name in names:
        if _RUN_BY_ITSELF.match(name.name):
            yield Difference(Fault.RUNS_ITSELF, detail=shown(f"{name.name}＝{name.text}", 60))
        elif _calls_out(name.text):
            yield Difference(Fault.CALLS_OUT, detail=shown(f"名称“{name.name}”＝{name.text}", 60))


def _styles(sheet: SheetPlan, what: str, looks: Sequence[Look], holds: Callable[[Look], object]) -> frozenset[int]:
    """The numbers of the looks of which something holds: found once for workbooks that look the same."""
    return found_once(sheet, (what, Same(looks)), lambda: frozenset(style for style, look in enumerate(looks) if holds(look)))


def _unlocked(
    sheet: SheetPlan, locked: Iterable[tuple[Position, *tuple[object, ...]]], cells: StoredCells, looks: Sequence[Look]
) -> Iterator[Difference]:
    """The first cell that can be typed over although it is locked in the form, and the sheet protected."""
    loose = _styles(sheet, "unlocked styles", looks, lambda look: not look.locked)
    for place, *_ in locked if loose else ():
        stored = cells.get(place)
        if stored is not None and stored.style in loose:
            yield Difference(Fault.UNLOCKED, Ref(sheet.name, *place))
            break


def _unseen(
    sheet: SheetPlan, formulas: Iterable[tuple[Position, Computed, str]], cells: StoredCells, looks: Sequence[Look]
) -> Iterator[Difference]:
    """The first computed cell whose formula nobody can read in the protected sheet."""
    unseen = _styles(sheet, "hidden styles", looks, lambda look: look.hidden)
    for place, _, _ in formulas if unseen else ():
        if place in cells and cells[place].style in unseen:
            yield Difference(Fault.UNSEEN, Ref(sheet.name, *place))
            break


@dataclass(frozen=True, slots=True)
class _Direction:
    """Rows or columns, in the words of a fault; `line` is the attribute of a cell that says in which it stands."""

    moved: Fault
    missing: Fault
    unit: str
    line: str


_ROWS = _Direction(Fault.ROWS_MOVED, Fault.ROWS_MISSING, "行", "row")
_COLUMNS = _Direction(Fault.COLUMNS_MOVED, Fault.COLUMNS_MISSING, "列", "column")


def _first(lines: Lines) -> int:
    """Where the first line that moved stands now; for one that was taken out, where it stood."""
    return next((line if now >= BEYOND else now for line, now in sorted(lines.items()) if line != now), 0)


def _lines_moved(sheet: SheetPlan, lines: Lines, ref: Ref, way: _Direction) -> Iterator[Difference]:
    """That lines of a sheet were moved; those that were taken out, by what their first constants say."""
    gone = [now for now in lines.values() if now >= BEYOND]
    if gone:
        labels = [(getattr(one, way.line), one.content.value) for one in reversed(sheet.cells) if isinstance(one.content, Label)]
        numbers = {line: f"序号{plain(value)}" for line, value in labels if isinstance(value, (int, Fraction))}
        texts = {**numbers, **{line: value for line, value in labels if isinstance(value, str)}}
        named = "、".join(f"“{shown(texts[line], 20)}”" for line in gone[:_MOST_ROWS] if texts.get(line))
        yield Difference(way.missing, ref, detail=f"{len(gone)}{way.unit}，{named}".rstrip("，"))
    elif lines:
        yield Difference(way.moved, ref)


def _other_macros(plan: Plan, package: Package) -> Iterator[Difference]:
    """Macros other than the template's own."""
    if package.project is None or plan.edition is not Edition.ADDIN:
        return
    try:
        other = same_macros(package.project, _own_macros(tuple(sheet.code_name for sheet in plan.sheets)))
    except ValueError as error:
        yield Difference(Fault.OTHER_MACROS, detail=f"宏读不出（{error}）")
        return
    if other:
        yield Difference(Fault.OTHER_MACROS, detail="、".join(shown(name, 40) for name in other[:_MOST_MODULES]))
        return
    try:
        unknown = unknown_in(compiled(package.project))
    except ValueError as error:
        yield Difference(Fault.OTHER_MACROS, detail=f"编译代码读不出（{error}）")
        return
    if unknown:
        named = "、".join(f"“{shown(name, 30)}”" for name in unknown[:_MOST_MODULES])
        yield Difference(Fault.OTHER_MACROS, detail=f"源代码相同，编译代码里却有它没有的{named}")


@lru_cache(maxsize=64)
def _own_macros(code_names: tuple[str, ...]) -> bytes:
    return vba_of(code_names)


def said(value: Value, place: Fraction = _CENT) -> str:
    """A value as the sheet prints it."""
    if value is None:
        return UNFINISHED
    if isinstance(value, (str, bool)):
        return str(value)
    rate = place < _CENT and place != _DUST
    return f"{plain(Fraction(value) * 100)}%" if rate else plain(value)
