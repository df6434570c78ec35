"""A place's scoring table as data: TOML -> Rubric, or every finding with file and path."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from xl_jixiao.catalogue import locate
from xl_jixiao.formula import Formula, FormulaError, defined_name, parse
from xl_jixiao.inputs import LONGEST_NAME, Input, fits_excel, input_problems, repeated
from xl_jixiao.number import from_cell, plain, printable
from xl_jixiao.rates import CATALOGUE, Rate, Zero, standard_rate
from xl_jixiao.rules import RULES, AnyRule, NotApplicable, Scorer
from xl_jixiao.rules.bands import Bands
from xl_jixiao.rules.base import MOST_CHOICES, Item, Quantity
from xl_jixiao.tablefile import Part, read_toml, validated
from xl_jixiao.tablefile import RubricError as RubricError

FORM_COLUMNS = 7
LONGEST_TEXT = 250
MOST_GRADES = 20
"""Excel nests at most 64 functions."""
OWN_NAMES = frozenset({"总分", "复算总分", "等次", "评分标准编号", "JxTexts", "JxFunctions"})
OWN_PREFIXES = ("得分_", "调整_", "理由_", "佐证_", "规则_", "参数_")
OWN_SHEETS = frozenset({"填报说明", "基础数据", "评分底稿", "校验", "得分分析", "自评结论", "规则", "函数", "xlwings.conf"})
"""What the workbook itself uses; tests hold it to the layout's own names."""
_NUMBERS = re.compile(r"\d+(?:\.\d+)?%?")


class Line(Part):
    """One printed row of an indicator that has several: its 三级指标 and its content."""

    name: str = ""
    content: str = ""


