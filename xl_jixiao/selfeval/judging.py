"""How a row is judged after 财预〔2020〕10号: direction, completion, points, deviation, state and hint, as trees over the row's own cells."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from xl_jixiao.expr import (
    ByRow,
    Cell,
    Cleared,
    Expr,
    HasListed,
    Held,
    Listed,
    Rounded,
    Value,
    all_of,
    any_of,
    by_word,
    call,
    exact,
    first_of,
    is_blank,
    is_error,
    is_number,
    joined,
    negated,
    one_of,
    shown,
    spaceless,
    when,
)
from xl_jixiao.number import day_number, half_up
from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE
from xl_jixiao.selfeval import cells
from xl_jixiao.selfeval.cells import (
    ABSENT,
    BASE,
    CATEGORY,
    COSTING,
    DEGREE,
    DEVIATION,
    DIRECTION,
    DONE,
    EXPLANATION,
    FACTOR,
    GREATER,
    HIGH,
    HINT,
    LESS,
    LESS_TAILS,
    LESSER,
    LEVEL1,
    LEVEL2,
    LEVELS_1,
    LEVELS_2,
    LOW,
    MET,
    NAME,
    NO_REASON,
    POINTS,
    RATIO,
    REACHED,
    REACHED_UNIT,
    REASON,
    REST,
    SAME_UNIT,
    SCORE,
    SIDE,
    STATE,
    TARGET,
    UNMET,
    WANTED,
    WANTED_UNIT,
    WEIGHT,
    step,
)
from xl_jixiao.selfeval.native import LISTED, READING, has, parted, read_degree, unfilled
from xl_jixiao.selfeval.target import (
    ALL_DONE,
    BETTER,
    BETTER_LESS,
    BETTER_MORE,
    BOUND_SIGNS,
    BOUND_TAILS,
    CHANGE_WORDS,
    CHANGING,
    COMPARING,
    COST,
    DIRECTIONS,
    DONE_IN_PART,
    DONE_RATES,
    DOWNWARD,
    EQUAL,
    EQUAL_WORDS,
    FIGURES,
    GOOD_WORDS,
    INCLUSIVE,
    LARGEST_RATIO,
    LEADING_TO,
    LESS_WORDS,
    MET_WORDS,
    NATIONAL,
    NEGATED,
    NEVER_MORE,
    NO_NONE,
    NONE_HAPPENED,
    NONE_LEADS,
    NOT_OCCURRED,
    POSITIVE,
    QUALITATIVE,
    REVERSE,
    SAVING,
    SELDOM_MORE,
    SIGN_WORDS,
    TIMES,
    UNITS,
    UNMET_WORDS,
    UPWARD,
    WHOLE_UNITS,
    RowRule,
)
from xl_jixiao.selfeval.target import LESS_TAILS as LESS_TAIL_WORDS
from xl_jixiao.selfeval.target import TAILS as TAIL_WORDS
from xl_jixiao.tables.reasons import LEAST
from xl_jixiao.tables.slips import MOST_RATE, NO_ANSWER
from xl_jixiao.words import BLANK, EXPLAIN, INVALID, MUST_FIX, NONE_WORD, NOT_APPLICABLE, PASSED

UNIT_MISMATCH = "单位不一致"
NEEDS_PERCENT = "须写百分号"
IS_IT = f"{NEEDS_PERCENT}，是否为"
NEEDS_DEGREE = "须填完成程度"
OUTSIDE = "不在指标值的区间内，须填完成程度"
TOO_LATE = "晚于指标值的日期，须填完成程度"
DEGREE_RANGE = "完成程度应在0到100%之间"
TARGET_WITHOUT_QUANTITY = "指标值不是数量"
ACTUAL_WITHOUT_QUANTITY = "完成值不是数量"
WRONG_WEIGHT = "分值不能为负数"
WRONG_DIRECTION = f"计分方向应为{'、'.join(DIRECTIONS)}"
DAYS_AS_NUMBERS = "这两格像是日期格式的日期：按 Delete 清空，写成文字，如2023年12月25日；是数量的写上单位"
PARTED_DIGITS = "的数中间有空格或换行，请重写"
WRONG_CLASS = "二级指标不属于这个一级指标"
WAY_OUT = f"本年没有发生的，完成值写“{NOT_APPLICABLE}”，并在偏差原因里写明"
"""What helps a row of a form without points that there is nothing to compare in."""

BEYOND, DOUBTFUL = "远超指标值", "与指标值相差悬殊，请核对单位"
DOUBTFUL_TIMES = 100
SHORT = {POSITIVE: "低于指标值", REVERSE: "超过指标值", EQUAL: "偏离指标值", QUALITATIVE: "没有完全达成"}
"""How a row that loses points deviates, by its direction."""

NO_REASON_WORDS = (
    *("无", "無", "无！", "（无）", "(无)", "暂无", "没有", "无偏差", "没有偏差", "暂无偏差", "无原因", "没有原因", "暂无原因", "无说明"),
    *("无异常", "正常", "同上", "不适用", "否", "略", "/", "-", "—", "——", "n/a", "N/A"),
)
"""What stands in a 偏差原因 cell without being a reason."""

_UNITS = [(word, base, factor) for words, base, factor in UNITS for word in words.split()]

WORDS: Mapping[str, tuple[str, ...] | tuple[int, ...]] = MappingProxyType(
    {
        cells.CHANGES.key: CHANGE_WORDS,
        cells.SIGNS.key: SIGN_WORDS,
        LESS.key: LESS_WORDS,
        cells.TAILS.key: TAIL_WORDS,
        LESS_TAILS.key: LESS_TAIL_WORDS,
        MET.key: MET_WORDS,
        cells.GOOD.key: GOOD_WORDS,
        UNMET.key: UNMET_WORDS,
        NO_REASON.key: NO_REASON_WORDS,
        cells.NONE_SAID.key: NONE_HAPPENED,
        cells.NO_CONTENT.key: NO_ANSWER,
        cells.ALL_SAID.key: ALL_DONE,
        cells.WHOLE_UNITS.key: WHOLE_UNITS,
        cells.BETTER_LESS.key: BETTER_LESS,
        cells.BETTER_MORE.key: BETTER_MORE,
        cells.DONE_RATES.key: DONE_RATES,
        cells.WITH_FIGURES.key: (*NO_NONE, *FIGURES),
        cells.UNITS.key: tuple(word for word, _, _ in _UNITS),
        cells.UNIT_BASES.key: tuple(base for _, base, _ in _UNITS),
        cells.UNIT_FACTORS.key: tuple(factor for _, _, factor in _UNITS),
        cells.UNIT_NUMBERS.key: tuple(range(1, len(_UNITS) + 1)),
        **{area.key: marks for marks, area in LISTED.items()},
    }
)
"""The words of the hidden lists."""

_QUANTITATIVE = (POSITIVE, REVERSE, EQUAL)
_WEIGHT, _SIDE, _WANTED, _WANTED_UNIT, _REACHED, _REACHED_UNIT = map(Cell, (WEIGHT, SIDE, WANTED, WANTED_UNIT, REACHED, REACHED_UNIT))
_RATIO, _SCORE, _DIRECTION, _DEGREE, _POINTS, _DEVIATION = map(Cell, (RATIO, SCORE, DIRECTION, DEGREE, POINTS, DEVIATION))
_TARGET_TEXT, _DONE_TEXT = (Cell(step(source, "去句号")) for source in (TARGET, DONE))
_TARGET_SAME, _DONE_SAME = (Cell(step(source, SAME_UNIT)) for source in (TARGET, DONE))
_NO_TARGET, _NOT_DONE = (
    all_of([number.equals(""), Cell(step(source, "去空格")).equals("")]) for source, number in ((TARGET, _WANTED), (DONE, _REACHED))
)
"""Whether the target, and whether the actual value is blank."""


_TARGET_CHANGE, _DONE_CHANGE = (step(source, "变动") for source in (TARGET, DONE))
_DAYS = day_number(datetime.date(2018, 1, 1)), day_number(datetime.date(2030, 12, 31))
_WRITTEN_DAYS = tuple(Cell(step(source, "日期")) for source in (TARGET, DONE))


def _as_day(source: str) -> Expr:
    """The day of a text; a number cell beside a text that is one holds one too."""
    number, text, own, other = (_WANTED, _TARGET_TEXT, *_WRITTEN_DAYS) if source == TARGET else (_REACHED, _DONE_TEXT, *_WRITTEN_DAYS[::-1])
    held = all_of([text.equals(""), is_number(other), call("N", number) >= FIRST_DATE, call("N", number) <= LAST_DATE])
    return when(held, number, own)


_TARGET_DAY, _DONE_DAY = (Cell(step(source, cells.DAY)) for source in (TARGET, DONE))
_DATED = all_of([is_number(_TARGET_DAY), is_number(_DONE_DAY)])
"""Whether both texts are dates: 2020年12月31日前, 2020-11-30."""

_BOTH_DAYS = all_of(
    [
        *(cell.equals("") for cell in (_TARGET_TEXT, _DONE_TEXT)),
        *(test for cell in (_WANTED, _REACHED) for test in (call("N", cell) >= _DAYS[0], call("N", cell) <= _DAYS[1])),
    ]
)
"""Whether both are number cells that are days, as far as a sheet can tell: pasted dates lose what they were."""

_ALL_DONE = all_of(
    [
        Listed(_DONE_TEXT, cells.ALL_SAID),
        any_of([all_of([_WANTED_UNIT.equals("%"), _WANTED.equals(100)]), all_of([_TARGET_TEXT.equals(""), _WANTED.equals(1)])]),
    ]
)
"""Whether 全部完成 stands beside 100%."""

_COST_ROW = all_of(
    [
        any_of([has(LEVEL1, (COST,)), has(LEVEL2, (COST,))]),
        negated(has(NAME, SAVING)),
        any_of([negated(HasListed(Cell(NAME), cells.DONE_RATES)), HasListed(Cell(NAME), cells.BETTER_LESS)]),
    ]
)
COSTING_TREE = when(_COST_ROW, COST, "")
"""Whether a row is about cost, so that less is better."""


def _without(text: Expr, words: tuple[str, ...]) -> Expr:
    """A text without these words."""
    for word in words:
        text = call("SUBSTITUTE", text, word, "")
    return text


_LESS_NAMED = HasListed(Cell(NAME), cells.BETTER_LESS)
_IS_LESSER = all_of([_LESS_NAMED, negated(HasListed(_without(Cell(NAME), NEGATED), cells.BETTER_MORE))])
_IS_GREATER = all_of([negated(_LESS_NAMED), has(NAME, BETTER)])
LESSER_TREE = first_of([(_IS_LESSER, LESSER), (_IS_GREATER, GREATER)], "")
"""Whether its name makes it probable that less is better, or certain that more is."""

BY_NAME: Mapping[str, Expr] = MappingProxyType({COSTING: COSTING_TREE, LESSER: LESSER_TREE})
"""What the classes and the name of a row say of its direction."""


def _unit_trees(source: str) -> Mapping[str, Expr]:
    """What a unit is without its multiple, the first unit of its kind, and how many of it the unit is."""
    unit, rest = (_REACHED_UNIT if source == DONE else _WANTED_UNIT), Cell(step(source, REST))
    times = [(call("MID", unit, 1, len(word)).equals(word), word) for word in TIMES]
    same = call("EXACT", rest, cells.UNITS)
    base = call("INDEX", cells.UNIT_BASES, ByRow(same * cells.UNIT_NUMBERS))
    return {
        step(source, REST): first_of([(test, call("MID", unit, len(word) + 1, 99)) for test, word in times], unit),
        step(source, FACTOR): first_of([(test, TIMES[word]) for test, word in times], 1) * call("MAX", 1, ByRow(same * cells.UNIT_FACTORS)),
        step(source, BASE): when(Listed(rest, cells.UNITS), call("MID", base, 1, 99), rest),
    }


_PLACES_OF_MANY = 6
"""What a number times its multiple is cleared to: 2.45亿 is 245000000, whose next binary float is 0.00000003 away."""


def same_unit(source: str) -> Expr:
    """The number in the unit both texts share: a number cell beside a % is a share, 1.2万 beside 项 is 12000, a fall beside a rise is below
    zero. A number alone beside 5万元 is in 万元 where it is of that size."""
    mine, theirs = (_REACHED, _WANTED) if source == DONE else (_WANTED, _REACHED)
    unit, beside = (_REACHED_UNIT, _WANTED_UNIT) if source == DONE else (_WANTED_UNIT, _REACHED_UNIT)
    factor, other = (Cell(step(one, FACTOR)) for one in ((DONE, TARGET) if source == DONE else (TARGET, DONE)))
    share = all_of([Cell(step(source, "去句号")).equals(""), beside.equals("%")])
    near = all_of([unit.equals(""), other > 1, mine * 100 >= call("N", theirs), mine <= Cleared(10 * call("N", theirs), _PLACES_OF_MANY)])
    many = (factor > 1, Cleared(mine * factor, _PLACES_OF_MANY))
    number = first_of([(share, Cleared(mine * 100, 10)), (near, Cleared(mine * other, _PLACES_OF_MANY)), many], mine)
    if source == TARGET:
        return when(mine.equals(""), "", number)
    against = all_of([Cell(_DONE_CHANGE).equals(""), mine < 0])
    falls = when(_falls(_TARGET_CHANGE), any_of([_rises(_DONE_CHANGE), against]), _falls(_DONE_CHANGE))
    return first_of([(_ALL_DONE, _TARGET_SAME), (_NONE_HAPPENED, 0), (mine.equals(""), "")], when(falls, 0 - number, number))


def _falls(change: str) -> Expr:
    return all_of([has(change, DOWNWARD), negated(has(change, LEADING_TO))])


def _rises(change: str) -> Expr:
    return all_of([Cell(change).differs(""), negated(has(change, DOWNWARD)), negated(has(change, LEADING_TO))])


_NONE_HAPPENED = all_of([_WANTED.equals(0), Listed(_DONE_TEXT, cells.NONE_SAID)])
"""Whether 无 stands beside 0起."""


def _absent(source: str) -> Expr:
    """What a text says doesn't happen: 无上访 for 零上访; nothing for 无害化处理, or where a figure stands beside it."""
    text = Cell(step(source, "去句号"))
    leads = sorted(NONE_LEADS, key=len, reverse=True)
    cases = [(call("MID", text, 1, len(lead)).equals(lead), joined(NONE_WORD, call("MID", text, len(lead) + 1, 99))) for lead in leads]
    return when(HasListed(text, cells.WITH_FIGURES), "", first_of(cases, ""))


