"""What doctor finds on made-up PCs: each case is one trouble, its sentence and what the clerk is told to do."""

import json
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from desktop_fake import XLWINGS, FakeDesktop, pe_file, workbook

from xl_jixiao.desktop import interpreter, templates
from xl_jixiao.desktop.doctor import ATTENTION, CHECKS, FINE, NOT_APPLICABLE, PROBLEM, diagnose
from xl_jixiao.desktop.install import setup, templates_folder
from xl_jixiao.desktop.windows import HKCU, HKLM, OFFICE_CHILD_PROCESSES, ThisDesktop, is_wps, pe_bits, same_path

CONF = {"Interpreter_Win": interpreter.CONF_VALUE, "XLWINGS_VERSION": XLWINGS}
OFFICE_POLICY = r"Software\Policies\Microsoft\Office\16.0"
POLICY = OFFICE_POLICY + r"\Excel\Security"
XLSM_CHOICE = r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice"
WPS_SERVER = r'"C:\Program Files (x86)\Kingsoft\WPS Office\12.1.0\office6\et.exe" /Automation'
ASR = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"


@pytest.fixture
def pc(tmp_path, monkeypatch):
    """A PC on which setup ran and nothing is wrong."""
    folder = tmp_path / "package" / "workbook_templates"
    workbook(folder / "自评表_插件版.xlsm", CONF)
    workbook(folder / "自评表_免装版.xlsx")
    monkeypatch.setattr(templates, "template_folders", lambda: (folder,))
    desktop = FakeDesktop(tmp_path)
    setup(desktop)
    return desktop


def check(pc, code):
    return next(found for found in diagnose(pc) if found.code == code)


def test_on_a_pc_after_setup_nothing_is_wrong(pc):
    bad = [found for found in diagnose(pc) if found.status in (PROBLEM, ATTENTION)]
    assert not bad


def test_every_check_has_its_own_code_and_every_trouble_its_advice(pc):
    codes = [found.code for found in diagnose(pc)]
    assert len(set(codes)) == len(codes) == len(CHECKS)
    bare = FakeDesktop(pc.profile / "空电脑")
    assert all(found.action for found in diagnose(bare) if found.status == PROBLEM)


