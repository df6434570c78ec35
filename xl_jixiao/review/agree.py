"""Figures that agree: what a unit wrote in words, in its workbooks and in the Word report beside them, held against its tables and arithmetic."""

import lzma
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from xl_jixiao.agree.arithmetic import Slip, faults
from xl_jixiao.agree.edited import changes, tight
from xl_jixiao.agree.facts import (
    Fact,
    Figures,
    abolished_rules,
    against_itself,
    against_table,
    another_kind_of_unit,
    between_files,
    changes_of_named,
    claims,
    grade_in_words,
    identities,
    shares_of_named,
)
from xl_jixiao.agree.mentions import Measure, half_width
from xl_jixiao.agree.reworded import Rewording, rewordings
from xl_jixiao.expr import Held, Value
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.number import plain
from xl_jixiao.review.report_charts import ReportChart, charts_of, charts_otherwise
from xl_jixiao.review.rewritten import alike_once, of_another, reworded
from xl_jixiao.review.texts import OwnText, own_words
from xl_jixiao.rules.typed import YUAN
from xl_jixiao.sheet.content import Refused
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.job import FormIn, Report, Result, Told
from xl_jixiao.sheet.markup import bare_parser
from xl_jixiao.sheet.plan import Content, Entry, Plan, is_name
from xl_jixiao.sheet.returned import entries
from xl_jixiao.sheet.zipped import file_bytes
from xl_jixiao.words import TOTAL

if TYPE_CHECKING:
    from xl_jixiao.arrive.accounts import Imported
    from xl_jixiao.jobs import Returned
    from xl_jixiao.review.examine import Examined

REPORT_TITLE = "自评报告（Word）"
_SHORTEST = 6
_LARGEST_PART = 32 * 2**20
_MOST_CHARACTERS = 200_000
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STYLED = (
    ("rate", Measure.PERCENT),
    ("percent", Measure.PERCENT),
    ("share", Measure.PERCENT),
    ("amount", Measure.AMOUNT),
    ("money", Measure.AMOUNT),
    ("measure", Measure.COUNT),
    ("count", Measure.COUNT),
)
_SCALES = {Measure.AMOUNT: YUAN["万元"], Measure.PERCENT: 100}
_APART = ("得分_", "调整_", "公布_", "备注_", "规则_")
_SAID = re.compile(r"\d")


def facts_of(plan: Plan, values: Mapping[str, Held], total: Decimal | None = None) -> tuple[Fact, ...]:
    """The figures of a workbook by their names: what the unit entered and what the sheet computes of it, by how their cells show them."""
    facts = []
    for key, name, kind, scale, unit, place in _named_figures(plan.base or plan):
        value = values[key]
        if value.__class__ is int or value.__class__ is Fraction:
            number = value if scale == 1 else value * scale
            facts.append(Fact(name, kind, number if isinstance(number, Fraction) else Fraction(number), place, unit))
    if total is not None and TOTAL in plan.placed:
        facts.append(Fact(TOTAL, Measure.POINTS, Fraction(total), str(plan.ref(TOTAL))))
    return tuple(facts)


_Named = tuple[str, str, Measure, int, str, str]


def _named_figures(plan: Plan) -> Sequence[_Named]:
    """The cells of a plan that have a figure's name: key, name, what its style shows, how many times its number, the unit of what is no
    money, place. Made once for each plan; the sheet a finished workbook has before those of its table has none."""
    known: list[_Named] | None = plan.__dict__.get("_named_figures")
    if known is None:
        known = plan.__dict__["_named_figures"] = []
        for key, (ref, one) in plan.placed.items():
            kind = next((kind for word, kind in _STYLED if word in one.style), None)
            counted = isinstance(one.content, Entry) and re.search(r"_\d+$", key)
            if kind is not None and is_name(key) and not key.startswith(_APART) and not counted:
                known.append((key, key.lstrip("_"), *_measure(kind, one.content), str(ref)))
    return known


def _measure(kind: Measure, content: Content) -> tuple[Measure, int, str]:
    """What a cell's number measures by the unit it is asked in: 万元 unless the table says another; 平方米 and 天 are no money."""
    unit = content.accepts.typed.unit if isinstance(content, Entry) and content.accepts else ""
    if kind is not Measure.AMOUNT or unit in YUAN:
        return kind, YUAN[unit] if unit in YUAN and kind is Measure.AMOUNT else _SCALES.get(kind, 1), ""
    return (Measure.COUNT, 1, unit) if unit else (kind, _SCALES[kind], "")