_ABSENT, _DONE_ABSENT = (Cell(step(source, ABSENT)) for source in (TARGET, DONE))
_NOTHING_WANTED = _ABSENT.differs("")
"""Whether a target is that something doesn't happen: 零投诉, 无安全事故, 不发生拖欠."""

_NOTHING_DONE = any_of([Listed(_DONE_TEXT, cells.NONE_SAID), call("EXACT", _ABSENT, _DONE_ABSENT)])
"""Whether beside such a target the actual value says that it did not."""

_BOUND_COPIED = all_of(
    [
        _REACHED.differs(""),
        any_of([has(step(DONE, "符号"), BOUND_SIGNS), all_of([has(step(DONE, "后缀"), BOUND_TAILS), _REACHED.equals(_WANTED)])]),
    ]
)
"""Whether an actual value has the sign of its target: ≥90%, 90%以上."""

_WORDS_COPIED = all_of(
    [
        _SIDE.equals(QUALITATIVE),
        _DONE_TEXT.differs(""),
        call("EXACT", _TARGET_TEXT, _DONE_TEXT),
        negated(Listed(_DONE_TEXT, MET)),
        negated(Listed(_DONE_TEXT, cells.GOOD)),
        negated(call("MID", _DONE_TEXT, 1, 1).equals("每")),
        _ABSENT.equals(""),
    ]
)
"""Whether an actual value repeats its target in words, which says nothing of what was done: 长期, 长期; every so often is met by itself: 每月2次."""

