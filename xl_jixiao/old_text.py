"""Formula texts as the writers still to be replaced put them together."""

from collections.abc import Sequence


def any_of(tests: Sequence[str]) -> str:
    """OR inside an Excel formula, or the only test."""
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def quoted(text: str) -> str:
    """A text inside an Excel formula."""
    return '"' + text.replace('"', '""') + '"'