def facts_by_form(forms: Iterable[FormIn], facts: Sequence[Fact]) -> Iterator[tuple[str, str, tuple[Fact, ...]]]:
    """The figures of a set's workbook, form by form: which, about which project, the figures by the names they have there."""
    by_name = {one.name: one for one in facts}
    for form in forms:
        before = f"{form.name}_"
        own = [replace(one, name=one.name.removeprefix(before)) for one in facts if one.name.startswith(before)]
        shared = [replace(by_name[cell], name=key) for key, cell in form.bound.items() if cell in by_name and not cell.startswith(before)]
        yield f"{form.table}：{form.name}", form.project, (*own, *shared)


def agreement(texts: Iterable[OwnText], figures: Figures, unit: str, year: int) -> Iterator[Finding]:
    """JX660 to JX670: what is wrong with the texts of one document, each passage said once."""
    written = [(place, text) for place, text in texts if len(text) >= _SHORTEST]
    by_text: dict[int, list[Slip]] = defaultdict(list)
    for at, (_, text) in enumerate(written):
        by_text[at] += [
            *another_kind_of_unit(text, unit),
            *claims(text, figures),
            *grade_in_words(text, figures),
            *abolished_rules(text, year),
        ]
        if _SAID.search(half_width(text)):
            by_text[at] += [
                *faults(text),
                *against_table(text, figures, year),
                *shares_of_named(text, figures, year),
                *changes_of_named(text, figures, year),
            ]
    alone = [text for _, text in written]
    for at, fault in (*identities(alone), *against_itself(alone)):
        by_text[at].append(fault)
    said: set[str] = set()
    for at, (place, _) in enumerate(written):
        taken: set[str] = set()
        for fault in sorted(by_text[at], key=lambda one: (one.at, one.code)):
            if fault.message not in said and fault.reported not in taken:
                said.add(fault.message)
                taken.add(fault.reported)
                yield as_finding(fault, place)


def as_finding(fault: Slip, place: Place) -> Finding:
    """A fault of a text at its place."""
    return found(fault.code, place, fault.message, fault.reported, fault.expected)


# ---- the Word report beside a workbook


class UnreadableReport(Exception):
    """A Word file that can't be read; the message says why."""


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, KeyError, OSError, RuntimeError, EOFError, ValueError)
"""What zipfile raises for a container that is none, is locked, or is damaged inside."""


def word_texts(file: Path) -> list[tuple[str, str]]:
    """The paragraphs and the table rows of a .docx, each with its place: 第3段, 表1第2行. Raises UnreadableReport."""
    try:
        with zipfile.ZipFile(BytesIO(file_bytes(file))) as package:
            contents = _contents(package)
    except (Refused, *_DAMAGED) as error:
        raise UnreadableReport("不是能读的 .docx，或设了密码、已损坏") from error
    if sum(len(content) for _, content in contents) > _LARGEST_PART:
        raise UnreadableReport("内容过多")
    try:
        texts = [
            text for where, content in contents for text in _Walk(where).read(content) if not (where and _PAGE_NUMBER.fullmatch(text[1]))
        ]
    except (Refused, expat.ExpatError, RecursionError, ValueError) as error:
        raise UnreadableReport("已损坏，或含有文档类型声明") from error
    if sum(len(text) for _, text in texts) > _MOST_CHARACTERS:
        raise UnreadableReport(f"超过{_MOST_CHARACTERS // 10_000}万字，不像一份报告")
    return texts


_PAGE_NUMBER = re.compile(r"[\W\d第页共]*")
_BESIDE_THE_TEXT = re.compile(r"word/(header|footer|footnotes|endnotes)\d{0,3}\.xml")
_PART_NAMES = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_MOST_PARTS = 24
"""Headers, footers and notes of so many: a report has few sections."""