_HALVED = when(is_number(_REACHED), all_of([Listed(_REACHED_UNIT, cells.WHOLE_UNITS), _REACHED.differs(call("INT", _REACHED))]), False)
"""Whether there are halves of what there are no halves of: 66.5人."""


def _no_change(source: str) -> Expr:
    return Cell(step(source, "变动")).equals("")


_LESSER, _GREATER = (Cell(LESSER).equals(word) for word in (LESSER, GREATER))
_LESS_MEANT = all_of(
    [
        _LESSER,
        _SIDE.equals(POSITIVE),
        _DIRECTION.differs(POSITIVE),
        negated(has(step(TARGET, "符号"), COMPARING)),
        negated(has(step(TARGET, "后缀"), UPWARD)),
        _no_change(TARGET),
        is_number(_TARGET_SAME),
        is_number(_DONE_SAME),
        _TARGET_SAME.differs(_DONE_SAME),
    ]
)
"""Whether less is probably better though nothing says so: 差错率 2% beside 2.5%."""

_STRICT = all_of(
    [
        one_of(_SIDE, (POSITIVE, REVERSE)),
        any_of(
            [
                all_of([has(step(TARGET, "符号"), COMPARING), negated(has(step(TARGET, "符号"), INCLUSIVE))]),
                has(_TARGET_TEXT.key, ("(不含",)),
            ]
        ),
        is_number(_TARGET_SAME),
        _TARGET_SAME.equals(_DONE_SAME),
    ]
)
"""Whether an actual value is the very figure that its target leaves out: 5天 beside <5天."""

