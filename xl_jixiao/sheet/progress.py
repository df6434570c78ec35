"""How far the work is: what is filled of each sheet, in words, and where the next thing to do stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_jixiao.expr import Area, ByRow, Cell, Counted, Expr, Operand, all_of, any_of, call, first_of, joined, negated, total, tree, when
from xl_jixiao.sheet.plan import linked, linked_beside
from xl_jixiao.words import ALL_FILLED, BLANK, CHECKS, FILLED, NO_PROJECT, NOT_FILLED, OPTIONAL, UNFINISHED


@dataclass(frozen=True)
class Gap:
    """A place that wants something while its test holds, and the link to it."""

    wanting: Expr
    link: Expr


def first_word(area: Area, word: str, key: str, names: Area | None = None) -> Gap:
    """The first cell of an area that says a word; the link goes beside it, into the column of a cell."""
    return Gap(Counted(area, word) > 0, linked_beside(area, word, key, names))


@dataclass(frozen=True)
class Wrong:
    """How many entries of a sheet have something wrong: the word for it, what is counted, where the first stands."""

    count: Expr
    word: str
    unit: str
    gap: Gap | None = None
    """None where what is wrong is the next thing to do only together with what is blank."""


@dataclass(frozen=True)
class Stage:
    """A sheet a person fills: how many of its required entries are filled, of how many; whether anything was typed there; what is wrong."""

    sheet: str
    filled: Expr
    wanted: Operand
    unit: str
    touched: Expr
    gaps: tuple[Gap, ...]
    faults: tuple[Wrong, ...] = ()
    area: str = ""
    """Which part of the sheet it is, where several are told apart."""
    there: Expr | None = None
    """Whether there is anything to fill at all; None where there always is."""
    chained: "Chained | None" = None
    """Its place among so many sheets that no formula could ask for each."""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.sheet}：{self.area}" if self.area else self.sheet

    @cached_property
    def whole(self) -> Expr:
        """Whether nothing required is blank."""
        return self.filled.equals(self.wanted)

    @cached_property
    def state(self) -> Expr:
        """尚未填写, 未完成, 已填全, or the word of what is wrong."""
        wrong = [(fault.count > 0, fault.word) for fault in self.faults]
        state = first_of([*wrong, (negated(self.touched), NOT_FILLED), (self.whole, ALL_FILLED)], UNFINISHED)
        return state if self.there is None else when(self.there, state, NO_PROJECT)

    @cached_property
    def count(self) -> Expr:
        """``3/24``."""
        return joined(self.filled, "/", self.wanted)

    @cached_property
    def said(self) -> Expr:
        """``已填 3/24 项，还差 21 项；1 项有误，须改正``."""
        rest = when(self.whole, "", joined("，还差 ", tree(self.wanted) - self.filled, f" {self.unit}"))
        wrong = [when(fault.count > 0, joined("；", fault.count, f" {fault.unit}"), "") for fault in self.faults]
        said = joined(f"{FILLED} ", self.count, f" {self.unit}", rest, *wrong)
        return said if self.there is None else when(self.there, said, "")

    @cached_property
    def first_open(self) -> Expr:
        """Of the chained sheets up to this one the first with something to do; empty text where there is none."""
        assert self.chained is not None
        undone = any_of([negated(self.whole), *(fault.count > 0 for fault in self.faults)])
        own = when(undone if self.there is None else all_of([self.there, undone]), self.sheet, "")
        before = Cell(self.chained.before)
        return when(before.differs(""), before, own) if self.chained.before else own


@dataclass(frozen=True)
class Chained:
    """The hidden cell of a sheet that says which is the first up to it with something to do, and that of the sheet before."""

    key: str
    before: str


@dataclass(frozen=True)
class Progress:
    """All that a person fills, in the order of the work."""

    parts: Sequence[Stage]

    @cached_property
    def said(self) -> Expr:
        """尚未填写, or how much of each sheet is filled."""
        texts: list[Operand] = []
        for part in self.parts:
            texts += ["；" if texts else "", f"{part.name} {FILLED} ", part.count, f" {part.unit}"]
        return when(any_of([part.touched for part in self.parts]), joined(*texts), NOT_FILLED)

    @cached_property
    def next(self) -> Expr:
        """A link to the first entry that is blank, then to the first that is wrong, then to 校验."""
        gaps = [gap for part in self.parts for gap in part.gaps]
        gaps += [fault.gap for part in self.parts for fault in part.faults if fault.gap]
        gaps += [_first_of_chain(part.chained) for part in self.parts[-1:] if part.chained]
        done = linked(f"全部填完，请看“{CHECKS}”", CHECKS)
        return first_of([(gap.wanting, gap.link) for gap in gaps], done)


def _first_of_chain(last: Chained) -> Gap:
    sheet = Cell(last.key)
    return Gap(sheet.differs(""), call("HYPERLINK", joined("#'", sheet, "'!A1"), sheet))


def of_states(sheet: str, areas: Sequence[tuple[Area, int]], gap: Gap, faults: tuple[Wrong, ...] = ()) -> Stage:
    """A sheet whose entries have 状态 cells: each area with how many of its entries are required."""
    wanted = sum(count for _, count in areas)
    left = total([Counted(area, BLANK) for area, _ in areas])
    touched = total([ByRow(_all_differ(area, ("", BLANK, OPTIONAL))) for area, _ in areas]) > 0
    return Stage(sheet, wanted - left, wanted, "项", touched, (gap,), faults)


def _all_differ(area: Area, words: Sequence[str]) -> Expr:
    """Below ByRow: whether a cell is none of some words."""
    found: Expr = area.differs(words[0])
    for word in words[1:]:
        found = found * area.differs(word)
    return found
