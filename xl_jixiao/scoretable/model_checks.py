"""What a valid table file can still get wrong: names, formulas, sums, texts that say other numbers than the rule."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from xl_jixiao.desktop.templates import CONF_SHEET
from xl_jixiao.expr import LONGEST_TEXT, Expr, Literal, Operation, as_number, walk
from xl_jixiao.formula import Formula, FormulaError, bound_to, defined_name, parse
from xl_jixiao.number import in_digits, plain
from xl_jixiao.rules.bands import COUNTED, Bands
from xl_jixiao.rules.base import MOST_CHOICES, RANKS, Rule
from xl_jixiao.rules.itemised import Itemised
from xl_jixiao.rules.percentages import compared_problems, percent_problems
from xl_jixiao.rules.printed_ends import ends_said
from xl_jixiao.rules.weighted import Weighted
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable.extras import Extra
from xl_jixiao.scoretable.model import Form, Indicator, Rubric
from xl_jixiao.sheet.addin import FUNCTIONS_NAME, TEXTS_NAME
from xl_jixiao.sheet.data import remark_key
from xl_jixiao.sheet.published import figure_key, points_key
from xl_jixiao.sheet.rules import rule_name
from xl_jixiao.tables.formula_checks import formula_problems, identity_problems, usable
from xl_jixiao.tables.functions import ARGUMENTS_PREFIX
from xl_jixiao.tables.inputs import LONGEST_NAME, fits_excel, input_problems, repeated
from xl_jixiao.tables.parts import grade_problems
from xl_jixiao.tables.rates import CATALOGUE
from xl_jixiao.tables.tablefile import excel_length
from xl_jixiao.words import (
    ANALYSIS,
    CHECKS,
    COMPUTED_TOTAL,
    CONCLUSION,
    DATA,
    GRADE,
    GUIDE,
    HELP_SHEET,
    PUBLISHED,
    RULES_SHEET,
    STAMP,
    TOTAL,
    WORKING,
)

FORM_COLUMNS = 7
LONGEST_SHEET = 31
MOST_POINTS = 1000
OWN_NAMES = frozenset({TOTAL, COMPUTED_TOTAL, GRADE, STAMP, FUNCTIONS_NAME, TEXTS_NAME})
OWN_PREFIXES = (
    *(name("") for name in (keys.score_name, keys.adjusted_name, keys.reason_name, keys.evidence_name, remark_key, rule_name)),
    figure_key(""),
    points_key(""),
    ARGUMENTS_PREFIX,
)
OWN_SHEETS = frozenset({GUIDE, DATA, WORKING, CHECKS, ANALYSIS, PUBLISHED, CONCLUSION, RULES_SHEET, HELP_SHEET, CONF_SHEET})
"""What the workbook itself uses."""
_NO_SHEET = re.compile(r"[\[\]:*?/\\'\x00-\x1f\x7f]")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?%?")


def problems(rubric: Rubric) -> Iterator[str]:
    """What a valid file can still get wrong: names, formulas, sums, texts that say other numbers than the rule."""
    if not rubric.inputs:
        yield "inputs：至少写一个数据项"
    yield from input_problems(rubric.inputs)
    yield from repeated([indicator.code for indicator in rubric.indicators], "indicators", "指标（可用 key 区分同名指标）")
    yield from _name_problems(rubric)
    known = {key for key, item in rubric.input_by_key.items() if item.numeric}
    compared = known | {key for key, item in rubric.input_by_key.items() if item.kind == "date"}
    for at, indicator in enumerate(rubric.indicators, 1):
        for text in _indicator_problems(indicator, known, compared, rubric.signed):
            yield f"indicators[{at}]（{indicator.name}）.{text}"
    yield from _span_problems(rubric.indicators)
    yield from identity_problems(rubric.identities, known)
    yield from _form_problems(rubric.form)
    total = sum((indicator.weight for indicator in rubric.indicators), Decimal(0))
    if total != rubric.total:
        yield f"indicators：分值合计{plain(total)}，应等于 total（{plain(rubric.total)}）；原文就是这样的，把 total 写成{plain(total)}"
    yield from grade_problems(rubric.grades)
    yield from _extra_problems(rubric, compared)


def _extra_problems(rubric: Rubric, known: set[str]) -> Iterator[str]:
    """加分, 扣分 and 一票否决 that do nothing, or are over figures nobody knows; a highest total that can't be."""
    yield from repeated([defined_name(one.name) for one in rubric.extras], "extras", "加分、扣分、否决项")
    for at, one in enumerate(rubric.extras, 1):
        yield from (f"extras[{at}]（{one.name}）.{text}" for text in _of_extra(one, known, rubric))
    added = [one.most for one in rubric.extras if one.add]
    highest, full = rubric.highest, rubric.total
    if highest is not None and not added:
        yield "highest：没有加分项（extras 里写 add 的）的，不写"
    elif highest is not None and (highest < full or (None not in added and highest > full + sum(filter(None, added)))):
        yield f"highest：应不低于 total（{plain(full)}）、不高于它加上各项加分，现为{plain(highest)}"


