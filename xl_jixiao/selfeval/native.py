"""The native twin of target.py: the formulas of 评分底稿 that read both texts step by step and score the row.

Only functions that Excel 2016, WPS and LibreOffice 7 share, no array entry: SUMPRODUCT evaluates the word lists. Each formula has its
Python twin in target.Reading or target.Judgement; the value a cell is written with comes from there.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from xl_jixiao.number import plain
from xl_jixiao.old_text import any_of, quoted
from xl_jixiao.selfeval.layout import SAME_UNIT_STEP, STEP_NAMES, FormColumns, SelfLayout, WorkColumns
from xl_jixiao.selfeval.scoring import BEYOND, SHORT, RowScore
from xl_jixiao.selfeval.target import (
    ABOUT,
    ACTUAL_WITHOUT_QUANTITY,
    COMPARING,
    DATE_MARKS,
    DATE_UNITS,
    DEGREE_RANGE,
    DIRECTIONS,
    DROPPED,
    EQUAL,
    EQUAL_WORDS,
    INCLUSIONS,
    INCLUSIVE,
    LARGEST_RATIO,
    LIMITS,
    MOST_DIGITS,
    NEEDS_DEGREE,
    NEEDS_PERCENT,
    NOT_UNITS,
    NUMERALS,
    POSITIVE,
    QUALITATIVE,
    REPLACED,
    REVERSE,
    SCALES,
    SHARES,
    STOPS,
    TARGET_WITHOUT_QUANTITY,
    UNIT_MISMATCH,
    UPWARD,
    WRONG_DIRECTION,
    WRONG_WEIGHT,
    Reading,
    RowRule,
    read_cell,
)
from xl_jixiao.words import FIGURES, INVALID

SIGNS, LESS, TAILS_NAME, LESS_TAILS_NAME, MET, UNMET, NO_REASON_NAME, LEVELS_1, LEVELS_2 = (
    "词_符号", "词_不超过", "词_后缀", "词_以内", "词_完成", "词_未完成", "词_无原因", "词_一级指标", "词_二级指标",
)  # fmt: skip
_NAMED = {"\t": "CHAR(9)", "\n": "CHAR(10)", "\r": "CHAR(13)"}
_QUANTITATIVE = (POSITIVE, REVERSE, EQUAL)
_THOUSANDS = tuple((position, size) for position, size in ((13, 4), (9, 8), (5, 12)))


def replaced(cell: str, pairs) -> str:
    """Nested SUBSTITUTEs."""
    for old, new in pairs:
        cell = f"SUBSTITUTE({cell},{_NAMED.get(old) or quoted(old)},{quoted(new)})"
    return cell


def listed(text: str, name: str) -> str:
    """Whether a text is one of the words of a list."""
    return f"SUMPRODUCT(--EXACT({text},{name}))>0"


def one_of(text: str, words: Iterable[str]) -> str:
    """Whether a text is one of a few words."""
    return any_of([f"{text}={quoted(word)}" for word in words])


def has(text: str, marks: Iterable[str]) -> str:
    """Whether one of the marks is in a text."""
    return any_of([f"ISNUMBER(FIND({quoted(mark)},{text}))" for mark in marks])


def longest(end: str, text: str, name: str) -> str:
    """The length of the longest word of a list at one end (LEFT, RIGHT) of a text; 0 where there is none.

    Below MAX Excel lifts operators over a range but not LEFT, LEN or EXACT, which it intersects with the cell's row. INDEX(…,0)
    evaluates them as arrays.
    """
    return f"SUMPRODUCT(MAX(INDEX(EXACT({end}({text},LEN({name})),{name})*LEN({name}),0)))"


def steps(layout: SelfLayout, at: int, actual: bool) -> Iterator[str]:
    """The formulas of the steps of one text, in the order of STEP_NAMES."""
    cell = f"'{layout.form_sheet}'!{layout.form(at, FormColumns.ACTUAL if actual else FormColumns.TARGET).local}"
    raw, text, sign, body, bare, rest, figure, _, kept, _ = (layout.step(at, actual, step).local for step in range(len(STEP_NAMES)))
    yield f'=IF(ISNUMBER({cell}),"",LOWER({replaced(cell, [*((one, "") for one in DROPPED), *REPLACED.items()])}))'
    yield f'=IF({raw}="","",IF(ISNUMBER(FIND(RIGHT({raw},1),{quoted(STOPS)})),LEFT({raw},LEN({raw})-1),{raw}))'
    yield f"=LEFT({text},{longest('LEFT', text, SIGNS)})"
    repeated = f'MID({text},LEN({sign})+1,IFERROR(MAX(0,FIND(")",{text})-FIND("含",{text})-1),0))'
    without = f"MID({text},LEN({sign})+1,1000)"
    for mark in INCLUSIONS:
        without = f'SUBSTITUTE({without},{quoted(mark)}&{repeated}&")","")'
    yield f"={without}"
    yield f'=IF(OR(LEFT({body},1)="+",LEFT({body},1)="-"),MID({body},2,1000),{body})'
    yield "=" + replaced(bare, [(one, "") for one in "0123456789.,"])
    yield f"=LEFT({bare},LEN({bare})-LEN({rest}))"
    yield f'=LEFT({figure},FIND(".",{figure}&".")-1)'
    about = f"IF(ISNUMBER(FIND(LEFT({rest},1),{quoted(SCALES)})),2,1)"
    yield f'=IF({one_of(f"MID({rest},{about},1)", ABOUT)},REPLACE({rest},{about},1,""),{rest})'
    yield f"=RIGHT({kept},{longest('RIGHT', kept, TAILS_NAME)})"


def number(layout: SelfLayout, at: int, actual: bool) -> str:
    """The quantity of a text, or empty text where it is none."""
    cell = f"'{layout.form_sheet}'!{layout.form(at, FormColumns.ACTUAL if actual else FormColumns.TARGET).local}"
    _, _, sign, body, bare, rest, figure, whole, kept, tail = (layout.step(at, actual, step).local for step in range(len(STEP_NAMES)))
    digits = f'SUBSTITUTE(SUBSTITUTE({figure},",",""),".","")'
    commas = f'(LEN({whole})-LEN(SUBSTITUTE({whole},",","")))'
    padded = f'RIGHT("{"x" * 16}"&{whole},16)'
    grouped = "+".join(f'(MID({padded},{place},1)=",")' for place, _ in _THOUSANDS)
    tests = [
        f'{digits}<>""', f"LEN({digits})<={MOST_DIGITS}", f"EXACT({figure}&{rest},{bare})",
        f'LEN({figure})-LEN(SUBSTITUTE({figure},".",""))<=1', f'LEFT({figure},1)<>"."', f'RIGHT({figure},1)<>"."',
        f'LEN({figure})-LEN(SUBSTITUTE({figure},",",""))={commas}',
        f"OR({commas}=0,AND(LEN({whole})>4*{commas},LEN({whole})<4*{commas}+4,{grouped}={commas}))",
    ]  # fmt: skip
    own_unit = f"LEFT({kept},LEN({kept})-LEN({tail}))"
    per_unit = f'LEFT({rest},FIND("/",{rest}&"/")-1)'
    compared, less = has(sign, COMPARING), listed(sign, LESS)
    other = [has(rest, NOT_UNITS), has(per_unit, "一" + NUMERALS), has(own_unit, LIMITS)]
    date = [
        f'AND(LEFT({kept},1)="年",LEN({figure})=4,OR(LEFT({figure},2)="19",LEFT({figure},2)="20"))', has(kept, DATE_MARKS),
        f"AND({one_of(own_unit, DATE_UNITS)},NOT(OR({compared},{has(tail, LIMITS)})))",
    ]  # fmt: skip
    contradiction = [
        f"AND({compared},NOT({less}),{listed(tail, LESS_TAILS_NAME)})",
        f"AND({has(tail, UPWARD)},OR({less},{one_of(sign, EQUAL_WORDS)}))",
        f'AND({compared},NOT({has(sign, INCLUSIVE)}),SUBSTITUTE({digits},"0","")="")',
    ]
    value = f'VALUE(SUBSTITUTE({figure},",",""))*IF(LEFT({body},1)="-",-1,1)'
    refused = any_of([*other, *date, *contradiction])
    return f'=IF(ISNUMBER({cell}),{cell},IF(AND({",".join(tests)}),IF({refused},"",{value}),""))'


def unit(layout: SelfLayout, at: int, actual: bool) -> str:
    """The unit of a quantity."""
    text, kept, tail = (layout.step(at, actual, step).local for step in (1, 8, 9))
    figure = layout.work(at, WorkColumns.REACHED if actual else WorkColumns.WANTED).local
    return f'=IF(OR({figure}="",{text}=""),"",LEFT({kept},LEN({kept})-LEN({tail})))'


def same_unit(layout: SelfLayout, at: int, actual: bool) -> str:
    """The number in the unit both share: a number cell beside a % is a share."""
    own, other = (WorkColumns.REACHED, WorkColumns.WANTED_UNIT) if actual else (WorkColumns.WANTED, WorkColumns.REACHED_UNIT)
    figure, beside, text = layout.work(at, own).local, layout.work(at, other).local, layout.step(at, actual, 1).local
    return f'=IF({figure}="","",IF(AND({text}="",{beside}="%"),ROUND({figure}*100,10),{figure}))'


def same_unit_value(own: Reading, other: Reading) -> Decimal | str:
    """The Python twin of `same_unit`."""
    if own.number is None:
        return ""
    return own.number * 100 if not own.text and other.unit == "%" else own.number


class RowFormulas:
    """The formulas of one row that judge it, over the read texts."""

    def __init__(self, layout: SelfLayout, at: int, rule: RowRule) -> None:
        self._layout, self._at, self._rule = layout, at, rule
        self.side, self.wanted, self.unit, self.reached, self.reached_unit, self.ratio, self.points = (
            layout.work(at, column).local
            for column in (WorkColumns.SIDE, WorkColumns.WANTED, WorkColumns.WANTED_UNIT, WorkColumns.REACHED, WorkColumns.REACHED_UNIT,
                           WorkColumns.RATIO, WorkColumns.POINTS)
        )  # fmt: skip
        self._target, self._actual = (layout.step(at, actual, SAME_UNIT_STEP).local for actual in (False, True))
        self._texts = tuple(layout.step(at, actual, 1).local for actual in (False, True))

    def form(self, column: int) -> str:
        """A cell of the row on the form."""
        return f"'{self._layout.form_sheet}'!{self._layout.form(self._at, column).local}"

    def _blank(self, actual: bool) -> str:
        return f'AND({self.reached if actual else self.wanted}="",{self._layout.step(self._at, actual, 0).local}="")'

    @property
    def direction(self) -> str:
        """计分方向: the chosen one, or what the target's words say."""
        chosen = self.form(FormColumns.DIRECTION)
        known = one_of(chosen, DIRECTIONS)
        sign, tail = (self._layout.step(self._at, False, step).local for step in (2, 9))
        less = f"OR({listed(sign, LESS)},{listed(tail, LESS_TAILS_NAME)})"
        zero = f"AND({self.wanted}=0,NOT({has(sign, COMPARING)}),NOT({has(tail, UPWARD)}))"
        equal = one_of(sign, EQUAL_WORDS)
        own = f'IF({self.wanted}="","{QUALITATIVE}",IF(OR({less},{zero}),"{REVERSE}",IF({equal},"{EQUAL}","{POSITIVE}")))'
        return f'=IF({self._blank(False)},"",IF({chosen}="",{own},IF({known},{chosen},"{WRONG_DIRECTION}")))'

    def _mismatch(self) -> str:
        return f'AND({self.unit}<>"",{self.reached_unit}<>"",NOT(EXACT({self.unit},{self.reached_unit})))'

    def _bare_share(self) -> str:
        """Whether one text without % may be a share or a percentage: 0.95 beside ≥95%."""
        texts = ((self._texts[0], self.unit, self.wanted, self.reached_unit, self.reached),
                 (self._texts[1], self.reached_unit, self.reached, self.unit, self.wanted))  # fmt: skip
        return any_of([
            f'AND({text}<>"",{own}="",{other}="%",N({figure})>0,N({figure})<=1,N({beside})>1)' for text, own, figure, other, beside in texts
        ])  # fmt: skip

    @property
    def completion(self) -> str:
        """完成率 of a quantity, 完成程度 of a qualitative target."""
        degree = self.form(FormColumns.DEGREE)
        given = f"IF(ISNUMBER({degree}),{degree},IFERROR(VALUE({degree}),-1))"
        target, actual = self._texts
        unread = f'IF({actual}="",{has(target, FIGURES)},{has(target, SHARES)})'
        figure = f'AND({self.form(FormColumns.DIRECTION)}="",{unread})'
        share = f'IF({actual}="",{self.reached},IF({self.reached_unit}="%",{self.reached}/100,""))'
        said = f'IF({self.reached}="","",IF({figure},"",{share}))'
        ratio = f'IF(OR({self.wanted}="",{self.reached}=""),"",IF(OR({self._mismatch()},{self._bare_share()}),"",{self._share()}))'
        sides = one_of(self.side, _QUANTITATIVE)
        return f'=IF({self.side}="{QUALITATIVE}",IF({degree}<>"",{given},{said}),IF({sides},{ratio},""))'

    def _share(self) -> str:
        shown = f'IF({self._actual}<{LARGEST_RATIO}*{self._target},ROUND({self._actual}/{self._target},4),"")'
        return f'IF({self._target}>0,{shown},"")'

    @property
    def score(self) -> str:
        """The row's points, or the word why there are none."""
        weight = self.form(FormColumns.WEIGHT)
        target, actual = self._texts
        words = f'IF({listed(actual, UNMET)},0,IF(OR({listed(actual, MET)},EXACT({actual},{target})),ROUND({weight},2),"{NEEDS_DEGREE}"))'
        fits = f'IF(AND({self.ratio}>=0,{self.ratio}<=1),ROUND({weight}*{self.ratio},2),"{DEGREE_RANGE}")'
        qualitative = f'IF({self.ratio}="",{words},{fits})'
        rules = {side: self._rule.completion(side).excel_over(weight, (self._target, self._actual)) for side in _QUANTITATIVE}
        counted = f'IF({self.side}="{POSITIVE}",{rules[POSITIVE]},IF({self.side}="{REVERSE}",{rules[REVERSE]},{rules[EQUAL]}))'
        text = f"ROUND({counted},2)"
        for test, word in (
            (f"MIN({self.wanted},{self.reached})<0", INVALID),
            (self._bare_share(), NEEDS_PERCENT),
            (self._mismatch(), UNIT_MISMATCH),
            (f'{self.reached}=""', ACTUAL_WITHOUT_QUANTITY),
            (f'{self.wanted}=""', TARGET_WITHOUT_QUANTITY),
        ):
            text = f'IF({test},"{word}",{text})'
        text = f'IF({self.side}="{QUALITATIVE}",{qualitative},{text})'
        text = f'IF({self.side}="{WRONG_DIRECTION}",{self.side},IF({weight}<0,"{WRONG_WEIGHT}",{text}))'
        text = f'IF(ISNUMBER({weight}),{text},"{INVALID}")'
        return f'=IF(OR({weight}="",{self.side}="",{self._blank(True)}),"",{text})'

    @property
    def deviation(self) -> str:
        """低于指标值, 远超指标值 or how else the row deviates, where a reason is due."""
        word = quoted(SHORT[EQUAL])
        for side in (QUALITATIVE, REVERSE, POSITIVE):
            word = f'IF({self.side}="{side}",{quoted(SHORT[side])},{word})'
        text = f'IF({self.points}<{self.form(FormColumns.WEIGHT)},{word},"")'
        if self._rule.too_low:
            text = f'IF({self._far()},"{BEYOND}",{text})'
        return f'=IF(ISNUMBER({self.points}),{text},"")'

    def _far(self) -> str:
        times = plain(self._rule.too_low)
        return f'IF({self.side}="{POSITIVE}",IF({self._target}>0,{self._actual}>=ROUND({times}*{self._target},10),FALSE),FALSE)'

    @property
    def explanation(self) -> str:
        """How the row was scored: ``正向，完成率96.00%，计9.6分``."""
        done = f'IF({self.ratio}="","",IF({self.side}="{QUALITATIVE}","，完成程度","，完成率")&TEXT(ROUND({self.ratio},4),"0.00%"))'
        return f'=IF(ISNUMBER({self.points}),{self.side}&{done}&"，计"&{self.points}&"分",{self.points})'


