"""Long texts of a 自评表: what a data file may hold, what is printed whole, what is read back."""

import dataclasses
import re
import shutil
import subprocess
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.depth import few, many
from support.selfeval import filled, of_row, read, write
from test_selfeval_workbook import assert_recalculates

from xl_jixiao.expr import utf16
from xl_jixiao.finding import Place
from xl_jixiao.jobs import open_job, read_workbook
from xl_jixiao.selfeval import answers as answer_files
from xl_jixiao.selfeval import cells, model
from xl_jixiao.selfeval.answers import SelfAnswers, digest
from xl_jixiao.selfeval.build import compile, plan_of, score, spans
from xl_jixiao.selfeval.checks import check_selfeval
from xl_jixiao.selfeval.layout import SelfLayout, Spans
from xl_jixiao.selfeval.passages import LongText
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.tables.answers import AnswersError
from xl_jixiao.tables.reasons import says_nothing
from xl_jixiao.words import TOTAL

EDITIONS = list(Edition)
TEXTS = {
    "E": ("goals", "预期目标", 3000),
    "F": ("goals", "实际完成情况", 3000),
    "X": ("note", "执行率说明", 500),
    "R": (1, "reason", 1000),
    "N": (7, "name", 500),
    "A": (7, "actual", 200),
    "S": (7, "reason", 300),
    "T": (8, "target", 100),
    "U": (8, "reason", 1000),
}
"""Where each long text stands: what it is, how long it is."""


def numbered(letter, length):
    """Sentences that each start with their own mark: E001, E002; now and then a new paragraph."""
    text, number = "", 0
    while True:
        number += 1
        sentence = f"{letter}{number:03d}举办惠民演出，培训{number * 1000:,}人次；已全部完成" + ("。\n" if number % 9 == 0 else "。")
        if len(text) + len(sentence) > length:
            return text + "末" * (length - len(text))
        text += sentence


def marks(letter):
    return re.findall(rf"{letter}\d\d\d", numbered(letter, TEXTS[letter][2]))


def long_filing():
    """The example with texts as long as they may be."""
    table, filing = filled("generic-selfeval")
    texts = {letter: numbered(letter, length) for letter, (_, _, length) in TEXTS.items()}
    rows = list(filing.rows)
    for letter, (at, name, _) in TEXTS.items():
        if isinstance(at, int):
            rows[at] = dataclasses.replace(rows[at], **{name: texts[letter]})
    low = {**filing.funds, ("当年财政拨款", "全年执行数"): Decimal(60)}
    return table, dataclasses.replace(
        filing, rows=tuple(rows), expected=texts["E"], actual=texts["F"], execution_note=texts["X"], funds=low
    )


# ---- how long a text may be


PLACES = {
    "answers“主管部门”": ("answers", "主管部门", 100),
    "goals“预期目标”": ("goals", "预期目标", 3000),
    "goals“实际完成情况”": ("goals", "实际完成情况", 3000),
    "funds“执行率说明”": ("funds", "执行率说明", 500),
    "rows[1]“三级指标”": ("rows", "三级指标", 500),
    "rows[1]“指标值”": ("rows", "指标值", 100),
    "rows[1]“实际完成值”": ("rows", "实际完成值", 200),
    "rows[1]“偏差原因”": ("rows", "偏差原因", 1000),
    "rows[1]“偏差原因分析及改进措施”": ("rows", "偏差原因分析及改进措施", 1000),
    "rows[1]“二级指标”": ("rows", "二级指标", 50),
    "rows[1]“计分方向”": ("rows", "计分方向", 10),
}


def data_of(*texts):
    data = {}
    for section, key, text in texts:
        if section == "rows":
            data.setdefault("rows", [{}])[0][key] = text
        else:
            data.setdefault(section, {})[key] = text
    return data


@pytest.mark.parametrize("place", PLACES)
def test_a_text_may_be_as_long_as_its_cell_accepts_and_no_longer(place):
    section, key, most = PLACES[place]
    table = model.load("generic-selfeval")
    answer_files.from_data(data_of((section, key, "字" * most)), table)
    with pytest.raises(AnswersError) as caught:
        answer_files.from_data(data_of((section, key, "字" * (most + 1))), table)
    assert caught.value.problems == (f"{place}：有{most + 1}字，最多{most}字",)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x1b", "\ud800", "\uffff"])
