"""The name of a finished file."""

import re
import unicodedata

from xl_jixiao.scoretable.model import Rubric
from xl_jixiao.tables.answers import Answers

_UNSAFE = re.compile(r'[\\/:*?"<>|]+')
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control, direction and zero-width characters: a name with them shows as another one than it is."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


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
