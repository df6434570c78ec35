"""The words the workbooks, the findings and the manuals share: each stands here once."""

import re
import unicodedata
from functools import cache

# What the 状态 beside an answer says.
BLANK, FILLED, OPTIONAL, INVALID = "空白", "已填", "选填", "数据有误"
NONE_WORD = "无"
"""Typed into a numeric input: the figure does not exist (没有编制、没有开展), which is neither blank nor zero."""

# Whether a rate can be computed, and what it shows where it can't.
READY, NO_BUDGET = "可算", "零预算"
NOT_APPLICABLE, NOT_COMPARABLE, OVER_BUDGET, UNCOMPUTABLE = "不适用", "不可比", "超预算", "无法计算"
NOTHING_SPENT = "没有预算，也没有支出，按0%"

# What a line, a check or a finding comes to.
PASSED, EXPLAIN, MUST_FIX, NOTE = "通过", "须说明", "必改", "提示"
ROUNDING, UNFINISHED = "通过（舍入）", "未完成"
NOT_FILLED, ALL_FILLED = "尚未填写", "已填全"
"""What a sheet is, and a check of it, before anything is typed; and when nothing is wanting."""
NO_PROJECT = "没有这个项目"
"""What the forms of a project are that the list has no name of."""

# What a judged item may be.
MET, PARTLY, UNMET = "符合", "部分符合", "不符合"
PRESENT, ABSENT = "出现", "未出现"

# A published figure beside the computed one.
AGREES, LAST_DIGIT, DIFFERS, UNREADABLE = "一致", "末位之差（舍入）", "不一致", "无法核对"
NO_VALUE = "无复算数"
"""A published number of a rate that can't be computed: 不可比, 不适用."""
AS_SUMMED = "与各行之和一致"
"""A published total beside a computed one it isn't, while it is the sum of the points published with it."""

_YEAR_SAID = re.compile(r"(?:19|20)\d\d(?=年)")

TO_FILL = "〔待填〕"
"""What a text shows in the place of an answer that is still blank."""

# The sheets of a workbook.
GUIDE, DATA, WORKING, CHECKS, ANALYSIS, CONCLUSION = "填报说明", "基础数据", "评分底稿", "校验", "得分分析", "自评结论"
PROJECTS, PUBLISHED, PRINT_LIST, LINKS_SHEET = "项目清单", "公布数核对", "打印清单", "取数"
LAST_YEAR_SHEET = "上年对照"
CHARTS = "图表"
LOCKED = "本表为成品，数据已锁定。"
FIGURES, RULES_SHEET, LISTS_SHEET, HELP_SHEET = "核算底稿", "规则", "词表", "函数"

# The names of single facts.
TOTAL, COMPUTED_TOTAL, GRADE, STAMP = "总分", "复算总分", "等次", "评分标准编号"
UNIT, PROJECT, SUPERIOR = "单位名称", "项目名称", "主管部门"

SPACES = "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
"""Every white space beyond ASCII, the kinds without width included."""

UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
"""Those without width."""

WHITE = "".join(map(chr, range(33))) + SPACES
"""White space of any kind: nothing but these is blank, in a sheet, in Python and in the add-in alike."""


def dated(title: str, year: int | str) -> str:
    """A form's title with its year: 2020年度项目支出绩效自评表. A title that says a year says this one."""
    if not _YEAR_SAID.search(title):
        return f"{year}年度{title}"
    return title if str(year) in title else _YEAR_SAID.sub(str(year), title, count=1)


def bare(text: str) -> str:
    """A text without the white space around it; empty for a blank one."""
    return text.strip(WHITE)


def one_line(text: str, longest: int = 80) -> str:
    """A text from outside as one line may carry it: nothing that steers a terminal, no half characters, cut where it is long."""
    if len(text) > longest:
        text = f"{text[:longest]}…"
    return text if text.isprintable() else "".join(map(_seen, text))


@cache
def _seen(letter: str) -> str:
    if letter.isprintable() or unicodedata.category(letter) == "Zs":
        return letter
    return " " if letter.isspace() else "�"


def is_blank(value: object) -> bool:
    """Whether a cell's value is blank: nothing, or nothing but white space."""
    return value is None or (isinstance(value, str) and not bare(value))
