"""The charts of a Word report: what they draw and say, and the workbooks behind them, held against those of the report as it was exported."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from xl_jixiao.agree.edited import tight
from xl_jixiao.finding import Finding, Place, found
from xl_jixiao.sheet.content import Refused, shown
from xl_jixiao.sheet.markup import Allowance, walk
from xl_jixiao.sheet.zipped import file_bytes

_LARGEST = 4 * 2**20
_MOST = 40
_CHART = re.compile(r"word/charts/chart(\d{1,3})\.xml")
_BOOK = re.compile(r"word/embeddings/[^/]+\.xlsx")
_CLOSE = 1e-6
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,3})?")
_CELL = re.compile(rb"<c (?![^>]*\bt=)[^>]*><v>([0-9.Ee+-]{1,24})</v>")


class ReportChart(NamedTuple):
    """A chart of a report: its words (title, names of rows and series), its numbers, and those of the workbook behind it."""

    words: tuple[str, ...]
    numbers: tuple[float, ...]
    behind: tuple[float, ...]


def charts_of(report: Path) -> list[ReportChart]:
    """The charts of a .docx that can be opened, in their order."""
    with zipfile.ZipFile(BytesIO(file_bytes(report))) as package:
        numbered = sorted((int(part[1]), name) for name in package.namelist() if (part := _CHART.fullmatch(name)))
        return [_chart(package, name) for _, name in numbered[:_MOST]]


_UNREAD = ReportChart((), (float("nan"),), ())


def _chart(package: zipfile.ZipFile, name: str) -> ReportChart:
    try:
        return _read(package, name)
    except Exception:  # noqa: BLE001 - a damaged chart is no reason not to look at the words
        return _UNREAD


def _read(package: zipfile.ZipFile, name: str) -> ReportChart:
    words: list[str] = []
    numbers: list[float] = []
    inside: list[str] = []

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        inside.append(tag)

    def closed(tag: str, text: str) -> None:
        inside.pop()
        if tag == "c:v" and ("c:numCache" in inside or "c:numLit" in inside):
            numbers.append(float(text) if _NUMBER.fullmatch(text) else float("nan"))
        elif tag in ("a:t", "c:v") and tight(text):
            words.append(text[:200])

    walk(_content(package, name), Allowance(), opened, closed)
    return ReportChart(tuple(words), tuple(numbers), tuple(_behind(package, name)))


def _content(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        content = part.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise Refused("图表过大")
    return content


def _behind(package: zipfile.ZipFile, chart: str) -> Iterator[float]:
    """The numbers of the workbook behind a chart."""
    rels = chart.replace("charts/", "charts/_rels/") + ".rels"
    if rels not in package.namelist():
        return
    target = re.search(rb'Target="(?:\.\./|/word/)(embeddings/[^"/]+\.xlsx)"', _content(package, rels))
    book = f"word/{target[1].decode()}" if target else ""
    if not _BOOK.fullmatch(book) or book not in package.namelist():
        return
    with zipfile.ZipFile(BytesIO(_content(package, book))) as inside:
        for name in sorted(inside.namelist())[:_MOST]:
            if name.startswith("xl/worksheets/sheet"):
                yield from (float(one) for one in _CELL.findall(_content(inside, name)))


def charts_otherwise(file: str, said: Sequence[ReportChart], own: Sequence[ReportChart]) -> Iterator[Finding]:
    """JX677: a chart that draws or says something else than the exported one, each once; else that one was put in or taken out."""
    if len(said) != len(own):
        yield found("JX677", Place(file), f"报告里有{len(said)}幅图表，工作簿导出的是{len(own)}幅；请核对删去、加上的是什么")
        return
    for number, (one, wanted) in enumerate(zip(said, own, strict=True), 1):
        how = _otherwise(one, wanted)
        if how:
            yield found("JX677", Place(file, f"图{number}"), f"图{number}{how}；请用工作簿重新导出报告")


def _otherwise(one: ReportChart, wanted: ReportChart) -> str:
    if len(one.numbers) != len(wanted.numbers):
        return f"画了{len(one.numbers)}个数，工作簿导出的是{len(wanted.numbers)}个"
    for found_now, due in zip(one.numbers, wanted.numbers, strict=True):
        if not abs(found_now - due) <= _CLOSE * max(1.0, abs(due)):
            return f"里的数{_plain(found_now)}，工作簿导出的是{_plain(due)}"
    known = {tight(word) for word in wanted.words}
    new = next((word for word in one.words if tight(word) not in known), "")
    if new:
        return f"里写的“{shown(new, 40)}”不是工作簿导出的"
    if one.behind and wanted.behind and not _same(one.behind, wanted.behind):
        return "背后的数据表（双击图表打开）里的数，与工作簿导出的不同"
    return ""


def _same(one: Sequence[float], other: Sequence[float]) -> bool:
    pairs = zip(sorted(one), sorted(other), strict=False)
    return len(one) == len(other) and all(abs(a - b) <= _CLOSE * max(1.0, abs(b)) for a, b in pairs)


def _plain(number: float) -> str:
    return "读不出" if number != number else f"{number:.10g}"
