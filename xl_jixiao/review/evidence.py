"""What a file's differences from its plan mean for a reviewer: each a finding at its cell, floods of one kind folded."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from os.path import commonprefix

from xl_jixiao.expr import Area, Call, Value, as_text, walk
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.number import plain
from xl_jixiao.review.display import CONDITIONAL
from xl_jixiao.review.integrity import Difference, Fault, said
from xl_jixiao.sheet.plan import Computed, Plan, is_name
from xl_jixiao.words import COMPUTED_TOTAL, GRADE, TOTAL, UNFINISHED

OF_WORDS = "JX620"
"""A state, a check or a sentence that shows something else than follows."""

_MOST_CELLS = 5
"""So many changed cells of a sheet are named each; more are one finding, at the first."""

_MANY_IN_LINE = 3
"""So many changed cells of a row, or of a column, are one deed."""

_CODES: Mapping[Fault, str] = {
    Fault.CONSTANT: "JX605",
    Fault.OTHER_FORMULA: "JX605",
    Fault.DELETED: "JX605",
    Fault.TYPED_FORMULA: "JX605",
    Fault.ROUNDING: "JX602",
    Fault.OUTDATED: "JX620",
    Fault.TEXT: "JX608",
    Fault.REPRINTED: "JX633",
    Fault.REWRITTEN: "JX633",
    Fault.NAME: "JX609",
    Fault.CARRIED: "JX609",
    Fault.NAME_MISSING: "JX631",
    Fault.SHOWN: "JX610",
    Fault.OUTSIDE: "JX614",
    Fault.OVER: "JX614",
    Fault.PRINTED: "JX614",
    Fault.BESIDE: "JX676",
    Fault.FAR: "JX676",
    Fault.BURIED: "JX676",
    Fault.OTHER_LIST: "JX608",
    Fault.MESSAGE: "JX674",
    Fault.NOTED: "JX675",
    Fault.HIDDEN: "JX615",
    Fault.SHEET_HIDDEN: "JX615",
    Fault.SHEET_ADDED_HIDDEN: "JX615",
    Fault.WINDOW: "JX615",
    Fault.SHEET_MISSING: "JX616",
    Fault.SHEET_RENAMED: "JX617",
    Fault.SHEET_ADDED: "JX617",
    Fault.ROWS_MOVED: "JX617",
    Fault.ROWS_MISSING: "JX628",
    Fault.COLUMNS_MOVED: "JX617",
    Fault.COLUMNS_MISSING: "JX632",
    Fault.PAGE: "JX673",
    Fault.CHART: "JX610",
    Fault.LINKED_OUT: "JX618",
    Fault.OPENED: "JX617",
    Fault.LOOSENED: "JX617",
    Fault.UNLIMITED: "JX617",
    Fault.LIMITED: "JX617",
    Fault.UNPROTECTED: "JX617",
    Fault.UNLOCKED: "JX617",
    Fault.UNSEEN: "JX617",
    Fault.LINKS: "JX618",
    Fault.CONNECTIONS: "JX618",
    Fault.CALLS_OUT: "JX618",
    Fault.AS_SHOWN: "JX629",
    Fault.DATES_1904: "JX629",
    Fault.ITERATES: "JX629",
    Fault.EMBEDDED: "JX630",
    Fault.RIBBON: "JX630",
    Fault.MACRO_SHEET: "JX630",
    Fault.RUNS_ITSELF: "JX630",
    Fault.MANUAL: "JX618",
    Fault.MACROS: "JX619",
    Fault.OTHER_MACROS: "JX619",
}
_ADVICE: Mapping[str, str] = {
    "JX605": "请恢复公式或重新填写模板",
    "JX608": "请按印发的表恢复，或重新填写模板",
    "JX633": "请对照印发的表核实",
    "JX609": "请把数填在原来的单元格，重新填写模板",
    "JX610": "请恢复单元格的格式",
    "JX614": "请移到表外，或说明是什么",
    "JX615": "请取消隐藏",
    "JX616": "请重新填写模板后报送",
    "JX617": "按原表审核；请核实",
    "JX629": "请在选项里改回来，重新报送",
    "JX630": "不要点开；请用模板重新填写",
    "JX631": "请用模板重新填写",
    "JX628": "请用模板重新填写，不删行",
    "JX632": "请用模板重新填写，不删列",
    "JX620": "请重新计算，或重新导出成品",
    "JX618": "请断开链接、改为自动计算后重新报送",
    "JX619": "请核实宏的来源",
    "JX673": "请按原表的设置恢复",
    "JX674": "请用模板重新填写，要说明的写在备注栏",
    "JX676": "请看写的是什么，不作为填报的内容",
    "JX675": "请看批注写的是什么；要说明的写在备注栏",
}


def findings(plan: Plan, differences: Iterable[Difference], file: str, *, outdated: str = "") -> Iterator[Finding]:
    """Every difference as a finding; many of one kind on one sheet are one. The sheet `outdated` was made from other answers than the file
    has now: that is said once for all of it."""
    order = {fault: at for at, fault in enumerate(Fault)}

    def kind(one: Difference) -> tuple[int, str, bool, str]:
        shown = one.fault is Fault.VALUE and _code(plan, one) == "JX620"
        if one.fault in _OF_SHEETS:
            return order[one.fault], "", False, one.detail
        anywhere = shown or (one.fault is Fault.SHOWN and one.detail.startswith(CONDITIONAL))  # one look serves many sheets
        return order[one.fault], one.ref.sheet if one.ref and not anywhere else "", shown, ""

    others, of_old = _parted(list(differences), outdated)
    everywhere, others = _throughout(others)
    if everywhere:
        yield _of_book(plan, everywhere, file)
    replaced, others = _replaced(others)
    yield from (_of_words_replaced(plan, same, file) for same in replaced)
    lines, others = _by_lines(others)
    yield from (_line(plan, same, file) for same in lines)
    for (at, _, shown, _), group in groupby(sorted(others, key=kind), kind):
        same = list(group)
        if same[0].fault in _OF_SHEETS and len({one.ref.sheet for one in same if one.ref}) > 1:
            yield _of_sheets(same, file)
        elif len(same) > _MOST_CELLS and (shown or at not in (order[Fault.VALUE], order[Fault.ROUNDING])):
            yield _folded(plan, same, file)
        else:
            yield from (_finding(plan, one, file) for one in _own(plan, same))
    stale = [replace(one, fault=Fault.OUTDATED) for one in of_old]
    if len(stale) > 1:
        yield _folded(plan, stale, file)
    else:
        yield from (_finding(plan, one, file) for one in stale)


_CONTENT = frozenset(
    {
        Fault.CONSTANT,
        Fault.OTHER_FORMULA,
        Fault.DELETED,
        Fault.VALUE,
        Fault.ROUNDING,
        Fault.TEXT,
        Fault.ROWS_MOVED,
        Fault.ROWS_MISSING,
        Fault.COLUMNS_MOVED,
        Fault.OUTSIDE,
    }
)
"""What a sheet made from other answers shows."""


_CHANGED = (Fault.CONSTANT, Fault.OTHER_FORMULA, Fault.DELETED, Fault.TEXT, Fault.OUTSIDE)
"""What a row or column that was changed as a whole shows, the first kind first."""


def _by_lines(differences: list[Difference]) -> tuple[list[list[Difference]], list[Difference]]:
    """The changed cells of rows and columns that were changed as a whole, and all other differences. Of a sheet where most was changed it is not
    said row by row."""
    lines: list[list[Difference]] = []
    sheets: dict[str, list[Difference]] = {}
    for one in differences:
        if one.fault in _CHANGED and one.ref is not None:
            sheets.setdefault(one.ref.sheet, []).append(one)
    for changed in sheets.values():
        for line in ("row", "column"):
            groups: dict[int, list[Difference]] = {}
            for one in changed:
                groups.setdefault(getattr(one.ref, line), []).append(one)
            whole = [same for same in groups.values() if len(same) >= _MANY_IN_LINE]
            if 0 < len(whole) < _MANY_IN_LINE and sum(map(len, whole)) * 2 > len(changed):
                lines += whole
                break
    told = {id(one) for same in lines for one in same}
    return lines, [one for one in differences if id(one) not in told]


_OF_SHEETS = frozenset(
    {
        Fault.UNPROTECTED,
        Fault.LOOSENED,
        Fault.OPENED,
        Fault.UNLOCKED,
        Fault.UNSEEN,
        Fault.UNLIMITED,
        Fault.LIMITED,
        Fault.MESSAGE,
        Fault.PAGE,
        Fault.SHEET_HIDDEN,
    }
)
"""What is said at most once of a sheet, and of several sheets as one deed."""

_MOST_SHEETS = 3
_THROUGHOUT = (Fault.CONSTANT, Fault.DELETED, Fault.OTHER_FORMULA, Fault.SHOWN)
"""What is done to many sheets in one deed, the theme's colours for one."""


