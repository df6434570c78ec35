"""A workbook printed to PDF by LibreOffice where it is installed; Excel's own PDF is made by the button."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_SECONDS = 120
_WINDOWS = (r"C:\Program Files\LibreOffice\program\soffice.exe", r"C:\Program Files (x86)\LibreOffice\program\soffice.exe")


def office() -> str | None:
    """The LibreOffice program, or None."""
    return shutil.which("soffice") or next((path for path in _WINDOWS if Path(path).is_file()), None)


def to_pdf(workbook: Path, *, overwrite: bool = False) -> Path | None:
    """The workbook's PDF beside it; None where LibreOffice is absent or fails. Raises FileExistsError."""
    program = office()
    if program is None:
        return None
    target = workbook.with_suffix(".pdf")
    if target.exists() and not overwrite:
        raise FileExistsError(f"{target}：文件已存在；换一个文件夹，或加 --overwrite 覆盖")
    with tempfile.TemporaryDirectory(prefix="xl-jixiao-") as folder:
        profile = Path(folder, "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder]
        kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")}
        try:
            subprocess.run([*command, str(workbook.resolve())], env=kept, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        made = Path(folder, f"{workbook.stem}.pdf")
        if not made.is_file():
            return None
        shutil.move(made, target)
    return target