class Indicator(Part):
    """One scored line of the table. `formula`, `criterion` and `explanation` are the form's own words."""

    name: str
    key: str = ""
    path: tuple[str, ...]
    weight: Quantity
    explanation: str = ""
    criterion: str = ""
    formula: str = ""
    bind: Mapping[str, str] = Field(default_factory=dict)
    """Which input a name of the printed formula stands for here: the choice of base (年初 or 调整后), printed as such."""
    rate: str = ""
    measure: str = ""
    applies: str = ""
    zero: Zero | None = None
    not_applicable: NotApplicable = "none"
    rule: AnyRule
    basis: str = ""
    note: str = ""
    lines: tuple[Line, ...] = ()
    criterion_span: int = 1
    """How many indicators from this one on share its 评分标准 cell on the form; the others' stays unprinted."""
    page_break: bool = False
    inferred: bool = False

    @field_validator("path", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @property
    def code(self) -> str:
        """The indicator's key: unique in its rubric, a valid defined name."""
        return defined_name(self.key or self.name)

    @property
    def label(self) -> str:
        """The name by which a reader tells it from its namesakes: 预算管理制度健全性."""
        return self.key or self.name

    @cached_property
    def _bound(self) -> Mapping[str, str]:
        return {defined_name(name): defined_name(target) for name, target in self.bind.items()}

    @cached_property
    def rate_formula(self) -> Formula | None:
        """The parsed formula of the printed rate, over the inputs it is bound to."""
        return parse(self.formula).renamed(self._bound) if self.formula else None

    @cached_property
    def standard(self) -> Rate | None:
        """The catalogue rate this indicator's formula is an instance of."""
        return standard_rate(self.rate) if self.rate else None

    @property
    def zero_denominator(self) -> Zero:
        """What a zero denominator means here."""
        return self.zero or (self.standard.zero if self.standard else Zero.NOT_APPLICABLE)

    @cached_property
    def measured(self) -> Formula | None:
        """What the rule compares: the `measure` (每超出1人) or, without one, the rate."""
        return parse(self.measure).renamed(self._bound) if self.measure else self.rate_formula

    @cached_property
    def scorer(self) -> Scorer:
        """The rule with its weight and its answer to 不适用."""
        return Scorer(full=self.weight, rule=self.rule, not_applicable=self.not_applicable)

    @cached_property
    def item_keys(self) -> tuple[str, ...]:
        """The names of the judged items: 绩效目标合理性_1, _2 …"""
        return tuple(f"{self.code}_{at}" for at in range(1, len(self.scorer.items) + 1))

    @property
    def choices(self) -> tuple[str, ...]:
        """What the printed table leaves open for this indicator, with the choice made."""
        bound = tuple(f"公式中的“{name}”取“{target}”" for name, target in self.bind.items())
        return (*bound, *self.scorer.choices())

    @property
    def printed_criterion(self) -> str:
        """The form's own 评分标准, or the sentence made from the parameters where the form prints none."""
        return self.criterion or self.scorer.criterion()


class Grade(Part):
    """A grade's word and the lowest total that earns it."""

    name: str
    least: Quantity


class Identity(Part):
    """Two sides that must agree: 收入合计 = 支出合计 + 结余. `tolerance` up to which a difference is rounding."""

    name: str
    left: str
    right: str
    tolerance: Quantity = Decimal("0.01")
    note: str = ""


class Column(Part):
    """A column of the printed form: its heading and its width in characters."""

    heading: str
    width: float


class Form(Part):
    """How the printed form looks: everything that is not an indicator."""

    title: str
    mark: str = ""
    sheet: str = "整体支出评分表"
    landscape: bool = False
    columns: tuple[Column, ...]
    labels: Mapping[str, str] = Field(default_factory=dict)
    total_label: str = "合计"
    signatures: tuple[str, ...] = ()


class Rubric(Part):
    """One place's table for one year: inputs, indicators, grades and the look of the form."""

    id: str
    title: str
    revision: str
    year: int
    region: str
    kind: Literal["scoring_table"]
    basis: str
    total: Quantity = Decimal(100)
    inputs: tuple[Input, ...]
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]
    grades_basis: str = ""
    identities: tuple[Identity, ...] = ()
    form: Form
    notes: tuple[str, ...] = ()

    @cached_property
    def input_by_key(self) -> Mapping[str, Input]:
        """Inputs by their defined name."""
        return {item.key: item for item in self.inputs}

    @cached_property
    def indicator_by_code(self) -> Mapping[str, Indicator]:
        """Indicators by their code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def items(self) -> tuple[tuple[Item, str], ...]:
        """What must be judged by hand, with its key, in the order of the form."""
        return tuple(pair for indicator in self.indicators for pair in zip(indicator.scorer.items, indicator.item_keys, strict=True))

    def grade(self, total: Decimal) -> str:
        """The grade's word for a total."""
        return next(grade.name for grade in self.grades if total >= grade.least)

    @property
    def stamp(self) -> str:
        """What a workbook carries to say which table it was made from."""
        return f"{self.id}@{self.revision}"


def load(reference: str) -> Rubric:
    """The rubric of an id or of a .toml path. Raises RubricError with every mistake, FileNotFoundError for what isn't there."""
    path = locate(reference)
    return _read(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: str, _modified: int) -> Rubric:
    file = Path(path)
    return from_data(read_toml(file), file.name)


def from_data(data: Mapping[str, Any], name: str) -> Rubric:
    """The rubric of parsed TOML; `name` is the file's name for messages. Raises RubricError."""
    return validated(Rubric, data, name, _inconsistencies, RULES)


def _inconsistencies(rubric: Rubric) -> Iterator[str]:
    """What a valid file can still get wrong: names, formulas, sums, texts that say other numbers than the rule."""
    yield from input_problems(rubric.inputs)
    yield from repeated([indicator.code for indicator in rubric.indicators], "indicators", "指标（可用 key 区分同名指标）")
    yield from _name_problems(rubric)
    known = {key for key, item in rubric.input_by_key.items() if item.numeric}
    for at, indicator in enumerate(rubric.indicators, 1):
        for text in _indicator_problems(indicator, known):
            yield f"indicators[{at}]（{indicator.name}）.{text}"
    yield from identity_problems(rubric.identities, known)
    if rubric.form.sheet in OWN_SHEETS or rubric.form.sheet.casefold() == "history":
        yield f"form.sheet：“{rubric.form.sheet}”是本系统或 Excel 自用的工作表名称，请换一个"
    if not 1 <= len(rubric.form.sheet.strip()) <= 31 or set(rubric.form.sheet) & set("[]:*?/\\'") or printable(rubric.form.sheet) != rubric.form.sheet:
        yield f"form.sheet：“{rubric.form.sheet}”不能作为工作表名称（1到31个字，不含 [ ] : * ? / \\ '）"
    if len(rubric.form.columns) != FORM_COLUMNS:
        yield f"form.columns：应为{FORM_COLUMNS}列（一级、二级、三级指标，分值，解释，标准，得分），现为{len(rubric.form.columns)}列"
    for at, column in enumerate(rubric.form.columns, 1):
        if not 1 <= column.width <= 200:
            yield f"form.columns[{at}].width：应在1到200之间，现为{column.width}"
    total = sum((indicator.weight for indicator in rubric.indicators), Decimal(0))
    if total != rubric.total:
        yield f"indicators：分值合计{plain(total)}，应等于 total（{plain(rubric.total)}）"
    yield from grade_problems(rubric.grades)


