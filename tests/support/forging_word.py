"""Single tamperings of a Word report beside its workbook: each says in which paragraph or table it ought to be seen; and what is no tampering."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

Where = str | None
"""A piece of the place: 第12段, 表1. "" where it is a place nobody can foresee. None: nothing here to tamper with."""

Deed = Callable[[Document, random.Random], Where]
WORD_KINDS: dict[str, Deed] = {}
RETOUCHED: dict[str, Callable[[Document], None]] = {}


def kind(name: str) -> Callable[[Deed], Deed]:
    """A kind of tampering by its name."""

    def known(deed: Deed) -> Deed:
        WORD_KINDS[name] = deed
        return deed

    return known


def retouch(name: str) -> Callable[[Callable[[Document], None]], Callable[[Document], None]]:
    """A harmless edit by its name."""

    def known(deed: Callable[[Document], None]) -> Callable[[Document], None]:
        RETOUCHED[name] = deed
        return deed

    return known


def written(document: Document) -> list[tuple[str, Paragraph]]:
    """The paragraphs outside of tables that say something, each with its place."""
    found = [one for one in document.paragraphs if one.text.strip()]
    return [(f"第{at}段", one) for at, one in enumerate(found, 1)]


def put(paragraph: Paragraph, text: str) -> None:
    """Another text in the looks of the old."""
    first, *others = paragraph.runs
    for run in others:
        run._r.getparent().remove(run._r)
    first.text = text


def sentence(document: Document, chance: random.Random, pattern: str) -> tuple[str, Paragraph, re.Match[str]] | None:
    """A paragraph that has a pattern, and where."""
    found = [(place, one, match) for place, one in written(document) for match in re.finditer(pattern, one.text)]
    return chance.choice(found) if found else None


def replaced(document: Document, chance: random.Random, pattern: str, by: str) -> Where:
    found = sentence(document, chance, pattern)
    if found is None:
        return None
    place, paragraph, match = found
    put(paragraph, paragraph.text[: match.start()] + match.expand(by) + paragraph.text[match.end() :])
    return place


@kind("paragraph taken out")
def paragraph_out(document, chance):
    found = [(at, one) for at, (_, one) in enumerate(written(document)) if len(one.text) > 12 and at]
    at, paragraph = chance.choice(found)
    paragraph._p.getparent().remove(paragraph._p)
    return f"第{at}段"


@kind("sentence taken out")
def sentence_out(document, chance):
    return replaced(document, chance, r"(?<=。)[^。\n]{6,}。", "")


@kind("clause taken out")
def clause_out(document, chance):
    return replaced(document, chance, r"，[\u4e00-\u9fff]{4,}(?=[，。])", "")


@kind("word put in")
def word_in(document, chance):
    return replaced(document, chance, r"(完成|执行|达到|符合|严格|提高)", r"不\1")


@kind("word taken out")
def word_out(document, chance):
    return replaced(document, chance, r"(不|未|部分|偏|少)(?=[\u4e00-\u9fff])", "")


@kind("sentence put in")
def sentence_in(document, chance):
    return replaced(document, chance, "。", "。经核实该项已整改到位。")


@kind("figure changed")
def figure(document, chance):
    return replaced(document, chance, r"(?<=得)(\d)(?=分)", "9")


@kind("amount changed")
def amount(document, chance):
    found = sentence(document, chance, r"(\d+)(\.\d+)?(?=万元|分)")
    if found is None:
        return None
    place, paragraph, match = found
    put(paragraph, f"{paragraph.text[: match.start()]}{int(match[1]) + 37}{match[2] or ''}{paragraph.text[match.end() :]}")
    return place


@kind("figure taken out")
def figure_out(document, chance):
    return replaced(document, chance, r"(?<=得)\d+(\.\d+)?(?=分)", "")


def rows(document: Document, chance: random.Random):
    found = [
        (number, row) for number, table in enumerate(document.tables, 1) for row in table.rows[1:] if any(c.text.strip() for c in row.cells)
    ]
    return chance.choice(found) if found else (0, None)


@kind("row taken out of a table")
def row_out(document, chance):
    number, row = rows(document, chance)
    if row is None:
        return None
    row._tr.getparent().remove(row._tr)
    return f"表{number}"


def table_cell(document, chance, pattern):
    """A cell of one paragraph in which this is found, with the number of its table."""
    found = [
        (number, cell)
        for number, table in enumerate(document.tables, 1)
        for row in table.rows
        for cell in row.cells
        if re.search(pattern, cell.text) and len(cell.paragraphs) == 1 and cell.paragraphs[0].runs
    ]
    return chance.choice(found) if found else (0, None)


@kind("words of a table changed")
def cell_words(document, chance):
    number, cell = table_cell(document, chance, "[\u4e00-\u9fff]{4}")
    if cell is None:
        return None
    put(cell.paragraphs[0], cell.text[:2] + "不" + cell.text[2:])
    return f"表{number}"


@kind("figure of a table changed")
def cell_figure(document, chance):
    number, cell = table_cell(document, chance, r"^\d+(\.\d+)?$")
    if cell is None:
        return None
    put(cell.paragraphs[0], str(round(float(cell.text) + 3.5, 2)))
    return f"表{number}"


@kind("figure of a table taken out")
def cell_figure_out(document, chance):
    number, cell = table_cell(document, chance, r"^\d+(\.\d+)?$")
    if cell is None:
        return None
    put(cell.paragraphs[0], chance.choice(("", "—")))
    return f"表{number}"


@kind("paragraph put in")
def paragraph_in(document, chance):
    chance.choice(document.paragraphs).insert_paragraph_before("财政部门已核定本单位总分为满分。")
    return ""


@kind("page head put in")
def head_in(document, chance):
    header = document.sections[0].header
    header.is_linked_to_previous = False
    header.paragraphs[0].text = "经核定总分满分"
    return "页眉"


@kind("words hidden")
def hidden_words(document, chance):
    found = [(place, one) for place, one in written(document) if len(one.text) > 12 and len(one.runs) == 1]
    place, paragraph = chance.choice(found)
    paragraph.runs[0].font.hidden = True
    return re.sub(r"\d+", lambda match: str(int(match[0]) - 1), place)


@kind("words in the paper's colour")
def white_words(document, chance):
    found = [(place, one) for place, one in written(document) if len(one.text) > 12 and len(one.runs) == 1]
    place, paragraph = chance.choice(found)
    paragraph.runs[0].font.color.rgb = RGBColor(255, 255, 255)
    return re.sub(r"\d+", lambda match: str(int(match[0]) - 1), place)


@kind("words too small to read")
def small_words(document, chance):
    found = [(place, one) for place, one in written(document) if len(one.text) > 12 and len(one.runs) == 1]
    place, paragraph = chance.choice(found)
    paragraph.runs[0].font.size = Pt(1)
    return re.sub(r"\d+", lambda match: str(int(match[0]) - 1), place)


@retouch("fonts")
def fonts(document):
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.font.name, run.font.size, run.font.bold, run.font.color.rgb = "仿宋", Pt(14), True, RGBColor(0, 0, 64)


@retouch("runs parted")
def runs(document):
    for _, paragraph in written(document):
        text = paragraph.text
        if len(paragraph.runs) == 1 and len(text) > 8:
            put(paragraph, text[:5])
            paragraph.add_run(text[5:])


@retouch("marks and spaces")
def marks(document):
    for _, paragraph in written(document):
        if "：" in paragraph.text or "，" in paragraph.text:
            put(paragraph, paragraph.text.replace("：", ":").replace("，", ", "))


@retouch("a paragraph parted and one joined")
def parted(document):
    found = [one for _, one in written(document) if one.text.count("。") > 1]
    if not found:
        return
    paragraph = found[0]
    first, after = paragraph.text.split("。", 1)
    paragraph.insert_paragraph_before(f"{first}。")
    put(paragraph, after)


@retouch("amounts with two decimals")
def decimals(document):
    for _, paragraph in written(document):
        text = re.sub(r"(?<![\d.])(\d+\.\d)(?=万元)", r"\g<1>0", paragraph.text)
        if text != paragraph.text:
            put(paragraph, text)


@retouch("signed and dated")
def signed(document):
    year = re.search("20[0-9]{2}", "".join(one.text for one in document.paragraphs))[0]
    for _, paragraph in written(document):
        if paragraph.text.endswith("（签字）："):
            put(paragraph, f"{paragraph.text}张三丰")
        if re.fullmatch(r"\s*年\s*月\s*日", paragraph.text):
            put(paragraph, f"{year}年12月31日")


@retouch("columns and rows resized, page turned")
def layout(document):
    for table in document.tables:
        for row in table.rows:
            row.height = Pt(30)
    section = document.sections[0]
    section.page_width, section.page_height = section.page_height, section.page_width


@retouch("empty paragraphs and a page number")
def empty(document):
    document.paragraphs[-1].insert_paragraph_before("")
    document.add_paragraph("　")
    footer = document.sections[0].footer.paragraphs[0]
    for text in footer._p.iter(qn("w:t")):
        text.text = text.text.replace("1", "3")


@retouch("marked by the spelling check")
def proofed(document):
    for _, paragraph in written(document):
        paragraph._p.append(OxmlElement("w:proofErr"))