def _of_extra(one: Extra, known: set[str], rubric: Rubric) -> Iterator[str]:
    if len(one.uses) != 1:
        yield f"add：add（加分的公式）、deduct（扣分的公式）、veto（否决的条件）写一个，现写了{'、'.join(one.uses) or '0个'}"
        return
    if one.chosen:
        yield from _of_choice(one, rubric)
    elif one.veto:
        unknown = [name for name in one.figures if name not in known]
        yield from (f"veto：“{name}”不是 inputs 里的数字或日期数据项{usable(name, known)}" for name in unknown)
    else:
        wrong = list(formula_problems(one.formula_text, known))
        yield from (f"{one.uses[0]}：{text}" for text in wrong)
        if wrong:
            return
        if not one.figures or one.formula.divisors:
            yield f"{one.uses[0]}：“{one.formula_text}”应由数据项加、减、乘得出，不除以数据项"
        elif one.formula.value(dict.fromkeys(one.figures, 1)) <= 0:
            yield f"{one.uses[0]}：“{one.formula_text}”得出的是负数，负数不{one.verb}分；扣分写在 deduct，写正数"
    if one.veto and one.most is not None:
        yield "most：一票否决没有最多几分"
    if one.most is not None and one.most <= 0:
        yield f"most：应大于0，现为{plain(one.most)}"
    if one.grade and (not one.veto or one.grade not in {grade.name for grade in rubric.grades}):
        yield f"grade：只用于 veto，是 grades 里的一个等次，现为“{one.grade}”；不写的，触及时总分为0"
    missing = _figures(one.made) - _figures(one.criterion) if one.criterion and not one.differs else set()
    if missing:
        yield f"criterion：原文里没有{'、'.join(sorted(missing))}，文字与参数不一致{_WAY_OUT}"


def _of_choice(one: Extra, rubric: Rubric) -> Iterator[str]:
    """A veto by a word that nobody can choose."""
    assert one.chosen is not None
    name, word = one.chosen
    found = rubric.input_by_key.get(name)
    if found is None or found.kind != "choice":
        choices = {key for key, item in rubric.input_by_key.items() if item.kind == "choice"}
        yield f'veto：“{name}”不是 inputs 里的选择项（kind = "choice"）{usable(name, choices)}'
    elif word not in found.options:
        yield f"veto：“{name}”不能选“{word}”，可选 {'、'.join(found.options)}"


def _form_problems(form: Form) -> Iterator[str]:
    if not form.title.strip():
        yield "form.title：不能为空"
    if form.sheet in OWN_SHEETS or form.sheet.casefold() == "history":
        yield f"form.sheet：“{form.sheet}”是本系统或 Excel 自用的工作表名称，请换一个"
    if not form.sheet.strip() or excel_length(form.sheet) > LONGEST_SHEET or _NO_SHEET.search(form.sheet):
        yield f"form.sheet：“{form.sheet}”不能作为工作表名称（1到31个字，不含 [ ] : * ? / \\ '）"
    if len(form.columns) < FORM_COLUMNS:
        yield f"form.columns：至少应有{FORM_COLUMNS}列（一级、二级、三级指标，分值，解释，标准，得分），多出的列排在后面，留空手填；现为{len(form.columns)}列"
    for at, column in enumerate(form.columns, 1):
        if not 1 <= column.width <= 200:
            yield f"form.columns[{at}].width：应在1到200之间，现为{column.width}"


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


