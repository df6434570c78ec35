"""`xl-jixiao doctor`: what on this PC helps or hinders the add-in, each with what to do. Nothing is changed."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xl_jixiao.desktop import interpreter
from xl_jixiao.desktop.files import reason, without_stop
from xl_jixiao.desktop.install import pinned_xlwings, templates_folder, xlwings_version
from xl_jixiao.desktop.record import conf_keys, user_conf_file
from xl_jixiao.desktop.templates import INTERPRETER_KEY, VERSION_KEY, template_conf, template_files, workbooks
from xl_jixiao.desktop.windows import (
    HKCU,
    HKLM,
    Desktop,
    ansi_codepage,
    child_process_rule,
    excel_install,
    excel_server,
    expand,
    in_onedrive,
    is_trusted,
    is_wps,
    macro_policy,
    opens_with_wps,
    same_path,
)

FINE, ATTENTION, PROBLEM, NOT_APPLICABLE = "正常", "注意", "有问题", "不适用"
RUN_SETUP = "运行 xl-jixiao setup（或离线安装文件夹里的“开始安装.bat”）"
NATIVE = "或改用免装版模板（.xlsx，不需要插件）"
OFFICE_PATHS = (r"%ProgramFiles%\LibreOffice\program\soffice.exe", r"%ProgramFiles(x86)%\LibreOffice\program\soffice.exe")
SERVER_AT_LOGON = (
    '请管理员对本程序放行；不能放行时：在 {conf} 加一行 "DEBUG UDFS","True"，'
    '并让 Windows 登录时启动："{python}" -c "import xlwings; xlwings.serve()"；' + NATIVE
)


@dataclass(frozen=True)
class Check:
    """One thing looked at: a stable code, its name, how it stands, what was found, and what to do (empty when nothing)."""

    code: str
    name: str
    status: str
    found: str
    action: str = ""


Verdict = tuple[str, str, str]  # status, found, action


def diagnose(desktop: Desktop) -> list[Check]:
    """All checks in a fixed order. Off Windows, what only Windows has is 不适用; a check that fails itself says so as 注意."""
    return [_run(code, name, only_windows, look, desktop) for code, name, only_windows, look in CHECKS]


def _run(code: str, name: str, only_windows: bool, look: Callable[[Desktop], Verdict], desktop: Desktop) -> Check:
    if only_windows and not desktop.is_windows:
        return Check(code, name, NOT_APPLICABLE, "本机不是 Windows")
    try:
        return Check(code, name, *look(desktop))
    except (OSError, ValueError) as error:
        return Check(code, name, ATTENTION, f"没有查成：{without_stop(str(error))}", "请把这一行告诉技术支持")


def _python(desktop: Desktop) -> Verdict:
    running = desktop.interpreter
    found = f"Python {'.'.join(map(str, running.version))}，{running.bits} 位"
    if running.version < (3, 11):
        return PROBLEM, found, "需要 Python 3.11 或更新版本，请用离线安装文件夹"
    if desktop.is_windows and running.from_store:
        return PROBLEM, found + "，微软商店版", "商店版写入的文件 Excel 看不到，请用离线安装文件夹或 python.org 的安装包"
    return FINE, found, ""


def _xlwings(desktop: Desktop) -> Verdict:
    version, pin = xlwings_version(), pinned_xlwings()
    if pin and version != pin:
        return PROBLEM, f"装的是 xlwings {version}，本工具要用 {pin}", "重新安装本工具"
    return FINE, f"xlwings {version}", ""


def _our_templates(desktop: Desktop) -> list[Path]:
    return workbooks(templates_folder(desktop)) if desktop.is_windows else []


def _confs(files: list[Path]) -> tuple[dict[Path, dict[str, str]], str]:
    """What the files' hidden sheets say, and a phrase naming the files that can't be read (empty when all can)."""
    read, damaged = {}, []
    for path in files:
        try:
            read[path] = template_conf(path)
        except ValueError:
            damaged.append(str(path))
    return read, f"读不出来：{'、'.join(damaged)}" if damaged else ""


def _templates(desktop: Desktop) -> Verdict:
    files = _our_templates(desktop) or template_files()
    if not files:
        return PROBLEM, "没有找到模板", f"{RUN_SETUP}；仍没有时请重新安装本工具" if desktop.is_windows else "重新安装本工具"
    version, (confs, damaged) = xlwings_version(), _confs(files)
    marks = {path: conf.get(VERSION_KEY, "") for path, conf in confs.items()}
    wrong = [f"{path.name}（{mark}）" for path, mark in marks.items() if mark and mark != version]
    unmarked = [path.name for path, mark in marks.items() if not mark and path.suffix.lower() == ".xlsm"]
    troubles: list[Verdict] = []
    if wrong:
        found = f"程序是 xlwings {version}，模板是另一版本：{'、'.join(wrong)}"
        troubles.append((PROBLEM, found, f"{RUN_SETUP}，把填好的数据抄到新模板"))
    if damaged:
        troubles.append((ATTENTION, damaged, "读不出来的若是模板，请把它移到别处后" + RUN_SETUP))
    if unmarked:
        troubles.append((ATTENTION, f"模板里没有版本标记：{'、'.join(unmarked)}", "若单元格里的函数报错，请换用新模板"))
    if troubles:
        states, findings, actions = zip(*troubles, strict=True)
        return states[0], "；".join(findings), "；".join(actions)
    return FINE, f"{len(files)} 个模板，与程序版本一致：{files[0].parent}", ""


def _interpreter(desktop: Desktop) -> Verdict:
    confs, damaged = _confs(_our_templates(desktop))
    also = f"；{damaged}" if damaged else ""
    places = {interpreter.CONF_VALUE, *(named for conf in confs.values() if (named := conf.get(INTERPRETER_KEY)))}
    missing = [str(place) for place in sorted({expand(desktop, text) for text in places}) if not place.is_file()]
    if missing:
        return PROBLEM, f"模板要用的 Python 不在：{'、'.join(missing)}{also}", RUN_SETUP
    problem = interpreter.try_out(desktop, xlwings_version())
    if problem:
        return PROBLEM, problem + also, f"{RUN_SETUP}；若提示被阻止，请管理员放行该文件夹里的程序，{NATIVE}"
    return FINE, f"能启动：{interpreter.pythonw(desktop)}{also}", ""


def _path_names(desktop: Desktop) -> Verdict:
    found = interpreter.unnameable(desktop)
    if found is not None:
        return PROBLEM, found.trouble, found.way_out
    return FINE, f"路径里的字 VBA 都认得（{ansi_codepage(desktop)}）", ""


def _dlls(desktop: Desktop) -> Verdict:
    problem = interpreter.problem_with_dlls(desktop, xlwings_version())
    if problem:
        return PROBLEM, problem, f"{RUN_SETUP}；若文件刚装好就不见了，多半被杀毒软件隔离，请恢复并加入信任"
    return FINE, f"两种位数的 DLL 都在（{xlwings_version()}）", ""


def _excel(desktop: Desktop) -> Verdict:
    excel = excel_install(desktop)
    if excel is None:
        return PROBLEM, "没有找到 Microsoft Excel", "插件版需要 Excel 2016 或更新版本；WPS 用户请用免装版模板（.xlsx）"
    bits = f"{excel.bits} 位" if excel.bits else "位数不明"
    major = excel.version.partition(".")[0]
    found = f"Excel {excel.version}，{bits}" + (f"，{excel.product}" if excel.product else "")
    if major.isdigit() and int(major) < 16:
        return PROBLEM, found, "需要 Excel 2016 或更新版本，" + NATIVE
    if excel.path is not None and not excel.path.is_file():
        return ATTENTION, f"{found}；登记的位置没有文件：{excel.path}", "Excel 可能已卸载或需要修复"
    return FINE, found, ""


def _bitness(desktop: Desktop) -> Verdict:
    excel = excel_install(desktop)
    if excel is None:
        return NOT_APPLICABLE, "没有 Excel", ""
    if excel.bits is None:
        return ATTENTION, "查不出 Excel 是 32 位还是 64 位", "两种 DLL 都在即可，见“xlwings DLL”一项"
    if interpreter.find_dll(interpreter.pythonw(desktop), xlwings_version(), excel.bits) is None:
        return PROBLEM, f"Excel 是 {excel.bits} 位，缺少 {interpreter.dll_name(xlwings_version(), excel.bits)}", RUN_SETUP
    return FINE, f"Excel {excel.bits} 位，Python {desktop.interpreter.bits} 位，位数不必相同", ""


def _macros(desktop: Desktop) -> Verdict:
    policy = macro_policy(desktop)
    if policy.vba_off:
        found = "本单位策略禁用了 Office 的 VBA（VBAOff），插件不能运行，受信任位置也不例外"
        return PROBLEM, found, f"请管理员取消策略“禁用 Office 应用程序的 VBA”，{NATIVE}"
    meaning = {1: "全部启用", 2: "先询问（默认）", 3: "只运行有签名的宏", 4: "全部禁用且不提示"}.get(policy.warnings, str(policy.warnings))
    found = f"宏设置：{meaning}" + ("（本单位策略规定，自己改不了）" if policy.warnings_by_policy else "")
    if policy.warnings in (3, 4):
        if is_trusted(desktop, templates_folder(desktop)) and not policy.locations_disabled:
            return ATTENTION, found + "；模板文件夹受信任，里面的模板可用", "另存到别处的文件不能用宏，请留在模板文件夹里填报"
        own = "在 Excel：文件 → 选项 → 信任中心 → 宏设置，选“禁用所有宏，并发出通知”"
        how = "请管理员放行模板文件夹" if policy.warnings_by_policy else own
        return PROBLEM, found, f"{how}，{NATIVE}"
    return FINE, found, "" if policy.warnings == 1 else "打开模板时点一次“启用内容”"


def _internet(desktop: Desktop) -> Verdict:
    marked = [path.name for path in _our_templates(desktop) if "ZoneId=3" in (desktop.stream(path, "Zone.Identifier") or "")]
    if marked:
        how = "右击文件 → 属性 → 勾选“解除锁定” → 确定"
        return PROBLEM, f"文件带有“来自网络”的标记，Excel 会禁用宏：{'、'.join(marked)}", how
    if macro_policy(desktop).blocks_internet:
        return ATTENTION, "本单位策略禁止来自网络的文件运行宏；模板没有这种标记", "模板请从本工具或 U 盘取得，不要用微信、邮件转发的文件"
    return FINE, "模板没有“来自网络”的标记", ""


def _trusted(desktop: Desktop) -> Verdict:
    policy, folder = macro_policy(desktop), templates_folder(desktop)
    if policy.locations_disabled:
        return ATTENTION, "本单位策略停用了受信任位置", "打开模板时点“启用内容”，或请管理员放行"
    if is_trusted(desktop, folder):
        return FINE, f"模板文件夹受信任：{folder}", ""
    if not policy.user_locations_allowed:
        return ATTENTION, "本单位策略只认管理员设的受信任位置", f"请管理员加入 {folder}"
    return ATTENTION, f"模板文件夹还不是受信任位置：{folder}", RUN_SETUP


def _wps(desktop: Desktop) -> Verdict:
    server = excel_server(desktop)
    if is_wps(server):
        how = "WPS：开始菜单 → WPS Office → 配置工具 → 高级 → 兼容设置，取消“与 Microsoft Office 兼容”；再修复 Office"
        return PROBLEM, f"WPS 占用了 Excel 的登记：{server}", how
    taken = [suffix for suffix in (".xlsm", ".xlsx") if opens_with_wps(desktop, suffix)]
    if taken:
        status = PROBLEM if ".xlsm" in taken else ATTENTION  # the add-in does not work in WPS, the native edition does
        return status, f"双击 {'、'.join(taken)} 打开的是 WPS", "右击模板 → 打开方式 → Excel；用 WPS 时请选免装版模板"
    return FINE, "Excel 的登记没有被 WPS 占用", ""


def _antivirus(desktop: Desktop) -> Verdict:
    rule = child_process_rule(desktop)
    action = SERVER_AT_LOGON.format(conf=user_conf_file(desktop), python=interpreter.pythonw(desktop))
    if rule == 1:
        return PROBLEM, "Windows Defender 禁止 Office 启动其他程序（ASR 规则），函数不能计算", action
    if rule == 6:
        return ATTENTION, "Windows Defender 在 Office 启动其他程序时会警告（ASR 规则）", "弹出提示时选择允许；" + action
    return FINE, "Defender 没有禁止 Office 启动程序" + ("（仅审核）" if rule == 2 else "") + "；其他杀毒软件查不到", ""


def _command_line(desktop: Desktop) -> Verdict:
    if desktop.value(HKCU, r"Software\Policies\Microsoft\Windows\System", "DisableCMD"):
        return PROBLEM, "本单位策略禁用了命令提示符（cmd.exe），Excel 无法启动 Python", f"请管理员放行，{NATIVE}"
    host = r"Software\Microsoft\Windows Script Host\Settings"
    if any(str(desktop.value(hive, host, "Enabled")) == "0" for hive in (HKCU, HKLM)):
        return ATTENTION, "Windows Script Host 被停用，插件读设置要用它", f"函数若报错，请管理员放行，{NATIVE}"
    if desktop.subkeys(HKLM, r"SOFTWARE\Policies\Microsoft\Windows\SrpV2\Exe"):
        return ATTENTION, "本机有程序白名单（AppLocker）", f"若 Python 启动不了，请管理员放行 {interpreter.home(desktop)}"
    return FINE, "没有禁用命令提示符和脚本", ""


def _onedrive(desktop: Desktop) -> Verdict:
    folder = templates_folder(desktop)
    if in_onedrive(desktop, folder):
        how = "把填报文件放到不同步的文件夹（如 D:\\预算绩效自评）；受信任位置对 OneDrive 里的文件可能不起作用"
        return ATTENTION, f"模板文件夹在 OneDrive 里：{folder}", how
    return FINE, f"模板文件夹不在 OneDrive 里：{folder}", ""


def _libreoffice(desktop: Desktop) -> Verdict:
    path = desktop.which("soffice")
    if path is None and desktop.is_windows:
        path = next((place for text in OFFICE_PATHS if (place := expand(desktop, text)).is_file()), None)
    if path is not None:
        return FINE, f"有 LibreOffice：{path}", ""
    if desktop.is_windows and excel_install(desktop) is not None:
        return NOT_APPLICABLE, "没有 LibreOffice；有 Excel，不需要它", ""
    return ATTENTION, "没有 LibreOffice，不能导出 PDF", "需要 PDF 时安装 LibreOffice"


def _writable(desktop: Desktop) -> Verdict:
    folders = [interpreter.home(desktop), templates_folder(desktop)] if desktop.is_windows else [Path(tempfile.gettempdir())]
    for folder in folders:
        existing = next(place for place in (folder, *folder.parents) if place.is_dir())
        try:
            with tempfile.TemporaryFile(dir=existing):
                pass
        except OSError as error:
            how = "若有“受控文件夹访问”或杀毒软件拦截，请放行 Python；或请管理员给写入权限"
            return PROBLEM, f"不能写入 {existing}：{reason(error)}", how
    return FINE, "能写入：" + "、".join(str(folder) for folder in folders), ""


def _user_conf(desktop: Desktop) -> Verdict:
    path = user_conf_file(desktop)
    if not path.is_file():
        return FINE, "没有 xlwings 用户设置文件，模板自带设置", ""
    named = conf_keys(path.read_bytes()).get("INTERPRETER_WIN", "")
    if named and not same_path(expand(desktop, named), interpreter.pythonw(desktop)):
        return ATTENTION, f"xlwings 用户设置指向另一个 Python：{named}", "本工具的模板自带设置，不受影响；其他 xlwings 工作簿照旧"
    return FINE, f"xlwings 用户设置：{path}", ""


CHECKS: tuple[tuple[str, str, bool, Callable[[Desktop], Verdict]], ...] = (
    ("python", "Python", False, _python),
    ("xlwings", "xlwings 版本", False, _xlwings),
    ("templates", "模板与程序的版本", False, _templates),
    ("interpreter", "Excel 所用的 Python", True, _interpreter),
    ("path-names", "路径里的字", True, _path_names),
    ("dlls", "xlwings DLL", True, _dlls),
    ("user-conf", "xlwings 用户设置", True, _user_conf),
    ("excel", "Excel", True, _excel),
    ("bitness", "Excel 与 Python 的位数", True, _bitness),
    ("macros", "宏设置", True, _macros),
    ("internet-mark", "来自网络的标记", True, _internet),
    ("trusted-location", "受信任位置", True, _trusted),
    ("wps", "WPS", True, _wps),
    ("antivirus", "杀毒软件（ASR 规则）", True, _antivirus),
    ("command-line", "命令提示符与脚本", True, _command_line),
    ("onedrive", "OneDrive", True, _onedrive),
    ("libreoffice", "LibreOffice", False, _libreoffice),
    ("writable", "写入权限", False, _writable),
)