_NEARLY_A_YEAR = 300
"""Days."""

_MONTH_UNSAID = when(
    _DATED,
    all_of(
        [
            has(_TARGET_TEXT.key, ("月前",)),
            _DONE_DAY > _TARGET_DAY - 31,
            call("MONTH", _DONE_DAY).equals(call("MONTH", _TARGET_DAY)),
        ]
    ),
    False,
)
"""Whether a day lies in the month before which something is to be done: 10月15日 beside 10月前."""

_OVER_WHOLE = all_of(
    [
        _REACHED_UNIT.equals("%"),
        _REACHED > 100,
        negated(has(NAME, CHANGING)),
        any_of([has(NAME, NEVER_MORE), all_of([has(NAME, SELDOM_MORE), call("LEN", Cell(REASON)) < LEAST])]),
    ]
)
"""Whether a share of all, by the row's name, is more than all: 满意度 110%, which no reason makes right; 覆盖率 110%, until there is one."""

_YEAR_BEFORE = when(
    _DATED,
    all_of([call("YEAR", _DONE_DAY) < call("YEAR", _TARGET_DAY), _TARGET_DAY - _DONE_DAY > _NEARLY_A_YEAR]),
    False,
)
"""Whether a day is nearly a year, or more, before the one it is held against: last year's date, copied."""

_OF_SHARE = _WANTED_UNIT.equals("%")
_SIGNED = any_of([has(step(TARGET, "符号"), COMPARING), has(step(TARGET, "后缀"), UPWARD)])
_AGAINST_NAME = all_of(
    [
        _OF_SHARE,
        _no_change(TARGET),
        by_word(
            _SIDE, {POSITIVE: all_of([_LESSER, _SIGNED, _WANTED < 50]), REVERSE: all_of([_GREATER, _WANTED >= 50, _WANTED < 100])}, False
        ),
    ]
)
"""Whether a share counts the other way than its name says: 满意度 ≤95%, 投诉率 ≥5%."""

_CHANGES = any_of([negated(_no_change(TARGET)), has(NAME, CHANGING)])
_MET_BY_NOTHING = all_of([_SIDE.equals(POSITIVE), _WANTED <= 0])
"""Whether whatever is done reaches the target: ≥0次."""

_SHARE_TOO_LARGE = all_of([_OF_SHARE, _WANTED > 100 * MOST_RATE])
"""Whether a target is a share of several wholes: ≤10000%."""

_TARGET_IS_NAME = all_of([_TARGET_TEXT.differs(""), call("EXACT", _TARGET_TEXT, Cell(NAME)), has(NAME, ("率", "度", "数", "量"))])
"""Whether the target of a rate or a number is its name."""

_NAMELESS = any_of([is_number(Cell(NAME)), call("LEN", Cell(NAME)).equals(1), one_of(call("MID", Cell(NAME), 1, 1), ("≥", "≤"))])
"""Whether a row has no name: 5, ≥95%, a date."""

_FAR_BELOW = all_of(
    [_OF_SHARE, _SIDE.equals(REVERSE), _REACHED_UNIT.equals("%"), _WANTED >= 50, _REACHED > 0, 10 * call("N", _REACHED) <= _WANTED]
)
"""Whether a share that is to be near the whole is next to nothing: 0.97% beside ≤100%."""

_POINTS_AWAY = any_of([Listed(text, cells.NO_CONTENT) for text in (Cell(NAME), _TARGET_TEXT, _DONE_TEXT)])
"""Whether the name, the target or the actual value only points elsewhere: 见附件, 同上."""

_BELOW_NOTHING = all_of([call("N", _WANTED) > 0, call("N", _REACHED) < 0])
"""Whether an actual value is below zero beside a target above it."""


def _lone_day(text: Expr, number: Expr, other_text: Expr, other: Expr) -> Expr:
    """Whether one of the two is a number cell that is a day, as far as a sheet can tell, and far from the other, which is written out."""
    value, beside = call("N", number), call("N", other)
    far = any_of([value > 10 * beside, 10 * value < beside])
    return all_of([text.equals(""), value >= _DAYS[0], value <= _DAYS[1], other_text.differs(""), is_number(other), far])


_ONE_DAY = any_of([_lone_day(_DONE_TEXT, _REACHED, _TARGET_TEXT, _WANTED), _lone_day(_TARGET_TEXT, _WANTED, _DONE_TEXT, _REACHED)])


_UNIT_UNSAID = all_of(
    [
        _REACHED_UNIT.equals(""),
        call("N", _REACHED) > 0,
        Cell(step(TARGET, FACTOR)) > 1,
        any_of([Cell(step(TARGET, REST)).equals("元"), Cell(step(TARGET, BASE)).differs(Cell(step(TARGET, REST)))]),
        _DONE_SAME.equals(_REACHED),
    ]
)
"""Whether a number alone is read in a smaller unit than its target's, being too large for that: 14200 beside 1.5万元, 30500 beside 30.5公里."""

UNIT_UNSAID = "没写单位，按元、米等计，请核对"

