"""A place's 自评表 as data: funds, classes with their sums, and what the form leaves open. TOML -> SelfEvaluation, or all its mistakes."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from xl_jixiao.number import percent, plain
from xl_jixiao.rules.base import Quantity, too_low_problems
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.target import RowRule
from xl_jixiao.tables.inputs import fits_excel, repeated
from xl_jixiao.tables.parts import Grade, grade_problems
from xl_jixiao.tables.table import Table, loading
from xl_jixiao.tables.tablefile import TablePart, validated

INITIAL, YEAR, EXECUTED = "年初预算数", "全年预算数", "全年执行数"
AMOUNTS = (INITIAL, YEAR, EXECUTED)
EXECUTION_RATE = "预算执行率"
EXPECTED, ACTUAL, EXECUTION_NOTE, YEAR_FIELD = "预期目标", "实际完成情况", "执行率说明", "年度"
LONGEST_FIELD = 100
"""How many characters a head field may have."""

LONGEST: Mapping[str, int] = MappingProxyType(
    {
        cells.LEVEL1: 50,
        cells.LEVEL2: 50,
        cells.NAME: 500,
        cells.TARGET: 100,
        cells.DONE: 200,
        cells.REASON: 1000,
        cells.DIRECTION: 10,
        EXPECTED: 3000,
        ACTUAL: 3000,
        EXECUTION_NOTE: 500,
    }
)
"""How many characters the other texts may have: what a cell accepts, a data file may say and a returned workbook is checked for."""

MOST_CLASSES = 8


NO_SUBCLASS = ("—",)
"""The 二级指标 of a class where the form has none."""


class HeadField(TablePart):
    """One head field of the form: 项目名称, 主管部门, 实施单位."""

    name: str
    required: bool = True
    definition: str = ""


class Source(TablePart):
    """One source of the funds, with the words of its printed row. `breakdown` names another breakdown of the same total (支出性质):
    its rows are printed and must add up to it, and aren't added to it."""

    name: str
    label: str = ""
    breakdown: str = ""


class Execution(TablePart):
    """How the 预算执行率 scores: weight (0 where the form doesn't score it), base, and the rate below which a word is due."""

    weight: Quantity
    base: Literal["年初预算数", "全年预算数"]
    explain_below: Quantity
    basis: str = ""


class Category(TablePart):
    """A 一级指标 with its printed sum, none where the unit divides the points itself, and its 二级指标."""

    name: str
    label: str = ""
    weight: Quantity | None = None
    subclasses: tuple[str, ...]
    quantitative: tuple[str, ...] = ()
    """二级指标 whose targets are figures; words there need an explanation."""
    basis: str = ""


class Degree(TablePart):
    """A word for how far a qualitative target was reached, with the degrees it stands for (least included, most excluded below 100 %)."""

    name: str
    least: Quantity
    most: Quantity
    words: tuple[str, ...] = ()


class Printed(TablePart):
    """A printed column of the rows: what stands in it, its head and its width."""

    of: str
    heading: str = ""
    width: float

    @property
    def head(self) -> str:
        """The printed head."""
        return self.heading or self.of


PRINTABLE = (*cells.HEADER, *cells.PARTED, cells.RATIO)
"""What a printed column may hold."""

NEEDED = (cells.NAME, cells.DONE, cells.REASON)
"""What every form prints."""


