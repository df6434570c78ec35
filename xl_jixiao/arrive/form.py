"""A form put together from its blocks, over one sheet or several tables: head fields, funds, goals, rows, totals, as printed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from xl_jixiao.arrive import heads
from xl_jixiao.arrive.blocks import (
    NOT_READ,
    STRAY,
    TWO_READINGS,
    FieldValue,
    FormPart,
    Funds,
    FundsRow,
    Goals,
    GradeSaid,
    Indicators,
    MoneyUnit,
    OwnWords,
    Spot,
    TableColumn,
    Title,
    Total,
    Unread,
)
from xl_jixiao.arrive.columns import carried_over
from xl_jixiao.arrive.grid import Grid, number_in
from xl_jixiao.arrive.heads import AMOUNTS, Head, named, squeezed, stem, word
from xl_jixiao.arrive.rows import CLASS_OF, DASHES, Row, RowReader
from xl_jixiao.arrive.scan import Scanner
from xl_jixiao.finding import Place
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.words import bare

INFORMED = "JX653"
_SCALES = {unit: Decimal(yuan) / YUAN["万元"] for unit, yuan in YUAN.items()}


@dataclass
class PrintedValue:
    """A figure a form prints, and where."""

    value: Decimal
    spot: Spot | None
    unmarked: bool = False
    """Whether it is a rate without a percent sign."""


@dataclass
class ForeignForm:
    """One form as printed. Amounts are in 万元."""

    title: str = ""
    grids: list[Grid] = field(default_factory=list)
    fields: dict[str, FieldValue] = field(default_factory=dict)
    unit: str = ""
    funds: dict[tuple[str, Head], PrintedValue] = field(default_factory=dict)
    """By source (empty for all) and column."""
    sources: list[str] = field(default_factory=list)
    funds_heads: set[Head] = field(default_factory=set)
    execution_weight: PrintedValue | None = None
    execution_points: PrintedValue | None = None
    execution_rate: PrintedValue | None = None
    execution_note: str = ""
    has_goals: bool = False
    expected: list[Spot] = field(default_factory=list)
    actual: list[Spot] = field(default_factory=list)
    blocks: list[Indicators] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    class_weights: dict[str, Decimal] = field(default_factory=dict)
    total_weight: PrintedValue | None = None
    total_points: PrintedValue | None = None
    totals: list[Total] = field(default_factory=list)
    grade: GradeSaid | None = None
    passages: list[OwnWords] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing of a form but head fields."""
        return not self.blocks and not self.funds_heads

    @property
    def heads(self) -> frozenset[Head]:
        """What its tables of indicators have columns for."""
        return frozenset(one.head for block in self.blocks for one in block.columns if one.head is not None)

    @property
    def is_scored_by_rules(self) -> bool:
        """Whether it is a 评分表: indicators with weight and points, and no targets of the unit's own."""
        return bool(self.blocks) and not {Head.TARGET, Head.DONE} & self.heads

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.grids[0].whole if self.grids else Place()

    def text_of(self, spots: Iterable[Spot]) -> str:
        """Several cells of text as one."""
        return "\n".join(text for spot in spots if (text := bare(spot.cell.text)))


def forms_of(grids: Iterable[Grid]) -> tuple[tuple[ForeignForm, ...], tuple[Unread, ...]]:
    """The forms in the grids of a file, and what belongs to none of them."""
    builder = _FormBuilder()
    outside: list[Unread] = []
    for grid in (part for whole in grids for part in _side_by_side(whole)):
        scanner = Scanner(grid, builder.goes_on(grid))
        before = builder.taken_in
        builder.begin(grid)
        for block in scanner.blocks():
            builder.add(block)
        if builder.taken_in == before:
            if grid.state == "visible" and not (heads.ASIDE.search(grid.name) and not grid.is_table) and any(scanner.leftovers()):
                first = next(cell for cells in grid.rows.values() for cell in cells if not cell.blank)
                outside.append(Unread(STRAY, grid.whole, squeezed(first.text)[:40], _other_table(grid)))
        else:
            builder.current.unread += [*scanner.unread, *scanner.leftovers(), *_hidden(grid)]
    forms = builder.done()
    return forms, (*outside, *builder.outside)