def test_control_characters_are_refused(place, mark):
    section, key, _ = PLACES[place]
    with pytest.raises(AnswersError) as caught:
        answer_files.from_data(data_of((section, key, f"甲{mark}乙")), model.load("generic-selfeval"))
    assert caught.value.problems == (f"{place}：含有不能显示的控制字符，请删除",)


def test_every_text_that_is_too_long_is_named_at_once(tmp_path):
    texts = [(section, key, "字" * (most + 1)) for place, (section, key, most) in PLACES.items() if not place.endswith("改进措施”")]
    with pytest.raises(AnswersError) as caught:
        answer_files.from_data(data_of(*texts, ("answers", "项目名称", "甲\x07"), ("goals", "预期", "甲")), model.load("generic-selfeval"))
    found = "\n".join(caught.value.problems)
    assert found.count("最多") == len(texts) == len(caught.value.problems) - 2
    assert "answers“项目名称”：含有不能显示的控制字符" in found and "goals“预期”：没有这一项" in found
    path = tmp_path / "甲.toml"
    path.write_text('[goals]\n"预期目标" = "甲\\u0007"', encoding="utf-8")
    with pytest.raises(AnswersError, match="甲.toml goals“预期目标”：含有不能显示的控制字符"):
        answer_files.load(path, model.load("generic-selfeval"))


def test_line_ends_and_head_fields_are_as_a_workbook_returns_them(tmp_path):
    table = model.load("generic-selfeval")
    data = {
        "answers": {"项目名称": "甲\r\n 乙"},
        "goals": {"预期目标": "一\r\n二\r三\n四"},
        "rows": [{"三级指标": "甲\r\n乙", "指标值": "1项\r\n"}],
    }
    filing = answer_files.from_data(data, table)
    assert (filing.fields["项目名称"], filing.expected, filing.rows[0].name, filing.rows[0].target) == (
        "甲 乙",
        "一\n二\n三\n四",
        "甲\n乙",
        "1项",
    )
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    assert read(tmp_path / "book.xlsx", table) == filing


def test_the_cells_accept_what_a_data_file_may_hold(tmp_path):
    table, filing = filled("generic-selfeval")
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    rules = openpyxl.load_workbook(tmp_path / "book.xlsx")["自评表"].data_validations.dataValidation
    found = {rule.promptTitle: int(rule.formula1) for rule in rules if rule.type == "textLength"}
    assert found == {
        "三级指标": 500,
        "年度指标值": 100,
        "实际完成值": 200,
        "偏差原因分析及改进措施": 1000,
        "预期目标": 3000,
        "实际完成情况": 3000,
        "执行率说明": 500,
        "项目名称": 100,
        "主管部门": 100,
        "实施单位": 100,
    }


def test_what_was_pasted_over_a_limit_is_read_whole_and_found(tmp_path):
    table, filing = filled("generic-selfeval")
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    plan = plan_of(table)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    texts = {
        cells.at(cells.NAME, 1): "名" * 501,
        cells.at(cells.TARGET, 1): "标" * 101,
        cells.at(cells.DONE, 1): "值" * 201,
        cells.at(cells.REASON, 1): "因" * 30000,
        "主管部门": "部" * 101,
        "预期目标": "目" * 3001,
        "执行率说明": "说" * 501,
        cells.at(cells.REASON, 2): "原因_x0007_甲",
    }
    pasted = {plan.ref(key): text for key, text in texts.items()}
    for ref, text in pasted.items():
        book[ref.sheet][ref.local] = text
    book.save(tmp_path / "pasted.xlsx")
    job = open_job("generic-selfeval")
    again = read_workbook(tmp_path / "pasted.xlsx").answers
    assert len(again.rows[0].reason) == 30000 and again.expected == "目" * 3001 and again.rows[1].reason == "原因甲"
    found = [finding for finding in job.evaluate(again, file="甲.xlsx").findings if finding.code == "JX524"]
    assert {str(finding.place).partition("!")[2] for finding in found} == {ref.local for ref in list(pasted)[:-1]}
    assert any(finding.message == f"第1行“{'名' * 20}”的三级指标有501字，最多500字" for finding in found)
    for edition in (Edition.NATIVE, Edition.FINISHED):  # what is too long is shown all the same
        write(table, again, edition, tmp_path / "again.xlsx", overwrite=True)
        assert read(tmp_path / "again.xlsx", table) == again