class SelfForm(TablePart):
    """How the printed form looks."""

    title: str
    mark: str = ""
    sheet: str = "自评表"
    funds_label: str = "项目资金\n（万元）"
    goals_label: str = "年度总体目标"
    side_label: str = "绩效指标"
    expected_label: str = "预期目标"
    actual_label: str = "实际完成情况"
    total_label: str = "总分"
    funds_total_label: str = "年度资金总额"
    amounts: tuple[str, ...] = AMOUNTS
    """The printed heads of the three amounts; of two, where the form has no 年初预算数."""
    headings: tuple[str, ...] = cells.HEADER
    """The printed heads of the columns of the rows, from 一级指标 on."""
    widths: tuple[float, ...] = (8, 8, 9, 20, 11, 11, 7, 9, 18)
    columns: tuple[Printed, ...] = ()
    """The columns of the rows where they aren't those of the national form; then `headings` and `widths` say nothing but the first width,
    of the label beside the rows."""
    signatures: tuple[str, ...] = ()

    @cached_property
    def printed(self) -> tuple[Printed, ...]:
        """The columns of the rows in their order."""
        own = zip(cells.HEADER, self.headings, self.widths[1:], strict=False)
        return self.columns or tuple(Printed(of=of, heading=heading, width=width) for of, heading, width in own)

    @cached_property
    def all_widths(self) -> tuple[float, ...]:
        """The widths of all printed columns, the label beside the rows first."""
        return (self.widths[0], *(one.width for one in self.printed))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What the printed columns hold, in their order."""
        return tuple(one.of for one in self.printed)


class SelfEvaluation(Table):
    """One place's 自评表."""

    kind: Literal["self_evaluation"]
    total: Quantity = Decimal(100)
    capacity: int = Field(default=40, ge=30, le=200)
    """How many indicator rows a workbook has room for."""
    grades: tuple[Grade, ...] = ()
    grades_basis: str = ""
    fields: tuple[HeadField, ...]
    sources: tuple[Source, ...]
    execution: Execution
    classes: tuple[Category, ...]
    rows: RowRule
    rows_basis: str
    degrees: tuple[Degree, ...]
    form: SelfForm

    @cached_property
    def counted(self) -> tuple[Source, ...]:
        """The sources that the total is the sum of."""
        return tuple(one for one in self.sources if not one.breakdown)

    @cached_property
    def breakdowns(self) -> Mapping[str, tuple[Source, ...]]:
        """Other breakdowns of the same total by name."""
        names = dict.fromkeys(one.breakdown for one in self.sources if one.breakdown)
        return {name: tuple(one for one in self.sources if one.breakdown == name) for name in names}

    @cached_property
    def weighed(self) -> tuple[Category, ...]:
        """The classes whose sum the form prescribes."""
        return tuple(one for one in self.classes if one.weight is not None)

    @property
    def scored(self) -> bool:
        """Whether the form has weights and points; one for 转移支付 has none."""
        return cells.WEIGHT in self.form.words

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """The amounts the form asks for."""
        return AMOUNTS[-len(self.form.amounts) :]

    @property
    def parted(self) -> bool:
        """Whether sign, figure and unit of a target stand in columns of their own."""
        return cells.SIGN in self.form.words

    @cached_property
    def unprinted(self) -> Mapping[str, str]:
        """The classes every row belongs to, where the form prints no column for them."""
        first = self.classes[0]
        own = {cells.LEVEL1: first.name, cells.LEVEL2: first.subclasses[0]}
        return {word: name for word, name in own.items() if word not in self.form.words}

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every 一级 with each of its 二级."""
        return tuple((one.name, sub) for one in self.classes for sub in one.subclasses)

    def choices(self) -> Iterator[tuple[str, str]]:
        """What the form leaves open, with the choice made: subject and sentence."""
        one = self.execution
        scored = f"得分=分值×执行率，不超过{plain(one.weight)}分" if one.weight else "不计分"
        yield (
            EXECUTION_RATE,
            (
                f"{EXECUTION_RATE}=全年执行数÷{one.base}×100%，{scored}；预算数为零的不得计分；"
                f"低于{percent(one.explain_below, 0)}的须说明原因"
            ),
        )
        if not self.scored:
            yield "各行", "不计分：按指标值与完成值得出完成率，没有达到的、远超的须说明原因；本年没有发生的，完成值写“不适用”，并写明原因"
            yield from self._read()
            return
        yield "定量指标", "达到指标值计满分，未达到的按完成值与指标值的比例计分"
        linear = "按超出的比例扣分，超出一倍计0分" if self.rows.reverse_mode == "linear" else "按指标值与完成值之比计分"
        yield "反向指标", f"不高于指标值（不超过、≤、以内）计满分；高于的，{linear}"
        other = "不同的按两数之比（小数比大数）计分" if self.rows.equal_mode == "ratio" else "否则不计分"
        yield "等于指标", f"指标值写“=”的，与指标值相同计满分，{other}"
        yield from self._read()
        ranges = "，".join(f"{d.name}{percent(d.most, 0)}-{percent(d.least, 0)}" for d in self.degrees)
        yield "定性指标", f"按完成程度计分：{ranges}；实际完成值只写“完成”“按期”等的按100%，写“未完成”等的按0%"

    def _read(self) -> Iterator[tuple[str, str]]:
        """How texts are read, and from where on a target is far too low."""
        yield (
            "数量的写法",
            "万、亿按倍数，元与万元、亿元，米与公里等换算成同一单位；提高、下降等按变动的大小；成本指标没有写方向的，越小越好，节约、执行率、完成率一类越大越好",
        )
        if self.rows.too_low is not None:
            lost = f"扣分值的{percent(self.rows.too_low_deduct, 0)}" if self.rows.too_low_deduct else "不扣分"
            how = f"，{lost}" if self.scored else ""
            yield "指标值偏低", f"完成值达到指标值{percent(self.rows.too_low, 0)}及以上的，须说明偏差原因{how}"


def from_data(data: Mapping[str, Any], name: str) -> SelfEvaluation:
    """The table of parsed TOML; `name` is the file's name for messages. Raises RubricError."""
    return validated(SelfEvaluation, data, name, _inconsistencies)


load = loading(from_data)