def _indicator_problems(indicator: Indicator, known: set[str], compared: set[str], signed: frozenset[str]) -> Iterator[str]:
    yield from _heading_problems(indicator)
    for target in indicator.bind.values():
        bound = bound_to(target)
        if isinstance(bound, Expr):
            yield from (f"bind：{problem}" for problem in formula_problems(target, compared))
        elif bound not in compared:
            yield f"bind：“{target}”不是 inputs 里的数据项{usable(target, compared)}"
    for name in indicator.figure_keys[: len(indicator.figure_keys) - len(indicator.rule.computed)]:
        if name not in compared:
            yield f"rule：“{name}”不是 inputs 里的数字或日期数据项{usable(name, compared)}"
    wrong = list(_reading_problems(indicator, known | {defined_name(name) for name in indicator.bind}))
    yield from wrong
    if not wrong:
        yield from _formula_problems(indicator, signed)
    yield from _rate_problems(indicator)
    if indicator.applies and defined_name(indicator.applies) not in known:
        yield f"applies：“{indicator.applies}”不是 inputs 里的数据项{usable(indicator.applies, known)}"
    yield from _rule_problems(indicator)
    if indicator.criterion and indicator.weight > 0:
        yield from _text_problems(indicator)


def _heading_problems(indicator: Indicator) -> Iterator[str]:
    if not 0 < indicator.weight <= MOST_POINTS:
        yield f"weight：应大于0、不超过{MOST_POINTS}，现为{plain(indicator.weight)}"
    if not 1 <= len(indicator.path) <= 2 or not all(part.strip() for part in indicator.path):
        yield f"path：应为一级、二级指标名称，不能为空，现为“{'/'.join(indicator.path)}”"


def _reading_problems(indicator: Indicator, known: set[str]) -> Iterator[str]:
    """Formulas that can't be read, or, where all can, that are about nothing."""
    texts = {name: text for name, text in (("formula", indicator.formula), ("measure", indicator.measure)) if text}
    wrong = [f"{name}：{problem}" for name, text in texts.items() for problem in formula_problems(text, known)]
    yield from wrong or (f"{name}：“{text}”里没有数据项" for name, text in texts.items() if not parse(text).names)


def _formula_problems(indicator: Indicator, signed: frozenset[str]) -> Iterator[str]:
    """What formulas that can be read still get wrong."""
    rate, measured, standard, text = indicator.rate_formula, indicator.measured, indicator.standard, indicator.formula
    if rate and _hundredfold(rate):
        yield f"formula：“{text}”会把比率放大100倍，×100 应写作 ×100%"
    if rate and standard and rate.match(standard.formula) is None:
        yield f"formula：“{text}”与标准比率{indicator.rate}的公式“{standard.text}”结构不同；本地自定的比率不写 rate"
    if rate and max(len(rate.excel()), len(rate.sentence()) + 20) > LONGEST_TEXT:
        yield f"formula：超过{LONGEST_TEXT}字，Excel 公式里放不下，可在 inputs 里加合计数"
    if measured and isinstance(indicator.rule, Bands) and measured.may_be_negative(signed) and not indicator.rule.covers(Decimal(-1)):
        yield "rule.bands：结果可能为负数，应有一档包括负数，如 (,0%]，或写明 otherwise"
    if rate and rate.divisors and not indicator.measure:
        yield from percent_problems(indicator.rule)
    printed = None if indicator.differs else _printed_formula(indicator)
    if printed and _unscaled(printed) != _unscaled(parse(text)):
        yield f"formula：与指标解释里印的公式“{printed.sentence()}”不一致{_WAY_OUT}"


def _rate_problems(indicator: Indicator) -> Iterator[str]:
    if indicator.rate and not indicator.standard:
        yield f"rate：没有标准比率“{indicator.rate}”，可用 {'、'.join(CATALOGUE)}"
    if indicator.rate and not indicator.formula and not indicator.rule.needs_rate:
        yield "formula：写了 rate 就要写本表的公式"
    if indicator.rule.needs_rate and not indicator.formula:
        yield f"rule：{indicator.rule.kind} 需要 formula（measure 只改比较的数，不能代替）"