def _throughout(differences: list[Difference]) -> tuple[list[Difference], list[Difference]]:
    """The cells that were changed alike on more sheets than can be named each, and all other differences."""
    alike: dict[tuple[Fault, str], list[Difference]] = {}
    for one in differences:
        if one.fault in _THROUGHOUT and one.ref is not None:
            alike.setdefault((one.fault, one.detail), []).append(one)
    for same in alike.values():
        if len({one.ref.sheet for one in same if one.ref}) > _MOST_SHEETS and len(same) > _MOST_CELLS * _MOST_SHEETS:
            told = {id(one) for one in same}
            return same, [one for one in differences if id(one) not in told]
    return [], differences


def _replaced(differences: list[Difference]) -> tuple[list[list[Difference]], list[Difference]]:
    """The printed texts of several sheets in which the same words stand in the place of the same others, and all other differences."""
    alike: dict[tuple[str, str], list[Difference]] = {}
    for one in differences:
        if one.fault is Fault.TEXT and one.ref is not None and isinstance(one.found, str) and isinstance(one.expected, str):
            alike.setdefault(_apart(one.expected, one.found), []).append(one)
    groups = [same for words, same in alike.items() if all(words) and len({one.ref.sheet for one in same if one.ref}) > 1]
    told = {id(one) for same in groups for one in same}
    return groups, [one for one in differences if id(one) not in told]