def _side_by_side(grid: Grid) -> Iterator[Grid]:
    """A sheet as it is, or as several where blank columns part forms that stand beside each other."""
    for gap in () if grid.is_table else _gaps(grid):
        left, right = (
            replace(grid, cells={place: cell for place, cell in grid.cells.items() if (place[1] < gap) is before})
            for before in (True, False)
        )
        if all(map(_is_whole, (left, right))):
            yield left
            yield from _side_by_side(right)
            return
    yield grid


def _gaps(grid: Grid) -> list[int]:
    """The blank columns that may part two forms: with a head of a level of indicators on either side."""
    used = {column for _, column in grid.cells}
    blank = [at for at in range(min(used, default=0), max(used, default=0)) if at not in used and at - 1 in used]
    if not blank:
        return []
    levels = [cell.column for row in grid.rows for cell in grid.owned(row) if heads.indicator_head(cell.text) in heads.LEVELS]
    return [at for at in blank if levels and min(levels) < at < max(levels)][:_MOST_GAPS]


_MOST_GAPS = 24
"""A sheet with more blank columns between heads is no row of forms."""


def _is_whole(grid: Grid) -> bool:
    """Whether a part of a sheet is a form by itself: with indicators, and a title or the name of its project."""
    blocks = list(Scanner(grid).blocks()) if Scanner(grid).has_indicators() else []
    return any(isinstance(one, Title) or isinstance(one, FieldValue) and one.name == heads.PROJECT for one in blocks)


_PAGE = re.compile(r"[(（]?续表?[)）]?\d*|接上[页表]|[-—–－]*\d{1,3}[-—–－]*|第\d{1,3}页.{0,6}")
"""Lines between a table and its other half."""


UNKNOWN_FORM = "没有认出是什么表，没有读入"


def _other_table(grid: Grid) -> str:
    for row in list(grid.rows)[:4]:
        for cell in grid.owned(row):
            if heads.ACCOUNT_TITLES.search(word(cell.text)):
                return "是决算公开表，不是自评表；它的数用 import 导入填报表，review 拿它与单位的填报表核对"
    return UNKNOWN_FORM


def _hidden(grid: Grid) -> Iterator[Unread]:
    for row in sorted(grid.hidden_rows):
        if any(not cell.blank for cell in grid.owned(row)):
            yield Unread("JX654", grid.place_at(row, 0), "", "这一行被隐藏，照样读了，请核对该不该算")
    for column in sorted(grid.hidden_columns):
        if any(not cell.blank and cell.column == column for cell in grid.cells.values()):
            yield Unread("JX654", grid.place_at(0, column), "", "这一列被隐藏，照样读了，请核对该不该算")


