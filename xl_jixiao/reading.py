"""A returned workbook -> what it says: answers, claimed scores, stamp. Reads only; a clerk's file is never saved again."""

import datetime
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xl_jixiao import rubric as rubrics
from xl_jixiao.answers import Adjustment, Answer, Answers, digest
from xl_jixiao.catalogue import bundled
from xl_jixiao.edition import Edition, StampName
from xl_jixiao.layout import GRADE, RULES_SHEET, TOTAL, DataLayout, Layout, Ref, adjusted_name, evidence_name, reason_name, score_name
from xl_jixiao.number import NotANumber, from_cell, plain
from xl_jixiao.rubric import Rubric

_LARGEST_FILE = 50 * 2**20
_LARGEST_PART = 64 * 2**20
_LARGEST_TOTAL = 256 * 2**20
_MOST_PARTS = 3000


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
    workbook = _open(path)
    try:
        stamp = _stamp(workbook)
        rubric = rubric or rubrics.load(_known(path, stamp))
        return _submission(path, workbook, rubric, stamp)
    finally:
        workbook.close()


@contextmanager
def named_values(path: Path, layout: DataLayout) -> Iterator[Callable[[str], object]]:
    """The values of a filled workbook of any kind of table, by defined name. Raises UnreadableWorkbook."""
    workbook = _open(path)
    try:
        _refuse_foreign(path, workbook, layout)
        yield _Cells(workbook, layout).__getitem__
    finally:
        workbook.close()


def stamped_table(path: Path) -> str:
    """The id of the table a workbook was made from. Raises UnreadableWorkbook where it carries none we know."""
    workbook = _open(path, read_only=True)
    try:
        return _known(path, _stamp(workbook))
    finally:
        workbook.close()


def typed_over(path: Path, layout: Layout) -> tuple[Ref, ...]:
    """The template's formula cells in which a returned workbook holds a constant."""
    workbook = _open(path, values=False)
    try:
        cells = _Cells(workbook, layout)
        formulas = (name for name in layout.names if name not in layout.entered)
        typed = [name for name in formulas if cells[name] not in (None, "") and not _is_formula(cells[name])]
        return tuple(layout.names[name] for name in typed)
    finally:
        workbook.close()


def _is_formula(value: object) -> bool:
    return not isinstance(value, (str, int, float)) or (isinstance(value, str) and value.startswith("="))


def _open(path: Path, *, read_only: bool = False, values: bool = True) -> Any:
    refuse_hostile(path)
    import openpyxl

    try:
        return openpyxl.load_workbook(path, data_only=values, keep_links=False, read_only=read_only)
    except Exception as error:  # openpyxl raises whatever its parsers raise; every one means: not a readable workbook
        raise UnreadableWorkbook(f"{path.name}：无法读取，文件可能已损坏；请在 Excel 或 WPS 中打开后另存为 .xlsx（{type(error).__name__}）") from error


def refuse_hostile(path: Path) -> None:
    """Raises UnreadableWorkbook for what is no .xlsx/.xlsm package or would harm: bombs, document type declarations, outside paths."""
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise UnreadableWorkbook(f"{path.name}：文件超过{_LARGEST_FILE // 2**20}MB，不像填报表")
        with path.open("rb") as file:
            head = file.read(8)
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
                start = stream.read(4096).replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise UnreadableWorkbook(f"{path.name}：“{part.filename}”含有文档类型声明，拒绝打开")


def _stamp(workbook: Any) -> dict[str, str]:
    """The stamp from the document properties, or from the hidden sheet where a program dropped them."""
    found = {item.name: str(item.value) for item in workbook.custom_doc_props.props}
    if StampName.RUBRIC not in found and RULES_SHEET in workbook.sheetnames:
        identifier, _, revision = str(workbook[RULES_SHEET]["A1"].value or "").partition("@")
        found.update({StampName.RUBRIC: identifier, StampName.REVISION: revision})
    return found


def _known(path: Path, stamp: Mapping[str, str]) -> str:
    identifier = stamp.get(StampName.RUBRIC, "")
    if not identifier:
        raise UnreadableWorkbook(f"{path.name}：不是本系统的填报表（没有评分标准编号）")
    if identifier not in bundled():
        raise UnreadableWorkbook(f"{path.name}：没有评分标准“{identifier}”；请用 --rubric 指定它的 .toml 文件")
    return identifier


