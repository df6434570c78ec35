"""The formulas of 评分底稿, in both editions: native Excel over defined names, or the registered functions.

Each formula here has a Python twin in scoring.py; the value a cell is written with comes from there.
"""

from decimal import Decimal

from xl_jixiao.formula import Formula, defined_name
from xl_jixiao.layout import Layout, Ref, WorkBlock, WorkColumns, rule_name
from xl_jixiao.number import plain
from xl_jixiao.old_text import any_of, quoted
from xl_jixiao.rules import Item
from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE
from xl_jixiao.scoretable.scoring import Score
from xl_jixiao.scoretable.table import Indicator, Rubric
from xl_jixiao.tables.inputs import Input
from xl_jixiao.tables.rates import PLACES, Zero
from xl_jixiao.words import (
    BLANK,
    EXPLAIN,
    FILLED,
    INVALID,
    NO_BUDGET,
    NONE_WORD,
    NOT_APPLICABLE,
    NOT_COMPARABLE,
    OPTIONAL,
    OVER_BUDGET,
    PASSED,
    READY,
    UNFINISHED,
    WORKING,
)


def _listed(names: tuple[str, ...]) -> str:
    return ",".join(names)


def input_state(item: Input, cell: str) -> str:
    """The 状态 cell beside an answer on 基础数据."""
    blank = BLANK if item.required else OPTIONAL
    if not item.numeric:
        fits = any_of([f"{cell}={quoted(option)}" for option in item.options]) if item.kind == "choice" else ""
        if item.kind == "date":
            fits = f"IF(ISNUMBER({cell}),AND({cell}>={FIRST_DATE},{cell}<={LAST_DATE}),FALSE)"
        filled = f'IF({fits},"{FILLED}","{INVALID}")' if fits else f'"{FILLED}"'
        return f'=IF({cell}="","{blank}",{filled})'
    whole = f",{cell}=INT({cell})" if item.kind == "count" else ""
    valid = f'IF(ISNUMBER({cell}),IF(AND({cell}>=0,{cell}<={item.typed.limit}{whole}),"{FILLED}","{INVALID}"),"{INVALID}")'
    return f'=IF({cell}="","{blank}",IF({cell}="{NONE_WORD}","{NONE_WORD}",{valid}))'


def item_state(item: Item, cell: str) -> str:
    """The 状态 cell beside a judged item."""
    blank = BLANK if item.required else OPTIONAL
    if item.kind == "text":
        return f'=IF({_bare(cell)}="","{blank}","{FILLED}")'
    if item.kind == "choice":
        fits = any_of([f"{cell}={quoted(option)}" for option in item.options])
        return f'=IF({cell}="","{blank}",IF({fits},"{FILLED}","{INVALID}"))'
    bounds = [f"{cell}>=0"]
    if item.limit is not None:
        bounds.append(f"{cell}<={plain(item.limit)}")
    if item.kind == "count":
        bounds.append(f"{cell}=INT({cell})")
    fits = bounds[0] if len(bounds) == 1 else f"AND({','.join(bounds)})"
    return f'=IF({cell}="","{blank}",IF(ISNUMBER({cell}),IF({fits},"{FILLED}","{INVALID}"),"{INVALID}"))'


def rate_state(indicator: Indicator) -> str:
    """The 状态 cell of a rate row: 可算, or the reason why not."""
    return f"={_applies(indicator, _data_state(indicator))}"


def _applies(indicator: Indicator, otherwise: str) -> str:
    if not indicator.applies:
        return otherwise
    subject = defined_name(indicator.applies)
    number = f'IF({subject}<0,"{INVALID}",IF({subject}=0,"{NOT_APPLICABLE}",{otherwise}))'
    return f'IF({subject}="{NONE_WORD}","{NOT_APPLICABLE}",IF(ISNUMBER({subject}),{number},IF({subject}="","{BLANK}","{INVALID}")))'


