"""Starting, filling and scoring against the least anyone could do, in CPU seconds; and how many of many results are wrong.

python bench/bench_core.py
"""

import gc
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median

import xlsxwriter
from measures import Measured, command, in_turns, show
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_jixiao.expr import Cell, Expr, Literal, Operation
from xl_jixiao.formula import parse
from xl_jixiao.jobs import open_job
from xl_jixiao.rules import Scorer
from xl_jixiao.rules.bands import Bands
from xl_jixiao.scoretable.compile import score
from xl_jixiao.scoretable.job import TableJob
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.tables.rates import Ratio, Zero

CASE = "hongjiang-2020-dept"
BOOK = "hongjiang-2020-set"


_HEAVY = ("pandas", "pydantic", "openpyxl", "xlsxwriter", "docx", "xlwings")


def light_command() -> float:
    """`xl-jixiao rubrics` over `python -c "import click"`, whole processes in turn."""
    pairs = [(command("-m", "xl_jixiao", "rubrics").seconds, command("-c", "import click").seconds) for _ in range(15)]
    return median(ours / least for ours, least in pairs)


def heavy_imports() -> list[str]:
    """What a light command loads that it has no use for."""
    code = (
        "import runpy, sys; sys.argv[1:] = ['rubrics']\ntry: runpy.run_module('xl_jixiao', run_name='__main__')\nexcept SystemExit: pass\n"
    )
    code += f"print(*[one for one in {_HEAVY!r} if one in sys.modules], file=sys.stderr)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr.split()


_RECORDED_SHEET = (
    "write_blank",
    "write_number",
    "write_string",
    "write_datetime",
    "write_formula",
    "write_url",
    "merge_range",
    "set_column",
    "set_row",
    "data_validation",
    "conditional_format",
    "protect",
    "freeze_panes",
    "repeat_rows",
    "print_area",
    "set_landscape",
    "fit_to_pages",
    "set_paper",
    "set_margins",
    "set_footer",
    "hide_gridlines",
    "set_h_pagebreaks",
    "set_v_pagebreaks",
    "center_horizontally",
    "very_hidden",
    "activate",
)


def recorded(job: TableJob, answers, path: Path) -> list[tuple]:
    """Every call the template makes on XlsxWriter, to be made again without us."""
    calls: list[tuple] = []
    depth = 0

    def wrap(owner, name):
        original = getattr(owner, name)

        def call(self, *args, **kwargs):
            nonlocal depth
            if depth == 0:
                calls.append((self if owner is Worksheet else None, name, args, kwargs))
            depth += 1
            try:
                result = original(self, *args, **kwargs)
            finally:
                depth -= 1
            if depth == 0:
                calls[-1] = (*calls[-1], result)
            return result

        setattr(owner, name, call)
        return original

    kept = [(Worksheet, name, wrap(Worksheet, name)) for name in _RECORDED_SHEET]
    kept += [(Workbook, name, wrap(Workbook, name)) for name in ("add_format", "add_worksheet", "define_name")]
    try:
        job.write(answers, Edition.NATIVE, path, overwrite=True)
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)
    return calls