def identity_problems(identities: Sequence[Identity], known: set[str]) -> Iterator[str]:
    """Identities over names nobody knows."""
    for at, identity in enumerate(identities, 1):
        for side in ("left", "right"):
            for text in formula_problems(getattr(identity, side), known):
                yield f"identities[{at}].{side}：{text}"


def _name_problems(rubric: Rubric) -> Iterator[str]:
    """Names that would collide in the workbook: Excel takes 甲 and another 甲 for one, capitals or not, and some are our own."""
    keys = [*rubric.input_by_key, *dict.fromkeys(indicator.code for indicator in rubric.indicators)]
    keys += [key for indicator in rubric.indicators for key in indicator.item_keys]
    folded = [key.casefold() for key in keys]
    codes = {indicator.code for indicator in rubric.indicators}
    for key in dict.fromkeys(key for key, one in zip(keys, folded, strict=True) if folded.count(one) > 1):
        if not (key in codes and [indicator.code for indicator in rubric.indicators].count(key) > 1):
            yield f"inputs 与 indicators：“{key}”与另一个数据项、指标或认定项同名（不分大小写），请用 key 改指标的名称"
    for key in dict.fromkeys(keys):
        if key in OWN_NAMES or key.startswith(OWN_PREFIXES):
            yield f"inputs 与 indicators：“{key}”是工作簿自用的名称，请换一个"
    for indicator in rubric.indicators:
        if not fits_excel(indicator.code):
            yield f"indicators：“{indicator.label[:40]}”不能作为 Excel 名称（像单元格地址，或超过{LONGEST_NAME}字），请用 key 另起名称"


def grade_problems(grades: Sequence[Grade]) -> Iterator[str]:
    """Grades out of order, with one word twice, too many, or not down to zero."""
    yield from repeated([grade.name for grade in grades], "grades", "等次")
    if len(grades) > MOST_GRADES:
        yield f"grades：最多{MOST_GRADES}档"
    if [grade.least for grade in grades] != sorted({grade.least for grade in grades}, reverse=True):
        yield "grades：least 应从高到低，且不重复"
    if not grades or grades[-1].least != 0:
        yield "grades：最后一档的 least 应为 0"


def formula_problems(text: str, known: set[str]) -> Iterator[str]:
    """A formula that can't be read, or over names nobody knows."""
    try:
        formula = parse(text)
    except FormulaError as error:
        yield str(error)
        return
    for name in formula.names:
        if name not in known:
            yield f"“{text}”中的“{name}”不是 inputs 里的数据项，可用 {'、'.join(sorted(known))}"


