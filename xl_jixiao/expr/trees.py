"""The trees: each kind of expression as a function of the values of its names, and as Excel text."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from xl_jixiao.expr.functions import FUNCTIONS, SIGNS, add_up
from xl_jixiao.expr.values import CellFailure, Held, Value, Values, as_number, as_text, rounded
from xl_jixiao.number import plain
from xl_jixiao.words import SPACES, UNSEEN, WHITE
from xl_jixiao.words import is_blank as blank

Voice = Callable[[str], str]
"""How a cell or an area is written in a formula: its defined name, or its address."""

Run = Callable[[Values], Value]

LONGEST_TEXT = 250
"""Excel takes a literal of 255 characters."""


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
            return quoted(self.of)
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
        left, does = self.left.run(), SIGNS[self.sign]
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
class OfOne(Expr):
    """What is made of one other tree."""

    of: Expr

    def parts(self) -> tuple[Expr, ...]:
        return (self.of,)

    def rebuilt(self, parts: Sequence[Expr]) -> Expr:
        return replace(self, of=parts[0])


@dataclass(frozen=True)
class Rounded(OfOne):
    """What is printed: rounded half away from zero, in Python and in the sheet alike."""

    places: int

    def run(self) -> Run:
        of, places = self.of.run(), self.places
        return lambda values: rounded(as_number(of(values)), places)

    def excel(self, voice: Voice = str) -> str:
        return f"ROUND({self.of.excel(voice)},{self.places})"


@dataclass(frozen=True)
class Cleared(OfOne):
    """The value itself; in Excel cleared of the dust binary floats add. Never around a quotient: that would lift one onto a tie."""

    places: int

    def run(self) -> Run:
        of = self.of.run()
        return once(self, lambda values: as_number(of(values)))  # a gap is asked about by each of its figures

    def excel(self, voice: Voice = str) -> str:
        return f"ROUND({self.of.excel(voice)},{self.places})"


@dataclass(frozen=True)
class Kept(OfOne):
    """What several cells have in their trees: written out in each of them, worked out once for all."""

    @property
    def rank(self) -> int:  # type: ignore[override]
        """As the tree binds."""
        return self.of.rank

    def run(self) -> Run:
        return once(self.of, self.of.run())

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
            readers = [area_reader(one) for one in self.of]
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
            return over if len(self.of) < _MANY else once(self, over)
        return lambda values: does([one(values) for one in runs])

    def excel(self, voice: Voice = str) -> str:
        return f"{self.name}({','.join([one.excel(voice) for one in self.of])})"


_PLAIN_SPACES = str.maketrans({**dict.fromkeys(WHITE[:32]), **{one: None if one in UNSEEN else " " for one in SPACES}})
"""Control characters go, as by CLEAN; white space of any kind is a space, or nothing where it has no width."""


@dataclass(frozen=True)
class Spaced(OfOne):
    """A text whose white space of any kind is one ordinary space between words, or nothing at all; none is left around it."""

    space: str

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
class MadeOf(OfOne):
    """Whether a text has no other signs than these; it is looked at up to its 60th character."""

    signs: str

    rank = 1

    def run(self) -> Run:
        of, signs = self.of.run(), frozenset(self.signs)
        return lambda values: signs.issuperset(as_text(of(values))[:_MOST_SIGNS])

    def excel(self, voice: Voice = str) -> str:
        return f"SUMPRODUCT(--ISERROR(FIND(MID({self.of.excel(voice)},{{{_PLACES}}},1),{quoted(self.signs)})))=0"


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
class Blank(OfOne):
    """Whether a cell is blank: nothing, or nothing but white space of any kind."""

    rank = 1

    def run(self) -> Run:
        of = self.of.run()
        return lambda values: blank(of(values))

    def excel(self, voice: Voice = str) -> str:
        return f'{Spaced(self.of, " ").excel(voice)}=""'


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


class Renamed(dict[str, Held]):
    """Values under the names a tree knows them by."""

    def __init__(self, outer: Values, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._outer = outer
        self._keys = keys

    def __missing__(self, key: str) -> Held:
        return self._outer[self._keys.get(key, key)]


def tree(of: Operand) -> Expr:
    """A constant as a tree; a tree as it is."""
    if isinstance(of, Expr):
        return of
    return Literal(Fraction(of) if isinstance(of, Decimal) else of)


def _folded(sign: str, left: Expr, right: Expr) -> Expr:
    """An operation; of two constants their result."""
    if isinstance(left, Literal) and isinstance(right, Literal) and not (left.printed or right.printed):
        return Literal(SIGNS[sign](left.of, right.of))
    return Operation(sign, left, right)


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


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """A text in a formula: at most 255 characters to a literal, line ends by their number."""
    lines = []
    for line in text.split("\n"):
        pieces = [line[at : at + LONGEST_TEXT] for at in range(0, len(line), LONGEST_TEXT)] or [""]
        lines.append("&".join('"' + piece.replace('"', '""') + '"' for piece in pieces))
    return "&CHAR(10)&".join(lines)


def area_reader(of: Expr) -> Callable[[Values], Sequence[Value]]:
    """What gives the cells of an area, or the one value of another tree."""
    if not isinstance(of, Area):
        run = of.run()
        return lambda values: (run(values),)
    key = of.key

    def cells(values: Values) -> Sequence[Value]:
        found = values[key]
        return found if isinstance(found, tuple) else (found,)

    return cells


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


def once(tree: Expr, run: Run) -> Run:
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


def _added(terms: Sequence[Run]) -> Run:
    """The sum of several terms, each computed in its turn."""
    return lambda values: add_up([as_number(one(values)) for one in terms])
