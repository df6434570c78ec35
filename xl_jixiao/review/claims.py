"""The evidence of a returned workbook, by kind of table: what its computed cells show and which formulas they still hold."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from xl_jixiao import __version__
from xl_jixiao.finding import titled
from xl_jixiao.layout import Layout, Ref, score_name
from xl_jixiao.number import NotANumber, from_cell, plain, shows_error
from xl_jixiao.reading import Submission
from xl_jixiao.review.evidence import Change, Claim, Evidence, Replaced
from xl_jixiao.review.package import Package, compared
from xl_jixiao.scoretable.scoring import ScoreCard
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.words import CONCLUSION, GRADE, RULES_SHEET, TOTAL

if TYPE_CHECKING:
    from xl_jixiao.documents.model import Document
    from xl_jixiao.selfeval.claimed import Result
    from xl_jixiao.selfeval.scoring import SelfCard

_ANY = frozenset({"*"})
"""Any formula will do."""


def of_table(package: Package, submission: Submission, layout: Layout, card: ScoreCard) -> Evidence:
    """The evidence of a scoring table."""

    def claim(what: str, name: str, value: object, expected: object) -> Claim | None:
        number = _number(value)
        return None if number is None else Claim(what, refs[name], number, expected if isinstance(expected, Decimal) else None)

    refs = layout.names
    scores = (claim(f"{titled(one.indicator.label)}得分", score_name(one.code), submission.claimed.get(one.code), one.points) for one in card.scores)
    now = {name: package.names.get(name, ref) for name, ref in refs.items() if name not in layout.entered}
    changed = _replaced(package, dict.fromkeys(now.values(), _ANY))
    printed = {now[name]: refs[name] for name in now}
    grade = "" if shows_error(submission.claimed_grade) else str(submission.claimed_grade or "").strip()
    return Evidence(
        submission.file.name, tuple(filter(None, scores)), total=claim("合计", TOTAL, submission.claimed_total, card.total),
        grade=(refs[GRADE], grade, card.grade or "") if card.grade else None, final=card.total,
        replaced=tuple(Replaced(printed.get(one.ref, one.ref), one.change, one.value) for one in changed),
        **_stamped(package, submission.rubric.revision, submission.digest),
    )  # fmt: skip


def of_selfeval(package: Package, card: "SelfCard", file: str) -> Evidence:
    """The evidence of a 自评表."""
    from xl_jixiao.selfeval import claimed
    from xl_jixiao.selfeval.answers import digest as fingerprint

    layout = card.answers.origin.layout
    formulas = claimed.formulas(card, finished=CONCLUSION in package.sheets)
    scores = [_claim(package, one, adds=False) for one in claimed.execution(card)]
    scores.append(_claim(package, claimed.execution_points(card)))
    for row in claimed.rows(card):
        form, work = _claim(package, row.form), _claim(package, row.work)
        if form and work and form.claimed == work.claimed:
            scores.append(work)  # the form repeats 评分底稿
        else:
            scores += [form, _claim(package, row.work, adds=False)]
    return Evidence(
        file, tuple(filter(None, scores)), sums=tuple(filter(None, (_claim(package, one) for one in claimed.sums(card)))),
        total=_claim(package, claimed.total(card)), final=card.total,
        grade=(layout.names[GRADE], _text(package, layout.names[GRADE]), card.grade) if card.grade else None,
        replaced=tuple(_replaced(package, _loosened(formulas) if _foreign(package, card.table.revision) else formulas)),
        **_stamped(package, card.table.revision, fingerprint(card.answers)),
    )  # fmt: skip


def of_document(package: Package, form: "Document", answers: Answers, file: str) -> Evidence:
    """The evidence of a document form, which claims no points."""
    from xl_jixiao.documents.layout import DocumentLayout

    layout = DocumentLayout(form)
    figures = {package.names.get(figure.key, layout.figure(figure.key)): _ANY for figure in form.figures}
    return Evidence(file, replaced=tuple(_replaced(package, figures)), **_stamped(package, form.revision, digest(answers)))


def _claim(package: Package, result: "Result", *, adds: bool = True) -> Claim | None:
    """What a computed cell shows; None where it shows no number: it was never computed, or Excel had no add-in."""
    number = _number(package.cell(result.ref).value)
    return None if number is None else Claim(result.what, result.ref, number, result.value, result.place, adds)


def _number(value: object) -> Decimal | None:
    try:
        return from_cell(value)
    except NotANumber:
        return None


def _text(package: Package, ref: Ref) -> str:
    cell = package.cell(ref)
    return "" if cell.value is None or shows_error(cell.value) else str(cell.value).strip()


def _replaced(package: Package, formulas: Mapping[Ref, frozenset[str]]) -> Iterator[Replaced]:
    """The cells without their formula. Where no formula is named at all, a part of a long text is printed, or nothing."""
    for sheet in sorted({ref.sheet for ref in formulas} - set(package.sheets)):
        yield Replaced(next(ref for ref in formulas if ref.sheet == sheet), Change.NO_SHEET)
    for ref, texts in formulas.items():
        if ref.sheet not in package.sheets:
            continue
        cell = package.cell(ref)
        if cell.formula:
            if texts and texts != _ANY and cell.formula not in texts and compared(cell.formula) not in map(compared, texts):
                yield Replaced(ref, Change.OTHER)
        elif not cell.blank:
            yield Replaced(ref, Change.CONSTANT, _said(cell.value))
        elif texts:
            yield Replaced(ref, Change.DELETED)


def _said(value: object) -> str:
    return plain(number) if isinstance(value, float) and (number := _number(value)) is not None else str(value)[:40]


def _loosened(formulas: Mapping[Ref, frozenset[str]]) -> Mapping[Ref, frozenset[str]]:
    return {ref: texts and _ANY for ref, texts in formulas.items()}


def _foreign(package: Package, revision: str) -> bool:
    """Whether another version of this program, or of the table, made the workbook: its formulas may be others. Without a stamp it is ours."""
    made = package.properties
    return made.get(StampName.VERSION, __version__) != __version__ or made.get(StampName.REVISION, revision) != revision


def _stamped(package: Package, revision: str, now: str) -> dict[str, tuple[str, str]]:
    """Revision and digest, from the document properties or from the hidden sheet where a program dropped them."""
    made = package.properties
    hidden = str(package.cell(Ref(RULES_SHEET, 0, 0)).value or "").partition("@")[2]
    stamped = made.get(StampName.DIGEST, "") if made.get(StampName.EDITION) == Edition.FINISHED else ""
    return {"revision": (made.get(StampName.REVISION) or hidden, revision), "digests": (stamped, now)}