def _printed_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The parts of a document that are printed: the text itself, then its headers, footers and notes, each with what its places are called."""
    yield "", "word/document.xml"
    found = sorted((name, part[1]) for name in package.namelist() if (part := _BESIDE_THE_TEXT.fullmatch(name)))
    yield from ((_PART_NAMES[part], name) for name, part in found[:_MOST_PARTS])


def _contents(package: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    """Those parts, together no more than one byte larger than is read."""
    found: list[tuple[str, bytes]] = []
    left = _LARGEST_PART + 1
    for where, name in _printed_parts(package):
        with package.open(name) as part:
            content = part.read(left)
        found.append((where, content))
        left -= len(content)
    return found


_NOT_SAID = frozenset(("del", "moveFrom", "bdo"))
"""What was deleted, and where a passage stood before it was moved, with changes tracked; what is printed backwards."""


_SMALLEST, _NARROWEST = 8, 20
"""Half points, and per cent of their width: smaller letters nobody reads."""


def _unseen(name: str, value: str, *, in_table: bool) -> bool:
    """Whether a run is struck out, hidden, smaller than can be read, or, outside of tables with their coloured heads, as white as the paper."""
    if name == "color":
        return value.upper() in ("FFFFFF", "FEFEFE") and not in_table
    if name in ("sz", "w"):
        return value.isdecimal() and int(value) < (_SMALLEST if name == "sz" else _NARROWEST)
    return value not in ("0", "false", "off")


_BROUGHT_IN = "〔从别的文件带进来的内容〕"
"""What stands for the text of another file that Word prints as a part of this one."""

_FLAT = 120
"""Twentieths of a point: in rows and lines of this height exactly nothing can be read."""


def _is_flat(height: str | None, rule: str | None) -> bool:
    return rule == "exact" and height is not None and height.isdecimal() and int(height) < _FLAT


class _Walk:
    """A document's text, gathered paragraph by paragraph and row by row; what is deleted, moved away, struck out or can't be seen is none of it."""

    def __init__(self, where: str = "") -> None:
        self._where = where
        self._texts: list[tuple[str, str]] = []
        self._pieces: list[str] = []
        self._cells: list[str] = []
        self._cell: list[str] = []
        self._depth = self._tables = self._rows = self._paragraphs = 0
        self._in_text = self._struck = self._flat_row = self._flat_line = False
        self._deleted = 0

    def read(self, content: bytes) -> list[tuple[str, str]]:
        """All texts with their places. Raises expat.ExpatError and Refused."""
        parser = bare_parser()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self._start, self._end, self._text
        parser.Parse(content, True)
        return self._texts

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.removeprefix(_WORD)
        if name == "t":
            self._in_text = True
        elif name in _NOT_SAID:
            self._deleted += 1
        elif name == "r":
            self._struck = False
        elif name == "txbxContent":
            self._end_paragraph()  # what a text box says is no part of the sentence it hangs on
        elif name in ("strike", "dstrike", "vanish", "color", "sz", "w"):
            self._struck = self._struck or _unseen(name, attributes.get(f"{_WORD}val", "1"), in_table=self._depth > 0)
        elif name in ("trHeight", "spacing"):
            self._squeezed(name, attributes)
        elif name in ("br", "cr"):
            self._pieces.append("\n")
        elif name == "altChunk":
            self._texts.append((f"{self._where}第{self._paragraphs + 1}段", _BROUGHT_IN))
        elif name == "noBreakHyphen" and not self._deleted:
            self._pieces.append("-")
        elif name == "tbl":
            self._depth += 1
            if self._depth == 1:
                self._tables += 1
                self._rows = 0

    def _squeezed(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "trHeight" and self._depth > 1:
            return  # of a table within a cell
        if name == "trHeight":
            self._flat_row = self._flat_row or _is_flat(attributes.get(f"{_WORD}val"), attributes.get(f"{_WORD}hRule"))
        else:  # of a paragraph; that of letters has no line
            self._flat_line = self._flat_line or _is_flat(attributes.get(f"{_WORD}line"), attributes.get(f"{_WORD}lineRule"))

    def _end(self, tag: str) -> None:
        name = tag.removeprefix(_WORD)
        if name == "t":
            self._in_text = False
        elif name in _NOT_SAID:
            self._deleted -= 1
        elif name == "p":
            self._end_paragraph()
        elif name == "tc" and self._depth == 1:
            self._cells.append("\n".join(self._cell))
            self._cell = []
        elif name == "tr" and self._depth == 1:
            self._rows += 1
            if not self._flat_row:
                self._texts.append((f"{self._where}表{self._tables}第{self._rows}行", " | ".join(self._cells)))
            self._cells, self._flat_row = [], False
        elif name == "tbl":
            self._depth -= 1

    def _end_paragraph(self) -> None:
        text = "" if self._flat_line else "".join(self._pieces)
        self._pieces, self._flat_line = [], False
        if self._depth:
            self._cell.append(text)
        elif text.strip():
            self._paragraphs += 1
            self._texts.append((f"{self._where}第{self._paragraphs}段", text))

    def _text(self, data: str) -> None:
        if self._in_text and not self._deleted and not self._struck:
            self._pieces.append(data)


_REVISED = re.compile(rb"<(?:\w+:)?(?:ins|del|moveFrom|moveTo)\s")
_COMMENTED = re.compile(rb"<(?:\w+:)?comment\s")


def unsettled(report: Path) -> tuple[str, ...]:
    """What a Word file that can be read has open still: 修订, 批注."""
    with zipfile.ZipFile(BytesIO(file_bytes(report))) as package:
        revised = any(_REVISED.search(content) for _, content in _contents(package))
        comments = "word/comments.xml" in package.namelist()
        commented = comments and _COMMENTED.search(package.open("word/comments.xml").read(_LARGEST_PART))
    return (*(("修订",) if revised else ()), *(("批注",) if commented else ()))


def beside(file: Path) -> Path | None:
    """The workbook a Word report was exported with: of the same name, in the same folder."""
    return next((book for suffix in (".xlsx", ".xlsm") if (book := file.with_suffix(suffix)).is_file()), None)


_OF_SET = re.compile(r"\d\d-")


def of_set(file: Path) -> bool:
    """Whether a file is named as a form of a set is."""
    return _OF_SET.match(file.name) is not None


def whole_set(file: Path) -> Path | None:
    """The book of the set a file is a form of, in the same folder."""
    return next(iter(sorted(file.parent.glob("00-*.xlsx"))), None) if of_set(file) else None


_MANY = 3
_SAME_WORDING = 2
"""One text in so many that is the program's own says that the report is: also where another version of it made the workbook."""


