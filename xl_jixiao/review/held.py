"""A result as it is held until the report is written: what many say alike is one object for all, what is seldom looked at is packed."""

import pickle
import zlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal
from sys import intern
from typing import TypeVar

from xl_jixiao.finding import Finding, Place
from xl_jixiao.review.examine import Examined
from xl_jixiao.sheet.job import PointsLine

Piece = TypeVar("Piece")


class Packed(Collection[Piece]):
    """Pieces that take a tenth of their room, unpacked each time they are looked at. What they say as `like` does takes none."""

    __slots__ = ("_bytes", "_count", "_like")

    def __init__(self, pieces: Collection[Piece], like: bytes = b"") -> None:
        self._count, self._like = len(pieces), like
        pack = zlib.compressobj(zdict=like)
        self._bytes = pack.compress(as_bytes(pieces)) + pack.flush()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Piece]:
        return iter(pickle.loads(zlib.decompressobj(zdict=self._like).decompress(self._bytes)))

    def __contains__(self, piece: object) -> bool:
        return piece in tuple(self)


def as_bytes(pieces: Collection[object]) -> bytes:
    """What is packed of pieces."""
    return pickle.dumps(tuple(pieces), pickle.HIGHEST_PROTOCOL)


class SharedPieces:
    """The pieces that results share. A result that comes from another process has a copy of its own of each."""

    def __init__(self) -> None:
        self._known: dict[object, object] = {}
        self._first: dict[tuple[str, str], bytes] = {}

    def result(self, one: Examined) -> Examined:
        """The same result over shared pieces."""
        return replace(
            one,
            table=_one(one.table),
            title=_one(one.title),
            grade=_one(one.grade),
            sheet=_one(one.sheet),
            superior=_one(one.superior),
            findings=tuple(map(_finding, one.findings)),
            texts=self._packed("texts", one.table, one.texts),
            facts=self._packed("facts", one.table, one.facts),
            lines=tuple(map(self._line, one.lines)),
            grades=self._shared(one.grades),
            more=tuple(map(self.result, one.more)),
        )

    def _packed(self, what: str, table: str, pieces: Collection[Piece]) -> Packed[Piece]:
        """Pieces packed by what they say otherwise than the first result of the same table."""
        return Packed(pieces, self._first.setdefault((what, table), as_bytes(pieces)))

    def _line(self, one: PointsLine) -> PointsLine:
        weight, computed, points = map(self._number, (one.weight, one.computed, one.points))
        code, name, group = map(_one, (one.code, one.name, one.group))
        return self._shared(replace(one, code=code, name=name, group=group, weight=weight, computed=computed, points=points))

    def _number(self, value: Decimal | None) -> Decimal | None:
        return None if value is None else self._known.setdefault((Decimal, str(value)), value)  # type: ignore[return-value]

    def _shared(self, piece: Piece) -> Piece:
        return self._known.setdefault(piece, piece)  # type: ignore[return-value]


def _one(text: str) -> str:
    """The text as the one object of all that are equal; a word that is more than a text stays as it is."""
    return intern(text) if text.__class__ is str else text


def _finding(one: Finding) -> Finding:
    code, name, message, reported, expected = map(_one, (one.code, one.name, one.message, one.reported, one.expected))
    return replace(one, code=code, name=name, place=_place(one.place), message=message, reported=reported, expected=expected)


def _place(one: Place) -> Place:
    return Place(_one(one.file), _one(one.sheet), _one(one.cell))
