"""The official form: the printed table's rows, merges, heads and widths; every value linked, nothing typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xl_jixiao.expr import Cell, Value, call, is_blank, joined, when
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.scoretable import keys, trees
from xl_jixiao.scoretable.extras import Extra
from xl_jixiao.scoretable.model import Indicator, Rubric
from xl_jixiao.scoretable.rows import ScoredRow, scored_rows
from xl_jixiao.sheet.addin import buttons_at
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.measure import HIGHEST, height_for, parts_scale, print_scale, room_at, whole_pages_scale
from xl_jixiao.sheet.page_flow import SheetRow, breaks
from xl_jixiao.sheet.page_flow import blocks as flowing
from xl_jixiao.sheet.plan import Page
from xl_jixiao.words import PROJECT, TOTAL, UNIT
from xl_jixiao.words import is_blank as nothing

LEVEL_1, LEVEL_2, NAME, WEIGHT, EXPLANATION, CRITERION, POINTS = range(7)
FIRST_ROW = 4
_LINE, _TITLE, _HEADS, _TOTAL = 15, 34, 36, 26
"""Row heights in points: an ordinary line, the title, the heads (repeated on each page), the total."""

_ABOVE = 3 * _LINE + _TITLE + _HEADS
"""What stands above the first indicator: the mark, the title, whose table it is, the heads."""


@dataclass(frozen=True)
class FormBlock:
    """The rows of one indicator on the form."""

    indicator: Indicator
    top: int

    @property
    def rows(self) -> int:
        """How many printed rows."""
        return max(1, len(self.indicator.lines))

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.top + self.rows - 1


def form_blocks(table: Rubric) -> tuple[FormBlock, ...]:
    """The indicators' rows."""
    blocks: list[FormBlock] = []
    for indicator in table.indicators:
        blocks.append(FormBlock(indicator, blocks[-1].bottom + 1 if blocks else FIRST_ROW))
    return tuple(blocks)


def form_sheet(table: Rubric, given: Mapping[str, Value]) -> SheetBuilder:
    """The form with its linked scores."""
    form, blocks = table.form, form_blocks(table)
    widths = [spec.width for spec in form.columns]
    sheet = SheetBuilder(form.sheet, "Sheet_Form", widths)
    last = len(widths) - 1
    sheet.label(0, 0, form.mark, "mark")
    sheet.label(1, 0, form.title, "title", columns=len(widths))
    sheet.height(1, _TITLE)
    put_filer(sheet, 2, table)
    sheet.heads(FIRST_ROW - 1, [spec.heading for spec in form.columns], "form_head")
    sheet.height(FIRST_ROW - 1, _HEADS)
    _put_groups(sheet, table, blocks)
    for block in blocks:
        _put_block(sheet, block, widths, given)
        _put_further(sheet, block, table)
    _put_criteria(sheet, blocks)
    first_extra = blocks[-1].bottom + 1
    bottom = first_extra + len(table.extras)
    for row, extra in enumerate(table.extras, first_extra):
        _put_extra(sheet, row, extra, widths)
    _put_total(sheet, bottom, table)
    for row, text in enumerate(form.signatures, bottom + 1):
        sheet.label(row, 0, text, "text", columns=len(widths))
    sheet.page = Page(
        landscape=form.landscape,
        centred=True,
        heads=(FIRST_ROW - 1, FIRST_ROW - 1),
        area=(0, 0, bottom + len(form.signatures), last),
    )
    beside = ((row, sheet.heights[row]) for row in range(first_extra, bottom))
    ending = (*beside, (bottom, _TOTAL), *((row, _LINE) for row in range(bottom + 1, bottom + 1 + len(form.signatures))))
    paged = _broken if any(block.indicator.page_break for block in blocks) else _unbroken
    sheet.page = paged(sheet, blocks, ending)
    sheet.buttons += buttons_at(1, len(widths))
    return sheet


def _broken(sheet: SheetBuilder, blocks: Sequence[FormBlock], ending: Sequence[SheetRow]) -> Page:
    """Pages as the printed form has them, at a scale that makes each of them one; where that could not be read, an indicator's rows still
    stay together. `ending` is what stands below the indicators."""
    parts: list[float] = [_ABOVE]
    for block in blocks:
        if block.indicator.page_break:
            parts.append(_HEADS)
        parts[-1] += sum(height for _, height in _rows_of(sheet, block))
    parts[-1] += sum(height for _, height in ending)
    return _paged(sheet, blocks, (), parts_scale(sheet.widths, parts, landscape=sheet.page.landscape))