def _apart(expected: str, found: str) -> tuple[str, str]:
    """The words of two texts between what they begin and what they end with alike; figures as a whole."""
    start = len(commonprefix([expected, found]))
    while start and expected[start - 1].isdigit():
        start -= 1
    end = len(commonprefix([expected[start:][::-1], found[start:][::-1]]))
    while end and expected[len(expected) - end].isdigit():
        end -= 1
    return expected[start : len(expected) - end], found[start : len(found) - end]


def _of_words_replaced(plan: Plan, same: list[Difference], file: str) -> Finding:
    """One finding for words replaced on several sheets."""
    old, new = _apart(str(same[0].expected), str(same[0].found))
    code, named = _code(plan, same[0]), "、".join(str(one.ref) for one in same[:_MOST_CELLS])
    more = "等" if len(same) > _MOST_CELLS else ""
    text = f"几张表里印好的“{_short(old)}”都改成了“{_short(new)}”，共{len(same)}处（{named}{more}）；{_ADVICE[code]}"
    return found(code, _place(same[0], file), text, new[:80], old[:80])


def _of_book(plan: Plan, same: list[Difference], file: str) -> Finding:
    """One finding for what was done to the cells of many sheets."""
    often = Counter(one.ref.sheet for one in same if one.ref)
    named = "、".join(f"{sheet}{count}格" for sheet, count in often.items())
    code = _code(plan, same[0])
    how = f"{same[0].fault}：{same[0].detail}" if same[0].detail else str(same[0].fault)
    return found(code, _place(same[0], file), f"{len(often)}张表的{len(same)}个单元格：{how}（{named}），{_ADVICE[code]}")


