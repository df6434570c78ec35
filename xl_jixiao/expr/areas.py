"""The trees over neighbouring cells: counts, sums, the rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from xl_jixiao.expr.functions import add_up
from xl_jixiao.expr.trees import Area, Cell, Expr, OfOne, Run, Voice, area_reader, once, quoted, renamed, walk
from xl_jixiao.expr.values import (
    Held,
    Value,
    Values,
    as_number,
    as_text,
)


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
        return f"COUNTIF({self.area.excel(voice)},{quoted(self.word)})"


@dataclass(frozen=True)
class ByRow(OfOne):
    """SUMPRODUCT: the sum over rows of the product of conditions and numbers, each an expression over areas of equal height.

    Below it an `Area` stands for its cell of the row. Only comparisons, arithmetic and the functions Excel lifts over areas (ISNUMBER,
    EXACT, LEN, N of a truth) may be used: see the architecture's rule about what Excel intersects.
    """

    def run(self) -> Run:
        keys = tuple(dict.fromkeys(one.key for one in walk(self.of) if isinstance(one, Area)))
        row_tree = renamed(self.of, {}, area=Cell)
        each = row_tree.run()
        if len(keys) == 1 and row_tree.names == keys:
            return once(self, _by_cell(keys[0], each))

        def total(values: Values) -> Value:
            areas = [values[key] for key in keys]
            columns = [area if isinstance(area, tuple) else (area,) for area in areas]
            row = _Row(values)
            found: Fraction | int = 0
            for cells in zip(*columns, strict=True):
                row.update(zip(keys, cells, strict=True))
                found += as_number(each(row))
            return found

        return once(self, total)

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
        words, numbers, word = area_reader(self.area), area_reader(self.of), self.word

        def add(values: Values) -> Value:
            rows = zip(words(values), numbers(values), strict=True)
            return add_up([number for found, number in rows if found == word])

        return add

    def excel(self, voice: Voice = str) -> str:
        return f"SUMIF({self.area.excel(voice)},{quoted(self.word)},{self.of.excel(voice)})"


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
        of, words = self.of.run(), area_reader(self.words)
        return lambda values: as_text(of(values)) in words(values)

    def excel(self, voice: Voice = str) -> str:
        return f"SUMPRODUCT(--EXACT({self.of.excel(voice)},{self.words.excel(voice)}))>0"


@dataclass(frozen=True)
class HasListed(_AgainstWords):
    """Whether one of the words of an area is in a text."""

    def run(self) -> Run:
        of, words = self.of.run(), area_reader(self.words)

        def value(values: Values) -> Value:
            text = as_text(of(values))
            return any(str(word) in text for word in words(values))

        return value

    def excel(self, voice: Voice = str) -> str:
        return f"SUMPRODUCT(--ISNUMBER(FIND({self.words.excel(voice)},{self.of.excel(voice)})))>0"


class _Row(dict[str, Held]):
    """The values of one row of some areas, and behind them all others."""

    def __init__(self, outer: Values) -> None:
        super().__init__()
        self._outer = outer

    def __missing__(self, key: str) -> Held:
        return self._outer[key]


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
