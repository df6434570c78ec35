"""A file of another program under review: its forms recognised, read, recomputed, each found fault at the file's own place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from xl_jixiao.agree.facts import Fact, Figures
from xl_jixiao.agree.mentions import Measure
from xl_jixiao.arrive.accounts import Accounts, Imported
from xl_jixiao.arrive.arrived import Arrived, accounts_beside, finding_of, known_tables, of_grids
from xl_jixiao.arrive.blocks import Unread
from xl_jixiao.arrive.grid import grids, of_package
from xl_jixiao.finding import Finding, found
from xl_jixiao.review import agree
from xl_jixiao.review.examine import Examined
from xl_jixiao.review.texts import own_words
from xl_jixiao.sheet.content import Package
from xl_jixiao.sheet.job import PointsLine

ACCOUNTS_TITLE = "决算公开表"


def examined(file: Path, tables: Path | None = None, package: Package | None = None) -> Examined | None:
    """What the forms in a file come to: the first, with the others as its `more`. None where no form is recognised. Raises UnreadableWorkbook."""
    found_grids = grids(file) if package is None else of_package(package)
    forms, outside = of_grids(file.name, found_grids, known_tables(tables))
    accounts = accounts_beside(found_grids, forms)
    if not forms and accounts is None:
        return None
    results = [*(_examined(file, form) for form in forms), *([_of_accounts(file, accounts)] if accounts else [])]
    read = {grid.whole for grid in accounts.grids} if accounts else set()
    first = replace(results[0], findings=(*results[0].findings, *_outside([one for one in outside if one.place not in read])))
    return replace(first, more=tuple(results[1:]))


def _of_accounts(file: Path, accounts: Accounts) -> Examined:
    """What 决算公开表 come to: their figures, and the sums in them that are wrong."""
    where = accounts.grids[0].whole
    told = f"认作决算公开表（{'、'.join(accounts.titles)}表），读出{len(accounts.figures)}个数，与本单位的填报表核对"
    unsaid = "" if accounts.unit else "；表上没有单位名称，按文件名找单位"
    findings = [found("JX640", where, f"{told}{unsaid}")]
    findings += map(finding_of, accounts.unread)
    findings += [found("JX680", one.place, one.said, one.printed, one.due) for one in accounts.wrong]
    return Examined(
        file,
        unit=accounts.unit,
        title=ACCOUNTS_TITLE,
        findings=tuple(dict.fromkeys(findings)),
        facts=tuple(map(_fact_of, accounts.figures.values())),
        year=accounts.year,
        sheet=where.sheet,
        accounts=tuple(accounts.figures.values()),
    )


def _fact_of(one: Imported) -> Fact:
    place = one.place
    return Fact(one.name, Measure.AMOUNT, Fraction(one.value) * 10_000, f"{place.sheet}!{place.cell}" if place.cell else place.sheet)


def _outside(unread: Sequence[Unread]) -> Iterator[Finding]:
    return map(finding_of, unread)


def _examined(file: Path, form: Arrived) -> Examined:
    about, result, job = form.about, form.result, form.job
    texts = tuple(dict.fromkeys(form.texts))
    facts = tuple(_facts(form))
    in_words = (*own_words(texts, about.year), *agree.agreement(texts, Figures(facts, about.rows), about.unit, about.year))
    return Examined(
        file,
        unit=about.unit,
        table=job.id if job else "",
        title=form.title,
        project=about.project,
        superior=about.superior,
        claimed_total=form.claimed_total,
        total=result.total if result else form.claimed_total,
        computed_total=result.computed_total if result else None,
        grade=(result.grade if result else "") or "",
        findings=(*form.findings, *in_words),
        texts=texts,
        digest=job.digest(form.answers) if job else "",
        content=about.content,
        sheet=about.sheet,
        facts=facts,
        rows=about.rows,
        lines=tuple(_lines(form)),
        grades=tuple((one.name, one.least) for one in getattr(job.table, "grades", ())) if job else (),
        year=about.year,
    )


def _lines(form: Arrived) -> Iterator[PointsLine]:
    """The points of each indicator: recomputed where they can be, else as printed alone."""
    if form.result is not None:
        yield from form.result.lines()
        return
    for number, row in enumerate(form.form.rows, 1):
        yield PointsLine(f"row{number}", row.name, row.level1, row.weight, None, row.points, row.reason)


def _facts(form: Arrived) -> Iterator[Fact]:
    """The figures of the form by their names, at its own places."""
    if form.result is None:
        return
    for fact in agree.facts_of(form.plan, form.result.card.values, form.result.total):
        place = form.place_of(fact.place)
        yield replace(fact, place=str(place.sheet if not place.cell else f"{place.sheet}!{place.cell}"))
