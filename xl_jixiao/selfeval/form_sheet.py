"""自评表: the official form, and beside its print area what a clerk needs while writing the rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from xl_jixiao.expr import Applied, Call, Cell, Expr, Value, exact, when
from xl_jixiao.number import percent
from xl_jixiao.selfeval import cells, form_limits, funds
from xl_jixiao.selfeval.answers import IndicatorRow, SelfAnswers, amount_key, entries, parted, row_entries
from xl_jixiao.selfeval.judging import row_trees
from xl_jixiao.selfeval.layout import FIRST_FIELD_ROW, PANEL_ROW, TITLE_ROW, YEAR_ROW, RowSpan, SelfLayout, columns_of
from xl_jixiao.selfeval.model import ACTUAL, EXECUTION_NOTE, EXECUTION_RATE, EXPECTED, YEAR_FIELD, SelfForm
from xl_jixiao.selfeval.passages import LongText, long_text, put_pieces, set_heights, tall_style
from xl_jixiao.selfeval.scoring import EXECUTION_POINTS, WEIGHT_TOTAL, written_key
from xl_jixiao.sheet.addin import buttons_at
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.measure import height_for
from xl_jixiao.sheet.plan import Computed, Entry, Filter, Page, Udf, Varies
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
_STYLES = {cells.NAME: "input_form", cells.REASON: "input_form", cells.WEIGHT: "input_form_weight", cells.DEGREE: "input_form_share"}
_OPTIONAL = (cells.REASON, cells.DIRECTION, cells.DEGREE, cells.SIGN, cells.UNIT)
_COMPUTED = (cells.POINTS, cells.RATIO)
_LEVELS = (cells.LEVEL1, cells.LEVEL2)


def form_sheet(layout: SelfLayout, answers: SelfAnswers, edition: Edition) -> SheetBuilder:
    """The form with its answers and results."""
    return _Form(layout, answers, edition).sheet


def goal_texts(form: SelfForm, answers: SelfAnswers) -> tuple[LongText, ...]:
    """The goals in their columns."""
    columns = columns_of(form)
    widths = map(columns.width, columns.goals)
    return tuple(LongText(text, width) for text, width in zip((answers.expected, answers.actual), widths, strict=True))


def row_texts(row: IndicatorRow, form: SelfForm) -> tuple[LongText, ...]:
    """The texts of a row in their columns."""
    columns = columns_of(form)
    target = parted(row.target)[1] if cells.FIGURE in columns.of else exact(row.target)
    found = list(zip(columns.texts, (exact(row.name), target, exact(row.actual), exact(row.reason)), strict=True))
    if cells.LEVEL2 in columns.of:
        found.append((columns.of[cells.LEVEL2], exact(row.level2)))
    return tuple(long_text(text, columns.widths[column]) for column, text in found)


@dataclass(frozen=True)
class _FormHead:
    """A head field at its place: the first stands alone in its row, the others two to a row."""

    name: str
    row: int
    label: RowSpan
    value: RowSpan


def _heads(layout: SelfLayout) -> Iterator[_FormHead]:
    fields, columns = layout.table.fields, layout.columns
    middle = (columns.lead + columns.actual) // 2 if columns.lead == columns.name else columns.name
    for at, one in enumerate(fields):
        row, second = FIRST_FIELD_ROW + (at + 1) // 2, at > 0 and at % 2 == 0
        alone = at == 0 or (at % 2 == 1 and at == len(fields) - 1)
        label = (middle + 1, columns.actual) if second else (0, columns.lead)
        last = columns.last if alone or second else middle
        yield _FormHead(one.name, row, label, (columns.actual + 1 if second else columns.lead + 1, last))


def is_long_note(note: str) -> bool:
    """Whether an explanation of the execution rate takes more than its two rows beside the form."""
    return height_for([(note, sum(SIDE_WIDTHS[:2]))], 9.5) > _NOTE_HEIGHT


class _Form:
    """The form being put together from top to bottom."""

    def __init__(self, layout: SelfLayout, answers: SelfAnswers, edition: Edition) -> None:
        self.layout, self.answers, self.table, self.form = layout, answers, layout.table, layout.table.form
        self.editable = edition is not Edition.FINISHED
        self.given = entries(self.table, answers)
        self.trees, self.columns = row_trees(self.table.rows, scored=self.table.scored), layout.columns
        self.sheet = SheetBuilder(self.form.sheet, "Sheet_Form", (*self.columns.widths, *self._side_widths()))
        self.sheet.default_height = ROW_HEIGHT  # two lines: rows don't grow with what is typed
        last = layout.total_row + len(self.form.signatures)
        self.sheet.page = Page(centred=True, heads=(layout.head_row, layout.head_row), area=(0, 0, last, self.columns.last))
        self._title()
        self._fields()
        self._funds()
        self._goals()
        self._rows()
        self._total()
        if self.table.scored:
            self._note()
        if self.editable:
            if self.table.scored:
                self._panel()
            else:
                self._asked_of_funds()
            self._how_to_add_rows()
            self._limits()
            self.sheet.buttons += buttons_at(1, self.columns.hint + 2)
        elif str(layout.spans):
            self.sheet.unseen_columns.append((self.columns.whole, self.columns.whole + self.columns.last))

    def _merged(self, rows: tuple[int, int], columns: tuple[int, int]) -> dict[str, int]:
        return {"rows": rows[1] - rows[0] + 1, "columns": columns[1] - columns[0] + 1}

    def _label(self, rows: tuple[int, int], columns: tuple[int, int], value: Value, style: str, key: str = "") -> None:
        self.sheet.label(rows[0], columns[0], value, style, **self._merged(rows, columns), key=key)

    def _entry(self, rows: tuple[int, int], columns: tuple[int, int], entry: Entry, style: str) -> None:
        self.sheet.put(rows[0], columns[0], entry, style, **self._merged(rows, columns))

    def _title(self) -> None:
        self.sheet.label(0, 0, self.form.mark, "mark")
        self._label((TITLE_ROW, TITLE_ROW), (0, self.columns.last), self.form.title, "title")
        self.sheet.height(TITLE_ROW, 30)
        self._entry((YEAR_ROW, YEAR_ROW), (0, self.columns.last), Entry(YEAR_FIELD, self.given[YEAR_FIELD]), "input_year")

    def _fields(self) -> None:
        texts: dict[int, list[LongText]] = {}
        for one, head in zip(self.table.fields, _heads(self.layout), strict=True):
            rows = (head.row, head.row)
            self._label(rows, head.label, head.name, "form_head")
            entry = Entry(one.name, self.given[one.name], form_limits.of_field(one), one.required)
            self._entry(rows, head.value, entry, "input_form")
            width = self.columns.width(head.value)
            texts.setdefault(head.row, []).append(long_text(self.given[one.name], width))
        for row, found in texts.items():
            set_heights(self.sheet, (row, row), found, 22)

    # ---- funds

    def _funds(self) -> None:
        """年度资金总额 is the sum of its sources; only it is scored."""
        sheet, table, top = self.sheet, self.table, self.layout.funds_row
        row, levels = top + 1, (1, self.columns.lead)
        self._label((top, self.layout.funds_last_row), (0, 0), self.form.funds_label, "form_centre")
        self._label((top, top), levels, None, "form_head")
        amounts, results = self.columns.funds[: len(table.amounts)], self.columns.funds[len(table.amounts) :]
        rate = results[len(results) // 2]
        unrated = [columns for columns in results if columns != rate]
        heads = ("分值", "执行率", "得分") if table.scored else ("执行率",)
        for columns, text in zip(self.columns.funds, (*self.form.amounts, *heads), strict=True):
            self._label((top, top), columns, text, "form_head")
        sheet.height(top, 20)
        self._label((row, row), levels, self.form.funds_total_label, "form_centre")
        for columns, amount in zip(amounts, table.amounts, strict=True):
            self._shown(row, columns, amount, funds.amount_of_all(table, amount), "form_money")
            sheet.area(cells.column(amount).key, row + 1, columns[0], row + len(table.counted))
        if table.scored:
            weight, points = unrated
            self._label((row, row), weight, exact(table.execution.weight), "form_weight", key=funds.EXECUTION_WEIGHT.key)
            self._shown(row, points, EXECUTION_POINTS, funds.execution_points(table), "form_weight")
        self._shown(row, rate, EXECUTION_RATE, funds.execution_rate(table), "form_rate", funds.execution_udf(table))
        sheet.height(row, 22)
        for line, source in enumerate(table.sources, row + 1):
            self._label((line, line), levels, source.label or source.name, "form")
            for columns, amount in zip(amounts, table.amounts, strict=True):
                key = amount_key(source.name, amount)
                self._entry((line, line), columns, Entry(key, self.given.get(key)), "input_form_money")
            self._shown(line, rate, f"执行率:{source.name}", funds.source_rate(table, source.name), "form_rate")
            for columns in unrated:
                self._label((line, line), columns, NO_MARK, "form_centre")
            sheet.height(line, 26)

    # ---- goals

    def _goals(self) -> None:
        sheet, row, rows = self.sheet, self.layout.goals_row, self.layout.goals
        texts, tall = goal_texts(self.form, self.answers), rows[0] != rows[1]
        self._label((row, rows[1]), (0, 0), self.form.goals_label, tall_style("form_centre", rows))
        sheet.height(row, 20)
        labels = (self.form.expected_label, self.form.actual_label)
        for label, text, columns, name in zip(labels, texts, self.columns.goals, (EXPECTED, ACTUAL), strict=True):
            self._label((row, row), columns, label, "form_head")
            entry = Entry(name, self.given[name], form_limits.of_text(name))
            if tall and not self.editable:
                sheet.put(rows[0], columns[0] + self.columns.whole, entry, "hidden")
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
        for column, one in enumerate(self.form.printed, 1):
            sheet.label(head, column, one.head, "form_head", key="" if column > 1 else HEAD_KEY)
        sheet.heads(head, ("计分方向\n（选填）", "完成程度\n（定性）"), "head", self.columns.direction)
        sheet.height(head, 30)
        rows = self._written()
        for number, row in zip(layout.numbers, rows, strict=True):
            self._row(number, row)
        for name in (cells.WEIGHT, cells.POINTS, cells.NAME, cells.TARGET, cells.FIGURE, cells.DONE, cells.REASON):
            if name in self.columns.of:
                sheet.area(cells.column(name).key, first, self.columns.of[name], last)
        if self.editable:
            self._beside()
        else:
            self._classes(cells.LEVEL1, rows, lambda row: (row.level1,))
            self._classes(cells.LEVEL2, rows, lambda row: (row.level1, row.level2))

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
        entered = [(column, name) for name, column in self.columns.of.items() if name not in _COMPUTED]
        for column, name in (*entered, (self.columns.direction, cells.DIRECTION), (self.columns.degree, cells.DEGREE)):
            style = _STYLES.get(name, "input_form_words")
            entry = Entry(cells.at(name, number), given[name], required=name not in _OPTIONAL)
            if self.editable:
                self._entry(rows, (column, column), entry, tall_style(style, rows))
            elif tall and column in self.columns.texts:
                sheet.put(rows[0], column + self.columns.whole, entry, "hidden")
                put_pieces(sheet, rows, column, Cell(entry.key), long_text(given[name], self.columns.widths[column]), style)
            elif name not in _LEVELS:
                self._entry(rows, (column, column), entry, tall_style(style, rows))
        keys = cells.keys_of(number)
        weight, target, done, direction, degree = (
            Cell(keys[name]) for name in (cells.WEIGHT, cells.TARGET, cells.DONE, cells.DIRECTION, cells.DEGREE)
        )
        side = when(direction.equals(""), Cell(keys[cells.COSTING]), direction)
        points = Udf(Call("JX_COMPLETION_SCORE", (weight, target, done, side, degree, Cell(RULE_NAME))))
        if self.table.scored:
            self._computed(number, cells.POINTS, self.columns.points, "form_weight", points)
        if cells.RATIO in self.columns.of:
            ratio = Cell(keys[cells.RATIO])
            self._shown(
                rows[0],
                (self.columns.of[cells.RATIO],) * 2,
                "",
                when(ratio.equals(""), "", ratio),
                tall_style("form_rate", rows),
                tall=rows,
            )
        texts = row_texts(row, self.form)
        if tall or height_for([(one.text, one.width) for one in texts], 9.5, ROW_HEIGHT) > ROW_HEIGHT:
            set_heights(sheet, rows, texts, ROW_HEIGHT)

    def _computed(self, number: int, name: str, column: int, style: str, udf: Udf | None = None) -> None:
        rows, keys = self.layout.form_rows(number), cells.keys_of(number)
        of = Applied(self.trees[name], keys)
        self.sheet.computed(rows[0], column, keys[name], of, tall_style(style, rows), rows=rows[1] - rows[0] + 1, udf=udf)

    def _shown(self, row: int, columns: RowSpan, key: str, of: Expr, style: str, udf: Udf | None = None, tall: RowSpan = (0, 0)) -> None:
        self.sheet.computed(row, columns[0], key, of, style, udf=udf, **self._merged(tall, columns))

    def _classes(self, name: str, rows: Sequence[IndicatorRow], group: Callable[[IndicatorRow], tuple[str, ...]]) -> None:
        """一级 or 二级 merged over neighbouring rows of one class, as the form prints them."""
        if name not in self.columns.of:
            return
        column = self.columns.of[name]
        labels = {one.name: one.label or one.name for one in self.table.classes} if name == cells.LEVEL1 else {}
        start = 1
        for number in self.layout.numbers:
            own = group(rows[start - 1])
            if number < len(rows) and own[-1] and group(rows[number]) == own:
                continue
            tall = any(map(self.layout.tall, range(start, number + 1)))  # in the middle, the end of a page could cut it
            style = "form_centre/top" if tall else "form_centre"
            text = labels.get(own[-1], own[-1])
            self._make_room(self.layout.form_rows(start, number), height_for([(text, self.columns.widths[column])], 9.5))
            self._label(self.layout.form_rows(start, number), (column, column), text or None, style, cells.at(name, start))
            start = number + 1

    def _make_room(self, rows: RowSpan, needed: float) -> None:
        """Makes merged rows as high as their label: the last of them grows."""
        heights = [self.sheet.heights.get(row, ROW_HEIGHT) for row in range(rows[0], rows[1] + 1)]
        if sum(heights) < needed:
            self.sheet.height(rows[1], heights[-1] + needed - sum(heights))

    def _beside(self) -> None:
        """状态, 筛选行 and 提示 beside every row."""
        sheet, layout = self.sheet, self.layout
        head, (first, last) = layout.head_row, layout.form_rows(1, layout.rows)
        written = len(self.answers.rows)
        in_sight = max(FEWEST_ROWS, (written or min(len(self.table.pairs), layout.rows)) + EMPTY_ROWS)
        sheet.heads(head, ("状态", "筛选行", "提示"), first=self.columns.state)
        for number in layout.numbers:
            self._computed(number, cells.STATE, self.columns.state, "centre")
            empty = EMPTY if number <= in_sight else SPARE
            shown = when(Cell(cells.at(cells.STATE, number)).equals(""), empty, WRITTEN)
            rows = layout.form_rows(number)
            for row in range(rows[0], rows[1] + 1):  # the filter looks at every sheet row
                key = cells.at(cells.SHOWN, number) if row == rows[0] else ""
                sheet.put(row, self.columns.shown, Computed(key, shown, varies=Varies.ANYWHERE), "centre")
            self._computed(number, cells.HINT, self.columns.hint, "small")
            if number > (written or in_sight):
                sheet.hidden_rows.add(rows[0])
        sheet.filter = Filter(
            (head, self.columns.shown, last, self.columns.shown), self.columns.shown, (WRITTEN,) if written else (WRITTEN, EMPTY)
        )
        sheet.area(cells.column(cells.STATE).key, first, self.columns.state, last)
        sheet.mark_states(first, self.columns.state, last)

    # ---- total

    def _total(self) -> None:
        sheet, row = self.sheet, self.layout.total_row
        self._signatures(row)
        if not self.table.scored:
            self._label((row, row), (0, self.columns.lead), self.form.total_label, "form_head", TOTAL_KEY)
            entry = Entry(EXECUTION_NOTE, self.given[EXECUTION_NOTE], form_limits.of_text(EXECUTION_NOTE), required=False)
            self._entry((row, row), (self.columns.lead + 1, self.columns.last), entry, "input_form")
            text = long_text(self.given[EXECUTION_NOTE], self.columns.width((self.columns.lead + 1, self.columns.last)))
            set_heights(sheet, (row, row), [text], ROW_HEIGHT)
            return
        self._label((row, row), (0, self.columns.results - 1), self.form.total_label, "form_head", TOTAL_KEY)
        sheet.computed(row, self.columns.weight, WEIGHT_TOTAL, funds.all_weights(), "form_weight")
        sheet.computed(row, self.columns.points, TOTAL, funds.total(self.layout.rows, finished=not self.editable), "form_weight")
        sheet.computed(row, self.columns.reason, GRADE, funds.grade(self.table), "form_grade")
        sheet.height(row, 24)

    def _signatures(self, row: int) -> None:
        for line, text in enumerate(self.form.signatures, row + 1):
            self._label((line, line), (0, self.columns.last), text, "text")

    # ---- beside the form

    def _side_widths(self) -> tuple[float, ...]:
        """The columns beside the form: all of them where they are worked in, or where the explanation needs them."""
        narrow = SIDE_WIDTHS[:2]
        wide = self.editable or is_long_note(self.answers.execution_note)
        return SIDE_WIDTHS if wide else narrow

    def _note_height(self) -> float:
        return height_for([(self.answers.execution_note, sum(self._side_widths()))], 9.5)

    def _note_end(self) -> int:
        """The last row of the explanation: a long one reaches down beside the goals."""
        return self.layout.goals[1] if self._note_height() > _NOTE_HEIGHT else self.layout.note_row + 1

    def _note(self) -> None:
        """The explanation of a low execution rate, for which the form has no cell."""
        columns, row = (self.columns.direction, self.columns.direction + len(self._side_widths()) - 1), self.layout.note_row
        head = f"执行率低于{percent(self.table.execution.explain_below, 0)}的说明"
        if self.editable:
            asked = funds.open_question(self.table, "填对了的在下面写明单位已核对", head)
            self.sheet.computed(row - 1, columns[0], "提示:资金", asked, "head", columns=columns[1] - columns[0] + 1)
        else:
            self._label((row - 1, row - 1), columns, head, "head")
        entry = Entry(EXECUTION_NOTE, self.given[EXECUTION_NOTE], form_limits.of_text(EXECUTION_NOTE), required=False)
        self._entry((row, self._note_end()), columns, entry, "input_form")

    def _panel(self) -> None:
        """The weight check in sight of the rows."""
        sheet, first, last = self.sheet, self.columns.direction, self.layout.panel_last_row
        sheet.heads(PANEL_ROW, ("分值检查", "已填", "应为", "结果"), first=first)
        for row, (name, written, expected) in enumerate(funds.weights(self.table), PANEL_ROW + 1):
            sheet.label(row, first, name, "small")
            sheet.computed(row, first + 1, written_key(name), written, "form_weight")
            sheet.label(row, first + 2, expected, "form_weight", key=f"应为分值:{name}")
            result = funds.weight_result(Cell(written_key(name)), Cell(f"应为分值:{name}"), editable=True)
            sheet.computed(row, first + 3, f"分值结果:{name}", result, "centre")
        sheet.mark_states(PANEL_ROW + 1, first + 3, last)

    def _asked_of_funds(self) -> None:
        """What is asked of the amounts, beside them, where no explanation stands there: the answer is written below the rows."""
        top, first = self.layout.funds_row + 1, self.columns.direction
        rows, columns = self.layout.funds_last_row - top + 1, self.columns.hint - first + 1
        asked = funds.open_question(self.table, f"填对了的在表下“{self.form.total_label}”写明单位已核对")
        self.sheet.computed(top, first, "提示:资金", asked, "small", rows=rows, columns=columns)

    def _how_to_add_rows(self) -> None:
        text = f"增加指标：点“筛选行”右侧按钮，勾选“{EMPTY}”“{SPARE}”（共可填{self.layout.rows}行）。打印前只勾选“{WRITTEN}”，空行不打印。"
        row = self.layout.goals_row if self._note_end() < self.layout.goals_row else 0
        self._label((row, row), (self.columns.direction, self.columns.hint), text, "note")

    def _limits(self) -> None:
        first, last = self.layout.form_rows(1, self.layout.rows)
        for column, accepts in form_limits.of_columns(self.table, self.columns):
            self.sheet.typed_areas.append(((first, column, last, column), accepts))
        left, right = self.columns.funds[0][0], self.columns.funds[len(self.table.amounts) - 1][1]
        self.sheet.typed_areas.append(((self.layout.funds_row + 2, left, self.layout.funds_last_row, right), form_limits.MONEY))