POINTS_AWAY = "只写“见附件”“同上”等于没写，请写明做到多少"

AGAINST_NAME = "方向与指标名称相反，“≥”“≤”是否写反？请核对"

MET_BY_NOTHING = "指标值不大于0，怎么做都算达到，请核对"

SHARE_TOO_LARGE = "指标值超过300%，请核对"

TARGET_IS_NAME = "指标值写的是名称，请写做到多少"

NAMELESS = "三级指标没有写名称"

FAR_BELOW = "比指标值低得多，是否点错小数点？请核对"

BELOW_NOTHING = "完成值是负数，请核对"

ONE_DAY = "有一格像日期：清空后写成文字，如2023年12月25日，数量写上单位，请核对"

MONTH_UNSAID = "“月前”是1日以前，还是月底以前（写“月底前”）？请核对"

OVER_WHOLE = "超过100%，请改正"

YEAR_BEFORE = "完成日期早近一年或更多，是否抄了上年的？请核对"

BOUND_REACHED = "指标值不含本数（＜、超过），正好等于它算不算达到？请核对"

BOUND_COPIED, WORDS_COPIED, HALVED, LESS_MEANT = (
    "完成值带“≥、以上”等字样，应写实际数",
    "完成值与指标值一字不差，应写实际完成情况",
    "完成值有小数，请核对是不是实际数",
    "按越大越好计分，是否越小越好？在指标值前写“≤”或“≥”，或者选计分方向",
)

_OF_LEVEL = when(_CHANGES, "", first_of([(_MET_BY_NOTHING, MET_BY_NOTHING), (_SHARE_TOO_LARGE, SHARE_TOO_LARGE)], ""))
_UNTIL_EXPLAINED = first_of(
    [
        (_YEAR_BEFORE, YEAR_BEFORE),
        (_BELOW_NOTHING, BELOW_NOTHING),
        (_AGAINST_NAME, AGAINST_NAME),
        (_FAR_BELOW, FAR_BELOW),
        (_ONE_DAY, ONE_DAY),
        (_UNIT_UNSAID, UNIT_UNSAID),
        (_STRICT, BOUND_REACHED),
        (_MONTH_UNSAID, MONTH_UNSAID),
    ],
    _OF_LEVEL,
)
_QUESTION = first_of(
    [
        (_LESS_MEANT, LESS_MEANT),
        (_BOUND_COPIED, BOUND_COPIED),
        (_WORDS_COPIED, WORDS_COPIED),
        (_POINTS_AWAY, POINTS_AWAY),
        (_NAMELESS, NAMELESS),
        (_TARGET_IS_NAME, TARGET_IS_NAME),
        (_HALVED, HALVED),
        (_OVER_WHOLE, OVER_WHOLE),
        (call("LEN", Cell(REASON)) < LEAST, _UNTIL_EXPLAINED),
    ],
    "",
)
ASKED = Cell(cells.QUESTION)
"""What is asked about an actual value that can be scored as it is."""

CHECK, ANSWER = "请核对", "；填对了的在偏差原因里写明"
_ANSWERED = call("MID", ASKED, call("MAX", 1, call("LEN", ASKED) - len(CHECK) + 1), len(CHECK)).equals(CHECK)
"""Whether a question is answered by what stands in 偏差原因: it ends in 请核对."""


_LOW, _HIGH = (Cell(step(TARGET, name)) for name in (LOW, HIGH))
_RANGED = all_of([_LOW.differs(""), _DIRECTION.differs(QUALITATIVE)])
"""Whether the target is a range: 95%～100%, 3-5次. A share beside one that is called 定性 is its degree."""


def _end(end: Expr) -> Expr:
    """An end of the range in the unit of the actual value; 1.5 beside 1-2万元 is in 万元."""
    return when(_REACHED_UNIT.equals(""), call("N", end), Cleared(call("N", end) * Cell(step(TARGET, FACTOR)), _PLACES_OF_MANY))


def _side() -> Expr:
    """The chosen direction, or what the target's own words say: 反向 for 不超过, 以内, 降至, an unsigned zero (安全事故0起) or cost, 等于 for =.

    Whether the boundary itself is met isn't asked: points go by ratio, and 5% for <5% or 5万元（不含） is 100%.
    """
    sign, tail = step(TARGET, "符号"), step(TARGET, "后缀")
    unsigned = [negated(has(sign, COMPARING)), negated(has(tail, UPWARD))]
    zero = all_of([_WANTED.equals(0), *unsigned])
    cost = all_of([any_of([_DIRECTION.equals(COST), Cell(COSTING).equals(COST)]), Cell(_TARGET_CHANGE).equals(""), *unsigned])
    lowered = all_of([has(_TARGET_CHANGE, DOWNWARD), has(_TARGET_CHANGE, LEADING_TO)])
    less = any_of([Listed(Cell(sign), LESS), Listed(Cell(tail), LESS_TAILS), zero, lowered, cost])
    quality = any_of([_WANTED.equals(""), _DATED])
    own = first_of([(quality, QUALITATIVE), (one_of(Cell(sign), EQUAL_WORDS), EQUAL), (less, REVERSE)], POSITIVE)
    undecided = any_of([unfilled(DIRECTION), _DIRECTION.equals(COST)])
    chosen = first_of([(one_of(_DIRECTION, tuple(DIRECTIONS)), when(_RANGED, QUALITATIVE, _DIRECTION)), (undecided, own)], WRONG_DIRECTION)
    return when(_NO_TARGET, "", chosen)


_TARGET_BASE, _DONE_BASE = (Cell(step(source, BASE)) for source in (TARGET, DONE))
_MISMATCH = all_of([_TARGET_BASE.differs(""), _DONE_BASE.differs(""), negated(call("EXACT", _TARGET_BASE, _DONE_BASE))])


