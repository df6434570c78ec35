"""Hostile folders, files and names: one bad file costs one finding, nothing raw reaches anybody, nothing is lost, and nothing takes long."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import docx
import openpyxl
import pytest
from support.scoretable import write
from support.spending import within

from xl_jixiao.cli import main
from xl_jixiao.finding import Level, Place, found
from xl_jixiao.review.agree import UnreadableReport, check_report, word_texts
from xl_jixiao.review.desk import Desk
from xl_jixiao.review.examine import examine, files_of
from xl_jixiao.review.letters import LetterHead, write_letters
from xl_jixiao.review.pool import spread
from xl_jixiao.scoretable import table as tables
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables import answers as answer_files
from xl_jixiao.tables.catalogue import examples

CASE = "hongjiang-2020-dept"
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows: no pipes, devices or such names in a folder")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    table = tables.load(CASE)
    path = tmp_path_factory.mktemp("good") / "good.xlsx"
    write(table, answer_files.load(examples()[CASE], table.asked), Edition.NATIVE, path)
    return path


def review(*arguments, seconds=60, **how):
    """The command, in a process of its own: its exit status, what it printed and what it complained of."""
    command = [sys.executable, "-m", "xl_jixiao", "review", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, **how)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# ---- what stands in a folder


@POSIX
def test_links_in_circles_pipes_and_devices_cost_one_finding_each(good, tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    shutil.copy(good, inside / "好.xlsx")
    (inside / "甲.xlsx").symlink_to("乙.xlsx")
    (inside / "乙.xlsx").symlink_to("甲.xlsx")
    (inside / "圈").symlink_to(".")
    (inside / "零.xlsx").symlink_to("/dev/zero")
    (inside / "无.xlsx").symlink_to("/没有")
    (inside / "夹.xlsx").mkdir()
    os.mkfifo(inside / "管.xlsx")
    os.mkfifo(inside / "管")
    code, said, wrong = review(inside, "-o", tmp_path / "报告.xlsx", "--json", tmp_path / "报告.json", "--jobs", "2")
    results = {one["file"]: one for one in json.loads((tmp_path / "报告.json").read_text(encoding="utf-8"))}
    assert code == 1 and not wrong, wrong
    assert set(results) == {"好.xlsx", "甲.xlsx", "乙.xlsx", "零.xlsx", "无.xlsx", "管.xlsx", "管"}
    assert results["好.xlsx"]["readable"] and not any(one["readable"] for name, one in results.items() if name != "好.xlsx")
    assert all(len(one["findings"]) == 1 for name, one in results.items() if name != "好.xlsx")


NAMES = {
    "方括号": "[red]某局[/]".replace("/", "-"),
    "颜色序列": "\x1b[31m某局",
    "换行": "某\n局\r",
    "倒写": "\u202e局某",
    "很长": "长" * 80,
    "半个字符": "局\udcff",
}


@POSIX
def test_files_of_any_name_are_named_harmlessly_everywhere(good, tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    for name in NAMES.values():
        shutil.copy(good, inside / f"{name}.xlsx")
        (inside / f"{name}坏.xlsx").write_bytes(b"x")
    letters = tmp_path / "letters"
    code, said, wrong = review(inside, "-o", tmp_path / "报告.xlsx", "--json", tmp_path / "报告.json", "--letters", letters, "--jobs", "1")
    assert code == 1 and not wrong, wrong
    _harmless(said)
    for one in json.loads((tmp_path / "报告.json").read_text(encoding="utf-8")):
        _harmless(one["file"])
        for finding in one["findings"]:
            _harmless(finding["message"] + finding["place"])
    for sheet in (one for one in openpyxl.load_workbook(tmp_path / "报告.xlsx") if one.sheet_state == "visible"):
        for row in sheet.iter_rows(values_only=True):
            _harmless("".join(str(value or "") for value in row))
    written = list(letters.iterdir())
    assert written and all(len(one.name) < 140 for one in written)
    for one in written:
        _harmless(one.name)
        _harmless("".join(paragraph.text for paragraph in docx.Document(str(one)).paragraphs))


def _harmless(text):
    text.encode()
    assert not set(text) & {"\x1b", "\r", "\u202e", "\x07", "\x00"}, ascii(text)


@pytest.mark.parametrize(
    "name", ["[red]某局[/red]", "\x1b[31m某局\x07", "某\x00局", "某局" * 200, "某局\ud83d"], ids=["标记", "颜色", "零", "很长", "半个字符"]
)
def test_findings_say_any_text_in_one_harmless_line(name):
    one = found("JX600", Place(f"{name}.xlsx"), f"单位{name}\n的文件", name)
    for text in (str(one), *one.as_json().values()):
        _harmless(text)
        assert "\n" not in text and len(text) < 800


def test_a_unit_of_any_name_is_named_harmlessly(good, tmp_path):
    book = openpyxl.load_workbook(good)
    book["基础数据"]["C6"] = "[bold]某局[/bold]_x001B_[31m" + "长" * 200
    book.save(tmp_path / "某局.xlsx")
    result = examine(tmp_path / "某局.xlsx")
    _harmless(result.unit)
    assert "[bold]某局[/bold]" in result.unit and len(result.unit) < 90
    (written,) = write_letters(Desk((result,)), tmp_path / "letters", LetterHead())[1:]
    _harmless(written.name + "".join(one.text for one in docx.Document(str(written)).paragraphs))


# ---- workers


def _work(task):
    what, number = task
    if what == "killed":
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    if what == "slow":
        time.sleep(60)
    return f"{what} {number}"


def _lost(task, why):
    return f"{task[0]} {task[1]}：{why}"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_dies_or_hangs_costs_its_own_file_alone(workers):
    tasks = [("good", 0), ("killed", 1), ("good", 2), ("slow", 3), ("good", 4), ("killed", 5), ("good", 6)]
    done = dict(spread(_work, tasks, workers, _lost, seconds=1.5))
    assert [done[at] for at in (0, 2, 4, 6)] == ["good 0", "good 2", "good 4", "good 6"]
    assert done[1] == "killed 1：审核进程意外中断" and done[5] == "killed 5：审核进程意外中断"
    assert done[3] == "slow 3：超过2秒没有审完"
    assert not multiprocessing.active_children()


def _hears_interrupts():
    """Also where the tests were started in the background, which begins with interrupts ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@POSIX
