"""Fixtures every test may use. xlwings' Windows code is put in place first: UDF modules are decorated on import."""

from __future__ import annotations

import gc
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import bytecode, merged, winstub

bytecode.install()
winstub.install()
merged.install()

_NOT_ON_WINDOWS = re.compile(
    r"^from support\.(fake_excel|fake_range|live|office\w*|opened|udf|winstub|wrappers|native|com_values)\b|\boffice\b", re.M
)
"""What stands in for Excel on Linux (the fake one, LibreOffice); on Windows the real DLL is tried instead (.ci/windows)."""

collect_ignore = (
    [path.name for path in Path(__file__).parent.glob("test_*.py") if _NOT_ON_WINDOWS.search(path.read_text(encoding="utf-8"))]
    if sys.platform == "win32"
    else []
)


SELDOM = (50_000, 10, 20)
"""Plans are millions of objects that stay: looking through them for garbage took half of a run's time, several seconds at once."""


LONGEST = (
    *("unit_book", "forgeries", "selfeval_workbook", "package", "live", "desk", "slips", "hostile", "arrive", "fuzz", "native_proof"),
    *("selfeval_texts", "desktop_bundle", "typed_cells", "documents_plan", "workbook", "excel_limits", "agree", "excel_buttons"),
)
"""Files that take long come first, and of the others those of few and long tests, so that no core waits for one at the end."""


def pytest_configure(config):
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:oletools")  # it uses pyparsing's old names


def pytest_collection_modifyitems(items):
    for item in items:
        if "office" in getattr(item, "fixturenames", ()):
            item.add_marker("office")
    sizes = Counter(item.path for item in items)
    places = {f"test_{name}": at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (places.get(item.path.stem, len(LONGEST)), sizes[item.path]))


def pytest_collection_finish():
    """What is there before the first test stays to the end: it need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup():
    gc.set_threshold(*SELDOM)  # a command that ran within a test has set its own


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """What a file of tests leaves behind is looked through once; what stays of it (plans, tables) never again."""
    done = yield
    if nextitem is not None and nextitem.path != item.path:
        gc.collect()
        gc.freeze()
    return done


def pytest_sessionfinish():
    """pytest looks for garbage five times at its end: among tens of thousands of plans' cells, in vain."""
    gc.freeze()


@pytest.fixture(scope="session")
def office():
    """LibreOffice, one process for the session (support/office.py)."""
    from support.office import Office, missing

    if reason := missing():
        pytest.skip(f"LibreOffice: {reason}")
    running = Office()
    yield running
    running.close()


@pytest.fixture
def excel():
    """A fake Excel without workbooks that xlwings takes for the running one; `excel.add(FakeBook(…))` opens one."""
    from support.fake_excel import FakeExcel
    from xlwings import _xlwindows

    running = FakeExcel()
    yield running
    running.Quit()
    _xlwindows.BOOK_CALLER = None
