"""A returned workbook -> what it says: answers, claimed scores, stamp. Reads only; a clerk's file is never saved again."""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from xl_jixiao.layout import DataLayout, Layout, Ref, score_name
from xl_jixiao.scoretable import table as rubrics
from xl_jixiao.scoretable.table import Rubric
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.answers import Answers, digest
from xl_jixiao.tables.catalogue import bundled
from xl_jixiao.words import GRADE, RULES_SHEET, TOTAL

_LARGEST_FILE = 50 * 2**20
_LARGEST_PART = 64 * 2**20
_LARGEST_TOTAL = 256 * 2**20
_MOST_PARTS = 3000
"""Excel's numbers of 2000-01-01 and 2099-12-31."""
_MOST_CELLS = 4_000_000
_SHEET_PART = re.compile(r"worksheets[/\\][^/\\]+\.xml$", re.IGNORECASE)
_ERROR_CELL = re.compile(rb"""\bt\s*=\s*["']e["']""")
_ADDRESS = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


class UnreadableWorkbook(ValueError):
    """A file that is not a workbook we can read; the message is one clear Chinese line with the file's name."""


@dataclass(frozen=True)
class Submission:
    """What a returned workbook says. `claimed` are its own cached scores: evidence to compare, never facts."""

    file: Path
    rubric: Rubric
    revision: str
    edition: Edition | None
    stamped_digest: str
    answers: Answers
    claimed: Mapping[str, object]
    claimed_total: object
    claimed_grade: object

    @property
    def digest(self) -> str:
        """The fingerprint of the answers as they are now."""
        return digest(self.answers)


def read(path: Path, rubric: Rubric | None = None) -> Submission:
    """The submission in a workbook of either edition, as Excel, WPS or LibreOffice saved it.

    The rubric comes from the workbook's stamp unless given. Raises UnreadableWorkbook.
    """
    with _opened(path) as workbook:
        stamp = workbook.stamp
        return _submission(path, workbook, rubric or rubrics.load(_known(path, stamp)), stamp)


@contextmanager
def named_values(path: Path, layout: DataLayout) -> Iterator[Callable[[str], object]]:
    """The values of a filled workbook of any kind of table, by defined name. Raises UnreadableWorkbook."""
    with _opened(path) as workbook:
        _refuse_foreign(path, workbook, layout)
        yield workbook.named(layout)


def stamped_table(path: Path) -> str:
    """The id of the table a workbook was made from. Raises UnreadableWorkbook where it carries none we know."""
    with _opened(path) as workbook:
        return _known(path, workbook.stamp)


@contextmanager
def _opened(path: Path) -> Iterator["_Workbook"]:
    workbook = _Workbook(path)
    try:
        yield workbook
    finally:
        workbook.close()


def _has_errors(path: Path) -> bool:
    with zipfile.ZipFile(path) as package:
        return any(_ERROR_CELL.search(package.read(part)) for part in package.namelist() if _SHEET_PART.search(part))


def _error_cells(path: Path) -> Iterator[tuple[Ref, str]]:
    from openpyxl import load_workbook

    workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            yield from ((Ref(sheet.title, cell.row - 1, cell.column - 1), str(cell.value)) for cell in row if cell.data_type == "e")
    workbook.close()


def _unreadable(path: Path, error: Exception) -> UnreadableWorkbook:
    return UnreadableWorkbook(f"{path.name}：无法读取，文件可能已损坏；请在 Excel 或 WPS 中打开后另存为 .xlsx（{type(error).__name__}）")


class _Workbook:
    """A returned workbook opened for reading: names and stamp by openpyxl, values by calamine, which is many times quicker."""

    def __init__(self, path: Path) -> None:
        refuse_hostile(path)
        from openpyxl import load_workbook
        from python_calamine import CalamineWorkbook

        self._path = path
        self._rows: dict[str, list[list[object]]] = {}
        try:
            facts = load_workbook(path, data_only=True, keep_links=False, read_only=True)
            self.sheets = tuple(facts.sheetnames)
            self._properties = {item.name: str(item.value) for item in facts.custom_doc_props.props}
            self._names = dict(facts.defined_names.items())
            facts.close()
            self._values = CalamineWorkbook.from_path(str(path))
        except Exception as error:  # the readers raise whatever their parsers raise; every one means: not a readable workbook
            raise _unreadable(path, error) from error

    def close(self) -> None:
        """Lets go of the file."""
        self._values.close()

    @property
    def stamp(self) -> dict[str, str]:
        """The stamp from the document properties, or from the hidden sheet where a program dropped them."""
        found = dict(self._properties)
        if StampName.RUBRIC not in found:
            identifier, _, revision = str(self.value(Ref(RULES_SHEET, 0, 0)) or "").partition("@")
            found.update({StampName.RUBRIC: identifier, StampName.REVISION: revision})
        return found

    def value(self, ref: Ref) -> object:
        """A cell's cached value; None where it is blank or its sheet is gone."""
        if ref.sheet not in self.sheets:
            return None
        if ref.sheet not in self._rows:
            try:
                self._rows[ref.sheet] = self._values.get_sheet_by_name(ref.sheet).to_python(skip_empty_area=False)
            except Exception as error:
                raise _unreadable(self._path, error) from error
        rows = self._rows[ref.sheet]
        found = rows[ref.row][ref.column] if ref.row < len(rows) and ref.column < len(rows[ref.row]) else ""
        if isinstance(found, float) and found.is_integer():
            return int(found)
        return self._errors.get(ref) if found == "" else found

    @cached_property
    def _errors(self) -> Mapping[Ref, str]:
        """The cells that show an error value, which calamine gives as blank ones."""
        try:
            return dict(_error_cells(self._path)) if _has_errors(self._path) else {}
        except Exception as error:
            raise _unreadable(self._path, error) from error

    def ref(self, name: str, layout: DataLayout) -> Ref | None:
        """Where a defined name points now; the template's own address where a program dropped the name."""
        return self._named(name) or layout.names.get(name)

    def named(self, layout: DataLayout) -> Callable[[str], object]:
        """The values by defined name."""

        def cell(name: str) -> object:
            ref = self.ref(name, layout)
            return None if ref is None else self.value(ref)

        return cell

    def _named(self, name: str) -> Ref | None:
        from openpyxl.utils import range_boundaries

        found = self._names.get(name)
        if found is None:
            return None
        try:
            ((sheet, area),) = list(found.destinations)
            left, top, _, _ = range_boundaries(area)
        except (ValueError, TypeError):
            return None
        return Ref(sheet, top - 1, left - 1) if left and top else None