class _FormBuilder:
    """Puts blocks together to forms."""

    def __init__(self) -> None:
        self.forms: list[ForeignForm] = []
        self.current = ForeignForm()
        self.outside: list[Unread] = []
        self.taken_in = 0
        self._grid: Grid | None = None
        self._titled = False
        self._last: FormPart | None = None

    def begin(self, grid: Grid) -> None:
        """The next grid."""
        self._grid = grid
        self._titled = False

    def goes_on(self, grid: Grid) -> tuple[TableColumn, ...]:
        """The columns a Word table without heads may have: those of the table right above it that ended without a total."""
        before = self._last
        if not isinstance(before, Indicators) or not (before.grid.is_table and grid.is_table) or before.grid is grid:
            return ()
        parted = any(not _PAGE.fullmatch(word(line)) for line in grid.lead)
        return () if parted or _ended(before) else carried_over(before.columns, before.grid, grid)

    def add(self, block: FormPart) -> None:
        """The next block."""
        self._last = block
        if self._starts(block):
            self._finish()
        if not isinstance(block, (OwnWords, Title, MoneyUnit)):
            self.taken_in += 1
        if isinstance(block, Title):
            self._titled = True
            if not self.current.title or self.current.empty:
                self.current.title = block.text
            year = heads.year_in(word(block.text))
            if year:
                self._field(FieldValue(heads.YEAR_LABEL, 9, str(year), block.spot))
        elif isinstance(block, FieldValue):
            self._field(block)
        elif isinstance(block, MoneyUnit):
            self.current.unit = self.current.unit or block.unit
        elif isinstance(block, Funds):
            self._took()
            self._funds(block)
        elif isinstance(block, Goals):
            self.current.has_goals = True
            self.current.expected += block.expected
            self.current.actual += block.actual
        elif isinstance(block, Indicators):
            self._took()
            self.current.blocks.append(block)
        elif isinstance(block, Total):
            self.current.totals.append(block)
        elif isinstance(block, GradeSaid):
            self.current.grade = block
        else:
            self.current.passages.append(block)

    def _took(self) -> None:
        if self._grid is not None and self._grid not in self.current.grids:
            self.current.grids.append(self._grid)

    def _starts(self, block: FormPart) -> bool:
        """Whether a block belongs to the next form."""
        now = self.current
        if isinstance(block, Title):
            return not now.empty
        if isinstance(block, FieldValue) and block.name == heads.PROJECT:
            return bool(now.blocks) or (heads.PROJECT in now.fields and bool(now.funds_heads))
        if isinstance(block, Funds):
            return bool(now.blocks) and bool(now.funds_heads)
        if isinstance(block, Indicators) and now.blocks and self._grid not in now.grids:
            before = now.blocks[-1].columns
            alike = any({of(one) for one in before} == {of(one) for one in block.columns} for of in (_head_of, _label_of))
            return _ended(now.blocks[-1]) or not alike
        return False

    def _finish(self) -> None:
        if self.current.blocks:
            self.forms.append(_completed(self.current))
            self.current = ForeignForm()
        else:
            if self.current.grids:
                what = self.current.title or "资金"
                self.outside.append(Unread(NOT_READ, self.current.place, what, "没有认出绩效指标的表，没有读入"))
            kept = {name: one for name, one in self.current.fields.items() if name != heads.PROJECT}
            self.current = ForeignForm(fields=kept, unit=self.current.unit)

    def done(self) -> tuple[ForeignForm, ...]:
        """All forms."""
        last = self.current
        self._finish()
        if not last.blocks and self.forms:
            self.forms[-1].unread += last.unread
            self.forms[-1].passages += last.passages
        return tuple(self.forms)

    def _field(self, one: FieldValue) -> None:
        fields, before = self.current.fields, self.current.fields.get(one.name)
        if before is None or not before.text or (one.text and one.rank < before.rank):
            fields[one.name] = one
        elif one.rank == before.rank and one.text and squeezed(one.text) != squeezed(before.text) and one.spot is not None:
            why = f"“{one.name}”写了两个：{before.text[:20]}、{one.text[:20]}，取了前一个"
            self.current.unread.append(one.spot.unread(why, TWO_READINGS))

    # ---- funds

    def _funds(self, printed: Funds) -> None:
        form = self.current
        block = _with_revised(printed, form.unread)
        form.funds_heads |= block.heads
        unit = block.unit or form.unit
        if block.points and form.execution_weight is None:
            form.execution_weight = PrintedValue(Decimal(block.points), None)
        for at, row in enumerate(block.rows):
            source = source_name(row.label)
            if source is None:
                continue
            if not source and ("", Head.EXECUTED) in form.funds and at:
                source = squeezed(row.label)
            if source and source not in form.sources:
                form.sources.append(source)
            own = heads.money_unit(row.label) if re.search("[(（]", row.label) else ""
            for head, spot in row.cells.items():
                self._figure(row, source, head, spot, own or unit)
        if not unit and any(head in AMOUNTS and not heads.money_unit(spot.head) for row in block.rows for head, spot in row.cells.items()):
            said = Unread(INFORMED, block.place, "", "没有写金额单位，按万元读")
            form.unread += [said] if not any(one.why == said.why for one in form.unread) else []

    def _figure(self, row: FundsRow, source: str, head: Head, spot: Spot, unit: str) -> None:
        form, said = self.current, heads.figure(spot.cell.text)
        if head is Head.REASON:
            form.execution_note = form.execution_note or squeezed(spot.cell.text)
            return
        if said in DASHES and not spot.cell.doubt or head is Head.REMARK:
            return
        own = re.search(rf"({heads.MONEY})$", said)
        bare_number = said.removesuffix(own[0] if own else "分")
        number = number_in(bare_number)
        if spot.cell.doubt or number is None:
            form.unread.append(spot.unread(f"{spot.cell.doubt or '不是数字'}，没有读入"))
            return
        if head in AMOUNTS:
            if said.endswith("%"):
                form.unread.append(spot.unread("金额写成了百分数，没有读入"))
                return
            scaled = number * _SCALES[own[0] if own else heads.money_unit(spot.head) or unit or "万元"]
            form.funds[source, head] = PrintedValue(scaled, spot)
        elif head is Head.RATE:
            if not source:
                form.execution_rate = PrintedValue(number, spot, unmarked=not said.endswith("%"))
        elif not source or form.execution_points is None and head is Head.POINTS or form.execution_weight is None and head is Head.WEIGHT:
            claim = PrintedValue(number, spot)
            if head is Head.WEIGHT:
                form.execution_weight = claim
            else:
                form.execution_points = claim


