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

The language is names, numbers, ``+ - × ÷``, brackets and 绝对值（…）, full-width or half-width, as the forms print them; nothing else.
A name is any run of characters that is neither, 2020年预算数 too, and what stands in brackets right after it: 因公出国（境）费.
Quotation marks, brackets and white space in a name do not count.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from xl_jixiao.expr import Call, Cell, CellFailure, Cleared, Expr, Literal, Operation, Voice, exact, joined, renamed, walk, when
from xl_jixiao.number import Exact, plain

ALLOWED = "可用：数据项名称、数字、＋－×÷（或 + - * /）、括号、百分数、绝对值（…）"

_OPERATORS = str.maketrans("＋－−–×＊✕·÷／（）[]［］【】｛｝{}％＝．０１２３４５６７８９", "+---****//()()()()()()%=.0123456789")
_DROPPED = re.compile(r"[\s“”‘’\"'「」『』]+")
_PARTED = re.compile(r"\d\s+[\d.．]|[.．]\s+\d")
"""Digits that are not one number."""

_IN_NAME = re.compile(r"(?<=[^\W\x00-\x7f])[（(｛{【](\w+)[)）｝}】]")
"""Brackets right after a Chinese word, which in arithmetic stand nowhere: 因公出国（境）费."""

_SIZE = "ABS"
_SIZES = re.compile(r"(?<!\w)(?:绝对值|[Aa][Bb][Ss])(?=[(（\[［{｛【])|[|｜]([^|｜]+)[|｜]")
"""How a formula says that a sign doesn't count: 绝对值（…）, ABS(…), |…|."""

_LETTER = re.compile(r"[XxＸｘХх](?=\d|$)")
"""A letter X, as PDF readers give for ×: （甲/乙）X100%."""

_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)(?![\w.])|(?P<name>(?:\d+(?=[^\x00-\x7f]))?[^\W\d]\w*)|(?P<mark>[-+*/()%])|(?P<bad>\d[\w.]*|.)"
)
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


_WHOLE = Literal(1, "100%")
_LEADING = Literal(0, " ")
"""What stands before a leading minus: nothing is printed of it."""

_DECIMALS, _DIGITS = 10, 13
"""Decimals that a sum of figures has at most, and that a sum of quotients is sure of."""


@dataclass(frozen=True)
class Formula:
    """A parsed formula. Two formulas are equal when they compute the same thing the same way, however they were printed."""

    tree: Expr

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The data items in the order they first appear."""
        return self.tree.names

    @cached_property
    def divisors(self) -> tuple["Formula", ...]:
        """Everything that is divided by and is not a plain number: what must not be zero. Inner ones first, so that each has a value."""
        found = [node.right for node in walk(self.tree) if isinstance(node, Operation) and node.sign == "/"]
        return tuple(dict.fromkeys(Formula(node) for node in reversed(found) if not (isinstance(node, Literal) and node.of)))

    @cached_property
    def is_percentage(self) -> bool:
        """Whether the form prints it with ×100%."""
        return isinstance(self.tree, Operation) and self.tree.sign == "*" and self.tree.right == _WHOLE

    @cached_property
    def core(self) -> Expr:
        """What is computed: ×100% is the cell's format, not arithmetic."""
        return self.tree.left if self.is_percentage and isinstance(self.tree, Operation) else self.tree

    def may_be_negative(self, signed: Collection[str] = ()) -> bool:
        """Whether its value may be below zero: something is taken off, or a figure is that may be (`signed`), where the sign counts."""
        return _may_be_negative(self.core, signed)

    @cached_property
    def cleared(self) -> Expr:
        """The tree for a cell: every sum cleared of the dust of binary floats, as exact arithmetic has it.

        A quotient is right to the last of its fifteen digits; clearing it, too, would lift one just below a tie onto the tie.
        """
        return _cleared(self.core)

    def value(self, values: Mapping[str, Exact]) -> Fraction:
        """The exact value. Raises KeyError for a missing name and ZeroDivisionError for a zero divisor."""
        try:
            found = self.core.value({name: exact(values[name]) for name in self.names})
        except CellFailure as error:
            raise ZeroDivisionError(str(error)) from error
        assert isinstance(found, (int, Fraction))
        return Fraction(found)

    def excel(self, voice: Voice = str) -> str:
        """The native Excel expression over defined names; ×100% is the cell's format, not arithmetic."""
        return self.core.excel(voice)

    def sentence(self) -> str:
        """The formula in names, printed one way."""
        return _printed(self.tree, printed_name)

    def worked(self, values: Mapping[str, Exact], result: str) -> str:
        """The formula with its numbers and the printed result: ``66÷86×100%=76.74%``."""
        shown = self.as_percentage() if result.endswith("%") else self
        return f"{shown.substituted(values)}={result}"

    def as_percentage(self) -> "Formula":
        """The same formula, printed with ×100%; one that has it within (甲/乙×100%-100%) stays as it is."""
        return self if any(node == _WHOLE for node in walk(self.tree)) else Formula(Operation("*", self.tree, _WHOLE))

    def substituted(self, values: Mapping[str, Exact]) -> str:
        """The formula with numbers in the place of names; negative numbers in brackets, as one writes them."""

        def number(name: str) -> str:
            shown = plain(values[name])
            return f"({shown})" if shown.startswith("-") else shown

        return _printed(self.tree, number, lambda name: plain(values[name]))

    def worked_tree(self, *, signed: Collection[str] = ()) -> Expr:
        """The same as a tree of texts: ``在职人员数&"÷"&编制数&"×100%"``. `signed` are the names that may be below zero."""
        pieces = _printed(self.tree, lambda name: f"\0{name}\0", lambda name: f"\0{_ALONE}{name}\0").split("\0")
        return joined(*(_number_shown(piece, piece in signed) if at % 2 else piece for at, piece in enumerate(pieces)))

    def renamed(self, names: Mapping[str, str | Expr]) -> "Formula":
        """The same formula over other data items, or with formulas in the place of some."""
        return Formula(renamed(self.tree, names)) if names else self

    def match(self, pattern: "Formula") -> dict[str, "Formula"] | None:
        """How `pattern` (a catalogue formula) must be filled in to give this formula, or None if it is another formula.

        A name of the pattern stands for any expression: ``在职人员数/编制数`` matches ``（甲-乙）/丙``.
        """
        found: dict[str, Formula] = {}
        return found if _match(self.core, pattern.core, found) else None


