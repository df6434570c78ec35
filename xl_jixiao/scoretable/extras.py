"""加分, 扣分 and 一票否决: the rows of a table that stand beside its weights. What they come to follows from the unit's own figures."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from pydantic import Field, field_validator

from xl_jixiao.expr import Cell, Expr, Rounded, any_of, call, is_number, joined, one_of, when
from xl_jixiao.formula import Formula, defined_name, parse, printed_name
from xl_jixiao.number import plain
from xl_jixiao.rules.base import Quantity, ShortText, figures_said
from xl_jixiao.rules.relation import Comparisons, comparisons
from xl_jixiao.scoretable import keys
from xl_jixiao.sheet import data
from xl_jixiao.tables.tablefile import TablePart
from xl_jixiao.words import BLANK, INVALID

TOUCHED, CLEAR = "触及", "未触及"
"""What a 一票否决 row shows."""


_CHOSEN = re.compile(r"(?P<name>[^<>=≤≥＝]+?)\s*[=＝]\s*[“\"](?P<word>[^”\"]+)[”\"]")


class Extra(TablePart):
    """One such row. Exactly one of three says what it does: `add` and `deduct` are formulas over the unit's figures, `veto` is what must hold
    between them (or what was chosen: 重大事故=“发生”) for the total to be nothing or, where `grade` says a word, for the grade to be that one."""

    spoils: ClassVar[dict[str, tuple[str, ...]]] = {"veto": ("",)}

    name: ShortText
    add: str = ""
    deduct: str = ""
    veto: str = Field(default="", examples=["某{}=0"])
    most: Quantity | None = None
    """The most that is added, or taken off."""
    grade: str = ""
    criterion: str = ""
    differs: str = ""
    basis: str = ""

    @field_validator("veto")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text.strip() and not _CHOSEN.fullmatch(text.strip()):
            comparisons(text)
        return text.strip()

    @cached_property
    def key(self) -> str:
        """The cell of its points, or of the word that says whether it is touched."""
        return keys.extra_key(defined_name(self.name))

    @cached_property
    def said_key(self) -> str:
        """The cell that says how it came about."""
        return keys.extra_said_key(defined_name(self.name))

    @property
    def uses(self) -> tuple[str, ...]:
        """Which of the three fields are written."""
        return tuple(name for name in ("add", "deduct", "veto") if getattr(self, name))

    @property
    def formula_text(self) -> str:
        """The formula of its points as written."""
        return self.add or self.deduct

    @cached_property
    def formula(self) -> Formula:
        """The points before they are capped, over the unit's figures."""
        return parse(self.formula_text)

    @cached_property
    def chosen(self) -> tuple[str, str] | None:
        """The choice that a veto asks for, and the word of it."""
        found = _CHOSEN.fullmatch(self.veto)
        return (defined_name(found["name"]), found["word"]) if found else None

    @cached_property
    def _relation(self) -> Comparisons:
        return comparisons(self.veto)

    @cached_property
    def _touched(self) -> tuple[Expr, str]:
        """Whether a veto is touched, and what makes it so in words."""
        if self.chosen:
            name, word = self.chosen
            return Cell(name).equals(word), f"{printed_name(name)}为{word}"
        return self._relation.holds, self._relation.words

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The figures it is computed from, each once."""
        if self.chosen:
            return (self.chosen[0],)
        formulas = self._relation.formulas if self.veto else (self.formula,)
        return tuple(dict.fromkeys(name for one in formulas for name in one.names))

    @property
    def verb(self) -> str:
        """加 or 扣."""
        return "加" if self.add else "扣"

    @property
    def limit(self) -> str:
        """What stands in the column of weights."""
        if self.veto:
            return "否决"
        return f"{self.verb}分" if self.most is None else f"最多{self.verb}{plain(self.most)}分"

    @property
    def effect(self) -> str:
        """What a veto does."""
        return f"等次为“{self.grade}”" if self.grade else "总分为0分"

    @property
    def made(self) -> str:
        """The sentence made from the parameters."""
        if self.veto:
            return f"{self._touched[1]}的，{self.effect}。"
        return f"{self.verb}分={self.formula.sentence()}{'' if self.most is None else f'，{self.limit}'}。"

    @property
    def printed(self) -> str:
        """The form's own words, or the sentence made from the parameters."""
        return self.criterion or self.made

    @property
    def choices(self) -> tuple[str, ...]:
        """What is read out of the printed words."""
        said = (self.made.removesuffix("。"),) if self.criterion else ()
        return (*said, *((f"原文与计分参数不同之处：{self.differs}",) if self.differs else ()))

    # ---- trees

    @cached_property
    def waits(self) -> Expr:
        """Whether a figure of it is still to be typed, or can't be used."""
        return any_of([one_of(data.state(name), (BLANK, INVALID)) for name in self.figures])

    @cached_property
    def result(self) -> Expr:
        """What its cell shows: points that are taken off are below zero; a figure that doesn't exist counts nothing."""
        if self.veto:
            return when(self.waits, "", when(self._touched[0], TOUCHED, CLEAR))
        points = self._uncapped if self.most is None else call("MIN", self.most, self._uncapped)
        return when(self.waits, "", points if self.add else 0 - points)

    @cached_property
    def _uncapped(self) -> Expr:
        there = {name: when(is_number(Cell(name)), Cell(name), 0) for name in self.figures}
        return Rounded(call("MAX", 0, self.formula.renamed(there).cleared), 2)

    @cached_property
    def worked(self) -> Expr:
        """How it came about: ``2×省级表彰项数+市级表彰项数=2×2+2=6，最多加5分，加5分``."""
        cell = Cell(self.key)
        if self.veto:
            said = joined(figures_said(self.figures), cell, when(cell.equals(TOUCHED), f"“{self._touched[1]}”，{self.effect}", ""))
            return when(cell.equals(""), "", said)
        known = call("COUNT", *map(Cell, self.figures)).equals(len(self.figures))
        alone = isinstance(self.formula.tree, Cell)
        done = "" if alone else joined(self.formula.worked_tree(), "=")
        worked = joined(f"{self.formula.sentence()}=", done, self._uncapped, "，")
        capped = "" if self.most is None else when(self._uncapped > self.most, f"{self.limit}，", "")
        points = cell if self.add else 0 - cell
        return when(cell.equals(""), "", joined(when(known, worked, ""), capped, self.verb, points, "分"))


def settled(points: Expr, extras: Sequence[Extra], highest: Decimal | None) -> Expr:
    """A total with what the extras add and take off, between zero and the highest; nothing where a veto is touched."""
    changing = [Cell(one.key) for one in extras if not one.veto]
    if changing:
        points = Rounded(call("MAX", 0, call("SUM", points, *changing)), 2)
    if highest is not None:
        points = call("MIN", highest, points)
    void = vetoed([one for one in extras if not one.grade])
    return points if void is None else when(void, 0, points)


def vetoed(extras: Sequence[Extra]) -> Expr | None:
    """Whether one of these vetoes is touched; None where there is none."""
    tests = [Cell(one.key).equals(TOUCHED) for one in extras if one.veto]
    return any_of(tests) if tests else None


def graded(grade: Expr, extras: Sequence[Extra]) -> Expr:
    """A grade, or the word of the veto that is touched."""
    for one in reversed([one for one in extras if one.veto and one.grade]):
        grade = when(Cell(one.key).equals(TOUCHED), one.grade, grade)
    return grade