def replay(calls: list[tuple], path: Path, *, own: bool = False) -> None:
    """The same cells and formats by bare XlsxWriter; with our `own` worksheet, it doesn't look for younger functions in the formulas either."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False, "in_memory": True})
    made: dict[int, object] = {}
    for target, name, args, kwargs, result in calls:
        if name == "add_format" and args and set(args[0]) & {"xf_index", "hyperlink"}:
            continue  # the defaults a workbook makes for itself
        owner = book if target is None else made[id(target)]
        if name == "add_worksheet" and not own:
            args = args[:1]
        args = [made.get(id(one), one) for one in args]
        kwargs = {key: ({k: made.get(id(v), v) for k, v in one.items()} if isinstance(one, dict) else one) for key, one in kwargs.items()}
        args = [
            {k: made.get(id(v), v) for k, v in one.items()} if isinstance(one, dict) and name == "conditional_format" else one
            for one in args
        ]
        answer = getattr(owner, name)(*args, **kwargs)
        if name in ("add_format", "add_worksheet"):
            made[id(result)] = answer
    book.close()


def filling(*, own: bool = False) -> float:
    """Filling the template over writing the same cells and formats with bare XlsxWriter, or with it and our `own` worksheet."""
    job = TableJob.load(CASE)
    answers = job.answers(examples()[CASE])
    with tempfile.TemporaryDirectory() as folder:
        path, bare = Path(folder, "ours.xlsx"), Path(folder, "bare.xlsx")
        calls = recorded(job, answers, path)
        replay(calls, bare, own=own)
        return in_turns(lambda: job.write(answers, Edition.NATIVE, path, overwrite=True), lambda: replay(calls, bare, own=own))


def book_over_forms() -> float:
    """Filling the unit's book of 洪江 2020, one project and five forms, over filling its forms one by one with the same answers."""
    job = open_job(BOOK)
    one = job.enlarged(job.answers(examples()[BOOK]), 1)
    answers = job.given(one, {**one.facts.values, "项目1名称": "河道整治工程"})
    parts = [part for part in job.book(1).parts if part.name in answers.parts]
    with tempfile.TemporaryDirectory() as folder:
        book, alone = Path(folder, "book.xlsx"), Path(folder, "alone.xlsx")

        def each() -> None:
            for part in parts:
                part.job.write(answers.parts[part.name], Edition.NATIVE, alone, overwrite=True)

        return in_turns(lambda: job.write(answers, Edition.NATIVE, book, overwrite=True), each, 5)


_FLOAT = {"+": float.__add__, "-": float.__sub__, "*": float.__mul__, "/": float.__truediv__}


def float_value(node: Expr, values) -> float:
    """A formula's value in binary floats."""
    if isinstance(node, Operation):
        return _FLOAT[node.sign](float_value(node.left, values), float_value(node.right, values))
    if isinstance(node, Cell):
        return values[node.key]
    assert isinstance(node, Literal), node
    return float(node.of)


@cache
def float_bands(rule: Bands) -> list[tuple[float, float, float]]:
    """Lower end, upper end and points of each band; whether an end is in is left out: floats couldn't tell."""
    ends = [(band.range.strip("[]()（）").replace("，", ",").partition(","), float(band.points)) for band in rule.bands]
    return [(_end(low, -1e9), _end(high, 1e9), points) for (low, _, high), points in ends]


def _end(text: str, without: float) -> float:
    number = text.strip()
    if not number:
        return without
    return float(number.rstrip("%")) / 100 if number.endswith("%") else float(number)


