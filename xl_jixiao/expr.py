"""One expression, many voices: what a cell computes is one frozen tree; its exact value and its Excel text are two readings of it.

    >>> rate = Rounded(Cell("在职人员数") / Cell("编制数"), 4)
    >>> rate.value({"在职人员数": 66, "编制数": 86})
    Fraction(3837, 5000)
    >>> rate.excel()
    'ROUND(在职人员数/编制数,4)'

Values are exact: Fraction or int, text, truth, and None for a blank cell, which counts as zero beside numbers and as empty text beside
texts, as in Excel. Excel's numbers are binary floats; where a tree must be guarded against their dust it says so itself (`Cleared`): the
exact value stays as it is, the Excel text rounds. A tree is compiled once into nested functions; `value` calls them.

The functions a tree may use are those of `FUNCTIONS`: each has one exact meaning here, and Excel 2016, WPS and LibreOffice 7 all have it.
"""

import datetime
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from statistics import median
from typing import Any

from xl_jixiao.number import NotANumber, day_of, from_text, half_up, plain, shows_error
from xl_jixiao.number import decimal as finite
from xl_jixiao.words import SPACES, UNSEEN, WHITE
from xl_jixiao.words import is_blank as blank

Value = Fraction | int | str | bool | None
"""What a cell holds: a number, a text, a truth, or None where it is blank."""

Held = Value | tuple[Value, ...]
"""What a name stands for: a cell's value, or those of an area."""

Values = Mapping[str, Held]
Voice = Callable[[str], str]
"""How a cell or an area is written in a formula: its defined name, or its address."""

Run = Callable[[Values], Value]

_NUMBERS = (Fraction, int)
"""The classes of numbers; a truth is of its own."""
_KINDS: Mapping[type, int] = {Fraction: 0, int: 0, str: 1, bool: 2}
"""In what order Excel sorts cells."""

LONGEST_TEXT = 250
"""Excel takes a literal of 255 characters."""


class CellFailure(ArithmeticError):
    """A formula that shows an error value in Excel; the message is that value: #VALUE!, #DIV/0!."""


class Lasting(dict[str, Held]):
    """Values that stay as they are: what several trees work out of them alike is worked out once, and kept here."""

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.worked_out: dict[str, Value] = {}


_KEY = "\0"
"""Around the key of a cell in a text that is written out later."""