def _is_bare_share(text: Expr, unit: Expr, number: Expr, other_unit: Expr, other: Expr) -> Expr:
    """Whether a text without % may be a share or a percentage: 0.95 beside ≥95%."""
    value, beside = call("N", number), call("N", other)
    return all_of([text.differs(""), unit.equals(""), other_unit.equals("%"), value > 0, value <= 1, beside > 1])


def _is_whole(text: Expr, number: Expr, other_unit: Expr, other: Expr) -> Expr:
    """Whether a number cell beside a % is a percentage without its sign: 85 beside ≥90%."""
    value, beside = call("N", number), call("N", other)
    many = any_of([value * 10 > call("MAX", beside, 10), all_of([value > MOST_RATE, Cleared(value * 100 - MOST_RATE * beside, 6) > 0])])
    return all_of([text.equals(""), other_unit.equals("%"), value > 1, many])


_PERCENT_ASKED = Cell(cells.PERCENT_ASKED)
_PERCENT_ASKED_TREE = first_of(
    [
        (_is_bare_share(_TARGET_TEXT, _WANTED_UNIT, _WANTED, _REACHED_UNIT, _REACHED), joined(IS_IT, _WANTED * 100, "%？")),
        (_is_bare_share(_DONE_TEXT, _REACHED_UNIT, _REACHED, _WANTED_UNIT, _WANTED), joined(IS_IT, _REACHED * 100, "%？")),
        (_is_whole(_TARGET_TEXT, _WANTED, _REACHED_UNIT, _REACHED), joined(IS_IT, _WANTED, "%？")),
        (_is_whole(_DONE_TEXT, _REACHED, _WANTED_UNIT, _WANTED), joined(IS_IT, _REACHED, "%？")),
    ],
    "",
)


def _between(number: Expr) -> Expr:
    return all_of([call("N", number) >= _end(_LOW), call("N", number) <= _end(_HIGH)])


_WITHIN = when(all_of([_RANGED, is_number(_DONE_SAME), negated(_MISMATCH)]), _between(_DONE_SAME), False)
"""Whether the actual value lies in the target's range; both ends belong to it."""


def _ratio() -> Expr:
    """完成率 of a quantity; 完成程度 of a qualitative target: the judged one, or the one the actual value says (85%, or a number cell).

    In the range of a target it is all of it. Beside a target with a figure that can't be read (三至五天) the actual value is no degree but
    a figure too; 增长8% is a change, and 91% beside 高于全国平均 a figure of its own.
    """
    timed = any_of([is_number(_WRITTEN_DAYS[0]), has(_TARGET_TEXT.key, ("年底", "年末", "月底", "月末", "月前", "日前", "旬"))])
    unread = all_of([has(_TARGET_TEXT.key, FIGURES), negated(timed)])
    share = when(_DONE_TEXT.equals(""), _REACHED, when(all_of([_REACHED_UNIT.equals("%"), _no_change(DONE)]), _REACHED / 100, ""))
    happened = first_of([(_REACHED.equals(0), 1), (all_of([_REACHED_UNIT.differs("%"), _REACHED >= 1]), 0)], "")
    whole = when(is_number(share), share.equals(1), False)
    degree_said = any_of([has(_TARGET_TEXT.key, DONE_IN_PART), _DIRECTION.equals(QUALITATIVE), timed, whole])
    share = when(_NOTHING_WANTED, happened, when(degree_said, share, ""))
    own = when(all_of([_DIRECTION.differs(QUALITATIVE), unread]), "", share)
    said = first_of([(any_of([_REACHED.equals(""), _DATED]), ""), (_WITHIN, 1), (_RANGED, "")], own)
    degree = first_of([(is_number(_DEGREE), _DEGREE), (unfilled(DEGREE), said)], read_degree(DEGREE))
    quotient = when(_DONE_SAME < LARGEST_RATIO * _TARGET_SAME, Rounded(_DONE_SAME / _TARGET_SAME, 4), "")
    rate = first_of(
        [
            (any_of([_WANTED.equals(""), _DONE_SAME.equals("")]), ""),
            (any_of([_MISMATCH, _PERCENT_ASKED.differs("")]), ""),
            (_TARGET_SAME > 0, quotient),
        ],
        "",
    )
    return first_of([(_SIDE.equals(QUALITATIVE), degree), (one_of(_SIDE, _QUANTITATIVE), rate)], "")


def _outside(full: Expr) -> Expr:
    """The points beside a range that the actual value doesn't lie in, or why there are none; one that repeats it is taken as met."""
    shares, reached = (_OF_SHARE, _REACHED_UNIT.equals("")), call("N", _REACHED)
    percentage = all_of([*shares, _DONE_TEXT.equals(""), reached >= _LOW, reached <= _HIGH])
    share = all_of([*shares, _DONE_TEXT.differs(""), reached <= 1, reached * 100 >= _LOW, reached * 100 <= _HIGH])
    return first_of(
        [
            (call("EXACT", _DONE_TEXT, _TARGET_TEXT), full),
            (_DONE_SAME.equals(""), ACTUAL_WITHOUT_QUANTITY),
            (_MISMATCH, UNIT_MISMATCH),
            (percentage, joined(IS_IT, _REACHED, "%？")),
            (share, joined(IS_IT, _REACHED * 100, "%？")),
        ],
        OUTSIDE,
    )


