"""Submission -> the finished workbook: native formulas, right cached values, locked, stamped, with its summary."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from xl_jixiao.finding import Finding, Level, Unfinished
from xl_jixiao.layout import Layout
from xl_jixiao.scoretable.findings import check_filing
from xl_jixiao.scoretable.scoring import ScoreCard, score
from xl_jixiao.scoretable.table import Rubric
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.answers import Answers
from xl_jixiao.template.build import write

_UNSAFE = re.compile(r'[\\/:*?"<>|]+')
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control, direction and zero-width characters: a name with them shows as another one than it is."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def finish(rubric: Rubric, answers: Answers, folder: Path, *, file: str = "", overwrite: bool = False) -> tuple[Path, ScoreCard]:
    """Writes the finished workbook into `folder` and returns its path and scores.

    Raises Unfinished with every finding of level 必改, and FileExistsError for a file that is there and may not be overwritten.
    """
    card = score(rubric, answers)
    findings = tuple(must_fix(rubric, answers, card, file))
    if findings:
        raise Unfinished(findings)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(rubric, answers)
    return path, write(rubric, answers, Edition.FINISHED, path, overwrite=overwrite)


def must_fix(rubric: Rubric, answers: Answers, card: ScoreCard, file: str = "") -> Iterator[Finding]:
    """The findings that keep a filing from being finished."""
    return (finding for finding in check_filing(Layout(rubric), answers, card, file) if finding.level is Level.MUST_FIX)


def file_name(rubric: Rubric, answers: Answers) -> str:
    """``洪江市人民政府办公室-2020年度整体支出评分表-成品.xlsx``, with the project where the table is one project's.

    Characters no file name may have are replaced.
    """
    unit, project = safe_name(answers.unit) or "未填单位", safe_name(answers.project)[:30]
    return "-".join(part for part in (unit, project, f"{rubric.year}年度{safe_name(rubric.form.sheet)}", "成品.xlsx") if part)


def safe_name(text: str) -> str:
    """A text as part of a file name on Windows: nothing unseen, no separators, no reserved device names, at most 60 characters."""
    seen = "".join(char for char in text if unicodedata.category(char) not in _UNSEEN)
    name = _UNSAFE.sub("_", seen).strip(" .")[:60]
    return f"_{name}" if _RESERVED.fullmatch(name) else name
