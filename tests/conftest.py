"""Fixtures every test may use. xlwings' Windows code is put in place first: UDF modules are decorated on import."""

from __future__ import annotations

import gc
import itertools
import os
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import bytecode, merged, winstub

gc.set_threshold(0)  # see pytest_runtest_setup
gc.get_freeze_count = lambda: 1  # what is frozen here would be counted one by one, with each file that is reviewed
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


LONGEST = (
    *("forgeries", "unit_book", "package", "live", "review_claims", "cli", "desk", "selfeval_workbook", "slips", "rules", "agree", "fuzz"),
    *("desktop_bundle", "review", "arrive", "native_proof", "selfeval_texts", "table_errors", "typed_cells", "hostile", "excel_limits"),
    *("selfeval", "forms", "workbook", "documents", "excel_buttons", "county_tables", "documents_plan", "rates", "documents_checks"),
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


def pytest_runtest_setup():
    """Plans are millions of objects that stay, and let go of what they need no more by themselves: looking for garbage among them again and
    again took a third of a run's time. A command that runs within a test looks among its own."""
    gc.freeze()
    gc.set_threshold(0)


GROWN = 30_000_000
"""By so many pieces of memory, some 3.5 gigabytes, what tests leave may grow before it is looked through."""

SOMETIMES = 16
"""After so many tests it is asked how much that is: the question itself takes milliseconds."""

_most = [GROWN]
_ended = itertools.count(1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown():
    """What a test leaves that holds itself (openpyxl's workbooks) is found before it is frozen beside all else; what is kept of tables and plans
    for the next test is let go of where it has become much."""
    done = yield
    gc.collect()
    if next(_ended) % SOMETIMES == 0 and sys.getallocatedblocks() > _most[0]:
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in ("xl_jixiao", "support"):
                for kept in list(vars(module).values()):
                    getattr(kept, "cache_clear", int)()
        _most[0] = max(GROWN, sys.getallocatedblocks() + GROWN // 2)
    return done


def pytest_sessionfinish():
    """pytest looks for garbage five times at its end: among tens of thousands of plans' cells, in vain."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def shared_books(tmp_path_factory):
    """Where the workers of this run keep the workbooks they write for all (support/books.py)."""
    from support.books import SHARED

    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "books"
    folder.mkdir(exist_ok=True)
    os.environ[SHARED] = str(folder)


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
