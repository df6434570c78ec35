"""Findings: what is wrong with a filing, as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """必改 must be corrected before handing in; 须说明 needs a word; 提示 is worth knowing."""

    MUST_FIX = "必改"
    EXPLAIN = "须说明"
    NOTE = "提示"


@dataclass(frozen=True)
class Place:
    """Where, in the user's words: ``某局.xlsx ▸ 评分底稿!K12``; parts that don't apply are empty."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        inside = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet
        return " ▸ ".join(part for part in (self.file, inside) if part)


@dataclass(frozen=True)
class Finding:
    """One finding: a code that is never reused, its name, level, place, the sentence, and the values compared."""

    code: str
    name: str
    level: Level
    place: Place
    message: str
    reported: str = ""
    expected: str = ""

    def __str__(self) -> str:
        where = f"{self.place}：" if str(self.place) else ""
        return f"{self.code} {self.name} {self.level}：{where}{self.message}"

    def as_json(self) -> dict[str, str]:
        """The stable JSON form."""
        return {
            "code": self.code,
            "name": self.name,
            "level": str(self.level),
            "place": str(self.place),
            "message": self.message,
            "reported": self.reported,
            "expected": self.expected,
        }


def read_otherwise(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What was read otherwise than it stands in its cell: said wherever a file is written from it."""
    return tuple(one for one in findings if one.code == "JX106")


class Unfinished(ValueError):
    """The filing can't be finished; `findings` say what is missing or wrong, each with its cell."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def titled(name: str) -> str:
    """A name in quotation marks, single ones inside: ‘三公经费’ within “”."""
    return f"“{name.replace('“', '‘').replace('”', '’')}”"