def float_points(scorer: Scorer, rate: float | None, given: list) -> float:
    """A rule's points in binary floats."""
    rule, full = scorer.rule, float(scorer.full)
    if rule.kind == "threshold":
        target = float(rule.target)
        met = {"at_most": rate <= target, "at_least": rate >= target, "below": rate < target, "above": rate > target}.get(
            rule.test, rate == target
        )
        points = full if met else float(rule.otherwise)
    elif rule.kind == "steps":
        excess = max(0.0, rate - float(rule.target) if rule.direction == "above" else float(rule.target) - rate)
        count = excess / float(rule.step)
        count = count if rule.partial == "prorata" else float(int(count)) if rule.partial == "whole" else float(-(-count // 1))
        points = max(float(rule.floor), full - float(rule.deduct) * count)
    elif rule.kind == "bands":
        points = next((points for low, high, points in float_bands(rule) if low <= rate < high), 0.0)
    elif rule.kind == "checklist":
        points = sum(float(one.points) * (word == "符合") for one, word in zip(rule.requirements, given, strict=True))
    elif rule.kind == "occurrences":
        points = max(float(rule.floor), full - float(rule.deduct) * float(given[0]))
    else:
        points = min(full, sum(float(value) for value in given[1::2] if value is not None))
    return int(points * 100 + 0.5) / 100


def float_score(rubric, answers) -> float:
    """The filing's total in binary floats: rates, points, sum; no explanations."""
    total = 0.0
    for indicator in rubric.indicators:
        formula, rate = indicator.measured, None
        if formula is not None:
            values = {name: answers.get(name) for name in formula.names}
            if any(isinstance(value, str) or value is None for value in values.values()):
                continue
            floats = {name: float(value) for name, value in values.items()}
            try:
                rate = int(float_value(formula.core, floats) * 10000 + 0.5) / 10000
            except ZeroDivisionError:
                continue
        total += float_points(indicator.scorer, rate, [answers.get(key) for key in indicator.item_keys])
    return total


def scoring() -> float:
    """Exact scoring of one filing, with every explanation, over the same arithmetic in floats without any."""
    job = TableJob.load(CASE)
    rubric, answers = job.rubric, job.answers(examples()[CASE])
    return in_turns(lambda: [score(rubric, answers) for _ in range(60)], lambda: [float_score(rubric, answers) for _ in range(60)])


def exact_points(kind: str, rate: Fraction, full: Fraction, step: Fraction, deduct: Fraction) -> Fraction:
    """A rule's points in plain rationals, written apart from the rules themselves."""
    printed = Fraction(int(abs(rate) * 10000 + Fraction(1, 2)), 10000) * (1 if rate >= 0 else -1)
    if kind == "prorata":
        points = full - max(Fraction(0), 1 - printed) / step * deduct
    elif kind == "whole":
        points = full - (max(Fraction(0), 1 - printed) / step).__floor__() * deduct
    else:
        points = full if printed >= Fraction(9, 10) else full / 2 if printed >= Fraction(8, 10) else Fraction(0)
    return Fraction(int(max(Fraction(0), points) * 100 + Fraction(1, 2)), 100)


def accuracy(count: int = 80_000) -> tuple[int, int]:
    """How many of `count` rule results rich in ties differ from exact rationals: ours, floats."""
    chance, wrong, float_wrong = random.Random(2020), 0, 0
    ratio = Ratio(parse("完成数/预算数"), Zero.NOT_APPLICABLE)
    scorers = {}
    for kind in ("prorata", "whole"):
        rule = {"kind": "steps", "direction": "below", "target": "100%", "step": "1%", "deduct": "0.1", "partial": kind}
        scorers[kind] = Scorer(full=5, rule=rule)
    bands = [{"range": "[90%,)", "points": 5}, {"range": "[80%,90%)", "points": "2.5"}, {"range": "(,80%)", "points": 0}]
    scorers["bands"] = Scorer(full=5, rule={"kind": "bands", "bands": bands})
    kinds = list(scorers)
    for at in range(count):
        budget = Decimal(chance.choice((100, 200, 250, 400, 500, 1000, 2000)))
        ties = Decimal(chance.randint(14000, 20000)) / 20000
        done = (budget * ties).quantize(Decimal("0.01")) if at % 2 else Decimal(chance.randint(1, 300000)) / 100
        kind = kinds[at % 3]
        expected = exact_points(kind, Fraction(done) / Fraction(budget), Fraction(5), Fraction(1, 100), Fraction(1, 10))
        rate = ratio.of({"完成数": done, "预算数": budget})
        wrong += scorers[kind].points(rate) != expected
        binary = int(float(done) / float(budget) * 10000 + 0.5) / 10000
        float_wrong += abs(float_points(scorers[kind], binary, []) - float(expected)) > 1e-9
    return wrong, float_wrong


def ratios() -> Iterator[Measured]:
    """Every ratio; filling and scoring as the commands about one workbook do them, which look for no garbage."""
    collected = gc.get_threshold()
    gc.set_threshold(0)
    yield from _ratios()
    gc.set_threshold(*collected)


def _ratios() -> Iterator[Measured]:
    yield Measured("a light command, `xl-jixiao rubrics`", '`python -c "import click"`', light_command(), 4)
    yield Measured("heavy libraries it loads", "number", len(heavy_imports()), 0)
    yield Measured("filling the template of 洪江 2020 (score, lay out, write)", "the same calls on bare XlsxWriter", filling(), 1.5)
    yield Measured("the same", "the same calls on XlsxWriter with our worksheet", filling(own=True), 1.5)
    yield Measured("filling the book of 洪江 2020, five forms", "filling its forms one by one", book_over_forms(), 1.5)
    yield Measured("exact scoring of a filing, every explanation included", "binary floats, without any text", scoring(), 10)
    wrong, float_wrong = accuracy()
    yield Measured("wrong of 80,000 rule results rich in ties", f"number (floats: {float_wrong})", wrong, 0)


def main() -> int:
    """Prints the ratios; 1 where a bound is missed."""
    return show(list(ratios()))


if __name__ == "__main__":
    sys.exit(main())
