"""The formulas of 评分底稿, in both editions: native Excel over defined names, or the registered functions.

Each formula here has a Python twin in scoring.py; the value a cell is written with comes from there.
"""


from xl_jixiao.number import plain
from xl_jixiao.old_text import any_of, quoted
from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE
from xl_jixiao.scoretable.table import Indicator, Rubric
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import (
    BLANK,
    FILLED,
    INVALID,
    NONE_WORD,
    OPTIONAL,
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


def grade(total_name: str, rubric: Rubric) -> str:
    """The grade's word for the total, nested from the highest."""
    text = quoted(rubric.grades[-1].name)
    for one in reversed(rubric.grades[:-1]):
        text = f"IF({total_name}>={plain(one.least)},{quoted(one.name)},{text})"
    return f'=IF(ISNUMBER({total_name}),{text},"")'
