"""Undoing a setup: exactly what `setup.json` records, and only as long as it still is as setup left it."""

from pathlib import Path

from xl_jixiao.desktop import interpreter
from xl_jixiao.desktop.files import delete, digest, reason, write_whole
from xl_jixiao.desktop.record import (
    DONE,
    FAILED,
    KEPT,
    SKIPPED,
    Record,
    Step,
    conf_keys,
    conf_line,
    manifest_file,
    read_record,
    save_record,
    trusted_as_recorded,
    user_conf_file,
)
from xl_jixiao.desktop.windows import HKCU, TRUSTED_LOCATIONS, Desktop, same_path


def undo(desktop: Desktop) -> list[Step]:
    """Take away what setup made. A part that fails stays in the record, so that running it again finishes the job."""
    if not manifest_file(desktop).is_file():
        return [Step("卸载", SKIPPED, "没有安装记录，没有可撤销的内容")]
    record, steps = read_record(desktop)
    for part in (_trust, _conf, _templates, _folders, _interpreter):
        try:
            steps += part(desktop, record)
        except OSError as error:
            steps.append(Step("卸载", FAILED, f"{reason(error)}：{error.filename or ''}。{interpreter.CLOSE_EXCEL}"))
        save_record(desktop, record)
    if not (record["files"] or record["folders"] or record["interpreter"] or record["conf"] or record["trusted"]):
        manifest_file(desktop).unlink(missing_ok=True)
        home = interpreter.home(desktop)
        if not any(home.iterdir()):
            home.rmdir()
    return steps


def _below(path: Path, root: Path) -> bool:
    return ".." not in path.parts and any(same_path(parent, root) for parent in path.parents)


def _trust(desktop: Desktop, record: Record) -> list[Step]:
    steps = []
    for key, folder in list(record["trusted"].items()):
        if not key.casefold().startswith(TRUSTED_LOCATIONS.casefold() + "\\"):
            del record["trusted"][key]
            continue
        if trusted_as_recorded(desktop, key, folder):
            desktop.delete_key(HKCU, key)
            steps.append(Step("撤销受信任位置", DONE, folder))
        else:
            steps.append(Step("撤销受信任位置", KEPT, f"已被改过或删除，没有动：{folder}"))
        del record["trusted"][key]
    return steps


def _conf(desktop: Desktop, record: Record) -> list[Step]:
    path = user_conf_file(desktop)
    ours = record["conf"]
    if not ours or not path.is_file():
        record["conf"], record["conf_added"] = {}, ""
        return []
    content = path.read_bytes()
    present = conf_keys(content)
    changed = [key for key, value in ours.items() if key in present and present[key] != value]
    lines = {conf_line(key, value).encode("utf-8") for key, value in ours.items()}
    content = content.removesuffix(record["conf_added"].encode("utf-8"))  # with the line end that may have come before ours
    left = b"".join(line for line in content.splitlines(keepends=True) if line.rstrip(b"\r\n") not in lines)
    if left.strip() or not record["conf_created"]:
        write_whole(path, left)
    else:
        path.unlink()
    record["conf"], record["conf_added"], record["conf_created"] = {}, "", False
    steps = [Step("撤销 xlwings 用户设置", DONE, str(path))]
    if changed:
        steps.append(Step("撤销 xlwings 用户设置", KEPT, f"您改过的设置没有动：{'、'.join(changed)}（{path}）"))
    return steps


def _templates(desktop: Desktop, record: Record) -> list[Step]:
    steps = []
    for name, known in list(record["files"].items()):
        path = Path(name)
        what = f"删除模板 {path.name}"
        if not path.is_file():
            del record["files"][name]
            steps.append(Step(what, SKIPPED, f"文件已不在：{path}"))
        elif digest(path) != known:
            del record["files"][name]
            steps.append(Step(what, KEPT, f"您改过这个文件，没有删除：{path}"))
        else:
            try:
                delete(path)
            except OSError as error:
                detail = f"删不掉（{reason(error)}），文件可能正开着。请关闭 Excel 后再运行一次：{path}"
                steps.append(Step(what, FAILED, detail))
                continue
            del record["files"][name]
            steps.append(Step(what, DONE, str(path)))
    return steps


def _folders(desktop: Desktop, record: Record) -> list[Step]:
    steps = []
    for name in reversed(list(record["folders"])):
        path = Path(name)
        if path.is_dir() and any(path.iterdir()):
            if not record["files"]:
                record["folders"].remove(name)
                steps.append(Step(f"删除文件夹 {path.name}", KEPT, f"里面还有文件，没有删除：{path}"))
            continue
        if path.is_dir():
            path.rmdir()
        record["folders"].remove(name)
    return steps


def _interpreter(desktop: Desktop, record: Record) -> list[Step]:
    home = interpreter.home(desktop)
    made = [Path(name) for name in record["interpreter"]]
    made = [path for path in made if _below(path, home) and path.exists()]
    if not made:
        record["interpreter"] = []
        return []
    what = "删除 Excel 所用的 Python"
    if desktop.env(interpreter.REMOVER):  # it deletes us when we are done, and says so itself
        return []
    if interpreter.inside_home(desktop):
        return [Step(what, SKIPPED, f"本程序正在用它，删不掉自己。关闭本窗口后，运行离线安装文件夹里的“卸载.bat”，或直接删除文件夹 {home}")]
    for path in made:
        try:
            delete(path)
        except OSError:
            return [Step(what, FAILED, f"删不掉 {path}。{interpreter.CLOSE_EXCEL}")]
    record["interpreter"] = []
    return [Step(what, DONE, str(home))]
