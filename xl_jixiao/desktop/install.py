"""`xl-jixiao setup`: everything the add-in needs on one user's PC, and nothing outside that user's profile.

What was done is written to `setup.json`; `remove=True` undoes exactly that. What the clerk changed is kept and named.
"""

import re
from importlib import metadata
from pathlib import Path

from xl_jixiao.desktop import interpreter
from xl_jixiao.desktop.files import digest, free_name, make_writable, parents_to_make, reason, write_whole
from xl_jixiao.desktop.record import (
    DONE,
    FAILED,
    KEPT,
    SKIPPED,
    Record,
    Step,
    conf_keys,
    conf_line,
    read_record,
    save_record,
    user_conf_file,
)
from xl_jixiao.desktop.remove import undo
from xl_jixiao.desktop.templates import VERSION_KEY, template_conf, template_files
from xl_jixiao.desktop.windows import (
    HKCU,
    TRUSTED_LOCATIONS,
    Desktop,
    documents_folder,
    in_onedrive,
    is_trusted,
    macro_policy,
)

USER_CONF = (("INTERPRETER_WIN", interpreter.CONF_VALUE), ("USE UDF SERVER", "True"))


def templates_folder(desktop: Desktop) -> Path:
    r"""文档\预算绩效自评\模板, where the clerk looks for the templates."""
    return documents_folder(desktop) / "预算绩效自评" / "模板"


def xlwings_version() -> str:
    return metadata.version("xlwings")


def pinned_xlwings() -> str:
    """The xlwings version this package requires; empty when its metadata don't say."""
    try:
        requirements = metadata.requires("xl-jixiao") or []
    except metadata.PackageNotFoundError:
        return ""
    return next((match[1] for text in requirements if (match := re.match(r"xlwings==([\w.]+)", text))), "")


def setup(desktop: Desktop, remove: bool = False) -> list[Step]:
    """Put the add-in in place for this user, or take it away again. One Step per thing, in the order done."""
    if not desktop.is_windows:
        return [Step("安装插件", SKIPPED, "只在装有 Excel 的 Windows 上需要。本机可以直接用免装版模板和命令行")]
    if remove:
        return undo(desktop)
    record, steps = read_record(desktop)
    for part in (_interpreter, _path_names, _libraries, _templates, _user_conf, _trust):
        try:
            steps += part(desktop, record)
        except OSError as error:
            detail = f"{reason(error)}：{error.filename or ''}。检查是否有写入权限、文件是否正被打开"
            steps.append(Step(TITLES[part.__name__], FAILED, detail))
        save_record(desktop, record)  # after every part: a setup cut short can still be removed
    return steps


TITLES = {
    "_interpreter": "放置 Excel 所用的 Python",
    "_path_names": "核对路径里的字",
    "_libraries": "核对 xlwings",
    "_templates": "复制模板",
    "_user_conf": "写 xlwings 用户设置",
    "_trust": "把模板文件夹设为受信任位置",
}


def _interpreter(desktop: Desktop, record: Record) -> list[Step]:
    laid = interpreter.lay(desktop)
    record["interpreter"] = sorted({*record["interpreter"], *map(str, laid.made)})
    return [Step(TITLES["_interpreter"], laid.state, laid.detail)]


def _path_names(desktop: Desktop, record: Record) -> list[Step]:
    found = interpreter.unnameable(desktop)
    if found is None:
        return []
    return [Step(TITLES["_path_names"], FAILED, f"{found.trouble}。{found.way_out}")]


def _libraries(desktop: Desktop, record: Record) -> list[Step]:
    title, version, pin = TITLES["_libraries"], xlwings_version(), pinned_xlwings()
    if pin and version != pin:
        return [Step(title, FAILED, f"装的是 xlwings {version}，本工具要用 {pin}。请重新安装本工具")]
    marks = {path.name: template_version(path) for path in template_files()}
    wrong = [f"{name}（{mark}）" for name, mark in marks.items() if mark and mark != version]
    if wrong:
        return [Step(title, FAILED, f"xlwings 是 {version}，模板却是为另一版本做的：{'、'.join(wrong)}。请用同一次发布的程序和模板")]
    problem = interpreter.problem_with_dlls(desktop, version) or interpreter.try_out(desktop, version)
    if problem:
        return [Step(title, FAILED, f"{problem}。请先解决上一步，再运行一次 setup；仍不行请改用免装版模板")]
    return [Step(title, DONE, f"xlwings {version}，DLL 齐全，Python 能启动")]


def template_version(path: Path) -> str:
    """The xlwings version a template was built for; empty when it carries no mark (the macro-free edition)."""
    try:
        return template_conf(path).get(VERSION_KEY, "")
    except ValueError:
        return ""


