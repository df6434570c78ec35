"""The spreadsheet's own arithmetic is judged by LibreOffice: the template's formulas over thousands of filings, caches poisoned."""

import random
from decimal import Decimal

import pytest
import xlsxwriter
from support.depth import forms, many
from support.flatten import Flattened
from support.scoretable import write

from xl_jixiao.expr import Rounded
from xl_jixiao.formula import parse
from xl_jixiao.number import half_up
from xl_jixiao.rules import Item
from xl_jixiao.scoretable import keys
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable.card import Score
from xl_jixiao.scoretable.compile import plan_of, score
from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.answers import Adjustment, Answers
from xl_jixiao.tables.catalogue import bundled, heading
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import BLANK, COMPUTED_TOTAL, EXPLAIN, GRADE, INVALID, MUST_FIX, PASSED, TOTAL, UNFINISHED

TABLES = [name for name, path in bundled().items() if heading(path)["kind"] == "scoring_table"]
FILINGS = {"hongjiang-2020-dept": many(16, 1200)}
OTHERS = many(10, 240)
"""In the deep profile at least 2,400 filings of all tables together, and as many sets of figures on and beside ties."""
TIES = many(250, 2500)

# Ratios on and beside every kind of edge: whole percents, thresholds, ties at the printed digit.
RATIOS = [
    Decimal(text)
    for text in (
        "0",
        "0.5",
        "0.59995",
        "0.6",
        "0.7",
        "0.79995",
        "0.8",
        "0.9",
        "0.99995",
        "1",
        "1.00005",
        "1.0123",
        "1.1",
        "1.2",
        "1.3",
        "2",
    )
]


def any_input(item: Input, chance: random.Random, complete: bool) -> object:
    """A figure a clerk could have typed, seldom one that can't be used."""
    if not item.numeric:
        return "某单位" if item.kind == "text" else None
    kind = chance.random()
    if not complete and kind < 0.03:
        return None
    if kind < 0.06:
        return "无"
    if not complete and kind < 0.07:
        return "约三十"
    if kind < 0.14:
        return Decimal(0)
    if item.kind == "count":
        return Decimal(chance.randint(0, 120)) + (Decimal("0.5") if not complete and kind < 0.16 else 0)
    if item.kind == "percent":
        return chance.choice(RATIOS) if complete or kind < 0.98 else Decimal("89.99")
    base = Decimal(chance.choice((100, 200, 250, 400, 1000)))
    if kind < 0.6:
        return half_up(base * chance.choice(RATIOS), 2)
    return Decimal(chance.randint(0, 200000)) / 100


def any_item(item: Item, chance: random.Random, complete: bool) -> object:
    """A judged value, seldom blank or out of range."""
    kind = chance.random()
    if not complete and kind < 0.03 or not item.required and kind < 0.4:
        return None
    if item.kind == "choice":
        return chance.choice(item.options) if complete or kind < 0.99 else "差不多"
    if item.kind == "text":
        return "已完成年度任务"
    limit = item.limit if item.limit is not None else Decimal(50)
    if item.kind == "count":
        return Decimal(chance.randint(0, int(min(limit, 8))))
    top = limit if complete or kind < 0.98 else limit + 1
    return half_up(top * chance.randint(0, 20) / 20, 2)


def any_filing(rubric: Rubric, chance: random.Random) -> Answers:
    """A filing; two in three complete."""
    complete = chance.random() < 0.67
    values = {item.key: any_input(item, chance, complete) for item in rubric.inputs}
    adjustments = {}
    for indicator in rubric.indicators:
        for item, key in zip(indicator.scorer.items, indicator.item_keys, strict=True):
            values[key] = any_item(item, chance, complete)
        if chance.random() < 0.06:
            points = half_up(indicator.weight * chance.randint(0, 11) / 10, 1)
            adjustments[indicator.code] = Adjustment(points, chance.choice(("按公布得分", "")))
    return Answers(rubric.id, {key: value for key, value in values.items() if value is not None}, adjustments)