def report_findings(
    file: Path,
    texts: Sequence[tuple[str, str]],
    returned: "Returned",
    *,
    reviewed: bool = False,
    whole: "Callable[[], Returned | None]" = lambda: None,
) -> Iterator[Finding]:
    """What the Word report of a unit says otherwise than its workbook, and than arithmetic has it. What the workbook's own check of published
    figures has found already is not said again. Where it is `reviewed`, words that were taken out or put in are said, too, and what was done
    alike in many places, or is another's report altogether, once. `whole` gives the book of the set the workbook is a form of."""
    about, plan = returned.job.about(returned.answers), returned.fitted.plan
    result = returned.job.evaluate(returned.answers, file=file.name)
    entered = entries(plan, returned.package)
    said_texts = [text for _, text in texts]
    told, own, charts = own_report(returned, result, said_texts)
    alone = (
        of_set(returned.file) and len(said_texts) - _alike(said_texts, own) > _MANY
    )  # the reports of a set have texts from its other forms
    book = whole() if alone else None
    if book is not None:
        told, own, charts = own_report(book, book.job.evaluate(book.answers), said_texts)
        alone = False
    own_bare = {tight(text) for text in own}
    alike = _alike(said_texts, own)
    ours = returned.is_ours or alike * _SAME_WORDING >= len(texts)
    names = _names(entered)
    changed = [as_finding(one.slip, Place(file.name, texts[one.at][0])) for one in (changes(said_texts, own, names) if ours else ())]
    rewritten: list[Rewording] = []
    if reviewed and ours:
        stranger = of_another(file.name, said_texts, own, (about.unit, about.project), len(changed))
        if stranger is not None:
            yield stranger
            return
        named = {one.place.sheet for one in changed}
        changed = list(alike_once(changed))
        if alike * _SAME_WORDING >= len(texts):
            untold = (one for one in rewordings(said_texts, own, names) if texts[one.at][0] not in named or one.whole)
            rewritten = [one for one in untold if one.lost or not alone]
            changed += reworded(file.name, texts, [one for one in rewritten if not one.adds])
            changed += charts_otherwise(file.name, charts_of(file), charts)
    yield from changed
    said = {(one.place.sheet, _FIGURE.sub("", one.reported)) for one in changed}
    edited = {place for place, _ in said}
    written = [(Place(file.name, place), text) for place, text in texts if tight(text) not in own_bare]
    if told.job is returned.job:
        facts = facts_of(plan, plan.values(entered), told.result.total)
    else:
        form = told.job.plan(told.answers, Edition.NATIVE, told.result)
        facts = facts_of(form, form.values(told.job.entries(told.answers)), told.result.total)
    figures = Figures(facts, told.job.about(told.answers).rows, told.result.grade or "", exact_grade=ours)
    told_there = set()
    for one in (
        *own_words(written, about.year),
        *_titled_otherwise(written, about.year),
        *(_named_otherwise(written, names) if ours else ()),
        *agreement(written, figures, about.unit, about.year),
    ):
        again = (one.place.sheet, _FIGURE.sub("", one.reported)) in said
        if not again and not (one.place.sheet in edited and one.code in _FOLLOWING):
            told_there.add(one.place.sheet)
            yield one
    yield from reworded(file.name, texts, [one for one in rewritten if one.adds and texts[one.at][0] not in told_there])


