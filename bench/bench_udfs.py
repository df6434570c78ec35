"""What a worksheet function costs above an empty one, both through xlwings' CallUDF, and how many are called for one edit.

    python bench/bench_udfs.py [--live]

Excel's own part of a call, COM between the processes (published at about 4 ms), is not in it: what is measured is Python's.
The calls for one edit are counted in LibreOffice (--live), which recalculates the built template.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import winstub  # noqa: E402

winstub.install()

import xlwings  # noqa: E402
from measures import Measured  # noqa: E402
from support.fake_excel import FakeBook, FakeRange  # noqa: E402
from xlwings.com_server import XLPython  # noqa: E402

from xl_jixiao.scoretable import table as rubric  # noqa: E402
from xl_jixiao.tables import answers  # noqa: E402
from xl_jixiao.tables.catalogue import examples  # noqa: E402

ID = "hongjiang-2020-dept"
LIMIT = 2.0


def empty_module(arity: int, hidden: int) -> str:
    """A module with one function that takes the same arguments, declared as ours are, and does nothing."""
    name = f"bench_empty_{arity}_{hidden}"
    if name not in sys.modules:
        module = types.ModuleType(name)
        module.__file__ = str(Path(__file__))
        visible = [f"a{at}" for at in range(arity)]
        parameters = [f"{one}=None" for one in (*visible, "caller", "bare")[: arity + hidden]]
        exec(f"def EMPTY({', '.join(parameters)}):\n    return 0.0", vars(module))  # noqa: S102
        function = module.EMPTY
        for one in visible:
            function = xlwings.arg(one, doc="", err_to_str=True)(function)
        module.EMPTY = xlwings.func(function)
        sys.modules[name] = module
    return name


def calls() -> dict[str, tuple[str, tuple]]:
    """Calls as the template's cells make them: reference arguments, the rule a cell's text."""
    table = rubric.load(ID)
    example = answers.load(examples()[ID], table.asked)
    rules = {one.code: one.scorer.model_dump_json(exclude_defaults=True) for one in table.indicators}
    cell = FakeRange.of
    judged = table.indicator_by_code["资金使用合规性"]
    items = tuple(example.values[key] for key in judged.item_keys)
    worked = "在职人员控制率=66÷86×100%=76.74%"
    return {
        "在职人员控制率": ("JX_CONTROL_RATE", (cell(66), cell(86), None, False)),
        "预算完成率（四个数）": ("JX_BUDGET_COMPLETION_RATE_CARRYOVER", (cell(84.39), cell(1521.39), cell(9.16), cell(62.29), None, False)),
        "按比率计分": ("JX_SCORE", (cell(rules["在职人员控制率"]), cell(0.7674))),
        "按五个认定项计分": ("JX_SCORE", (cell(rules[judged.code]), "", *items)),
        "计分说明": ("JX_EXPLAIN", (cell(rules["在职人员控制率"]), cell(0.7674), worked)),
        "本地比率": ("JX_RATE", ("支出/预算", "不适用", 12.37, 15.0)),
        "等次": ("JX_GRADE", (cell(89.5), "90优秀;80良好;60合格;0不合格")),
        "自评表一行": ("JX_COMPLETION_SCORE", (cell(10), cell("≥95%"), cell("90%"))),
    }


def seconds(call: Callable[[], object], rounds: int) -> float:
    started = time.process_time()
    for _ in range(rounds):
        call()
    return (time.process_time() - started) / rounds


def measure(rounds: int = 400, repeats: int = 9) -> dict[str, tuple[float, float]]:
    """Microseconds of each call and of the empty one, measured in turns so that a busy machine slows both; the best of the turns."""
    server, caller = XLPython(), FakeBook().range("A1")
    book = caller.Worksheet.Parent
    found = {}
    gc.disable()
    try:
        for title, (function, args) in calls().items():
            hidden = 2 if args[-2:] == (None, False) else 0
            empty = empty_module(len(args) - hidden, hidden)
            ours, theirs = [], []
            for _ in range(repeats):
                theirs.append(seconds(lambda: server.CallUDF(empty, "EMPTY", args, book, caller), rounds))  # noqa: B023
                ours.append(seconds(lambda: server.CallUDF("jx_udfs", function, args, book, caller), rounds))  # noqa: B023
            found[f"{title} {function}"] = min(ours) * 1e6, min(theirs) * 1e6
    finally:
        gc.enable()
    return found


def live_counts() -> list[str]:
    """The calls LibreOffice makes for one edit of the built template."""
    from support.office import Office

    from xl_jixiao.scoretable.job import TableJob
    from xl_jixiao.sheet.edition import Edition

    job, office = TableJob.load(ID), Office()
    plan = job.plan_for(Edition.ADDIN, {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "自评.xlsm")
        job.write(job.answers(examples()[ID]), Edition.ADDIN, path)
        edits = [("在职人员数", 90), ("年初预算数", 1000), ("绩效目标合理性_1", "不符合"), ("公务接待费", 12.97)]
        try:
            live = office.live(path, [], [(plan.ref(key).sheet, plan.ref(key).local, value) for key, value in edits])
        finally:
            office.close()
    lines = [f"| 打开后全部重算 | {len(live.calls[0])} | |"]
    for (key, _), made in zip(edits, live.calls[1:], strict=True):
        lines.append(f"| 改 {key} | {len(made)} | {'、'.join(call.function for call in made)} |")
    return lines


def ratios() -> Iterator[Measured]:
    """Every function's ratio."""
    for title, (ours, empty) in measure().items():
        yield Measured(title, "an empty function", ours / empty, LIMIT)


def main() -> int:
    found = measure()
    print("| 函数 | 本函数 µs | 空函数 µs | 倍数 |\n|---|---|---|---|")
    for title, (ours, theirs) in found.items():
        print(f"| {title} | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} |")
    ratios = [ours / theirs for ours, theirs in found.values()]
    print(f"\n中位 {statistics.median(ratios):.2f}，最大 {max(ratios):.2f}，上限 {LIMIT}")
    if "--live" in sys.argv:
        print("\n| 操作 | 调用次数 | 函数 |\n|---|---|---|")
        print("\n".join(live_counts()))
    return 0 if max(ratios) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
