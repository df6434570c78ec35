"""Scoring rules: the cases of tests/rules, and random ones, through Python and through LibreOffice."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.depth import many
from support.native import Twin, differences
from support.rule_docs import document
from support.scoretable import native

from xl_jixiao.expr import exact, tree
from xl_jixiao.number import from_cell, half_up, plain
from xl_jixiao.rules import RULES, Scorer
from xl_jixiao.rules.compare import Compare
from xl_jixiao.rules.percentages import compared_problems
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.rates import Zero
from xl_jixiao.words import NOT_APPLICABLE, NOT_COMPARABLE

FOLDER = Path(__file__).parent / "rules"
FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal) for path in sorted(FOLDER.glob("*.toml"))}
WORDS = {*map(str, Zero), "超预算", "数据有误"} - {str(Zero.BUDGET)}
BLANK = "空白"


@dataclass(frozen=True)
class Case:
    """One sentence of a file, ready to be put to its scorer."""

    kind: str
    group: str
    name: str
    scorer: Scorer
    rate: Decimal | str | None
    given: tuple[object, ...]
    points: Decimal | str | None
    explain: tuple[str, ...]
    native: bool

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def _scorer(group):
    return Scorer(full=group["full"], rule=group["rule"], not_applicable=group.get("not_applicable", "none"))


def _points(value):
    return None if value == BLANK else value if isinstance(value, str) else Decimal(value)


def _cases():
    for kind, file in FILES.items():
        for group in file["groups"]:
            scorer = _scorer(group)
            for case in group["cases"]:
                rate = case.get("rate")
                yield Case(
                    kind,
                    group["name"],
                    case["name"],
                    scorer,
                    rate if rate in WORDS else from_cell(rate),
                    tuple(case.get("given", ())),
                    _points(case["points"]),
                    tuple(case.get("explain", ())),
                    case.get("native", True),
                )


CASES = list(_cases())
GROUPS = [(kind, group) for kind, file in FILES.items() for group in file["groups"]]
MISTAKES = [(kind, mistake) for kind, file in FILES.items() for mistake in file.get("mistakes", ())]
groups = pytest.mark.parametrize(("kind", "group"), GROUPS, ids=[f"{kind} {group['name']}" for kind, group in GROUPS])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case):
    assert case.scorer.points(case.rate, case.given) == case.points
    said = case.scorer.explain(case.rate, case.given)
    for phrase in case.explain:
        assert phrase in said
    if case.points is None:
        assert said == ""
    else:
        assert case.scorer.explain(case.rate, case.given, "甲÷乙×100%=1.00%").endswith(said)
        if isinstance(case.points, Decimal):
            policy = said.endswith(("，计满分", "，不计分"))
            assert (
                policy
                if case.rate in (NOT_APPLICABLE, NOT_COMPARABLE) or not _computable(case)
                else f"{'评' if case.kind == 'judgement' else '计'}{plain(case.points)}分" in said
            )


def test_points_have_two_decimals_at_most():
    assert all(case.points == half_up(case.points, 2) for case in CASES if isinstance(case.points, Decimal))


def _computable(case):
    """Whether the rule itself gives the points, not the word in the place of a figure."""
    names = case.scorer.rule.names
    return not names or case.scorer.rule.own_absence or "不适用" not in case.scorer.explain(case.rate, case.given)


def _twins(cases):
    """The cases with a native formula: numeric rates with complete items, and 不适用. The other states are the template's."""
    for case in cases:
        if case.rate in (NOT_APPLICABLE, NOT_COMPARABLE):
            yield Twin(str(case), lambda rate, given, case=case: case.scorer.unrated(tree(case.rate)).excel(), None, (), case.points)
        elif isinstance(case.points, Decimal) and not isinstance(case.rate, str) and case.native:
            if not _computable(case):  # the word 不适用 is the template's
                continue
            figures = len(case.scorer.rule.names)
            judged, compared = case.given[: len(case.given) - figures], case.given[len(case.given) - figures :]
            given = (*judged, *[None] * (len(case.scorer.items) - len(judged)), *compared)
            yield Twin(str(case), native(case.scorer), case.rate, given, case.points)


