"""The whole review: files in; report, JSON, CSV and letters out, with progress on the way."""

import csv
import datetime
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import TextColumn, TimeRemainingColumn

from xl_jixiao.finding import Finding, Level, Place, found
from xl_jixiao.outputs import finishing, refuse_unwritable, replacing
from xl_jixiao.review.across import compared
from xl_jixiao.review.agree import reports_of_units
from xl_jixiao.review.desk import VERDICTS, Desk, WrongPoints, verdict, with_reviewed
from xl_jixiao.review.examine import Examined, examine, examine_all, files_of, not_examined, own_tables, report_of
from xl_jixiao.review.held import SharedPieces
from xl_jixiao.review.letters import LetterHead, left_from_before, write_letters
from xl_jixiao.review.names import Filed, UnitList, filed, read_list
from xl_jixiao.review.record import STATES, UNSEEN, Earlier, beside_last_year, followed_all, followed_name, moved, read_earlier
from xl_jixiao.review.report import POINTS, ListColumn, Listing, write_report
from xl_jixiao.review.sample import Sample, SampleBy, draw, risks
from xl_jixiao.sheet.content import shown as seen
from xl_jixiao.terminal import LEVEL_STYLES, console, progress, say


@dataclass(frozen=True)
class Reviewed:
    """What a review came to; `interrupted` where someone stopped it before every file was looked at."""

    results: tuple[Examined, ...]
    interrupted: bool = False


@dataclass(frozen=True)
class Drawing:
    """What sample is wanted."""

    size: str
    way: SampleBy = SampleBy.RISK
    seed: int | None = None
    listed: Path | None = None


@dataclass(frozen=True)
class Wanted:
    """What a review is to write, and what it goes by besides the files."""

    output: Path
    json_file: Path | None = None
    csv_file: Path | None = None
    letters: Path | None = None
    head: LetterHead = field(default_factory=LetterHead)
    jobs: int | None = None
    rubric: str | None = None
    units: Path | None = None
    tables: Path | None = None
    previous: tuple[Path, ...] = ()
    continued: Path | None = None
    sample: Drawing | None = None
    threshold: Fraction = Fraction(30, 100)
    overwrite: bool = False
    watch: Callable[[int, int, str], None] | None = None
    """Told how many files of how many are done, and the last one's name, where no terminal shows it (Excel). Files are then examined in
    this process, and nothing is printed."""

    @property
    def targets(self) -> tuple[Path, ...]:
        """The files it writes, letters apart."""
        return tuple(path for path in (self.output, self.json_file, self.csv_file) if path)

    @property
    def goes_by(self) -> tuple[Path, ...]:
        """The files it reads without reviewing them."""
        listed = self.sample.listed if self.sample else None
        return tuple(path for path in (self.units, listed, self.continued, *self.previous) if path)


def output_of(continued: Path | None, output: Path | None) -> Path | None:
    """Where the report goes: as told, else beside the one that is continued."""
    return output or (followed_name(continued) if continued else None)


def run(paths: Sequence[Path], wanted: Wanted) -> Reviewed:
    """Reviews every file and writes what was asked for; what is done is kept where it is interrupted.

    Raises FileNotFoundError where there is nothing to review, UnreadableWorkbook for an earlier review that is none, FileExistsError and
    OSError before the work where the report can't be written, RubricError for a county's own table that is wrong.
    """
    beside = _read_beside(paths, wanted)
    given = tuple(paths) or tuple(path for path in (beside.earlier.files() if beside.earlier else ()) if path.exists())
    aside = {path.absolute() for path in (*wanted.targets, *wanted.goes_by)}
    files, others = (tuple(file for file in found if file.absolute() not in aside) for found in files_of(given))
    source = "、".join(map(str, paths)) or str(wanted.continued)
    if not files and not others:
        raise FileNotFoundError(f"{source}：没有可审核的文件")
    out = console()
    if wanted.watch:
        done, interrupted = _examined_here(files, wanted, wanted.watch), False
    else:
        done, interrupted = _examined_all(files, wanted, out)
    reviewed = len({one.file for one in done})
    left = len(files) - reviewed
    with finishing() as came:
        desk, wrong = _on_desk([*done, *map(not_examined, others)], beside, wanted, source, left if interrupted else None)
        old: list[Path] = []
        sample = _drawn(desk, wanted.sample, beside.to_draw) or _drawn_before(desk, beside.earlier)
        more = _more(desk, beside.previous, sample)
        write_report(desk, wanted.output, overwrite=wanted.overwrite, more=more, basis=_basis(beside.expected, sample))
        written = [wanted.output, *_data_files(desk.results, wanted)]
        if wanted.letters is not None:
            head = replace(wanted.head, day=wanted.head.day or _today())
            letters = write_letters(desk, wanted.letters, head, overwrite=wanted.overwrite)
            old = left_from_before(letters)
            written += letters[:1]
        if not wanted.watch:
            _show(desk, wrong, sample, written, out)
            if old:
                names = "、".join(seen(path.name) for path in old[:20])
                say(out, f"文件夹里还有以前写的意见函{len(old)}份，这次没有要提的，不要再发：{names}", style="bold")
        if interrupted or came:
            say(out, f"审核被中断：已审{reviewed}份，还有{left}份没有审；已审的结果都在报告里", style="bold")
    return Reviewed(desk.results, interrupted or bool(came))


