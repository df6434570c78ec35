"""What a filled document can show: blanks, wrong values, figures that don't agree, published figures that aren't the computed ones."""

from collections.abc import Iterator
from contextlib import suppress

from xl_jixiao.documents.compute import Filled
from xl_jixiao.documents.layout import DocumentLayout, FigureColumns
from xl_jixiao.documents.plausibility import outcome, sentence
from xl_jixiao.expr import Value, exact
from xl_jixiao.finding import Finding, Level, Place, titled
from xl_jixiao.formula import defined_name
from xl_jixiao.number import NotANumber, from_cell
from xl_jixiao.scoretable import input_checks as filing
from xl_jixiao.words import INVALID, UNREADABLE

_SHARED = (filing.blank_input, filing.invalid_input, filing.text_number, filing.identity_broken, filing.identity_rounded)


def findings_of(filled: Filled, file: str = "") -> Iterator[Finding]:
    """Every finding about a filled document, in the order of the checks."""
    layout = DocumentLayout(filled.form)
    answers = filled.merged
    values: dict[str, Value] = {}
    for name in (name for identity in filled.form.identities for name in identity.names):
        with suppress(NotANumber):
            values[name] = None
            values[name] = exact(from_cell(answers.get(name)))

    def at(key: str) -> Place:
        ref = layout.names[key]
        return Place(file, ref.sheet, ref.local)

    subject = filing.Handed(filled.form.inputs, filled.form.identities, answers, values, at)
    for check in _SHARED:
        yield from check(subject)
    yield from implausible(filled, layout, file)
    yield from unfilled_text(filled, layout, file)
    yield from identical_texts(filled, layout, file)
    for one in filled.figures:
        if one.comparison == UNREADABLE:
            message = f"{titled(one.figure.name)}公布“{one.claim}”，读不出数，无法核对；复算{one.text}：{one.worked}"
            yield Finding("JX303", "claimed-rate-wrong", Level.MUST_FIX, _place(layout, one.figure.key, file), message, one.claim, one.text)
        elif one.difference:
            place = _place(layout, one.figure.key, file)
            yield filing.claim_finding(one.figure.name, one.claim, one.difference, one.worked, place)
        elif one.claim and one.exact is None and one.value not in (None, INVALID, one.claim):
            place = _place(layout, one.figure.key, file)
            message = f"{titled(one.figure.name)}{one.value}，却公布了{one.claim}"
            yield Finding("JX305", "claimed-without-value", Level.EXPLAIN, place, message, one.claim, one.value)


def _place(layout: DocumentLayout, key: str, file: str) -> Place:
    ref = layout.figure(key, FigureColumns.CLAIM)
    return Place(file, ref.sheet, ref.local)


def implausible(filled: Filled, layout: DocumentLayout, file: str) -> Iterator[Finding]:
    """JX306, JX307: a plausibility check of the form fails."""
    for check in filled.form.checks:
        found = outcome(check, filled)
        if not found.failed:
            continue
        ref, message = layout.checked(check), sentence(found, filled)
        place = Place(file, ref.sheet, ref.local)
        if check.level == Level.MUST_FIX:
            yield Finding("JX306", "implausible", Level.MUST_FIX, place, message)
        else:
            yield Finding("JX307", "implausible-unexplained", Level.EXPLAIN, place, message)


def unfilled_text(filled: Filled, layout: DocumentLayout, file: str) -> Iterator[Finding]:
    """JX105: a text section of the document is still 〔待填〕."""
    for item in filled.form.inputs:
        if item.long and not item.required and item.key in filled.form.sections and filled.answers.get(item.key) in (None, ""):
            ref = layout.inputs[item.key]
            place = Place(file, ref.sheet, ref.local)
            yield Finding("JX105", "unfilled-text", Level.NOTE, place, f"{titled(item.name)}未填，文书中显示“〔待填〕”")


def identical_texts(filled: Filled, layout: DocumentLayout, file: str) -> Iterator[Finding]:
    """JX403: what was reached is what was expected, word for word."""
    for first, second in filled.form.distinct:
        texts = ["".join(str(filled.answers.get(defined_name(name)) or "").split()) for name in (first, second)]
        if texts[0] and texts[0] == texts[1]:
            ref = layout.inputs[defined_name(second)]
            message = f"{titled(second)}与{titled(first)}逐字相同，应写明实际完成的数量、质量、时间"
            yield Finding("JX403", "identical-texts", Level.EXPLAIN, Place(file, ref.sheet, ref.local), message)
