"""The formula text of an official form: parsed once, read five ways.

    >>> rate = parse("在职人员控制率=（在职人员数/编制数）×100%")
    >>> rate.value({"在职人员数": 66, "编制数": 86})
    Fraction(33, 43)
    >>> rate.excel()
    '在职人员数/编制数'
    >>> rate.sentence()
    '在职人员数÷编制数×100%'
    >>> rate.worked({"在职人员数": 66, "编制数": 86}, "76.74%")
    '66÷86×100%=76.74%'

The language is names, numbers, ``+ - × ÷`` and brackets, full-width or half-width, as the forms print them; nothing else.
A name is any run of characters that is neither, 2020年预算数 too, and what stands in brackets right after it: 因公出国（境）费.
Quotation marks, brackets and white space in a name do not count.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from xl_jixiao.number import Exact, plain

ALLOWED = "可用：数据项名称、数字、＋－×÷（或 + - * /）、括号、百分数"

_OPERATORS = str.maketrans(
    {"＋": "+", "－": "-", "−": "-", "–": "-", "×": "*", "＊": "*", "✕": "*", "·": "*", "÷": "/", "／": "/", "（": "(", "）": ")",
     "[": "(", "]": ")", "［": "(", "］": ")", "【": "(", "】": ")", "｛": "(", "｝": ")", "{": "(", "}": ")", "％": "%", "＝": "=",
     "．": ".", **{chr(0xFF10 + digit): str(digit) for digit in range(10)}}
)  # fmt: skip
_DROPPED = re.compile(r"[\s“”‘’\"'「」『』]+")
_IN_NAME = re.compile(r"(?<=[^\W\x00-\x7f])[（(｛{【](\w+)[)）｝}】]")
"""Brackets right after a Chinese word, which in arithmetic stand nowhere: 因公出国（境）费."""

_TOKEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?![\w.])|(?P<name>(?:\d+(?=[^\x00-\x7f]))?[^\W\d]\w*)|(?P<mark>[-+*/()%])|(?P<bad>\d[\w.]*|.)")
_DEEPEST = 40
_LONGEST = 500


class FormulaError(ValueError):
    """A formula text that can't be read: what, where in it, and what is allowed."""


@lru_cache(maxsize=4096)
def defined_name(label: str) -> str:
    """The name a label has in formulas, data and the workbook: the label without quotation marks, brackets and spaces."""
    name = re.sub(r"\W", "", label.translate(_OPERATORS))
    return f"_{name}" if name[:1].isdigit() else name


def printed_name(name: str) -> str:
    """A defined name as a sentence prints it: without the mark that keeps Excel from taking 2020年预算 for a number."""
    return name[1:] if name[:1] == "_" and name[1:2].isdigit() else name


@dataclass(frozen=True)
class Number:
    """A number as written; ``100%`` keeps its sign for the sentence."""

    value: Fraction
    text: str


@dataclass(frozen=True)
class Name:
    """A data item, by its defined name."""

    name: str


@dataclass(frozen=True)
class Operation:
    """Left operator right; a leading minus is zero minus."""

    operator: str
    left: "Node"
    right: "Node"


Node = Number | Name | Operation

_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
_WHOLE = Number(Fraction(1), "100%")