def _score(rule: RowRule) -> Expr:
    """The row's points, or the word why there are none; empty while blank."""
    in_time = all_of([_DATED, _DONE_DAY <= _TARGET_DAY])
    met = any_of([Listed(_DONE_TEXT, MET), call("EXACT", _DONE_TEXT, _TARGET_TEXT), in_time])
    nothing = all_of([_NOTHING_WANTED, _NOTHING_DONE])
    full: Expr = Rounded(_WEIGHT, 2)
    unmet = Listed(_DONE_TEXT, UNMET)
    by_words = first_of([(nothing, full), (unmet, 0), (_RANGED, _outside(full)), (met, full), (_DATED, TOO_LATE)], NEEDS_DEGREE)
    percentage = all_of([_DEGREE.equals(_RATIO), _RATIO > 2, _RATIO <= 100])
    asked = when(percentage, joined(DEGREE_RANGE, "，是否为", _RATIO, "%？"), DEGREE_RANGE)
    degree = when(all_of([_RATIO >= 0, _RATIO <= 1]), Rounded(_WEIGHT * _RATIO, 2), asked)
    rules = {side: rule.completion(side).tree(_WEIGHT, Cell(""), (_TARGET_SAME, _DONE_SAME)) for side in _QUANTITATIVE}
    points = first_of(
        [
            (_SIDE.equals(WRONG_DIRECTION), _SIDE),
            (_WEIGHT < 0, WRONG_WEIGHT),
            (all_of([is_number(_WANTED), parted(TARGET)]), f"指标值{PARTED_DIGITS}"),
            (all_of([is_number(_REACHED), parted(DONE)]), f"完成值{PARTED_DIGITS}"),
            (_BOTH_DAYS, DAYS_AS_NUMBERS),
            (_SIDE.equals(QUALITATIVE), when(_RATIO.equals(""), by_words, degree)),
            (_WANTED.equals(""), TARGET_WITHOUT_QUANTITY),
            (_DONE_SAME.equals(""), ACTUAL_WITHOUT_QUANTITY),
            (_PERCENT_ASKED.differs(""), _PERCENT_ASKED),
            (_MISMATCH, UNIT_MISMATCH),
        ],
        Rounded(by_word(_SIDE, {side: rules[side] for side in (POSITIVE, REVERSE)}, rules[EQUAL]), 2),
    )
    weighed = first_of([(is_number(_WEIGHT), points), (unfilled(WEIGHT), "")], INVALID)
    return when(any_of([_SIDE.equals(""), _NOT_DONE]), "", weighed)


_NOT_OCCURRED = all_of([negated(_NOTHING_WANTED), _WANTED.differs(0), one_of(_DONE_TEXT, NOT_OCCURRED)])
"""Whether the actual value says that there was nothing of the kind this year, beside a target that isn't that."""


def _compared(rule: RowRule, *, scored: bool) -> Mapping[str, Expr]:
    """The points of a row and how it deviates. Where nothing is scored, what did not occur this year is 不适用, with a reason."""
    points, deviation = _score(rule), _deviation(rule)
    if scored:
        return {SCORE: points, DEVIATION: deviation}
    left = when(any_of([_SIDE.equals(""), negated(_NOT_OCCURRED)]), points, NOT_APPLICABLE)
    return {SCORE: left, DEVIATION: when(_LEFT_OUT, NOT_APPLICABLE, deviation)}


_LEFT_OUT = _SCORE.equals(NOT_APPLICABLE)


def _deviation(rule: RowRule) -> Expr:
    """低于指标值, 远超指标值 or how else the row deviates, where a reason is due."""
    word = by_word(_SIDE, {side: SHORT[side] for side in (POSITIVE, REVERSE, QUALITATIVE)}, SHORT[EQUAL])
    short = when(_SCORE < _WEIGHT, word, "")
    if rule.too_low:
        sought = all_of([_SIDE.equals(POSITIVE), _TARGET_SAME > 0])
        short = when(when(sought, _DONE_SAME >= Cleared(rule.too_low * _TARGET_SAME, 10), False), BEYOND, short)
    large = all_of([_TARGET_SAME > 0, _DONE_SAME >= DOUBTFUL_TIMES * _TARGET_SAME])
    small = all_of([_DONE_SAME > 0, _DONE_SAME * (10 * DOUBTFUL_TIMES) <= _TARGET_SAME])
    doubtful = when(call("COUNT", _TARGET_SAME, _DONE_SAME).equals(2), any_of([large, small]), False)
    return when(is_number(_SCORE), when(doubtful, DOUBTFUL, short), "")


def _explanation(*, scored: bool) -> Expr:
    """How the row was scored: ``正向，完成率96.00%，计9.6分``; where nothing is scored, how far it was completed."""
    label = when(_SIDE.equals(QUALITATIVE), "，完成程度", "，完成率")
    done = when(_RATIO.equals(""), "", joined(label, shown(Rounded(_RATIO, 4), 2, percent=True)))
    points = ("，计", _SCORE, "分") if scored else ()
    return when(is_number(_SCORE), joined(_SIDE, done, *points), _SCORE)


BARE_REASON = call("SUBSTITUTE", spaceless(Cell(REASON)), "。", "")
"""A reason as it is compared with the words that say nothing: without white space and full stops."""

SAYS_NOTHING = any_of([BARE_REASON.equals(""), Listed(BARE_REASON, NO_REASON)])

USED = negated(is_blank(joined(*map(Cell, (NAME, TARGET, DONE, WEIGHT, REASON)))))
"""Whether anything but its classes is written in a row."""

FITS = ByRow(call("EXACT", Cell(LEVEL1), LEVELS_1) * call("EXACT", Cell(LEVEL2), LEVELS_2)) > 0
"""Whether the 二级指标 belongs to the 一级指标."""

MISSING: Mapping[str, Expr] = MappingProxyType(
    {
        **{name: is_blank(Cell(name)) for name in (LEVEL1, LEVEL2, NAME)},
        "指标值": _NO_TARGET,
        "完成值": _NOT_DONE,
        WEIGHT: negated(is_number(_WEIGHT)),
    }
)
"""Whether a row lacks something, by what it is."""