@pytest.mark.parametrize("name", forms(TABLES, "yanling-2020-common"))
def test_every_formula_gives_what_python_gives(name, tmp_path, office):
    rubric = rubrics.load(name)
    plan = plan_of(rubric)
    chance = random.Random(name)
    filings = [any_filing(rubric, chance) for _ in range(FILINGS.get(name, OTHERS))]
    write(rubric, Answers(rubric.id, {}), Edition.NATIVE, tmp_path / "t.xlsx")
    flat = Flattened(tmp_path / "t.xlsx", plan)
    flat.write(tmp_path / "all.xlsx", filings)
    cells = office.recalculate(tmp_path / "all.xlsx")["全部"]

    def shown(key: str, row: int) -> object:
        return cells.get(f"{flat.at(plan.ref(key))}{row}", "")

    finished = 0
    for row, answers in enumerate(filings, 1):
        card = score(rubric, answers)
        finished += card.total is not None
        for one in card.scores:
            final, result = by_hand(one)
            expected = {keys.computed_key(one.code): one.computed, keys.score_name(one.code): final, keys.result_key(one.code): result}
            if one.indicator.has_rate:
                expected |= {f"状态:{one.code}": one.state, keys.rate_key(one.indicator): one.rate}
            for key, value in expected.items():
                got = shown(key, row)
                assert same(got, value), (name, row, key, got, value, dict(answers.values))
        for total, value in ((TOTAL, card.total), (COMPUTED_TOTAL, card.computed_total)):
            assert same(shown(total, row), UNFINISHED if value is None else value)
        assert shown(GRADE, row) == (card.grade or "")
    assert finished > len(filings) // 10, "too few finished totals to prove anything"
    assert not [address for address, value in cells.items() if isinstance(value, str) and value.startswith("#ERR")]


def by_hand(score: Score) -> tuple[object, str]:
    """What 最终得分 and 结果 must say, said once more in plain Python."""
    adjustment, final = score.adjustment, score.computed
    reason = adjustment.reason if adjustment else ""
    if adjustment and adjustment.points is not None:
        fits = 0 <= adjustment.points <= score.full and adjustment.points == half_up(adjustment.points, 2)
        final = INVALID if not fits else adjustment.points if reason else EXPLAIN
    if final is None:
        return final, BLANK
    if final == INVALID:
        return final, INVALID if score.computed == INVALID else MUST_FIX
    doubted = score.has_strange_part or any(one.test.value(score.values) for one in score.scored.doubts)
    unsaid = (isinstance(score.rate, str) or score.question != "" or doubted) and not reason
    return final, EXPLAIN if final == EXPLAIN or unsaid else PASSED


SHAPES = ("甲/乙", "（甲-乙）/乙", "1-甲/乙", "甲/乙-100%", "（甲+丙-乙）/（甲+丙）", "（甲-乙-丙）/（丙+乙）")


def beside_ties(chance: random.Random) -> tuple[Decimal, Decimal, Decimal]:
    """Figures in two decimals whose quotients lie on a tie of the printed digit, or by a cent to either side of it."""
    base = chance.choice((Decimal(100), Decimal("12000.01"), Decimal("200000.01"), Decimal(chance.randint(10_000, 99_999_999)) / 100))
    tie = Decimal(2 * chance.choice((chance.randint(0, 15_000), chance.randint(0, 9))) + 1) / 20_000
    part = max(Decimal("0.01"), half_up(base * tie, 2) + Decimal(chance.choice((-1, 0, 0, 0, 1))) / 100)
    return chance.choice(((part, base), (base + part, base))) + (half_up(base * chance.choice(RATIOS), 2),)


def test_native_rates_round_as_exact_arithmetic_on_and_beside_ties(tmp_path, office):
    chance = random.Random("舍入")
    figures = [beside_ties(chance) for _ in range(TIES)]
    formulas = [parse(shape) for shape in SHAPES]
    with xlsxwriter.Workbook(str(tmp_path / "ties.xlsx")) as book:
        sheet = book.add_worksheet("全部")
        for row, values in enumerate(figures):
            sheet.write_row(row, 0, map(float, values))
            cells = dict(zip("甲乙丙", (f"{letter}{row + 1}" for letter in "ABC"), strict=True))
            for at, formula in enumerate(formulas, 3):
                sheet.write_formula(row, at, "=" + Rounded(formula.renamed(cells).cleared, 4).excel(), None, 987654321)
    shown = office.recalculate(tmp_path / "ties.xlsx")["全部"]
    wrong = [
        (SHAPES[at], values, shown[f"{'DEFGHI'[at]}{row}"], exact)
        for row, values in enumerate(figures, 1)
        for at, formula in enumerate(formulas)
        if not same(shown[f"{'DEFGHI'[at]}{row}"], exact := half_up(formula.value(dict(zip("甲乙丙", values, strict=True))), 4))
    ]
    assert wrong == []


def same(got: object, value: object) -> bool:
    """The cell's value is Python's: numbers as decimals of what the cell holds, blank as empty text."""
    if isinstance(value, Decimal):
        return isinstance(got, (int, float)) and Decimal(format(got, ".12g")) == value
    return got == ("" if value is None else value)
