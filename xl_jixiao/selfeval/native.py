"""The native twin of target.py: how 评分底稿 reads both texts of a row step by step, and the quantity and unit it comes to.

The one place of this dialect where a formula and its Python stand side by side (`ByHand`): each cell's value is what target.py reads.
Only functions that Excel 2016, WPS and LibreOffice 7 share, no array entry.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from xl_jixiao.expr import ByHand, Expr, Value, exact
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.selfeval.cells import (
    CHANGES,
    DONE,
    HIGH_TEXT,
    LESS,
    LESS_TAILS,
    LOW,
    LOW_TEXT,
    RANGE,
    REACHED,
    REACHED_UNIT,
    SIGNS,
    SPAN,
    SPAN_UNIT,
    STEPS,
    TAILS,
    TARGET,
    WANTED,
    WANTED_UNIT,
    step,
)
from xl_jixiao.selfeval.target import (
    ABOUT,
    COMPARING,
    DATE_MARKS,
    DATE_PARTS,
    DATE_UNITS,
    DATE_WORDS,
    ENDED,
    EQUAL_WORDS,
    INCLUSIONS,
    INCLUSIVE,
    LIMITS,
    MOST_DIGITS,
    NOT_UNITS,
    NUMERALS,
    REPLACED,
    SCALES,
    SPAN_WORDS,
    SPANNED,
    STOPS,
    UPWARD,
    Reading,
    read_cell,
)
from xl_jixiao.selfeval.target import SPAN as BETWEEN
from xl_jixiao.words import SPACES, WHITE

_THOUSANDS = (13, 9, 5)
"""Where the commas of thousands stand in sixteen characters."""

_READ = dict(
    zip(
        STEPS,
        ("raw", "text", "change", "after", "sign", "body", "bare", "rest", "figure", "whole", "kept", "tail", "date_text", "date"),
        strict=True,
    )
)
_RANGE = ("span", "span_unit", "low_text", "high_text", "low", "high")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _replaced(cell: str, pairs: Iterable[tuple[str, str]]) -> str:
    for old, new in pairs:
        cell = f"SUBSTITUTE({cell},{_quoted(old)},{_quoted(new)})"
    return cell


def _any(tests: Iterable[str]) -> str:
    return f"OR({','.join(tests)})"


def _one_of(text: str, words: Iterable[str]) -> str:
    return _any(f"{text}={_quoted(word)}" for word in words)


def _has(text: str, marks: Iterable[str]) -> str:
    return _any(f"ISNUMBER(FIND({_quoted(mark)},{text}))" for mark in marks)


def _listed(text: str, words: str) -> str:
    return f"SUMPRODUCT(--EXACT({text},{words}))>0"


def _longest(end: str, text: str, words: str) -> str:
    """The length of the longest word of a list at one end (LEFT, RIGHT) of a text; 0 where there is none.

    Below MAX Excel lifts operators over a range but not LEFT, LEN or EXACT, which it intersects with the cell's row. INDEX(…,0)
    evaluates them as arrays.
    """
    return f"SUMPRODUCT(MAX(INDEX(EXACT({end}({text},LEN({words})),{words})*LEN({words}),0)))"


class _Read:
    """The cells of one text, as a formula names them."""

    def __init__(self, source: str) -> None:
        self.source, self.cell = source, f"{{{source}}}"
        (
            self.raw,
            self.text,
            self.change,
            self.after,
            self.sign,
            self.body,
            self.bare,
            self.rest,
            self.figure,
            self.whole,
            self.kept,
            *last,
        ) = (f"{{{step(source, name)}}}" for name in STEPS)
        self.tail, self.date_text, self.date = last

    def hand(self, text: str, of: Callable[[Reading], Value]) -> ByHand:
        """A formula over these cells, and its value as Python reads the text."""
        others = [step(self.source, name) for name in (*STEPS, *RANGE)] + [area.key for area in (CHANGES, SIGNS, LESS, TAILS, LESS_TAILS)]
        keys = (self.source, *(key for key in others if f"{{{key}}}" in text))
        return ByHand(text, keys, lambda cell, *_: of(read_cell(cell)))

    def steps(self) -> Iterator[str]:
        """The formulas of the steps, in their order."""
        raw, text, after, sign, bare, rest, kept = self.raw, self.text, self.after, self.sign, self.bare, self.rest, self.kept
        dropped = [*((space, "") for space in (" ", *SPACES)), *REPLACED.items()]
        yield f'IF(ISNUMBER({self.cell}),"",LOWER({_replaced(f"CLEAN({self.cell})", dropped)}))'
        yield f'IF({raw}="","",IF(ISNUMBER(FIND(RIGHT({raw},1),{_quoted(STOPS)})),LEFT({raw},LEN({raw})-1),{raw}))'
        yield f"LEFT({text},{_longest('LEFT', text, f'{{{CHANGES.key}}}')})"
        yield f"MID({text},LEN({self.change})+1,1000)"
        yield f"LEFT({after},{_longest('LEFT', after, f'{{{SIGNS.key}}}')})"
        repeated = f'MID({after},LEN({sign})+1,IFERROR(MAX(0,FIND(")",{after})-FIND("含",{after})-1),0))'
        without = f"MID({after},LEN({sign})+1,1000)"
        for mark in INCLUSIONS:
            without = f'SUBSTITUTE({without},{_quoted(mark)}&{repeated}&")","")'
        yield without
        yield f'IF(OR(LEFT({self.body},1)="+",LEFT({self.body},1)="-"),MID({self.body},2,1000),{self.body})'
        yield _replaced(bare, [(one, "") for one in "0123456789.,"])
        yield f"LEFT({bare},LEN({bare})-LEN({rest}))"
        yield f'LEFT({self.figure},FIND(".",{self.figure}&".")-1)'
        about = f"IF(ISNUMBER(FIND(LEFT({rest},1),{_quoted(SCALES)})),2,1)"
        yield f'IF({_one_of(f"MID({rest},{about},1)", ABOUT)},REPLACE({rest},{about},1,""),{rest})'
        yield f"RIGHT({kept},{_longest('RIGHT', kept, f'{{{TAILS.key}}}')})"
        yield _replaced(text, [*DATE_PARTS.items(), *((word, "") for word in DATE_WORDS)])
        yield self._day()

    def _day(self) -> str:
        """The day of a date's text, the last of its month or year where it says no more; empty text for what is none."""
        written = self.date_text
        padded = f'{written}&"--"'
        month = f'MID({written},6,FIND("-",{padded},6)-6)'
        day = f'MID({written},FIND("-",{padded},6)+1,99)'
        digits = _replaced(f"LEFT({written},4)&{month}&{day}", [(one, "") for one in "0123456789"])
        shape = f'AND(LEFT({written},2)="20",MID({written},5,1)="-",LEN({month})<=2,LEN({day})<=2,{digits}="")'
        year, ends = f"VALUE(LEFT({written},4))", f'IF({month}="",12,VALUE({month}))'
        last = f'IF(AND({ends}>=1,{ends}<=12),DATE({year},{ends}+1,0),"")'
        exactly = f"DATE({year},VALUE({month}),VALUE({day}))"
        real = f'AND({month}<>"",VALUE({month})>=1,VALUE({month})<=12,DAY({exactly})=VALUE({day}),VALUE({day})>=1)'
        return f'IFERROR(IF({shape},IF({day}="",{last},IF({real},{exactly},"")),""),"")'

    def range(self) -> Iterator[str]:
        """The formulas of the steps by which a range is read, in their order: its text, its unit, both figures, both ends."""
        span, unit, low, high = (f"{{{step(self.source, name)}}}" for name in (SPAN, SPAN_UNIT, LOW_TEXT, HIGH_TEXT))
        pairs = [*((word, BETWEEN) for word in SPANNED), (BETWEEN * 2, BETWEEN), *((word, "") for word in SPAN_WORDS)]
        yield _replaced(self.body, pairs)
        between = f'FIND("{BETWEEN}",{span}&"{BETWEEN}")'
        first, last = f"LEFT({span},{between}-1)", f"MID({span},{between}+1,1000)"
        pointed = [(one, "") for one in "0123456789."]
        first_unit = _replaced(first, pointed)
        yield _replaced(last, pointed)
        yield f"LEFT({first},LEN({first})-LEN({first_unit}))"
        yield f"LEFT({last},LEN({last})-LEN({unit}))"
        first_part = f'LEFT({unit},FIND("/",{unit}&"/")-1)'
        tests = [
            *(test for text in (low, high) for test in self._is_plain(text)),
            f"EXACT({low}&{first_unit},{first})",
            f"EXACT({high}&{unit},{last})",
            f'OR({first_unit}="",EXACT({first_unit},{unit}))',
            f'NOT(AND(LEN({low})=4,OR(LEFT({low},2)="19",LEFT({low},2)="20")))',
            f'OR({unit}<>"",ISERROR(FIND("-",{self.body})))',
            f"NOT(OR({_one_of(unit, DATE_UNITS)},{_has(unit, DATE_MARKS)},{_has(unit, (*NOT_UNITS, *LIMITS))}))",
            f"NOT({_has(first_part, '一' + NUMERALS)})",
            f"NOT({_has(self.sign, ENDED)})",
        ]
        ordered = f'IF(VALUE({low})<VALUE({high}),VALUE({low}),"")'
        yield f'IF(AND({",".join(tests)}),{ordered},"")'
        yield f'IF({{{step(self.source, LOW)}}}="","",VALUE({high}))'

    @staticmethod
    def _is_plain(text: str) -> Iterator[str]:
        """Whether a text is a figure without commas."""
        digits = f'SUBSTITUTE({text},".","")'
        yield f'{digits}<>""'
        yield f"LEN({digits})<={MOST_DIGITS}"
        yield f"LEN({text})-LEN({digits})<=1"
        yield f'LEFT({text},1)<>"."'
        yield f'RIGHT({text},1)<>"."'

    @property
    def _digits(self) -> str:
        return f'SUBSTITUTE(SUBSTITUTE({self.figure},",",""),".","")'

    @property
    def _unit(self) -> str:
        return f"LEFT({self.kept},LEN({self.kept})-LEN({self.tail}))"

    def _is_figure(self) -> str:
        figure, whole, digits = self.figure, self.whole, self._digits
        commas = f'(LEN({whole})-LEN(SUBSTITUTE({whole},",","")))'
        padded = f'RIGHT("{"x" * 16}"&{whole},16)'
        grouped = "+".join(f'(MID({padded},{place},1)=",")' for place in _THOUSANDS)
        tests = (
            f'{digits}<>""',
            f"LEN({digits})<={MOST_DIGITS}",
            f"EXACT({figure}&{self.rest},{self.bare})",
            f'LEN({figure})-LEN(SUBSTITUTE({figure},".",""))<=1',
            f'LEFT({figure},1)<>"."',
            f'RIGHT({figure},1)<>"."',
            f'LEN({figure})-LEN(SUBSTITUTE({figure},",",""))={commas}',
            f"OR({commas}=0,AND(LEN({whole})>4*{commas},LEN({whole})<4*{commas}+4,{grouped}={commas}))",
        )
        return f"AND({','.join(tests)})"

    def _refused(self) -> Iterator[str]:
        """What makes a figure no quantity: more than a unit beside it, a time, words that contradict each other."""
        sign, rest, kept, tail, figure = self.sign, self.rest, self.kept, self.tail, self.figure
        compared, less = _has(sign, COMPARING), _listed(sign, f"{{{LESS.key}}}")
        yield _has(rest, NOT_UNITS)
        yield _has(f'LEFT({rest},FIND("/",{rest}&"/")-1)', "一" + NUMERALS)
        yield _has(self._unit, LIMITS)
        yield f'AND(LEFT({kept},1)="年",LEN({figure})=4,OR(LEFT({figure},2)="19",LEFT({figure},2)="20"))'
        yield _has(kept, DATE_MARKS)
        yield f"AND({_one_of(self._unit, DATE_UNITS)},NOT(OR({compared},{_has(tail, LIMITS)})))"
        yield f"AND({compared},NOT({less}),{_listed(tail, f'{{{LESS_TAILS.key}}}')})"
        yield f"AND({_has(tail, UPWARD)},OR({less},{_one_of(sign, EQUAL_WORDS)}))"
        yield f'AND({compared},NOT({_has(sign, INCLUSIVE)}),SUBSTITUTE({self._digits},"0","")="")'

    def number(self) -> str:
        """The quantity, or empty text where it is none."""
        value = f'VALUE(SUBSTITUTE({self.figure},",",""))*IF(LEFT({self.body},1)="-",-1,1)'
        read = f'IF({self._is_figure()},IF({_any(self._refused())},"",{value}),"")'
        return f"IF(ISNUMBER({self.cell}),{self.cell},{read})"

    def unit(self, number: str) -> str:
        """The unit of a quantity."""
        return f'IF(OR({{{number}}}="",{self.text}=""),"",{self._unit})'


