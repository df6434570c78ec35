r"""The Python that Excel starts, at one place for every PC: `%LOCALAPPDATA%\xl_jixiao\python\pythonw.exe`.

The templates name this place in their hidden sheet, so one template serves every user. xlwings' VBA runtime looks for its DLL in the
interpreter's folder, then one above. Two layouts satisfy it:

- embeddable Python, copied: everything in `python\`, DLLs beside pythonw.exe;
- any other Python: a virtual environment whose root is `xl_jixiao\` and whose launchers are copied from `Scripts\` to `python\`
  (launcher and `site` look for pyvenv.cfg one folder up, and don't mind what the folder is called); DLLs in `xl_jixiao\`. The
  libraries are not copied: a .pth file leads to those of the Python that ran `setup`.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from xl_jixiao.desktop.files import delete, reason, without_stop, write_whole
from xl_jixiao.desktop.windows import Desktop, ansi_codepage, expand, pe_bits, same_path, strange_characters

CONF_VALUE = r"%LOCALAPPDATA%\xl_jixiao\python\pythonw.exe"
LAUNCHERS = ("python.exe", "pythonw.exe")
REMOVER = "XL_JIXIAO_REMOVER"
"""The environment variable by which the offline folder's 卸载.bat says that it deletes this Python itself."""
CLOSE_EXCEL = "请关闭所有 Excel 窗口（任务管理器里也没有 python.exe、pythonw.exe）后再运行一次"


@dataclass(frozen=True)
class Laid:
    """What became of the interpreter: state as in Step, and the paths made for it."""

    state: str
    detail: str
    made: tuple[Path, ...] = ()


def home(desktop: Desktop) -> Path:
    """The add-in's own folder in the user's profile."""
    return expand(desktop, r"%LOCALAPPDATA%\xl_jixiao")


def pythonw(desktop: Desktop) -> Path:
    """The interpreter the templates name."""
    return expand(desktop, CONF_VALUE)


def dll_name(version: str, bits: int) -> str:
    """The library through which an Excel of this word length reaches Python."""
    return f"xlwings{bits}-{version}.dll"


def find_dll(interpreter: Path, version: str, bits: int) -> Path | None:
    """The DLL where xlwings' VBA runtime looks: the interpreter's folder, then the one above."""
    for folder in (interpreter.parent, interpreter.parent.parent):
        path = folder / dll_name(version, bits)
        if path.is_file():
            return path
    return None


def inside_home(desktop: Desktop) -> bool:
    """Are we running from the add-in's own folder (which then can't be deleted from within)?"""
    prefix, root = desktop.interpreter.prefix, home(desktop)
    return same_path(prefix, root) or any(same_path(parent, root) for parent in prefix.parents)


def lay(desktop: Desktop) -> Laid:
    """Make the interpreter's path valid, in the layout the running Python allows."""
    try:
        return _lay(desktop)
    except PermissionError as error:
        return Laid("failed", f"写不进去：{error.filename2 or error.filename or home(desktop)}。{CLOSE_EXCEL}")
    except OSError as error:
        return Laid("failed", f"没有完成：{reason(error)}（{error.filename or home(desktop)}）")


def _lay(desktop: Desktop) -> Laid:
    running, root = desktop.interpreter, home(desktop)
    target = pythonw(desktop).parent
    if same_path(running.prefix, target):
        return Laid("kept", f"正在使用的就是这个 Python：{target}", (target,))
    if running.from_store:
        advice = "请改用离线安装文件夹里的“开始安装.bat”，或 python.org 的安装包"
        return Laid("failed", f"这是微软商店版 Python，它写入的文件 Excel 看不到。{advice}")
    if running.embedded:
        return _copy_embedded(running.prefix, target, root)
    if (target / f"python{running.tag}.dll").is_file() and list(target.glob("python*._pth")):
        return Laid("kept", f"已有离线安装的 Python，没有改动：{target}。要更新请运行新的离线安装文件夹里的“开始安装.bat”")
    return _link(desktop, root, target)


def _copy_embedded(source: Path, target: Path, root: Path) -> Laid:
    if (target / "pythonw.exe").is_file() and list(target.glob("python*._pth")):
        return Laid("kept", f"已有离线安装的 Python，没有改动：{target}")
    if target.exists():
        delete(target)
    (root / "pyvenv.cfg").unlink(missing_ok=True)  # of an earlier linked layout; it would mislead the copied Python
    part = root / "python.part"
    if part.exists():
        delete(part)
    shutil.copytree(source, part)
    os.replace(part, target)
    return Laid("done", f"已复制到 {target}", (target,))


