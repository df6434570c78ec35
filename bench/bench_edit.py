"""What LibreOffice calculates of a unit's book: on opening, and after one edit, against calculating everything.

Cells are counted: of a copy whose stored values are absurd, those that show something else were calculated. Run it from the project's folder.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

sys.path.insert(0, "tests")

from measures import Measured, show
from support.office import POISON_NUMBER, POISON_TEXT, Office, missing, poison  # noqa: E402

from xl_jixiao.jobs import open_job
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.tables.catalogue import examples

BOOK = "hongjiang-2020-set"
EDITS = {"编制数": 87, "公务接待费决算": 12.97, "国内公务接待批次": 192, "政府采购货物支出": 12.38, "上年机关运行经费": 583}
_MOST, _TURNS = 0.5, 5


def ratios() -> Iterator[Measured]:
    """The shares of cells, and of time."""
    job, office = open_job(BOOK), Office(timeout=300)
    answers = job.answers(examples()[BOOK])
    plan = job.plan(answers, Edition.NATIVE)
    refs = {key: plan.ref(key) for key in EDITS}
    try:
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder, "套表.xlsx")
            job.write(answers, Edition.NATIVE, book)
            spoiled = poison(book, Path(folder, "毒.xlsx"))
            with office.open(spoiled, calculate=False) as opened:
                whole = _stored(opened.values())
            assert whole, "LibreOffice calculated everything on opening"
            reached = []
            for key, value in EDITS.items():
                with office.open(spoiled, calculate=False) as opened:
                    opened.seconds(refs[key].sheet, refs[key].local, value)
                    reached.append(1 - len(_stored(opened.values())) / len(whole))
            with office.open(book) as opened:
                everything = min(opened.seconds() for _ in range(_TURNS))
                each = [
                    min(opened.seconds(refs[key].sheet, refs[key].local, value + turn) for turn in range(_TURNS))
                    for key, value in EDITS.items()
                ]
    finally:
        office.close()
    what = "one edit of the book of 洪江 2020 in LibreOffice"
    yield Measured(f"{what}, cells calculated, the most of {len(EDITS)}", "all formula cells", max(reached), _MOST)
    yield Measured(f"{what}, the median", "all formula cells", median(reached), _MOST)
    yield Measured(f"{what}, time", "calculating everything", median(each) / everything, 1)


def _stored(cells: dict[str, dict[str, object]]) -> set[tuple[str, str]]:
    """The cells that show the absurd value still."""
    poisoned = (POISON_NUMBER, float(POISON_NUMBER), POISON_TEXT)
    return {(sheet, at) for sheet, values in cells.items() for at, value in values.items() if value in poisoned}


if __name__ == "__main__":
    sys.exit(missing() or show(list(ratios())))
