"""The offline folder, made once, and its parts: in the deep profile with the real package index, in every run from a made-up shelf.

Only where pip says it can't reach its index are the tests that need it skipped.
"""

import ensurepip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

import pytest
from click.testing import CliRunner
from desktop_fake import pe_file, workbook
from support.depth import DEEP

from xl_jixiao.desktop import bundle as offline
from xl_jixiao.desktop import offline_start, templates
from xl_jixiao.desktop.bundle_texts import batch_file, manual
from xl_jixiao.desktop.handbook import handbook, manual_file
from xl_jixiao.desktop.own_wheel import NoWheel, repacked
from xl_jixiao.desktop.own_wheel import own_wheel as own_wheel_of
from xl_jixiao.desktop.wheels import missing_requirements, needed_by, read_wheel, windows_environment

ROOT = Path(__file__).resolve().parent.parent


def fake_wheel(folder: Path, name: str, version: str, requires: tuple[str, ...] = (), tag: str = "py3-none-any", python: str = "") -> Path:
    """A wheel with nothing in it but what it says of itself."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Python: {python}"] * bool(python) + [f"Requires-Dist: {text}" for text in requires]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n")
        archive.writestr(f"{name}-{version}.dist-info/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
    return path


def fake_embed(folder: Path, bits: int = 64, tag: str = "311") -> Path:
    """An embeddable Python as python.org packs it."""
    for name in ("python.exe", "pythonw.exe", f"python{tag}.dll"):
        pe_file(folder / name, bits)
    with zipfile.ZipFile(folder / f"python{tag}.zip", "w") as archive:
        archive.writestr("os.pyc", b"")
    (folder / f"python{tag}._pth").write_bytes(
        f"python{tag}.zip\r\n.\r\n\r\n# Uncomment to run site.main() automatically\r\n#import site\r\n".encode()
    )
    return folder


def zipped(folder: Path, target: Path) -> Path:
    return Path(shutil.make_archive(str(target), "zip", folder))


@pytest.fixture(scope="session")
def own_wheel(tmp_path_factory):
    """The project's wheel, built from a copy of this checkout."""
    scratch = tmp_path_factory.mktemp("own")
    try:
        return own_wheel_of(None, scratch, offline.pip)
    except offline.Offline as error:
        pytest.skip(f"没有网络：{error}")