@dataclass(frozen=True)
class _Beside:
    """What a review goes by besides the files."""

    earlier: Earlier | None
    previous: tuple[Earlier, ...]
    expected: UnitList
    to_draw: UnitList


def _read_beside(paths: Sequence[Path], wanted: Wanted) -> _Beside:
    """Everything that can be refused before the work: what is read, and where it is written to."""
    missing = [path for path in (*paths, *wanted.goes_by) if not path.exists() and not path.is_symlink()]
    if missing:
        raise FileNotFoundError(f"{missing[0]}：找不到文件或文件夹")
    own_tables(wanted.rubric, wanted.tables)
    for target in wanted.targets:
        refuse_unwritable(target, overwrite=wanted.overwrite)
    if wanted.letters is not None:
        wanted.letters.mkdir(parents=True, exist_ok=True)
        refuse_unwritable(wanted.letters / "审核意见.docx", overwrite=True)
    earlier = read_earlier(wanted.continued) if wanted.continued else None
    return _Beside(
        earlier,
        tuple(map(read_earlier, wanted.previous)),
        _listed_before(earlier) if earlier and wanted.units is None else read_list(wanted.units),
        read_list(wanted.sample.listed if wanted.sample else None),
    )


def _on_desk(
    examined: Sequence[Examined], beside: _Beside, wanted: Wanted, source: str, left: int | None
) -> tuple[Desk, list[WrongPoints]]:
    """The results with what shows only beside each other and beside earlier ones, and the reviewer's points that can't be taken; `left` is
    how many files nobody looked at where the work was interrupted."""
    results = compared(
        reports_of_units(examined, beside.expected.names, partial(report_of, tables=own_tables(wanted.rubric, wanted.tables)))
    )
    results = _with(results, [pair for one in beside.previous for pair in beside_last_year(results, one, wanted.threshold)])
    results, wrong = _reviewed(results, beside.earlier)
    expected = beside.expected if left is None else UnitList()
    status = filed(expected, [(one.unit, "" if one.project else one.title) for one in results if one.unit and one.table])
    desk = Desk(
        _with(results, _unlisted(results, status)),
        status,
        expected,
        day=_today(),
        source=source[:200],
        folder=wanted.output.absolute().parent,
        marks=_carried(beside.earlier, beside.previous),
        notes=_notes(wrong, left),
    )
    return desk, wrong


def _today() -> str:
    day = datetime.date.today()
    return f"{day.year}年{day.month}月{day.day}日"


def _with(results: Sequence[Examined], added: Sequence[tuple[int, Finding]]) -> tuple[Examined, ...]:
    by_place: dict[int, list[Finding]] = {}
    for at, one in added:
        by_place.setdefault(at, []).append(one)
    return tuple(replace(one, findings=(*one.findings, *by_place[at])) if at in by_place else one for at, one in enumerate(results))


def _reviewed(results: Sequence[Examined], earlier: Earlier | None) -> tuple[tuple[Examined, ...], list[WrongPoints]]:
    if earlier is None:
        return tuple(results), []
    marks = {key: written for (sheet, key), written in earlier.marks.items() if sheet == POINTS}
    pairs = [with_reviewed(result, marks) for result in results]
    return tuple(result for result, _ in pairs), [one for _, wrong in pairs for one in wrong]


def _carried(earlier: Earlier | None, previous: Sequence[Earlier]) -> dict[tuple[str, str], dict[str, str]]:
    """What the reviewer wrote, of the report continued and of earlier ones; points of an earlier filing are not taken over."""
    carried = {key: dict(written) for one in previous for key, written in one.marks.items() if key[0] != POINTS}
    return {**carried, **{key: dict(written) for key, written in (earlier.marks.items() if earlier else ())}}