# ---- parts of a text


@given(st.text("字句Ab1,。，；\n 　𠮷", max_size=1500), st.sampled_from((5, 11, 23, 51)), st.sampled_from((9, 10)))
@settings(max_examples=many(60, 1000), deadline=None)
def test_the_parts_are_the_text(text, width, size):
    passage, counted = LongText(text, width, size), text.encode("utf-16-le")
    shown = ""
    for part in passage.pieces:
        start = 2 * (part.start - 1)
        assert counted[start : start + 2 * utf16(part.text)].decode("utf-16-le") == part.text
        shown += part.text
    assert shown.replace("\n", "") == text.replace("\n", "")
    assert all(passage.height(at) <= 240 for at in range(len(passage.pieces)))


def test_texts_are_parted_after_sentences():
    parts = LongText(numbered("R", 1000), 18).pieces
    assert len(parts) > 5 and all(part.text[-1] in "。；，末" for part in parts)


def test_ordinary_rows_take_one_sheet_row():
    table, filing = filled("generic-selfeval")
    assert str(spans(score(table, filing))) == "" and str(spans(score(table, SelfAnswers(table.id)))) == ""
    layout = SelfLayout(table, 10)
    assert (layout.total_row, layout.form_rows(10)) == (layout.head_row + 11, (22, 22)) and layout.head_row == 12


@pytest.mark.parametrize("cell", [None, "", "4", "4;", "0;1", "4;1,0", "4;1,1,1,1", "a;1", 4, "4;99999", "４;1"])
def test_a_workbook_that_says_nonsense_about_its_rows_says_nothing(cell):
    assert Spans.of(cell, 3) == Spans()


def test_spans_say_what_they_are():
    found = Spans(4, (1, 3))
    assert Spans.of(str(found), 3) == found
    layout = SelfLayout(model.load("generic-selfeval"), 3, found)
    rows = [layout.form_rows(number) for number in layout.numbers]
    first = layout.head_row + 1
    assert layout.head_row == layout.goals_row + 5 and rows == [(first, first), (first + 1, first + 3), (first + 4, first + 4)]
    assert layout.total_row == first + 5 and layout.work_rows(2) == (5, 7) and layout.form_rows(1, 3) == (first, first + 4)


# ---- whole workbooks


@pytest.mark.parametrize("edition", few(EDITIONS, lambda edition: edition is not Edition.FINISHED))
def test_long_texts_are_read_back(edition, tmp_path):
    table, filing = long_filing()
    path = tmp_path / f"book{edition.suffix}"
    card = write(table, filing, edition, path)
    returned = read_workbook(path)
    job, again = returned.job, returned.answers
    assert again == filing and job.evaluate(again).card.total == card.total == score(table, filing).total is not None
    assert digest(again) == openpyxl.load_workbook(path).custom_doc_props[StampName.DIGEST].value
    write(table, again, Edition.FINISHED, tmp_path / "next.xlsx")
    assert read(tmp_path / "next.xlsx", table) == filing


@pytest.mark.parametrize("edition", few([Edition.NATIVE, Edition.FINISHED], lambda edition: edition is Edition.NATIVE))
def test_long_texts_are_computed_with_and_saved_by_libreoffice(edition, tmp_path, office):
    table, filing = long_filing()
    path = tmp_path / "book.xlsx"
    write(table, filing, edition, path)
    assert_recalculates(path, office, tmp_path, 400)
    office.convert(path, "xlsx", tmp_path / "saved.xlsx")
    assert read(tmp_path / "saved.xlsx", table) == filing