_OVER = re.compile(r"[(（]?([A-Z])\s*[/／÷]\s*([A-Z])[)）]?")


def _with_revised(block: Funds, unread: list[Unread]) -> Funds:
    """The block with 调整预算数 as 全年预算数, where it has no other: said, unless the head of the rate divides by its letter. One that
    is nothing or less is how much the budget was adjusted by, and isn't read."""
    spots = [row.cells[Head.REVISED] for row in block.rows if Head.REVISED in row.cells]
    if not spots:
        return block
    first, rates = spots[0], [row.cells[Head.RATE].head for row in block.rows if Head.RATE in row.cells]
    over = _OVER.search(rates[0].upper()) if rates else None
    proven = over is not None and re.search(rf"[(（]{over[2]}[)）]", first.head.upper()) is not None
    number = number_in(heads.figure(first.cell.text))
    if Head.YEAR in block.heads or not proven and (number is None or number <= 0):
        why = f"不知道“{first.head[:20]}”是调整后的预算数，还是调整了多少，没有读入"
        unread += [first.unread(why, TWO_READINGS)] if Head.YEAR not in block.heads else []
        return _with_column(block, None)
    if not proven:
        unread.append(Unread(INFORMED, first.place, first.head, "按全年预算数（调整后）读"))
    return _with_column(block, Head.YEAR)


def _with_column(block: Funds, head: Head | None) -> Funds:
    """The block with its column of 调整预算数 as another, or without it."""

    def other(one: Head) -> Head | None:
        return head if one is Head.REVISED else one

    rows = tuple(replace(row, cells={new: spot for old, spot in row.cells.items() if (new := other(old))}) for row in block.rows)
    return replace(block, rows=rows, heads=frozenset(new for old in block.heads if (new := other(old))))


def _head_of(column: TableColumn) -> object:
    return column.head


def _label_of(column: TableColumn) -> object:
    return word(column.label)


def source_name(label: str) -> str | None:
    """The source a row of funds is about: empty for all of them, None for a split by another measure."""
    said = re.sub(r"^(?:其中[:：]?|[其一二三][:：])", "", stem(label)).strip(":：、")
    if not said or said in heads.ALL_FUNDS:
        return ""
    if said.startswith("按"):
        return None
    return next((name for name, words in heads.SOURCE_WORDS.items() if said in words), said)


def _completed(form: ForeignForm) -> ForeignForm:
    """The rows and totals of a form, read from its tables."""
    for block in form.blocks:
        reader = RowReader(block)
        form.rows += _continued(list(reader.rows()), block, form)
        for name, weight in reader.class_weights.items():
            form.class_weights.setdefault(name, weight)
        for one in reader.executions:
            if one.weight is not None and form.execution_weight is None:
                form.execution_weight = PrintedValue(one.weight, one.spot(Head.WEIGHT))
            if one.points is not None and form.execution_points is None:
                form.execution_points = PrintedValue(one.points, one.spot(Head.POINTS))
            if form.execution_rate is None and isinstance(one.actual, str) and one.actual.endswith("%"):
                rate = number_in(one.actual)
                form.execution_rate = None if rate is None else PrintedValue(rate, one.spot(Head.DONE))
        for raw in block.totals:
            for head in (Head.WEIGHT, Head.POINTS):
                value, spot = reader.total(raw, head)
                if value is not None:
                    _total(form, head, PrintedValue(value, spot))
        form.unread += reader.unread
    if not form.rows:
        form.unread.append(Unread(NOT_READ, form.place, "", "没有认出绩效指标的表"))
    for total in form.totals:
        _beside(form, total)
    _rate(form)
    return form