def _data_state(indicator: Indicator) -> str:
    formula = indicator.rate_formula
    if formula is None:
        return f'"{READY}"'
    names = formula.names
    text = f'"{READY}"'
    for divisor in reversed(formula.divisors):
        text = f"IF({divisor.native()}=0,{_zero_word(indicator, formula)},{text})"
    text = f'IF(COUNT({_listed(names)})<{len(names)},"{BLANK}",{text})'
    wrong = any_of([f"ISTEXT({name})" for name in names] + [f"MIN({_listed(names)})<0"])
    text = f'IF({wrong},"{INVALID}",{text})'
    nothing = any_of([f'{name}="{NONE_WORD}"' for name in names])
    return f'IF({nothing},"{NOT_APPLICABLE}",{text})'


def _zero_word(indicator: Indicator, formula: Formula) -> str:
    if indicator.zero_denominator is not Zero.BUDGET:
        return quoted(str(indicator.zero_denominator))
    return f'IF(MAX({_listed(formula.names)})=0,"{NO_BUDGET}","{OVER_BUDGET}")'


def rate(block: WorkBlock, addin: bool) -> str:
    """The rate cell: ``=JX_CONTROL_RATE(在职人员数,编制数)`` or ``ROUND(在职人员数/编制数,4)`` where it can be computed."""
    indicator, state = block.indicator, block.cell(WorkColumns.STATE).local
    if not indicator.formula:
        return f'=IF(OR({state}="{READY}",{state}="{BLANK}"),"",{state})'
    if addin:
        call = rate_call(indicator)
        return f'=IF({state}="{NOT_APPLICABLE}",{state},{call})' if indicator.applies else f"={call}"
    no_budget = f'IF({state}="{NO_BUDGET}",0,' if indicator.zero_denominator is Zero.BUDGET else ""
    otherwise = f'{no_budget}IF({state}="{BLANK}","",{state}){")" if no_budget else ""}'
    return f'=IF({state}="{READY}",{native_rate(indicator)},{otherwise})'


def native_rate(indicator: Indicator) -> str:
    """``ROUND(在职人员数/编制数,4)``, ``ROUND(ROUND(本年-上年,10)/上年,4)``."""
    return f"ROUND({indicator.rate_formula.native()},{PLACES})"


def rate_call(indicator: Indicator) -> str:
    """The registered function for this rate, every input an argument; a county's own rate goes through JX_RATE."""
    names = bound_names(indicator)
    if names:
        return f"{indicator.standard.udf}({','.join(names)})"
    text = indicator.rate_formula.excel()
    return f"JX_RATE({','.join([quoted(text), quoted(str(indicator.zero_denominator)), *indicator.rate_formula.names])})"


def bound_names(indicator: Indicator) -> tuple[str, ...]:
    """The inputs of an indicator's standard rate in the order of the function's arguments.

    Empty where the rate is a county's own, differs in its zero denominator, or puts an expression where the standard has one figure.
    """
    standard = indicator.standard
    if not standard or indicator.zero_denominator is not standard.zero:
        return ()
    bound = indicator.rate_formula.match(standard.formula)
    parts = [bound[name] for name in standard.formula.names]
    return tuple(part.names[0] for part in parts) if all(part.excel() == "".join(part.names[:1]) for part in parts) else ()


def measured(block: WorkBlock) -> str:
    """What the rule compares: the rate by its name, or the measure (在职人员数-编制数)."""
    indicator = block.indicator
    return f"ROUND({indicator.measured.excel()},{PLACES})" if indicator.measure else indicator.code


def computed(block: WorkBlock, addin: bool) -> str:
    """The computed points: ``=JX_SCORE(规则_重点支出安排率,重点支出安排率)`` or the rule's native twin."""
    if not addin:
        return f"={native_points(block)}"
    indicator = block.indicator
    arguments = ",".join([rule_name(indicator.code), rate_argument(block), *indicator.item_keys])
    call = f"JX_SCORE({arguments})"
    return f'=IF({block.cell(WorkColumns.STATE).local}="{BLANK}","",{call})' if indicator.applies else f"={call}"