def test_the_native_formulas_give_the_same(office, tmp_path):
    twins = list(_twins(CASES))
    assert len(twins) > 150
    assert differences(office, tmp_path, twins) == []


def test_the_rules_are_printed_as_they_are_now():
    """docs/rules.md is made from the kinds and their cases: see support/rule_docs.py."""
    assert (FOLDER.parents[1] / "docs" / "rules.md").read_text(encoding="utf-8") == document()


# ---- what every kind must have


def test_every_kind_has_a_file_and_the_other_way_round():
    assert set(FILES) == set(RULES)
    assert all(rule.model_fields["kind"].annotation.__args__ == (kind,) for kind, rule in RULES.items())


@pytest.mark.parametrize("kind", sorted(RULES))
def test_every_kind_shows_what_can_happen(kind):
    cases = [case for case in CASES if case.kind == kind]
    names = [(case.group, case.name) for case in cases]
    assert len(set(names)) == len(names) >= 8
    points = {case.points for case in cases}
    assert None in points, "没有空白的例"
    assert any(isinstance(one, Decimal) for one in points)
    if all(case.scorer.rule.needs_rate for case in cases):
        assert {case.scorer.not_applicable for case in cases if case.rate in (NOT_APPLICABLE, NOT_COMPARABLE)} == {
            "full",
            "none",
            "exclude",
        }
        assert any(isinstance(case.rate, Decimal) and case.rate < 0 for case in cases)
        assert any(isinstance(case.rate, Decimal) and case.rate > 1 for case in cases)
    else:
        assert "数据有误" in points


@groups
def test_every_group_is_right_and_within_its_weight(kind, group):
    scorer = _scorer(group)
    assert scorer.rule.problems(scorer.full) == ()
    assert bool(scorer.rule.mismatches(scorer.full)) is group.get("differs", False)
    assert max(one for case in group["cases"] if isinstance(one := _points(case["points"]), Decimal)) <= scorer.full


@groups
def test_criterion_and_choices(kind, group):
    scorer = _scorer(group)
    assert scorer.criterion() == group["criterion"]
    assert list(scorer.choices()) == group["choices"]


@pytest.mark.parametrize(("kind", "mistake"), MISTAKES, ids=[f"{kind} {mistake['name']}" for kind, mistake in MISTAKES])
def test_bad_parameters(kind, mistake):
    scorer = _scorer(mistake)
    said = "\n".join([*scorer.rule.problems(scorer.full), *scorer.rule.mismatches(scorer.full)])
    for phrase in mistake["expected"]:
        assert phrase in said


def test_every_kind_with_parameters_shows_a_mistake():
    assert {kind for kind, _ in MISTAKES} == set(RULES) - {"judgement"}