def _ended(block: Indicators) -> bool:
    """Whether a table ends with its total."""
    return any(total.row > max((row.row for row in block.rows), default=-1) for total in block.totals)


def _continued(rows: list[Row], block: Indicators, form: ForeignForm) -> list[Row]:
    """Rows of a table that goes on with another: before its first class they are of the class the other ended with, where that fits."""
    if not form.rows or block.column(Head.LEVEL1) is None:
        return rows
    last = form.rows[-1]
    for at, row in enumerate(rows):
        if row.level1:
            break
        if row.level2 in CLASS_OF and last.level1 not in CLASS_OF[row.level2]:
            form.unread.append(row.spot(Head.LEVEL1).unread(f"一级指标空白，上一张表的“{last.level1}”对不上，没有读入", TWO_READINGS))
            rows[at] = replace(row, torn=True)
        else:
            rows[at] = replace(row, level1=last.level1, level2=row.level2 or last.level2)
            last = rows[at]
    return rows


def _total(form: ForeignForm, head: Head, claim: PrintedValue) -> None:
    if head is Head.WEIGHT:
        form.total_weight = claim
    else:
        form.total_points = claim


def _beside(form: ForeignForm, one: Total) -> None:
    """A total outside of its table: by the columns it stands in, or the only figure beside a label of points."""
    for spot in one.cells:
        head = next((head for block in form.blocks for head in (Head.WEIGHT, Head.POINTS) if _under(block, head, spot)), None)
        value = number_in(word(spot.cell.text).removesuffix("分"))
        if head is None and len(one.cells) == 1 and not named(one.label.cell.text, ("分值合计", "总分值")):
            head = Head.POINTS
        known = form.total_weight if head is Head.WEIGHT else form.total_points
        if value is None or head is None:
            form.unread.append(spot.unread("看不出是分值还是得分，没有读入", TWO_READINGS))
        elif known is None:
            _total(form, head, PrintedValue(value, spot))
        elif known.value != value:
            form.unread.append(
                spot.unread(f"与表中的{'总分' if head is Head.POINTS else '分值合计'}{known.value}不同，没有读入", TWO_READINGS)
            )


def _under(block: Indicators, head: Head, spot: Spot) -> bool:
    column = block.column(head)
    return (
        block.grid is spot.grid
        and column is not None
        and column.left <= spot.cell.column <= column.right
        and spot.cell.right <= column.right
    )


def _rate(form: ForeignForm) -> None:
    """An execution rate without a percent sign: 96.5 or 0.965, as the amounts say; left out where they don't."""
    claim = form.execution_rate
    if claim is None or not claim.unmarked or claim.spot is None:
        return
    number = claim.value
    done = form.funds.get(("", Head.EXECUTED))
    budget = next((form.funds[key] for head in (Head.YEAR, Head.BUDGET, Head.INITIAL) if (key := ("", head)) in form.funds), None)
    form.execution_rate = None
    if number == 0:
        form.execution_rate = PrintedValue(number, claim.spot)
        return
    if done is not None and budget is not None and budget.value:
        rate = done.value / budget.value
        fitting = [one for one in (number, number / 100) if abs(one - rate) < Decimal("0.02")]
        if len(fitting) == 1:
            form.execution_rate = PrintedValue(fitting[0], claim.spot)
            return
    if number > 2:
        form.execution_rate = PrintedValue(number / 100, claim.spot)
    else:
        form.unread.append(claim.spot.unread("没有百分号，不知是多少，没有读入", TWO_READINGS))
