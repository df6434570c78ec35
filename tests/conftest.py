"""Fixtures every test may use. xlwings' Windows code is put in place first: UDF modules are decorated on import."""

from __future__ import annotations

import pytest
from support import winstub

winstub.install()


def pytest_configure(config):
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:oletools")  # it uses pyparsing's old names


def pytest_collection_modifyitems(items):
    for item in items:
        if "office" in getattr(item, "fixturenames", ()):
            item.add_marker("office")


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
