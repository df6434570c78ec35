"""The real door to Windows, tried on a registry module of our own: views, missing values, what may be written."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from xl_jixiao.desktop.windows import HKCU, HKLM, ThisDesktop, expand
from xl_jixiao.sheet.addin import BUTTONS


class Handle:
    def __init__(self, key):
        self.key = key

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def registry(monkeypatch):
    """winreg over a dictionary: (root, view, key) -> values; view 1 is the 64-bit half, 2 the 32-bit half."""
    stored: dict[tuple, dict] = {}

    def open_key(root, key, reserved, access):
        view = access & 3
        if not any(k[:2] == (root, view) and (k[2] == key or k[2].startswith(key + "\\")) for k in stored):
            raise FileNotFoundError(2, "no key")
        return Handle((root, view, key))

    def below(handle):
        root, view, key = handle.key
        return sorted({k[2][len(key) + 1 :].split("\\")[0] for k in stored if k[:2] == (root, view) and k[2].startswith(key + "\\")})

    def query(handle, name):
        try:
            return stored[handle.key][name], 1
        except KeyError:
            raise FileNotFoundError(2, "no value") from None

    def delete(root, key):
        if stored.pop((root, 1, key), None) is None:
            raise FileNotFoundError(2, "no key")

    fake = SimpleNamespace(
        HKEY_CURRENT_USER="user",
        HKEY_LOCAL_MACHINE="machine",
        KEY_READ=4,
        KEY_WRITE=8,
        KEY_WOW64_64KEY=1,
        KEY_WOW64_32KEY=2,
        REG_DWORD=4,
        REG_SZ=1,
        OpenKey=open_key,
        QueryValueEx=query,
        QueryInfoKey=lambda h: (len(below(h)), 0, 0),
        EnumKey=lambda h, index: below(h)[index],
        CreateKeyEx=lambda root, key, *_: Handle((root, 1, key)),
        SetValueEx=lambda handle, name, _, kind, value: stored.setdefault(handle.key, {}).update({name: value, name + ":kind": kind}),
        DeleteKey=delete,
    )
    monkeypatch.setitem(sys.modules, "winreg", fake)
    return stored


@pytest.fixture
def desktop(registry):
    found = ThisDesktop()
    found.is_windows = True
    return found


def test_a_value_only_in_the_32_bit_half_is_found(desktop, registry):
    registry["machine", 1, r"Software\Office"] = {"other": 1}
    registry["machine", 2, r"Software\Office"] = {"Bitness": "x86"}
    assert desktop.value(HKLM, r"Software\Office", "Bitness") == "x86"
    assert desktop.value(HKLM, r"Software\Office", "absent") is None
    assert desktop.value(HKCU, r"Software\Nothing") is None


def test_subkeys_are_named(desktop, registry):
    registry["user", 1, r"A\Location0"] = {}
    registry["user", 1, r"A\Location1\Deeper"] = {}
    assert desktop.subkeys(HKCU, "A") == ("Location0", "Location1")
    assert desktop.subkeys(HKCU, "B") == ()


def test_numbers_and_texts_are_written_as_what_they_are_and_a_key_can_go_twice(desktop, registry):
    desktop.write_value(HKCU, "K", "n", 1)
    desktop.write_value(HKCU, "K", "t", "文")
    assert registry["user", 1, "K"] == {"n": 1, "n:kind": 4, "t": "文", "t:kind": 1}
    desktop.delete_key(HKCU, "K")
    desktop.delete_key(HKCU, "K")
    assert desktop.value(HKCU, "K", "n") is None


def test_the_machine_s_half_is_never_written(desktop):
    with pytest.raises(AssertionError):
        desktop.write_value(HKLM, "K", "n", 1)


def test_a_program_that_is_not_there_or_too_slow_is_an_outcome(tmp_path):
    here = ThisDesktop()
    assert here.run([tmp_path / "absent.exe"]).code == 127
    assert here.run([sys.executable, "-c", "import time; time.sleep(9)"], timeout=0.3).code == 124
    done = here.run([sys.executable, "-c", "print('一'); raise SystemExit('坏了')"])
    assert (done.code, done.last_line) == (1, "坏了")


def test_unknown_variables_stay_in_a_path():
    assert "%JX_ABSENT%" in str(expand(ThisDesktop(), r"%JX_ABSENT%\a"))


@pytest.mark.skipif(sys.platform == "win32", reason="says what holds elsewhere")
def test_elsewhere_there_is_no_registry():
    here = ThisDesktop()
    assert not here.is_windows and here.value(HKCU, "Software") is None and here.subkeys(HKLM, "Software") == ()


def test_what_is_checked_by_hand_covers_every_button_and_has_each_number_once():
    text = (Path(__file__).parents[1] / "docs" / "windows-check.md").read_text(encoding="utf-8")
    numbers = [row.split("|")[1].strip() for row in text.splitlines() if row.startswith("| ") and row[2].isdigit()]
    assert len(numbers) > 40 and len(set(numbers)) == len(numbers)
    assert [label for label, _ in BUTTONS if label not in text] == []
    assert "nothing is computed while the wizard" not in text