def rate_argument(block: WorkBlock) -> str:
    """What a registered function gets as the rate: the name, its word, the measure, or nothing."""
    indicator, cell = block.indicator, block.cell(WorkColumns.RATE).local
    if indicator.measure:
        state = block.cell(WorkColumns.STATE).local
        return f'IF({state}="{INVALID}",{state},IF(ISNUMBER({cell}),{measured(block)},{cell}))'
    return indicator.code if indicator.formula else cell if block.has_rate_row else '""'


def native_points(block: WorkBlock) -> str:
    """The native twin of Scorer.points over the cells of the sheet itself."""
    return _points(block, measured(block), "")


def recomputation(block: WorkBlock) -> str:
    """The points by native formulas from the inputs alone, readable from another sheet; no registered function takes part."""
    indicator = block.indicator
    if indicator.measure or not indicator.formula:
        return _points(block, measured(block), f"'{WORKING}'!")
    rate_text = native_rate(indicator)
    if indicator.zero_denominator is Zero.BUDGET:
        rate_text = f"IF({indicator.rate_formula.divisors[0].native()}=0,0,{rate_text})"
    return _points(block, rate_text, f"'{WORKING}'!")


def _points(block: WorkBlock, rate_text: str, sheet: str) -> str:
    indicator, scorer = block.indicator, block.indicator.scorer
    text = _with_items(block, scorer.excel(rate_text, indicator.item_keys), sheet)
    if not block.has_rate_row:
        return text
    state = f"{sheet}{block.cell(WorkColumns.STATE).local}"
    ready = [f'{state}="{READY}"']
    if indicator.formula and indicator.zero_denominator is Zero.BUDGET:
        ready.append(f'{state}="{NO_BUDGET}"')
    if not scorer.rule.needs_rate and not indicator.applies:
        ready.append(f'{state}="{BLANK}"')
    absent = f'OR({state}="{NOT_APPLICABLE}",{state}="{NOT_COMPARABLE}")'
    words = f'IF({absent},{scorer.excel_not_applicable()},IF({state}="{OVER_BUDGET}",0,IF({state}="{BLANK}","","{INVALID}")))'
    return f"IF({any_of(ready)},{text},{words})"


def _with_items(block: WorkBlock, text: str, sheet: str) -> str:
    if not block.item_rows:
        return text
    first, last = (Ref(WORKING, row, WorkColumns.STATE).local for row in (block.item_rows[0], block.item_rows[-1]))
    if first == last:
        cell = f"{sheet}{first}"
        return f'IF({cell}="{INVALID}",{cell},IF({cell}="{BLANK}","",{text}))'
    states = f"{sheet}{first}:{last}"
    return f'IF(COUNTIF({states},"{INVALID}")>0,"{INVALID}",IF(COUNTIF({states},"{BLANK}")>0,"",{text}))'


def _bare(cell: str) -> str:
    """A text without the spaces around it: one of spaces alone is blank."""
    return f'TRIM(SUBSTITUTE({cell},"　",""))'


def final(block: WorkBlock) -> str:
    """The points that count: the computed ones, or an adjustment with a reason and within the weight."""
    points, why, adjusted, weight = (
        block.cell(column).local for column in (WorkColumns.COMPUTED, WorkColumns.REASON, WorkColumns.ADJUSTED, WorkColumns.WEIGHT)
    )
    fits = f"AND({adjusted}>=0,{adjusted}<={weight},{adjusted}=ROUND({adjusted},2))"
    valid = f'IF(ISNUMBER({adjusted}),IF({fits},IF({_bare(why)}="","{EXPLAIN}",{adjusted}),"{INVALID}"),"{INVALID}")'
    return f'=IF({adjusted}="",{points},{valid})'


