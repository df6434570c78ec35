"""The sections of a report with what stands in them; a section with nothing to say is left out, the others are numbered."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xl_jixiao.number import numeral
from xl_jixiao.report.official import Official, TableCell
from xl_jixiao.tables.narrative import Evaluator, Section, UnitText
from xl_jixiao.words import dated

_WORDS = re.compile("(?<=年度)|(?<=）)|(?=整体支出)|(?=项目支出)|(?=部门)|(?=绩效)|(?=自评)")
"""Where a title may be broken."""

_PEOPLE = ("姓名", "职务（职称）", "单位", "签字")
_PEOPLE_WIDTHS = (18, 22, 38, 22)
_SIGNED = ("评价组组长（签字）：", "单位负责人（签字并盖章）：")


_CUT = re.compile("(?:绩效|预算绩效)?(?:评价|自评)*(?:评分|打分|共性指标|指标体系|指标|自评)表?.*$")
"""Where the title of a table stops being that of a report."""


GENERAL = re.compile("（[^（）]*）$")
"""What a table says of itself behind its title (通用, 推定), and a report of one unit doesn't."""


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str
    style: str = "body"


@dataclass(frozen=True)
class Picture:
    """A chart: its title, its XML, the workbook of its figures."""

    title: str
    xml: bytes
    workbook: bytes


ReportPart = Prose | Picture


def numbered(lines: Iterable[str]) -> list[ReportPart]:
    """The lines as ``1．…``."""
    return [Prose(f"{number}．{line}") for number, line in enumerate(lines, 1)]


def told(texts: Sequence[UnitText]) -> list[ReportPart]:
    """The unit's own texts, each under its name where there are several."""
    found: list[ReportPart] = []
    for at, one in enumerate(texts, 1):
        if len(texts) > 1:
            found.append(Prose(f"（{numeral(at)}）{one.name}", "heading2"))
        found.append(Prose(ended(one.text)))
    return found


def put_head(report: Official, title: str, unit: str) -> None:
    """The title and whose report it is."""
    report.section()
    report.paragraph(in_lines(title), "title")
    if unit:
        report.paragraph(unit, "subtitle")


def put_sections(report: Official, heads: Mapping[Section, str], sections: Mapping[Section, Sequence[ReportPart]]) -> None:
    """Every section that says something, numbered."""
    said = [(head, sections[section]) for section, head in heads.items() if sections.get(section)]
    for number, (head, blocks) in enumerate(said, 1):
        report.paragraph(f"{numeral(number)}、{head}", "heading1")
        for block in blocks:
            if isinstance(block, Picture):
                report.chart(block.title, block.xml, block.workbook)
            else:
                report.paragraph(block.text, block.style)


def put_end(report: Official, attached: Sequence[str], people: Sequence[Evaluator], unit: str, date: str) -> None:
    """The list of what is attached, who evaluated, where they sign, unit and date."""
    for number, name in enumerate(attached, 1):
        before = "附件：" if number == 1 else "　　　"
        report.paragraph(f"{before}{f'{number}．' if len(attached) > 1 else ''}{name}", "body", keep=number == len(attached))
    report.paragraph("", keep=True)
    if people:
        report.paragraph("评价人员", "table_title", keep=True)
        rows = [_PEOPLE, *((one.name, one.post, one.unit, "") for one in people)]
        cells = [TableCell(row, column, text, bold=not row) for row, texts in enumerate(rows) for column, text in enumerate(texts)]
        report.table(_PEOPLE_WIDTHS, cells, heads=1, least=dict.fromkeys(range(1, len(rows)), 28.0), keep=range(len(rows)))
        report.paragraph("", keep=True)
    for text in _SIGNED:
        report.paragraph(text, keep=True)
    report.paragraph("", keep=True)
    if unit:
        report.paragraph(unit, "sign", keep=True)
    report.paragraph(date, "sign")


def report_title(title: str, year: int | str) -> str:
    """A report's title of a table's: 2020年度部门整体支出绩效自评报告."""
    subject = _CUT.sub("", GENERAL.sub("", title)).removesuffix("绩效") or "预算支出"
    return f"{dated(subject, year)}绩效自评报告"


def in_lines(title: str, longest: int = 20) -> str:
    """A title that needs two lines, broken between words, as near the middle as may be."""
    places = [found.start() for found in _WORDS.finditer(title) if len(title) - longest <= found.start() <= longest]
    if len(title) <= longest or not places:
        return title
    at = min(places, key=lambda place: abs(place - len(title) / 2))
    return f"{title[:at]}\n{title[at:]}"


def ended(text: str) -> str:
    """A text with its full stop."""
    return text if text.endswith(("。", "！", "？", "；", "：")) else f"{text}。"