def excel_32(pc):
    excel = pe_file(pc.profile / "Office16" / "EXCEL.EXE", 32)
    pc.put(HKLM, r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", str(excel))
    interpreter.find_dll(interpreter.pythonw(pc), XLWINGS, 32).unlink()


def no_excel(pc):
    for key in [key for key in pc.registry if "excel.exe" in key[1] or "clicktorun" in key[1]]:
        del pc.registry[key]


def wps_class(pc):
    pc.put(HKCU, r"Software\Classes\Excel.Application\CLSID", "", "{00024500-0000-0000-C000-000000000046}")
    pc.put(HKCU, r"Software\Classes\CLSID\{00024500-0000-0000-C000-000000000046}\LocalServer32", "", WPS_SERVER)


def policy(name, value):
    return lambda pc: pc.put(HKCU, POLICY, name, value)


def wps_opens(hive, suffix, program):
    return lambda pc: pc.put(hive, rf"Software\Classes\{suffix}", "", program)


def untrusted_and(change):
    def both(pc):
        for key in [key for key in pc.registry if "trusted locations" in key[1]]:
            del pc.registry[key]
        change(pc)

    return both


def mark_of_the_web(pc):
    path = templates_folder(pc) / "自评表_插件版.xlsm"
    pc.streams[(str(path), "Zone.Identifier")] = "[ZoneTransfer]\nZoneId=3\nHostUrl=https://example.cn/\n"


def in_onedrive(pc):
    pc.variables["OneDrive"] = str(pc.profile / "Documents")


def rare_name(pc):
    pc.variables["LOCALAPPDATA"] = str(pc.profile.parent / "𬱖会计" / "AppData")


def old_template(pc):
    workbook(templates_folder(pc) / "自评表_插件版.xlsm", {**CONF, "XLWINGS_VERSION": "0.33.1"})


def unmarked_template(pc):
    workbook(templates_folder(pc) / "自评表_插件版.xlsm", {"Interpreter_Win": interpreter.CONF_VALUE})


def damaged_file(pc):
    (templates_folder(pc) / "填了一半.xlsx").write_bytes(b"PK")


def damaged_and_old(pc):
    (templates_folder(pc) / "坏.xlsm").write_bytes(b"PK")
    old_template(pc)


def damaged_and_other_python(pc):
    (templates_folder(pc) / "坏.xlsm").write_bytes(b"PK")
    pc.python_says = "xlwings 0.1"


def damaged_sheet(pc):
    path = templates_folder(pc) / "自评表_插件版.xlsm"
    with ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with ZipFile(path, "w") as part:
        for name, content in parts.items():
            part.writestr(name, content[:-40] if name.endswith("sheet2.xml") else content)


def other_python_in_template(pc):
    workbook(templates_folder(pc) / "自评表_插件版.xlsm", {**CONF, "Interpreter_Win": r"C:\别处\pythonw.exe"})


def other_python_in_user_conf(pc):
    (pc.profile / ".xlwings" / "xlwings.conf").write_bytes('"INTERPRETER_WIN","C:\\别处\\pythonw.exe"\r\n'.encode("gbk"))


TROUBLES = [
    ("杀毒软件隔离了 DLL", lambda pc: interpreter.find_dll(interpreter.pythonw(pc), XLWINGS, 64).unlink(), "dlls", PROBLEM, "隔离"),
    ("32 位 Excel 缺 32 位 DLL", excel_32, "bitness", PROBLEM, "Excel 是 32 位，缺少 xlwings32-"),
    ("没有 Excel", no_excel, "excel", PROBLEM, "没有找到 Microsoft Excel"),
    ("策略禁用所有宏", untrusted_and(policy("VBAWarnings", 4)), "macros", PROBLEM, "全部禁用且不提示（本单位策略规定"),
    ("策略禁用所有宏，但模板文件夹受信任", policy("VBAWarnings", 4), "macros", ATTENTION, "模板文件夹受信任"),
    ("策略禁用 VBA", lambda pc: pc.put(HKCU, OFFICE_POLICY + r"\Common", "VBAOff", 1), "macros", PROBLEM, "请管理员取消策略"),
    ("策略在本机禁用 VBA", lambda pc: pc.put(HKLM, OFFICE_POLICY + r"\Common", "VBAOff", 1), "macros", PROBLEM, "VBAOff"),
    ("策略值不是数", policy("VBAWarnings", "x"), "macros", FINE, "先询问（默认）"),
    ("本机的 .xlsm 归 WPS", wps_opens(HKLM, ".xlsm", "ET.Xlsm.6"), "wps", PROBLEM, "双击 .xlsm 打开的是 WPS"),
    ("用户的 .xlsm 归 WPS", wps_opens(HKCU, ".xlsm", "ET.Xlsm.6"), "wps", PROBLEM, "打开方式"),
    ("只有 .xlsx 归 WPS", wps_opens(HKLM, ".xlsx", "ET.Xlsx.6"), "wps", ATTENTION, "双击 .xlsx"),
    ("策略禁止来自网络的宏", policy("blockcontentexecutionfrominternet", 1), "internet-mark", ATTENTION, "微信"),
    ("模板带来自网络的标记", mark_of_the_web, "internet-mark", PROBLEM, "解除锁定"),
    ("没有设受信任位置", untrusted_and(lambda pc: None), "trusted-location", ATTENTION, "还不是受信任位置"),
    ("WPS 占用 Excel 的登记", wps_class, "wps", PROBLEM, "et.exe"),
    ("ASR 规则拦截", lambda pc: pc.put(HKLM, ASR, OFFICE_CHILD_PROCESSES, "1"), "antivirus", PROBLEM, "DEBUG UDFS"),
    ("ASR 规则警告", lambda pc: pc.put(HKLM, ASR, OFFICE_CHILD_PROCESSES.upper(), "6"), "antivirus", ATTENTION, "选择允许"),
    ("ASR 规则仅审核", lambda pc: pc.put(HKLM, ASR, OFFICE_CHILD_PROCESSES, "2"), "antivirus", FINE, "仅审核"),
    (
        "Intune 下发的 ASR 规则",
        lambda pc: pc.put(
            HKLM, r"SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager", "ASRRules", f"9e6c=1|{OFFICE_CHILD_PROCESSES}=1"
        ),
        "antivirus",
        PROBLEM,
        "ASR",
    ),
    (
        "策略禁用 cmd",
        lambda pc: pc.put(HKCU, r"Software\Policies\Microsoft\Windows\System", "DisableCMD", 2),
        "command-line",
        PROBLEM,
        "cmd.exe",
    ),
    (
        "程序白名单",
        lambda pc: pc.put(HKLM, r"SOFTWARE\Policies\Microsoft\Windows\SrpV2\Exe\{1}", "Value", "<FilePathRule/>"),
        "command-line",
        ATTENTION,
        "AppLocker",
    ),
    ("文档在 OneDrive 里", in_onedrive, "onedrive", ATTENTION, "不同步的文件夹"),
    ("用户名有生僻字", rare_name, "path-names", PROBLEM, "𬱖"),
    ("模板是另一版本", old_template, "templates", PROBLEM, "自评表_插件版.xlsm（0.33.1）"),
    ("模板没有版本标记", unmarked_template, "templates", ATTENTION, "没有版本标记"),
    ("模板文件夹里有坏文件", damaged_file, "templates", ATTENTION, "填了一半.xlsx"),
    ("模板里有坏表", damaged_sheet, "templates", ATTENTION, "自评表_插件版.xlsm"),
    ("坏文件不遮住后面的版本不一致", damaged_and_old, "templates", PROBLEM, "自评表_插件版.xlsm（0.33.1）；读不出来："),
    ("有坏文件也试 Python", damaged_file, "interpreter", FINE, "填了一半.xlsx"),
    ("坏文件不遮住 Python 的问题", damaged_and_other_python, "interpreter", PROBLEM, "需要 xlwings 0.37.8；读不出来："),
    ("模板指向别处的 Python", other_python_in_template, "interpreter", PROBLEM, "别处"),
    ("Python 里的 xlwings 不对", lambda pc: setattr(pc, "python_says", "xlwings 0.1"), "interpreter", PROBLEM, "需要 xlwings"),
    ("用户设置指向别的 Python", other_python_in_user_conf, "user-conf", ATTENTION, "不受影响"),
]


@pytest.mark.parametrize(("change", "code", "status", "words"), [case[1:] for case in TROUBLES], ids=[case[0] for case in TROUBLES])
def test_a_trouble_is_found_and_explained(pc, change, code, status, words):
    change(pc)
    found = check(pc, code)
    assert (found.status, words in found.found + found.action) == (status, True), found


def test_the_user_s_own_wps_registration_wins_over_the_machine_s_excel(pc):
    wps_class(pc)
    pc.put(HKLM, r"Software\Classes\Excel.Application\CLSID", "", "{00024500-0000-0000-C000-000000000046}")
    pc.put(HKLM, r"Software\Classes\CLSID\{00024500-0000-0000-C000-000000000046}\LocalServer32", "", r"C:\Office16\EXCEL.EXE /automation")
    assert check(pc, "wps").status == PROBLEM


def test_the_user_s_choice_of_program_wins_over_the_registered_one(pc):
    pc.put(HKCU, XLSM_CHOICE, "ProgId", "ET.Xlsm.6")
    assert check(pc, "wps").status == PROBLEM
    pc.put(HKLM, r"Software\Classes\.xlsm", "", "ET.Xlsm.6")
    pc.put(HKCU, XLSM_CHOICE, "ProgId", "Excel.SheetMacroEnabled.12")
    assert check(pc, "wps").status == FINE


def test_a_32_bit_excel_works_with_64_bit_python(pc):
    excel = pe_file(pc.profile / "Office16" / "EXCEL.EXE", 32)
    pc.put(HKLM, r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", str(excel))
    found = check(pc, "bitness")
    assert found.status == FINE and "Excel 32 位，Python 64 位" in found.found


@pytest.mark.parametrize(
    ("program", "expected"),
    [(WPS_SERVER, True), (r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE /automation", False), ("", False)],
)
def test_wps_is_told_from_excel_by_its_program(program, expected):
    assert is_wps(program) is expected


def test_windows_paths_compare_without_case_slashes_or_trailing_backslash():
    assert same_path("C:\\Users\\A\\文档\\", "c:/users/a/文档")
    assert not same_path(r"C:\Users\A", r"C:\Users\AB")


def test_the_word_length_of_what_is_no_program_is_unknown(tmp_path):
    (tmp_path / "a.exe").write_bytes(b"MZ")
    assert pe_bits(tmp_path / "a.exe") is None and pe_bits(tmp_path / "absent.exe") is None


def test_elsewhere_windows_checks_do_not_apply(pc):
    pc.is_windows = False
    found = {entry.code: entry.status for entry in diagnose(pc)}
    assert {code for code, _, only_windows, _ in CHECKS if only_windows} == {code for code, s in found.items() if s == NOT_APPLICABLE}
    assert found["python"] == found["templates"] == FINE


def test_a_check_that_cannot_finish_is_a_notice_not_a_traceback(pc, monkeypatch):
    def broken(path):
        raise OSError("磁盘读取错误")

    monkeypatch.setattr("xl_jixiao.desktop.doctor.template_conf", broken)
    assert "磁盘读取错误" in check(pc, "templates").found


def test_the_real_desktop_can_be_diagnosed_wherever_the_tests_run():
    assert len(diagnose(ThisDesktop())) == len(CHECKS)


def test_the_command_prints_a_table_or_json(pc, monkeypatch):
    from xl_jixiao.desktop.commands import doctor

    monkeypatch.setattr("xl_jixiao.desktop.windows.ThisDesktop", lambda: pc)
    plain = CliRunner().invoke(doctor)
    assert plain.exit_code == 0 and "没有发现问题" in plain.output
    no_excel(pc)
    result = CliRunner().invoke(doctor, ["--json"])
    data = json.loads(result.output)
    assert result.exit_code == 1 and data["problems"] == 1
    assert set(data["checks"][0]) == {"code", "name", "status", "found", "action"}


def test_the_setup_command_reports_and_undoes(pc, monkeypatch):
    from xl_jixiao.desktop.commands import setup as command

    monkeypatch.setattr("xl_jixiao.desktop.windows.ThisDesktop", lambda: pc)
    result = CliRunner().invoke(command)
    assert result.exit_code == 0 and "安装完成" in result.output
    assert CliRunner().invoke(command, ["--remove"]).exit_code == 0
    assert not templates_folder(pc).exists()
    pc.is_windows = False
    result = CliRunner().invoke(command)
    assert result.exit_code == 2 and "只在装有 Excel 的 Windows 上需要" in result.output
