"""The built templates: where they lie, and what their hidden `xlwings.conf` sheet says."""

from contextlib import closing
from pathlib import Path

CONF_SHEET = "xlwings.conf"
VERSION_KEY = "XLWINGS_VERSION"
INTERPRETER_KEY = "INTERPRETER_WIN"

_PACKAGE = Path(__file__).resolve().parent.parent


def template_folders() -> tuple[Path, ...]:
    """Where templates are looked for: in the installed package, then beside it in a checkout."""
    return _PACKAGE / "workbook_templates", _PACKAGE.parent / "workbook_templates"


def template_files() -> list[Path]:
    """The templates that came with this package, by name; empty when none were built."""
    for folder in template_folders():
        found = workbooks(folder)
        if found:
            return found
    return []


def workbooks(folder: Path) -> list[Path]:
    """The workbooks of a folder, by name, without Excel's lock files."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in (".xlsx", ".xlsm") and not p.name.startswith("~$"))


def template_conf(path: Path) -> dict[str, str]:
    """The `xlwings.conf` sheet of a workbook, keys in capitals as the VBA runtime compares them; empty without the sheet.

    Raises ValueError when the file is no readable workbook.
    """
    from openpyxl import load_workbook

    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            if CONF_SHEET not in book.sheetnames:
                return {}
            rows = book[CONF_SHEET].iter_rows(max_col=2, values_only=True)
            return {str(row[0]).upper(): "" if len(row) < 2 or row[1] is None else str(row[1]) for row in rows if row and row[0]}
    except Exception as error:  # openpyxl raises half a dozen kinds for a damaged file
        raise ValueError(f"{path.name}：读不出来，文件可能损坏") from error