def test_a_tall_row_is_typed_into_as_any_other(tmp_path, office):
    table, filing = long_filing()
    card = write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    plan = compile(table, filing, Edition.NATIVE)
    total, actual = plan.ref(TOTAL).local, of_row(plan, cells.DONE, 2)
    assert SelfLayout(table, table.capacity, spans(card)).tall(2)
    (changed,) = office.edit(tmp_path / "book.xlsx", [("自评表", actual, "1200人次")])
    assert changed["自评表", of_row(plan, cells.POINTS, 2)] == 10 and changed["自评表", total] == float(card.total + Decimal("0.42"))


def test_a_finished_form_as_full_as_it_can_be_is_read_back(tmp_path):
    """As many rows as the form has room for: the classes are merged all the same."""
    table, filing = filled("generic-selfeval")
    full = dataclasses.replace(filing, rows=(filing.rows * 4)[: table.capacity])
    unclaimed = dataclasses.replace(full, rows=tuple(dataclasses.replace(row, claimed=None) for row in full.rows))
    for long in few((False, True), bool):
        rows = (dataclasses.replace(unclaimed.rows[0], reason="长。" * 500), *unclaimed.rows[1:]) if long else unclaimed.rows
        given_in = dataclasses.replace(unclaimed, rows=rows)
        write(table, given_in, Edition.FINISHED, tmp_path / "book.xlsx", overwrite=True)
        assert len(rows) == table.capacity and read(tmp_path / "book.xlsx", table) == given_in


@pytest.mark.parametrize("sources", [1, 2, 3])
@pytest.mark.parametrize("edition", few(EDITIONS, lambda edition: edition is Edition.FINISHED))
def test_a_long_explanation_fits_beside_a_form_with_few_sources(sources, edition, tmp_path):
    table = model.load("generic-selfeval")
    table = type(table).model_construct(**{**dict(table), "sources": table.sources[:sources]})
    for note in few(("", "尾款下年支付", "说明" * 250), lambda note: len(note) > 6):
        filing = SelfAnswers(table.id, execution_note=note)
        write(table, filing, edition, tmp_path / f"book{edition.suffix}", overwrite=True)
        assert read(tmp_path / f"book{edition.suffix}", table) == filing


# ---- print