def _unbroken(sheet: SheetBuilder, blocks: Sequence[FormBlock], ending: Sequence[SheetRow]) -> Page:
    """Pages where the printed form says none: a total that would stand on the last page alone is drawn onto the one before, or stays with
    the last indicator. What fits on one page needs nothing."""
    landscape = sheet.page.landscape
    rows = [row for block in blocks for row in _rows_of(sheet, block)]
    drawn = whole_pages_scale(sheet.widths, _ABOVE + sum(height for _, height in (*rows, *ending)), _HEADS, landscape=landscape)
    page = _paged(sheet, blocks, ending, drawn or print_scale(sheet.widths, landscape=landscape))
    return page if drawn or page.breaks else sheet.page


def _rows_of(sheet: SheetBuilder, block: FormBlock) -> tuple[SheetRow, ...]:
    return tuple((row, sheet.heights[row]) for row in range(block.top, block.bottom + 1))


def _paged(sheet: SheetBuilder, blocks: Sequence[FormBlock], ending: Sequence[SheetRow], scale: int) -> Page:
    """The pages at a scale: rows of an indicator, and those that share its 评分标准, stay together, and the `ending` with the last of them."""
    shared = {at for first, block in enumerate(blocks) for at in range(first, first + block.indicator.criterion_span - 1)}
    items = [(_rows_of(sheet, block), at in shared, block.indicator.page_break) for at, block in enumerate(blocks)]
    last, tied, starts = items[-1]
    items[-1] = ((*last, *ending), tied, starts)
    room = room_at(scale, landscape=sheet.page.landscape)
    return replace(sheet.page, breaks=tuple(breaks(flowing(items), room, used=_ABOVE, heads=_HEADS)), scale=scale)


def put_filer(sheet: SheetBuilder, row: int, table: Rubric) -> None:
    """Whose table it is, over all columns."""
    names = tuple(name for name in (UNIT, PROJECT) if name in table.input_by_key)
    if names:
        sheet.computed(row, 0, "", trees.whose(names), "text", columns=len(sheet.widths))
        sheet.height(row, _LINE * len(names))


def _put_groups(sheet: SheetBuilder, table: Rubric, blocks: Sequence[FormBlock]) -> None:
    for level in (LEVEL_1, LEVEL_2):
        for run in _runs(blocks, level):
            path = run[0].indicator.path[: level + 1]
            if len(path) > level:
                label = table.form.labels.get("/".join(path), path[-1])
                sheet.label(run[0].top, level, label, "form_centre", run[-1].bottom - run[0].top + 1)


def _runs(blocks: Sequence[FormBlock], level: int) -> Iterator[list[FormBlock]]:
    """Neighbouring indicators of one group, cut where the printed form starts a new page and says the group again."""
    run: list[FormBlock] = []
    for block in blocks:
        same = run and run[-1].indicator.path[: level + 1] == block.indicator.path[: level + 1]
        if run and (not same or block.indicator.page_break):
            yield run
            run = []
        run.append(block)
    yield run


def _put_block(sheet: SheetBuilder, block: FormBlock, widths: Sequence[float], given: Mapping[str, Value]) -> None:
    """Puts the rows of an indicator."""
    indicator, top, rows = block.indicator, block.top, block.rows
    named = any(line.name for line in indicator.lines)
    if not named:
        sheet.label(top, NAME, indicator.name, "form_centre", rows)
    sheet.label(top, WEIGHT, indicator.weight, "form_points", rows)
    sheet.computed(top, POINTS, "", Cell(keys.score_name(indicator.code)), "form_points", rows)
    heights = []
    for at in range(rows):
        name = indicator.lines[at].name if indicator.lines else ""
        if named:
            sheet.label(top + at, NAME, name, "form_centre")
        text = _put_content(sheet, top + at, indicator, at, given)
        heights.append(height_for([(text, widths[EXPLANATION]), (name, widths[NAME])], 9, 20))
    shared = [(indicator.name, widths[NAME])]
    if indicator.criterion_span == 1:
        shared.append((indicator.printed_criterion, widths[CRITERION]))
    short = max(0.0, height_for(shared, 9, 20) - sum(heights)) / rows
    for row, height in enumerate(heights, top):
        sheet.height(row, min(HIGHEST, height + short))


