"""自评表: the official form, and beside its print area what a clerk needs while writing the rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from xl_jixiao.expr import Applied, Call, Cell, Value, all_of, exact, joined, when
from xl_jixiao.number import percent
from xl_jixiao.selfeval import cells, form_limits, funds
from xl_jixiao.selfeval.answers import IndicatorRow, SelfAnswers, amount_key, entries, row_entries
from xl_jixiao.selfeval.judging import row_trees
from xl_jixiao.selfeval.layout import FIRST_FIELD_ROW, PANEL_ROW, TITLE_ROW, YEAR_ROW, FormColumns, SelfLayout
from xl_jixiao.selfeval.model import ACTUAL, AMOUNTS, EXECUTION_NOTE, EXECUTION_RATE, EXPECTED, YEAR_FIELD, SelfForm
from xl_jixiao.selfeval.passages import LongText, long_text, put_pieces, set_heights, tall_style
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, NOTE_WORDS, WEIGHT_TOTAL, written_key
from xl_jixiao.sheet.addin import buttons_at
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Computed, Entry, Filter, Page, Udf
from xl_jixiao.words import GRADE, TOTAL

RULE_NAME = "规则_自评表"
WRITTEN, EMPTY, SPARE = "已填", "空行", "备用行"
"""The words of the filter column: printed rows, empty rows in sight, rows in reserve."""

HEAD_KEY, TOTAL_KEY = "表头:指标", "表头:总分"
"""The first head of the indicators and the label of 总分: where they are moved, rows were put in or taken out."""

ROW_HEIGHT = 33
GOALS_HEIGHT = 84
_NOTE_HEIGHT = 2 * ROW_HEIGHT
EMPTY_ROWS = 4
FEWEST_ROWS = 14
SIDE_WIDTHS = (10, 10, 9, 8, 34)
NO_MARK = "—"
_COLUMNS = (
    (FormColumns.LEVEL1, cells.LEVEL1, "input_form_words"),
    (FormColumns.LEVEL2, cells.LEVEL2, "input_form_words"),
    (FormColumns.NAME, cells.NAME, "input_form"),
    (FormColumns.TARGET, cells.TARGET, "input_form_words"),
    (FormColumns.ACTUAL, cells.DONE, "input_form_words"),
    (FormColumns.WEIGHT, cells.WEIGHT, "input_form_weight"),
    (FormColumns.REASON, cells.REASON, "input_form"),
    (FormColumns.DIRECTION, cells.DIRECTION, "input_form_words"),
    (FormColumns.DEGREE, cells.DEGREE, "input_form_share"),
)
_GOALS = ((FormColumns.LEVEL1, FormColumns.TARGET), (FormColumns.ACTUAL, FormColumns.REASON))


def form_sheet(layout: SelfLayout, answers: SelfAnswers, edition: Edition) -> SheetBuilder:
    """The form with its answers and results."""
    return _Form(layout, answers, edition).sheet


def goal_texts(form: SelfForm, answers: SelfAnswers) -> tuple[LongText, ...]:
    """The goals in their columns."""
    widths = (sum(form.widths[first : last + 1]) for first, last in _GOALS)
    return tuple(LongText(text, width) for text, width in zip((answers.expected, answers.actual), widths, strict=True))


def row_texts(row: IndicatorRow, form: SelfForm) -> tuple[LongText, ...]:
    """The texts of a row in their columns."""
    found = (row.name, row.target, row.actual, row.reason, row.level2)
    return tuple(
        long_text(exact(text), form.widths[column]) for column, text in zip((*FormColumns.TEXTS, FormColumns.LEVEL2), found, strict=True)
    )


@dataclass(frozen=True)
class _Head:
    """A head field at its place: the first stands alone in its row, the others two to a row."""

    name: str
    row: int
    label: tuple[int, int]
    value: tuple[int, int]


def _heads(layout: SelfLayout) -> Iterator[_Head]:
    fields = layout.table.fields
    for at, one in enumerate(fields):
        row, second = FIRST_FIELD_ROW + (at + 1) // 2, at > 0 and at % 2 == 0
        alone = at == 0 or (at % 2 == 1 and at == len(fields) - 1)
        label = (FormColumns.TARGET, FormColumns.ACTUAL) if second else (0, FormColumns.LEVEL2)
        last = FormColumns.REASON if alone or second else FormColumns.NAME
        yield _Head(one.name, row, label, (FormColumns.WEIGHT if second else FormColumns.NAME, last))


class _Form:
    """The form being put together from top to bottom."""

    def __init__(self, layout: SelfLayout, answers: SelfAnswers, edition: Edition) -> None:
        self.layout, self.answers, self.table, self.form = layout, answers, layout.table, layout.table.form
        self.editable = edition is not Edition.FINISHED
        self.given = entries(self.table, answers)
        self.trees = row_trees(self.table.rows)
        self.sheet = SheetBuilder(self.form.sheet, "Sheet_Form", (*self.form.widths, *self._side_widths()))
        self.sheet.default_height = ROW_HEIGHT  # two lines: rows don't grow with what is typed
        last = layout.total_row + len(self.form.signatures)
        self.sheet.page = Page(centred=True, heads=(layout.head_row, layout.head_row), area=(0, 0, last, FormColumns.LAST))
        self._title()
        self._fields()
        self._funds()
        self._goals()
        self._rows()
        self._total()
        self._note()
        if self.editable:
            self._panel()
            self._limits()
            self.sheet.buttons += buttons_at(1, FormColumns.HINT + 2)
        elif str(layout.spans):
            self.sheet.unseen_columns.append((FormColumns.WHOLE, FormColumns.WHOLE + FormColumns.LAST))

    def _merged(self, rows: tuple[int, int], columns: tuple[int, int]) -> dict[str, int]:
        return {"rows": rows[1] - rows[0] + 1, "columns": columns[1] - columns[0] + 1}

    def _label(self, rows: tuple[int, int], columns: tuple[int, int], value: Value, style: str, key: str = "") -> None:
        self.sheet.label(rows[0], columns[0], value, style, **self._merged(rows, columns), key=key)

    def _entry(self, rows: tuple[int, int], columns: tuple[int, int], entry: Entry, style: str) -> None:
        self.sheet.put(rows[0], columns[0], entry, style, **self._merged(rows, columns))

    def _title(self) -> None:
        self.sheet.label(0, 0, self.form.mark, "mark")
        self._label((TITLE_ROW, TITLE_ROW), (0, FormColumns.LAST), self.form.title, "title")
        self.sheet.height(TITLE_ROW, 30)
        self._entry((YEAR_ROW, YEAR_ROW), (0, FormColumns.LAST), Entry(YEAR_FIELD, self.given[YEAR_FIELD]), "input_year")

    def _fields(self) -> None:
        texts: dict[int, list[LongText]] = {}
        for one, head in zip(self.table.fields, _heads(self.layout), strict=True):
            rows = (head.row, head.row)
            self._label(rows, head.label, head.name, "form_head")
            entry = Entry(one.name, self.given[one.name], form_limits.of_field(one), one.required)
            self._entry(rows, head.value, entry, "input_form")
            width = sum(self.form.widths[head.value[0] : head.value[1] + 1])
            texts.setdefault(head.row, []).append(long_text(self.given[one.name], width))
        for row, found in texts.items():
            set_heights(self.sheet, (row, row), found, 22)

    # ---- funds

    def _funds(self) -> None:
        """年度资金总额 is the sum of its sources; only it is scored."""
        sheet, table, top = self.sheet, self.table, self.layout.funds_row
        row, levels = top + 1, (FormColumns.LEVEL1, FormColumns.LEVEL2)
        self._label((top, self.layout.funds_last_row), (0, 0), self.form.funds_label, "form_centre")
        self._label((top, top), levels, None, "form_head")
        sheet.heads(top, (*self.form.amounts, "分值", "执行率", "得分"), "form_head", FormColumns.NAME)
        sheet.height(top, 20)
        self._label((row, row), levels, self.form.funds_total_label, "form_centre")
        for column, amount in enumerate(AMOUNTS, FormColumns.NAME):
            sheet.computed(row, column, amount, funds.amount_of_all(table, amount), "form_money")
            sheet.area(cells.column(amount).key, row + 1, column, row + len(table.counted))
        sheet.label(row, FormColumns.WEIGHT, table.execution.weight, "form_weight", key=funds.EXECUTION_WEIGHT.key)
        sheet.computed(row, FormColumns.POINTS, EXECUTION_RATE, funds.execution_rate(table), "form_rate", udf=funds.execution_udf(table))
        sheet.computed(row, FormColumns.REASON, EXECUTION_POINTS, funds.execution_points(table), "form_weight")
        sheet.height(row, 22)
        for line, source in enumerate(table.sources, row + 1):
            self._label((line, line), levels, source.label or source.name, "form")
            for column, amount in enumerate(AMOUNTS, FormColumns.NAME):
                key = amount_key(source.name, amount)
                sheet.entry(line, column, key, self.given.get(key), "input_form_money")
            sheet.label(line, FormColumns.WEIGHT, NO_MARK, "form_centre")
            sheet.computed(line, FormColumns.POINTS, f"执行率:{source.name}", funds.source_rate(table, source.name), "form_rate")
            sheet.label(line, FormColumns.REASON, NO_MARK, "form_centre")
            sheet.height(line, 26)

    # ---- goals

    def _goals(self) -> None:
        sheet, row, rows = self.sheet, self.layout.goals_row, self.layout.goals
        texts, tall = goal_texts(self.form, self.answers), rows[0] != rows[1]
        self._label((row, rows[1]), (0, 0), self.form.goals_label, tall_style("form_centre", rows))
        sheet.height(row, 20)
        labels = (self.form.expected_label, self.form.actual_label)
        for label, text, columns, name in zip(labels, texts, _GOALS, (EXPECTED, ACTUAL), strict=True):
            self._label((row, row), columns, label, "form_head")
            entry = Entry(name, self.given[name], form_limits.of_text(name))
            if tall and not self.editable:
                sheet.put(rows[0], columns[0] + FormColumns.WHOLE, entry, "hidden")
                put_pieces(sheet, rows, columns[0], Cell(name), text, "input_form", columns[1] - columns[0] + 1)
            else:
                self._entry(rows, columns, entry, tall_style("input_form", rows))
        beside = self._note_height() - 20 * (rows[0] - self.layout.note_row)
        set_heights(sheet, rows, texts, max(beside, GOALS_HEIGHT if self.editable else 60))

    # ---- rows

    def _written(self) -> Sequence[IndicatorRow]:
        """The rows as they stand: a blank form starts with one for each 二级指标, as the form prints them."""
        written = self.answers.rows
        if self.editable and not written:
            written = tuple(IndicatorRow(level1=one, level2=two) for one, two in self.table.pairs)[: self.layout.rows]
        return (*written, *(IndicatorRow(),) * (self.layout.rows - len(written)))

    def _rows(self) -> None:
        sheet, layout = self.sheet, self.layout
        head, (first, last) = layout.head_row, layout.form_rows(1, layout.rows)
        self._side_label()
        for column, text in enumerate(self.form.headings, FormColumns.LEVEL1):
            sheet.label(head, column, text, "form_head", key=HEAD_KEY if column == FormColumns.LEVEL1 else "")
        sheet.heads(head, ("计分方向\n（选填）", "完成程度\n（定性）"), "head", FormColumns.DIRECTION)
        sheet.height(head, 30)
        rows = self._written()
        for number, row in zip(layout.numbers, rows, strict=True):
            self._row(number, row)
        for name, column in ((cells.WEIGHT, FormColumns.WEIGHT), (cells.POINTS, FormColumns.POINTS)):
            sheet.area(cells.column(name).key, first, column, last)
        for name, column in (
            (cells.NAME, FormColumns.NAME),
            (cells.TARGET, FormColumns.TARGET),
            (cells.DONE, FormColumns.ACTUAL),
            (cells.REASON, FormColumns.REASON),
        ):
            sheet.area(cells.column(name).key, first, column, last)
        if self.editable:
            self._beside()
        else:
            self._classes(cells.LEVEL1, FormColumns.LEVEL1, rows, lambda row: (row.level1,))
            self._classes(cells.LEVEL2, FormColumns.LEVEL2, rows, lambda row: (row.level1, row.level2))

    def _side_label(self) -> None:
        """绩效指标 beside all rows and their heads; the heads are repeated on every page, so a label at the top starts under them."""
        layout, text = self.layout, "\n".join(self.form.side_label)
        head, (first, last) = layout.head_row, layout.form_rows(1, layout.rows)
        if any(map(layout.tall, layout.numbers)):
            self._label((head, head), (0, 0), None, "form_centre/first")
            self._label((first, last), (0, 0), text, "form_centre/last")
        else:
            self._label((head, last), (0, 0), text, "form_centre")

    def _row(self, number: int, row: IndicatorRow) -> None:
        sheet, rows, tall = self.sheet, self.layout.form_rows(number), self.layout.tall(number)
        given = row_entries(row)
        for column, name, style in _COLUMNS:
            entry = Entry(cells.at(name, number), given[name], required=name not in (cells.REASON, cells.DIRECTION, cells.DEGREE))
            if self.editable:
                self._entry(rows, (column, column), entry, tall_style(style, rows))
            elif tall and column in FormColumns.TEXTS:
                sheet.put(rows[0], column + FormColumns.WHOLE, entry, "hidden")
                put_pieces(sheet, rows, column, Cell(entry.key), long_text(given[name], self.form.widths[column]), style)
            elif column not in (FormColumns.LEVEL1, FormColumns.LEVEL2):
                self._entry(rows, (column, column), entry, tall_style(style, rows))
        keys = cells.keys_of(number)
        weight, target, done, direction, degree = (
            Cell(keys[name]) for name in (cells.WEIGHT, cells.TARGET, cells.DONE, cells.DIRECTION, cells.DEGREE)
        )
        side = when(direction.equals(""), Cell(keys[cells.COSTING]), direction)
        points = Udf(Call("JX_COMPLETION_SCORE", (weight, target, done, side, degree, Cell(RULE_NAME))))
        self._computed(number, cells.POINTS, FormColumns.POINTS, "form_weight", points)
        texts = row_texts(row, self.form)
        if tall or height_for([(one.text, one.width) for one in texts], 9.5, ROW_HEIGHT) > ROW_HEIGHT:
            set_heights(sheet, rows, texts, ROW_HEIGHT)

    def _computed(self, number: int, name: str, column: int, style: str, udf: Udf | None = None) -> None:
        rows, keys = self.layout.form_rows(number), cells.keys_of(number)
        of = Applied(self.trees[name], keys)
        self.sheet.computed(rows[0], column, keys[name], of, tall_style(style, rows), rows=rows[1] - rows[0] + 1, udf=udf)

    def _classes(self, name: str, column: int, rows: Sequence[IndicatorRow], group: Callable[[IndicatorRow], tuple[str, ...]]) -> None:
        """一级 or 二级 merged over neighbouring rows of one class, as the form prints them."""
        labels = {one.name: one.label or one.name for one in self.table.classes} if column == FormColumns.LEVEL1 else {}
        start = 1
        for number in self.layout.numbers:
            own = group(rows[start - 1])
            if number < len(rows) and own[-1] and group(rows[number]) == own:
                continue
            tall = any(map(self.layout.tall, range(start, number + 1)))  # in the middle, the end of a page could cut it
            style = "form_centre/top" if tall else "form_centre"
            text = labels.get(own[-1], own[-1])
            self._label(self.layout.form_rows(start, number), (column, column), text or None, style, cells.at(name, start))
            start = number + 1

    def _beside(self) -> None:
        """状态, 筛选行 and 提示 beside every row."""
        sheet, layout = self.sheet, self.layout
        head, (first, last) = layout.head_row, layout.form_rows(1, layout.rows)
        written = len(self.answers.rows)
        in_sight = max(FEWEST_ROWS, (written or min(len(self.table.pairs), layout.rows)) + EMPTY_ROWS)
        sheet.heads(head, ("状态", "筛选行", "提示"), first=FormColumns.STATE)
        for number in layout.numbers:
            self._computed(number, cells.STATE, FormColumns.STATE, "centre")
            empty = EMPTY if number <= in_sight else SPARE
            shown = when(Cell(cells.at(cells.STATE, number)).equals(""), empty, WRITTEN)
            rows = layout.form_rows(number)
            for row in range(rows[0], rows[1] + 1):  # the filter looks at every sheet row
                key = cells.at(cells.SHOWN, number) if row == rows[0] else ""
                sheet.put(row, FormColumns.SHOWN, Computed(key, shown, varies=True), "centre")
            self._computed(number, cells.HINT, FormColumns.HINT, "small")
            if number > (written or in_sight):
                sheet.hidden_rows.add(rows[0])
        sheet.filter = Filter(
            (head, FormColumns.SHOWN, last, FormColumns.SHOWN), FormColumns.SHOWN, (WRITTEN,) if written else (WRITTEN, EMPTY)
        )
        sheet.area(cells.column(cells.STATE).key, first, FormColumns.STATE, last)
        sheet.mark_states(first, FormColumns.STATE, last)

    # ---- total

    def _total(self) -> None:
        sheet, row = self.sheet, self.layout.total_row
        self._label((row, row), (0, FormColumns.ACTUAL), self.form.total_label, "form_head", TOTAL_KEY)
        sheet.computed(row, FormColumns.WEIGHT, WEIGHT_TOTAL, funds.all_weights(), "form_weight")
        sheet.computed(row, FormColumns.POINTS, TOTAL, funds.total(self.layout.rows, finished=not self.editable), "form_weight")
        sheet.computed(row, FormColumns.REASON, GRADE, funds.grade(self.table), "form_grade")
        sheet.height(row, 24)
        for line, text in enumerate(self.form.signatures, row + 1):
            self._label((line, line), (0, FormColumns.LAST), text, "text")

    # ---- beside the form

    def _side_widths(self) -> tuple[float, ...]:
        """The columns beside the form: all of them where they are worked in, or where the explanation needs them."""
        narrow = SIDE_WIDTHS[:2]
        wide = self.editable or height_for([(self.answers.execution_note, sum(narrow))], 9.5) > _NOTE_HEIGHT
        return SIDE_WIDTHS if wide else narrow

    def _note_height(self) -> float:
        return height_for([(self.answers.execution_note, sum(self._side_widths()))], 9.5)

    def _note_end(self) -> int:
        """The last row of the explanation: a long one reaches down beside the goals."""
        return self.layout.goals[1] if self._note_height() > _NOTE_HEIGHT else self.layout.note_row + 1

    def _note(self) -> None:
        """The explanation of a low execution rate, for which the form has no cell."""
        columns, row = (FormColumns.DIRECTION, FormColumns.DIRECTION + len(self._side_widths()) - 1), self.layout.note_row
        head = f"执行率低于{percent(self.table.execution.explain_below, 0)}的说明"
        if self.editable:
            silent = all_of([funds.question(self.table).differs(""), NOTE_WORDS.equals("")])
            asked = when(silent, joined(funds.question(self.table), "填对了的在下面写明"), head)
            self.sheet.computed(row - 1, columns[0], "提示:资金", asked, "head", columns=columns[1] - columns[0] + 1)
        else:
            self._label((row - 1, row - 1), columns, head, "head")
        entry = Entry(EXECUTION_NOTE, self.given[EXECUTION_NOTE], form_limits.of_text(EXECUTION_NOTE), required=False)
        self._entry((row, self._note_end()), columns, entry, "input_form")

    def _panel(self) -> None:
        """The weight check in sight of the rows."""
        sheet, first, last = self.sheet, FormColumns.DIRECTION, self.layout.panel_last_row
        sheet.heads(PANEL_ROW, ("分值检查", "已填", "应为", "结果"), first=first)
        for row, (name, written, expected) in enumerate(funds.weights(self.table), PANEL_ROW + 1):
            sheet.label(row, first, name, "small")
            sheet.computed(row, first + 1, written_key(name), written, "form_weight")
            sheet.label(row, first + 2, expected, "form_weight", key=f"应为分值:{name}")
            result = funds.weight_result(Cell(written_key(name)), Cell(f"应为分值:{name}"), editable=True)
            sheet.computed(row, first + 3, f"分值结果:{name}", result, "centre")
        sheet.mark_states(PANEL_ROW + 1, first + 3, last)
        text = f"增加指标：点“筛选行”右侧按钮，勾选“{EMPTY}”“{SPARE}”（共可填{self.layout.rows}行）。打印前只勾选“{WRITTEN}”，空行不打印。"
        row = self.layout.goals_row if self._note_end() < self.layout.goals_row else 0
        self._label((row, row), (first, FormColumns.HINT), text, "note")

    def _limits(self) -> None:
        first, last = self.layout.form_rows(1, self.layout.rows)
        for column, accepts in form_limits.of_columns(self.table):
            self.sheet.typed_areas.append(((first, column, last, column), accepts))
        left, right = form_limits.MONEY_COLUMNS
        self.sheet.typed_areas.append(((self.layout.funds_row + 2, left, self.layout.funds_last_row, right), form_limits.MONEY))
