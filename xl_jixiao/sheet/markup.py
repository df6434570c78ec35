"""The XML of a part, walked once with a bounded number of pieces. Document type declarations are refused.

Tags of the sheet's own namespace (the transitional one and that of strict OOXML) come as their bare name, those of Excel 2010's extensions
with x14: and xm:, relationship attributes with r:, all others with a mark no tag of ours has.
"""

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from xl_jixiao.sheet.content import Refused, shown

Opened = Callable[[str, Mapping[str, str]], None]
Closed = Callable[[str, str], None]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PREFIXES = {
    MAIN: "",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "",
    "http://schemas.openxmlformats.org/package/2006/relationships": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties": "",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes": "vt:",
    "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes": "vt:",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": "xdr:",
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": "xdr:",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a:",
    "http://purl.oclc.org/ooxml/drawingml/main": "a:",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c:",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c:",
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main": "x14:",
    "http://schemas.microsoft.com/office/excel/2006/main": "xm:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
}
_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1")
_MOST_WORK = 1_500_000
_MOST_FORMULA_LETTERS = 8_000_000

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Tags(dict[str, str]):
    """Namespace and local name -> the name used here. Bounded by the number of pieces of a walk."""

    def __missing__(self, tag: str) -> str:
        namespace, _, local = tag.rpartition(" ")
        prefix = _PREFIXES.get(namespace)
        self[tag] = found = f"?:{local}" if prefix is None else prefix + local
        return found


class Allowance:
    """What reading one workbook may cost, all its parts together, in units of about a microsecond; rich texts and shared formulas by themselves.
    `faint` is whether a text was met on the way of which a part can't be seen."""

    def __init__(self) -> None:
        self.faint = False
        self.rich_texts = 0
        self._left = _MOST_WORK
        self._formula_letters = 0

    def spend(self, work: int) -> None:
        """Raises Refused once a workbook makes more work than any form needs: 500,000 cells, or some 200,000 of which no two are alike."""
        self._left -= work
        if self._left < 0:
            raise Refused("内容过多，单元格范围过大，拒绝打开", "请删除表格以外的内容后另存为 .xlsx")

    def walk(self, content: bytes) -> None:
        """Spends what the tags and attributes of a part cost."""
        self.spend(content.count(b"<") + content.count(b"="))

    def write_formula(self, letters: int) -> None:
        """Raises Refused where few shared formulas would fill the memory."""
        self._formula_letters += letters
        if self._formula_letters > _MOST_FORMULA_LETTERS:
            raise Refused("共享公式展开后过大，拒绝打开")


def bare_parser() -> expat.XMLParserType:
    """A parser of what an Office file may have: it raises Refused at a document type declaration and at an encoding of another kind."""

    def refuse(*_: object) -> None:
        raise Refused("含有文档类型声明，拒绝打开")

    def declared(version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise Refused(f"编码“{shown(encoding)}”不是 Office 文件可用的，拒绝打开")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler, parser.XmlDeclHandler = refuse, declared
    return parser


def walk(content: bytes, allowance: Allowance, opened: Opened, closed: Closed) -> None:
    """Calls `opened` with a tag and its attributes, `closed` with a tag and its own text. Raises expat.ExpatError and Refused."""
    allowance.walk(content)
    parser = bare_parser()
    pieces: list[str] = []
    tags = _Tags()

    def start(tag: str, attributes: dict[str, str]) -> None:
        pieces.clear()
        if attributes:
            attributes = {tags[name] if " " in name else name: value for name, value in attributes.items()}
        opened(tags[tag], attributes)

    def end(tag: str) -> None:
        closed(tags[tag], "".join(pieces))
        pieces.clear()

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, pieces.append
    parser.Parse(content, True)


def unescaped(text: str) -> str:
    """A text without the escapes Excel writes for characters XML can't hold (_x000D_). Halves of a character that have no other half become �."""
    if "_x" not in text or not _ESCAPED.search(text):
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def true(value: str | None) -> bool:
    """Whether an attribute says yes, in the spellings of the programs."""
    return value in ("1", "true", "on")


def whole(value: str | None, default: int = 0, largest: int = 2**31) -> int:
    """A whole number of an attribute; `default` where it is missing. Raises Refused for what is none."""
    if value is None:
        return default
    if not re.fullmatch(r"[ \t\n]*-?[0-9]{1,10}[ \t\n]*", value) or not -largest <= int(value) <= largest:
        raise Refused(f"含有无法识别的整数“{shown(value, 20)}”")
    return int(value)


def fraction(value: str | None, default: float = 0.0) -> float:
    """A number of an attribute; `default` where it is missing. Raises Refused for what is none."""
    if value is None:
        return default
    if len(value) > 40 or not re.fullmatch(r"-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,3})?", value.strip()):
        raise Refused(f"含有无法识别的数“{shown(value, 20)}”")
    return float(value)