class Expr:
    """Something that has a value and an Excel text."""

    rank = 9
    """How tightly the text binds: 1 comparison, 2 joined texts, 3 sums, 4 products, 9 what needs no brackets."""

    def run(self) -> Run:
        """The tree as a function of the values of its names."""
        raise NotImplementedError

    def excel(self, voice: Voice = str) -> str:
        """The formula's text, without the sign of equality before it."""
        raise NotImplementedError

    def parts(self) -> tuple["Expr", ...]:
        """What it is made of."""
        return ()

    def rebuilt(self, parts: Sequence["Expr"]) -> "Expr":
        """The same over other parts."""
        return self

    @cached_property
    def compiled(self) -> Run:
        """The tree as a function, made once."""
        return self.run()

    def value(self, values: Values) -> Value:
        """The exact value. Raises CellFailure where Excel shows an error, KeyError for a name nobody knows."""
        found = self.compiled(values)
        if found.__class__ is tuple:  # type: ignore[comparison-overlap]
            raise CellFailure("#VALUE!")
        return found

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The cells and areas it reads, in the order they first appear."""
        return tuple(dict.fromkeys([name for part in self.parts() for name in part.names]))

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        """Its Excel text around the cells and areas it reads: text, key, text, …, text. Made once for all rows and forms it is applied to."""
        return tuple(self.excel(lambda key: f"{_KEY}{key}{_KEY}").split(_KEY))

    def __add__(self, other: "Operand") -> "Expr":
        return _folded("+", self, tree(other))

    def __radd__(self, other: "Operand") -> "Expr":
        return _folded("+", tree(other), self)

    def __sub__(self, other: "Operand") -> "Expr":
        return _folded("-", self, tree(other))

    def __rsub__(self, other: "Operand") -> "Expr":
        return _folded("-", tree(other), self)

    def __mul__(self, other: "Operand") -> "Expr":
        return _folded("*", self, tree(other))

    def __rmul__(self, other: "Operand") -> "Expr":
        return _folded("*", tree(other), self)

    def __truediv__(self, other: "Operand") -> "Operation":
        return Operation("/", self, tree(other))

    def __ge__(self, other: "Operand") -> "Operation":
        return Operation(">=", self, tree(other))

    def __gt__(self, other: "Operand") -> "Operation":
        return Operation(">", self, tree(other))

    def __le__(self, other: "Operand") -> "Operation":
        return Operation("<=", self, tree(other))

    def __lt__(self, other: "Operand") -> "Operation":
        return Operation("<", self, tree(other))

    def equals(self, other: "Operand") -> "Operation":
        """Whether both are the same; texts whatever their case, as in Excel."""
        return Operation("=", self, tree(other))

    def differs(self, other: "Operand") -> "Operation":
        """Whether they are not the same."""
        return Operation("<>", self, tree(other))


Operand = Expr | Decimal | Fraction | int | str | bool | None


@dataclass(frozen=True)
class Literal(Expr):
    """A number, text or truth as written; `printed` is how a form prints the number: 100%."""

    of: Value
    printed: str = ""

    @property
    def rank(self) -> int:  # type: ignore[override]
        """A long text is several, joined."""
        if isinstance(self.of, str):
            return 2 if len(self.of) > LONGEST_TEXT or "\n" in self.of else 9
        return 3 if isinstance(self.of, (int, Fraction)) and self.of < 0 else 9

    def run(self) -> Run:
        of = self.of
        return lambda values: of

    def excel(self, voice: Voice = str) -> str:
        if isinstance(self.of, bool):
            return str(self.of).upper()
        if isinstance(self.of, str):
            return _quoted(self.of)
        return '""' if self.of is None else plain(self.of)


@dataclass(frozen=True)
class Cell(Expr):
    """A cell by its key: the defined name it has in the workbook, or the one only the plan knows."""

    key: str

    @property
    def names(self) -> tuple[str, ...]:
        """Its own key."""
        return (self.key,)

    def run(self) -> Run:
        return operator.itemgetter(self.key)  # an area where a cell must be fails in what takes it for one

    def excel(self, voice: Voice = str) -> str:
        return voice(self.key)


@dataclass(frozen=True)
class Area(Expr):
    """Neighbouring cells by the key of their area; only functions that take areas may read it."""

    key: str

    @property
    def names(self) -> tuple[str, ...]:
        """Its own key."""
        return (self.key,)

    def run(self) -> Run:
        raise CellFailure("#VALUE!")

    def excel(self, voice: Voice = str) -> str:
        return voice(self.key)


_RANKS = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "+": 3, "-": 3, "*": 4, "/": 4}


@dataclass(frozen=True)
class Operation(Expr):
    """Left, sign, right: arithmetic and comparison."""

    sign: str
    left: Expr
    right: Expr

    @property
    def rank(self) -> int:  # type: ignore[override]
        """As Excel binds its signs."""
        return _RANKS[self.sign]

    def parts(self) -> tuple[Expr, ...]:
        return (self.left, self.right)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Operation(self.sign, parts[0], parts[1])

    def run(self) -> Run:
        if self.sign == "+" and isinstance(self.left, Operation) and self.left.sign == "+":
            return _added([one.run() for one in self._terms()])
        left, does = self.left.run(), _SIGNS[self.sign]
        if isinstance(self.right, Literal):
            constant = self.right.of
            if isinstance(constant, str) and self.sign in ("=", "<>"):
                return _word_test(left, (constant,), wanted=self.sign == "=")
            return lambda values: does(left(values), constant)
        right = self.right.run()
        return lambda values: does(left(values), right(values))

    def _terms(self) -> list[Expr]:
        """What is added from left to right."""
        terms: list[Expr] = []
        rest: Expr = self
        while isinstance(rest, Operation) and rest.sign == "+":
            terms.append(rest.right)
            rest = rest.left
        return [rest, *reversed(terms)]

    def excel(self, voice: Voice = str) -> str:
        left, right = self.left.excel(voice), self.right.excel(voice)
        if self.left.rank < self.rank:
            left = f"({left})"
        if self.right.rank < self.rank or (self.right.rank == self.rank and self.sign not in "+*"):
            right = f"({right})"
        return f"{left}{self.sign}{right}"


@dataclass(frozen=True)
class Joined(Expr):
    """Texts one after the other; numbers as their shortest text."""

    of: tuple[Expr, ...]

    rank = 2

    def parts(self) -> tuple[Expr, ...]:
        return self.of

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Joined(tuple(parts))

    def run(self) -> Run:
        runs = [one.run() for one in self.of]
        return lambda values: "".join([as_text(one(values)) for one in runs])

    def excel(self, voice: Voice = str) -> str:
        texts = [f"({one.excel(voice)})" if one.rank < self.rank else one.excel(voice) for one in self.of]
        return "&".join(texts) or '""'


@dataclass(frozen=True)
class Rounded(Expr):
    """What is printed: rounded half away from zero, in Python and in the sheet alike."""

    of: Expr
    places: int

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Rounded(parts[0], self.places)

    def run(self) -> Run:
        of, places = self.of.run(), self.places
        return lambda values: rounded(as_number(of(values)), places)

    def excel(self, voice: Voice = str) -> str:
        return f"ROUND({self.of.excel(voice)},{self.places})"


@dataclass(frozen=True)
class Cleared(Expr):
    """The value itself; in Excel cleared of the dust binary floats add. Never around a quotient: that would lift one onto a tie."""

    of: Expr
    places: int

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Cleared(parts[0], self.places)

    def run(self) -> Run:
        of = self.of.run()
        return _once(self, lambda values: as_number(of(values)))  # a gap is asked about by each of its figures

    def excel(self, voice: Voice = str) -> str:
        return f"ROUND({self.of.excel(voice)},{self.places})"


@dataclass(frozen=True)
class Kept(Expr):
    """What several cells have in their trees: written out in each of them, worked out once for all."""

    of: Expr

    @property
    def rank(self) -> int:  # type: ignore[override]
        """As the tree binds."""
        return self.of.rank

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Kept(parts[0])

    def run(self) -> Run:
        return _once(self.of, self.of.run())

    def excel(self, voice: Voice = str) -> str:
        return self.of.excel(voice)


@dataclass(frozen=True)
class Choice(Expr):
    """IF: only the side that is chosen is computed."""

    test: Expr
    yes: Expr
    no: Expr

    def parts(self) -> tuple[Expr, ...]:
        return (self.test, self.yes, self.no)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Choice(parts[0], parts[1], parts[2])

    def run(self) -> Run:
        said = _words_of(self.test)
        if said:
            return self._by_word(said[0])
        test, yes, no = self.test.run(), self.yes.run(), self.no.run()
        return lambda values: yes(values) if test(values) else no(values)

    def _by_word(self, subject: Expr) -> Run:
        """A chain of tests for the words one subject may be: looked up at once, the first test that has a word first."""
        cases: dict[str, Run] = {}
        rest: Expr = self
        while isinstance(rest, Choice) and (said := _words_of(rest.test)) and said[0] == subject:
            yes = rest.yes.run()
            for word in said[1]:
                cases.setdefault(word.casefold(), yes)
            rest = rest.no
        read, otherwise = subject.run(), rest.run()
        blank = cases.get("", otherwise)

        def chosen(values: Values) -> Value:
            found = read(values)
            if found.__class__ is str:
                return cases.get(found.casefold(), otherwise)(values)
            return (blank if found is None else otherwise)(values)

        return chosen

    def excel(self, voice: Voice = str) -> str:
        return f"IF({self.test.excel(voice)},{self.yes.excel(voice)},{self.no.excel(voice)})"


@dataclass(frozen=True)
class Call(Expr):
    """A function of `FUNCTIONS` over its arguments; areas give all of their cells."""

    name: str
    of: tuple[Expr, ...]

    def parts(self) -> tuple[Expr, ...]:
        return self.of

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Call(self.name, tuple(parts))

    def run(self) -> Run:
        does = FUNCTIONS[self.name]
        if any(isinstance(one, Area) for one in self.of):
            readers = [_area_reader(one) for one in self.of]
            return lambda values: does([cell for one in readers for cell in one(values)])
        said = _words_of(self)
        if said:
            return _word_test(said[0].run(), said[1], wanted=True)
        runs = [one.run() for one in self.of]
        if len(runs) == 1:
            (only,) = runs
            return lambda values: does([only(values)])
        if all(isinstance(one, Cell) for one in self.of):
            over = _over_cells(does, [one.key for one in self.of if isinstance(one, Cell)])
            return over if len(self.of) < _MANY else _once(self, over)
        return lambda values: does([one(values) for one in runs])

    def excel(self, voice: Voice = str) -> str:
        return f"{self.name}({','.join([one.excel(voice) for one in self.of])})"


_PLAIN_SPACES = str.maketrans({**dict.fromkeys(WHITE[:32]), **{one: None if one in UNSEEN else " " for one in SPACES}})
"""Control characters go, as by CLEAN; white space of any kind is a space, or nothing where it has no width."""


@dataclass(frozen=True)
class Spaced(Expr):
    """A text whose white space of any kind is one ordinary space between words, or nothing at all; none is left around it."""

    of: Expr
    space: str

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Spaced(parts[0], self.space)

    def run(self) -> Run:
        of, space = self.of.run(), self.space
        return lambda values: space.join(as_text(of(values)).translate(_PLAIN_SPACES).split())

    def excel(self, voice: Voice = str) -> str:
        text = self.of.excel(voice)
        for one in SPACES:
            text = f'SUBSTITUTE({text},"{one}","{"" if one in UNSEEN else self.space}")'
        return f"TRIM(CLEAN({text}))" if self.space else f'SUBSTITUTE(CLEAN({text})," ","")'


_MOST_SIGNS = 60
_PLACES = ",".join(map(str, range(1, _MOST_SIGNS + 1)))


@dataclass(frozen=True)
class MadeOf(Expr):
    """Whether a text has no other signs than these; it is looked at up to its 60th character."""

    of: Expr
    signs: str

    rank = 1

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return MadeOf(parts[0], self.signs)

    def run(self) -> Run:
        of, signs = self.of.run(), frozenset(self.signs)
        return lambda values: signs.issuperset(as_text(of(values))[:_MOST_SIGNS])

    def excel(self, voice: Voice = str) -> str:
        return f"SUMPRODUCT(--ISERROR(FIND(MID({self.of.excel(voice)},{{{_PLACES}}},1),{_quoted(self.signs)})))=0"


@dataclass(frozen=True)
class Counted(Expr):
    """COUNTIF: how many cells of an area are a word."""

    area: Area
    word: str

    def parts(self) -> tuple[Expr, ...]:
        return (self.area,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        area = parts[0]
        assert isinstance(area, Area)
        return Counted(area, self.word)

    def run(self) -> Run:
        key, word = self.area.key, self.word

        def count(values: Values) -> Value:
            cells = values[key]
            return cells.count(word) if isinstance(cells, tuple) else int(cells == word)

        return count

    def excel(self, voice: Voice = str) -> str:
        return f"COUNTIF({self.area.excel(voice)},{_quoted(self.word)})"


@dataclass(frozen=True)
class Guarded(Expr):
    """IFERROR: the value, or another where it would be an error."""

    of: Expr
    otherwise: Expr

    def parts(self) -> tuple[Expr, ...]:
        return (self.of, self.otherwise)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Guarded(parts[0], parts[1])

    def run(self) -> Run:
        of, otherwise = self.of.run(), self.otherwise.run()

        def value(values: Values) -> Value:
            try:
                return of(values)
            except CellFailure:
                return otherwise(values)

        return value

    def excel(self, voice: Voice = str) -> str:
        return f"IFERROR({self.of.excel(voice)},{self.otherwise.excel(voice)})"


@dataclass(frozen=True)
class Blank(Expr):
    """Whether a cell is blank: nothing, or nothing but white space of any kind."""

    of: Expr

    rank = 1

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return Blank(parts[0])

    def run(self) -> Run:
        of = self.of.run()
        return lambda values: blank(of(values))

    def excel(self, voice: Voice = str) -> str:
        return f'{Spaced(self.of, " ").excel(voice)}=""'


@dataclass(frozen=True)
class ByRow(Expr):
    """SUMPRODUCT: the sum over rows of the product of conditions and numbers, each an expression over areas of equal height.

    Below it an `Area` stands for its cell of the row. Only comparisons, arithmetic and the functions Excel lifts over areas (ISNUMBER,
    EXACT, LEN, N of a truth) may be used: see the architecture's rule about what Excel intersects.
    """

    of: Expr

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return ByRow(parts[0])

    def run(self) -> Run:
        keys = tuple(dict.fromkeys(one.key for one in walk(self.of) if isinstance(one, Area)))
        row_tree = renamed(self.of, {}, area=Cell)
        each = row_tree.run()
        if len(keys) == 1 and row_tree.names == keys:
            return _once(self, _by_cell(keys[0], each))

        def total(values: Values) -> Value:
            areas = [values[key] for key in keys]
            columns = [area if isinstance(area, tuple) else (area,) for area in areas]
            row = _Row(values)
            found: Fraction | int = 0
            for cells in zip(*columns, strict=True):
                row.update(zip(keys, cells, strict=True))
                found += as_number(each(row))
            return found

        return _once(self, total)

    def excel(self, voice: Voice = str) -> str:
        text = self.of.excel(voice)
        return f"SUMPRODUCT(--({text}))" if self.of.rank == 1 else f"SUMPRODUCT({text})"


@dataclass(frozen=True)
class Summed(Expr):
    """SUMIF: the sum of an area's numbers in the rows where another area is a word."""

    area: Area
    word: str
    of: Area

    def parts(self) -> tuple[Expr, ...]:
        return (self.area, self.of)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        area, of = parts
        assert isinstance(area, Area) and isinstance(of, Area)
        return Summed(area, self.word, of)

    def run(self) -> Run:
        words, numbers, word = _area_reader(self.area), _area_reader(self.of), self.word

        def add(values: Values) -> Value:
            rows = zip(words(values), numbers(values), strict=True)
            return _sum([number for found, number in rows if found == word])

        return add

    def excel(self, voice: Voice = str) -> str:
        return f"SUMIF({self.area.excel(voice)},{_quoted(self.word)},{self.of.excel(voice)})"