_NEAR_NAME = 5


def _named_otherwise(texts: Iterable[OwnText], names: Collection[str]) -> Iterator[Finding]:
    """JX672: a header, a footer or a note with a name of the workbook of which one character is another."""
    known = [name for name in map(tight, names) if len(name) >= _NEAR_NAME]
    for place, text in texts:
        if not place.sheet.startswith(tuple(_PART_NAMES.values())):
            continue
        bare = tight(text)
        for name in known:
            near = (bare[at : at + len(name)] for at in range(len(bare) - len(name) + 1))
            said = next((one for one in near if sum(a != b for a, b in zip(one, name, strict=True)) == 1), "")
            if said and name not in bare and said not in known:
                message = f"报告里的名称是{said}，按工作簿应为{name}：{text.strip()}"
                yield found("JX672", place, message, said, name)


_TITLE = re.compile(r"(?P<year>(?:19|20)\d\d)年度?.{0,40}(?:报告|自评表|评分表|说明)$")


def _titled_otherwise(texts: Iterable[OwnText], year: int) -> Iterator[Finding]:
    """JX666: a title, a header or a footer that says another year than the table's."""
    for place, text in texts:
        named = _TITLE.search(half_width(tight(text)))
        if named and year and int(named["year"]) != year and len(text) <= _LONGEST_TITLE:
            message = f"题名里的年份是{named['year']}，按工作簿应为{year}：{text.strip()}"
            yield found("JX666", place, message, named["year"], str(year))


_LONGEST_TITLE = 60


def _names(entered: Mapping[str, Value]) -> set[str]:
    """What of a unit's entries is a name: short, in words, no sentence, no class of indicators."""
    said = {value.strip() for value in entered.values() if isinstance(value, str)}
    return {one for one in said if _NAME.fullmatch(one) and not _NO_NAME.search(one)}


_FIGURE = re.compile(r"[^\d.]")
_FOLLOWING = frozenset(("JX660", "JX661", "JX662", "JX663", "JX664", "JX665", "JX667"))
"""What only follows where a figure of the same passage was changed."""

_NO_NAME = re.compile("的|指标$")
_NAME = re.compile(r"(?=.*[\u4e00-\u9fff]{2})[^\s\d。；;，,！!？?：:]{3,40}|[\u4e00-\u9fff]·?[\u4e00-\u9fff]{1,3}")


def check_report(report: Path, book: Path, rubric: str | None = None) -> tuple[Finding, ...]:
    """Everything of an edited Word report that no longer agrees with its workbook, in the order of the report. Raises UnreadableReport,
    UnreadableWorkbook, RubricError."""
    from xl_jixiao.jobs import read_workbook

    texts = word_texts(report)
    order = {place: at for at, (place, _) in enumerate(texts)}
    return tuple(sorted(report_findings(report, texts, read_workbook(book, rubric)), key=lambda one: order[one.place.sheet]))


class Exported(NamedTuple):
    """A report as a workbook exports it: what it tells of, its paragraphs and rows, its charts."""

    told: Told
    texts: list[str]
    charts: list[ReportChart]


def own_report(returned: "Returned", result: Result, texts: Sequence[str]) -> Exported:
    """The report this workbook exports; of several the one that has most of these texts."""
    reports = [Exported(told, *_written(told.report)) for told in returned.job.told(result, returned.answers)]
    return max(reports, key=lambda one: _alike(texts, one.texts))