def _numbers(data, path=()):
    """The places of all numbers in a rule's parameters, those inside ranges included."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _numbers(value, (*path, key))
    elif isinstance(data, (list, tuple)):
        for at, value in enumerate(data):
            yield from _numbers(value, (*path, at))
    elif isinstance(data, Decimal) or (path and path[-1] == "range" and data is not None):
        yield path


def _changed(data, path):
    if path:
        items = dict(enumerate(data)) if isinstance(data, (list, tuple)) else dict(data)
        items[path[0]] = _changed(items[path[0]], path[1:])
        return list(items.values()) if isinstance(data, (list, tuple)) else items
    if isinstance(data, str):  # a range: its upper end, or its only one, or both where they are the same
        ends = re.findall(r"\d+", data)
        return (
            data.replace(ends[-1], str(int(ends[-1]) + 1))
            if len(set(ends)) == 1
            else re.sub(r"\d+(?=\D*$)", lambda end: str(int(end[0]) + 1), data)
        )
    return data + Decimal("0.5")


@groups
def test_the_sentence_says_the_parameters(kind, group):
    """No number of a rule can change without the printed sentence or the printed choices changing."""
    scorer = _scorer(group)
    data = scorer.rule.model_dump()
    said = (scorer.criterion(), scorer.choices())
    for path in _numbers(data):
        if path[-1] == "too_low_deduct" and data.get("too_low") is None:
            continue
        changed = Scorer(full=scorer.full, rule=_changed(data, path), not_applicable=scorer.not_applicable)
        if (
            path[-1] == "weight" and kind != "either"
        ):  # a part's weight is said by its own rule: by points, by 计X分, or by the sum that must hold
            assert changed.rule.problems(scorer.full) or changed.rule.mismatches(scorer.full)
            continue
        assert (changed.criterion(), changed.choices()) != said, path


@groups
def test_the_sentence_says_nothing_but_the_parameters(kind, group):
    scorer = _scorer(group)
    data = scorer.rule.model_dump()
    figures = set(re.findall(r"\d+(?:\.\d+)?", scorer.criterion()))
    allowed = {plain(scorer.full), "0"}
    for path in _numbers(data):
        value = data
        for part in path:
            value = value[part]
        found = [from_cell(text) for text in re.findall(r"\d+(?:\.\d+)?%?", value)] if isinstance(value, str) else [value]
        allowed |= {plain(number) for number in found} | {plain(number * 100) for number in found}
    allowed |= set(re.findall(r"\d+(?:\.\d+)?", str(data))) if kind == "compare" else set()
    if kind == "completion":
        allowed |= {"100", "80", "60"}  # 财预〔2020〕10号, the words of the ministry
    if kind in ("composite", "weighted"):
        allowed |= {"1", "2", "3", "4"}
    assert figures <= allowed


@groups
def test_a_rule_survives_its_cell(kind, group):
    """The add-in edition carries rules as JSON in a hidden cell."""
    scorer = _scorer(group)
    assert Scorer.model_validate_json(scorer.model_dump_json()) == scorer


# ---- the bundled tables at every one of their boundaries


def _edges(rule):
    if rule.kind == "bands":
        return {edge for band in rule.bands for edge in (band.ends.low, band.ends.high) if edge is not None}
    if rule.kind == "threshold":
        return {rule.target}
    signs = (1, -1)
    return {rule.target + sign * count * rule.step for sign in signs for count in (0, 1, 2, 3, 7)}


def _boundary_twins():
    for name, path in catalogue.bundled().items():
        if catalogue.heading(path)["kind"] != "scoring_table":
            continue
        for indicator in rubric.load(name).indicators:
            scorer = indicator.scorer
            if scorer.rule.needs_rate:
                for edge in _edges(scorer.rule):
                    for rate in (edge - Decimal("0.0001"), edge, edge + Decimal("0.0001")):
                        if rate >= 0 or scorer.rule.kind != "bands":
                            yield Twin(f"{name} {indicator.code}", native(scorer), rate, (), scorer.points(rate))


def test_the_bundled_rules_at_their_boundaries(office, tmp_path):
    twins = list(_boundary_twins())
    assert len(twins) > 400
    assert differences(office, tmp_path, twins) == []


# ---- random rules and rates against exact rationals, and the same cells in LibreOffice


def decimals(low, high, places):
    return st.integers(int(low * 10**places), int(high * 10**places)).map(lambda units: Decimal(units).scaleb(-places))


rates = decimals(-1, 3, 4)
weights = st.one_of(st.integers(1, 30).map(Decimal), decimals(Decimal("0.5"), 20, 1))


def rounded(exact):
    """Half up on the integers of the fraction: a second way to do it."""
    sign = -1 if exact < 0 else 1
    cents, rest = divmod(abs(exact.numerator) * 100, exact.denominator)
    return Decimal(sign * (cents + (2 * rest >= exact.denominator))) / 100


@st.composite
def steps(draw):
    full, rate = draw(weights), draw(rates)
    direction, partial = draw(st.sampled_from(["above", "below"])), draw(st.sampled_from(["whole", "started", "prorata"]))
    step = draw(
        st.one_of(st.sampled_from([Decimal(text) for text in ("0.001", "0.01", "0.05", "0.1", "0.03")]), decimals(Decimal("0.0001"), 1, 4))
    )
    target, deduct = (
        draw(st.sampled_from([Decimal(0), Decimal(1), Decimal("0.9")])),
        draw(st.sampled_from([Decimal(text) for text in ("0.1", "0.5", "1", "2", "0.0075", "0.3")])),
    )
    floor, beyond = draw(st.sampled_from([Decimal(0), Decimal("0.5")])), draw(st.sampled_from(["full", "deduct"]))
    scorer = Scorer(
        full=full,
        rule={
            "kind": "steps",
            "direction": direction,
            "target": target,
            "step": step,
            "deduct": deduct,
            "partial": partial,
            "floor": floor,
            "beyond": beyond,
        },
    )
    away = Fraction(rate) - Fraction(target)
    away = abs(away) if beyond == "deduct" else max(away if direction == "above" else -away, 0)
    count = away / Fraction(step)
    count = {"whole": count.__floor__(), "started": count.__ceil__(), "prorata": count}[partial]
    return scorer, rate, (), max(Fraction(floor), Fraction(full) - count * Fraction(deduct))


@st.composite
def thresholds(draw):
    full, rate, target = draw(weights), draw(rates), draw(rates)
    if draw(st.booleans()):
        rate = target
    test, otherwise = (
        draw(st.sampled_from(["at_most", "below", "at_least", "above", "equal"])),
        draw(st.sampled_from([Decimal(0), Decimal("0.25")])),
    )
    scorer = Scorer(full=full, rule={"kind": "threshold", "test": test, "target": target, "otherwise": otherwise})
    met = {"at_most": rate <= target, "below": rate < target, "at_least": rate >= target, "above": rate > target, "equal": rate == target}[
        test
    ]
    return scorer, rate, (), Fraction(full if met else otherwise)


@st.composite
def bands(draw):
    """A full cover of the line, each edge belonging to the left or the right; asked on an edge half of the time."""
    edges = sorted(draw(st.sets(decimals(0, 2, 4), min_size=1, max_size=5)))
    belongs = [draw(st.sampled_from(["left", "right"])) for _ in edges]
    full = draw(weights)
    points = [draw(decimals(0, full, 2)) for _ in range(len(edges) + 1)]
    listed = []
    for at, earned in enumerate(points):
        low = f"{'[' if belongs[at - 1] == 'right' else '('}{plain(edges[at - 1] * 100)}%" if at else "("
        high = f"{plain(edges[at] * 100)}%{']' if belongs[at] == 'left' else ')'}" if at < len(edges) else ")"
        listed.append({"range": f"{low},{high}", "points": earned})
    rule = {"kind": "bands", "bands": draw(st.permutations(listed))}
    rate = draw(st.one_of(st.sampled_from(edges), rates))
    passed = sum(edge < rate or (edge == rate and side == "right") for edge, side in zip(edges, belongs, strict=True))
    scorer = Scorer(full=full, rule=rule)
    assert scorer.rule.problems(full) == ()
    return scorer, rate, (), Fraction(points[passed])


@st.composite
def completions(draw):
    full = draw(weights)
    direction, mode = draw(st.sampled_from(["positive", "reverse", "equal"])), draw(st.sampled_from(["ratio", "linear"]))
    target, actual = draw(decimals(0, 200, 2)), draw(decimals(0, 400, 2))
    too_low = draw(st.sampled_from([None, Decimal("1.3"), Decimal(2)]))
    equal = draw(st.sampled_from(["ratio", "exact"]))
    modes = {"reverse_mode": mode, "equal_mode": equal}
    kind = {"kind": "completion", "direction": direction, **modes, "too_low": too_low, "too_low_deduct": Decimal("0.2")}
    scorer, wanted, reached = Scorer(full=full, rule=kind), Fraction(target), Fraction(actual)
    if direction == "equal":
        share = Fraction(wanted == reached)
        if equal == "ratio" and wanted and reached:
            share = min(wanted, reached) / max(wanted, reached)
    elif direction == "positive":
        share = Fraction(1) if reached >= wanted else reached / wanted
        if too_low and wanted and reached >= wanted * Fraction(too_low):
            share = Fraction(4, 5)
    elif reached <= wanted:
        share = Fraction(1)
    elif wanted == 0:
        share = Fraction(0)
    else:
        share = wanted / reached if mode == "ratio" else max(Fraction(0), 2 - reached / wanted)
    return scorer, None, (target, actual), Fraction(full) * share


@st.composite
def itemised(draw):
    full = draw(weights)
    lines = draw(st.lists(st.one_of(st.none(), decimals(0, full, 3)), min_size=1, max_size=6))
    assume(lines[0] is not None)
    cells = [cell for at, earned in enumerate(lines) for cell in (f"内容{at}" if earned is not None else None, earned)]
    scorer = Scorer(full=full, rule={"kind": "itemised", "subject": "指标", "rows": len(lines)})
    return scorer, None, cells, min(Fraction(full), sum((Fraction(one) for one in lines if one is not None), Fraction(0)))


@st.composite
def tier_ranges(draw):
    full = draw(weights)
    tiers = []
    for at in range(draw(st.integers(1, 4))):
        low, high = sorted((draw(decimals(0, full, 1)), draw(decimals(0, full, 1))))
        tiers.append({"label": f"第{at}档", "lowest": low, "highest": high, "deducted": draw(st.booleans())})
    tier, judged = draw(st.sampled_from(tiers)), draw(decimals(0, full, 3))
    low, high = (full - tier["highest"], full - tier["lowest"]) if tier["deducted"] else (tier["lowest"], tier["highest"])
    scorer = Scorer(full=full, rule={"kind": "tier_ranges", "tiers": tiers})
    return scorer, None, (tier["label"], judged), min(max(Fraction(judged), Fraction(low)), Fraction(high))


def test_random_rules_are_exact_in_python_and_in_the_cell(office, tmp_path):
    collected = []

    @settings(max_examples=many(300, 4000), deadline=None)
    @given(one=st.one_of(steps(), steps(), bands(), thresholds(), completions(), itemised(), tier_ranges()))
    def against_fractions(one):
        scorer, rate, cells, exact = one
        points = scorer.points(rate, cells)
        assert points == rounded(exact) == half_up(exact, 2)
        assert scorer.explain(rate, cells)
        collected.append(Twin(scorer.rule.kind, native(scorer), rate, cells, points))

    against_fractions()
    assert {twin.name for twin in collected} == {"steps", "bands", "threshold", "completion", "itemised", "tier_ranges"}
    assert differences(office, tmp_path, collected) == []


@pytest.mark.parametrize("weight", ["3", "2.5", "33.333", "4.005"])
@pytest.mark.parametrize("policy", ["full", "none", "exclude"])
def test_the_answer_to_not_applicable_is_the_same_in_the_cell(weight, policy):
    scorer = Scorer(full=Decimal(weight), rule={"kind": "threshold", "test": "at_least", "target": "90%"}, not_applicable=policy)
    by_hand = {"full": half_up(Decimal(weight), 2), "none": 0, "exclude": NOT_APPLICABLE}[policy]
    assert scorer.points(NOT_APPLICABLE) == by_hand
    cell = scorer.unrated(tree(NOT_APPLICABLE))
    assert exact(by_hand) == cell.value({}) and f",{tree(by_hand).excel()}," in cell.excel()


def test_a_percent_sign_left_out_beside_a_quotient_is_asked_where_the_text_has_it():
    rule = Compare.model_validate({"kind": "compare", "cases": [{"when": "年末结转/支出预算<=5", "points": 3}]})
    assert list(compared_problems(rule, "占支出预算5%以内得3分")) == ['rule.cases[1].when：5就是500%，是否为5%？百分数写作 "5%"']
    assert list(compared_problems(rule, "人均5万元以内得3分")) == []
    right = Compare.model_validate({"kind": "compare", "cases": [{"when": "年末结转/支出预算<=5%", "points": 3}]})
    assert list(compared_problems(right, "占支出预算5%以内得3分")) == []