@dataclass(frozen=True)
class _AgainstWords(Expr):
    """A text beside the words of an area."""

    of: Expr
    words: Area

    rank = 1

    def parts(self) -> tuple[Expr, ...]:
        return (self.of, self.words)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        of, words = parts
        assert isinstance(words, Area)
        return type(self)(of, words)


@dataclass(frozen=True)
class Listed(_AgainstWords):
    """Whether a text is one of the words of an area, letter for letter."""

    def run(self) -> Run:
        of, words = self.of.run(), _area_reader(self.words)
        return lambda values: as_text(of(values)) in words(values)

    def excel(self, voice: Voice = str) -> str:
        return f"SUMPRODUCT(--EXACT({self.of.excel(voice)},{self.words.excel(voice)}))>0"


@dataclass(frozen=True)
class HasListed(_AgainstWords):
    """Whether one of the words of an area is in a text."""

    def run(self) -> Run:
        of, words = self.of.run(), _area_reader(self.words)

        def value(values: Values) -> Value:
            text = as_text(of(values))
            return any(str(word) in text for word in words(values))

        return value

    def excel(self, voice: Voice = str) -> str:
        return f"SUMPRODUCT(--ISNUMBER(FIND({self.words.excel(voice)},{self.of.excel(voice)})))>0"