@dataclass(frozen=True)
class Formula:
    """A parsed formula. Two formulas are equal when they compute the same thing the same way, however they were printed."""

    tree: Node

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The data items in the order they first appear."""
        return tuple(dict.fromkeys(node.name for node in _walk(self.tree) if isinstance(node, Name)))

    @cached_property
    def divisors(self) -> tuple["Formula", ...]:
        """Everything that is divided by and is not a plain number: what must not be zero. Inner ones first, so that each has a value."""
        found = [node.right for node in _walk(self.tree) if isinstance(node, Operation) and node.operator == "/"]
        return tuple(dict.fromkeys(Formula(node) for node in reversed(found) if not (isinstance(node, Number) and node.value)))

    @cached_property
    def is_percentage(self) -> bool:
        """Whether the form prints it with ×100%."""
        return isinstance(self.tree, Operation) and self.tree.operator == "*" and self.tree.right == _WHOLE

    @cached_property
    def _core(self) -> Node:
        return self.tree.left if self.is_percentage else self.tree

    def value(self, values: Mapping[str, Exact]) -> Fraction:
        """The exact value. Raises KeyError for a missing name and ZeroDivisionError for a zero divisor."""
        return _value(self._core, values)

    def excel(self, ref: Callable[[str], str] = str) -> str:
        """The native Excel expression over defined names; ×100% is the cell's format, not arithmetic."""
        return _text(self._core, "*/", lambda node: ref(node.name) if isinstance(node, Name) else plain(node.value))

    def native(self) -> str:
        """The Excel expression that rounds as exact arithmetic does: as `excel`, with every sum cleared of the dust of binary floats.

        A quotient is right to the last of its fifteen digits; clearing it, too, would lift one just below a tie onto the tie.
        """
        return _native(self._core)

    def sentence(self) -> str:
        """The formula in names, printed one way."""
        return _text(self.tree, "×÷", lambda node: printed_name(node.name) if isinstance(node, Name) else node.text)

    def worked(self, values: Mapping[str, Exact], result: str) -> str:
        """The formula with its numbers and the printed result: ``66÷86×100%=76.74%``."""
        shown = self.as_percentage() if result.endswith("%") else self
        return f"{shown.substituted(values)}={result}"

    def as_percentage(self) -> "Formula":
        """The same formula, printed with ×100%."""
        return self if self.is_percentage else Formula(Operation("*", self.tree, _WHOLE))

    def substituted(self, values: Mapping[str, Exact]) -> str:
        """The formula with numbers in the place of names; negative numbers in brackets, as one writes them."""

        def leaf(node: Name | Number) -> str:
            if isinstance(node, Number):
                return node.text
            shown = plain(values[node.name])
            return f"({shown})" if shown.startswith("-") else shown

        return _text(self.tree, "×÷", leaf)

    def excel_substituted(self) -> str:
        """The formula with its numbers as a native Excel text expression: ``在职人员数&"÷"&编制数&"×100%"``."""
        marked = _text(self.tree, "×÷", lambda node: f"\0{node.name}\0" if isinstance(node, Name) else node.text)
        parts = marked.split("\0")
        return "&".join(part if at % 2 else f'"{part}"' for at, part in enumerate(parts) if part)

    def renamed(self, names: Mapping[str, str]) -> "Formula":
        """The same formula over other data items."""
        return Formula(_renamed(self.tree, names)) if names else self

    def match(self, pattern: "Formula") -> dict[str, "Formula"] | None:
        """How `pattern` (a catalogue formula) must be filled in to give this formula, or None if it is another formula.

        A name of the pattern stands for any expression: ``在职人员数/编制数`` matches ``（甲-乙）/丙``.
        """
        found: dict[str, Formula] = {}
        return found if _match(self._core, pattern._core, found) else None


@lru_cache(maxsize=1024)
def parse(text: str) -> Formula:
    """The formula of a form's text; a leading ``名称=`` is dropped. Raises FormulaError."""
    if len(text) > _LONGEST:
        raise FormulaError(f"公式超过{_LONGEST}字")
    body = _IN_NAME.sub(r"\1", _DROPPED.sub("", text)).translate(_OPERATORS).rstrip("。；;，,")
    body = body.rpartition("=")[2] if body.count("=") == 1 and not body.startswith("=") else body
    tokens = list(_tokens(body, text))
    if not tokens:
        raise FormulaError("公式为空；" + ALLOWED)
    node, rest = _sum(tokens, 0, 0)
    if rest != len(tokens):
        raise FormulaError(f"“{tokens[rest][1]}”处无法理解：“{text}”；{ALLOWED}")
    return Formula(node)


