"""The native twin of target.py: how 评分底稿 reads both texts of a row step by step, and the quantity and unit it comes to.

The one place of this dialect where a formula and its Python stand side by side (`ByHand`): each cell's value is what target.py reads.
Only functions that Excel 2016, WPS and LibreOffice 7 share, no array entry.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from xl_jixiao.expr import Area, ByHand, Expr, Value, exact
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.cells import (
    CHANGES,
    DONE,
    HIGH_TEXT,
    LESS,
    LESS_TAILS,
    LOW,
    LOW_TEXT,
    LOW_UNIT,
    RANGE,
    REACHED,
    REACHED_UNIT,
    SIGNS,
    SPACED,
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
    BOUND_SIGNS,
    CHANGING,
    COMPARING,
    DATE_MARKS,
    DATE_PARTS,
    DATE_UNITS,
    DATE_WORDS,
    DONE_IN_PART,
    DOWNWARD,
    ENDED,
    EQUAL_WORDS,
    FIGURES,
    INCLUSIONS,
    INCLUSIVE,
    LIMITS,
    MOST_DIGITS,
    NEVER_MORE,
    NOT_UNITS,
    NUMBER_WORDS,
    PARTED_DIGITS,
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
from xl_jixiao.words import SPACES, UNSEEN, is_blank

_THOUSANDS = (13, 9, 5)
"""Where the commas of thousands stand in sixteen characters."""

_READ = dict(
    zip(
        STEPS,
        (
            "spaced",
            "raw",
            "text",
            "change",
            "after",
            "sign",
            "body",
            "bare",
            "rest",
            "figure",
            "whole",
            "kept",
            "tail",
            "date_text",
            "month_text",
            "day_text",
            "date",
        ),
        strict=True,
    )
)
_RANGE = ("span", "span_unit", "low_unit", "low_text", "high_text", "low", "high")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _replaced(cell: str, pairs: Iterable[tuple[str, str]]) -> str:
    for old, new in pairs:
        cell = f"SUBSTITUTE({cell},{_quoted(old)},{_quoted(new)})"
    return cell


def _any(tests: Iterable[str]) -> str:
    return f"OR({','.join(tests)})"


LISTED: Mapping[tuple[str, ...], Area] = MappingProxyType(
    {
        COMPARING: cells.MARKS_COMPARING,
        INCLUSIVE: cells.MARKS_INCLUSIVE,
        DOWNWARD: cells.MARKS_DOWN,
        DATE_MARKS: cells.MARKS_OF_DATES,
        NUMBER_WORDS: cells.MARKS_OF_NUMERALS,
        FIGURES: cells.MARKS_OF_FIGURES,
        BOUND_SIGNS: cells.MARKS_OF_BOUNDS,
        DONE_IN_PART: cells.MARKS_OF_DOING,
        PARTED_DIGITS: cells.MARKS_OF_PARTED,
        NEVER_MORE: cells.MARKS_OF_SHARES,
        CHANGING: cells.MARKS_OF_CHANGE,
    }
)
"""The marks of which the hidden lists have a column."""

_FEW = 2
"""For so many words a test of each is as short as one over their list."""


def _list(words: Sequence[str]) -> str:
    return "{" + ",".join(map(_quoted, words)) + "}"


def _one_of(text: str, words: Iterable[str]) -> str:
    found = tuple(words)
    if len(found) <= _FEW:
        return _any(f"{text}={_quoted(word)}" for word in found)
    return f"(SUMPRODUCT(--({text}={_list(found)}))>0)"


def _has(text: str, marks: Iterable[str]) -> str:
    found = tuple(marks)
    if found in LISTED:
        return f"(SUMPRODUCT(--ISNUMBER(FIND({{{LISTED[found].key}}},{text})))>0)"
    if len(found) <= _FEW:
        return _any(f"ISNUMBER(FIND({_quoted(mark)},{text}))" for mark in found)
    return f"(SUMPRODUCT(--ISNUMBER(FIND({_list(found)},{text})))>0)"


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
            self.spaced,
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
        self.tail, self.date_text, self.month, self.day, self.date = last

    def hand(self, text: str, of: Callable[[Reading], Value]) -> ByHand:
        """A formula over these cells, and its value as Python reads the text."""
        others = [step(self.source, name) for name in (*STEPS, *RANGE)] + [
            area.key for area in (CHANGES, SIGNS, LESS, TAILS, LESS_TAILS, *LISTED.values())
        ]
        keys = (self.source, *(key for key in others if f"{{{key}}}" in text))
        return ByHand(text, keys, lambda cell, *_: of(read_cell(cell)))

    def steps(self) -> Iterator[str]:
        """The formulas of the steps, in their order."""
        raw, text, after, sign, bare, rest, kept = self.raw, self.text, self.after, self.sign, self.bare, self.rest, self.kept
        spaces = [(one, "" if one in UNSEEN else " ") for one in SPACES]
        spaced = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({self.cell},CHAR(9)," "),CHAR(10)," "),CHAR(13)," ")'
        yield f'IF(ISNUMBER({self.cell}),"",TRIM(CLEAN({_replaced(spaced, [*spaces, *REPLACED.items()])})))'
        yield f'LOWER(SUBSTITUTE({self.spaced}," ",""))'
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
        mark = f'FIND("-",{self.date_text}&"--",6)'
        yield f'IFERROR(MID({self.date_text},6,{mark}-6),"")'
        yield f'IFERROR(MID({self.date_text},{mark}+1,99),"")'
        yield self._day()

    def _day(self) -> str:
        """The day of a date's text, the last of its month or year where it says no more; empty text for what is none."""
        written = self.date_text
        month, day = self.month, self.day
        digits = _replaced(f"LEFT({written},4)&{month}&{day}", [(one, "") for one in "0123456789"])
        shape = f'AND(LEFT({written},2)="20",MID({written},5,1)="-",LEN({month})<=2,LEN({day})<=2,{digits}="")'
        year, ends = f"VALUE(LEFT({written},4))", f'IF({month}="",12,VALUE({month}))'
        last = f'IF(AND({ends}>=1,{ends}<=12),DATE({year},{ends}+1,0),"")'
        exactly = f"DATE({year},VALUE({month}),VALUE({day}))"
        real = f'AND({month}<>"",VALUE({month})>=1,VALUE({month})<=12,DAY({exactly})=VALUE({day}),VALUE({day})>=1)'
        return f'IFERROR(IF({shape},IF({day}="",{last},IF({real},{exactly},"")),""),"")'

    def range(self) -> Iterator[str]:
        """The formulas of the steps by which a range is read, in their order: its text, its unit, both figures, both ends."""
        names = (SPAN, SPAN_UNIT, LOW_UNIT, LOW_TEXT, HIGH_TEXT)
        span, unit, first_unit, low, high = (f"{{{step(self.source, name)}}}" for name in names)
        pairs = [*((word, BETWEEN) for word in SPANNED), (BETWEEN * 2, BETWEEN), *((word, "") for word in SPAN_WORDS)]
        yield _replaced(self.body, pairs)
        between = f'FIND("{BETWEEN}",{span}&"{BETWEEN}")'
        first, last = f"LEFT({span},{between}-1)", f"MID({span},{between}+1,1000)"
        pointed = [(one, "") for one in "0123456789."]
        yield _replaced(last, pointed)
        yield _replaced(first, pointed)
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
            f"NOT({_has(first_part, NUMBER_WORDS)})",
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
        yield _has(f'LEFT({rest},FIND("/",{rest}&"/")-1)', NUMBER_WORDS)
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
    listed = (LISTED[found].key,) if found in LISTED else ()
    return ByHand(_has(f"{{{key}}}", found), (key, *listed), lambda text, *_: any(mark in str(text) for mark in found))


def parted(source: str) -> Expr:
    """Whether a text has digits parted by white space: 4 5人 is neither 45 nor 4."""
    return has(step(source, SPACED), PARTED_DIGITS)


def unfilled(key: str) -> Expr:
    """Whether a cell has nothing, or nothing but white space of any kind: as many of its characters are white as it has."""
    clean = f"CLEAN({{{key}}})"
    white = f'LEN({clean})-LEN(SUBSTITUTE({clean},{_list((" ", *SPACES))},""))'
    return ByHand(f"(SUMPRODUCT({white})=LEN({clean}))", (key,), is_blank)


def read_degree(key: str) -> Expr:
    """A degree that is no number cell: 80% as a text, or -1 for what is none."""
    return ByHand(f"IFERROR(VALUE({{{key}}}),-1)", (key,), _degree)


def _degree(cell: Value) -> Value:
    try:
        return exact(from_cell(cell))
    except NotANumber:
        return -1