@dataclass(frozen=True)
class Applied(Expr):
    """A tree over the cells of one row of a table, compiled once for all rows: `keys` says what the row calls each of the tree's own
    cells; other keys stay."""

    of: Expr
    keys: Mapping[str, str]

    @property
    def rank(self) -> int:  # type: ignore[override]
        """As the tree binds."""
        return self.of.rank

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The row's own names."""
        return tuple(self.keys.get(name, name) for name in self.of.names)

    def run(self) -> Run:
        of, keys = self.of.compiled, self.keys
        return lambda values: of(Renamed(values, keys))

    def excel(self, voice: Voice = str) -> str:
        keys, pieces = self.keys, list(self.of._pieces)
        pieces[1::2] = [voice(keys.get(key, key)) for key in pieces[1::2]]
        return "".join(pieces)


@dataclass(frozen=True)
class ByHand(Expr):
    """The one clear door for a formula whose Python is not read from a tree: its text, and the function that gives its value, or the text it
    always shows.

    `text` names its cells as ``{key}``; `of` gets their values in the order of `keys`.
    """

    text: str
    keys: tuple[str, ...]
    of: Callable[..., Value] | str

    def run(self) -> Run:
        keys, of = self.keys, self.of
        if isinstance(of, str):
            return lambda values: of
        return lambda values: of(*[values[key] for key in keys])

    def parts(self) -> tuple[Expr, ...]:
        return tuple(map(Cell, self.keys))

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        keys = tuple(one.key for one in parts if isinstance(one, Cell))
        text = self.text
        for old, new in zip(self.keys, keys, strict=True):
            text = text.replace(f"{{{old}}}", f"{{{new}}}")
        return ByHand(text, keys, self.of)

    def excel(self, voice: Voice = str) -> str:
        text = self.text
        for key in self.keys:
            text = text.replace(f"{{{key}}}", voice(key))
        return text


