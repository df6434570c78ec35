"""`xl-jixiao bundle`: the offline folder for PCs without internet or administrator rights.

It is made on any PC with internet (also Linux) for a Windows PC, so pip's own marker evaluation can't be trusted: pip judges
`platform_system == "Windows"` by where it runs. What Windows needs is read from the wheels and asked for until nothing is missing.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from xl_jixiao.desktop.bundle_texts import batch_file, manual
from xl_jixiao.desktop.files import digest, reason
from xl_jixiao.desktop.handbook import handbook, manual_file
from xl_jixiao.desktop.own_wheel import PROJECT, NoWheel, own_wheel
from xl_jixiao.desktop.templates import template_files
from xl_jixiao.desktop.windows import pe_bits

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_PLACES = re.compile(r"(?<=[省市州区县])")
"""湖南省怀化市洪江市: 湖南省, 怀化市, 洪江市."""

EXAMPLES = ("hongjiang-2020-dept", "generic-selfeval")
"""The tables a filled example is put in of: a scoring table and a 自评表."""

_FILLED = Path(__file__).resolve().parent.parent / "tables" / "examples"

BATCHES = {"开始安装.bat": "install", "检查.bat": "check", "卸载.bat": "remove"}
OFFLINE_WORDS = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|Max retries exceeded|Failed to establish a new connection"
    r"|Temporary failure in name resolution|ProxyError|Could not fetch URL|getaddrinfo failed"
)
CHECKSUMS = "SHA256SUMS"  # without .txt: the .bat opens every .txt, and only the manual is to be read


class BundleError(Exception):
    """The folder can't be made; one Chinese line."""


class Offline(BundleError):
    """pip could not reach its index."""


def bundle(
    output: Path,
    python_embed: Path | None = None,
    wheel: Path | None = None,
    platform: str = "win_amd64",
    python_version: str = "3.11",
    progress: Callable[[str], None] = lambda text: None,
) -> list[Path]:
    """Make the offline folder at `output` (absent or empty) and return its files. Raises BundleError and leaves nothing behind."""
    from xl_jixiao.desktop.wheels import MACHINES

    if platform not in MACHINES:
        raise BundleError(f"不认识平台 {platform}，可用 {'、'.join(MACHINES)}")
    if not re.fullmatch(r"3\.(1[1-9]|[2-9]\d)", python_version):
        raise BundleError(f"Python 版本 {python_version} 不行，要写成 3.11 这样，且不低于 3.11")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise BundleError(f"{output} 已存在且不是空文件夹，请换一个名字")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".jx-bundle-", dir=output.parent) as scratch:
            made = Path(scratch) / "bundle"
            made.mkdir()
            _fill(made, Path(scratch), python_embed, wheel, platform, python_version, progress)
            if output.exists():
                output.rmdir()
            made.rename(output)
    except OSError as error:
        raise BundleError(f"写不进去：{error.filename or output}（{reason(error)}）") from error
    return sorted(path for path in output.rglob("*") if path.is_file())


def _fill(
    made: Path,
    scratch: Path,
    python_embed: Path | None,
    wheel: Path | None,
    platform: str,
    python_version: str,
    progress: Callable[[str], None],
) -> None:
    if python_embed is not None:
        progress(f"检查并放入 Python：{python_embed}")
        place_python(python_embed, made / "python", platform, python_version)
    wheels = made / "wheels"
    wheels.mkdir()
    progress("放入本工具" if wheel else "打包本工具")
    try:
        own = own_wheel(wheel, scratch, pip)
    except NoWheel as error:
        raise BundleError(str(error)) from None
    shutil.copyfile(own, wheels / own.name)
    collect(wheels, wheels / own.name, platform, python_version, progress)
    _place_workbooks(made, progress)
    if (text := manual_file()) is not None:
        (made / "填报手册.html").write_bytes(handbook(text))
    shutil.copyfile(Path(__file__).with_name("offline_start.py"), made / "start.py")
    for name, job in BATCHES.items():
        (made / name).write_bytes(batch_file(job, python_version))
    (made / "使用说明.txt").write_bytes(manual(python_embed is not None, python_version))
    progress("核对并写校验和")
    verify(wheels, platform, python_version)
    files = sorted(path for path in made.rglob("*") if path.is_file())
    lines = [f"{digest(path)} *{path.relative_to(made).as_posix()}\n" for path in files]
    (made / CHECKSUMS).write_bytes("".join(lines).encode("utf-8"))


def titles() -> dict[str, str]:
    """What each bundled table is called, by its id: title, and of whose year where it doesn't say so."""
    found = {}
    for one in json.loads(_house("rubrics", "--json")):
        title, year = one["title"], str(one["year"])
        *_, region = filter(None, _PLACES.split(one["region"]))
        told = [] if region == "通用" else [part for part in (region, year) if part not in title]
        found[one["id"]] = f"{title}（{''.join(told)}）" if told else title
    return found