@contextmanager
def index(own: Path, shelf: Path) -> Iterator[None]:
    """Where pip downloads from: the package index, or what the project asks for as wheels with nothing in them, and Python's own pip."""
    if DEEP:
        yield
        return
    for need in needed_by(read_wheel(own), windows_environment("win_amd64", "3.11")):
        version = next((one.version for one in need.specifier if one.operator in (">=", "==")), "1.0")
        wheel = fake_wheel(shelf, need.name.replace("-", "_"), version, ("pywin32; sys_platform == 'win32'",) * (need.name == "xlwings"))
        if need.name == "xlwings":
            with zipfile.ZipFile(wheel, "a") as archive:
                for bits in (32, 64):
                    archive.writestr(f"xlwings{bits}-{version}.dll", b"")
    fake_wheel(shelf, "pywin32", "306", tag="cp311-cp311-win_amd64")
    fake_wheel(shelf, "psutil", "6.0")
    shutil.copy(next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")), shelf)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(shelf))
        yield


@pytest.fixture(scope="session")
def made(tmp_path_factory, own_wheel):
    """The whole offline folder, made once: (folder, what was said meanwhile)."""
    scratch = tmp_path_factory.mktemp("offline")
    embed = zipped(fake_embed(scratch / "embed"), scratch / "python-3.11.9-embed-amd64")
    said = []
    try:
        with index(own_wheel, scratch / "shelf"):
            files = offline.bundle(scratch / "离线安装", embed, own_wheel, progress=said.append)
    except offline.Offline as error:
        pytest.skip(f"没有网络：{error}")
    assert files == sorted(path for path in (scratch / "离线安装").rglob("*") if path.is_file())
    return scratch / "离线安装", said


def test_the_folder_installs_offline_on_windows_as_its_own_wheels_say(made):
    assert missing_requirements(made[0] / "wheels") == []


def test_what_only_windows_needs_is_there_although_this_may_not_be_windows(made):
    names = {read_wheel(path).name for path in (made[0] / "wheels").iterdir()}
    assert {"xl-jixiao", "pip", "pywin32", "xlwings", "pandas"} <= names
    assert not names & {"psutil", "appscript", "pytest"}


def test_pip_finds_every_file_itself_in_the_folder_alone(made, tmp_path):
    """pip resolves for Windows from the folder only. Off Windows it skips Windows' markers, so pywin32 is asked for by name."""
    wheels = made[0] / "wheels"
    target = ["--only-binary=:all:", "--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp"]
    command = [sys.executable, "-m", "pip", "install", "--isolated", "--dry-run", "--no-index", "--find-links", str(wheels)]
    command += ["--target", str(tmp_path / "x"), *target, "--ignore-installed", "--quiet", "xl-jixiao", "pywin32"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bundled_pip_runs_straight_from_its_wheel(made):
    pip = next((made[0] / "wheels").glob("pip-*.whl"))
    done = subprocess.run([sys.executable, "-I", f"{pip}/pip", "--version"], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("pip ")


def test_every_file_has_its_checksum(made):
    lines = (made[0] / offline.CHECKSUMS).read_text(encoding="utf-8").splitlines()
    listed = dict(reversed(line.split(" *", 1)) for line in lines)
    present = {path.relative_to(made[0]).as_posix(): path for path in made[0].rglob("*") if path.is_file()}
    assert set(listed) == set(present) - {offline.CHECKSUMS}
    assert all(hashlib.sha256(present[name].read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_the_folder_has_what_the_manual_names(made):
    present = {path.name for path in made[0].iterdir()}
    text = (made[0] / "使用说明.txt").read_bytes().decode("utf-8-sig")
    told = {"开始安装.bat", "检查.bat", "卸载.bat", "使用说明.txt", "填报手册.html", "模板", "示例"}
    assert told | {"start.py", "wheels", "python", "SHA256SUMS"} == present
    assert set(re.findall(r"“(\S+?\.bat)”", text)) == {"开始安装.bat", "检查.bat", "卸载.bat"}
    assert "Python 已在本文件夹里" in text
    assert [path.suffix for path in (made[0] / "wheels").iterdir() if path.suffix != ".whl"] == []


def test_templates_and_examples_have_chinese_names(made):
    assert {path.name for path in (made[0] / "示例").iterdir()} == {
        "填好的示例-2020年度部门（单位）整体支出绩效评价评分表（洪江市）.xlsx",
        "填好的示例-项目支出绩效自评表.xlsx",
    }
    templates = [path.name for path in (made[0] / "模板").iterdir()]
    assert templates and not [name for name in templates if re.match("[A-Za-z]", name)]
    assert "部门整体支出绩效评价评分表（通用）-免装版.xlsx" in templates


def test_the_work_is_told_as_it_goes(made):
    said = "\n".join(made[1])
    assert "检查并放入 Python" in said and "下载：" in said and "pywin32" in said and "校验和" in said


def test_the_wheel_brings_the_dlls_of_both_kinds_of_excel(made):
    wheel = next((made[0] / "wheels").glob("xlwings-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        assert {n.rpartition("/")[2][:9] for n in archive.namelist() if n.endswith(".dll")} == {"xlwings32", "xlwings64"}


def test_the_bundled_python_sees_installed_libraries(made):
    assert (made[0] / "python" / "python311._pth").read_text(encoding="utf-8").splitlines()[-1] == "import site"


# The project's own wheel, from what pip installed.


@pytest.fixture(scope="session")
def installed(own_wheel, tmp_path_factory):
    """The project as pip installs it, far from any checkout."""
    place = tmp_path_factory.mktemp("site")
    offline.pip("install", "--no-deps", "--no-index", "--target", place, own_wheel)
    (found,) = distributions(name="xl-jixiao", path=[str(place)])
    return found


def test_an_installed_package_makes_the_wheel_it_came_from(installed, own_wheel, tmp_path):
    again = repacked(installed, tmp_path)
    with zipfile.ZipFile(own_wheel) as first, zipfile.ZipFile(again) as second:
        names = {name for name in first.namelist() if not name.endswith(("/RECORD", "/WHEEL"))}
        assert names <= set(second.namelist()) and {name.rpartition("/")[2] for name in set(second.namelist()) - names} == {
            "RECORD",
            "WHEEL",
        }
        assert all(first.read(name) == second.read(name) for name in names)
        assert "xl_jixiao/manuals/clerk-manual.md" in names and any(name.startswith("xl_jixiao/workbook_templates/") for name in names)
    offline.pip("install", "--no-deps", "--no-index", "--target", tmp_path / "again", again)
    assert (tmp_path / "again" / "xl_jixiao" / "cli.py").is_file()


def test_an_installation_with_files_gone_says_which(installed, own_wheel, tmp_path):
    offline.pip("install", "--no-deps", "--no-index", "--target", tmp_path, own_wheel)
    (tmp_path / "xl_jixiao" / "words.py").unlink()
    (found,) = distributions(name="xl-jixiao", path=[str(tmp_path)])
    with pytest.raises(NoWheel, match="缺少 xl_jixiao/words.py"):
        repacked(found, tmp_path)


def test_the_manual_is_one_page_with_its_pictures_inside(tmp_path):
    page = handbook(manual_file()).decode()
    assert page.startswith("<!DOCTYPE html>") and "<h1>填报手册</h1>" in page and "<table>" in page
    assert not re.findall(r'src="(?!data:)', page) and ".md" not in page


# Requirements, judged for Windows.


def test_windows_markers_count_and_other_systems_do_not(tmp_path):
    requires = ("winonly; platform_system == 'Windows'", "maconly; sys_platform == 'darwin'", "extra-only; extra == 'all'")
    fake_wheel(tmp_path, "tool", "1.0", requires)
    assert missing_requirements(tmp_path) == ['缺少 winonly; platform_system == "Windows"（tool 1.0 需要）']
    fake_wheel(tmp_path, "winonly", "2.0")
    assert missing_requirements(tmp_path) == []


def test_a_requirement_with_an_extra_brings_what_the_extra_needs(tmp_path):
    fake_wheel(tmp_path, "tool", "1.0", ("lib[fast]>=1",))
    fake_wheel(tmp_path, "lib", "1.2", ("turbo; extra == 'fast'",))
    assert missing_requirements(tmp_path) == ['缺少 turbo; extra == "fast"（lib 1.2 需要）']


def test_a_wrong_version_another_python_another_system_and_an_sdist_are_named(tmp_path):
    fake_wheel(tmp_path, "tool", "1.0", ("lib>=2",))
    fake_wheel(tmp_path, "lib", "1.0")
    fake_wheel(tmp_path, "linux", "1.0", tag="cp311-cp311-manylinux_2_17_x86_64")
    fake_wheel(tmp_path, "newer", "1.0", python=">=3.12")
    (tmp_path / "old-1.0.tar.gz").write_bytes(b"")
    assert missing_requirements(tmp_path) == [
        "old-1.0.tar.gz：不是 wheel，离线时装不了",
        "linux-1.0-cp311-cp311-manylinux_2_17_x86_64.whl：不适用于 win_amd64、Python 3.11",
        "newer-1.0-py3-none-any.whl：要求 Python >=3.12",
        "缺少 lib>=2（tool 1.0 需要）",
    ]


def test_the_windows_environment_does_not_depend_on_where_it_is_asked():
    assert windows_environment("win_amd64", "3.12")["sys_platform"] == "win32"
    assert windows_environment("win_amd64", "3.12")["python_version"] == "3.12"


def test_requirements_are_asked_for_until_windows_lacks_none_and_the_rest_is_dropped(tmp_path, monkeypatch):
    """pip, here played by a shelf of wheels, resolves by the running system's markers: it never fetches `winonly` on its own."""
    shelf, folder = tmp_path / "shelf", tmp_path / "wheels"
    fake_wheel(shelf, "lib", "1.0", ("winonly>=1; sys_platform == 'win32'", "posixonly; sys_platform != 'win32'"))
    fake_wheel(shelf, "winonly", "1.5")
    fake_wheel(shelf, "posixonly", "1.0")
    fake_wheel(shelf, "pip", "26.0")
    own = fake_wheel(folder, "xl_jixiao", "0.1.0", ("lib",))
    asked = []

    def download(wheels, requirements, platform, python_version):
        names = [need.name for need in requirements]
        asked.append(names)
        for name in [*names, *(["posixonly"] if "lib" in names else [])]:
            shutil.copy(next(shelf.glob(f"{name}-*.whl")), wheels)

    monkeypatch.setattr(offline, "_download", download)
    offline.collect(folder, own, "win_amd64", "3.11")
    assert asked == [["lib", "pip"], ["lib", "pip", "winonly"]]
    assert sorted(p.name.partition("-")[0] for p in folder.iterdir()) == ["lib", "pip", "winonly", "xl_jixiao"]


# Refusals: one clear line, nothing left behind.


def test_a_folder_with_something_in_it_is_not_written_into(tmp_path):
    (tmp_path / "U盘").mkdir()
    (tmp_path / "U盘" / "照片.jpg").write_bytes(b"")
    with pytest.raises(offline.BundleError, match="不是空文件夹"):
        offline.bundle(tmp_path / "U盘")
    assert [p.name for p in (tmp_path / "U盘").iterdir()] == ["照片.jpg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"platform": "linux"}, "不认识平台 linux，可用 win_amd64"),
        ({"python_version": "3.8"}, "Python 版本 3.8 不行"),
        ({"wheel": Path("numpy-1.0-py3-none-any.whl")}, "不是本工具的 wheel"),
        ({"python_embed": Path("没有.zip")}, "既不是 zip 也不是文件夹"),
    ],
    ids=["不认识的平台", "太旧的 Python", "别的 wheel", "没有这个文件"],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_left(tmp_path, options, words):
    with pytest.raises(offline.BundleError, match=re.escape(words)):
        offline.bundle(tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


def test_an_embeddable_python_of_another_version_or_word_length_is_refused(tmp_path):
    with pytest.raises(offline.BundleError, match=r"不是 Python 3.11 的 embeddable package，缺少 python311.dll"):
        offline.place_python(fake_embed(tmp_path / "a", tag="312"), tmp_path / "x", "win_amd64", "3.11")
    with pytest.raises(offline.BundleError, match="不是 64 位，与 win_amd64 不符"):
        offline.place_python(fake_embed(tmp_path / "b", bits=32), tmp_path / "y", "win_amd64", "3.11")


def test_import_site_is_put_in_force_once():
    text = "python311.zip\r\n.\r\n#import site\r\n"
    assert offline.with_site(text) == "python311.zip\r\n.\r\nimport site\r\n" == offline.with_site(offline.with_site(text))


def test_xlwings_without_its_dlls_is_refused(tmp_path):
    fake_wheel(tmp_path, "xlwings", "0.37.8")
    with pytest.raises(offline.BundleError, match="没有 Excel 要用的 DLL"):
        offline.verify(tmp_path, "win_amd64", "3.11")


def test_pip_out_of_reach_is_told_from_pip_failing(monkeypatch):
    def answer(text):
        monkeypatch.setattr(offline.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", text))

    answer("WARNING: Retrying … NewConnectionError …\nERROR: No matching distribution found for pywin32\n")
    with pytest.raises(offline.Offline, match="连不上软件源"):
        offline.pip("download", "pywin32")
    answer("ERROR: Could not find a version that satisfies x\nERROR: No matching distribution found for x\n")
    with pytest.raises(offline.BundleError, match="pip download 失败：ERROR: No matching distribution") as caught:
        offline.pip("download", "x")
    assert not isinstance(caught.value, offline.Offline)


def test_the_command_says_in_one_line_why_not(tmp_path):
    from xl_jixiao.desktop.commands import bundle as command

    (tmp_path / "x.txt").write_bytes(b"")
    result = CliRunner().invoke(command, ["-o", str(tmp_path)])
    assert result.exit_code == 2
    assert result.output.strip() == f"没有做成：{tmp_path} 已存在且不是空文件夹，请换一个名字"


# The .bat, the manual and start.py.


def test_a_batch_file_reads_the_same_in_every_code_page():
    content = batch_file("install", "3.11")
    assert content.isascii() and b"start.py install" in content and b"py -3.11" in content
    assert content.count(b"\n") == content.count(b"\r\n")


def test_every_jump_of_the_batch_file_has_its_label():
    text = batch_file("remove", "3.12").decode("ascii")
    assert set(re.findall(r"goto (\w+)", text)) <= set(re.findall(r"^:(\w+)", text, re.MULTILINE))


def test_the_manual_opens_in_every_notepad_and_says_whether_python_is_in():
    content = manual(False, "3.12")
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\n") == content.count(b"\r\n")
    assert "先有 64 位 Python 3.12" in content.decode("utf-8-sig")


@pytest.fixture
def offline_folder(tmp_path, monkeypatch):
    """start.py in an offline folder on a PC; the programs it starts are noted."""
    folder, commands, variables = tmp_path / "U盘", [], []
    fake_wheel(folder / "wheels", "pip", "26.0")
    fake_embed(folder / "python")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    monkeypatch.setattr(offline_start, "HERE", folder)
    monkeypatch.setattr(offline_start.sys, "executable", str(folder / "python" / "python.exe"))

    def run(command, **told):
        commands.append([str(word) for word in command])
        variables.append(told)
        return 0

    monkeypatch.setattr(offline_start, "run", run)
    return folder, commands, variables


def test_install_copies_the_python_fills_it_from_the_folder_and_calls_setup(offline_folder, tmp_path):
    assert offline_start.main(["install"]) == 0
    python = tmp_path / "Local" / "xl_jixiao" / "python" / "python.exe"
    assert python.is_file()
    fill, setup = offline_folder[1]
    assert fill[:3] == [str(python), str(offline_folder[0] / "wheels" / "pip-26.0-py3-none-any.whl" / "pip"), "install"]
    assert {"--no-index", "--find-links", "xl-jixiao"} <= set(fill)
    assert setup == [str(python), "-m", "xl_jixiao.desktop", "setup"]


def test_with_an_installed_python_an_environment_is_made(offline_folder, tmp_path):
    (offline_folder[0] / "python" / "python311._pth").unlink()
    assert offline_start.main(["install"]) == 0
    assert offline_folder[1][0][1:] == ["-m", "venv", "--without-pip", str(tmp_path / "Local" / "xl_jixiao")]


def test_remove_undoes_setup_then_deletes_the_python_and_nothing_else(offline_folder, tmp_path, capsys):
    offline_start.main(["install"])
    home = tmp_path / "Local" / "xl_jixiao"
    (home / "我的.txt").write_text("x", encoding="utf-8")
    (home / "python" / "python311._pth").chmod(0o444)
    offline_folder[1].clear()
    offline_folder[2].clear()
    assert offline_start.main(["remove"]) == 0
    assert offline_folder[1] == [[str(home / "python" / "python.exe"), "-m", "xl_jixiao.desktop", "setup", "--remove"]]
    assert offline_folder[2] == [{"XL_JIXIAO_REMOVER": "1"}]
    assert [path.name for path in home.iterdir()] == ["我的.txt"]
    assert "卸载完成" in capsys.readouterr().out


def test_what_the_offline_folder_says_into_a_pipe_is_utf_8_on_a_chinese_windows(tmp_path):
    copy = shutil.copy(Path(offline_start.__file__), tmp_path / "start.py")
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "LOCALAPPDATA": str(tmp_path / "𬱖")}
    done = subprocess.run([sys.executable, copy, "check"], capture_output=True, env=environment, check=False)
    assert "还没有安装" in done.stdout.decode("utf-8")


def test_check_before_install_says_what_to_do(offline_folder, capsys):
    assert offline_start.main(["check"]) == 1
    assert "请先双击“开始安装.bat”" in capsys.readouterr().out


def test_a_folder_copied_without_its_wheels_says_so(offline_folder, capsys):
    shutil.rmtree(offline_folder[0] / "wheels")
    assert offline_start.main(["install"]) == 2
    assert "离线安装文件夹不完整" in capsys.readouterr().out


def test_start_needs_nothing_but_the_standard_library(tmp_path):
    copy = shutil.copy(Path(offline_start.__file__), tmp_path / "start.py")
    done = subprocess.run([sys.executable, "-I", "-S", copy, "what"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2 and "install | check | remove" in done.stdout


def test_templates_are_found_in_the_package_first_and_lock_files_are_not_templates(tmp_path, monkeypatch):
    workbook(tmp_path / "package" / "a.xlsx")
    workbook(tmp_path / "checkout" / "b.xlsx")
    (tmp_path / "package" / "~$a.xlsx").write_bytes(b"")
    monkeypatch.setattr(templates, "template_folders", lambda: (tmp_path / "package", tmp_path / "checkout"))
    assert [path.name for path in templates.template_files()] == ["a.xlsx"]
