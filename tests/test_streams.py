"""Both command lines into a pipe: UTF-8 on a Chinese Windows too, whatever the names they report on."""

import json
import os
import subprocess
import sys

import pytest

GBK = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0", "COLUMNS": "120"}


def piped(*arguments):
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, env=GBK, check=False)


@pytest.mark.parametrize("module", ["xl_jixiao", "xl_jixiao.desktop"])
@pytest.mark.parametrize("arguments", [["--help"], ["doctor", "--help"]], ids=" ".join)
def test_help_is_utf_8(module, arguments):
    assert "检查" in piped(module, *arguments).stdout.decode("utf-8")


@pytest.mark.parametrize("module", ["xl_jixiao", "xl_jixiao.desktop"])
def test_doctor_reports_names_the_code_page_lacks(module, tmp_path):
    command = [sys.executable, "-m", module, "doctor", "--json"]
    odd = tmp_path / "𬱖"
    odd.mkdir()
    done = subprocess.run(command, capture_output=True, env={**GBK, "TMPDIR": str(odd)}, check=False)
    found = json.loads(done.stdout.decode("utf-8"))["checks"]
    assert sys.platform == "win32" or "𬱖" in next(one["found"] for one in found if one["code"] == "writable")


def test_a_usage_error_is_utf_8():
    assert "没有命令" in piped("xl_jixiao", "revue").stderr.decode("utf-8")