def _rule_problems(indicator: Indicator) -> Iterator[str]:
    for name in ("bands", "tiers"):
        if len(getattr(indicator.rule, name, ())) > MOST_CHOICES:
            yield f"rule.{name}：最多{MOST_CHOICES}档（Excel 公式嵌套的限度）"
    weight = (
        indicator.weight if indicator.weight > 0 else Decimal(MOST_POINTS)
    )  # one that is none is said, and nothing that follows from it
    yield from (f"rule.{text}" for text in indicator.rule.problems(weight))
    if not indicator.differs and indicator.weight > 0:
        yield from (f"rule.{text}{_WAY_OUT}" for text in indicator.rule.mismatches(indicator.weight))
    for at, line in enumerate(indicator.lines if isinstance(indicator.rule, Itemised) else (), 1):
        length = excel_length(line.content)
        if length > LONGEST_TEXT:
            yield f"lines[{at}].content：最多{LONGEST_TEXT}个字（Excel 公式里的文字限度），现为{length}个字"


def _unscaled(formula: Formula) -> Expr:
    """What a formula computes without ×100%, which many forms print as ×100."""
    tree = formula.core
    scaled = isinstance(tree, Operation) and tree.sign == "*" and isinstance(tree.right, Literal) and tree.right.printed == "100"
    return tree.left if isinstance(tree, Operation) and scaled else tree


def _hundredfold(formula: Formula) -> bool:
    """Whether a quotient is multiplied by 100 that is no percentage."""
    tree = formula.tree
    factors = (tree.left, tree.right) if isinstance(tree, Operation) and tree.sign == "*" else ()
    return bool(formula.divisors) and any(isinstance(one, Literal) and one.printed == "100" for one in factors)


def _span_problems(indicators: Sequence[Indicator]) -> Iterator[str]:
    """A 评分标准 cell shared by indicators that aren't there, or that don't stand together on the form."""
    covered = 0
    for at, indicator in enumerate(indicators, 1):
        span, place = indicator.criterion_span, f"indicators[{at}]（{indicator.name}）.criterion_span"
        run = 0
        for other in indicators[at - 1 :]:
            if other.path[:1] != indicator.path[:1] or (run and other.page_break):
                break
            run += 1
        if not 1 <= span <= run:
            yield f"{place}：应在1到{run}之间（本项起同一个一级指标、同一页上还有{run}项），现为{span}"
        elif span > 1 and at <= covered:
            yield f"{place}：本项的评分标准已与上面的合用一格，应为1，现为{span}"
        covered = max(covered, at + span - 1)


def _text_problems(indicator: Indicator) -> Iterator[str]:
    """Where the printed 评分标准 says other numbers, or the other direction, than the rule, and the table doesn't say so itself."""
    printed, made, weight = in_digits(indicator.criterion), indicator.scorer.criterion(), {plain(indicator.weight)}
    if indicator.differs or indicator.rule.kind in ("judgement", "completion"):
        return
    yield from compared_problems(indicator.rule, printed)
    missing = _figures(made) - _figures(printed) - weight - _implied(printed, indicator.weight)
    if isinstance(indicator.rule, Weighted):  # the scale of its own is seldom printed
        missing -= {plain(indicator.rule.out_of)}
    if isinstance(indicator.rule, Bands) and indicator.rule.unit in COUNTED:  # 5 and under, and over 5, are 6 and over
        missing = {one for one in missing if not _beside(one) & _figures(printed)}
    if missing:
        yield f"criterion：评分标准原文里没有规则参数{'、'.join(sorted(missing))}，文字与参数不一致{_WAY_OUT}"
    ranks = _other_ranks(indicator.rule, printed)
    if ranks:
        yield f"criterion：评分标准原文里的{'、'.join(ranks)}与规则的各档不一致{_WAY_OUT}"
    said = {plain(Decimal(said or bracketed)) for said, bracketed in _POINTS.findall(printed)}
    points = said - {"0", "1"} - _figures(made) - weight - ends_said(indicator.rule, printed) - _in_formula(indicator)
    if points and indicator.rule.kind in ("bands", "steps", "threshold", "occurrences"):
        yield f"criterion：评分标准原文里的{'、'.join(sorted(points))}分不是规则的参数，文字与参数不一致{_WAY_OUT}"
    signs = [{sign for sign in "≤≥" if sign in text.replace("≦", "≤").replace("≧", "≥")} for text in (printed, made)]
    if all(len(found) == 1 for found in signs) and signs[0] != signs[1]:
        yield f"criterion：评分标准原文是“{signs[0].pop()}”，规则是“{signs[1].pop()}”，方向相反{_WAY_OUT}"