def _place_workbooks(made: Path, progress: Callable[[str], None]) -> None:
    """The templates under Chinese names, and filled examples."""
    known, templates = titles(), template_files()
    progress(f"放入模板：{len(templates)} 个" if templates else "注意：没有找到模板，“模板”文件夹是空的")
    (made / "模板").mkdir()
    for path in templates:
        name, dash, edition = path.stem.rpartition("-")
        shutil.copyfile(path, made / "模板" / f"{known.get(name, name)}{dash}{edition}{path.suffix}")
    progress("填写示例")
    (made / "示例").mkdir()
    for name in EXAMPLES:
        _house("fill", name, str(_FILLED / f"{name}.toml"), "-o", str(made / "示例" / f"填好的示例-{known[name]}.xlsx"))


def _house(*arguments: str) -> str:
    """What a command of this tool answers."""
    command = [sys.executable, "-X", "utf8", "-m", "xl_jixiao", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise BundleError(f"{arguments[0]} 失败：{(done.stderr or done.stdout).strip()[-200:]}")
    return done.stdout


def pip(*arguments: str | Path) -> None:
    """Run pip; its last line becomes the error."""
    command = [sys.executable, "-m", "pip", *map(str, arguments), "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    errors = [line.strip() for line in said.splitlines() if line.startswith("ERROR:")] or [said.strip()[-300:]]
    if OFFLINE_WORDS.search(said):
        raise Offline(f"连不上软件源：{errors[0]}")
    raise BundleError(f"pip {arguments[0]} 失败：{errors[-1]}")


def collect(wheels: Path, own: Path, platform: str, python_version: str, progress: Callable[[str], None] = lambda text: None) -> None:
    """Download into `wheels` everything `own` needs on that Windows PC, and pip itself; wheels nobody needs there are dropped."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    from xl_jixiao.desktop.wheels import closure, needed_by, read_wheel, read_wheels, windows_environment

    environment = windows_environment(platform, python_version)
    roots = [Requirement(PROJECT), Requirement("pip")]
    asked = {f"{need.name}{sorted(need.extras) or ''}{need.specifier}": need for need in needed_by(read_wheel(own), environment)}
    asked["pip"] = Requirement("pip")
    for _ in range(8):
        progress(f"下载：{'、'.join(sorted({canonicalize_name(need.name) for need in asked.values()}))}")
        _download(wheels, list(asked.values()), platform, python_version)
        reached, missing = closure(roots, read_wheels(wheels), environment)
        if not missing:
            break
        asked |= {f"{need.name}{sorted(need.extras) or ''}{need.specifier}": need for _, need in missing}
    needed = {wheel.path for wheel in reached}
    for path in wheels.glob("*.whl"):
        if path not in needed:
            path.unlink()


def _download(wheels: Path, requirements: "list[Requirement]", platform: str, python_version: str) -> None:
    plain = []
    for requirement in requirements:
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        plain.append(f"{requirement.name}{extras}{requirement.specifier}")  # markers already judged, for Windows
    target = ["--platform", platform, "--python-version", python_version, "--implementation", "cp"]
    pip("download", "--only-binary=:all:", *target, "--find-links", wheels, "--dest", wheels, *plain)


def verify(wheels: Path, platform: str, python_version: str) -> None:
    """Raise BundleError unless the wheels install offline on that PC and bring the DLLs for both kinds of Excel."""
    from xl_jixiao.desktop.wheels import missing_requirements

    findings = missing_requirements(wheels, platform, python_version)
    if findings:
        raise BundleError("；".join(findings))
    for path in wheels.glob("xlwings-*.whl"):
        with zipfile.ZipFile(path) as archive:
            dlls = {name.rpartition("/")[2][:9] for name in archive.namelist() if name.endswith(".dll")}
        if not {"xlwings32", "xlwings64"} <= dlls:
            raise BundleError(f"{path.name} 里没有 Excel 要用的 DLL，请用 --platform win_amd64（32 位 Excel 也能用）")


def place_python(source: Path, target: Path, platform: str, python_version: str) -> None:
    """Unpack or copy the embeddable Python, check it fits, and let it see installed libraries (`import site`)."""
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            archive.extractall(target)
    elif source.is_dir():
        shutil.copytree(source, target)
    else:
        raise BundleError(f"{source} 既不是 zip 也不是文件夹")
    tag = python_version.replace(".", "")
    wanted = ("python.exe", "pythonw.exe", f"python{tag}.dll", f"python{tag}.zip", f"python{tag}._pth")
    missing = [name for name in wanted if not (target / name).is_file()]
    if missing:
        raise BundleError(f"{source} 不是 Python {python_version} 的 embeddable package，缺少 {'、'.join(missing)}")
    bits = 32 if platform == "win32" else 64
    if pe_bits(target / "python.exe") != bits:
        raise BundleError(f"{source} 里的 python.exe 不是 {bits} 位，与 {platform} 不符")
    paths = target / f"python{tag}._pth"
    paths.write_bytes(with_site(paths.read_text(encoding="utf-8")).encode("utf-8"))


def with_site(text: str) -> str:
    """The ._pth text with `import site` in force, so that Lib/site-packages and .pth files (pywin32) count."""
    lines = text.splitlines()
    if not any(line.strip() == "import site" for line in lines):
        lines = [line for line in lines if line.strip().lstrip("#").strip() != "import site"] + ["import site"]
    return "\r\n".join(lines) + "\r\n"
