"""The editions of a workbook, and the stamp that says what it was made from."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from xl_jixiao import __version__


class Edition(StrEnum):
    """插件版 (registered functions and buttons), 免装版 (native formulas), 成品 (native, locked, with its summary)."""

    ADDIN = "addin"
    NATIVE = "native"
    FINISHED = "finished"

    @property
    def label(self) -> str:
        """The edition's name for the user."""
        return {"addin": "插件版", "native": "免装版", "finished": "成品"}[self]

    @property
    def suffix(self) -> str:
        """The file's ending."""
        return ".xlsm" if self is Edition.ADDIN else ".xlsx"


def made_by(version: str) -> str:
    """What the document's description says beside the stamp."""
    return f"xl_jixiao {version}"


class StampName:
    """Names of the custom document properties."""

    RUBRIC, REVISION, EDITION, DIGEST, VERSION = "评分标准", "修订", "版本", "填报数据摘要", "程序版本"
    MARKS = "填报数标记"
    """Followed by a number: the marks of a finished workbook's entries."""
    REVIEW = "审核报告"
    """Stands in a review's own report."""


def stamped(table: str, revision: str, edition: Edition, digest: str) -> Mapping[str, str]:
    """The stamp of a workbook: its table, and what was entered as a digest."""
    values = (table, revision, edition.value, digest, __version__)
    names = (StampName.RUBRIC, StampName.REVISION, StampName.EDITION, StampName.DIGEST, StampName.VERSION)
    return MappingProxyType(dict(zip(names, values, strict=True)))
