"""The formulas of 核算底稿 and of the pages; each has its Python twin in compute.py and template_text.py."""

from collections.abc import Mapping

from xl_jixiao.documents.compute import Filled, shown_of
from xl_jixiao.documents.layout import FigureColumns
from xl_jixiao.documents.model import FULL_MARKS, Figure, Paragraph
from xl_jixiao.documents.template_text import Shown, excel
from xl_jixiao.formula import Formula, defined_name
from xl_jixiao.layout import column_letter
from xl_jixiao.old_text import any_of, quoted
from xl_jixiao.tables.published import SIGNS
from xl_jixiao.template import formulas as shared
from xl_jixiao.words import AGREES, BLANK, DIFFERS, INVALID, LAST_DIGIT, NONE_WORD, NOT_APPLICABLE, READY, TO_FILL, UNREADABLE


def _local(column: int, row: int) -> str:
    return f"{column_letter(column)}{row + 1}"


def _operands(figure: Figure) -> Formula:
    """The formula over cells; blanks and 无 counting zero where the figure says so."""
    formula = figure.rate_formula
    return formula.renamed({name: f"N({name})" for name in formula.names}) if figure.blanks_as_zero else formula


def state(figure: Figure, computed: Mapping[str, Figure]) -> str:
    """The 状态 cell: 可算, 空白, or why not."""
    formula, cells = figure.rate_formula, _operands(figure)
    names = formula.names
    listed = ",".join(names)
    text = f'"{READY}"'
    for divisor in reversed(cells.divisors):
        text = f"IF({divisor.native()}=0,{quoted(str(figure.zero))},{text})"
    negative = [name for name in names if name not in computed]
    below = [f"MIN({','.join(negative)})<0"] if negative else []
    below += [f"MAX({listed})>{FULL_MARKS}"] if figure.grades else []
    if figure.blanks_as_zero:
        wrong = any_of([f'AND(ISTEXT({name}),{name}<>"",{name}<>"{NONE_WORD}")' for name in names] + below)
        return f'=IF({wrong},"{INVALID}",IF(COUNT({listed})=0,"{BLANK}",{text}))'
    wrong = any_of([f'AND(ISTEXT({name}),{name}<>"")' for name in names] + below)
    text = f'IF({wrong},"{INVALID}",IF(COUNT({listed})<{len(names)},"{BLANK}",{text}))'
    return f'=IF({any_of([f"{name}={quoted(NONE_WORD)}" for name in names])},"{NOT_APPLICABLE}",{text})'


def value(figure: Figure, row: int, *, addin: bool) -> str:
    """The figure's cell: ``=IF(D5="可算",ROUND(部分/合计,4),…)``, or the registered function of its standard rate."""
    if addin and figure.standard and not figure.blanks_as_zero:
        return f"={shared.rate_call(figure)}"
    cell = _local(FigureColumns.STATE, row)
    return f'=IF({cell}="{READY}",{native(figure)},IF({cell}="{BLANK}","",{cell}))'


def native(figure: Figure) -> str:
    """The value by native formulas."""
    text = f"ROUND({_operands(figure).native()},{figure.places})"
    if not figure.grades:
        return text
    word = quoted(figure.grades[-1].name)
    for grade in reversed(figure.grades[:-1]):
        word = f"IF({text}>={grade.least},{quoted(grade.name)},{word})"
    return word


def worked(figure: Figure, row: int, computed: Mapping[str, Figure]) -> str:
    """The worked line as a native text."""
    ready = f'{_local(FigureColumns.STATE, row)}="{READY}"'
    cell = _local(FigureColumns.VALUE, row)
    if figure.grades:
        score = f"ROUND({_operands(figure).native()},{figure.places})"
        return f'=IF({ready},{quoted(figure.name + "：")}&{score}&"分，"&{cell},"")'
    formula = _operands(figure)
    signed = [name for name in formula.names if name.removeprefix("N(").rstrip(")") in computed]
    shown = formula.renamed({name: f'IF({name}<0,"("&{name}&")",{name})' for name in signed})
    printed = '"0.00%"' if figure.percent else quoted("0." + "0" * figure.places if figure.places else "0")
    line = shown.as_percentage() if figure.percent else shown
    return f'=IF({ready},{quoted(figure.name + "=")}&{line.excel_substituted()}&"="&TEXT({cell},{printed}),"")'


def text(figure: Figure) -> str:
    """The figure as running text prints it: ready to copy."""
    inner = excel(f"{{选填:{figure.name}}}", {figure.key: shown_of(figure)})
    return f"={inner}"


def comparison(figure: Figure, row: int) -> str:
    """The published figure against the computed one, at the decimals it prints."""
    claim, ready = _local(FigureColumns.CLAIM, row), f'{_local(FigureColumns.STATE, row)}="{READY}"'
    if figure.grades:
        words = f'IF({claim}={_local(FigureColumns.VALUE, row)},"{AGREES}","{DIFFERS}")'
        return f'=IF({claim}="","",IF({ready},{words},""))'
    bare = f'SUBSTITUTE({claim},{quoted(figure.unit)},"")' if figure.unit else claim
    number = f'SUBSTITUTE({bare},"%","")'
    for word, sign in SIGNS.items():
        number = f'SUBSTITUTE({number},"{word}","{sign}")'
    is_percent = f'ISNUMBER(FIND("%",{claim}))'
    printed = f'IF(ISNUMBER(FIND(".",{claim})),LEN(SUBSTITUTE({bare},"%",""))-FIND(".",{claim}),0)'
    places = f"({printed}+IF({is_percent},2,0))"
    gap = f"ROUND(VALUE({number})/IF({is_percent},100,1)-ROUND({_operands(figure).native()},{places}),8)"
    words = f'IF({gap}=0,"{AGREES}",IF(ABS({gap})<=10^-{places}+0.00000001,"{LAST_DIGIT}","{DIFFERS}"))'
    return f'=IF({claim}="","",IF({ready},IFERROR({words},"{UNREADABLE}"),""))'


def linked(key: str, *, passage: bool) -> str:
    """A cell that shows a value: blank while it is blank, 〔待填〕 where a passage of text belongs."""
    return f'=IF({key}="",{quoted(TO_FILL) if passage else quoted("")},{key})'


def template(source: str, shown: Mapping[str, Shown]) -> str:
    """A cell that shows a text with placeholders."""
    return f"={excel(source, shown)}"


def paragraph(source: Paragraph, filled: Filled) -> str:
    """A paragraph of a text page."""
    text = excel(source.text, filled.shown)
    tests = [f"N({defined_name(source.when)})>0"] if source.when else []
    tests += [f"N({defined_name(source.unless)})<=0"] if source.unless else []
    if not tests:
        return f"={text}"
    said = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
    return f"=IF({said},{text},{excel(source.otherwise, filled.shown)})"