_ALONE = "\1"
"""Before the key of a cell that stands in brackets by itself, and so needs none of its own."""


def _number_shown(name: str, signed: bool) -> Expr:
    cell = Cell(name.removeprefix(_ALONE))
    return when(cell < 0, joined("(", cell, ")"), cell) if signed else cell


@lru_cache(maxsize=1024)
def parse(text: str) -> Formula:
    """The formula of a form's text; a leading ``名称=`` is dropped. Raises FormulaError."""
    if len(text) > _LONGEST:
        raise FormulaError(f"公式超过{_LONGEST}字")
    if _PARTED.search(text):
        raise FormulaError(f"数字中间有空格或换行：“{text.strip()[:40]}”；{ALLOWED}")
    said = _SIZES.sub(lambda found: f"{_SIZE}({found[1]})" if found[1] else _SIZE, _DROPPED.sub("", text))
    body = _IN_NAME.sub(r"\1", said).translate(_OPERATORS).rstrip("。；;，,")
    body = body.rpartition("=")[2] if body.count("=") == 1 and not body.startswith("=") else body
    tokens = list(_tokens(body, text))
    if not tokens:
        raise FormulaError("公式为空；" + ALLOWED)
    node, rest = _sum(tokens, 0, 0)
    if rest != len(tokens):
        near = "".join(token for _, token in tokens[rest - 1 : rest + 1])
        sign = "；是乘号的写 ×" if _LETTER.search(near) else ""
        raise FormulaError(f"“{tokens[rest][1]}”处无法理解：“{text}”{sign}；{ALLOWED}")
    return Formula(node)


def bound_to(target: str) -> str | Expr:
    """The input a name of a formula stands for, or the formula it stands for; what can't be read, as it is."""
    try:
        tree = parse(target).tree
    except FormulaError:
        return defined_name(target)
    return tree.key if isinstance(tree, Cell) else tree