def test_an_interrupt_leaves_the_report_of_what_is_done(good, tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    for number in range(1500):
        os.link(good, inside / f"{number:04}.xlsx")
    command = [sys.executable, "-m", "xl_jixiao", "review", str(inside), "-o", str(tmp_path / "报告.xlsx"), "--jobs", "1"]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=_hears_interrupts
    )
    workers = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    while running.poll() is None and not workers.read_text(encoding="utf-8"):
        time.sleep(0.1)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    said, wrong = running.communicate(timeout=120)
    assert running.returncode == 130, wrong.decode()
    assert "审核被中断" in said.decode() and "Traceback" not in wrong.decode()
    assert "汇总" in openpyxl.load_workbook(tmp_path / "报告.xlsx").sheetnames


def test_an_interrupt_while_the_report_is_written_waits_for_it(good, tmp_path, monkeypatch, runner):
    run = import_module("xl_jixiao.review.run")
    write = run.write_report

    def interrupted(*given, **named):
        signal.raise_signal(signal.SIGINT)
        return write(*given, **named)

    monkeypatch.setattr(run, "write_report", interrupted)
    ended = runner.invoke(main, ["review", str(good), "-o", str(tmp_path / "报告.xlsx"), "--jobs", "1"])
    assert ended.exit_code == 130 and "审核被中断" in ended.output
    assert "汇总" in openpyxl.load_workbook(tmp_path / "报告.xlsx").sheetnames


# ---- our own faults