def _in_formula(indicator: Indicator) -> set[str]:
    """The numbers that stand in the formula itself: 5×与事实不符项数, for 每项扣5分."""
    try:
        tree = indicator.measured.tree if indicator.measured else Literal(0)
    except FormulaError:  # which is said where it stands
        return set()
    return {plain(as_number(one.of)) for one in walk(tree) if isinstance(one, Literal)}


_RANKED = re.compile(r"第?(?:(?P<first>\d+)[名位]?(?:至|到|[-—–－~～])+第?|(?P<top>前))?第?(?P<last>\d+)[名位]")
"""Ranks as criteria print them: 前3名, 第4至10名, 20名以后."""


def _other_ranks(rule: Rule, printed: str) -> list[str]:
    """The ranks of a printed text at which no band of a rule begins, or ends."""
    if not isinstance(rule, Bands) or rule.unit not in RANKS:
        return []
    firsts = {end.low + (not end.from_low) for end in (band.ends for band in rule.bands) if end.low is not None}
    lasts = {end.high - (not end.to_high) for end in (band.ends for band in rule.bands) if end.high is not None}
    near = firsts | lasts | {one - 1 for one in firsts} | {one + 1 for one in lasts}
    found: list[str] = []
    for said in _RANKED.finditer(printed):
        first, last = said["first"] and Decimal(said["first"]), Decimal(said["last"])
        fits = last in (lasts if first or said["top"] else near) and (not first or first in firsts or first - 1 in (0, *lasts))
        found += [] if fits else [said[0]]
    return found


_POINTS = re.compile(r"[计得扣](\d+(?:\.\d+)?)分|[（(](\d+(?:\.\d+)?)分[）)]")
"""Points as criteria print them: 计5分, （1分）."""

_WAY_OUT = "；原文就是这样的，在 differs 里写明不同之处和理由"


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


def _beside(figure: str) -> set[str]:
    """The whole numbers next to one."""
    number = Decimal(figure)
    return {plain(number - 1), plain(number + 1)}


_ORDINALS = re.compile(r"(?:(?<=^)|(?<=[\s。；;：:]))\d{1,2}(?:、|[.．)）](?!\d))|[（(]\d{1,2}[）)]|第\d{1,2}[条款项]")


_WHOLE_SAID = re.compile("全部")
_OF_PLAN = re.compile(
    "(?:与|[大小高低多少等]于|超[过出]?|突破|控制在|达到|完成)[^，。；、]{0,8}(?:预算|计划|目标|任务|编制|批复|标准|平均)|超支|足额"
)
"""A comparison with what was planned, in words: the target is 100%."""

_OF_WEIGHT = re.compile(r"(?:权重|分值|满分|本项|该项|指标)[^，。；、\d%]{0,4}(\d+(?:\.\d+)?)%")
"""What is taken off as a share of the weight: 扣权重分的5%."""


def _implied(printed: str, weight: Decimal) -> set[str]:
    """The numbers that a text says without printing them."""
    shares = {plain(weight * Decimal(share) / 100) for share in _OF_WEIGHT.findall(printed)}
    return shares | ({"100"} if _OF_PLAN.search(printed) else set())


_PER_MILLE = re.compile(r"(\d+(?:\.\d+)?)(?:‰|个?千分点)")
"""1‰, 0.1个千分点."""


def _figures(text: str) -> set[str]:
    """The numbers of a sentence, 100%, 100, 百分制 and 全部 being one; zero and one are said in words too often to compare.

    The number of a list is none: 3、, （2）, 2. before a word.
    """
    text = _PER_MILLE.sub(lambda found: f"{plain(Decimal(found[1]) / 10)}%", text)
    bare = _ORDINALS.sub("", in_digits(_WHOLE_SAID.sub("100%", text).replace("百分制", "100")))
    found = {plain(Decimal(figure.rstrip("%"))) for figure in _NUMBERS.findall(bare)}
    return found - {"0", "1"}