def _unlisted(results: Sequence[Examined], status: Filed) -> list[tuple[int, Finding]]:
    near = dict(status.strangers)
    first: dict[str, int] = {}
    for at, one in enumerate(results):
        if near.get(one.unit) and one.table:
            first.setdefault(one.unit, at)
    return [
        (at, found("JX692", Place(results[at].name), f"名单里没有“{unit}”，最近的是“{near[unit]}”：是同一个单位吗", unit, near[unit]))
        for unit, at in first.items()
    ]


def _notes(wrong: Sequence[WrongPoints], left: int | None) -> tuple[str, ...]:
    notes = [] if left is None else [f"审核被中断，还有{left}份没有审，未交单位没有统计。"]
    return (*notes, *(f"复核得分没有采用或要补：{one.where}，{one.why}" for one in wrong))


def _examined_all(files: Sequence[Path], wanted: Wanted, out: Console) -> tuple[list[Examined], bool]:
    """The results in the order of the files, and whether the work was interrupted."""
    results: dict[int, Examined] = {}
    held = SharedPieces()
    interrupted = False
    with progress(out, "正在审核", TextColumn("还需"), TimeRemainingColumn()) as shown:
        task = shown.add_task("审核", total=len(files), name="")
        try:
            for at, result in examine_all(files, wanted.rubric, wanted.jobs or os.cpu_count() or 1, wanted.tables):
                results[at] = held.result(result)
                shown.update(task, advance=1, name=seen(result.name))
        except KeyboardInterrupt:
            interrupted = True
    return [form for at in sorted(results) for form in results[at].forms], interrupted


def _examined_here(files: Sequence[Path], wanted: Wanted, watch: Callable[[int, int, str], None]) -> list[Examined]:
    done: list[Examined] = []
    for at, file in enumerate(files):
        watch(at, len(files), file.name)
        done += examine(file, wanted.rubric, wanted.tables).forms
    return done


# ---- what else is written


def _data_files(results: Sequence[Examined], wanted: Wanted) -> list[Path]:
    written = []
    if wanted.json_file is not None:
        with replacing(wanted.json_file, overwrite=wanted.overwrite) as temporary:
            text = json.dumps([result.as_json() for result in results], ensure_ascii=False, indent=2)
            temporary.write_text(text, encoding="utf-8", errors="replace")
        written.append(wanted.json_file)
    if wanted.csv_file is not None:
        with replacing(wanted.csv_file, overwrite=wanted.overwrite) as temporary:
            _write_csv(results, temporary)
        written.append(wanted.csv_file)
    return written


_CSV_HEADS = (
    "单位",
    "文件",
    "表",
    "项目",
    "填报总分",
    "复核总分",
    "按规则复算",
    "等次",
    "结论",
    "编号",
    "级别",
    "位置",
    "问题",
    "填报",
    "应为",
)


def _write_csv(results: Sequence[Examined], path: Path) -> None:
    """A line for each finding, and one for each file without; with the mark by which Excel knows UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_CSV_HEADS)
        for one in results:
            totals = (one.claimed_total, one.last_total, one.computed_total)
            head = [one.unit, one.name, one.title, one.project, *totals, one.grade, verdict(one)]
            rows = [[item.code, str(item.level), str(item.place), item.message, item.reported, item.expected] for item in one.findings]
            for row in rows or [[""] * 6]:
                writer.writerow([_as_text(cell) for cell in (*head, *row)])


def _as_text(cell: object) -> str:
    """A cell of the CSV: text of a returned file never becomes a formula in Excel."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "@", "-", "\t") and not text.lstrip("-+").replace(".", "", 1).isdigit() else text


def _drawn(desk: Desk, wanted: Drawing | None, listed: UnitList) -> Sample | None:
    if wanted is None:
        return None
    seed = int.from_bytes(os.urandom(3)) if wanted.seed is None else wanted.seed
    return draw(desk, wanted.way, wanted.size, seed, listed.names)


def _basis(expected: UnitList, sample: Sample | None) -> dict[str, Any]:
    """What a review that continues this one goes by as long as it is not told otherwise."""
    basis: dict[str, Any] = {}
    if expected.names:
        basis["units"] = [list(expected.names), dict(expected.aliases)]
    if sample is not None:
        basis["sample"] = [str(sample.way), sample.seed, [risk.unit.name for risk in sample.chosen]]
    return basis