def _tokens(body: str, text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(body):
        kind = found.lastgroup or "bad"
        if kind == "bad":
            raise FormulaError(f"“{found[0]}”不能用在公式里：“{text}”；{ALLOWED}")
        yield kind, defined_name(found[0]) if kind == "name" else found[0]


def _sum(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Expr, int]:
    node, at = _product(tokens, at, depth)
    while at < len(tokens) and tokens[at][1] in "+-":
        right, after = _product(tokens, at + 1, depth)
        node, at = Operation(tokens[at][1], node, right), after
    return node, at


def _product(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Expr, int]:
    node, at = _factor(tokens, at, depth)
    while at < len(tokens) and tokens[at][1] in "*/":
        right, after = _factor(tokens, at + 1, depth)
        node, at = Operation(tokens[at][1], node, right), after
    return node, at


def _factor(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Expr, int]:
    if depth > _DEEPEST:
        raise FormulaError(f"括号超过{_DEEPEST}层")
    kind, text = tokens[at] if at < len(tokens) else ("end", "结尾")
    if kind == "number":
        if at + 1 < len(tokens) and tokens[at + 1][1] == "%":
            return Literal(exact(Decimal(text) / 100), f"{text}%"), at + 2
        return Literal(exact(Decimal(text)), text), at + 1
    if (kind, text) == ("name", _SIZE) and tokens[at + 1 : at + 2] == [("mark", "(")]:
        node, at = _bracketed(tokens, at + 1, depth)
        return Call(_SIZE, (node,)), at
    if kind == "name":
        return Cell(text), at + 1
    if text == "(":
        return _bracketed(tokens, at, depth)
    if text == "-":
        node, at = _factor(tokens, at + 1, depth + 1)
        return Operation("-", _LEADING, node), at
    raise FormulaError(f"“{text}”处缺少数据项或数字；{ALLOWED}")


def _bracketed(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Expr, int]:
    node, at = _sum(tokens, at + 1, depth + 1)
    if at >= len(tokens) or tokens[at][1] != ")":
        raise FormulaError("括号没有闭合；" + ALLOWED)
    return node, at + 1


_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
_PRINTED = str.maketrans("*/", "×÷")


def _printed(node: Expr, name: Callable[[str], str], alone: Callable[[str], str] | None = None) -> str:
    """A formula as forms print it; `name` says what stands for a data item, `alone` where it stands in brackets by itself."""
    if isinstance(node, Cell):
        return name(node.key)
    if isinstance(node, Literal):
        return node.printed.strip()
    if isinstance(node, Call):
        (inner,) = node.of
        return f"绝对值({(alone or name)(inner.key) if isinstance(inner, Cell) else _printed(inner, name, alone)})"
    assert isinstance(node, Operation)
    rank = _RANK[node.sign]
    left, right = _printed(node.left, name, alone), _printed(node.right, name, alone)
    if isinstance(node.left, Operation) and _RANK[node.left.sign] < rank:
        left = f"({left})"
    if isinstance(node.right, Operation) and (_RANK[node.right.sign] < rank or (_RANK[node.right.sign] == rank and node.sign in "-/")):
        right = f"({right})"
    return f"{left}{node.sign.translate(_PRINTED)}{right}"


def _may_be_negative(node: Expr, signed: Collection[str]) -> bool:
    if isinstance(node, Cell):
        return node.key in signed
    taken = isinstance(node, Operation) and node.sign == "-"
    return taken or not isinstance(node, Call) and any(_may_be_negative(part, signed) for part in node.parts())


def _is_sum(node: Expr) -> bool:
    return isinstance(node, Operation) and node.sign in "+-"


def _cleared(node: Expr) -> Expr:
    if isinstance(node, Call):
        return Call(node.name, tuple(map(_cleared, node.of)))
    if not isinstance(node, Operation):
        return node
    if _is_sum(node):
        divided = any(isinstance(one, Operation) and one.sign == "/" for one in walk(node))
        return Cleared(_terms(node), _DIGITS if divided else _DECIMALS)
    return Operation(node.sign, _cleared(node.left), _cleared(node.right))


def _terms(node: Expr) -> Expr:
    """The terms of a sum, products cleared, the sum itself not yet."""
    if isinstance(node, Operation) and _is_sum(node):
        return Operation(node.sign, _terms(node.left), _terms(node.right))
    return _cleared(node)


def _match(node: Expr, pattern: Expr, found: dict[str, Formula]) -> bool:
    if isinstance(pattern, Cell):
        return found.setdefault(pattern.key, Formula(node)) == Formula(node)
    if isinstance(pattern, Operation):
        return (
            isinstance(node, Operation)
            and node.sign == pattern.sign
            and _match(node.left, pattern.left, found)
            and _match(node.right, pattern.right, found)
        )
    if isinstance(pattern, Call) and isinstance(node, Call):
        return node.name == pattern.name and _match(node.of[0], pattern.of[0], found)
    return node == pattern