def _tokens(body: str, text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(body):
        kind = found.lastgroup or "bad"
        if kind == "bad":
            raise FormulaError(f"“{found[0]}”不能用在公式里：“{text}”；{ALLOWED}")
        yield kind, defined_name(found[0]) if kind == "name" else found[0]


def _sum(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Node, int]:
    node, at = _product(tokens, at, depth)
    while at < len(tokens) and tokens[at][1] in "+-":
        right, after = _product(tokens, at + 1, depth)
        node, at = Operation(tokens[at][1], node, right), after
    return node, at


def _product(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Node, int]:
    node, at = _factor(tokens, at, depth)
    while at < len(tokens) and tokens[at][1] in "*/":
        right, after = _factor(tokens, at + 1, depth)
        node, at = Operation(tokens[at][1], node, right), after
    return node, at


def _factor(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Node, int]:
    if depth > _DEEPEST:
        raise FormulaError(f"括号超过{_DEEPEST}层")
    kind, text = tokens[at] if at < len(tokens) else ("end", "结尾")
    if kind == "number":
        if at + 1 < len(tokens) and tokens[at + 1][1] == "%":
            return Number(Fraction(text) / 100, f"{text}%"), at + 2
        return Number(Fraction(text), text), at + 1
    if kind == "name":
        return Name(text), at + 1
    if text == "(":
        node, at = _sum(tokens, at + 1, depth + 1)
        if at >= len(tokens) or tokens[at][1] != ")":
            raise FormulaError("括号没有闭合；" + ALLOWED)
        return node, at + 1
    if text == "-":
        node, at = _factor(tokens, at + 1, depth + 1)
        return Operation("-", Number(Fraction(0), ""), node), at
    raise FormulaError(f"“{text}”处缺少数据项或数字；{ALLOWED}")


def _walk(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Operation):
        yield from _walk(node.left)
        yield from _walk(node.right)


def _value(node: Node, values: Mapping[str, Exact]) -> Fraction:
    if isinstance(node, Operation):
        left, right = _value(node.left, values), _value(node.right, values)
        if node.operator == "+":
            return left + right
        if node.operator == "-":
            return left - right
        return left * right if node.operator == "*" else left / right
    return Fraction(values[node.name]) if isinstance(node, Name) else node.value


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    if isinstance(node, Operation):
        return Operation(node.operator, _renamed(node.left, names), _renamed(node.right, names))
    return Name(names.get(node.name, node.name)) if isinstance(node, Name) else node


def _text(node: Node, signs: str, leaf: Callable[[Name | Number], str]) -> str:
    if not isinstance(node, Operation):
        return leaf(node)
    rank = _RANK[node.operator]
    left, right = _text(node.left, signs, leaf), _text(node.right, signs, leaf)
    if isinstance(node.left, Operation) and _RANK[node.left.operator] < rank:
        left = f"({left})"
    if isinstance(node.right, Operation) and (
        _RANK[node.right.operator] < rank or (_RANK[node.right.operator] == rank and node.operator in "-/")
    ):
        right = f"({right})"
    return f"{left}{node.operator.translate(str.maketrans('*/', signs))}{right}"


_DECIMALS, _DIGITS = 10, 13
"""Decimals that a sum of figures has at most, and that a sum of quotients is sure of."""


def _native(node: Node) -> str:
    if not isinstance(node, Operation):
        return node.name if isinstance(node, Name) else plain(node.value)
    if node.operator in "+-":
        divided = any(isinstance(one, Operation) and one.operator == "/" for one in _walk(node))
        return f"ROUND({_terms(node)},{_DIGITS if divided else _DECIMALS})"
    left, right = _native(node.left), _native(node.right)
    bracket = node.operator == "/" and isinstance(node.right, Operation) and node.right.operator in "*/"
    return f"{left}{node.operator}({right})" if bracket else f"{left}{node.operator}{right}"


def _terms(node: Node) -> str:
    """The terms of a sum, products cleared, the sum itself not yet."""
    if not (isinstance(node, Operation) and node.operator in "+-"):
        return _native(node)
    left, right = _terms(node.left), _terms(node.right)
    bracket = node.operator == "-" and isinstance(node.right, Operation) and node.right.operator in "+-"
    return f"{left}{node.operator}({right})" if bracket else f"{left}{node.operator}{right}"


def _match(node: Node, pattern: Node, found: dict[str, Formula]) -> bool:
    if isinstance(pattern, Name):
        return found.setdefault(pattern.name, Formula(node)) == Formula(node)
    if isinstance(pattern, Operation):
        return (
            isinstance(node, Operation)
            and node.operator == pattern.operator
            and _match(node.left, pattern.left, found)
            and _match(node.right, pattern.right, found)
        )
    return node == pattern