def _line(plan: Plan, same: list[Difference], file: str) -> Finding:
    """One finding for the changed cells of a row or column."""
    first = min(same, key=lambda one: _CHANGED.index(one.fault))
    placed = sorted(same, key=lambda one: (one.ref.row, one.ref.column) if one.ref else (0, 0))
    refs = dict.fromkeys(one.ref for one in placed if one.ref)
    kinds = "、".join(dict.fromkeys(str(one.fault) for one in placed))
    named = "、".join(ref.local for ref in list(refs)[:_MOST_CELLS])
    more = "等" if len(refs) > _MOST_CELLS else ""
    code = _code(plan, first)
    other = (one for one in placed if one.ref and not _same(one.found, one.expected))
    text = next((f"；{one.ref.local}应为“{_short(one.expected)}”，现为“{_short(one.found)}”" for one in other if one.ref), "")
    return found(code, _place(placed[0], file), f"{len(refs)}个单元格（{named}{more}）：{kinds}{text}；{_ADVICE[code]}")


def _own(plan: Plan, told: list[Difference]) -> Iterator[Difference]:
    """The differences without those of words that hang on words of their row already said: what it is to mend, where its state is named."""
    words = {one.key: one.ref for one in told if one.key and one.ref and _of_words(one)}
    for one in told:
        tree = plan.trees.get(one.key) if one.key in words else None
        read = [words[name] for name in tree.names if name in words] if tree else []
        if not any(one.ref and (ref.sheet, ref.row) == (one.ref.sheet, one.ref.row) for ref in read):
            yield one


def _of_words(one: Difference) -> bool:
    return one.fault is Fault.VALUE and isinstance(one.found, str) and isinstance(one.expected, str)


def _parted(differences: list[Difference], sheet: str) -> tuple[list[Difference], list[Difference]]:
    of_old = [one for one in differences if sheet and one.ref and one.ref.sheet == sheet and one.fault in _CONTENT]
    return [one for one in differences if one not in of_old], of_old


def _place(one: Difference, file: str) -> Place:
    if one.ref is None:
        return Place(file)
    whole = one.fault in (
        Fault.SHEET_MISSING,
        Fault.SHEET_RENAMED,
        Fault.SHEET_ADDED,
        Fault.SHEET_ADDED_HIDDEN,
        Fault.SHEET_HIDDEN,
        Fault.UNPROTECTED,
        Fault.OPENED,
        Fault.LOOSENED,
        Fault.UNLIMITED,
        Fault.MACRO_SHEET,
    )
    return Place(file, one.ref.sheet, "" if whole else one.ref.local)


def _folded(plan: Plan, same: list[Difference], file: str) -> Finding:
    refs = list(dict.fromkeys(one.ref for one in same if one.ref))
    one_sheet = len({ref.sheet for ref in refs}) == 1
    named = "、".join(ref.local if one_sheet else str(ref) for ref in refs[:_MOST_CELLS])
    how = f"：{same[0].detail}" if same[0].fault is Fault.SHOWN and len({one.detail for one in same}) == 1 else ""
    code = _code(plan, same[0])
    return found(
        code, _place(same[0], file), f"{len(refs)}个单元格：{same[0].fault}{how}（{named}等），{_ADVICE.get(code, '')}".rstrip("，")
    )


def is_of_words(plan: Plan, one: Difference) -> bool:
    """Whether a difference is of a state, a check or a sentence, not of a figure or of points."""
    return one.fault is Fault.VALUE and _code(plan, one) == OF_WORDS


def _code(plan: Plan, one: Difference) -> str:
    if one.fault is not Fault.VALUE:
        return _CODES[one.fault]
    if one.key == GRADE:
        return "JX604"
    if one.key in (TOTAL, COMPUTED_TOTAL) or (is_name(one.key) and one.key.endswith("合计")) or _adds_up(plan, one.key):
        return "JX603"
    scored = is_name(one.key) or one.key.startswith(_POINTS)
    return "JX601" if scored and not isinstance(one.found, str) else OF_WORDS


def _adds_up(plan: Plan, key: str) -> bool:
    """Whether a cell is the sum of a column."""
    content = plan.placed[key][1].content if key else None
    parts = walk(content.expr) if isinstance(content, Computed) else ()
    return any(isinstance(one, Call) and one.name == "SUM" and isinstance(one.of[0], Area) for one in parts)