def _indicator_problems(indicator: Indicator, known: set[str]) -> Iterator[str]:
    if not 0 < indicator.weight <= 1000:
        yield "weight：应大于0"
    if not 1 <= len(indicator.path) <= 2:
        yield "path：应为一级、二级指标名称"
    known = known | {defined_name(name) for name in indicator.bind}
    wrong = [(field, text) for field in ("formula", "measure") if getattr(indicator, field)
             for text in formula_problems(getattr(indicator, field), known)]  # fmt: skip
    yield from (f"bind：“{target}”不是 inputs 里的数据项" for target in indicator.bind.values() if defined_name(target) not in known)
    yield from (f"{field}：{text}" for field, text in wrong)
    if indicator.rate and not indicator.standard:
        yield f"rate：没有标准比率“{indicator.rate}”，可用 {'、'.join(CATALOGUE)}"
    if indicator.rate and not indicator.formula:
        yield "formula：写了 rate 就要写本表的公式"
    if not wrong and indicator.standard and indicator.formula and indicator.rate_formula.match(indicator.standard.formula) is None:
        yield f"formula：“{indicator.formula}”与标准比率{indicator.rate}的公式“{indicator.standard.text}”结构不同"
    if not wrong and indicator.formula and len(indicator.rate_formula.excel()) > LONGEST_TEXT:
        yield f"formula：超过{LONGEST_TEXT}字，Excel 公式里放不下"
    if indicator.rule.needs_rate and not indicator.formula:
        yield f"rule：{indicator.rule.kind} 需要 formula（measure 只改比较的数，不能代替）"
    if not wrong and indicator.measure and indicator.formula:
        rate, measured = indicator.rate_formula, indicator.measured
        if set(measured.names) - set(rate.names) or set(measured.divisors) - set(rate.divisors):
            yield f"measure：“{indicator.measure}”只能用 formula 里的数据项和分母"
    if isinstance(indicator.rule, Bands) and not wrong and "-" in indicator.measured.excel() and not indicator.rule.covers(Decimal(-1)):
        yield "rule.bands：结果可能为负数，应有一档包括负数，如 (,0%]，或写明 otherwise"
    if indicator.applies and defined_name(indicator.applies) not in known:
        yield f"applies：“{indicator.applies}”不是 inputs 里的数据项"
    printed = _printed_formula(indicator)
    if not wrong and printed and printed != parse(indicator.formula):
        yield f"formula：与指标解释里印的公式“{printed.sentence()}”不一致"
    for field in ("bands", "tiers"):
        if len(getattr(indicator.rule, field, ())) > MOST_CHOICES:
            yield f"rule.{field}：最多{MOST_CHOICES}档（Excel 公式嵌套的限度）"
    yield from (f"rule.{text}" for text in indicator.rule.problems(indicator.weight))
    if indicator.criterion:
        yield from _text_problems(indicator)


def _text_problems(indicator: Indicator) -> Iterator[str]:
    """Where the printed 评分标准 says other numbers, or the other direction, than the rule."""
    printed, made, weight = indicator.criterion, indicator.scorer.criterion(), {plain(indicator.weight)}
    if indicator.rule.kind in ("judgement", "completion"):
        return
    missing = _figures(made) - _figures(printed) - weight
    if missing:
        yield f"criterion：评分标准原文里没有规则参数{'、'.join(sorted(missing))}，文字与参数不一致"
    points = {figure for figure in _POINTS.findall(printed) if figure not in ("0", "1")} - _figures(made) - weight
    if points and indicator.rule.kind in ("bands", "steps", "threshold", "occurrences"):
        yield f"criterion：评分标准原文里的{'、'.join(sorted(points))}分不是规则的参数，文字与参数不一致"
    signs = [{sign for sign in "≤≥" if sign in text.replace("≦", "≤").replace("≧", "≥")} for text in (printed, made)]
    if all(len(found) == 1 for found in signs) and signs[0] != signs[1]:
        yield f"criterion：评分标准原文是“{signs[0].pop()}”，规则是“{signs[1].pop()}”，方向相反"


_POINTS = re.compile(r"[计得扣](\d+(?:\.\d+)?)分")


def _printed_formula(indicator: Indicator) -> Formula | None:
    """The formula the explanation prints after ``名称=``, where it prints one; a line worked out in numbers is none."""
    label, _, rest = "".join(indicator.explanation.split()).replace("＝", "=").partition("=")
    if not indicator.formula or not rest or not defined_name(label).endswith(defined_name(indicator.name)):
        return None
    try:
        found = parse(re.split(r"[。；;，\n]", rest)[0])
    except FormulaError:
        return None
    return found if found.names else None


def _figures(text: str) -> set[str]:
    """The numbers of a sentence, 100%, 100 and 全部 being one; zero and one are said in words too often to compare."""
    found = {plain(from_cell(figure.rstrip("%"))) for figure in _NUMBERS.findall(text.replace("全部", "100%"))}
    return found - {"0", "1"}