def result(block: WorkBlock) -> str:
    """空白, 须说明 or 通过."""
    points, why, cell = (block.cell(column).local for column in (WorkColumns.FINAL, WorkColumns.REASON, WorkColumns.RATE))
    blank = f'IF({points}="","{BLANK}",IF(OR({points}="{EXPLAIN}",{points}="{INVALID}"),"{EXPLAIN}",{{}}))'
    if not block.has_rate_row:
        return "=" + blank.format(f'"{PASSED}"')
    return "=" + blank.format(f'IF(AND(ISTEXT({cell}),{cell}<>"",{_bare(why)}=""),"{EXPLAIN}","{PASSED}")')


def worked(block: WorkBlock) -> str:
    """The worked line as a native text expression; empty text while it can't stand."""
    indicator, cell = block.indicator, block.cell(WorkColumns.RATE).local
    formula = indicator.rate_formula
    if formula is None:
        return '""'
    line = f'{quoted(indicator.name + "=")}&{formula.as_percentage().excel_substituted()}&IF(ISNUMBER({cell}),"="&TEXT({cell},"0.00%"),"")'
    return f'IF(AND(COUNT({_listed(formula.names)})={len(formula.names)},{cell}<>"{INVALID}"),{line},"")'


def explanation(block: WorkBlock, addin: bool) -> str:
    """The 计分说明 cell."""
    indicator = block.indicator
    if addin:
        arguments = ",".join([rule_name(indicator.code), rate_argument(block), worked(block), *indicator.item_keys])
        call = f"JX_EXPLAIN({arguments})"
        return f'=IF({block.cell(WorkColumns.STATE).local}="{BLANK}","",{call})' if indicator.applies else f"={call}"
    points, cell = block.cell(WorkColumns.COMPUTED).local, block.cell(WorkColumns.RATE).local
    lead = ""
    if indicator.formula:
        lead = f'{worked(block)}&IF({worked(block)}="","","，")&'
    word = f'IF(ISTEXT({cell}),IF({cell}="","",{cell}&"，"),"")&' if block.has_rate_row else ""
    return f'=IF({points}="","",{lead}{word}IF(ISNUMBER({points}),"计"&{points}&"分",{points}))'


def native_explanation(score: Score) -> str:
    """The Python twin of the native 计分说明."""
    if score.computed is None:
        return ""
    lead = f"{score.worked}，" if score.worked else ""
    word = f"{score.rate}，" if isinstance(score.rate, str) else ""
    points = f"计{plain(score.computed)}分" if isinstance(score.computed, Decimal) else score.computed
    return f"{lead}{word}{points}"


def wrong(layout: Layout) -> str:
    """How many answers are wrong: figures and judged items."""
    return f'COUNTIF({layout.data_states},"{INVALID}")+COUNTIF({layout.work_area(WorkColumns.STATE)},"{INVALID}")'


def total(cells: str, weights: str, layout: Layout) -> str:
    """A total that never hides an unfinished or failed cell: every line has points, and no answer is blank or wrong."""
    rubric = layout.rubric
    count = len(rubric.indicators)
    sound = f'COUNTIF({layout.data_states},"{BLANK}")+{wrong(layout)}=0'
    if all(indicator.not_applicable != "exclude" for indicator in rubric.indicators):
        return f'=IF(AND(COUNT({cells})={count},{sound}),ROUND(SUM({cells}),2),"{UNFINISHED}")'
    left_out = f'COUNTIF({cells},"{NOT_APPLICABLE}")'
    kept = f"SUMPRODUCT(ISNUMBER({cells})*{weights})"
    scaled = f"IF({left_out}=0,ROUND(SUM({cells}),2),ROUND(SUM({cells})*{plain(rubric.total)}/{kept},2))"
    return f'=IF(AND(COUNT({cells})>0,COUNT({cells})+{left_out}={count},{sound}),{scaled},"{UNFINISHED}")'


def grade(total_name: str, rubric: Rubric) -> str:
    """The grade's word for the total, nested from the highest."""
    text = quoted(rubric.grades[-1].name)
    for one in reversed(rubric.grades[:-1]):
        text = f"IF({total_name}>={plain(one.least)},{quoted(one.name)},{text})"
    return f'=IF(ISNUMBER({total_name}),{text},"")'