def _put_further(sheet: SheetBuilder, block: FormBlock, table: Rubric) -> None:
    """The columns after the seventh: empty, for a hand (复核得分, 备注)."""
    for column in range(POINTS + 1, len(table.form.columns)):
        sheet.label(block.top, column, None, "form", block.rows)


def _put_content(sheet: SheetBuilder, row: int, indicator: Indicator, at: int, given: Mapping[str, Value]) -> str:
    """A line's content: the printed one, or what the unit wrote there; returns what it shows now."""
    text = indicator.lines[at].content if indicator.lines else indicator.explanation
    rows = scored_rows(indicator) if at == 0 else ()
    if rows:
        shown = joined(*(row.printed for row in rows))
        sheet.computed(row, EXPLANATION, "", when(shown.equals(""), text, shown), "form")
        return "\n".join([text, *(_row_text(one, given) for one in rows)])
    if not indicator.lines or not isinstance(indicator.rule, Itemised) or 2 * at >= len(indicator.item_keys):
        sheet.label(row, EXPLANATION, text, "form")
        return text
    key = indicator.item_keys[2 * at]
    sheet.computed(row, EXPLANATION, "", when(is_blank(Cell(key)), text, joined(f"{at + 1}.", Cell(key))), "form")
    return text if nothing(given.get(key)) else f"{at + 1}.{given[key]}"


def _row_text(row: ScoredRow, given: Mapping[str, Value]) -> str:
    """About how long the printed line of a row is; empty where it isn't used."""
    said = [str(given.get(key) or "") for key in row.entries.values()]
    return f"{row.number}.{'，'.join(said)}：指标值，完成值，分，得分" if said[0] else ""


def _put_criteria(sheet: SheetBuilder, blocks: Sequence[FormBlock]) -> None:
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += block.indicator.criterion_span
        last = blocks[min(at, len(blocks)) - 1]
        sheet.label(block.top, CRITERION, block.indicator.printed_criterion, "form", last.bottom - block.top + 1)


def _put_extra(sheet: SheetBuilder, row: int, extra: Extra, widths: Sequence[float]) -> None:
    """加分, 扣分 or 一票否决: its limit in the column of weights, which doesn't count it."""
    sheet.label(row, LEVEL_1, extra.name, "form_centre", columns=NAME + 1)
    sheet.label(row, WEIGHT, extra.limit, "form_centre")
    sheet.label(row, EXPLANATION, None, "form")
    sheet.label(row, CRITERION, extra.printed, "form")
    sheet.computed(row, POINTS, "", Cell(extra.key), "form_points")
    for column in range(POINTS + 1, len(widths)):
        sheet.label(row, column, None, "form")
    texts = [(extra.name, sum(widths[: NAME + 1])), (extra.limit, widths[WEIGHT]), (extra.printed, widths[CRITERION])]
    sheet.height(row, height_for(texts, 9, 20))


def _put_total(sheet: SheetBuilder, row: int, table: Rubric) -> None:
    last = row - 1 - len(table.extras)
    sheet.area(keys.FORM_WEIGHTS.key, FIRST_ROW, WEIGHT, last)
    sheet.area(keys.FORM_POINTS.key, FIRST_ROW, POINTS, last)
    sheet.label(row, LEVEL_1, table.form.total_label, "form_head", columns=NAME + 1)
    sheet.computed(row, WEIGHT, keys.FORM_WEIGHT_TOTAL, call("SUM", keys.FORM_WEIGHTS), "form_points")
    sheet.label(row, EXPLANATION, None, "form")
    sheet.label(row, CRITERION, None, "form")
    sheet.computed(row, POINTS, TOTAL, trees.total(keys.FORM_POINTS, keys.FORM_WEIGHTS, table), "form_points")
    for column in range(POINTS + 1, len(table.form.columns)):
        sheet.label(row, column, None, "form")
    sheet.height(row, _TOTAL)