def _trees(source: str, number: str, unit: str) -> Iterator[tuple[str, Expr]]:
    read = _Read(source)
    for name, text in zip(STEPS, read.steps(), strict=True):
        yield step(source, name), read.hand(text, lambda reading, name=_READ[name]: getattr(reading, name))  # type: ignore[misc]
    if source == TARGET:
        for name, field, text in zip(RANGE, _RANGE, read.range(), strict=True):
            yield step(source, name), read.hand(text, lambda reading, name=field: getattr(reading, name))  # type: ignore[misc]
    yield number, read.hand(read.number(), lambda reading: "" if reading.number is None else reading.number)
    shown = read.hand(read.unit(number), lambda reading: reading.unit)
    if source == TARGET:
        own = f'IF({{{step(source, LOW)}}}="",{shown.text},{{{step(source, SPAN_UNIT)}}})'
        shown = read.hand(own, lambda reading: reading.unit if reading.low == "" else reading.span_unit)
    yield unit, ByHand(shown.text, (*shown.keys, number), shown.of)


READING: Mapping[str, Expr] = dict((*_trees(TARGET, WANTED, WANTED_UNIT), *_trees(DONE, REACHED, REACHED_UNIT)))
"""The trees of both texts of a row: the steps, the number and its unit."""


def has(key: str, marks: Iterable[str]) -> Expr:
    """Whether one of the marks is in the text of a cell."""
    found = tuple(marks)
    return ByHand(_has(f"{{{key}}}", found), (key,), lambda text: any(mark in str(text) for mark in found))


_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
_DIGIT = "[0-9０-９]"
_PARTED = re.compile(f"{_DIGIT}[{re.escape(''.join(set(WHITE) - set(_UNSEEN)))}]+{_DIGIT}")


def parted(key: str) -> Expr:
    """Whether a text has digits parted by white space: 4 5人 is neither 45 nor 4."""
    spaces = [(one, "" if one in _UNSEEN else " ") for one in SPACES]
    digits = [*((one, "9") for one in "012345678"), *((one, "9") for one in "０１２３４５６７８９")]
    text = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({{{key}}},CHAR(9)," "),CHAR(10)," "),CHAR(13)," ")'
    text = f'AND(ISTEXT({{{key}}}),ISNUMBER(FIND("9 9",TRIM(CLEAN({_replaced(text, [*spaces, *digits])})))))'
    return ByHand(text, (key,), lambda cell: isinstance(cell, str) and _PARTED.search(cell) is not None)


def read_degree(key: str) -> Expr:
    """A degree that is no number cell: 80% as a text, or -1 for what is none."""
    return ByHand(f"IFERROR(VALUE({{{key}}}),-1)", (key,), _degree)


def _degree(cell: Value) -> Value:
    try:
        return exact(from_cell(cell))
    except NotANumber:
        return -1