def _submission(path: Path, workbook: Any, rubric: Rubric, stamp: Mapping[str, str]) -> Submission:
    layout = Layout(rubric)
    cells = _Cells(workbook, layout)
    _refuse_foreign(path, workbook, layout)
    answers = answers_of(rubric, cells.__getitem__)
    edition = stamp.get(StampName.EDITION, "")
    return Submission(
        file=path, rubric=rubric, revision=stamp.get(StampName.REVISION, ""),
        edition=Edition(edition) if edition in set(Edition) else None, stamped_digest=stamp.get(StampName.DIGEST, ""), answers=answers,
        claimed={indicator.code: cells[score_name(indicator.code)] for indicator in rubric.indicators},
        claimed_total=cells[TOTAL], claimed_grade=cells[GRADE],
    )  # fmt: skip


def _refuse_foreign(path: Path, workbook: Any, layout: DataLayout) -> None:
    if not any(ref.sheet in workbook.sheetnames for ref in layout.inputs.values()):
        raise UnreadableWorkbook(f"{path.name}：缺少“{next(iter(layout.inputs.values())).sheet}”表，无法读取填报数")


def answers_of(rubric: Rubric, cell: Callable[[str], object]) -> Answers:
    """The answers of a workbook, closed or open in Excel; `cell` gives the value of a defined name, None where it is blank."""
    values: dict[str, Answer] = {}
    for item in rubric.inputs:
        values[item.key] = _answer(cell(item.key), numeric=item.numeric, date=item.kind == "date")
    for indicator in rubric.indicators:
        for item, key in zip(indicator.scorer.items, indicator.item_keys, strict=True):
            values[key] = _answer(cell(key), numeric=item.kind not in ("choice", "text"), date=False)
    adjustments, evidence = {}, {}
    for indicator in rubric.indicators:
        points, reason = cell(adjusted_name(indicator.code)), _text(cell(reason_name(indicator.code)))
        if points not in (None, "") or reason:
            adjustments[indicator.code] = Adjustment(_points(points), reason)
        material = _text(cell(evidence_name(indicator.code)))
        if material:
            evidence[indicator.code] = material
    kept = {key: value for key, value in values.items() if value is not None}
    return Answers(rubric.id, MappingProxyType(kept), MappingProxyType(adjustments), MappingProxyType(evidence))


def filled_cells(path: Path) -> Iterator[Ref]:
    """The unlocked cells of a workbook that hold something: what someone filled in."""
    from openpyxl import load_workbook

    for sheet in load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and not cell.protection.locked:
                    yield Ref(sheet.title, cell.row - 1, cell.column - 1)


class _Cells:
    """The workbook's values by defined name; the template's own address where a program dropped the name."""

    def __init__(self, workbook: Any, layout: DataLayout) -> None:
        self._workbook = workbook
        self._layout = layout

    def __getitem__(self, name: str) -> object:
        ref = self._named(name) or self._layout.names.get(name)
        if ref is None or ref.sheet not in self._workbook.sheetnames:
            return None
        return self._workbook[ref.sheet].cell(ref.row + 1, ref.column + 1).value

    def _named(self, name: str) -> Ref | None:
        from openpyxl.utils import range_boundaries

        found = self._workbook.defined_names.get(name)
        if found is None:
            return None
        try:
            ((sheet, area),) = list(found.destinations)
            left, top, _, _ = range_boundaries(area)
        except (ValueError, TypeError):
            return None
        return Ref(sheet, top - 1, left - 1) if left and top else None


def _answer(cell: object, *, numeric: bool, date: bool) -> Answer:
    """A cell's value as an answer: numbers exact, what isn't a number kept as its text so that it is found, dates as dates."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime.datetime):
        return cell.date() if date else cell.strftime("%Y-%m-%d")
    if isinstance(cell, datetime.date):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if numeric:
        try:
            return from_cell(cell)
        except NotANumber:
            return str(cell).strip()
    if isinstance(cell, (int, float)):
        return plain(from_cell(cell))
    return str(cell).strip() or None


def _points(cell: object) -> Decimal | None:
    """An adjustment's points; what isn't a number can't be one, and reads as out of range."""
    try:
        return from_cell(cell)
    except NotANumber:
        return Decimal(-1)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