def _listed_before(earlier: Earlier) -> UnitList:
    """The units that should file, as the continued review had them."""
    names, aliases = earlier.basis.get("units", ((), {}))
    return UnitList(tuple(names), aliases)


def _drawn_before(desk: Desk, earlier: Earlier | None) -> Sample | None:
    """The sample the continued review drew: the same units, whatever came of them since."""
    if earlier is None or "sample" not in earlier.basis:
        return None
    way, seed, names = earlier.basis["sample"]
    by_name = {risk.unit.name: risk for risk in risks(desk)}
    return Sample(SampleBy(way), seed, tuple(by_name[name] for name in names if name in by_name), len(by_name))


_WAYS = {SampleBy.RANDOM: "随机", SampleBy.RISK: "按风险", SampleBy.LIST: "按名单"}


def _more(desk: Desk, previous: Sequence[Earlier], sample: Sample | None) -> list[Listing]:
    """The lists a review has beyond the usual ones: what came of earlier findings, figures that moved, the sample."""
    more = []
    if previous:
        rows = followed_all(desk.results, previous)
        heads = (("单位", 26), ("情况", 8), ("编号", 8), ("级别", 8), ("位置", 26), ("问题", 60), ("上次的单位回复", 30))
        columns = tuple(ListColumn(head, width, "centre" if width == 8 else "small") for head, width in heads)
        cells = [(row.unit, row.state, row.code, row.level, row.place, row.message, row.reply) for row in rows]
        numbers = {state: sum(row.state == state for row in rows) for state in STATES}
        counts = "，".join(f"{state}{number}项" for state, number in numbers.items() if number or state != UNSEEN)
        more.append(Listing("整改情况", "Sheet_Followed", f"整改情况（{counts}）", columns, cells))
        figures = list(dict.fromkeys(row for one in previous for row in moved(desk.results, one)))
        names = (("单位", 26), ("表", 34), ("数", 34), ("上次", 16), ("这次", 16))
        table = [(row.unit, row.title, row.name, row.before, row.after) for row in figures]
        moved_columns = tuple(ListColumn(head, width, "small") for head, width in names)
        more.append(Listing("改动的数", "Sheet_Moved", f"两次报送之间改动的数（{len(table)}个）", moved_columns, table))
    if sample is not None:
        columns = (
            ListColumn("序号", 6, "centre"),
            ListColumn("单位", 32),
            ListColumn("风险分", 9, "whole"),
            ListColumn("为什么", 90, "small"),
        )
        listed = [
            (at, risk.unit.name, risk.points, "；".join(f"{name}{points}" for name, points in risk.parts) or "没有发现风险点")
            for at, risk in enumerate(sample.chosen, 1)
        ]
        drawn = f"抽查（{_WAYS[sample.way]}，{sample.out_of}个单位中抽{len(listed)}个，随机种子{sample.seed}）"
        more.append(Listing("抽查", "Sheet_Sample", drawn, columns, listed))
    return more


def _show(desk: Desk, wrong: Sequence[WrongPoints], sample: Sample | None, written: Sequence[Path], out: Console) -> None:
    for result in desk.results:
        counts = "　".join(f"{level}{result.count(level)}" for level in Level if result.count(level))
        style = LEVEL_STYLES[Level.MUST_FIX] if result.must_fix else ""
        line = f"{verdict(result)}　{seen(result.unit) or '—'}　{seen(result.name)}　{counts}"
        say(out, line, style=style)
    words = Counter(map(verdict, desk.results))
    told = "、".join(f"{word}{words[word]}份" for word in VERDICTS if words[word])
    say(out, f"共{len(desk.results)}份：{told}", style="bold")
    if desk.filed.absent:
        say(out, f"未交{len(desk.filed.absent)}个：{'、'.join(map(seen, desk.filed.absent))}", style="bold")
    for name, near in desk.filed.strangers:
        say(out, f"不在名单：{seen(name)}{f'，是不是“{seen(near)}”？' if near else ''}")
    for one in wrong:
        say(out, f"复核得分：{seen(one.where, 80)}，{seen(one.why, 120)}")
    if sample is not None:
        names = "、".join(seen(risk.unit.name) for risk in sample.chosen[:20])
        say(out, f"抽查{len(sample.chosen)}个（{_WAYS[sample.way]}，随机种子{sample.seed}）：{names}")
    for path in written:
        say(out, f"已生成：{seen(str(path), 400)}")