def _inconsistencies(table: SelfEvaluation) -> Iterator[str]:
    """What a valid file can still get wrong: repeated names, sums, ranges with gaps."""
    for names, where, what in (
        ([one.name for one in table.fields], "fields", "表头项"),
        ([one.name for one in table.sources], "sources", "资金来源"),
        ([one.name for one in table.classes], "classes", "一级指标"),
        ([sub for one in table.classes for sub in one.subclasses if one.subclasses != NO_SUBCLASS], "classes", "二级指标"),
    ):
        yield from repeated(names, where, what)
    for where in ("fields", "sources", "classes"):
        for at, one in enumerate(getattr(table, where), 1):
            if not fits_excel(one.name):
                yield f"{where}[{at}].name：“{one.name}”不能作为 Excel 名称"
    yield from _source_problems(table.sources)
    yield from _class_problems(table)
    yield from (f"rows.{text}" for text in too_low_problems(table.rows.too_low, table.rows.too_low_deduct))
    edges = [edge for one in table.degrees for edge in (one.most, one.least)]
    if not edges or edges[0] != 1 or edges[-1] < 0 or any(a != b for a, b in zip(edges[1:-1:2], edges[2:-1:2], strict=True)):
        yield "degrees：应从100%起首尾相接，最低一档不小于0%"
    if table.form.columns:
        yield from _column_problems(table)
    columns = {
        "widths": len(cells.HEADER) + 1,
        "headings": len(cells.HEADER),
        "amounts": min(len(AMOUNTS), max(len(AMOUNTS) - 1, len(table.form.amounts))),
    }
    for name, wanted in columns.items():
        found = len(getattr(table.form, name))
        if found != wanted:
            yield f"form.{name}：应有{wanted}个{'列宽' if name == 'widths' else ''}，现有{found}个"
    if table.scored or table.grades:
        yield from grade_problems(table.grades)
    if table.execution.base not in table.amounts:
        yield f"execution.base：form.amounts 里没有{table.execution.base}"


def _column_problems(table: SelfEvaluation) -> Iterator[str]:
    """Columns that are unknown, repeated, missing, or in an order no form has."""
    words = table.form.words
    yield from repeated(words, "form.columns", "列")
    for at, word in enumerate(words, 1):
        if word not in PRINTABLE:
            yield f"form.columns[{at}].of：未知列“{word}”，可用 {'、'.join(PRINTABLE)}"
    for word in NEEDED:
        if word not in words:
            yield f"form.columns：缺“{word}”一列"
    if (cells.WEIGHT in words) is not (cells.POINTS in words):
        yield f"form.columns：{cells.WEIGHT}、{cells.POINTS}两列应都有，不计分的表都没有"
    if not table.scored and (table.execution.weight or table.weighed):
        yield "form.columns：没有分值、得分两列的表不计分，execution.weight 应为 0，classes 不写 weight"
    parted = [word for word in cells.PARTED if word in words]
    if (cells.TARGET in words) is bool(parted) or 0 < len(parted) < len(cells.PARTED):
        yield f"form.columns：指标值应为“{cells.TARGET}”一列，或{'、'.join(cells.PARTED)}三列"
    if cells.LEVEL1 not in words and len(table.classes) != 1:
        yield f"form.columns：没有“{cells.LEVEL1}”一列的，classes 只能有一个"
    if cells.LEVEL2 not in words and len({sub for one in table.classes for sub in one.subclasses}) != 1:
        yield f'form.columns：没有“{cells.LEVEL2}”一列的，各个 classes 都写 subclasses = ["{NO_SUBCLASS[0]}"]'
    if words and words[-1] != cells.REASON:
        yield f"form.columns：最后一列应为“{cells.REASON}”"


def _source_problems(sources: Sequence[Source]) -> Iterator[str]:
    counted = [one for one in sources if not one.breakdown]
    if not counted:
        yield "sources：至少应有一个资金来源（不写 breakdown 的）"
    if list(sources[: len(counted)]) != counted:
        yield "sources：写了 breakdown 的应排在其他资金来源后面"


def _class_problems(table: SelfEvaluation) -> Iterator[str]:
    """Classes that are too many, have no 二级指标, or don't add up."""
    if not 1 <= len(table.classes) <= MOST_CLASSES:
        yield f"classes：应有1到{MOST_CLASSES}个一级指标，现有{len(table.classes)}个"
    for at, one in enumerate(table.classes, 1):
        if not one.subclasses:
            yield f"classes[{at}]（{one.name}）.subclasses：至少应有一个二级指标"
        for name in one.quantitative:
            if name not in one.subclasses:
                yield f"classes[{at}]（{one.name}）.quantitative：“{name}”不是它的二级指标，可用 {'、'.join(one.subclasses)}"
    total = table.execution.weight + sum((one.weight or Decimal(0) for one in table.classes), Decimal(0))
    free = len(table.weighed) < len(table.classes)
    if total > table.total if free else total != table.total:
        how = "不应超过" if free else "应等于"
        way = "；原文就是这样的，把 total 写成这个数，分值由单位分配的不写 weight"
        yield f"classes：各一级指标与预算执行率的分值合计{plain(total)}，{how} total（{plain(table.total)}）{way}"