class _Row(dict[str, Held]):
    """The values of one row of some areas, and behind them all others."""

    def __init__(self, outer: Values) -> None:
        super().__init__()
        self._outer = outer

    def __missing__(self, key: str) -> Held:
        return self._outer[key]


class Renamed(dict[str, Held]):
    """Values under the names a tree knows them by."""

    def __init__(self, outer: Values, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._outer = outer
        self._keys = keys

    def __missing__(self, key: str) -> Held:
        return self._outer[self._keys.get(key, key)]


# ---- building trees


def tree(of: Operand) -> Expr:
    """A constant as a tree; a tree as it is."""
    if isinstance(of, Expr):
        return of
    return Literal(Fraction(of) if isinstance(of, Decimal) else of)


def _folded(sign: str, left: Expr, right: Expr) -> Expr:
    """An operation; of two constants their result."""
    if isinstance(left, Literal) and isinstance(right, Literal) and not (left.printed or right.printed):
        return Literal(_SIGNS[sign](left.of, right.of))
    return Operation(sign, left, right)


def call(name: str, *of: Operand) -> Call:
    """A function's call."""
    return Call(name, tuple(map(tree, of)))


def when(test: Expr, yes: Operand, no: Operand) -> Choice:
    """`yes` where the test holds, else `no`."""
    return Choice(test, tree(yes), tree(no))


def first_of(cases: Sequence[tuple[Expr, Operand]], otherwise: Operand) -> Expr:
    """The value beside the first test that holds; else the other."""
    found = tree(otherwise)
    for test, value in reversed(cases):
        found = when(test, value, found)
    return found


def by_word(subject: Expr, words: Mapping[str, Operand], otherwise: Operand) -> Expr:
    """The value of the word the subject is; else the other."""
    return first_of([(subject.equals(word), value) for word, value in words.items()], otherwise)


def all_of(tests: Sequence[Expr]) -> Expr:
    """AND, or the only test, or truth."""
    return _joint("AND", tests, without=True)


def any_of(tests: Sequence[Expr]) -> Expr:
    """OR, or the only test, or untruth."""
    return _joint("OR", tests, without=False)


def _joint(name: str, tests: Sequence[Expr], *, without: bool) -> Expr:
    if not tests:
        return Literal(without)
    return tests[0] if len(tests) == 1 else Call(name, tuple(tests))


def one_of(subject: Expr, words: Sequence[str]) -> Expr:
    """Whether the subject is one of the words."""
    return any_of([subject.equals(word) for word in words])


def negated(test: Expr) -> Call:
    """NOT."""
    return call("NOT", test)


def is_number(of: Expr) -> Call:
    """Whether a cell holds a number."""
    return call("ISNUMBER", of)


def is_text(of: Expr) -> Call:
    """Whether a cell holds a text, an empty one included."""
    return call("ISTEXT", of)


def is_error(of: Expr) -> Call:
    """Whether a cell shows an error value."""
    return call("ISERROR", of)


def total(of: Sequence[Expr]) -> Expr:
    """The terms added one by one."""
    found, *rest = of
    for one in rest:
        found = found + one
    return found


def joined(*of: Operand) -> Expr:
    """Texts one after the other; neighbouring constants as one, empty ones left out."""
    kept: list[Expr] = []
    for one in map(tree, of):
        own = one.of if isinstance(one, Joined) else (one,)
        for part in own:
            last = kept[-1] if kept else None
            if isinstance(part, Literal) and isinstance(part.of, str) and isinstance(last, Literal) and isinstance(last.of, str):
                kept[-1] = Literal(last.of + part.of)
            elif part != Literal(""):
                kept.append(part)
    if not kept:
        return Literal("")
    return kept[0] if len(kept) == 1 and isinstance(kept[0], Literal) else Joined(tuple(kept))


def trimmed(of: Expr) -> Expr:
    """A text without white space of any kind around it; inside, runs of it are one space."""
    return Spaced(of, " ")


def spaceless(of: Expr) -> Expr:
    """A text without white space of any kind."""
    return Spaced(of, "")


def is_blank(of: Expr) -> Expr:
    """Whether a cell is blank: nothing, or nothing but white space of any kind."""
    return Blank(of)


def shown(of: Expr, places: int, *, percent: bool = False) -> Call:
    """A number as the sheet prints it: 0.7674 -> 76.74%. What is rounded before is printed right by every program."""
    return call("TEXT", of, "0" + ("." + "0" * places if places else "") + ("%" if percent else ""))


def walk(of: Expr) -> Iterator[Expr]:
    """A tree and everything in it, in the order it is read."""
    ahead = [of]
    while ahead:
        one = ahead.pop()
        yield one
        ahead.extend(reversed(one.parts()))


def renamed(of: Expr, keys: Mapping[str, str | Expr], *, area: Callable[[str], Expr] | None = None) -> Expr:
    """The same over other cells; a cell may also be given as a tree. `area` says what stands for an area."""
    if isinstance(of, Cell):
        new = keys.get(of.key, of)
        return Cell(new) if isinstance(new, str) else new
    if isinstance(of, Area):
        return area(of.key) if area else of
    parts = of.parts()
    return of.rebuilt([renamed(one, keys, area=area) for one in parts]) if parts else of


# ---- values


def as_number(value: Value) -> Fraction | int:
    """A cell's number as arithmetic takes it: a blank cell is zero, a text that reads as a number is one. Raises CellFailure."""
    if value.__class__ is Fraction or value.__class__ is int:
        return value
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, str):
        raise CellFailure("#VALUE!")  # an area
    try:
        number = from_text(value)
    except NotANumber:
        number = None
    if number is None:
        raise CellFailure("#VALUE!")
    return Fraction(number)


