"""Excel's own limits and repair triggers, checked on .xlsx/.xlsm files with the standard library only.

    PYTHONPATH=tests python -m support.excel_limits [-v] [--strict] FILE...

Prints `file: LEVEL rule place: detail`; exit status 1 when any ERROR is found (with --strict any WARN too), 2 for an unreadable file.
`problems(path)` is the same for tests. LibreOffice opens and computes what is refused or computed otherwise here.
Sources: ECMA-376 part 1 (element order, attribute types), Microsoft "Excel specifications and limits", MS-OI29500, MS-OVBA.
"""

import math
import posixpath
import re
import struct
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from os import PathLike
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from support.excel_formula import Areas, Node, area, cell_place, column_number, parsed, shape
from support.vba_project import decompress, read_compound, read_directory

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PR = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
C_NS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"

WORKBOOK_ORDER = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames calcPr "
    "oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst"
).split()
SHEET_ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState "
    "dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
    "pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst"
).split()
STYLE_ORDER = "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst".split()

BUILTIN_NAMES = {
    "_xlnm.Print_Area",
    "_xlnm.Print_Titles",
    "_xlnm._FilterDatabase",
    "_xlnm.Criteria",
    "_xlnm.Extract",
    "_xlnm.Database",
    "_xlnm.Sheet_Title",
    "_xlnm.Consolidate_Area",
    "_xlnm.Recorder",
    "_xlnm.Data_Form",
    "_xlnm.Auto_Open",
    "_xlnm.Auto_Close",
}
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!"}
VOLATILE = {"INDIRECT", "OFFSET", "NOW", "TODAY", "RAND", "RANDBETWEEN", "CELL", "INFO"}

# name: (fewest, most arguments, positions whose argument may be a range or array; "*" = all)
F: dict[str, tuple[int, int, str]] = {}


def _functions(text: str) -> None:
    for item in text.split():
        name, low, high, arrays = item.split(":")
        F[name] = (int(low), int(high), arrays)


_functions(
    # Excel 2003/2007: no prefix
    "ABS:1:1: ACOS:1:1: AND:1:255:* AREAS:1:1:* ASC:1:1: AVERAGE:1:255:* AVERAGEA:1:255:* AVERAGEIF:2:3:1,3 AVERAGEIFS:3:255:odd CEILING:2:2: "
    "CELL:1:2:2 CHAR:1:1: CHOOSE:2:255:* CLEAN:1:1: CODE:1:1: COLUMN:0:1:* COLUMNS:1:1:* CONCATENATE:1:255: COUNT:1:255:* COUNTA:1:255:* "
    "COUNTBLANK:1:1:* COUNTIF:2:2:1 COUNTIFS:2:255:odd DATE:3:3: DATEDIF:3:3: DATEVALUE:1:1: DAY:1:1: DAYS360:2:3: DOLLAR:1:2: EDATE:2:2: "
    "EOMONTH:2:2: ERROR.TYPE:1:1: EVEN:1:1: EXACT:2:2: EXP:1:1: FACT:1:1: FALSE:0:0: FIND:2:3: FINDB:2:3: FIXED:1:3: FLOOR:2:2: "
    "FREQUENCY:2:2:* GCD:1:255:* HLOOKUP:3:4:2 HOUR:1:1: HYPERLINK:1:2: IF:1:3:2,3 IFERROR:2:2: INDEX:2:4:1 INDIRECT:1:2: INT:1:1: "
    "ISBLANK:1:1: ISERR:1:1: ISERROR:1:1: ISEVEN:1:1: ISLOGICAL:1:1: ISNA:1:1: ISNONTEXT:1:1: ISNUMBER:1:1: ISODD:1:1: ISREF:1:1:* ISTEXT:1:1: "
    "LARGE:2:2:1 LCM:1:255:* LEFT:1:2: LEFTB:1:2: LEN:1:1: LENB:1:1: LN:1:1: LOG:1:2: LOG10:1:1: LOOKUP:2:3:2,3 LOWER:1:1: MATCH:2:3:2 "
    "MAX:1:255:* MAXA:1:255:* MEDIAN:1:255:* MID:3:3: MIDB:3:3: MIN:1:255:* MINA:1:255:* MINUTE:1:1: MMULT:2:2:* MOD:2:2: MODE:1:255:* "
    "MONTH:1:1: MROUND:2:2: N:1:1:* NA:0:0: NETWORKDAYS:2:3:3 NOT:1:1: NOW:0:0: NUMBERSTRING:2:2: ODD:1:1: OFFSET:3:5:1 OR:1:255:* PERCENTILE:2:2:1 "
    "PI:0:0: POWER:2:2: PRODUCT:1:255:* PROPER:1:1: QUARTILE:2:2:1 QUOTIENT:2:2: RAND:0:0: RANDBETWEEN:2:2: RANK:2:3:2 REPLACE:4:4: REPT:2:2: "
    "RIGHT:1:2: RIGHTB:1:2: RMB:1:2: ROUND:2:2: ROUNDDOWN:2:2: ROUNDUP:2:2: ROW:0:1:* ROWS:1:1:* SEARCH:2:3: SECOND:1:1: SIGN:1:1: SMALL:2:2:1 "
    "SQRT:1:1: STDEV:1:255:* SUBSTITUTE:3:4: SUBTOTAL:2:255:* SUM:1:255:* SUMIF:2:3:1,3 SUMIFS:3:255:odd SUMPRODUCT:1:255:* SUMSQ:1:255:* "
    "T:1:1:* TEXT:2:2: TIME:3:3: TODAY:0:0: TRANSPOSE:1:1:* TRIM:1:1: TRUE:0:0: TRUNC:1:2: TYPE:1:1:* UPPER:1:1: VALUE:1:1: VLOOKUP:3:4:2 "
    "WEEKDAY:1:2: WEEKNUM:1:2: WIDECHAR:1:1: WORKDAY:2:3:3 YEAR:1:1: YEARFRAC:2:3: INFO:1:1: AGGREGATE:3:255:* JIS:1:1: PHONETIC:1:1:*"
)
# Excel 2010, 2013: need _xlfn. in the file, known to Excel 2016
XLFN_2016 = set(
    "ACOT ARABIC BASE BITAND BITOR BITXOR CEILING.MATH COMBINA CSC DAYS DECIMAL ENCODEURL FILTERXML FLOOR.MATH FORMULATEXT IFNA ISFORMULA "
    "ISO.CEILING ISOWEEKNUM MUNIT NETWORKDAYS.INTL NUMBERVALUE PDURATION PERMUTATIONA PHI RRI SEC SHEET SHEETS SKEW.P UNICHAR UNICODE "
    "WEBSERVICE WORKDAY.INTL XOR MODE.SNGL PERCENTILE.INC PERCENTILE.EXC QUARTILE.INC QUARTILE.EXC RANK.EQ RANK.AVG STDEV.S STDEV.P VAR.S "
    "VAR.P".split()
)
# after Excel 2016 (perpetual): #NAME? there
NEWER = set(
    "CONCAT IFS MAXIFS MINIFS SWITCH TEXTJOIN FILTER SORT SORTBY UNIQUE SEQUENCE RANDARRAY XLOOKUP XMATCH LET LAMBDA TEXTSPLIT TEXTBEFORE "
    "TEXTAFTER VSTACK HSTACK TOCOL TOROW TAKE DROP CHOOSECOLS CHOOSEROWS EXPAND WRAPROWS WRAPCOLS MAP REDUCE SCAN BYROW BYCOL MAKEARRAY "
    "ISOMITTED VALUETOTEXT ARRAYTOTEXT IMAGE GROUPBY PIVOTBY PERCENTOF TRIMRANGE REGEXTEST REGEXEXTRACT REGEXREPLACE TRANSLATE "
    "DETECTLANGUAGE".split()
)
# inside an array argument (SUMPRODUCT) these do not lift over a range without Ctrl+Shift+Enter in Excel 2016
NO_LIFT = {"IF", "IFERROR", "CHOOSE", "T"}
# these evaluate their array arguments as arrays; a range-taking function (MAX, SUM, AND …) between them and a scalar function
# stops that: measured in Excel, SUMPRODUCT(MAX(LEN(A1:A9))) is #VALUE!, SUMPRODUCT(MAX(A1:A9*2)) and MAX(INDEX(LEN(A1:A9),0)) work
ARRAY_FUNCTIONS = {"SUMPRODUCT", "MMULT", "LOOKUP", "FREQUENCY", "INDEX"}
FORMULA_LIMIT = 8192
LIFTED_EVERYWHERE = {
    "ISNUMBER",
    "ISTEXT",
    "ISERROR",
    "ISERR",
    "ISNA",
    "ISBLANK",
    "ISLOGICAL",
    "ISNONTEXT",
    "COUNTIF",
    "SUMIF",
    "ROW",
    "COLUMN",
}


