"""校验: live checks with jump links to the first thing that has to be mended."""

from collections.abc import Iterable
from dataclasses import dataclass

from xl_jixiao.expr import Area, Cell, Choice, Counted, Expr, Literal, Operand, all_of, call, joined, tree, when
from xl_jixiao.sheet.build import SheetBuilder, titled
from xl_jixiao.sheet.data import state
from xl_jixiao.sheet.home import AWAY
from xl_jixiao.sheet.measure import height_for, room_at, whole_pages_scale
from xl_jixiao.sheet.page_flow import Unbroken, breaks
from xl_jixiao.sheet.plan import Computed, Page, Varies, linked, place_of
from xl_jixiao.sheet.progress import Gap, Progress, first_word
from xl_jixiao.tables.parts import Identity
from xl_jixiao.words import CHECKS, EXPLAIN, INVALID, MUST_FIX, NOT_FILLED, PASSED, ROUNDING, UNFINISHED

WIDTHS = (6, 36, 14, 52, 28)
_PLAIN = 15
"""The height in points of a row without one of its own."""
HEADS = ("序号", "检查项", "结果", "说明", "跳转")
FIRST_ROW = 4
NUMBER, NAME, RESULT, DETAIL, TARGET = range(5)
RESULTS = Area("区:校验结果")
STARTED = Cell("校验:已填")
"""How much of the workbook is filled, in words; 尚未填写 while nothing is."""


def detail(number: int) -> Cell:
    """What a check says in a sentence."""
    return Cell(f"校验说明:{number}")


@dataclass(frozen=True)
class Line:
    """One check: what its result says, in a word and in a sentence, and the key of the cell to look at."""

    name: str
    result: Expr
    detail: Expr
    target: str
    varies: Varies = Varies.NOWHERE
    """In what it is about how the workbook was written: how much room its rows have."""

    first: Gap | None = None
    """The first place where something is wrong, where the check looks at several."""

    @property
    def jump(self) -> Expr:
        """The link to what has to be looked at."""
        fixed = linked(place_of(self.target), self.target)
        return fixed if self.first is None else when(self.first.wanting, self.first.link, fixed)


def passes(test: Expr, bad: str, name: str, detail: Operand, target: str, *, varies: Varies = Varies.NOWHERE) -> Line:
    """A check that says 通过 where a test holds."""
    return Line(name, when(test, PASSED, bad), tree(detail), target, varies)


def counted(name: str, area: Area, word: str, unit: str, bad: str, target: str, *, started: Expr | None = None) -> Line:
    """That a word doesn't stand in an area; `started` tells whether anything is filled there."""
    count = Counted(area, word)
    result = when(count.equals(0), PASSED, bad)
    if started is not None:
        result = when(started, result, NOT_FILLED)
    return Line(name, result, joined(count, unit), target, first=first_word(area, word, target))


def agrees(identity: Identity, asked: Iterable[str]) -> Line:
    """That two sides of an identity agree. A figure that is wrong is said where it stands, and not again of the whole; so are the figures it comes
    from that may be asked about."""
    sound = [*(state(name).differs(INVALID) for name in identity.names), *(state(key).differs(EXPLAIN) for key in dict.fromkeys(asked))]
    known = all_of(sound)
    left, right = identity.sides
    gap = identity.gap
    label = f"{left.sentence()}={right.sentence()}"
    near = when(call("ABS", gap) <= identity.tolerance, ROUNDING, MUST_FIX)
    result = when(identity.complete, when(known, when(gap.equals(0), PASSED, near), UNFINISHED), NOT_FILLED)
    detail = when(identity.complete, when(known, joined(label, "，相差", gap), label), label)
    return Line(identity.name, result, detail, identity.names[0])


def at_home(target: str) -> Line:
    """That every entry is where it was: cut and pasted elsewhere, a cell takes its name and all that reads it along, and is scored there."""
    away = AWAY.equals("")
    said = joined(call("MID", AWAY, 2, _MOST_SAID), "被剪切到了别处，请撤销，或把数填回原处后重新填报")
    return passes(away, MUST_FIX, "填报数在原来的单元格", when(away, "没有被剪切到别处的", said), target)


_MOST_SAID = 200
"""So many characters name the cells that were cut away."""


def checks_sheet(lines: Iterable[Line], progress: Progress, shown: Iterable[str] = ()) -> tuple[SheetBuilder, int]:
    """The sheet with its checks, and the row after them. `shown` are the details as they read now, for the heights of the rows.

    Before anything is typed no check is passed and none has failed.
    """
    note = "“必改”的改正后才能上报；“须说明”的写明理由；点“跳转”到第一处要改的地方。"
    sheet = titled(CHECKS, "Sheet_Checks", CHECKS, WIDTHS, note, heads=HEADS, head_row=FIRST_ROW - 1)
    sheet.computed(FIRST_ROW - 2, 0, STARTED.key, progress.said, "text", columns=len(WIDTHS))
    row, details = FIRST_ROW, iter(shown)
    for number, line in enumerate(lines, 1):
        sheet.label(row, NUMBER, number, "centre")
        sheet.label(row, NAME, line.name, "cell")
        result = when(STARTED.equals(NOT_FILLED), NOT_FILLED, line.result)
        sheet.put(row, RESULT, Computed(f"校验:{number}", result, varies=line.varies), "centre")
        sheet.put(row, DETAIL, Computed(detail(number).key, line.detail, varies=line.varies), "small")
        sheet.put(row, TARGET, Computed("", line.jump, varies=Varies.NUMBERS), "link")
        now = next(details, None)
        said = longest_text(line.detail) if now is None else now
        sheet.height(row, max(height_for([(said, WIDTHS[DETAIL])], 9, 20), height_for([(line.name, WIDTHS[NAME])], 10, 20)))
        row += 1
    sheet.area(RESULTS.key, FIRST_ROW, RESULT, row - 1)
    return sheet, row


def longest_text(of: Expr) -> str:
    """About what a text tree shows at its longest: its constants, of a choice the longer side."""
    if isinstance(of, Literal):
        return of.of if isinstance(of.of, str) else ""
    if isinstance(of, Choice):
        return max(longest_text(of.yes), longest_text(of.no), key=len)
    return "".join(map(longest_text, of.parts()))


def finish(sheet: SheetBuilder, row: int) -> SheetBuilder:
    """Marks, frozen heads and the print area; `row` is the one after the last."""
    sheet.mark_states(FIRST_ROW, RESULT, row)
    sheet.frozen = (FIRST_ROW, 0)
    rows = [(at, sheet.heights.get(at, _PLAIN)) for at in range(row)]
    scale = whole_pages_scale(WIDTHS, sum(height for _, height in rows), 0, landscape=True)
    starts = tuple(breaks((Unbroken((one,)) for one in rows), room_at(scale, landscape=True))) if scale else ()
    sheet.page = Page(landscape=True, area=(0, 0, row, len(WIDTHS) - 1), breaks=starts, scale=scale)
    return sheet