def _finding(plan: Plan, one: Difference, file: str) -> Finding:
    code = _code(plan, one)
    reported, expected = said(one.found, one.place), said(one.expected, one.place)
    if one.fault in (Fault.VALUE, Fault.ROUNDING):
        return found(code, _place(one, file), _compared(one, code, reported, expected), reported, expected)
    text = str(one.fault)
    if one.fault in (Fault.CONSTANT, Fault.OTHER_FORMULA) and not _same(one.found, one.expected):
        text += f"：表内{reported[:40]}，按填报数复算{expected[:40]}"
    elif one.fault in (Fault.TEXT, Fault.REPRINTED):
        text += f"：应为“{_short(one.expected)}”，现为“{_short(one.found)}”"
    elif one.fault is Fault.NAME:
        text = f"名称“{one.key}”指向了别处（{reported}），应指向{expected}"
    elif one.fault is Fault.CARRIED:
        text = f"{_what(one.key)}的{one.fault}（{one.detail}），原来的单元格空了"
    elif one.fault is Fault.SHEET_RENAMED:
        text = f"工作表“{expected}”被改名为“{reported}”"
    elif one.detail:
        text += f"：{one.detail}"
    advice = _ADVICE.get(code, "")
    shown = one.fault not in (Fault.NAME, Fault.SHEET_RENAMED) and reported != expected
    return found(
        code, _place(one, file), f"{text}；{advice}" if advice else text, reported[:80] if shown else "", expected[:80] if shown else ""
    )


def _of_sheets(same: list[Difference], file: str) -> Finding:
    """One fault of several sheets."""
    sheets = list(dict.fromkeys(one.ref.sheet for one in same if one.ref))
    fault, detail = same[0].fault, same[0].detail
    what = f"张{fault}" if fault.startswith("工作表") else f"张表：{fault}"
    how = f"：{detail}" if detail else ""
    return found(_CODES[fault], _place(same[0], file), f"{len(sheets)}{what}{how}（{'、'.join(sheets)}）；{_ADVICE[_CODES[fault]]}")


def _same(one: Value, other: Value) -> bool:
    return one == other


def _short(value: Value) -> str:
    text = as_text(value)
    return text if len(text) <= 24 else f"{text[:24]}…"


def _compared(one: Difference, code: str, reported: str, expected: str) -> str:
    what = _what(one.key)
    if code == "JX602":
        return f"{what}：表内{reported}，复算{expected}，相差{said(one.place, one.place)}，属舍入"
    if code == "JX603":
        return f"{what}与各项之和不符：填报{reported}，复算{expected}{_gap(one)}"
    if code == "JX604":
        return f"等次“{reported}”与总分不符，应为“{expected or UNFINISHED}”"
    return f"{what}：表内{reported[:60]}，按填报数复算{expected[:60]}"


def _gap(one: Difference) -> str:
    if isinstance(one.found, (int, Fraction)) and isinstance(one.expected, (int, Fraction)):
        return f"，相差{plain(Fraction(one.found) - Fraction(one.expected))}"
    return ""


_POINTS = ("得分:", "复算得分:", "计算得分:", "执行率:")
"""Points and rates whose cells have no name."""

_ROW = re.compile(r"(?:复算)?得分:(\d+)")

_PREFIXES: Mapping[str, str] = {
    "得分_": "得分",
    "状态:": "的状态",
    "计算得分:": "计算得分",
    "结果:": "的结果",
    "计分说明:": "的计分说明",
    "合计:": "合计",
    "执行率:": "执行率",
}


def _what(key: str) -> str:
    """A computed cell in the user's words."""
    row = _ROW.fullmatch(key)
    if row:
        return f"第{row[1]}行的得分"
    for prefix, word in _PREFIXES.items():
        if key.startswith(prefix):
            name = key.removeprefix(prefix)
            return f"第{name}行{word}" if name.isdecimal() else f"{titled(name)}{word}"
    return titled(key) if key and is_name(key) else "这一格"
