"""What a table file leaves unsaid because its figures say it: the unit of a result that is no rate, and what 完成值 is beside a formula."""

from collections.abc import Mapping
from typing import Any

from xl_jixiao.formula import FormulaError, defined_name, parse

_RATED = ("bands", "steps", "threshold", "proportion", "completion", "tier_ranges")
"""The rules whose thresholds have the unit of what they compare."""


def completed(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of a table file with these said. What is malformed stays as it is: the model says so."""
    indicators, inputs = data.get("indicators"), data.get("inputs")
    if not isinstance(indicators, list | tuple) or not isinstance(inputs, list | tuple):
        return data
    kinds = {
        defined_name(one["name"]): (one.get("kind", "amount"), one.get("unit", ""))
        for one in inputs
        if isinstance(one, Mapping) and isinstance(one.get("name"), str)
    }
    return {**data, "indicators": [_indicator(one, kinds) if isinstance(one, Mapping) else one for one in indicators]}


def _indicator(one: Mapping[str, Any], kinds: Mapping[str, tuple[str, str]]) -> Mapping[str, Any]:
    if not isinstance(one.get("rule"), Mapping):
        return one
    found = {**one, "rule": _rule(one["rule"], one, kinds)}
    plain = _unit_of(one, "formula", kinds)
    if plain is not None:
        own = None if one.get("measure") else one["rule"].get("unit")
        found.setdefault("unit", own or plain)
    compared = _unit_of(one, "measure", kinds) if one.get("measure") else plain
    return found if compared is None else {**found, "rule": _with_unit(found["rule"], compared)}


def _part(part: Mapping[str, Any], kinds: Mapping[str, tuple[str, str]]) -> Mapping[str, Any]:
    if not isinstance(part.get("rule"), Mapping):
        return part
    rule, unit = _rule(part["rule"], part, kinds), _unit_of(part, "formula", kinds)
    return {**part, "rule": rule if unit is None else _with_unit(rule, unit)}


def _rule(rule: Mapping[str, Any], holder: Mapping[str, Any], kinds: Mapping[str, tuple[str, str]]) -> Mapping[str, Any]:
    """A rule with the rules it is made of; a completion beside a formula takes its rate for the actual value."""
    found = {"actual": "rate", **rule} if rule.get("kind") == "completion" and holder.get("formula") else dict(rule)
    if isinstance(rule.get("rule"), Mapping):
        found["rule"] = _rule(rule["rule"], holder, kinds)
    for name in ("parts", "alternatives"):
        if isinstance(rule.get(name), list | tuple):
            found[name] = [_part(one, kinds) if isinstance(one, Mapping) else one for one in rule[name]]
    return found


def _with_unit(rule: Mapping[str, Any], unit: str) -> Mapping[str, Any]:
    if rule.get("kind") == "weighted" and isinstance(rule.get("rule"), Mapping):
        return {**rule, "rule": _with_unit(rule["rule"], unit)}
    return {"unit": unit, **rule} if rule.get("kind") in _RATED else rule


def _unit_of(holder: Mapping[str, Any], field: str, kinds: Mapping[str, tuple[str, str]]) -> str | None:
    """The unit of a formula that divides nothing and is over no percentage; None for a rate, and for what can't be read."""
    text, bind = holder.get(field), holder.get("bind", {})
    if not isinstance(text, str) or not text or not isinstance(bind, Mapping):
        return None
    try:
        formula = parse(text)
    except FormulaError:
        return None
    bound = {defined_name(str(name)): defined_name(str(target)) for name, target in bind.items()}
    known = [kinds.get(bound.get(name, name), ("percent", "")) for name in formula.names]
    if formula.divisors or formula.is_percentage or not known or any(kind == "percent" for kind, _ in known):
        return None
    return known[0][1]