def as_text(value: Value) -> str:
    """A cell's text as Excel joins it: numbers in their shortest form, a blank cell empty."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value.__class__ is tuple:  # type: ignore[comparison-overlap]
        raise CellFailure("#VALUE!")
    return str(value).upper() if isinstance(value, bool) else plain(value)


def exact(value: Decimal | Fraction | float | int | str | bool | datetime.date | None) -> Value:
    """A plain value as trees take it. A date must have become its day's number before."""
    if isinstance(value, float):
        return _exact_float(value)
    if isinstance(value, Decimal):
        return _exact_decimal(value)
    if isinstance(value, datetime.date):
        raise TypeError("a date is no cell value; see number.day_number")
    return value


@lru_cache(maxsize=4096)
def _exact_float(value: float) -> Fraction | int:
    return _exact_decimal(Decimal(format(value, ".15g")))


@lru_cache(maxsize=4096)
def _exact_decimal(value: Decimal) -> Fraction | int:
    top, bottom = value.as_integer_ratio()
    return top if bottom == 1 else Fraction(top, bottom)


def decimal(value: Value) -> Decimal | None:
    """A printed number as Decimal; None for what is no number. Exact for numbers of finitely many decimals, else to ten."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return None
    return finite(value)


def rounded(number: Fraction | int, places: int) -> Fraction | int:
    """Rounded half away from zero."""
    if isinstance(number, int):
        return number
    top, bottom = number.as_integer_ratio()
    scale = 10**places
    if scale % bottom == 0:
        return number if bottom > 1 else top
    units = (abs(top) * scale * 2 + bottom) // (2 * bottom)
    if top < 0:
        units = -units
    return Fraction(units, scale) if units % scale else units // scale


def utf16(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """A text in a formula: at most 255 characters to a literal, line ends by their number."""
    lines = []
    for line in text.split("\n"):
        pieces = [line[at : at + LONGEST_TEXT] for at in range(0, len(line), LONGEST_TEXT)] or [""]
        lines.append("&".join('"' + piece.replace('"', '""') + '"' for piece in pieces))
    return "&CHAR(10)&".join(lines)


def _area_reader(of: Expr) -> Callable[[Values], Sequence[Value]]:
    if not isinstance(of, Area):
        run = of.run()
        return lambda values: (run(values),)
    key = of.key

    def cells(values: Values) -> Sequence[Value]:
        found = values[key]
        return found if isinstance(found, tuple) else (found,)

    return cells


_MOST_CELLS = 1000
"""Of so many different cells it is kept what each counts."""


def _by_cell(key: str, each: Run) -> Run:
    """The sum over the cells of one area of what each counts: most are one of a few words, and each word counts the same in all files."""
    known: dict[Value, Fraction | int] = {}

    def total(values: Values) -> Value:
        area = values[key]
        found: Fraction | int = 0
        for cell in area if isinstance(area, tuple) else (area,):
            word = cell.__class__ is str
            counts = known.get(cell) if word else None
            if counts is None:
                counts = as_number(each({key: cell}))
                if word and len(known) < _MOST_CELLS:
                    known[cell] = counts
            found += counts
        return found

    return total


def _is_number(value: Value) -> bool:
    return value.__class__ in _NUMBERS


def _order(left: Value, right: Value) -> int:
    """-1, 0, 1 as Excel orders cells: numbers before texts before truths, texts whatever their case, blank as what it is beside."""
    if left is None:
        left = "" if isinstance(right, str) else 0
    if right is None:
        right = "" if isinstance(left, str) else 0
    first, second = _KINDS.get(left.__class__), _KINDS.get(right.__class__)
    if first is None or second is None:
        raise CellFailure("#VALUE!")  # an area
    if first != second:
        return -1 if first < second else 1
    if isinstance(left, str) and isinstance(right, str):
        left, right = left.casefold(), right.casefold()
    return (left > right) - (left < right)  # type: ignore[operator]


def _equal(left: Value, right: Value) -> bool:
    if left.__class__ is str and right.__class__ is str:
        return left == right or left.casefold() == right.casefold()
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
        return left == right
    return _order(left, right) == 0


def _words_of(test: Expr) -> tuple[Expr, tuple[str, ...]] | None:
    """The subject and the words of a test whether it is one of them; None for any other test."""
    tests = test.of if isinstance(test, Call) and test.name == "OR" else (test,)
    words: list[str] = []
    for one in tests:
        if not (isinstance(one, Operation) and one.sign == "=" and isinstance(one.right, Literal) and isinstance(one.right.of, str)):
            return None
        if one.left != tests[0].left:  # type: ignore[attr-defined]
            return None
        words.append(one.right.of)
    return tests[0].left, tuple(words)  # type: ignore[attr-defined]


def _word_test(read: Run, words: Sequence[str], *, wanted: bool) -> Run:
    """Whether a value is one of the words, whatever its case, or isn't: most of what workbooks compare."""
    folded = frozenset(word.casefold() for word in words)
    blank = ("" in folded) is wanted

    def test(values: Values) -> Value:
        found = read(values)
        if found.__class__ is str:
            return (found.casefold() in folded) is wanted
        return blank if found is None else not wanted

    return test


