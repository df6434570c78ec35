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
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main": "x14:",
    "http://schemas.microsoft.com/office/excel/2006/main": "xm:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
}
_MOST_PIECES = 4_000_000
_MOST_CELLS = 4_000_000
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
    """What one workbook may make us do: pieces of XML walked, cells read, letters of shared formulas written out. Of all its parts together."""

    def __init__(self) -> None:
        self.cells = 0
        self.rich_texts = 0
        self.formula_letters = 0
        self._pieces = 0

    def walk(self, content: bytes) -> None:
        """Raises Refused once a workbook's parts have more tags and attributes than any form needs."""
        self._pieces += content.count(b"<") + content.count(b"=")
        if self._pieces > _MOST_PIECES:
            raise Refused("内容过多，拒绝打开", "请删除表格以外的内容后另存为 .xlsx")

    def read_cells(self, count: int) -> None:
        """Raises Refused for more cells than a workbook may have."""
        self.cells += count
        if self.cells > _MOST_CELLS:
            raise Refused("单元格过多，范围过大，拒绝打开", "请删除表格以外的内容后另存为 .xlsx")

    def write_formula(self, letters: int) -> None:
        """Raises Refused where few shared formulas would fill the memory."""
        self.formula_letters += letters
        if self.formula_letters > _MOST_FORMULA_LETTERS:
            raise Refused("共享公式展开后过大，拒绝打开")


def walk(content: bytes, allowance: Allowance, opened: Opened, closed: Closed) -> None:
    """Calls `opened` with a tag and its attributes, `closed` with a tag and its own text. Raises expat.ExpatError and Refused."""
    allowance.walk(content)
    parser = expat.ParserCreate(namespace_separator=" ")
    pieces: list[str] = []
    tags = _Tags()

    def start(tag: str, attributes: dict[str, str]) -> None:
        pieces.clear()
        opened(tags[tag], {tags[name] if " " in name else name: value for name, value in attributes.items()} if attributes else attributes)

    def end(tag: str) -> None:
        closed(tags[tag], "".join(pieces))
        pieces.clear()

    def refuse(*_: object) -> None:
        raise Refused("含有文档类型声明，拒绝打开")

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, pieces.append
    parser.StartDoctypeDeclHandler = refuse
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
