"""Setting up a clerk's PC and taking everything away again, on a made-up Windows PC."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from desktop_fake import XLWINGS, FakeDesktop, pe_file, snapshot, workbook

from xl_jixiao.desktop import install, interpreter, templates
from xl_jixiao.desktop.install import setup, templates_folder
from xl_jixiao.desktop.record import conf_keys, manifest_file, user_conf_file
from xl_jixiao.desktop.windows import EXCEL_SECURITY, HKCU, HKLM, TRUSTED_LOCATIONS, is_trusted, macro_policy, trusted_locations

CONF = {"Interpreter_Win": interpreter.CONF_VALUE, "XLWINGS_VERSION": XLWINGS}


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """The templates of the installed package."""
    folder = tmp_path / "package" / "workbook_templates"
    workbook(folder / "自评表_插件版.xlsm", CONF)
    workbook(folder / "自评表_免装版.xlsx")
    monkeypatch.setattr(templates, "template_folders", lambda: (folder,))
    return folder


@pytest.fixture
def pc(tmp_path, sources):
    return FakeDesktop(tmp_path)


def states(steps):
    return {step.what: step.state for step in steps}


def told(steps):
    return "\n".join(f"{step.what} {step.state} {step.detail}" for step in steps)


def test_a_fresh_pc_gets_everything_and_each_step_says_so(pc):
    steps = setup(pc)
    assert set(states(steps).values()) == {"done"}, told(steps)
    folder = templates_folder(pc)
    assert folder == pc.profile / "Documents" / "预算绩效自评" / "模板"
    assert sorted(p.name for p in folder.iterdir()) == ["自评表_免装版.xlsx", "自评表_插件版.xlsm"]
    assert interpreter.pythonw(pc).is_file()
    assert is_trusted(pc, folder)


def test_the_interpreter_stands_where_the_template_names_it_and_the_dll_where_vba_looks(pc):
    setup(pc)
    named = pc.profile / "AppData" / "Local" / "xl_jixiao" / "python" / "pythonw.exe"
    assert named.is_file()
    assert interpreter.find_dll(named, XLWINGS, 64) == named.parent.parent / f"xlwings64-{XLWINGS}.dll"
    assert interpreter.find_dll(named, XLWINGS, 32) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="shows the layout with the links of a POSIX virtual environment")
def test_launchers_in_a_folder_called_python_still_find_their_environment(tmp_path):
    """The linked layout rests on this: pyvenv.cfg is looked for one folder up, whatever the launchers' folder is called."""
    root = tmp_path / "xl_jixiao"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root)], check=True)
    (root / "bin").rename(root / "python")
    said = subprocess.run([root / "python" / "python", "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True)
    assert Path(said.stdout.strip()) == root


def test_the_link_to_the_libraries_is_ascii_and_leads_there_with_their_own_pth_files(tmp_path):
    libraries = tmp_path / "张某的库"
    (libraries / "more").mkdir(parents=True)
    (libraries / "pywin32.pth").write_text("more\n", encoding="ascii")
    line = interpreter.link_text(libraries)
    assert line.isascii()
    code = f"import sys\n{line}print({str(libraries)!a} in sys.path, {str(libraries / 'more')!a} in sys.path)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]


def test_a_second_setup_changes_nothing(pc):
    setup(pc)
    before, registry = snapshot(pc.profile), dict(pc.registry)
    steps = setup(pc)
    assert snapshot(pc.profile) == before and pc.registry == registry
    changed = [step for step in steps if step.state != "kept" and step.what != "核对 xlwings"]
    assert not changed, told(changed)


def test_remove_leaves_the_profile_as_it_was(pc):
    (pc.profile / "Documents").mkdir()
    before, registry = snapshot(pc.profile), {key: dict(values) for key, values in pc.registry.items()}
    setup(pc)
    steps = setup(pc, remove=True)
    left = {name: content for name, content in snapshot(pc.profile).items() if name not in ("AppData", "AppData/Local")}
    assert left == before, told(steps)
    assert pc.registry == registry


def test_a_template_the_clerk_filled_is_kept_on_update_and_the_new_one_laid_beside_it(pc, sources):
    setup(pc)
    filled = workbook(templates_folder(pc) / "自评表_插件版.xlsm", {**CONF, "改过": "是"}).read_bytes()
    workbook(sources / "自评表_插件版.xlsm", {**CONF, "新": "版"})
    steps = setup(pc)
    folder = templates_folder(pc)
    assert (folder / "自评表_插件版.xlsm").read_bytes() == filled
    assert (folder / "自评表_插件版（新版）.xlsm").read_bytes() == (sources / "自评表_插件版.xlsm").read_bytes()
    assert "您改过的 自评表_插件版.xlsm 没有动；新版模板另存为 自评表_插件版（新版）.xlsm" in told(steps)
    assert "新版模板已在" in told(setup(pc)), "a third run makes no third copy"
    assert len(list(folder.iterdir())) == 3


def test_an_untouched_old_template_is_replaced_by_the_new_one(pc, sources):
    setup(pc)
    new = workbook(sources / "自评表_免装版.xlsx", {"新": "版"}).read_bytes()
    steps = setup(pc)
    assert (templates_folder(pc) / "自评表_免装版.xlsx").read_bytes() == new
    assert "旧版已换成新版" in told(steps)


def test_a_file_that_lay_there_before_setup_is_never_replaced_nor_removed(pc):
    own = workbook(templates_folder(pc) / "自评表_免装版.xlsx", {"自己": "的"}).read_bytes()
    setup(pc)
    setup(pc, remove=True)
    assert [p.name for p in templates_folder(pc).iterdir()] == ["自评表_免装版.xlsx"]
    assert (templates_folder(pc) / "自评表_免装版.xlsx").read_bytes() == own


def test_remove_keeps_and_names_what_the_clerk_changed(pc):
    setup(pc)
    workbook(templates_folder(pc) / "自评表_插件版.xlsm", {"改过": "是"})
    steps = setup(pc, remove=True)
    assert [p.name for p in templates_folder(pc).iterdir()] == ["自评表_插件版.xlsm"]
    assert "您改过这个文件，没有删除" in told(steps) and "里面还有文件，没有删除" in told(steps)
    assert "没有安装记录" in told(setup(pc, remove=True))


def test_the_user_configuration_keeps_its_keys_bytes_and_line_ends(pc):
    path = user_conf_file(pc)
    path.parent.mkdir()
    before = '"LICENSE_KEY","abc"\r\n"PYTHONPATH","D:\\县局代码"\r\n"Interpreter_Win","C:\\别的\\pythonw.exe"'.encode("gbk")
    path.write_bytes(before)
    steps = setup(pc)
    assert path.read_bytes() == before + b'\r\n"USE UDF SERVER","True"\r\n'
    assert "已有别的设置（C:\\别的\\pythonw.exe），没有改动" in told(steps)
    setup(pc, remove=True)
    assert path.read_bytes() == before


OWN = b'"PYTHONPATH","D:\\x"'
LATER = b'"LICENSE_KEY","abc"\r\n'


@pytest.mark.parametrize("before", [OWN, OWN + b"\n", OWN + b"\r\n\r\n", b"\r\n", b""])
def test_remove_restores_the_user_configuration_byte_for_byte(pc, before):
    path = user_conf_file(pc)
    path.parent.mkdir()
    path.write_bytes(before)
    setup(pc)
    setup(pc)
    setup(pc, remove=True)
    assert path.read_bytes() == before


def test_lines_written_behind_ours_keep_their_line_ends(pc):
    path = user_conf_file(pc)
    path.parent.mkdir()
    path.write_bytes(OWN)
    setup(pc)
    path.write_bytes(path.read_bytes() + LATER)
    setup(pc, remove=True)
    assert path.read_bytes() == OWN + b"\r\n" + LATER


def test_what_a_later_setup_adds_is_taken_away_with_what_the_first_added(pc, monkeypatch):
    path = user_conf_file(pc)
    path.parent.mkdir()
    path.write_bytes(OWN)
    setup(pc)
    monkeypatch.setattr(install, "USER_CONF", (*install.USER_CONF, ("SHOW CONSOLE", "False")))
    setup(pc)
    assert b"SHOW CONSOLE" in path.read_bytes()
    setup(pc, remove=True)
    assert path.read_bytes() == OWN


def test_the_user_configuration_is_read_back_by_xlwings_itself(pc, monkeypatch):
    import xlwings
    from xlwings.utils import read_user_config

    setup(pc)
    monkeypatch.setattr(xlwings, "USER_CONFIG_FILE", str(user_conf_file(pc)))
    assert read_user_config()["use udf server"] == "True"
    assert conf_keys(user_conf_file(pc).read_bytes())["INTERPRETER_WIN"] == interpreter.CONF_VALUE


def test_a_value_the_clerk_changed_in_the_configuration_survives_remove(pc):
    setup(pc)
    path = user_conf_file(pc)
    path.write_bytes(path.read_bytes().replace(b'"USE UDF SERVER","True"', b'"USE UDF SERVER","False"'))
    steps = setup(pc, remove=True)
    assert path.read_bytes() == b'"USE UDF SERVER","False"\r\n'
    assert "您改过的设置没有动：USE UDF SERVER" in told(steps)


def test_only_the_templates_folder_is_trusted_without_its_subfolders_in_a_free_slot(pc):
    pc.put(HKCU, TRUSTED_LOCATIONS + r"\Location0", "Path", r"C:\XLSTART")
    setup(pc)
    new = [location for location in trusted_locations(pc) if "预算绩效自评" in location.path]
    assert [location.key.rpartition("\\")[2].casefold() for location in new] == ["location1"]
    assert not new[0].subfolders and new[0].path.endswith("模板\\")


@pytest.mark.parametrize(
    ("key", "name", "value", "sentence"),
    [
        (r"Software\Policies\Microsoft\Office\16.0\Excel\Security\Trusted Locations", "AllLocationsDisabled", 1, "停用了受信任位置"),
        (r"Software\Policies\Microsoft\Office\16.0\Common\Security\Trusted Locations", "Allow User Locations", 0, "只认管理员设的"),
    ],
    ids=["策略停用受信任位置", "策略只认管理员的位置"],
)
def test_where_policy_forbids_it_no_trusted_location_is_written(pc, key, name, value, sentence):
    pc.put(HKCU, key, name, value)
    steps = setup(pc)
    assert sentence in told(steps)
    assert not trusted_locations(pc)


def test_a_trusted_location_someone_changed_is_left_by_remove(pc):
    setup(pc)
    key = trusted_locations(pc)[0].key
    pc.put(HKCU, key, "Path", r"D:\别处")
    assert "已被改过或删除，没有动" in told(setup(pc, remove=True))
    assert pc.value(HKCU, key, "Path") == r"D:\别处"


def test_documents_redirected_to_onedrive_are_followed_and_said(pc):
    onedrive = pc.profile / "OneDrive - 某县财政局"
    pc.variables["OneDriveCommercial"] = str(onedrive)
    folders = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    pc.put(HKCU, folders, "Personal", r"%OneDriveCommercial%\文档")
    steps = setup(pc)
    assert templates_folder(pc) == onedrive / "文档" / "预算绩效自评" / "模板"
    assert "在 OneDrive 里" in told(steps)


def test_the_embeddable_python_is_copied_whole(pc):
    (pc.interpreter.prefix / "python311._pth").write_text("python311.zip\n.\nimport site\n", encoding="utf-8")
    steps = setup(pc)
    target = interpreter.pythonw(pc).parent
    assert snapshot(target) == snapshot(pc.interpreter.prefix), told(steps)
    assert not any("venv" in command for command in pc.commands)
    assert states(setup(pc))["放置 Excel 所用的 Python"] == "kept"


def test_started_from_the_python_already_in_place_nothing_is_copied_and_remove_says_who_deletes_it(pc):
    target = interpreter.pythonw(pc).parent
    for name in interpreter.LAUNCHERS:
        pe_file(target / name, 64)
    for bits in (32, 64):
        pe_file(target / f"xlwings{bits}-{XLWINGS}.dll", bits)
    pc.interpreter = replace(pc.interpreter, executable=target / "python.exe", prefix=target)
    assert states(setup(pc))["放置 Excel 所用的 Python"] == "kept"
    steps = setup(pc, remove=True)
    assert "删不掉自己" in told(steps) and "卸载.bat" in told(steps)
    assert (target / "pythonw.exe").is_file()


def test_called_by_the_offline_folder_s_remover_it_does_not_send_the_clerk_there(pc):
    target = interpreter.pythonw(pc).parent
    pe_file(target / "pythonw.exe", 64)
    pc.interpreter = replace(pc.interpreter, executable=target / "python.exe", prefix=target)
    setup(pc)
    pc.variables["XL_JIXIAO_REMOVER"] = "1"
    assert "卸载.bat" not in told(setup(pc, remove=True))


def test_a_user_name_outside_the_code_page_is_said_with_the_way_out(pc):
    pc.variables["LOCALAPPDATA"] = str(pc.profile.parent / "𬱖会计" / "AppData")
    path = interpreter.pythonw(pc)
    assert states(setup(pc))["核对路径里的字"] == "failed"
    assert "“𬱖”" in told(setup(pc)) and "Windows 账户" in told(setup(pc)) and "免装版" in told(setup(pc))
    assert "xlwings.conf" not in interpreter.unnameable(pc).way_out
    pc.short_paths[path] = Path("C:/Users/F3A1~1/pythonw.exe")
    assert "F3A1~1" in told(setup(pc)) and interpreter.CONF_VALUE in told(setup(pc))
    pc.put(HKLM, r"SYSTEM\CurrentControlSet\Control\Nls\CodePage", "ACP", "65001")
    assert "核对路径里的字" not in states(setup(pc))


def test_a_read_only_template_of_ours_is_updated_and_removed_as_any_other(pc, sources):
    setup(pc)
    template = templates_folder(pc) / "自评表_插件版.xlsm"
    template.chmod(0o444)
    workbook(sources / "自评表_插件版.xlsm", {**CONF, "SHOW CONSOLE": "False"})
    assert states(setup(pc))["复制模板 自评表_插件版.xlsm"] == "done"
    template.chmod(0o444)
    assert states(setup(pc, remove=True))["删除模板 自评表_插件版.xlsm"] == "done"
    assert not template.exists()


def test_what_windows_says_with_a_full_stop_is_not_given_a_second_one(pc, monkeypatch):
    monkeypatch.setattr(interpreter, "write_whole", lambda *_: (_ for _ in ()).throw(OSError(28, "磁盘空间不足。", "x")))
    pc.python_says = "No module named xlwings."
    assert "。。" not in told(setup(pc)) and "。（" not in told(setup(pc))


def test_an_environment_made_by_the_offline_folder_only_needs_its_launchers_copied(pc):
    root = interpreter.home(pc)
    pc.make_venv(root)
    for bits in (32, 64):
        pe_file(root / f"xlwings{bits}-{XLWINGS}.dll", bits)
    pc.interpreter = replace(pc.interpreter, executable=root / "Scripts" / "python.exe", prefix=root)
    steps = setup(pc)
    assert set(states(steps).values()) == {"done"}, told(steps)
    assert not any("venv" in command for command in pc.commands)
    assert not list(root.rglob("*.pth"))


def test_the_store_python_is_refused_with_the_way_out(pc):
    pc.interpreter = replace(pc.interpreter, base_prefix=Path("C:/Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.11"))
    steps = setup(pc)
    assert states(steps)["放置 Excel 所用的 Python"] == "failed"
    assert "微软商店版" in told(steps) and "开始安装.bat" in told(steps)


def test_an_environment_that_cannot_be_made_is_said_with_the_reason(pc):
    pc.venv_fails = True
    steps = setup(pc)
    assert "建立 Python 环境失败：Error: Unable to copy venvlauncher.exe" in told(steps)
    assert states(steps)["复制模板 自评表_免装版.xlsx"] == "done", "the templates are of use without Python"


def test_a_python_with_another_xlwings_is_found_by_starting_it(pc):
    pc.python_says = "xlwings 0.30.0"
    assert "Excel 用的 Python 里是 xlwings 0.30.0，需要 xlwings 0.37.8" in told(setup(pc))


def test_templates_of_another_xlwings_are_refused(pc, sources):
    workbook(sources / "自评表_插件版.xlsm", {**CONF, "XLWINGS_VERSION": "0.33.1"})
    assert "自评表_插件版.xlsm（0.33.1）" in told(setup(pc))


def test_a_missing_dll_is_named(pc):
    (pc.interpreter.prefix / f"xlwings32-{XLWINGS}.dll").unlink()
    assert f"缺少 xlwings32-{XLWINGS}.dll" in told(setup(pc))


def test_a_package_without_templates_says_so(pc, monkeypatch):
    monkeypatch.setattr(templates, "template_folders", lambda: ())
    assert "安装包里没有模板文件" in told(setup(pc))


def test_a_forged_record_cannot_make_remove_delete_outside_its_folder(pc):
    setup(pc)
    private = pc.profile / "Documents" / "私人.docx"
    private.write_text("重要", encoding="utf-8")
    record = json.loads(manifest_file(pc).read_text(encoding="utf-8"))
    record["interpreter"] += [str(pc.profile / "Documents"), str(interpreter.home(pc) / ".." / ".." / ".." / "Documents")]
    record["files"][str(private)] = "0" * 64
    manifest_file(pc).write_text(json.dumps(record), encoding="utf-8")
    setup(pc, remove=True)
    assert private.read_text(encoding="utf-8") == "重要"


@pytest.mark.parametrize("remove", [False, True])
@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"files": None}, "模板"),
        ({"files": []}, "模板"),
        ({"files": {"a": 1}}, "模板"),
        ({"folders": [None]}, "文件夹"),
        ({"trusted": 5}, "受信任位置"),
        ({"interpreter": [1]}, "Python"),
        ({"conf": {"A": None}, "conf_created": "是"}, "xlwings 用户设置"),
        ([], "格式、模板"),
    ],
    ids=str,
)
def test_a_broken_part_of_the_record_counts_as_empty_and_is_said(pc, broken, named, remove):
    setup(pc)
    record = json.loads(manifest_file(pc).read_text(encoding="utf-8"))
    manifest_file(pc).write_text(json.dumps({**record, **broken} if isinstance(broken, dict) else broken), encoding="utf-8")
    steps = setup(pc, remove=remove)
    said = [step for step in steps if step.what == "读安装记录"]
    assert len(said) == 1 and said[0].state == "skipped" and f"当作没有：{named}" in said[0].detail
    assert "failed" not in states(steps).values(), told(steps)
    assert "读安装记录" not in states(setup(pc)), "the broken part is mended"