def _alike(texts: Sequence[str], own: Iterable[str]) -> int:
    """How many of the texts the report has as they are."""
    written = {tight(text) for text in own}
    return sum(tight(text) in written for text in texts)


def _written(report: Report) -> tuple[list[str], list[ReportChart]]:
    with TemporaryDirectory() as folder:
        written = Path(folder, "report.docx")
        report.save(written)
        return [text for _, text in word_texts(written)], charts_of(written)


# ---- the files of a unit beside each other


def compared_files(results: Sequence["Examined"]) -> Iterator[tuple[int, Finding]]:
    """JX661, JX671: one figure with two values in two files of a unit, both about the whole unit or about the same project."""
    units: dict[tuple[str, str, int], dict[str, tuple[int, Collection[Fact]]]] = defaultdict(dict)
    for at, result in enumerate(results):
        if result.unit and result.facts and not result.accounts:
            for table, project, facts in ((result.table, result.project, result.facts), *result.parts):
                # two versions of one table are told apart elsewhere
                units[tight(result.unit), tight(project), result.year].pop(table, None)
                units[tight(result.unit), tight(project), result.year][table] = at, facts
    for forms in units.values():
        if len(forms) < 2:
            continue
        members = [at for at, _ in forms.values()]
        by_file = {results[at].name: at for at in members}
        listed = [(results[at].name, fact) for at, facts in sorted(forms.values(), key=lambda one: one[0]) for fact in facts]
        reported = {one.reported for at in members for one in results[at].findings}
        for first, second, source, file, near in between_files(listed):
            if second.shown in reported:
                continue
            message = f"{titled(second.name)}是{second.shown}，{source}里的{titled(first.name)}（{first.place}）是{first.shown}"
            sheet, _, cell = second.place.partition("!")
            yield by_file[file], found("JX661" if near else "JX671", Place(file, sheet, cell), message, second.shown, first.shown)


def against_accounts(results: Sequence["Examined"]) -> Iterator[tuple[int, Finding]]:
    """JX661, JX671: a figure of a unit's filing, or of its texts, that its 决算公开表 has otherwise; JX680: two of its tables that differ."""
    tables: dict[tuple[str, int], list[int]] = defaultdict(list)
    filings: dict[str, list[int]] = defaultdict(list)
    for at, result in enumerate(results):
        if result.unit and result.accounts:
            tables[tight(result.unit), result.year].append(at)
        elif result.unit:
            filings[tight(result.unit)].append(at)
    for (unit, year), members in tables.items():
        figures = {one.name: one for at in reversed(members) for one in results[at].accounts}
        if len(members) > 1:
            yield from _between_accounts(results, members, figures)
        known = {name: one for one in figures.values() if not one.name.endswith("预算") for name in one.inputs}
        facts = Figures(fact for at in members for fact in results[at].facts)
        for at in filings[unit]:
            result = results[at]
            if year and result.year not in (0, year):
                continue
            if not result.project:
                yield from ((at, one) for one in _otherwise(result, known))
            said = {one.reported for one in result.findings}
            for place, text in result.texts:
                yield from ((at, as_finding(slip, place)) for slip in against_table(text, facts, year) if slip.reported not in said)


def _between_accounts(
    results: Sequence["Examined"], members: Sequence[int], figures: Mapping[str, "Imported"]
) -> Iterator[tuple[int, Finding]]:
    from xl_jixiao.arrive.accounts import disagreements

    by_place = {one.place: at for at in reversed(members) for one in results[at].accounts}
    said = {one.message for at in members for one in results[at].findings}
    for wrong in disagreements(figures):
        if wrong.said not in said:
            yield by_place[wrong.place], found("JX680", wrong.place, wrong.said, wrong.printed, wrong.due)


def _otherwise(result: "Examined", known: Mapping[str, "Imported"]) -> Iterator[Finding]:
    """A filing's figures that the tables have otherwise, at its own cells."""
    for fact in result.facts:
        one = known.get(fact.name)
        off = Fraction(0) if one is None else abs(fact.value - Fraction(one.value) * 10_000)
        if one is None or fact.kind is not Measure.AMOUNT or not off:
            continue
        near = off <= 100
        sheet, _, cell = fact.place.partition("!")
        due = f"{plain(one.value)}万元"
        message = f"{titled(fact.name)}是{fact.shown}，决算公开表（{one.place}）是{due}"
        yield found("JX661" if near else "JX671", Place(result.name, sheet, cell), message, fact.shown, due)