def name_problem(name: str) -> str:
    """Why Excel would refuse a defined name, or empty."""
    if len(name) > 255:
        return f"{len(name)} characters, at most 255"
    first = name[:1]
    if not (first == "_" or first == "\\" or unicodedata.category(first)[0] == "L"):
        return f"may not start with {first!r}"
    for char in name[1:]:
        if not (char in "_.\\?" or unicodedata.category(char)[0] in "LNM"):
            return f"has {char!r} (U+{ord(char):04X})"
    found = re.fullmatch(r"([A-Za-z]{1,3})(\d+)", name)
    if found and column_number(found[1]) <= 16384 and 1 <= int(found[2]) <= 1048576:
        return "looks like a cell reference"
    # R1C1 notation, in the letters of any Excel language: R/C, L/C (fr), Z/S (de), F/C (es), L/C (pt), W/K (pl), R/K (nl, sv), O/S (cs)
    if re.fullmatch(r"[RLZFWOrlzfwo]\d*(?:[CSKcsk]\d*)?|[CSKcsk]\d*", name) and re.fullmatch(r"[A-Za-z]\d*([A-Za-z]\d*)?", name):
        return "looks like an R1C1 reference (in some Excel language)"
    if name.upper() in ("TRUE", "FALSE", "NULL"):
        return "is a constant"
    if name.lower().startswith("_xl"):
        return "prefix _xl is reserved"
    return ""