def test_a_record_that_is_no_json_is_said(pc):
    setup(pc)
    manifest_file(pc).write_bytes(b"\xff{")
    assert "读安装记录 skipped" in told(setup(pc, remove=True))


def test_a_policy_that_is_no_number_counts_as_not_set(pc):
    security = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
    for name in ("VBAWarnings", "blockcontentexecutionfrominternet"):
        pc.put(HKCU, security, name, "x")
    pc.put(HKCU, EXCEL_SECURITY, "VBAWarnings", "y")
    assert (macro_policy(pc).warnings, macro_policy(pc).warnings_by_policy) == (2, False)
    assert "failed" not in states(setup(pc)).values()


def test_a_part_that_fails_does_not_stop_the_others_and_can_still_be_removed(pc, monkeypatch):
    def broken(*_):
        raise PermissionError(13, "拒绝访问", "xlwings.conf")

    monkeypatch.setattr(install, "_user_conf", broken)
    broken.__name__ = "_user_conf"
    steps = setup(pc)
    assert states(steps)["写 xlwings 用户设置"] == "failed" and "拒绝访问：xlwings.conf" in told(steps)
    assert states(steps)["把模板文件夹设为受信任位置"] == "done"
    setup(pc, remove=True)
    assert not templates_folder(pc).exists() and not trusted_locations(pc)


