"""The official form: the printed table's rows, merges, heads and widths; every value linked, nothing typed."""

from collections.abc import Iterator

from xl_jixiao.layout import FIRST_FORM_ROW, FormBlock, Layout, column_letter, score_name
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.scoretable.scoring import ScoreCard
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template import formulas
from xl_jixiao.template.book import Book, height_for
from xl_jixiao.template.paper import parts_scale
from xl_jixiao.template.working_sheet import final_of
from xl_jixiao.words import UNFINISHED

LEVEL_1, LEVEL_2, NAME, WEIGHT, EXPLANATION, CRITERION, POINTS = range(7)
_LINE, _TITLE, _HEADS, _TOTAL = 15, 34, 30, 26
"""Row heights in points: an ordinary line, the title, the heads (repeated on each page), the total."""

_ABOVE = 2 * _LINE + _TITLE + _HEADS
"""What stands above the first indicator: the mark, the title, whose table it is, the heads."""


def write(book: Book, layout: Layout, answers: Answers, card: ScoreCard) -> None:
    """Writes the form with its linked scores."""
    form = layout.rubric.form
    sheet = book.sheet(form.sheet, "Sheet_Form")
    if form.landscape:
        sheet.set_landscape()
    sheet.center_horizontally()
    last_column = len(form.columns) - 1
    for column, spec in enumerate(form.columns):
        sheet.set_column(column, column, spec.width)
    book.write(sheet, 0, 0, form.mark, "mark")
    book.merge(sheet, (1, 1), (0, last_column), form.title, "title")
    sheet.set_row(1, _TITLE)
    write_filer(book, sheet, 2, last_column, layout, answers)
    for column, spec in enumerate(form.columns):
        book.write(sheet, FIRST_FORM_ROW - 1, column, spec.heading, "form_head")
    sheet.set_row(FIRST_FORM_ROW - 1, _HEADS)
    for level in (0, 1):
        for blocks in _runs(layout.form_blocks, level):
            path = blocks[0].indicator.path[: level + 1]
            if len(path) > level:
                label = form.labels.get("/".join(path), path[-1])
                rows = (blocks[0].row, blocks[-1].row + blocks[-1].rows - 1)
                book.merge(sheet, rows, (level, level), label, "form_centre")
    parts = [_ABOVE]
    for block in layout.form_blocks:
        if block.indicator.page_break:
            parts.append(_HEADS)
        parts[-1] += _write_block(book, sheet, layout, block, answers, card)
    parts[-1] += _TOTAL + _LINE * len(form.signatures)
    _write_criteria(book, sheet, layout)
    _write_total(book, sheet, layout, card)
    sheet.repeat_rows(FIRST_FORM_ROW - 1)
    breaks = [block.row for block in layout.form_blocks if block.indicator.page_break]
    if breaks:
        sheet.set_h_pagebreaks(breaks)
        widths = [spec.width for spec in form.columns]
        sheet.set_print_scale(parts_scale(widths, parts, landscape=form.landscape))
    else:
        sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, layout.form_total_row + len(form.signatures), last_column)
    for at, text in enumerate(form.signatures, 1):
        book.merge(sheet, (layout.form_total_row + at,) * 2, (0, last_column), text, "text")
    book.protect(sheet)


def write_filer(book: Book, sheet, row: int, last_column: int, layout: Layout, answers: Answers) -> None:
    """Whose table it is: ``单位名称：…　　项目名称：…``."""
    names = [name for name in ("单位名称", "项目名称") if name in layout.inputs]
    if names:
        formula = "&".join(f'"{"　　" if at else ""}{name}："&{name}' for at, name in enumerate(names))
        shown = "　　".join(f"{name}：{answers.get(name) or ''}" for name in names)
        book.merge_formula(sheet, (row, row), (0, last_column), f"={formula}", shown, "text")


def _runs(blocks: tuple[FormBlock, ...], level: int) -> Iterator[list[FormBlock]]:
    """Neighbouring indicators of one group, cut where the printed form starts a new page and says the group again."""
    run: list[FormBlock] = []
    for block in blocks:
        same = run and run[-1].indicator.path[: level + 1] == block.indicator.path[: level + 1]
        if run and (not same or block.indicator.page_break):
            yield run
            run = []
        run.append(block)
    yield run


def _write_block(book: Book, sheet, layout: Layout, block: FormBlock, answers: Answers, card: ScoreCard) -> float:
    """Writes the rows of an indicator; their height in points."""
    indicator = block.indicator
    rows = (block.row, block.row + block.rows - 1)
    columns = layout.rubric.form.columns
    named = any(line.name for line in indicator.lines)
    if not named:
        book.merge(sheet, rows, (NAME, NAME), indicator.name, "form_centre")
    book.merge(sheet, rows, (WEIGHT, WEIGHT), indicator.weight, "form_points")
    book.merge_formula(
        sheet, rows, (POINTS, POINTS), f"={score_name(indicator.code)}", final_of(card.by_code[indicator.code]), "form_points"
    )
    heights = []
    for at in range(block.rows):
        line = indicator.lines[at] if indicator.lines else None
        if named:
            book.write(sheet, block.row + at, NAME, line.name, "form_centre")
        text = line.content if line else indicator.explanation
        key = indicator.item_keys[2 * at] if line and isinstance(indicator.rule, Itemised) and 2 * at < len(indicator.item_keys) else None
        if key:
            answer = answers.get(key)
            text = f"{at + 1}.{answer}" if answer else line.content
            formula = f'=IF({key}="",{formulas.quoted(line.content)},"{at + 1}."&{key})'
            book.formula(sheet, block.row + at, EXPLANATION, formula, text, "form")
        else:
            book.write(sheet, block.row + at, EXPLANATION, text, "form")
        heights.append(height_for([(text, columns[EXPLANATION].width), (line.name if line else "", columns[NAME].width)], 9, 20))
    shared = [(indicator.name, columns[NAME].width)]
    if indicator.criterion_span == 1:
        shared.append((indicator.printed_criterion, columns[CRITERION].width))
    short = max(0.0, height_for(shared, 9, 20) - sum(heights)) / block.rows
    shown = [min(409.0, height + short) for height in heights]
    for at, height in enumerate(shown):
        sheet.set_row(block.row + at, height)
    return sum(shown)


def _write_criteria(book: Book, sheet, layout: Layout) -> None:
    blocks = list(layout.form_blocks)
    at = 0
    while at < len(blocks):
        block = blocks[at]
        last = blocks[min(at + block.indicator.criterion_span, len(blocks)) - 1]
        book.merge(sheet, (block.row, last.row + last.rows - 1), (CRITERION, CRITERION), block.indicator.printed_criterion, "form")
        at += block.indicator.criterion_span


def _write_total(book: Book, sheet, layout: Layout, card: ScoreCard) -> None:
    row, rubric = layout.form_total_row, layout.rubric
    first = FIRST_FORM_ROW + 1
    book.merge(sheet, (row, row), (LEVEL_1, NAME), rubric.form.total_label, "form_head")
    weights = f"{column_letter(WEIGHT)}{first}:{column_letter(WEIGHT)}{row}"
    points = f"{column_letter(POINTS)}{first}:{column_letter(POINTS)}{row}"
    book.formula(sheet, row, WEIGHT, f"=SUM({weights})", rubric.total, "form_points")
    book.write(sheet, row, EXPLANATION, None, "form")
    book.write(sheet, row, CRITERION, None, "form")
    shown = UNFINISHED if card.total is None else card.total
    book.formula(sheet, row, POINTS, formulas.total(points, weights, layout), shown, "form_points")
    sheet.set_row(row, _TOTAL)
