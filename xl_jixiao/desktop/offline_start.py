"""What the .bat files of the offline folder run; copied there as start.py. Standard library only, no xl_jixiao yet.

- `start.py install`: the bundled Python (or a virtual environment of an installed one) to the user's profile, the wheels into it, `setup`
- `start.py check`: doctor
- `start.py remove`: `setup --remove`, then the Python put there by install
"""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLOSE_EXCEL = "请关闭所有 Excel 窗口后再运行一次"


def home() -> Path:
    return Path(os.environ["LOCALAPPDATA"]) / "xl_jixiao"


def say(text: str) -> None:
    print(text, flush=True)


def run(command: Sequence[str | Path], **variables: str) -> int:
    """The exit status of a program. Its pipes speak UTF-8, as ours do; on a console Python speaks Unicode anyway."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:replace", **variables}
    return subprocess.run([str(part) for part in command], env=environment, check=False).returncode


def reason(error: OSError) -> str:
    """Windows' own words, without their full stop."""
    return (error.strerror or str(error)).rstrip("。.")


def delete(path: Path) -> None:
    """Delete a file or folder, read-only or not: Windows deletes nothing that is marked so."""
    for inside in (path, *(path.rglob("*") if path.is_dir() else ())):
        if inside.is_file():
            inside.chmod(inside.stat().st_mode | stat.S_IWRITE)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def embedded() -> bool:
    """Is the running Python the bundled, embeddable one?"""
    folder = Path(sys.executable).resolve().parent
    return bool(list(folder.glob("python*._pth")))


def our_python() -> Path | None:
    """The Python an earlier install put into the profile."""
    for place in (home() / "python" / "python.exe", home() / "Scripts" / "python.exe"):
        if place.is_file():
            return place
    return None


def copy_python() -> Path:
    """The bundled Python, copied to the profile; what pip put into an earlier copy stays for pip to replace."""
    (home() / "pyvenv.cfg").unlink(missing_ok=True)
    target = home() / "python"
    shutil.copytree(Path(sys.executable).resolve().parent, target, dirs_exist_ok=True)
    return target / "python.exe"


def make_environment() -> Path | None:
    """A virtual environment in the profile, made by the installed Python."""
    if run([sys.executable, "-m", "venv", "--without-pip", home()]):
        return None
    return home() / "Scripts" / "python.exe"


def install() -> int:
    wheels = HERE / "wheels"
    pip = next(iter(sorted(wheels.glob("pip-*.whl"))), None)
    if pip is None:
        say("离线安装文件夹不完整：wheels 里没有 pip。请重新拷贝整个文件夹。")
        return 2
    say(f"1/3 放置 Python：{home()}")
    try:
        python = copy_python() if embedded() else make_environment()
    except OSError as error:
        say(f"没有成功：{reason(error)}（{error.filename or home()}）。\n{CLOSE_EXCEL}。")
        return 1
    if python is None:
        say("没有成功：建立 Python 环境失败。请改用自带 Python 的离线安装文件夹。")
        return 1
    say("2/3 安装程序（约一两分钟，请不要关闭窗口）")
    options: list[str | Path] = [
        "--no-index",
        "--find-links",
        wheels,
        "--force-reinstall",
        "--no-warn-script-location",
        "--no-cache-dir",
        "--quiet",
    ]
    if run([python, f"{pip}{os.sep}pip", "install", "--disable-pip-version-check", *options, "xl-jixiao"]):
        say(f"没有成功：上面是原因。{CLOSE_EXCEL}；仍不行请重新拷贝整个文件夹。")
        return 1
    say("3/3 放置模板和设置")
    return run([python, "-m", "xl_jixiao.desktop", "setup"])


def check() -> int:
    python = our_python()
    if python is None:
        say("还没有安装。请先双击“开始安装.bat”。")
        return 1
    return run([python, "-m", "xl_jixiao.desktop", "doctor"])


def remove() -> int:
    python = our_python()
    if python is None:
        say("没有安装过，不需要卸载。")
        return 0
    if run([python, "-m", "xl_jixiao.desktop", "setup", "--remove"], XL_JIXIAO_REMOVER="1"):
        return 1
    say(f"删除 Excel 所用的 Python：{home()}")
    for name in ("python", "Scripts", "Lib", "Include", "pyvenv.cfg", ".gitignore", "share", "setup.json"):
        path = home() / name
        try:
            delete(path)
        except OSError as error:
            say(f"删不掉 {error.filename or path}：{reason(error)}。{CLOSE_EXCEL}。")
            return 1
    for dll in home().glob("xlwings*-*.dll"):
        delete(dll)
    if home().is_dir() and not any(home().iterdir()):
        home().rmdir()
    say("卸载完成。您改过的文件都还在。")
    return 0


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")
    jobs = {"install": install, "check": check, "remove": remove}
    if len(arguments) != 1 or arguments[0] not in jobs:
        say("用法：start.py install | check | remove")
        return 2
    if "LOCALAPPDATA" not in os.environ:
        say("这个文件夹用于 Windows。")
        return 2
    return jobs[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