UNEXPLAINED = when(_DEVIATION.equals(""), False, SAYS_NOTHING)
"""Whether a due reason is missing or says nothing."""


_IN_ERROR = any_of([is_error(Cell(name)) for name in cells.ENTERED])
"""Whether an entry of the row shows an error value."""

AS_ERROR = "本行有错误值，不能计算：按 Delete 清空那一格，再重新输入"


def _unread(*, scored: bool) -> Expr:
    """Whether a row has no points though nothing of it is blank."""
    number = negated(is_number(_POINTS))
    return number if scored else all_of([number, _POINTS.differs(NOT_APPLICABLE)])


def _state(*, scored: bool) -> Expr:
    """空白, 必改, 须说明 or 通过: the word beside the row; nothing beside an unused one."""
    blank = any_of([*MISSING.values(), _POINTS.equals("")])
    wrong = any_of([negated(FITS), _unread(scored=scored)])
    used = when(USED, first_of([(blank, BLANK), (wrong, MUST_FIX), (UNEXPLAINED, EXPLAIN), (ASKED.differs(""), EXPLAIN)], PASSED), "")
    return when(_IN_ERROR, MUST_FIX, used)


def _hint(*, scored: bool) -> Expr:
    """What to do about it, or how it was scored."""
    lacking = joined(*(when(test, f"、{name}", "") for name, test in MISSING.items()))
    word = Cell(STATE)
    return first_of(
        [
            (_IN_ERROR, AS_ERROR),
            (word.equals(""), ""),
            (word.equals(BLANK), joined("还缺：", call("MID", lacking, 2, 99))),
            (negated(FITS), WRONG_CLASS),
            (_unread(scored=scored), _POINTS if scored else joined(_POINTS, "；", WAY_OUT)),
            (_LESS_MEANT, LESS_MEANT),
            (UNEXPLAINED, joined(_DEVIATION, "，须写明偏差原因和改进措施，不能只写“无”")),
            (word.equals(EXPLAIN), joined(ASKED, when(_ANSWERED, ANSWER, ""))),
        ],
        Cell(EXPLANATION),
    )


@lru_cache(maxsize=64)
def row_trees(rule: RowRule, *, scored: bool = True) -> Mapping[str, Expr]:
    """What every computed cell of a row is, by its word. Where nothing is scored each row weighs one, and its points are its degree."""
    return MappingProxyType(
        {
            **READING,
            **_unit_trees(TARGET),
            **_unit_trees(DONE),
            **{step(source, SAME_UNIT): same_unit(source) for source in (TARGET, DONE)},
            **{step(source, ABSENT): _absent(source) for source in (TARGET, DONE)},
            **{step(source, cells.DAY): _as_day(source) for source in (TARGET, DONE)},
            cells.PERCENT_ASKED: _PERCENT_ASKED_TREE,
            **BY_NAME,
            CATEGORY: when(Cell(LEVEL1).equals(""), "", Cell(LEVEL1)),
            cells.QUESTION: _QUESTION,
            SIDE: _side(),
            RATIO: _ratio(),
            **_compared(rule, scored=scored),
            EXPLANATION: _explanation(scored=scored),
            **({} if scored else {WEIGHT: when(joined(*map(Cell, (NAME, TARGET, DONE, REASON))).equals(""), "", 1)}),
            POINTS: _SCORE,
            STATE: _state(scored=scored),
            HINT: _hint(scored=scored),
        }
    )


class RowValues(dict[str, Held]):
    """The values of one row by word, from what is entered in it: each tree computed when asked for."""

    def __init__(self, rule: RowRule, entered: Mapping[str, Held]) -> None:
        super().__init__({**dict.fromkeys(cells.ENTERED), **WORDS, **entered})
        self._trees = row_trees(rule)

    def __missing__(self, key: str) -> Held:
        found = self[key] = self._trees[key].value(self)
        return found


def judged(
    full: object, target: object, done: object, direction: str = "", degree: object = None, rule: RowRule = NATIONAL
) -> Mapping[str, Held]:
    """One row judged by itself. `direction` 正向、反向、等于、定性; empty: from the target's own words."""
    given = zip((WEIGHT, TARGET, DONE, DIRECTION, DEGREE), (full, target, done, direction, degree), strict=True)
    return RowValues(rule, {key: _entered(value) for key, value in given})


def _entered(value: object) -> Value:
    """A cell's value as trees take it; what is neither number nor text, as its text."""
    return exact(value) if value is None or isinstance(value, (Decimal, float, int, str)) else str(value)


def completion_points(
    full: Decimal, target: object, actual: object, direction: str = "", degree: object = None, rule: RowRule = NATIONAL
) -> Decimal | str | None:
    """The points of one row, two decimals; None while blank, a Chinese word where it can't be scored."""
    return _row_points(_entered(full), _entered(target), _entered(actual), direction, _entered(degree), rule)


@lru_cache(maxsize=1024, typed=True)
def _row_points(full: Value, target: Value, done: Value, direction: str, degree: Value, rule: RowRule) -> Decimal | str | None:
    """The same from the cells' values: a sheet is computed again and again with most of its rows as they were."""
    given = zip((WEIGHT, TARGET, DONE, DIRECTION, DEGREE), (full, target, done, _entered(direction), degree), strict=True)
    return points_of(RowValues(rule, dict(given))[SCORE])


def points_of(found: Held) -> Decimal | str | None:
    """Points as they are printed: a number of two decimals, a word, or None for an empty cell."""
    assert not isinstance(found, tuple)
    if found is None or isinstance(found, str):
        return found or None
    return half_up(found, 2)