def test_a_template_open_in_excel_is_named_and_the_others_are_copied(pc, monkeypatch):
    written = install.write_whole

    def locked(path, content):
        if path.suffix == ".xlsm":
            raise PermissionError(13, "拒绝访问", str(path))
        written(path, content)

    monkeypatch.setattr(install, "write_whole", locked)
    steps = setup(pc)
    assert states(steps)["复制模板 自评表_插件版.xlsm"] == "failed" and "请关闭 Excel 后再运行一次" in told(steps)
    assert states(steps)["复制模板 自评表_免装版.xlsx"] == "done"


def test_what_remove_could_not_undo_stays_recorded_for_the_next_try(pc, monkeypatch):
    setup(pc)
    with monkeypatch.context() as patch:
        patch.setattr(pc, "delete_key", lambda *_: (_ for _ in ()).throw(PermissionError(13, "拒绝访问")))
        assert "failed" in states(setup(pc, remove=True)).values()
    assert trusted_locations(pc)
    setup(pc, remove=True)
    assert not trusted_locations(pc) and not manifest_file(pc).exists()


def test_off_windows_setup_touches_nothing(pc):
    pc.is_windows = False
    before = snapshot(pc.profile)
    assert [step.state for step in setup(pc)] == ["skipped"]
    assert snapshot(pc.profile) == before
