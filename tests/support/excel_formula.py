"""Excel formulas as a file holds them: references, the parsed tree, and the shape a formula has wherever it is copied to."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

Areas = list[tuple[str, Area]]
"""Each with its sheet."""

TOKEN = re.compile(
    r"""(?P<space>[ \n\r]+)
    |(?P<string>"(?:[^"]|"")*")
    |(?P<sheet>'(?:[^']|'')*'!|[^\W\d][\w.]*!)
    |(?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!))
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)
    |(?P<func>[^\W\d][\w.]*\()
    |(?P<cell>\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w.]))
    |(?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.]))
    |(?P<name>[^\W\d\\]?[\w.\\?]+)
    |(?P<op><=|>=|<>|[-+*/^&=<>%:,(){};@\#])""",
    re.VERBOSE,
)


def column_number(letters: str) -> int:
    """A, Z, AA -> 1, 26, 27."""
    n = 0
    for char in letters.upper():
        n = n * 26 + ord(char) - 64
    return n


@lru_cache(maxsize=1 << 16)
def cell_place(ref: str) -> tuple[int, int] | None:
    """(row, column) of A1, or None."""
    found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", ref)
    if not found:
        return None
    row, column = int(found[2]), column_number(found[1])
    return (row, column) if 1 <= row <= 1048576 and 1 <= column <= 16384 else None


@lru_cache(maxsize=1 << 16)
def area(ref: str) -> tuple[int, int, int, int] | None:
    """(row, column, row, column) of A1 or A1:B2 or 4:4 or A:B."""
    ref = ref.replace("$", "")
    a, _, b = ref.partition(":")
    b = b or a
    if a.isdigit() and b.isdigit():
        return int(a), 1, int(b), 16384
    if re.fullmatch("[A-Za-z]{1,3}", a) and re.fullmatch("[A-Za-z]{1,3}", b):
        return 1, column_number(a), 1048576, column_number(b)
    one, two = cell_place(a), cell_place(b)
    return (*one, *two) if one and two and one[0] <= two[0] and one[1] <= two[1] else None


class Node:
    """A piece of a parsed formula."""

    __slots__ = ("args", "kind", "text")

    def __init__(self, kind: str, text: str = "", args: "list[Node] | None" = None) -> None:
        self.kind, self.text, self.args = kind, text, args or []

    def leaves(self) -> "Iterator[Node]":
        """The references and names in it."""
        if self.kind in ("ref", "name"):
            yield self
        for arg in self.args:
            yield from arg.leaves()


class Parser:
    """A formula in file syntax (English names, commas). Raises SyntaxError."""

    LEVELS = {"=": 0, "<>": 0, "<": 0, ">": 0, "<=": 0, ">=": 0, "&": 1, "+": 2, "-": 2, "*": 3, "/": 3, "^": 4}
    """How strongly an operator binds."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found or found.end() == at:
                raise SyntaxError(f"unreadable at {at}: {text[at : at + 20]!r}")
            if found.lastgroup != "space":
                self.tokens.append((found.lastgroup or "", found[0]))
            at = found.end()
        self.tokens.append(("end", ""))
        self.at = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at]

    def take(self, text: str = "") -> tuple[str, str]:
        token = self.tokens[self.at]
        if text and token[1] != text:
            raise SyntaxError(f"{text!r} expected, {token[1]!r} found")
        self.at += 1
        return token

    def parse(self) -> Node:
        node = self.level(0)
        if self.peek()[0] != "end":
            raise SyntaxError(f"unexpected {self.peek()[1]!r}")
        return node

    def level(self, least: int) -> Node:
        """What operators that bind at least so strongly join."""
        node = self.unary()
        while True:
            kind, text = self.tokens[self.at]
            binds = self.LEVELS.get(text, -1) if kind == "op" else -1
            if binds < least:
                return node
            self.at += 1
            node = Node("op", text, [node, self.level(binds + 1)])

    def unary(self) -> Node:
        if self.peek() in (("op", "-"), ("op", "+"), ("op", "@")):
            return Node("op", "u" + self.take()[1], [self.unary()])
        node = self.primary()
        while self.peek() == ("op", "%"):
            self.take()
            node = Node("op", "%", [node])
        return node

    def primary(self) -> Node:
        kind, text = self.take()
        if kind in ("string", "number", "error"):
            return Node(kind, text)
        if kind == "sheet":
            inner = self.reference()
            return Node("ref", text + inner)
        if kind in ("cell", "columns"):
            self.at -= 1
            return Node("ref", self.reference())
        if kind == "number" or (kind == "op" and text == "$"):
            raise SyntaxError("row reference")
        if kind == "name":
            return Node("bool", text.upper()) if text.upper() in ("TRUE", "FALSE") else Node("name", text)
        if kind == "func":
            args: list[Node] = []
            if self.peek()[1] == ")":
                self.take()
                return Node("func", text[:-1], args)
            while True:
                if self.peek()[1] in (",", ")"):
                    args.append(Node("missing"))
                else:
                    args.append(self.level(0))
                if self.take()[1] == ")":
                    return Node("func", text[:-1], args)
                if self.tokens[self.at - 1][1] != ",":
                    raise SyntaxError(f"{self.tokens[self.at - 1][1]!r} in the arguments of {text[:-1]}")
        if (kind, text) == ("op", "("):
            node = self.level(0)
            while self.peek()[1] == ",":
                self.take()
                node = Node("union", ",", [node, self.level(0)])
            self.take(")")
            return Node("group", "", [node])
        if (kind, text) == ("op", "{"):
            while self.take()[1] != "}":
                if self.peek()[0] == "end":
                    raise SyntaxError("array constant not closed")
            return Node("array")
        raise SyntaxError(f"unexpected {text or 'end'!r}")

    def reference(self) -> str:
        kind, text = self.take()
        if kind in ("columns",):
            return text
        if kind == "name":
            return text
        if kind == "error":
            return text
        if kind != "cell":
            raise SyntaxError(f"reference expected, {text!r} found")
        if self.peek() == ("op", ":"):
            self.take()
            kind2, text2 = self.take()
            if kind2 != "cell":
                raise SyntaxError(f"reference expected after ':', {text2!r} found")
            return f"{text}:{text2}"
        return text


@lru_cache(maxsize=1 << 11)
def parsed(text: str) -> Node:
    """The tree of a formula; the same formulas stand in many workbooks. Raises SyntaxError, IndexError."""
    return Parser(text).parse()


SHEET = r"(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!"
CELL = r"\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w.(])"
NAME = r"[^\W\d][\w.\\?]*(?![\w.\\?('!])"
REFERENCE = re.compile(rf'"(?:[^"]|"")*"|(?<![\w.\\?$!\'])(?:{SHEET})?{CELL}(?::{CELL})?|(?<![\w.\\?$!\']){NAME}')
"""A text, a reference to cells, or a name."""


def shape(text: str, areas_of: Callable[[str], Areas | None]) -> tuple[str, Areas] | None:
    """A formula with its references and names left out but for whether they are of more than a cell, and the areas they name.

    Where the areas of one are unknown, None.
    """
    areas: Areas = []
    parts, last = [], 0
    for found in REFERENCE.finditer(text):
        word = found[0]
        if word[0] == '"' or word in ("TRUE", "FALSE"):
            continue
        named = areas_of(word)
        if named is None:
            return None
        areas += named
        parts += [text[last : found.start()], "{cells}" if any(box[:2] != box[2:] for _, box in named) else "{cell}"]
        last = found.end()
    return "".join([*parts, text[last:]]), areas
