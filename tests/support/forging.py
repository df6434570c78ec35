"""Single tamperings by their kinds, at random places of a sound workbook: each says where it ought to be seen. What all kinds are made with."""

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
from support.tamper import MAIN, Tampered
from xl_jixiao.jobs import open_job
from xl_jixiao.review.examine import examine
from xl_jixiao.rules.typed import Kind
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Entry, Jump, Label, Ref, Visibility, column_letter
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


TAG = f"{{{MAIN}}}"
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


def altered(text: str, chance: random.Random) -> str:
    """A text that says something else."""
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if digits and chance.random() < 0.7:
        where = chance.choice(digits)
        return text[:where] + str((int(text[where]) + 1) % 10) + text[where + 1 :]
    where = chance.randrange(len(text))
    return chance.choice((text[:where] + "不" + text[where:], text + "（已核实）", "优秀", text[: max(1, len(text) // 2)] + "。"))


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


def row_of(book, ref):
    data = book.sheet(ref.sheet).find(f"{{{MAIN}}}sheetData")
    return next(one for one in data if one.get("r") == str(ref.row + 1))


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


def print_name(book, base, name):
    """A sheet with such a name of Excel's own, its number, and the element."""
    sheets = [one.get("name") for one in book.book.iter(f"{{{MAIN}}}sheet")]
    found = [one for one in book.book.iter(f"{{{MAIN}}}definedName") if one.get("name") == name]
    return [(sheets[int(one.get("localSheetId"))], one) for one in found]


def chart_changed(book, chance, change):
    charts = [name for name in book.parts if name.startswith("xl/charts/chart")]
    if not charts:
        return None
    part = chance.choice(charts)
    text = book.parts[part].decode()
    book.parts[part] = change(text).encode()
    return None if book.parts[part].decode() == text else ("", "")


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


CLAIM = "经核实总分为98分"


def limits_of(book, base, kinds=("list", "decimal", "whole", "custom", "textLength")):
    """The rules of the visible sheets of a workbook that is filled in."""
    if base.edition is Edition.FINISHED:
        return []
    return [
        (sheet.name, one)
        for sheet in base.plan.sheets
        if sheet.visibility is Visibility.SHOWN
        for one in book.sheet(sheet.name).iter(f"{{{MAIN}}}dataValidation")
        if one.get("type") in kinds
    ]


def first_of(one) -> str:
    return one.get("sqref").split()[0].split(":")[0]