_MANY = 4
"""A function over so many cells is worth keeping."""


def _once(tree: Expr, run: Run) -> Run:
    """What a tree gives, worked out once for values that stay as they are."""
    known_by = repr(tree)

    def value(values: Values) -> Value:
        if not isinstance(values, Lasting):
            return run(values)
        found = values.worked_out.get(known_by)
        if found is None:
            found = values.worked_out[known_by] = run(values)
        return found

    return value


def _over_cells(does: Callable[[Sequence[Value]], Value], keys: Sequence[str]) -> Run:
    """A function over several cells, read at once."""
    read = operator.itemgetter(*keys)

    def value(values: Values) -> Value:
        cells = read(values)
        if tuple in map(type, cells):
            raise CellFailure("#VALUE!")
        return does(cells)

    return value


def _compared(by: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def does(left: Value, right: Value) -> bool:
        if left.__class__ is int and right.__class__ is int:
            return by(left, right)
        if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
            top, bottom = left.as_integer_ratio()
            other_top, other_bottom = right.as_integer_ratio()
            return by(top * other_bottom, other_top * bottom)
        return by(_order(left, right), 0)

    return does


def _divided(left: Value, right: Value) -> Value:
    divisor = as_number(right)
    if not divisor:
        raise CellFailure("#DIV/0!")
    number = as_number(left)
    return (Fraction(number) if isinstance(number, int) else number) / divisor


def _added(terms: Sequence[Run]) -> Run:
    """The sum of several terms, each computed in its turn."""
    return lambda values: _sum([as_number(one(values)) for one in terms])


_SIGNS: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: as_number(a) + as_number(b),
    "-": lambda a, b: as_number(a) - as_number(b),
    "*": lambda a, b: as_number(a) * as_number(b),
    "/": _divided,
    "=": _equal,
    "<>": lambda a, b: not _equal(a, b),
    "<": _compared(operator.lt),
    ">": _compared(operator.gt),
    "<=": _compared(operator.le),
    ">=": _compared(operator.ge),
}


def _numbers(cells: Sequence[Value]) -> list[Fraction | int]:
    return [one for one in cells if one.__class__ in _NUMBERS]


