"""What a filled document can show: blanks, wrong values, figures that don't agree, published figures that aren't the computed ones."""

from collections.abc import Iterator
from functools import partial

from xl_jixiao.documents.check_trees import PLACES, CheckTrees
from xl_jixiao.documents.figure_trees import claim_key
from xl_jixiao.documents.filled import Filled, FilledFigure
from xl_jixiao.documents.page_rows import open_sentences
from xl_jixiao.expr import Rounded, as_number, as_text
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.formula import Formula, defined_name
from xl_jixiao.number import plain
from xl_jixiao.scoretable.input_checks import (
    Handed,
    blank_input,
    claim_finding,
    identity_broken,
    identity_rounded,
    implausible_input,
    invalid_input,
    placeholder_left,
    read_as_meant,
    text_number,
)
from xl_jixiao.tables.published import Disagreement, difference
from xl_jixiao.tables.reasons import says_nothing
from xl_jixiao.words import DIFFERS, INVALID, LAST_DIGIT, MUST_FIX, READY, TO_FILL, UNREADABLE, bare, is_blank

_SHARED = (blank_input, invalid_input, text_number, read_as_meant, implausible_input, placeholder_left, identity_broken, identity_rounded)
"""The checks a document shares with scoring tables."""

_BEFORE, _SENTENCE = 30, 60


def findings_of(filled: Filled, file: str = "") -> Iterator[Finding]:
    """Every finding about a filled document, in the order of the checks."""
    form = filled.form
    asked, at = form.asked.questions, partial(_place, filled, file=file)
    handed = Handed(form.inputs, form.identities, filled.answers, filled.values, at, asked, form.behind)
    thin = {one.place for one in thin_reasons(filled, file)}
    for shared in _SHARED:
        yield from (one for one in shared(handed) if not (one.code == "JX109" and one.place in thin))  # that says what to do
    for check in _OWN:
        yield from check(filled, file)


def _place(filled: Filled, key: str, file: str) -> Place:
    ref = filled.plan.ref(key)
    return Place(file, ref.sheet, ref.local)


def unfilled_texts(filled: Filled, file: str) -> Iterator[Finding]:
    """JX105, JX111: what the pages show 〔待填〕 for: a sentence that says something else too can't go out; an optional passage is left out."""
    said = {one.place for one in filled.trees.checks if filled.of(one.result) == one.check.level}
    for one in open_sentences(filled.trees, filled.values):
        for key, name in ({} if one.optional else one.lacking).items():
            item = filled.form.input_by_key[key]
            if key in said or item.required:
                continue  # a required one is said as blank, one that a check asks for by that check
            said.add(key)
            around = "".join(one.shown.split())
            at = max(0, around.find(TO_FILL) - _BEFORE)
            message = f"{name}未填，“{one.page.sheet}”的这句话没有写完（请填上，没有的填“无”）：{around[at : at + _SENTENCE]}"
            yield found("JX111", _place(filled, key, file), message)
    for item in filled.form.inputs:
        blank = is_blank(filled.answers.get(item.key))
        if item.long and not item.required and item.key in filled.form.sections and blank and item.key not in said:
            yield found("JX105", _place(filled, item.key, file), f"{titled(item.name)}未填，导出的文书里略去这一段")


def identical_texts(filled: Filled, file: str) -> Iterator[Finding]:
    """JX403: what was reached is what was expected, word for word."""
    for first, second in filled.form.distinct:
        texts = ["".join(str(filled.answers.get(defined_name(name)) or "").split()) for name in (first, second)]
        if texts[0] and texts[0] == texts[1]:
            message = f"{titled(second)}与{titled(first)}逐字相同，应写明实际完成的数量、质量、时间"
            yield found("JX403", _place(filled, defined_name(second), file), message)


_NOTHING = ("无", "没有", "暂无", "不适用", "不涉及")
"""What stands for a reason where nothing changed."""


def thin_reasons(filled: Filled, file: str) -> Iterator[Finding]:
    """JX204: a reason for a change that says nothing: 同上, 见附件; 无 is what the form asks for where there is none."""
    for item in filled.form.inputs:
        text = filled.answers.get(item.key)
        asked = not item.numeric and ("原因" in item.name or "理由" in item.name)
        if asked and isinstance(text, str) and bare(text) and not bare(text).startswith(_NOTHING) and says_nothing(text, item.name):
            message = f"“{item.name}”只写“{text[:20]}”，等于没有说明；写清什么事、多少、依据什么"
            yield found("JX204", _place(filled, item.key, file), message, text[:40])


def implausible(filled: Filled, file: str) -> Iterator[Finding]:
    """JX306, JX307: a plausibility check of the form fails."""
    for one in filled.trees.checks:
        if filled.of(one.result) != one.check.level:
            continue
        code = "JX306" if one.check.level == MUST_FIX else "JX307"
        yield found(code, _place(filled, one.place, file), _failed(one, filled))


def _failed(one: CheckTrees, filled: Filled) -> str:
    """A failed check with its values: ``项目1…：项目1使用资金合计=12，项目1到位资金合计=10，超出2``."""
    check = one.check
    note = f"；{check.note}" if check.note else ""
    if check.sides is None:
        name, word = check.needed
        now = filled.text(f"{{选填:{name}}}") if word else ""
        return f"{check.name}：{check.needed_text}{f'，现为“{now}”' if now else ''}{note}"
    shown = "，".join(_side(side, counted, filled) for side, counted in zip(check.sides, one.sides, strict=True))
    return f"{check.name}：{shown}，超出{as_text(filled.of(one.gap))}{one.unit}{note}"


def _side(side: Formula, counted: Formula, filled: Filled) -> str:
    if not side.names:
        return side.sentence()
    item = filled.form.input_by_key.get(side.names[0])
    if item is not None and item.kind == "date":
        return f"{side.sentence()}={filled.text(f'{{{side.names[0]}}}')}"
    return f"{side.sentence()}={plain(as_number(filled.of(Rounded(counted.core, PLACES))))}"


def published(filled: Filled, file: str) -> Iterator[Finding]:
    """JX303, JX304, JX305: a published figure that isn't the computed one, or of a figure there is none of."""
    for one in filled.figures:
        if one.claim:
            yield from _published(one, file)


def _published(one: FilledFigure, file: str) -> Iterator[Finding]:
    name, place = titled(one.figure.name), _place(one.filled, claim_key(one.figure.key), file)
    if one.comparison == UNREADABLE:
        message = f"{name}公布“{one.claim}”，读不出数，无法核对；复算{one.text}：{one.worked}"
        yield found("JX303", place, message, one.claim, one.text)
    elif one.comparison in (DIFFERS, LAST_DIGIT):
        yield _differing(one, place)
    elif one.state != READY and one.value not in (None, INVALID, one.claim):
        yield found("JX305", place, f"{name}{one.value}，却公布了{one.claim}", one.claim, str(one.value))


def _differing(one: FilledFigure, place: Place) -> Finding:
    exact = one.exact
    differs = None if exact is None or one.figure.grades else difference(one.claim, exact, one.figure.unit)
    shown = Disagreement(differs.computed if differs else one.text, None, one.comparison == LAST_DIGIT)
    return claim_finding(one.figure.name, one.claim, shown, one.worked, place)


_OWN = (implausible, unfilled_texts, identical_texts, thin_reasons, published)
"""The checks of a document alone."""

CHECKS = (*_SHARED, *_OWN)