def work_values(score: RowScore | None, category: str = "") -> dict[int, object]:
    """The values of a row's cells on 评分底稿 by column: what the formulas above compute."""
    C = WorkColumns
    if score is None:
        values: dict[int, object] = dict.fromkeys(range(C.SIDE, C.STEPS + 2 * (SAME_UNIT_STEP + 1)), "")
        return {**values, C.CATEGORY: category, C.NAME: "", C.WEIGHT: "", C.TARGET: "", C.ACTUAL: ""}
    row, judged = score.row, score.judged
    readings = read_cell(row.target), read_cell(row.actual)
    wanted, reached = readings
    values = {
        C.CATEGORY: row.level1, C.NAME: row.name, C.WEIGHT: row.weight, C.TARGET: row.target, C.ACTUAL: row.actual, C.SIDE: judged.side,
        C.WANTED: wanted.number, C.WANTED_UNIT: wanted.unit, C.REACHED: reached.number, C.REACHED_UNIT: reached.unit,
        C.RATIO: judged.ratio, C.POINTS: score.points, C.DEVIATION: score.deviation, C.EXPLANATION: judged.reason,
    }  # fmt: skip
    for at, (own, other) in enumerate(((wanted, reached), (reached, wanted))):
        start = C.STEPS + (SAME_UNIT_STEP + 1) * at
        values |= {start + step: getattr(own, name) for step, name in enumerate(STEP_NAMES)}
        values[start + SAME_UNIT_STEP] = same_unit_value(own, other)
    return {column: "" if value is None else value for column, value in values.items()}