def test_a_fault_of_our_own_is_called_one_and_blames_no_file(good, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise TypeError("ours")

    monkeypatch.setattr(import_module("xl_jixiao.review.examine"), "differences", broken)
    result = examine(good)
    (finding,) = result.findings
    assert finding.code == "JX627" and finding.level is Level.EXPLAIN and not result.readable
    assert "内部错误（TypeError" in finding.message and "不是文件的问题" in finding.message and "损坏" not in finding.message
    assert write_letters(Desk((result,)), tmp_path / "none", LetterHead()) == [tmp_path / "none"]


def test_a_fault_of_our_own_in_a_command_is_one_line(monkeypatch, runner, tmp_path):
    def broken(*_, **__):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("xl_jixiao.jobs.open_job", broken)
    done = runner.invoke(main, ["build", CASE, "-o", str(tmp_path / "a.xlsx")])
    assert done.exit_code == 2
    assert done.stderr.startswith("内部错误（ZeroDivisionError") and done.stderr.count("\n") == 1


@pytest.fixture
def runner():
    from click.testing import CliRunner

    return CliRunner()


# ---- nothing overwritten, nothing lost


@pytest.mark.parametrize(("units", "count"), [(("甲局", "乙局", "丙局"), 3), (("甲局",) * 3, 1), (("ABC", "abc", "Abc"), 3)])
def test_three_files_of_one_name_give_a_letter_for_each_unit(units, count, good, tmp_path):
    results = []
    for at, unit in enumerate(units):
        (tmp_path / str(at)).mkdir()
        path = Path(shutil.copy(good, tmp_path / str(at) / "自评.xlsx"))
        results.append(replace(examine(path), unit=unit))
    written = write_letters(Desk(tuple(results)), tmp_path / "letters", LetterHead())[1:]
    assert len(written) == len({one.name.casefold() for one in written}) == len(list((tmp_path / "letters").iterdir())) in (count, 1)


@POSIX
@pytest.mark.parametrize("most", [0, 3_000])
def test_a_full_disk_is_one_line(most, good, tmp_path):
    """As a disk answers that has room for so many bytes of a file."""
    import resource

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    code, _, wrong = review(good, "-o", tmp_path / "报告.xlsx", "--jobs", "1", preexec_fn=full)
    assert code == 2 and wrong.count("\n") == 1 and "请检查路径、权限和磁盘空间" in wrong
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("what", ["-o", "--json", "--letters"])
def test_a_folder_that_cannot_be_written_to_is_one_line_before_the_work(what, good, tmp_path, monkeypatch, runner):
    """As a read-only disk answers; the superuser may write anywhere, so that the system is not asked."""
    closed = tmp_path / "closed"
    closed.mkdir()
    opened = Path.open

    def refused(self, mode="r", *rest, **how):
        if closed in self.parents and ("x" in mode or "w" in mode):
            raise PermissionError(30, "Read-only file system", str(self))
        return opened(self, mode, *rest, **how)

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(import_module("xl_jixiao.review.run"), "examine_all", lambda *_: pytest.fail("审核已经开始"))
    arguments = {"-o": tmp_path / "报告.xlsx", "--json": tmp_path / "报告.json", "--letters": tmp_path / "函"}
    arguments[what] = closed / ("报告.xlsx" if what != "--letters" else "")
    done = runner.invoke(main, ["review", str(good), *(str(part) for pair in arguments.items() for part in pair)])
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and "磁盘或文件夹是只读的" in done.stderr


def test_files_of_a_folder_are_each_named_once(tmp_path):
    for name in ("a.xlsx", "b.XLSM", "c.txt", "~$a.xlsx", ".d.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    books, others = files_of([tmp_path, tmp_path / "a.xlsx"])
    assert [one.name for one in books] == ["a.xlsx", "b.XLSM"] and [one.name for one in others] == ["c.txt"]


@pytest.mark.parametrize("piece", ["1", "1%，", "比上年增加1万元，其中：", "一百", "（"])
def test_a_paragraph_without_an_end_is_checked_in_two_seconds(good, tmp_path, piece):
    document = docx.Document()
    document.add_paragraph(piece * (32_767 // len(piece)))
    document.save(tmp_path / "报告.docx")
    with within(2):
        check_report(tmp_path / "报告.docx", good)


def test_a_report_of_a_whole_book_of_words_is_refused(tmp_path):
    document = docx.Document()
    document.add_paragraph("字" * 200_001)
    document.save(tmp_path / "报告.docx")
    with pytest.raises(UnreadableReport, match="20万字"):
        word_texts(tmp_path / "报告.docx")


def test_a_report_damaged_inside_is_named_and_left(tmp_path):
    """Its directory is sound, what it packs is not."""
    with zipfile.ZipFile(tmp_path / "报告.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", "<w:document>" + "文字" * 2000)
    data = bytearray((tmp_path / "报告.docx").read_bytes())
    data[60:90] = b"\xff" * 30
    (tmp_path / "报告.docx").write_bytes(data)
    with pytest.raises(UnreadableReport, match="已损坏"):
        word_texts(tmp_path / "报告.docx")