def printed_lines(pdf):
    """{page: [(box, text)]} of every line of writing, boxes in points."""
    pages = {}
    found = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True, encoding="utf-8").stdout
    for number, page in enumerate(re.findall(r"<page .*?</page>", found, re.DOTALL), 1):
        words = re.findall(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', page)
        pages[number] = [(tuple(map(float, box)), text) for *box, text in words]
    return pages


def ink_of(pdf, number, folder):
    """A page as rows of grey values, at 144 dots to the inch."""
    subprocess.run(["pdftoppm", "-gray", "-r", "144", "-f", f"{number}", "-l", f"{number}", str(pdf), str(folder / "page")], check=True)
    (picture,) = folder.glob("page*.pgm")
    _, size, _, pixels = picture.read_bytes().split(b"\n", 3)
    picture.unlink()
    width, height = map(int, size.split())
    return [pixels[at * width : (at + 1) * width] for at in range(height)]


def is_whole(box, ink):
    """Whether a line of writing can be seen from end to end, its upper and its lower half."""
    left, top, right, bottom = (round(2 * edge) for edge in box)
    half, slices = (top + bottom) // 2, max(1, round((right - left) / 40))
    for start, end in ((top, half), (half, bottom)):
        for at in range(slices):
            first, last = (left + (right - left) * one // slices for one in (at, at + 1))
            if not any(value < 128 for row in ink[start:end] for value in row[first:last]):
                return False
    return True


def overlapping(lines):
    """Lines of writing that lie over one another: one was not cut off, but runs out of its cell."""
    for at, (one, text) in enumerate(lines):
        for two, other in lines[at + 1 :]:
            across, down = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
            if across > 2 and down > 4:
                yield text, other


def seen(pdf, folder):
    """The marks of the sentences that are printed whole, on every page; fails for lines over lines."""
    found = []
    for number, lines in printed_lines(pdf).items():
        assert list(overlapping(lines)) == []
        ink = ink_of(pdf, number, folder)
        found += [mark for box, text in lines if is_whole(box, ink) for mark in re.findall(r"[A-Z]\d\d\d", text)]
    return found


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")
def test_every_sentence_of_a_finished_form_is_printed(tmp_path, office):
    table, filing = long_filing()
    write(table, filing, Edition.FINISHED, tmp_path / "book.xlsx")
    found = seen(office.to_pdf(tmp_path / "book.xlsx", tmp_path), tmp_path)
    times = {"N": 4, "A": 3, "T": 3, "R": 2, "S": 2, "U": 2}  # also on 自评结论 and 评分底稿
    wanted = {mark: times.get(letter, 1) for letter in TEXTS for mark in marks(letter)}
    assert {mark: found.count(mark) for mark in wanted} == wanted


# ---- a finding names the cell where the mistake stands


def _mistaken(path, table):
    """The finding of the row whose actual value is in another unit."""
    answers = read(path, table)
    (finding,) = [one for one in check_selfeval(score(table, answers), path.name) if one.code == "JX505"]
    return finding.place


def test_empty_rows_between_do_not_move_the_cell_of_a_finding(tmp_path):
    """A clerk leaves rows of the printed classes empty; the rows read are closer together than the rows of the sheet."""
    table, filing = filled("generic-selfeval")
    write(table, filing, Edition.NATIVE, tmp_path / "book.xlsx")
    plan = plan_of(table)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for number in (1, 3):
        for name in (cells.NAME, cells.TARGET, cells.DONE, cells.WEIGHT, cells.REASON):
            book["自评表"][of_row(plan, name, number)].value = None
    wrong = plan.ref(cells.at(cells.DONE, 5))
    book["自评表"][wrong.local].value = "12公里"
    book.save(tmp_path / "book.xlsx")
    assert _mistaken(tmp_path / "book.xlsx", table) == Place("book.xlsx", "自评表", wrong.local)


@pytest.mark.parametrize("edition", few([Edition.NATIVE, Edition.FINISHED], lambda edition: edition is Edition.FINISHED))
def test_a_row_over_several_sheet_rows_does_not_move_the_cell_of_a_finding(edition, tmp_path):
    table, filing = long_filing()
    rows = (*filing.rows[:-1], dataclasses.replace(filing.rows[-1], actual="12公里"))
    filing = dataclasses.replace(filing, rows=rows)
    card = write(table, filing, edition, tmp_path / "book.xlsx")
    assert any(map(SelfLayout(table, len(rows), spans(card)).tall, range(1, len(rows))))
    place = _mistaken(tmp_path / "book.xlsx", table)
    assert place == Place("book.xlsx", "自评表", of_row(compile(table, filing, edition), cells.DONE, len(rows)))
    shown = openpyxl.load_workbook(tmp_path / "book.xlsx", data_only=True)["自评表"][place.cell].value
    assert shown == "12公里"


@pytest.mark.parametrize(
    ("reason", "empty"),
    [("详见附件3。", True), ("见附件三", True), ("详见附件第2页", True), ("合同变更，见附件3", False), ("推迟至2021年", False)],
)
def test_a_numbered_attachment_is_no_reason(reason, empty):
    assert says_nothing(reason) is empty


@pytest.mark.parametrize(
    ("reason", "empty"),
    [
        ("经局党组会议研究决定", True),
        ("根据上级主管部门有关文件精神，进行调整。", True),
        ("因工作需要，按领导要求据实打分", True),
        ("根据湘财预〔2020〕3号文件要求调整", False),
        ("上级部门年中追加预算", False),
        ("经会议研究推迟到次年", False),
        ("已按要求整改完成", False),
        ("因故未完成，今后加强管理。", True),
        ("由于种种原因没有达到目标，下一步加强沟通协调，提高工作效率", True),
        ("正在推进中", True),
        ("未达到年初目标值", True),
        ("年初预算未下达", False),
        ("资金不足，下年继续实施", False),
        ("指标值设置不合理", False),
        ("部分项目跨年实施", False),
    ],
)
def test_who_decided_or_that_it_was_not_done_alone_is_no_reason(reason, empty):
    assert says_nothing(reason) is empty