def _sum(cells: Sequence[Value]) -> Fraction | int:
    """The sum of the numbers, shortened once at its end."""
    top, bottom = 0, 1
    for number in _numbers(cells):
        own_top, own_bottom = number.as_integer_ratio()
        if own_bottom != bottom:
            shared = math.lcm(bottom, own_bottom)
            top, own_top, bottom = top * (shared // bottom), own_top * (shared // own_bottom), shared
        top += own_top
    return top if bottom == 1 else Fraction(top, bottom)


def _outermost(beyond: Callable[[Any, Any], bool]) -> Callable[[Sequence[Value]], Value]:
    """The largest or smallest of the numbers, zero without any."""

    def does(cells: Sequence[Value]) -> Value:
        found: Value = 0
        top, bottom = 0, 0
        for number in _numbers(cells):
            own_top, own_bottom = number.as_integer_ratio()
            if not bottom or beyond(own_top * bottom, top * own_bottom):
                found, top, bottom = number, own_top, own_bottom
        return found

    return does


def _text_of(number: Value, form: str) -> str:
    """TEXT with the forms 0, 0.00, 0%, 0.00%; a text stays as it is."""
    if isinstance(number, str):
        return number
    percent = form.endswith("%")
    places = len(form.rstrip("%").partition(".")[2])
    scaled = as_number(number) * (100 if percent else 1)
    return format(half_up(scaled, places), "f") + ("%" if percent else "")


def _substituted(cells: Sequence[Value]) -> Value:
    text, old, new = map(as_text, cells)
    return text.replace(old, new) if old else text


def _numeric(cells: Sequence[Value]) -> Value:
    (cell,) = cells
    if isinstance(cell, bool):
        return int(cell)
    return cell if _is_number(cell) else 0


def _day(cells: Sequence[Value]) -> datetime.date:
    return day_of(int(as_number(cells[0])))


def _size(cells: Sequence[Value]) -> Value:
    number = as_number(cells[0])
    return -number if number < 0 else number


def _found(cells: Sequence[Value]) -> Value:
    at = as_text(cells[1]).find(as_text(cells[0]))
    if at < 0:
        raise CellFailure("#VALUE!")
    return at + 1


def _matched(cells: Sequence[Value]) -> Value:
    """MATCH of a text, exactly, in the cells of an area."""
    wanted, *among, exactly = cells
    assert exactly == 0
    if wanted not in among:
        raise CellFailure("#N/A")
    return among.index(wanted) + 1


def _read(cells: Sequence[Value]) -> Value:
    return as_number(cells[0] if cells[0] is not None else "x")


def _cut(cells: Sequence[Value]) -> Value:
    """MID, in units of UTF-16."""
    start, count = int(as_number(cells[1])) - 1, int(as_number(cells[2]))
    raw = as_text(cells[0]).encode("utf-16-le", "surrogatepass")
    return raw[2 * start : 2 * (start + count)].decode("utf-16-le", "surrogatepass")


FUNCTIONS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "ABS": _size,
    "AND": all,
    "CHAR": lambda c: chr(int(as_number(c[0]))),
    "CLEAN": lambda c: "".join(char for char in as_text(c[0]) if char >= " "),
    "COUNT": lambda c: len(_numbers(c)),
    "COUNTA": lambda c: sum(one is not None for one in c),
    "DAY": lambda c: _day(c).day,
    "EXACT": lambda c: as_text(c[0]) == as_text(c[1]),
    "FIND": _found,
    "HYPERLINK": lambda c: as_text(c[1]),
    "INDEX": lambda c: c[int(as_number(c[-1])) - 1],
    "INT": lambda c: math.floor(as_number(c[0])),
    "ISERROR": lambda c: shows_error(c[0]),
    "ISNUMBER": lambda c: _is_number(c[0]),
    "ISTEXT": lambda c: isinstance(c[0], str),
    "LEN": lambda c: utf16(as_text(c[0])),
    "MATCH": _matched,
    "MAX": _outermost(operator.gt),
    "MEDIAN": lambda c: median(map(Fraction, _numbers(c))),
    "MID": _cut,
    "MIN": _outermost(operator.lt),
    "MONTH": lambda c: _day(c).month,
    "N": _numeric,
    "NOT": lambda c: not c[0],
    "OR": any,
    "POWER": lambda c: Fraction(as_number(c[0])) ** int(as_number(c[1])),
    "ROUND": lambda c: rounded(as_number(c[0]), int(as_number(c[1]))),
    "ROUNDUP": lambda c: math.ceil(as_number(c[0])) if as_number(c[0]) > 0 else math.floor(as_number(c[0])),
    "SUBSTITUTE": _substituted,
    "SUM": _sum,
    "TEXT": lambda c: _text_of(c[0], as_text(c[1])),
    "TRIM": lambda c: " ".join(one for one in as_text(c[0]).split(" ") if one),
    "VALUE": _read,
    "YEAR": lambda c: _day(c).year,
}