def _templates(desktop: Desktop, record: Record) -> list[Step]:
    sources = template_files()
    if not sources:
        return [Step(TITLES["_templates"], FAILED, "安装包里没有模板文件，请重新安装本工具")]
    folder = templates_folder(desktop)
    for missing in parents_to_make(folder):
        missing.mkdir()
        record["folders"].append(str(missing))
    steps = [_one_template(source, folder / source.name, record) for source in sources]
    if in_onedrive(desktop, folder):
        detail = f"“文档”在 OneDrive 里：{folder}。插件版用不了时，请把模板复制到不同步的文件夹（如 D:\\预算绩效自评）"
        steps.append(Step("模板文件夹的位置", DONE, detail))
    return steps


def _one_template(source: Path, target: Path, record: Record) -> Step:
    try:
        return _copy_template(f"复制模板 {source.name}", source, target, record["files"])
    except PermissionError:
        return Step(f"复制模板 {source.name}", FAILED, f"写不进去，文件可能正开着。请关闭 Excel 后再运行一次：{target}")


def _copy_template(what: str, source: Path, target: Path, ours: dict[str, str]) -> Step:
    content, wanted = source.read_bytes(), digest(source)
    if target.exists():
        present = digest(target)
        if present == wanted:
            return Step(what, KEPT, f"已有同样的文件：{target}")
        if ours.get(str(target)) != present:
            return _beside(what, content, wanted, target, ours)
        make_writable(target)
        write_whole(target, content)
        ours[str(target)] = wanted
        return Step(what, DONE, f"旧版已换成新版：{target}")
    write_whole(target, content)
    ours[str(target)] = wanted
    return Step(what, DONE, str(target))


def _beside(what: str, content: bytes, wanted: str, target: Path, ours: dict[str, str]) -> Step:
    for known, known_digest in ours.items():
        same_series = Path(known).parent == target.parent and Path(known).name.startswith(f"{target.stem}（新版")
        if known_digest == wanted and same_series and Path(known).is_file() and digest(Path(known)) == wanted:
            return Step(what, KEPT, f"您改过的 {target.name} 没有动；新版模板已在 {known}")
    new = free_name(target, "新版")
    write_whole(new, content)
    ours[str(new)] = wanted
    return Step(what, DONE, f"您改过的 {target.name} 没有动；新版模板另存为 {new.name}")


def _user_conf(desktop: Desktop, record: Record) -> list[Step]:
    path, title = user_conf_file(desktop), TITLES["_user_conf"]
    content = path.read_bytes() if path.is_file() else b""
    present = conf_keys(content)
    added: list[tuple[str, str]] = []
    steps: list[Step] = []
    for key, value in USER_CONF:
        if key not in present:
            added.append((key, value))
        elif present[key].casefold() == value.casefold():
            steps.append(Step(f"{title} {key}", KEPT, "已有同样的设置"))
        else:
            other = present[key].encode("latin-1").decode("gbk", "replace")
            steps.append(Step(f"{title} {key}", KEPT, f"已有别的设置（{other}），没有改动；模板自带设置，不受它影响"))
    if added:
        block = "\r\n" if content and not content.endswith(b"\n") else ""
        block += "".join(f"{conf_line(*pair)}\r\n" for pair in added)
        if not path.exists():
            for missing in parents_to_make(path.parent):
                missing.mkdir()
                record["folders"].append(str(missing))
            record["conf_created"] = True
        write_whole(path, content + block.encode("ascii"))
        record["conf"].update(added)
        earlier = record["conf_added"]
        record["conf_added"] = earlier + block if content.endswith(earlier.encode("utf-8")) else block
        steps.append(Step(title, DONE, f"{path}：{'、'.join(key for key, _ in added)}"))
    return steps


def _trust(desktop: Desktop, record: Record) -> list[Step]:
    title, folder, policy = TITLES["_trust"], templates_folder(desktop), macro_policy(desktop)
    if policy.locations_disabled:
        return [Step(title, SKIPPED, "本单位的策略停用了受信任位置。打开模板时请点“启用内容”，或请管理员放行")]
    if not policy.user_locations_allowed:
        return [Step(title, SKIPPED, f"本单位的策略只认管理员设的受信任位置。请管理员加入 {folder}")]
    if is_trusted(desktop, folder):
        return [Step(title, KEPT, f"已受信任：{folder}")]
    if str(folder).startswith("\\\\") and not policy.network_locations_allowed:
        return [Step(title, SKIPPED, f"“文档”在网络位置 {folder}，Excel 默认不信任网络位置。打开模板时请点“启用内容”")]
    taken = {name.casefold() for name in desktop.subkeys(HKCU, TRUSTED_LOCATIONS)}
    name = next(f"Location{n}" for n in range(1000) if f"location{n}" not in taken)
    key = rf"{TRUSTED_LOCATIONS}\{name}"
    record["trusted"][key] = str(folder)
    # Only the templates, not what clerks receive: a trusted folder runs every macro without a question.
    desktop.write_value(HKCU, key, "Path", f"{folder}\\")
    desktop.write_value(HKCU, key, "AllowSubfolders", 0)
    desktop.write_value(HKCU, key, "Description", "预算绩效自评模板（xl-jixiao setup）")
    return [Step(title, DONE, f"{folder}。另存到别处的文件，第一次打开时点一次“启用内容”")]