def units(text: str) -> int:
    """How long Excel takes a text to be."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class Problem:
    """What Excel would refuse, repair or compute otherwise: the level (ERROR, WARN), the rule, the place, what is wrong there."""

    level: str
    rule: str
    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.level} {self.rule} {self.place}: {self.detail}"


class Workbook:
    """One file being checked."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Problem] = []
        self.zip = zipfile.ZipFile(path)
        self.parts = set(self.zip.namelist())
        self.names: dict[tuple[str, str | None], str] = {}
        self.names_by_case: dict[tuple[str, str | None], str] = {}
        self.known_names: set[str] = set()
        self.many_cells: dict[tuple[str, str], bool] = {}
        self.areas: dict[tuple[str, str], Areas | None] = {}
        self.sound: set[tuple[bool, str]] = set()
        """The shapes of formulas that were checked."""
        self.sheets: dict[str, str] = {}
        self.sheet_ids: list[str] = []
        self.udfs: set[str] = set()
        self.modules: dict[str, str] = {}
        self.facts: Counter[str] = Counter()
        self.graph: dict[tuple[str, int, int], Areas] = {}
        self.strings: list[str] = []

    def say(self, level: str, rule: str, place: str, detail: str) -> None:
        self.found.append(Problem(level, rule, place, detail))

    def error(self, rule: str, place: str, detail: str) -> None:
        self.say("ERROR", rule, place, detail)

    def warn(self, rule: str, place: str, detail: str) -> None:
        self.say("WARN", rule, place, detail)

    def xml(self, part: str) -> ET.Element:
        return ET.fromstring(self.zip.read(part))

    # ---- package -----------------------------------------------------------------------------------------------------

    def check(self) -> None:
        self.package()
        if "xl/vbaProject.bin" in self.parts:
            self.vba()
        self.workbook()
        self.shared_strings()
        self.styles()
        for name, part in self.sheets.items():
            self.sheet(name, part)
        self.circles()

    def relations(self, part: str) -> dict[str, tuple[str, str, str]]:
        """Id -> (type, target part or address, mode)."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        if rels not in self.parts:
            return {}
        out = {}
        for rel in self.xml(rels):
            target, mode = rel.get("Target", ""), rel.get("TargetMode", "Internal")
            if mode == "Internal":
                target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if rel.get("Id") in out:
                self.error("rels", rels, f"Id {rel.get('Id')} twice")
            out[rel.get("Id", "")] = (rel.get("Type", "").rsplit("/", 1)[-1], target, mode)
        return out

    def package(self) -> None:
        names = self.zip.namelist()
        for name, count in Counter(n.lower() for n in names).items():
            if count > 1:
                self.error("zip", name, "part twice (case does not count)")
        for info in self.zip.infolist():
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                self.error("zip", info.filename, f"compression method {info.compress_type}")
            if info.flag_bits & 1:
                self.error("zip", info.filename, "encrypted")
            if "\\" in info.filename or not info.filename.isascii():
                self.error("zip", info.filename, "part name not an ASCII URI")
        if self.zip.testzip():
            self.error("zip", self.zip.testzip() or "", "bad CRC")
        types = self.xml("[Content_Types].xml")
        defaults = {e.get("Extension", "").lower(): e.get("ContentType") for e in types.iter(CT + "Default")}
        overrides = {e.get("PartName", "").lstrip("/"): e.get("ContentType", "") for e in types.iter(CT + "Override")}
        for name in overrides:
            if name not in self.parts:
                self.error("content types", name, "part does not exist")
        for name in names:
            if name.endswith("/") or name == "[Content_Types].xml":
                continue
            if name not in overrides and name.rsplit(".", 1)[-1].lower() not in defaults:
                self.error("content types", name, "no content type")
            if name.endswith((".xml", ".rels", ".vml")):
                try:
                    ET.fromstring(self.zip.read(name))
                except ET.ParseError as problem:
                    self.error("xml", name, str(problem))
        macro = "macroEnabled" in overrides.get("xl/workbook.xml", "")
        if macro != self.path.lower().endswith(".xlsm"):
            self.error("content types", "xl/workbook.xml", "content type and file extension disagree: Excel refuses to open the file")
        if macro != ("xl/vbaProject.bin" in self.parts):
            self.warn("content types", "xl/workbook.xml", "macro-enabled type without VBA project, or the reverse")
        for part in names:
            if part.endswith(".rels"):
                continue
            for rid, (_, target, mode) in self.relations(part).items():
                if mode == "Internal" and unquote(target).split("#")[0] not in self.parts:
                    self.error("rels", part, f"{rid} leads to {target}, which does not exist")
                if mode == "External" and len(target) > 2079:
                    self.error("hyperlink", part, f"address of {len(target)} characters")

    # ---- workbook ----------------------------------------------------------------------------------------------------

    def order(self, element: ET.Element, order: list[str], place: str) -> None:
        last = -1
        for child in element:
            tag = child.tag.rsplit("}", 1)[-1]
            if tag == "AlternateContent":
                continue
            if tag not in order:
                self.error("element order", place, f"unknown element {tag}")
                continue
            if order.index(tag) < last:
                self.error("element order", place, f"{tag} stands too late")
            last = max(last, order.index(tag))

    def workbook(self) -> None:
        root = self.xml("xl/workbook.xml")
        self.order(root, WORKBOOK_ORDER, "workbook.xml")
        relations = self.relations("xl/workbook.xml")
        pr = root.find(M + "workbookPr")
        if pr is not None and pr.get("date1904") in ("1", "true"):
            self.warn("date system", "workbook.xml", "1904")
        seen, ids, visible = set(), set(), 0
        listed = root.find(M + "sheets")
        for sheet in listed if listed is not None else []:
            name = sheet.get("name", "")
            if not name or len(name) > 31 or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'" or name[-1] == "'":
                self.error("sheet name", name, f"{len(name)} characters or a forbidden one")
            if name.lower() in seen or name.lower() in ("history", "历史记录"):
                self.error("sheet name", name, "used twice (case does not count) or reserved")
            seen.add(name.lower())
            if sheet.get("sheetId") in ids:
                self.error("sheet id", name, "twice")
            ids.add(sheet.get("sheetId"))
            visible += sheet.get("state", "visible") == "visible"
            self.sheets[name] = relations[sheet.get(R + "id", "")][1]
            self.sheet_ids.append(name)
        if not visible:
            self.error("sheets", "workbook.xml", "no sheet is visible")
        views = root.find(M + "bookViews")
        for view in views if views is not None else []:
            for attribute in ("activeTab", "firstSheet"):
                if int(view.get(attribute, "0")) >= len(self.sheet_ids):
                    self.error("book view", "workbook.xml", f"{attribute} outside the sheets")
            hidden = [s.get("state", "visible") != "visible" for s in (listed if listed is not None else [])]
            if hidden[int(view.get("activeTab", "0"))]:
                self.error("book view", "workbook.xml", "the active sheet is hidden")
        calc = root.find(M + "calcPr")
        self.calc_on_load = calc is not None and calc.get("fullCalcOnLoad") in ("1", "true")
        if calc is not None and calc.get("calcMode", "auto") != "auto":
            self.warn("calcPr", "workbook.xml", f"calcMode {calc.get('calcMode')}")
        if calc is not None and calc.get("iterate") in ("1", "true"):
            self.warn("calcPr", "workbook.xml", "iterative calculation")
        self.defined_names(root)
        if self.modules:
            code = pr.get("codeName") if pr is not None else None
            if code not in self.modules:
                self.error("codeName", "workbook.xml", f"{code!r} is no module of the VBA project")

    def defined_names(self, root: ET.Element) -> None:
        listed = root.find(M + "definedNames")
        seen: dict[tuple[str, str | None], str] = {}
        for one in listed if listed is not None else []:
            name, scope, text = one.get("name", ""), one.get("localSheetId"), one.text or ""
            place = f"name {name}"
            if scope is not None and int(scope) >= len(self.sheet_ids):
                self.error("defined name", place, f"localSheetId {scope} is no sheet")
            if name.startswith("_xlnm."):
                if name not in BUILTIN_NAMES:
                    self.error("defined name", place, "unknown built-in name")
            else:
                why = name_problem(name)
                if why:
                    self.error("defined name", place, why)
            key = (name.casefold(), scope)
            if key in seen:
                self.error("defined name", place, f"also {seen[key]!r}: case does not count")
            seen[key] = name
            wide = (unicodedata.normalize("NFKC", name).casefold(), scope)
            if wide != key and wide in seen:
                self.warn("defined name", place, f"differs from {seen[wide]!r} only by width")
            if len(text) > 8192:
                self.error("defined name", place, f"formula of {len(text)} characters")
            if "#REF!" in text:
                self.error("defined name", place, text)
            self.names[name, scope] = text
            self.names_by_case[name.casefold(), scope] = text
            self.known_names.add(name.casefold())
        for (name, scope), text in self.names.items():
            if name == "_xlnm.Print_Titles":
                for piece in self.split_areas(text):
                    if not re.search(r"!\$\d+:\$\d+$|!\$[A-Z]+:\$[A-Z]+$", piece):
                        self.error("print titles", f"name {name}", text)
            sheets = {s for piece in self.split_areas(text) for s in [self.target_sheet(piece)] if s is not None}
            for sheet in sheets:
                if sheet not in self.sheets:
                    self.error("defined name", f"name {name}", f"sheet {sheet!r} does not exist")
                elif name.startswith("_xlnm.") and scope is not None and self.sheet_ids[int(scope)] != sheet:
                    self.error("defined name", f"name {name}", f"belongs to {self.sheet_ids[int(scope)]}, names {sheet}")

    @staticmethod
    def split_areas(text: str) -> list[str]:
        return re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", text)

    @staticmethod
    def target_sheet(text: str) -> str | None:
        found = re.fullmatch(r"(?:'((?:[^']|'')*)'|([^'!]+))!(.+)", text.strip())
        return None if not found else (found[1] or "").replace("''", "'") or found[2]

    # ---- VBA ---------------------------------------------------------------------------------------------------------

    def vba(self) -> None:
        try:
            streams = read_compound(self.zip.read("xl/vbaProject.bin"))
            directory = decompress(streams["VBA/dir"])
        except (KeyError, ValueError, struct.error, IndexError) as problem:
            self.error("VBA", "vbaProject.bin", f"unreadable: {problem!r}")
            return
        modules, page, problems = read_directory(directory)
        for problem in problems:
            self.error("VBA dir", "vbaProject.bin", problem)
        project = streams.get("PROJECT", b"").decode(f"cp{page}", "replace")
        declared = re.findall(r"^(?:Module|Class|BaseClass)=(.+?)\r?$|^Document=(.+?)/&H", project, re.MULTILINE)
        if {a or b for a, b in declared} != {m[0] for m in modules}:
            self.error("VBA PROJECT", "vbaProject.bin", "modules of PROJECT and dir differ")
        for name, stream, offset, _ in modules:
            if f"VBA/{stream}" not in streams:
                self.error("VBA", name, "its stream is missing")
                continue
            source = decompress(streams[f"VBA/{stream}"][offset:]).decode(f"cp{page}", "replace")
            self.modules[name] = source
            self.module(name, source)
        taken: dict[str, str] = {}
        for name, source in self.modules.items():
            for found in re.finditer(
                r"^[ \t]*(Public[ \t]+|Private[ \t]+|Friend[ \t]+)?(?:Static[ \t]+)?(Sub|Function)[ \t]+(\w+)",
                source,
                re.MULTILINE | re.IGNORECASE,
            ):
                word = found[3].lower()
                public = (found[1] or "Public").strip().lower() != "private" and not source.count('"0{000208')
                if word in {m.lower() for m in self.modules}:
                    self.error("VBA", name, f"procedure {found[3]} has the name of a module")
                if public:
                    if word in taken and taken[word] != name:
                        self.warn("VBA", name, f"public procedure {found[3]} also in {taken[word]}: ambiguous")
                    taken[word] = name
                    if found[2].lower() == "function":
                        self.udfs.add(word)
        self.macros = set(taken)
        for word in taken:
            if cell_place(word) or re.fullmatch(r"r\d*c?\d*|c\d*", word):
                self.error("VBA", word, "the name of the procedure is a cell reference: unusable in a formula or button")

    def module(self, name: str, source: str) -> None:
        if len(name) > 31 or not re.fullmatch(r"[A-Za-z]\w*", name):
            self.error("VBA", name, "module name")
        if f'Attribute VB_Name = "{name}"' not in source:
            self.error("VBA", name, "VB_Name attribute differs from the module's name")
        if "\n" in source.replace("\r\n", ""):
            self.error("VBA", name, "line ends are not CRLF")
        if not source.isascii():
            self.error("VBA", name, "not ASCII: shows garbage under another code page")
        lines = source.split("\r\n")
        continued, size = 0, 0
        for number, line in enumerate(lines, 1):
            if len(line) > 1023:
                self.error("VBA", f"{name}:{number}", f"line of {len(line)} characters, at most 1023")
            continued = continued + 1 if re.search(r"[ \t]_$", line) else 0
            if continued > 24:
                self.error("VBA", f"{name}:{number}", "more than 24 line continuations")
            if re.match(r"\s*(?:Public |Private |Friend )?(?:Static )?(?:Sub|Function|Property) ", line):
                size = 0
            size += len(line) + 2
            if size > 65536:
                self.error("VBA", f"{name}:{number}", "procedure larger than 64 KB")
            if re.search(r"\bDeclare\b(?!\s+PtrSafe)\s+(?:Sub|Function)\b", line) and not line.lstrip().startswith("'"):
                before = "\n".join(lines[: number - 1])
                if before.count("#If VBA7") == 0:
                    self.error("VBA", f"{name}:{number}", "Declare without PtrSafe: does not compile in 64-bit Office")
        if len(lines) > 65534:
            self.error("VBA", name, "more than 65,534 lines")

    # ---- strings and styles ------------------------------------------------------------------------------------------

    def text(self, value: str, place: str) -> None:
        if len(value.encode("utf-16-le")) // 2 > 32767:
            self.error("cell text", place, f"{len(value)} characters, at most 32,767")
        if value.count("\n") > 253:
            self.error("cell text", place, f"{value.count(chr(10))} line feeds, at most 253")
        bad = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", value)
        if bad:
            self.error("cell text", place, f"control character U+{ord(bad[0]):04X}")
        if re.search(r"_x[0-9A-Fa-f]{4}_", value) and not re.search(r"_x005[Ff]_x", value):
            self.facts["_xHHHH_ escapes"] += 1

    def shared_strings(self) -> None:
        if "xl/sharedStrings.xml" not in self.parts:
            return
        root = self.xml("xl/sharedStrings.xml")
        items = root.findall(M + "si")
        for at, item in enumerate(items):
            texts = list(item.iter(M + "t"))
            for t in texts:
                value = t.text or ""
                if value != value.strip(" \t\r\n") and t.get(XML_SPACE) != "preserve":
                    self.error("xml:space", f"shared string {at}", f"{value[:30]!r} loses its outer spaces")
            whole = "".join(t.text or "" for t in item.findall(M + "t")) + "".join(
                t.text or "" for r in item.findall(M + "r") for t in r.iter(M + "t")
            )
            if item.find(M + "t") is not None and item.find(M + "r") is not None:
                self.error("rich text", f"shared string {at}", "both plain text and runs")
            self.text(whole, f"shared string {at}")
            self.strings.append(whole)
        unique = root.get("uniqueCount")
        if unique is not None and int(unique) != len(items):
            self.error("shared strings", "uniqueCount", f"{unique}, but {len(items)} stand there")
        double = [s for s, n in Counter(ET.tostring(i) for i in items).items() if n > 1]
        if double:
            self.warn("shared strings", "uniqueCount", f"{len(double)} strings twice")

    def styles(self) -> None:
        root = self.xml("xl/styles.xml")
        self.order(root, STYLE_ORDER, "styles.xml")

        def group(tag: str) -> list[ET.Element]:
            found = root.find(M + tag)
            items = list(found) if found is not None else []
            if found is not None and found.get("count") is not None and int(found.get("count", "0")) != len(items):
                self.error("styles", tag, f"count {found.get('count')}, but {len(items)} stand there")
            return items

        formats, fonts, fills, borders = group("numFmts"), group("fonts"), group("fills"), group("borders")
        base, cells, named, dxfs = group("cellStyleXfs"), group("cellXfs"), group("cellStyles"), group("dxfs")
        self.xfs, self.dxfs = len(cells), len(dxfs)
        for what, items, most in (("cellXfs", cells, 65490), ("fonts", fonts, 1024), ("numFmts", formats, 200)):
            if len(items) > most:
                self.error("styles", what, f"{len(items)}, at most {most}")
        ids = {}
        for one in formats:
            number, code = int(one.get("numFmtId", "0")), one.get("formatCode", "")
            if number in ids:
                self.error("number format", str(number), "twice")
            if number < 164:
                self.warn("number format", str(number), "redefines a built-in number")
            ids[number] = code
            why = number_format_problem(code)
            if why:
                self.error("number format", code, why)
        for font in fonts:
            name, size = font.find(M + "name"), font.find(M + "sz")
            if name is not None:
                self.facts[f"font {name.get('val')}"] += 1
                if len(name.get("val", "")) > 31:
                    self.error("font", name.get("val", ""), "name longer than 31 characters")
            if size is not None and not 1 <= float(size.get("val", "11")) <= 409:
                self.error("font", str(size.get("val")), "size outside 1–409")
        if [f[0].get("patternType") if len(f) else None for f in fills[:2]] != ["none", "gray125"]:
            self.error("fills", "styles.xml", "the first two fills must be none and gray125")
        for what, xfs in (("cellXfs", cells), ("cellStyleXfs", base)):
            for at, xf in enumerate(xfs):
                for attribute, items in (("fontId", fonts), ("fillId", fills), ("borderId", borders), ("xfId", base)):
                    if int(xf.get(attribute, "0")) >= len(items):
                        self.error("styles", f"{what} {at}", f"{attribute} {xf.get(attribute)} does not exist")
                number = int(xf.get("numFmtId", "0"))
                if number >= 164 and number not in ids:
                    self.error("styles", f"{what} {at}", f"number format {number} does not exist")
                alignment = xf.find(M + "alignment")
                if alignment is not None:
                    if int(alignment.get("indent", "0")) > 250 or int(alignment.get("textRotation", "0")) not in (*range(181), 255):
                        self.error("styles", f"{what} {at}", "indent or rotation")
        for color in (e for e in root.iter() if e.get("rgb") is not None):
            if not re.fullmatch("[0-9A-Fa-f]{8}", color.get("rgb", "")):
                self.error("colour", color.get("rgb", ""), "not eight hexadecimal digits")
        seen = set()
        for one in named:
            if one.get("name", "").lower() in seen:
                self.error("cell style", one.get("name", ""), "twice")
            seen.add(one.get("name", "").lower())

    # ---- sheets ------------------------------------------------------------------------------------------------------

    def sheet(self, name: str, part: str) -> None:
        root = self.xml(part)
        if root.tag != M + "worksheet":
            return
        self.order(root, SHEET_ORDER, name)
        relations = self.relations(part)
        if self.modules:
            pr = root.find(M + "sheetPr")
            code = pr.get("codeName") if pr is not None else None
            if code not in self.modules:
                self.error("codeName", name, f"{code!r} is no module of the VBA project")
        for child in root.iter():
            rid = child.get(R + "id")
            if rid and rid not in relations:
                self.error("rels", name, f"{child.tag.rsplit('}', 1)[-1]} {rid} does not exist")
        for col in root.iter(M + "col"):
            if (
                float(col.get("width", "8")) > 255
                or int(col.get("max", "1")) > 16384
                or int(col.get("min", "1")) > int(col.get("max", "1"))
            ):
                self.error("column", name, str(col.attrib))
        content = self.cells(name, root)
        self.merges(name, root, content)
        self.hyperlinks(name, root)
        self.validations(name, root)
        self.conditions(name, root)
        self.page(name, root)
        self.views(name, root)
        for _, target, _ in relations.values():
            if target.endswith(".vml"):
                self.vml(name, target)
        for kind, target, _ in relations.values():
            if kind == "drawing":
                for kind2, chart, _ in self.relations(target).values():
                    if kind2 == "chart":
                        self.chart(name, chart)

    def cells(self, name: str, root: ET.Element) -> dict[tuple[int, int], str]:
        content: dict[tuple[int, int], str] = {}
        last_row, links = 0, 0
        unset = []
        for row in root.iter(M + "row"):
            number = int(row.get("r", last_row + 1))
            if number <= last_row or number > 1048576:
                self.error("rows", f"{name} row {number}", "out of order or doubled")
            last_row, last_column = number, 0
            if float(row.get("ht", "15")) > 409.5:
                self.error("row height", f"{name} row {number}", row.get("ht", ""))
            for c in row.iter(M + "c"):
                ref = c.get("r", "")
                place = cell_place(ref)
                where = f"{name}!{ref}"
                if not place or place[0] != number or place[1] <= last_column:
                    self.error("cells", where, "out of order, doubled or outside the sheet")
                    continue
                last_column = place[1]
                if int(c.get("s", "0")) >= self.xfs:
                    self.error("styles", where, f"style {c.get('s')} does not exist")
                kind, v, f, inline = c.get("t", "n"), c.find(M + "v"), c.find(M + "f"), c.find(M + "is")
                value = v.text if v is not None else None
                if kind == "s":
                    if value is None or not value.isdigit() or int(value) >= len(self.strings):
                        self.error("cells", where, f"shared string {value} does not exist")
                    else:
                        content[place] = self.strings[int(value)]
                elif kind == "b" and value not in ("0", "1"):
                    self.error("cells", where, f"boolean {value!r}")
                elif kind == "e" and value not in ERRORS:
                    self.error("cells", where, f"error value {value!r}")
                elif kind == "n" and value:
                    try:
                        number_value = float(value)
                    except ValueError:
                        self.error("cells", where, f"number {value!r}")
                    else:
                        if not math.isfinite(number_value) or abs(number_value) >= 1.8e308 or 0 < abs(number_value) < 2.2251e-308:
                            self.error("cells", where, f"number {value!r} outside Excel's range")
                        content[place] = value
                elif kind in ("str", "inlineStr"):
                    content[place] = value or "".join(t.text or "" for t in (inline.iter(M + "t") if inline is not None else []))
                    self.text(content[place], where)
                    if (
                        v is not None
                        and value is not None
                        and value != value.strip(" \n\t\r")
                        and v.get(XML_SPACE) != "preserve"
                        and kind == "str"
                    ):
                        self.facts["cached text with outer spaces (v has no xml:space)"] += 1
                if kind == "e":
                    self.warn("cells", where, f"stored error {value}")
                if f is not None:
                    content.setdefault(place, value or "")
                    self.facts["formulas"] += 1
                    if kind == "s":
                        self.error("cached value", where, "formula with a shared string as its value")
                    if value is None or value == "":
                        if kind != "str":
                            unset.append(ref)
                    self.cell_formula(name, place, where, f)
                    links += "HYPERLINK(" in (f.text or "")
        if unset:
            detail = f'{len(unset)} formulas (first {unset[0]}) store an empty text without t="str": Excel takes them for uncalculated'
            if self.calc_on_load:
                self.facts["formulas stored uncalculated (recalculated on load anyway)"] += len(unset)
                self.warn("cached value", name, detail + "; Protected View shows 0")
            else:
                self.error("cached value", name, detail + " and calculates them on opening although fullCalcOnLoad is off")
        dimension = root.find(M + "dimension")
        if dimension is not None and not area(dimension.get("ref", "")):
            self.error("dimension", name, dimension.get("ref", ""))
        return content

    def cell_formula(self, sheet: str, place: tuple[int, int], where: str, f: ET.Element) -> None:
        kind, text = f.get("t", "normal"), f.text or ""
        if kind == "array" and not area(f.get("ref", "")):
            self.error("formula", where, "array formula without ref")
        if kind == "shared" and not text:
            return
        self.facts["longest formula"] = max(self.facts["longest formula"], len(text))
        self.graph[sheet, *place] = self._like_another(sheet, where, text, array=kind == "array")

    def _like_another(self, sheet: str, where: str, text: str, *, array: bool) -> Areas:
        """The areas of a cell's formula, which is checked unless one of its shape was found sound."""
        shaped = shape(text, lambda word: self._areas(sheet, word))
        key = (array, shaped[0]) if shaped else None
        if shaped and key in self.sound and units(text) <= FORMULA_LIMIT:
            return shaped[1]
        before = len(self.found)
        refs = self.formula(sheet, where, text, array=array)
        if key and len(self.found) == before:
            self.sound.add(key)
        return refs

    def _areas(self, sheet: str, word: str) -> Areas | None:
        """The areas of a reference or of a defined name; None where there is none, or it is on a sheet that is not there."""
        if (sheet, word) not in self.areas:
            kind = "name" if word.casefold() in self.known_names else "ref"
            found = self.resolve(Node(kind, word), sheet)
            sound = kind == "name" or bool(found) and all(target in self.sheets for target, _ in found)
            self.areas[sheet, word] = found if sound else None
        return self.areas[sheet, word]

    def formula(
        self,
        sheet: str,
        where: str,
        text: str,
        *,
        array: bool = False,
        limit: int = FORMULA_LIMIT,
        rule: str = "formula",
        scalar: bool = True,
    ) -> Areas:
        """Checks one formula; the areas it refers to."""
        refs: Areas = []
        if text.startswith("="):
            self.error(rule, where, "starts with = in the file")
            text = text[1:]
        if units(text) > limit:
            self.error(rule, where, f"{len(text)} characters, at most {limit}")
        try:
            tree = parsed(text)
        except (SyntaxError, IndexError) as problem:
            self.error(rule, where, f"does not parse: {problem} in {text[:80]!r}")
            return refs
        depth, size = self.walk(tree, sheet, where, refs, 0, rule)
        self.facts["deepest nesting"] = max(self.facts["deepest nesting"], depth)
        self.facts["largest formula (bytes, estimated)"] = max(self.facts["largest formula (bytes, estimated)"], size)
        if depth > 64:
            self.error(rule, where, f"{depth} levels of functions, at most 64")
        if size > 16384:
            self.error(rule, where, f"about {size} bytes of compiled formula, at most 16,384")
        if not array:
            self.lifting(tree, where, rule, inside="", wanted=not scalar)
        return refs

    def resolve(self, node: Node, sheet: str) -> Areas:
        """The areas of a reference or a name."""
        text = node.text
        if node.kind == "name":
            index = str(self.sheet_ids.index(sheet)) if sheet in self.sheet_ids else None
            name = text.casefold()
            found = self.names_by_case.get((name, index)) or self.names_by_case.get((name, None))
            if found is None:
                return []
            out = []
            for piece in self.split_areas(found):
                target, rest = self.target_sheet(piece), piece.rsplit("!", 1)[-1]
                box = area(rest)
                if target and box:
                    out.append((target, box))
            return out
        target, rest = self.target_sheet(text) or sheet, text.rsplit("!", 1)[-1]
        box = area(rest)
        return [(target, box)] if box else []

    def walk(self, node: Node, sheet: str, where: str, refs: Areas, depth: int, rule: str) -> tuple[int, int]:
        """(deepest function, bytes of the compiled formula, roughly)."""
        if node.kind == "string":
            text = node.text[1:-1].replace('""', '"')
            length = units(text)
            if length > 255:
                self.error(rule, where, f"text of {length} characters in the formula, at most 255")
            return depth, 3 + 2 * length
        if node.kind in ("ref", "name"):
            if node.kind == "name":
                if node.text.casefold() not in self.known_names:
                    self.error(rule, where, f"name {node.text} is not defined")
            else:
                target = self.target_sheet(node.text)
                if target is not None and target not in self.sheets:
                    self.error(rule, where, f"sheet {target!r} does not exist")
                rest = node.text.rsplit("!", 1)[-1]
                if not area(rest) and "#REF!" in node.text:
                    self.error(rule, where, node.text)
                elif not area(rest):
                    self.error(rule, where, f"reference {node.text} is outside the sheet or reversed")
            refs += self.resolve(node, sheet)
            return depth, 11
        if node.kind == "func":
            depth += 1
            name = node.text
            if name.startswith(("_xlfn._xlws.", "_xlfn.", "_xlws.")):
                bare = name.split(".", 1)[1] if not name.startswith("_xlfn._xlws.") else name[12:]
                if bare.upper() in NEWER:
                    self.error(rule, where, f"{bare} does not exist in Excel 2016")
                elif bare.upper() not in XLFN_2016:
                    self.error(rule, where, f"unknown function {name}")
            elif name.upper() in F:
                low, high, _ = F[name.upper()]
                if not low <= len(node.args) <= high:
                    self.error(rule, where, f"{name} with {len(node.args)} arguments, allowed {low} to {high}")
                if name != name.upper():
                    self.error(rule, where, f"function {name} not in capitals")
                if name.upper() in VOLATILE:
                    self.facts["volatile functions"] += 1
                if name.upper() == "CHAR" and node.args and node.args[0].kind == "number" and not 1 <= int(node.args[0].text) <= 127:
                    self.error(rule, where, f"CHAR({node.args[0].text}) depends on the code page of Windows")
                if name.upper() == "TEXT" and len(node.args) == 2 and node.args[1].kind == "string":
                    code = node.args[1].text[1:-1].replace('""', '"')
                    why = number_format_problem(code)
                    if why:
                        self.error(rule, where, f"TEXT format {code!r}: {why}")
                    if re.search(r"[ymdhsYMDHSeEgG]", re.sub(r'"[^"]*"|\\.', "", code)):
                        self.warn(rule, where, f"TEXT format {code!r} uses letters that change with the language of Windows")
                if name.upper() in ("COUNTIF", "SUMIF") and len(node.args) > 1 and node.args[1].kind != "string":
                    self.facts["COUNTIF/SUMIF with computed criterion"] += 1
            elif name.lower() in self.udfs:
                self.facts["calls of VBA functions"] += 1
                if len(node.args) > 60:
                    self.error(rule, where, f"{name} with {len(node.args)} arguments: VBA takes at most 60")
            elif name.upper() in NEWER | XLFN_2016:
                self.error(rule, where, f"{name} without _xlfn.: Excel shows #NAME?")
            else:
                self.error(rule, where, f"unknown function {name}")
            if len(node.args) > 255:
                self.error(rule, where, f"{len(node.args)} arguments")
        size = 4 + (3 if node.kind == "number" else 0) + (6 if node.kind == "number" and "." in node.text else 0)
        deepest = depth
        for arg in node.args:
            below, more = self.walk(arg, sheet, where, refs, depth, rule)
            deepest, size = max(deepest, below), size + more
        return deepest, size

    def many(self, node: Node) -> bool:
        """Whether a reference or name covers more than one cell."""
        if node.kind not in ("ref", "name"):
            return False
        key = node.kind, node.text
        if key not in self.many_cells:
            self.many_cells[key] = any(b[0] != b[2] or b[1] != b[3] for _, b in self.resolve(node, self.sheet_ids[0]))
        return self.many_cells[key]

    def _ranges(self, node: Node) -> bool:
        return any(self.many(leaf) for leaf in node.leaves())

    def lifting(self, node: Node, where: str, rule: str, *, inside: str, wanted: bool) -> None:
        """Implicit intersection: a range where a single value is due, in a formula without array flag.

        `inside`: "all" within an argument that evaluates arrays (SUMPRODUCT …), "operators" below a range-taking function in it
        (there only operators are lifted, scalar functions intersect), else empty. `wanted`: this place takes a range.
        """
        if self.many(node):
            if not (inside or wanted):
                self.error(rule, where, f"range {node.text} where one value is due: Excel 2016 intersects, 365 writes @")
            return
        if node.kind == "func":
            name = node.text.upper()
            spec = F.get(name)
            arrays = spec[2] if spec else "*"
            if inside and name in NO_LIFT and self._ranges(node):
                self.error(rule, where, f"{name} over a range inside SUMPRODUCT needs Ctrl+Shift+Enter in Excel")
            if inside == "operators" and not arrays and name not in LIFTED_EVERYWHERE and self._ranges(node):
                self.error(
                    rule,
                    where,
                    f"{name} over a range below MAX, SUM … inside SUMPRODUCT: Excel intersects (wrong or #VALUE!); wrap it in INDEX(…,0)",
                )
            for at, arg in enumerate(node.args, 1):
                takes = arrays == "*" or (arrays == "odd" and at % 2 == 1) or str(at) in arrays.split(",")
                if name in ARRAY_FUNCTIONS and takes:
                    deeper = "all"
                elif inside and takes and arrays and name not in LIFTED_EVERYWHERE and name not in ("IF", "CHOOSE"):
                    deeper = "operators"
                else:
                    deeper = inside
                self.lifting(arg, where, rule, inside=deeper, wanted=takes)
            return
        for arg in node.args:
            self.lifting(arg, where, rule, inside=inside, wanted=wanted and node.kind in ("group", "union"))

    # ---- what stands after the cells ---------------------------------------------------------------------------------

    def merges(self, name: str, root: ET.Element, content: dict[tuple[int, int], str]) -> None:
        merged = root.find(M + "mergeCells")
        if merged is None:
            return
        if merged.get("count") is not None and int(merged.get("count", "0")) != len(merged):
            self.error("merged cells", name, "count is wrong")
        taken: dict[tuple[int, int], str] = {}
        for one in merged:
            ref = one.get("ref", "")
            box = area(ref)
            if not box:
                self.error("merged cells", f"{name}!{ref}", "no range")
                continue
            if box[:2] == box[2:]:
                self.error("merged cells", f"{name}!{ref}", "one cell: Excel repairs the file")
            for row in range(box[0], box[2] + 1):
                for column in range(box[1], box[3] + 1):
                    if (row, column) in taken:
                        self.error("merged cells", f"{name}!{ref}", f"overlaps {taken[row, column]}")
                        break
                    taken[row, column] = ref
                    if (row, column) != box[:2] and content.get((row, column)):
                        self.error("merged cells", f"{name}!{ref}", "content in a covered cell")
        filters = root.find(M + "autoFilter")
        if filters is not None and not area(filters.get("ref", "")):
            self.error("filter", name, filters.get("ref", ""))

    def hyperlinks(self, name: str, root: ET.Element) -> None:
        links = list(root.iter(M + "hyperlink"))
        if len(links) > 65530:
            self.error("hyperlinks", name, f"{len(links)}, at most 65,530")
        seen = set()
        for link in links:
            ref, target = link.get("ref", ""), link.get("location")
            if not area(ref) or ref in seen:
                self.error("hyperlink", f"{name}!{ref}", "no range, or twice")
            seen.add(ref)
            for attribute in ("tooltip", "display", "location"):
                if len(link.get(attribute, "")) > (255 if attribute == "tooltip" else 2079):
                    self.error("hyperlink", f"{name}!{ref}", f"{attribute} too long")
            if link.get(R + "id") is None and target is None:
                self.error("hyperlink", f"{name}!{ref}", "leads nowhere")
            if target is not None and link.get(R + "id") is None:
                sheet = self.target_sheet(target)
                if sheet is None:
                    if not any(n.casefold() == target.casefold() for n, _ in self.names):
                        self.error("hyperlink", f"{name}!{ref}", f"no such place: {target}")
                elif sheet not in self.sheets or not area(target.rsplit("!", 1)[-1]):
                    self.error("hyperlink", f"{name}!{ref}", f"no such place: {target}")

    def validations(self, name: str, root: ET.Element) -> None:
        group = root.find(M + "dataValidations")
        if group is None:
            return
        if group.get("count") is not None and int(group.get("count", "0")) != len(group):
            self.error("data validation", name, "count is wrong")
        covered: dict[tuple[int, int], str] = {}
        for one in group:
            ref = one.get("sqref", "")
            where = f"{name}!{ref}"
            for attribute, most in (("promptTitle", 32), ("errorTitle", 32), ("prompt", 255), ("error", 255)):
                text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), one.get(attribute, ""))
                if units(text) > most:
                    self.error("data validation", where, f"{attribute} of {len(text)} characters, at most {most}")
            for piece in ref.split():
                box = area(piece)
                if not box:
                    self.error("data validation", where, "no range")
                    continue
                if (box[2] - box[0] + 1) * (box[3] - box[1] + 1) <= 20000:
                    for row in range(box[0], box[2] + 1):
                        for column in range(box[1], box[3] + 1):
                            if (row, column) in covered:
                                self.warn("data validation", where, f"overlaps {covered[row, column]}")
                            covered[row, column] = ref
            kind = one.get("type", "none")
            if kind != "none" and one.find(M + "formula1") is None:
                self.error("data validation", where, f"{kind} without formula")
            for tag in ("formula1", "formula2"):
                formula = one.find(M + tag)
                if formula is None:
                    continue
                text = formula.text or ""
                literal = kind == "list" and text.startswith('"')
                length = units(text)
                if literal:
                    if length - 2 > 255:
                        self.error("data validation", where, f"list of {length - 2} characters, at most 255")
                    continue
                if length > 255:
                    self.error("data validation", where, f"formula of {length} characters, at most 255")
                self.formula(name, where, text, rule="data validation", scalar=kind != "list")

    def conditions(self, name: str, root: ET.Element) -> None:
        priorities: Counter[str] = Counter()
        for group in root.iter(M + "conditionalFormatting"):
            for piece in group.get("sqref", "").split():
                if not area(piece):
                    self.error("conditional format", f"{name}!{piece}", "no range")
            for rule in group.iter(M + "cfRule"):
                where = f"{name}!{group.get('sqref')}"
                priorities[rule.get("priority", "")] += 1
                if rule.get("dxfId") is not None and int(rule.get("dxfId", "0")) >= self.dxfs:
                    self.error("conditional format", where, f"dxf {rule.get('dxfId')} does not exist")
                kind = rule.get("type")
                if kind in ("cellIs", "expression") and rule.find(M + "formula") is None:
                    self.error("conditional format", where, "no formula")
                if kind == "cellIs" and rule.get("operator") is None:
                    self.error("conditional format", where, "no operator")
                for formula in rule.iter(M + "formula"):
                    self.formula(name, where, formula.text or "", rule="conditional format")
        for priority, count in priorities.items():
            if count > 1:
                self.error("conditional format", name, f"priority {priority} {count} times")

    def page(self, name: str, root: ET.Element) -> None:
        headers = root.find(M + "headerFooter")
        for one in headers if headers is not None else []:
            if len(one.text or "") > 255:
                self.error("header or footer", name, f"{len(one.text or '')} characters, at most 255")
        setup = root.find(M + "pageSetup")
        if setup is not None:
            self.facts[f"paper {setup.get('paperSize')}"] += 1
            scale = int(setup.get("scale", "100"))
            if not 10 <= scale <= 400:
                self.error("page set-up", name, f"scale {scale}")
        for tag in ("rowBreaks", "colBreaks"):
            breaks = root.find(M + tag)
            if breaks is not None:
                if len(breaks) > 1026:
                    self.error("page breaks", name, f"{len(breaks)}, at most 1,026")
                if breaks.get("count") is not None and int(breaks.get("count", "0")) != len(breaks):
                    self.error("page breaks", name, "count is wrong")
                fit = root.find(f"{M}sheetPr/{M}pageSetUpPr")
                if len(breaks) and fit is not None and fit.get("fitToPage") in ("1", "true"):
                    self.warn("page breaks", name, f"{len(breaks)} manual breaks on a sheet fitted to the page: Excel ignores them")
        protection = root.find(M + "sheetProtection")
        if protection is not None and protection.get("sheet") in ("1", "true"):
            self.facts["protected sheets"] += 1

    def views(self, name: str, root: ET.Element) -> None:
        for pane in root.iter(M + "pane"):
            if pane.get("state") == "frozen":
                corner = cell_place(pane.get("topLeftCell", "A1"))
                if not corner:
                    self.error("pane", name, str(pane.attrib))

    def vml(self, name: str, part: str) -> None:
        text = self.zip.read(part).decode("utf-8")
        ids = re.findall(r'<v:shape id="([^"]+)"', text)
        if len(ids) != len(set(ids)):
            self.error("VML", part, "shape id twice")
        for anchor in re.findall(r"<x:Anchor>([^<]*)</x:Anchor>", text):
            numbers = [int(n) for n in anchor.split(",")]
            if (
                len(numbers) != 8
                or (numbers[4], numbers[5]) <= (numbers[0], numbers[1])
                or (numbers[6], numbers[7]) <= (numbers[2], numbers[3])
            ):
                self.error("VML", part, f"anchor {anchor}")
        for macro in re.findall(r"<x:FmlaMacro>([^<]*)</x:FmlaMacro>", text):
            word = macro.removeprefix("[0]!").lower()
            if word not in getattr(self, "macros", set()):
                self.error("VML", part, f"macro {macro} does not exist")

    def chart(self, name: str, part: str) -> None:
        root = self.xml(part)
        for formula in root.iter(C_NS + "f"):
            target = self.target_sheet((formula.text or "").strip("()"))
            if target is None or target not in self.sheets:
                self.error("chart", part, f"range {formula.text} does not exist")

    def circles(self) -> None:
        """Circular references among the formula cells."""
        cells = set(self.graph)
        by_row: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for sheet, row, column in cells:
            by_row[sheet][row].append(column)

        def targets(key: tuple[str, int, int]) -> list[tuple[str, int, int]]:
            out = []
            for sheet, (r1, c1, r2, c2) in self.graph[key]:
                rows = by_row.get(sheet, {})
                for row in rows if r2 - r1 > len(rows) else range(r1, r2 + 1):
                    if r1 <= row <= r2:
                        out += [(sheet, row, column) for column in rows.get(row, ()) if c1 <= column <= c2]
            return out

        state: dict[tuple[str, int, int], int] = {}
        for start in cells:
            if start in state:
                continue
            stack = [(start, iter(targets(start)))]
            state[start] = 1
            while stack:
                key, todo = stack[-1]
                for after in todo:
                    if state.get(after) == 1:
                        self.error("circular reference", f"{key[0]} row {key[1]} column {key[2]}", f"through {after}")
                    elif after not in state:
                        state[after] = 1
                        stack.append((after, iter(targets(after))))
                        break
                else:
                    state[key] = 2
                    stack.pop()