def refuse_hostile(path: Path) -> None:
    """Raises UnreadableWorkbook for what is no .xlsx/.xlsm package or would harm: bombs, document type declarations, outside paths."""
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise UnreadableWorkbook(f"{path.name}：文件超过{_LARGEST_FILE // 2**20}MB，不像填报表")
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as error:
        raise UnreadableWorkbook(f"{path.name}：找不到文件") from error
    except OSError as error:
        raise UnreadableWorkbook(f"{path.name}：打不开（{error.strerror or error}）；请关闭正在使用它的程序后重试") from error
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableWorkbook(f"{path.name}：是加密或旧格式（.xls）的文件；请取消密码，另存为 .xlsx")
    try:
        with zipfile.ZipFile(path) as package:
            _refuse_parts(path, package)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableWorkbook(f"{path.name}：不是有效的 .xlsx 或 .xlsm 文件") from error


def _refuse_parts(path: Path, package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_TOTAL:
        raise UnreadableWorkbook(f"{path.name}：解压后过大，拒绝打开")
    for part in parts:
        if part.file_size > _LARGEST_PART:
            raise UnreadableWorkbook(f"{path.name}：“{part.filename}”解压后超过{_LARGEST_PART // 2**20}MB，拒绝打开")
        if part.filename.startswith(("/", "\\")) or ".." in part.filename.replace("\\", "/").split("/"):
            raise UnreadableWorkbook(f"{path.name}：含有越界路径“{part.filename}”，拒绝打开")
        if part.filename.endswith((".xml", ".rels", ".vml")):
            with package.open(part) as stream:
                data = stream.read() if _SHEET_PART.search(part.filename) else stream.read(4096)
            if _extent(data) > _MOST_CELLS:
                raise UnreadableWorkbook(f"{path.name}：“{part.filename}”的单元格范围过大，拒绝打开；请删除表格以外的内容后另存")
            start = data[:4096].replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise UnreadableWorkbook(f"{path.name}：“{part.filename}”含有文档类型声明，拒绝打开")


def _extent(data: bytes) -> int:
    """How many cells the used area of a sheet spans: readers that hold it whole need that much memory for one far cell."""
    corners = _ADDRESS.findall(data)
    rows = max((int(row) for _, row in corners), default=0)
    columns = max((_column(letters) for letters in {letters for letters, _ in corners}), default=0)
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _known(path: Path, stamp: Mapping[str, str]) -> str:
    identifier = stamp.get(StampName.RUBRIC, "")
    if not identifier:
        raise UnreadableWorkbook(f"{path.name}：不是本系统的填报表（没有评分标准编号）")
    if identifier not in bundled():
        raise UnreadableWorkbook(f"{path.name}：没有评分标准“{identifier}”；请用 --rubric 指定它的 .toml 文件")
    return identifier


def _submission(path: Path, workbook: "_Workbook", rubric: Rubric, stamp: Mapping[str, str]) -> Submission:
    layout = Layout(rubric)
    _refuse_foreign(path, workbook, layout)
    cell = workbook.named(layout)
    answers = answers_of(rubric, cell)
    edition = stamp.get(StampName.EDITION, "")
    return Submission(
        file=path, rubric=rubric, revision=stamp.get(StampName.REVISION, ""),
        edition=Edition(edition) if edition in set(Edition) else None, stamped_digest=stamp.get(StampName.DIGEST, ""), answers=answers,
        claimed={indicator.code: cell(score_name(indicator.code)) for indicator in rubric.indicators},
        claimed_total=cell(TOTAL), claimed_grade=cell(GRADE),
    )  # fmt: skip


def _refuse_foreign(path: Path, workbook: "_Workbook", layout: DataLayout) -> None:
    if not any(ref.sheet in workbook.sheets for ref in layout.inputs.values()):
        raise UnreadableWorkbook(f"{path.name}：缺少“{next(iter(layout.inputs.values())).sheet}”表，无法读取填报数")


def answers_of(table: Any, cell: Callable[[str], object]) -> Answers:
    """The answers of a workbook, closed or open in Excel; `cell` gives the value of a defined name, None where it is blank."""
    return answer_files.answers_of(table.asked, cell)


def filled_cells(path: Path) -> Iterator[Ref]:
    """The unlocked cells of a workbook that hold something: what someone filled in."""
    from openpyxl import load_workbook

    for sheet in load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and not cell.protection.locked:
                    yield Ref(sheet.title, cell.row - 1, cell.column - 1)
