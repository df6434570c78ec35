"""The review in figures: each table's totals and grades, and which findings are most frequent. Loads pandas."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pandas

from xl_jixiao.finding import Level
from xl_jixiao.number import half_up
from xl_jixiao.review.examine import Examined
from xl_jixiao.sheet.build import Constant

TABLE_HEADS = ("评分表", "份数", "必改", "已出总分", "平均分", "最高分", "最低分", "等次分布")
CODE_HEADS = ("编号", "级别", "问题数", "涉及份数", "举例")


def by_table(results: Sequence[Examined]) -> list[tuple[Constant, ...]]:
    """One row for each table, in the order met; the mean is exact and rounded half up, over the filings with a total."""
    if not results:
        return []
    frame = pandas.DataFrame(
        {
            "table": [result.title or "读不出" for result in results],
            "total": pandas.Series([result.last_total for result in results], dtype=object),
            "grade": [result.grade for result in results],
            "bad": [result.must_fix for result in results],
        }
    )
    rows: list[tuple[Constant, ...]] = []
    for table, group in frame.groupby("table", sort=False):
        totals = [total for total in group["total"] if isinstance(total, Decimal)]
        mean = half_up(sum(map(Fraction, totals), Fraction(0)) / len(totals), 2) if totals else "—"
        counts = group.loc[group["grade"] != "", "grade"].value_counts()
        grades = "，".join(f"{grade}{count}" for grade, count in counts.items())
        rows.append(
            (str(table), len(group), int(group["bad"].sum()), len(totals), mean, max(totals, default="—"), min(totals, default="—"), grades)
        )
    return rows


def by_code(results: Sequence[Examined]) -> list[tuple[Constant, ...]]:
    """One row for each finding code, the most frequent first; an example says what it is about."""
    found = [(one.code, one.level, at, one.message) for at, result in enumerate(results) for one in result.findings]
    if not found:
        return []
    frame = pandas.DataFrame(found, columns=["code", "level", "file", "message"])
    groups = frame.groupby("code").agg(
        level=("level", "first"), findings=("code", "size"), files=("file", "nunique"), example=("message", "first")
    )
    groups = groups.sort_values(["findings", "level"], ascending=[False, True], kind="stable")
    return [(str(code), str(Level(row.level)), int(row.findings), int(row.files), str(row.example)) for code, row in groups.iterrows()]