def number_format_problem(code: str) -> str:
    """Why Excel would refuse a number format, or empty."""
    if not code:
        return "empty"
    if len(code) > 255:
        return f"{len(code)} characters, at most 255"
    sections, at, plain = 1, 0, ""
    while at < len(code):
        char = code[at]
        if char == '"':
            end = code.find('"', at + 1)
            if end < 0:
                return "quotation mark not closed"
            at = end + 1
            continue
        if char in "\\_*":
            if at + 1 >= len(code):
                return f"{char} at the end"
            at += 2
            continue
        if char == "[":
            end = code.find("]", at)
            if end < 0:
                return "[ not closed"
            inner = code[at + 1 : end]
            if not re.fullmatch(
                r"(?i)black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}|[<>=]{1,2}-?[\d.]+|\$[^\]]*|h+|m+|s+|dbnum\d|natnum\d",
                inner,
            ):
                return f"[{inner}] unknown"
            at = end + 1
            continue
        if char == ";":
            sections += 1
        plain += char
        at += 1
    if sections > 4:
        return f"{sections} sections, at most 4"
    rest = re.sub(r"(?i)general|am/pm|a/p|上午/下午|[ymdhsegb]+|e[+-]0+", "", plain)
    bad = re.sub(r"[0#?.,%/@;:$+\-() !&'~{}=<>\^年月日时分秒]", "", rest)
    return f"{bad[:10]!r} must stand in quotation marks" if bad else ""