ReportOf = Callable[[Path, Path], "Examined | None"]
"""What a Word file comes to as the report of a workbook; None where it is not that one's."""

_MOST_BOOKS = 4
"""So many workbooks of a unit are asked whether a Word file is their report, the likeliest first."""


def reports_of_units(
    results: Sequence["Examined"], listed: Sequence[str] = (), report_of: ReportOf = lambda report, book: None
) -> list["Examined"]:
    """Word files, 决算公开表 and files nobody could read whose unit is not known yet, given to the unit whose name stands in them, or in the
    name of the file or its folder. A Word file under another name than its workbook's is held against the one it is the report of, by what it
    says, else against the figures of all workbooks of its unit. `listed` are the units that should file."""
    units: dict[str, list[Examined]] = defaultdict(list)
    for result in results:
        if result.unit and result.table:
            units[result.unit].append(result)
    done: list[Examined] = []
    reports: set[Path] = set()
    for result in results:
        if result.file in reports:
            continue  # another form in the tables of the same report
        if (result.accounts or not result.readable) and not result.unit:
            done.append(replace(result, unit=_unit_in_path(result, (*units, *listed))))
            continue
        if result.file.suffix.lower() != ".docx" or not result.texts:
            done.append(result)
            continue
        said = tight("".join(text for _, text in result.texts)[:6000])
        names = sorted((name for name in units if len(name) >= 4 and tight(name) in said + result.file.stem), key=len, reverse=True)
        unit = next(iter([result.unit] if result.unit in units else names), "")
        books = units[unit] if unit else []
        report = next(filter(None, (report_of(result.file, book.file) for book in _likeliest(books, said))), None)
        if report is not None:
            reports.add(result.file)
        elif not (result.table or result.unit):
            report = _given_to(result, units[names[0]]) if names else _of_nobody(result)
        done.append(report or result)
    return done


def _likeliest(books: Iterable["Examined"], said: str) -> list["Examined"]:
    """The workbooks a text may be the report of: first those whose project, form and year it names."""

    def named(book: "Examined") -> int:
        return sum(bool(word) and tight(word) in said for word in (book.project, book.title, str(book.year or "")))

    return sorted((book for book in books if book.file.suffix.lower() in (".xlsx", ".xlsm")), key=named, reverse=True)[:_MOST_BOOKS]


def is_report_of(returned: "Returned", texts: Sequence[str]) -> bool:
    """Whether a workbook exports most of these texts."""
    own = own_report(returned, returned.job.evaluate(returned.answers), texts)
    return _alike(texts, own.texts) * _SAME_WORDING >= len(texts)


def _unit_in_path(result: "Examined", names: Sequence[str]) -> str:
    """The unit whose name is in the name of a file, or of the nearest folder it lies in; empty where none is."""
    for part in (result.file.stem, *(folder.name for folder in list(result.file.absolute().parents)[:_FOLDERS_UP])):
        called = [name for name in names if len(name) >= _SHORTEST_UNIT and tight(name) in tight(part)]
        if called:
            return max(called, key=len)
    return ""


_SHORTEST_UNIT, _FOLDERS_UP = 4, 3


def _of_nobody(result: "Examined") -> "Examined":
    from xl_jixiao.review.examine import not_examined

    return not_examined(result.file)


def _given_to(result: "Examined", books: Sequence["Examined"]) -> "Examined":
    facts = [fact for book in books for fact in book.facts]
    rows = [row for book in books for row in book.rows]
    reported = {one.reported for book in books for one in book.findings if one.reported}
    year = max((book.year for book in books), default=0)
    unit = books[0].unit
    found_now = [
        *own_words(result.texts, year),
        *agreement(result.texts, Figures(facts, rows, next((book.grade for book in books if book.grade), "")), unit, year),
    ]
    kept = tuple(one for one in found_now if not (one.code in ("JX660", "JX661", "JX664", "JX665") and one.reported in reported))
    return replace(result, unit=unit, superior=books[0].superior, title=REPORT_TITLE, findings=(*result.findings, *kept))