def link_text(site_packages: Path) -> str:
    """The .pth line that leads to another Python's libraries; ASCII whatever the path, .pth files are read in the ANSI code page."""
    return f"import site; site.addsitedir({str(site_packages)!a})\n"


def _link(desktop: Desktop, root: Path, target: Path) -> Laid:
    running = desktop.interpreter
    own = same_path(running.prefix, root)  # started from the environment itself: its libraries are already there
    link = root / "Lib" / "site-packages" / "xl_jixiao_link.pth"
    cfg = root / "pyvenv.cfg"
    made: tuple[Path, ...] = (target, root / "Scripts", root / "Lib", root / "Include", root / ".gitignore", cfg)
    fresh = cfg.is_file() and ".".join(map(str, running.version)) in cfg.read_text(encoding="utf-8")
    linked = own or (link.is_file() and link.read_text(encoding="utf-8") == link_text(running.site_packages))
    launched = all((target / name).is_file() for name in LAUNCHERS)
    dlls = [] if own else [p for p in running.prefix.glob("xlwings*-*.dll") if not (root / p.name).is_file()]
    made += tuple(root / p.name for p in running.prefix.glob("xlwings*-*.dll"))
    if fresh and linked and launched and not dlls:
        return Laid("kept", f"已就位：{target}", made)
    if not own and not fresh:
        done = desktop.run([running.executable, "-m", "venv", "--without-pip", root])
        if done.code:
            return Laid("failed", f"建立 Python 环境失败：{without_stop(done.last_line) or done.code}。{CLOSE_EXCEL}")
    target.mkdir(parents=True, exist_ok=True)
    for name in LAUNCHERS:
        write_whole(target / name, (root / "Scripts" / name).read_bytes())
    if not own:
        write_whole(link, link_text(running.site_packages).encode("ascii"))
        for path in dlls:
            write_whole(root / path.name, path.read_bytes())
    return Laid("done", f"已建立 {target}，所用的库在 {running.site_packages}", made)


@dataclass(frozen=True)
class Unnameable:
    """Why Excel can't name the interpreter, and what the clerk can do about it."""

    trouble: str
    way_out: str


def unnameable(desktop: Desktop) -> Unnameable | None:
    """None when Excel can name the interpreter and its DLL.

    VBA hands both to Windows in the system code page (LoadLibraryA, CreateProcessA): a character that page lacks arrives as `?`,
    and no file has that name. Where Windows keeps short names (`C:\\Users\\A1B2~1`), the short one leads to the same file.
    """
    path = pythonw(desktop)
    strange = strange_characters(desktop, path)
    if not strange:
        return None
    trouble = f"路径里有 Excel 的 VBA 不认得的字“{strange}”（不在系统代码页 {ansi_codepage(desktop)} 里），插件找不到 Python：{path}"
    account = "请换用名字里只有字母、数字或常用汉字的 Windows 账户安装，或改用免装版模板（.xlsx，不需要插件）"
    short = desktop.short_path(path)
    if short is None or strange_characters(desktop, short):
        return Unnameable(trouble, account)
    how = f"在插件版工作簿里右击表名 → 取消隐藏 → xlwings.conf，把 {CONF_VALUE} 改成 {short}"
    return Unnameable(trouble, f"{account}；账户不能换的，{how}")


def problem_with_dlls(desktop: Desktop, version: str) -> str:
    """Empty when both DLLs are where Excel looks and are what their names say; else a sentence."""
    for bits in (64, 32):
        path = find_dll(pythonw(desktop), version, bits)
        if path is None:
            return f"缺少 {dll_name(version, bits)}（应在 {pythonw(desktop).parent} 或上一级文件夹）"
        if pe_bits(path) not in (bits, None):
            return f"{path} 不是 {bits} 位文件"
    return ""


def try_out(desktop: Desktop, version: str) -> str:
    """Start the interpreter as Excel would and import the functions; empty when that works, else a sentence."""
    python = pythonw(desktop).with_name("python.exe")
    if not python.is_file() or not pythonw(desktop).is_file():
        return f"没有找到 {pythonw(desktop)}"
    done = desktop.run([python, "-B", "-c", "import xlwings, jx_udfs; print('xlwings', xlwings.__version__)"])
    if done.code:
        return f"启动 Python 失败：{without_stop(done.last_line) or done.code}"
    if done.last_line != f"xlwings {version}":
        return f"版本不一致：Excel 用的 Python 里是 {done.last_line}，需要 xlwings {version}"
    return ""