def examine(path: str) -> Workbook:
    """A file checked; what can't be read as a workbook is an error of rule `unreadable`."""
    workbook = Workbook(path)
    try:
        workbook.check()
    except (KeyError, ET.ParseError, AttributeError, ValueError) as problem:
        workbook.error("unreadable", path, repr(problem))
    return workbook


def problems(path: str | PathLike[str], level: str = "ERROR") -> list[Problem]:
    """The problems of this level."""
    return [one for one in examine(str(path)).found if one.level == level]


def main(arguments: list[str]) -> int:
    """Checks the files named; the exit status."""
    verbose, strict = "-v" in arguments, "--strict" in arguments
    paths = [one for one in arguments if not one.startswith("-")]
    if not paths:
        print(__doc__)
        return 2
    status = 0
    for path in paths:
        if not zipfile.is_zipfile(path):
            print(f"{path}: ERROR unreadable: no zip file")
            status = 2
            continue
        workbook = examine(path)
        for one in workbook.found:
            if one.level == "ERROR" or verbose or strict:
                print(f"{path}: {one}")
        if verbose:
            print(f"{path}: " + "; ".join(f"{name} {count}" for name, count in sorted(workbook.facts.items())))
        if any(one.level == "ERROR" or strict for one in workbook.found):
            status = max(status, 1)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
