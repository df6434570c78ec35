"""Forged workbooks: each is changed in one way, and the review names the cell, once, by its code. What clerks do every day is no forgery.

Cases are in data/forgeries.toml. A place is a key of the plan (得分_在职人员控制率), an address (评分底稿!K12), or the first constant that
holds a text (整体支出评分表!@公用经费控制率).
"""

import random
import re
import shutil
import string
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pytest
from fuzz_forgeries import outcome
from support import forging, forging_word
from support.depth import DEEP, few, forms, spread
from support.tamper import Tampered

from xl_jixiao.finding import Level
from xl_jixiao.jobs import open_job
from xl_jixiao.review.across import compared
from xl_jixiao.review.agree import reports_of_units
from xl_jixiao.review.desk import Desk
from xl_jixiao.review.examine import examine, files_of, not_examined, report_of
from xl_jixiao.review.letters import _discreet
from xl_jixiao.review.report import write_report
from xl_jixiao.review.report_charts import ReportChart, charts_otherwise
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Label, Ref, column_letter
from xl_jixiao.tables.catalogue import bundled, examples, heading, sets

DATA = Path(__file__).parent / "data" / "forgeries.toml"
CASES = tomllib.loads(DATA.read_text(encoding="utf-8"))["forgery"]
HABITS = tomllib.loads((DATA.parent / "clerk_habits.toml").read_text(encoding="utf-8"))["habit"]
ALL_HABITS = [(case, edition) for case in HABITS for edition in case.get("editions", ["native"])]


def firsts(cases):
    """The first case of each kind of form and of each deed that leads to each code: what every run tries; the deep profile tries all."""
    known, tables = set(), {**bundled(), **sets()}
    for case in cases:
        codes = [code.partition(" ")[0] for code in case["finds"] or [""]]
        shown = {heading(tables[case["form"]])["kind"], *((deed, code) for deed, *_ in case["do"] for code in codes)}
        if DEEP or shown - known:
            yield case
        known |= shown


ONE_BY_ONE = [
    (case, edition)
    for at, case in enumerate(firsts(CASES))
    for editions in [case.get("editions", ["native"])]
    for edition in (editions if DEEP else [editions[at % len(editions) if case["form"] == "hongjiang-2020-dept" else 0]])
]
"""In every run a forgery is tried in one of its editions."""


class Base:
    """A sound workbook of a bundled example, its plan, and the findings it has of its own."""

    def __init__(self, form, edition):
        sound = forging.sound(form, Edition(edition))
        self.plan, self.path, self.own = sound.plan, sound.path, sound.own

    def place(self, text):
        """Sheet and address of a place."""
        if text in self.plan.placed:
            ref = self.plan.ref(text)
            return ref.sheet, ref.local
        if text in self.plan.areas:
            span = self.plan.areas[text]
            return span.sheet, Ref(span.sheet, span.top, span.left).local
        sheet, _, inside = text.rpartition("!")
        if not inside.startswith("@"):
            return sheet, inside
        return sheet, next(
            Ref(sheet, one.row, one.column).local
            for one in self.plan.sheet_by_name[sheet].cells
            if isinstance(one.content, Label) and inside[1:] in str(one.content.value)
        )

    def shown(self, text):
        """A place as a finding names it."""
        sheet, cell = self.place(text)
        return f"{sheet}!{cell}" if sheet and cell else sheet or cell


def told(finding):
    return finding.code, finding.place.sheet, finding.place.cell, finding.message


@pytest.fixture(scope="module")
def bases():
    return cache(Base)


def put(book, base, place, value):
    book.put(*base.place(place), value)


def cached(book, base, place, value):
    book.put(*base.place(place), value, keep_formula=True)


def formula(book, base, place, text, value=None):
    book.put(*base.place(place), value, formula=text)


def clear(book, base, place):
    book.put(*base.place(place))


def number_format(book, base, place, code):
    book.number_format(*base.place(place), code)


def colour(book, base, place, rgb):
    book.font_colour(*base.place(place), rgb)


def conditional(book, base, place, number_format="", rgb=""):
    book.conditional_format(*base.place(place), "TRUE", number_format=number_format, colour=rgb)


def merge(book, base, sheet, area):
    book.merge(sheet, area)


def lead(book, base, name, text):
    book.name(name, text)


def lead_to(book, base, name, place):
    sheet, cell = base.place(place)
    book.name(name, f"'{sheet}'!" + "".join(f"${part}" for part in _letters_and_digits(cell)))


def lead_away(book, base, name, sheet, value):
    book.add_sheet(sheet, "hidden", A1=value)
    book.name(name, f"'{sheet}'!$A$1")


def _letters_and_digits(cell):
    letters = cell.rstrip(string.digits)
    return letters, cell[len(letters) :]


def lead_on_sheet(book, base, name, text, sheet):
    book.name(name, text, sheet=sheet)


def lose_name(book, base, name):
    book.name(name, None)


def carry(book, base, place, to):
    sheet, cell = base.place(place)
    book.carry(sheet, cell, to)


def rename(book, base, old, new):
    book.rename_sheet(old, new)


def remove(book, base, sheet):
    book.remove_sheet(sheet)


def state(book, base, sheet, how):
    book.state(sheet, how)


def unprotect(book, base, sheet):
    book.unprotect(sheet)


def hide_row(book, base, place):
    sheet, cell = base.place(place)
    book.hide_row(sheet, int(_letters_and_digits(cell)[1]))


def hide_columns(book, base, sheet, first, last):
    book.hide_columns(sheet, first, last)


def manual(book, base):
    book.manual_calculation()


def insert_rows(book, base, sheet, row, count):
    book.move_rows(sheet, row, count)


def move_columns(book, base, sheet, column, count):
    book.move_columns(sheet, column, count)


def text_box(book, base, place, text):
    book.draw(*base.place(place), text=text)


def picture(book, base, place):
    book.draw(*base.place(place), picture=True)


def note(book, base, place, text):
    book.note(*base.place(place), text)


def add_sheet(book, base, name, how="visible", value="内容"):
    book.add_sheet(name, how, A1=value)


def external_link(book, base):
    book.external_link()


def macros(book, base, form):
    """The macro project of another form's workbook; of none, bytes that are no project."""
    if not form:
        book.macros(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        return
    template = next((Path(__file__).parent.parent / "workbook_templates").glob(f"{form}-*.xlsm"))
    book.macros(Tampered(template).parts["xl/vbaProject.bin"])


def stamp(book, base, name, value=None):
    book.property(name, value)


def describe(book, base, text):
    part = "docProps/core.xml"
    book.parts[part] = re.sub(rb"xl_jixiao [0-9.]+", text.encode(), book.parts[part])


def show_rows(book, base, sheet):
    book.show_rows(sheet)


def widen(book, base, sheet, factor):
    book.widen(sheet, factor)


def zoom(book, base, sheet, percent):
    book.zoom(sheet, percent)


def chart_number(book, base, value):
    book.chart_number(value)


def last_sheet_first(book, base):
    book.last_sheet_first()


def bold(book, base, place):
    book.bold(*base.place(place))


def print_area(book, base, sheet, text):
    book.name("_xlnm.Print_Area", text, sheet=sheet)


DEEDS = {
    one.__name__: one
    for one in (
        put,
        cached,
        formula,
        clear,
        number_format,
        colour,
        conditional,
        merge,
        lead,
        lead_to,
        lead_away,
        lead_on_sheet,
        lose_name,
        carry,
        rename,
        remove,
        state,
        unprotect,
        hide_row,
        hide_columns,
        manual,
        insert_rows,
        move_columns,
        text_box,
        picture,
        note,
        add_sheet,
        external_link,
        macros,
        stamp,
        describe,
        show_rows,
        widen,
        zoom,
        chart_number,
        last_sheet_first,
        bold,
        print_area,
    )
}


def forged(case, base, folder):
    """The workbook with what the case does to it."""
    book = Tampered(base.path)
    for deed, *what in case["do"]:
        DEEDS[deed](book, base, *what)
    return book.write(folder / f"某局{base.path.suffix}")


@pytest.mark.parametrize(("case", "edition"), ONE_BY_ONE, ids=[f"{case['name']}-{edition}" for case, edition in ONE_BY_ONE])
def test_each_forgery_is_named_at_its_cell(case, edition, bases, tmp_path):
    base = bases(case["form"], edition)
    found = examine(forged(case, base, tmp_path)).findings
    new = [told(one) for one in found if (one.code, one.message) not in base.own]
    said = [f"{code} {sheet}!{cell}".rstrip("! ") for code, sheet, cell, _ in new]
    for one in case["finds"]:
        code, _, place = one.partition(" ")
        assert f"{code} {base.shown(place)}".strip() in said, sorted(new)
    assert len(said) <= case.get("most", len(case["finds"])), sorted(new)


SLY = spread(forging.KINDS, 36)
SLY_FORMS = ("hunan-2021-dept-selfeval", "hongjiang-2020-dept", "yunnan-2020-selfeval")


@pytest.mark.parametrize("number", range(len(SLY)), ids=SLY)
def test_what_a_cunning_hand_thinks_of_is_told_at_its_place_in_a_few_findings(number):
    chance = random.Random(number)
    forms = SLY_FORMS[number % len(SLY_FORMS) :] + SLY_FORMS
    for form, edition in ((form, edition) for form in forms for edition in Edition):
        base = forging.sound(form, edition)
        book = Tampered(base.path)
        where = forging.KINDS[SLY[number]](book, base, chance)
        if where is not None:
            break
    found = examine(book.write(Path(forging.folder(), f"某局{base.path.suffix}"))).findings
    new = [one for one in found if (one.code, one.message) not in base.own]
    assert outcome(where, new) == "told", [str(one) for one in new]


ONCE = (
    ("cell cut and pasted elsewhere", "yanling-2020-selfeval", "native", 3),
    ("cell cut and pasted elsewhere", "generic-selfeval-cost", "addin", 31175),
    ("true typed in an entry", "yanling-2020-selfeval", "addin", 0),
    ("words for a number in an entry", "yanling-2020-selfeval", "addin", 1),
    ("row taken out", "yunnan-2020-selfeval", "native", 1),
    ("row taken out", "hunan-2021-dept-selfeval", "finished", 4),
    ("row taken out", "hunan-2021-dept-selfeval", "finished", 132),
    ("error typed in an entry", "yanling-2020-set", "addin", 1),
    ("published figure that is none", "yanling-2020-set", "native", 1),
    ("published figure that is none", "yunnan-2020-selfeval", "addin", 2),
)


@pytest.mark.parametrize(("kind", "form", "edition", "seed"), few(ONCE, lambda one: one not in (ONCE[6], ONCE[8])))
def test_what_only_follows_from_one_cell_is_not_said_beside_it(kind, form, edition, seed):
    base = forging.sound(form, Edition(edition))
    book = Tampered(base.path)
    where = forging.KINDS[kind](book, base, random.Random(seed))
    found = examine(book.write(Path(forging.folder(), f"某局{base.path.suffix}"))).findings
    new = [one for one in found if (one.code, one.message) not in base.own]
    assert outcome(where, new) == "told" and len(new) <= 2, [str(one) for one in new]


def test_words_for_an_amount_of_which_a_sum_is_made_are_one_finding(tmp_path):
    base = forging.sound("generic-selfeval", Edition.NATIVE)
    book, ref = Tampered(base.path), base.plan.ref("当年财政拨款_年初预算数")
    book.put(ref.sheet, ref.local, "x")
    new = [one for one in examine(book.write(tmp_path / "某局.xlsx")).findings if (one.code, one.message) not in base.own]
    assert [(one.code, one.place.cell) for one in new] == [("JX522", ref.local)]


YEARS = {"x": ("2025", "JX626"), "25年": ("2025", "JX626"), "2025年度": ("2025", ""), "２０２４": ("2024", ""), "（2024年）": ("2024", "")}


@pytest.mark.parametrize("typed", YEARS)
def test_the_year_of_a_form_is_read_as_it_is_meant_or_told(typed, tmp_path):
    base = forging.sound("generic-selfeval", Edition.NATIVE)
    book, ref = Tampered(base.path), base.plan.ref("年度")
    book.put(ref.sheet, ref.local, typed)
    found = examine(book.write(tmp_path / "某局.xlsx"))
    year, code = YEARS[typed]
    told = [one.code for one in found.findings if one.place.cell == ref.local]
    assert (str(found.year), told) == (year, [code] if code else [])


@pytest.mark.parametrize(("case", "edition"), ALL_HABITS, ids=[f"{case['name']}-{edition}" for case, edition in ALL_HABITS])
def test_what_clerks_do_every_day_is_no_forgery(case, edition, bases, tmp_path):
    base = bases(case["form"], edition)
    found = examine(forged(case, base, tmp_path)).findings
    new = [told(one) for one in found if (one.code, one.message) not in base.own]
    assert {code for code, *_ in new} <= set(case.get("allows", ())), sorted(new)
    assert all(one.level is not Level.MUST_FIX for one in found if told(one) in new), sorted(new)


PUBLISHED_SO = {"baojing-2019-dept": {"JX668"}, "sichuan-2023-selfeval": {"JX625"}}
"""Published filings that are at odds with themselves: 略有增加 beside 165.65 %, and the template's own (100字以内) left in."""


SOUND = [(form, edition) for form in forms(examples(), "hongjiang-2020-accounts", "yanling-2020-report") for edition in Edition]


@pytest.mark.parametrize(("form", "edition"), spread(SOUND, 7))
def test_a_sound_file_has_its_own_findings_alone_however_it_is_saved(form, edition, bases, tmp_path):
    base = bases(form, edition)
    again = tmp_path / base.path.name
    openpyxl.load_workbook(base.path, keep_vba=edition is Edition.ADDIN).save(again)
    for path in (base.path, again):
        assert {(one.code, one.message) for one in examine(path).findings} == base.own
    assert {code for code, _ in base.own if "JX600" <= code < "JX700"} == PUBLISHED_SO.get(form, set())


def test_every_kind_of_the_register_that_a_forgery_shows_is_shown():
    shown = {one.partition(" ")[0] for case in CASES for one in case["finds"]}
    assert {"JX601", "JX602", "JX603", "JX604", "JX605", "JX606", "JX607", "JX608", "JX609", "JX610"} <= shown
    assert {"JX614", "JX615", "JX616", "JX617", "JX618", "JX619", "JX620", "JX621", "JX624", "JX625", "JX626", "JX204"} <= shown
    assert len({case["name"] for case in CASES}) == len(CASES)


# ---- several files


@pytest.mark.parametrize("form", ["hongjiang-2020-dept", "generic-selfeval", "hongjiang-2020-accounts"])
def test_the_editions_of_one_unit_side_by_side_say_the_same(form, bases):
    results = compared([examine(bases(form, edition).path) for edition in Edition])
    new = [
        (one.code, one.level)
        for result in results
        for one in result.findings
        if (one.code, one.message) not in bases(form, Edition.NATIVE).own
    ]
    assert new == [("JX623", Level.NOTE)] * 2


@pytest.mark.parametrize(
    ("form", "key"),
    [("hongjiang-2020-report", "职能职责概述"), ("hongjiang-2020-accounts", "收支变动原因"), ("yanling-2020-report", "项目概况")],
)
def test_texts_of_documents_copied_from_another_unit_or_naming_it_are_told(form, key, bases, tmp_path):
    base = bases(form, Edition.NATIVE)
    own = "全年办结群众来信来访五百余件，回访满意率较高，遗留问题逐件移交跟踪。"
    texts = {"甲县农业农村局": own, "乙县林业局": own, "丙县水利局": "全年甲县农业农村局各项工作稳步推进，办结来信三百余件。"}
    paths = []
    for unit, text in texts.items():
        book = Tampered(base.path)
        for where, what in (("单位名称", unit), (key, text)):
            ref = base.plan.ref(where)
            book.put(ref.sheet, ref.local, what)
        paths.append(book.write(tmp_path / f"{unit}.xlsx"))
    results = compared([examine(path) for path in paths])
    place = base.plan.ref(key).local
    named = [[one for one in result.findings if place in re.split("[、共]", f"{one.place.cell}、{one.message}")] for result in results]
    told = [{one.code for one in found} & {"JX612", "JX613"} for found in named]
    assert told == [set(), {"JX612"}, {"JX613"}]


SAVED = few(
    [
        (form, edition)
        for form in ("hongjiang-2020-dept", "generic-selfeval", "hongjiang-2020-accounts", "hongjiang-2020-project-data")
        for edition in (Edition.NATIVE, Edition.FINISHED)
    ],
    {("hongjiang-2020-dept", Edition.NATIVE), ("generic-selfeval", Edition.FINISHED)}.__contains__,
)


@pytest.mark.parametrize(("form", "edition"), SAVED, ids=[f"{form}-{edition}" for form, edition in SAVED])
def test_a_sound_file_saved_by_libreoffice_has_its_own_findings_alone(form, edition, bases, office, tmp_path):
    base = bases(form, edition)
    saved = tmp_path / f"{edition}.xlsx"
    office.convert(base.path, "xlsx", saved)
    assert {(one.code, one.message) for one in examine(saved).findings} <= base.own


CARRIED = few(
    [
        ("hongjiang-2020-dept", ("本年度三公经费总额", "绩效目标合理性_1")),
        ("generic-selfeval", ("项目名称", "实际完成值:3")),
        ("hongjiang-2020-report", ("职能职责概述",)),
        ("yanling-2020-set", ("项目2名称", "项目1自评表:三级指标:2", "单位名称")),
    ],
    lambda case: case[0].startswith("hongjiang"),
)


@pytest.mark.parametrize(("form", "keys"), CARRIED)
def test_the_live_sheet_names_every_cell_that_was_cut_and_pasted_elsewhere(form, keys, bases, office, tmp_path):
    base = bases(form, Edition.NATIVE)
    places = [base.plan.ref(key) for key in keys]
    assert said_of_home(base.path, office, tmp_path) == {"通过"}
    book = Tampered(base.path)
    for ref in places:
        book.carry(ref.sheet, ref.local, f"{column_letter(ref.column + 20)}{ref.row + 3}")
    said = said_of_home(book.write(tmp_path / "carried.xlsx"), office, tmp_path)
    named = {f"{ref.sheet} {ref.local}" for ref in places}
    assert {one for text in said - {"通过"} for one in text.partition("被剪切到了别处")[0].split("、")} == named


MOVED = few(
    [
        ("generic-selfeval", "native", ("实际完成值:3", "当年财政拨款_全年预算数", "一级指标:8")),
        ("hongjiang-2020-dept", "native", ("本年度三公经费总额", "绩效目标合理性_1")),
        ("hongjiang-2020-report", "native", ("职能职责概述", "人员编制")),
        ("yanling-2020-selfeval", "native", ("当年财政拨款_全年执行数", "年度指标值:8")),
    ],
    lambda case: case[0] == "generic-selfeval",
)


@pytest.mark.parametrize(("form", "edition", "keys"), MOVED)
def test_an_entry_cut_and_pasted_elsewhere_in_libreoffice_is_one_finding_at_its_cell(form, edition, keys, bases, office, tmp_path):
    base = bases(form, Edition(edition))
    for key in keys:
        ref = base.plan.ref(key)
        with office.open(base.path) as document:
            document.move(ref.sheet, ref.local, f"{column_letter(ref.column + 20)}{ref.row + 1}")
            saved = document.save(tmp_path / "某局.xlsx", "xlsx")
        new = [told(one) for one in examine(saved).findings if (one.code, one.message) not in base.own]
        assert [one[:3] for one in new if one[0] != "JX603"] == [("JX609", ref.sheet, ref.local)], new


@pytest.mark.parametrize("deed", ["insert_row", "remove_row"])
def test_a_row_put_in_or_taken_out_in_libreoffice_is_told_on_its_sheet(deed, bases, office, tmp_path):
    base = bases("hongjiang-2020-dept", Edition.NATIVE)
    ref = base.plan.ref("本年度三公经费总额")
    with office.open(base.path) as document:
        getattr(document, deed)(ref.sheet, ref.row)
        saved = document.save(tmp_path / "某局.xlsx", "xlsx")
    new = [told(one) for one in examine(saved).findings if (one.code, one.message) not in base.own]
    assert ref.sheet in {sheet for _, sheet, *_ in new} and len(new) <= 3, new


def said_of_home(path, office, folder):
    """What 校验 says, recomputed, of where the entries are: 通过, or the sentence."""
    saved = folder / "again.xlsx"
    office.convert(path, "xlsx", saved)
    rows = list(openpyxl.load_workbook(saved, data_only=True)["校验"].iter_rows(values_only=True))
    found = [row[2:4] for row in rows if row[1] == "填报数在原来的单元格"]
    return {text if result == "必改" else result for result, text in found}


@pytest.mark.parametrize("word", ["有效", "显著", "良好", "基本达成", "有效提升"])
def test_a_qualitative_row_may_say_in_a_word_what_was_reached(word):
    job = open_job("generic-selfeval")
    answers = job.answers(examples()["generic-selfeval"])
    rows = tuple(replace(row, actual=word) if at == 8 else row for at, row in enumerate(answers.rows))
    changed = job.evaluate(replace(answers, rows=rows)).findings
    assert not [one for one in changed if one.code not in {"JX520"}], word


def test_the_report_of_an_earlier_review_is_named_and_left(bases, tmp_path):
    write_report(Desk((examine(bases("hongjiang-2020-dept", Edition.NATIVE).path),)), tmp_path / "报告.xlsx")
    openpyxl.load_workbook(tmp_path / "报告.xlsx").save(tmp_path / "再存.xlsx")
    for name in ("报告.xlsx", "再存.xlsx"):
        assert [(one.code, one.level) for one in examine(tmp_path / name).findings] == [("JX622", Level.NOTE)]


def test_other_files_are_named_in_the_report(tmp_path):
    names = ("一.xls", "二.et", "三.doc", "四.docx", "五.zip", "六.pdf", "七.rar", "八")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    books, others = files_of([tmp_path])
    assert {file.name for file in (*books, *others)} == set(names)
    assert all(len(examine(file).findings) == 1 for file in books)
    for file in others:
        (finding,) = not_examined(file).findings
        assert finding.code == "JX622" and finding.level is Level.NOTE and finding.place.file == file.name


TRADED = few(
    [
        ("generic-dept", "评分底稿", "公布数核对"),
        ("generic-dept", "基础数据", "校验"),
        ("generic-dept", "评分底稿", "得分分析"),
        ("hongjiang-2020-project-data", "基础数据", "核算底稿"),
        ("generic-project-report", "核算底稿", "校验"),
        ("generic-selfeval", "自评表", "评分底稿"),
        ("hongjiang-2020-set", "基础数据", "整体支出评分表"),
    ],
    lambda case: case[1] == "基础数据" and case[0] in ("generic-dept", "hongjiang-2020-set"),
)


@pytest.mark.parametrize(("form", "one", "other"), TRADED, ids=[" ".join(case) for case in TRADED])
def test_two_sheets_that_trade_their_names_are_told_by_what_they_hold(form, one, other, bases, tmp_path):
    base = bases(form, Edition.NATIVE)
    book = Tampered(base.path)
    for old, new in ((one, "临时"), (other, one), ("临时", other)):
        book.rename_sheet(old, new)
    result = examine(book.write(tmp_path / "某局.xlsx"))
    new = [finding for finding in result.findings if (finding.code, finding.message) not in base.own]
    assert {(finding.code, finding.place.sheet) for finding in new} == {("JX617", one), ("JX617", other)}
    assert all("改名" in finding.message for finding in new)


UNSTAMPED = few(
    [
        (form, how)
        for form in ("generic-dept", "hongjiang-2020-set", "yanling-2020-set", "generic-project-report", "hongjiang-2020-accounts")
        for how in ("native", None)
    ],
    lambda case: case in (("hongjiang-2020-set", None), ("hongjiang-2020-accounts", "native")),
)


@pytest.mark.parametrize(("form", "stamped"), UNSTAMPED)
def test_an_export_whose_stamp_was_changed_is_compared_as_the_export_it_is(form, stamped, bases, tmp_path):
    base = bases(form, Edition.FINISHED)
    book = Tampered(base.path)
    book.property("版本", stamped)
    result = examine(book.write(tmp_path / "某局.xlsx"))
    assert [one.code for one in result.findings if (one.code, one.message) not in base.own] == ["JX621"]


def test_a_whole_filing_copied_is_one_finding_at_each_unit_and_the_letter_names_nobody(tmp_path):
    job = open_job("hongjiang-2020-dept")
    first = job.answers(examples()["hongjiang-2020-dept"])
    paths = [tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"]
    job.write(first, Edition.NATIVE, paths[0])
    job.write(job.given(first, {"单位名称": "某县水利局"}), Edition.NATIVE, paths[1])
    told = [[one for one in result.findings if one.code in ("JX612", "JX681")] for result in compared([examine(path) for path in paths])]
    assert [[one.code for one in found] for found in told] == [["JX681"], ["JX612"]]
    assert told[0][0].message.startswith("M20、M31、M33、") and "水利局" not in _discreet(told[0][0])


def test_a_report_is_held_against_the_workbook_as_it_was_exported_with_it(tmp_path):
    job = open_job("hongjiang-2020-report")
    answers = job.answers(examples()["hongjiang-2020-report"])
    result = job.evaluate(answers)
    book, report = job.targets(answers, tmp_path)
    job.write_finished(answers, result, (book, report))
    own = {one.message for one in examine(report).findings}
    forged = Tampered(book)
    forged.put("基础数据", "C13", float(forged.value("基础数据", "C13") or 0) + 7)
    book.unlink()
    forged.write(book)
    assert [one.code for one in examine(book).findings if one.code == "JX607"] == ["JX607"]
    assert {one.message for one in examine(report).findings} == own


# ---- Word reports beside their workbooks

WORD_FORMS = ("hongjiang-2020-dept", "generic-selfeval", "hongjiang-2020-report", "yunnan-2020-selfeval", "generic-project-report")


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The Word report of a form, exported beside its workbook, each in a folder of its own."""
    known = {}

    def report(form):
        if form not in known:
            folder = tmp_path_factory.mktemp(form)
            job = open_job(form)
            job.finish(job.answers(examples()[form]), folder)
            known[form] = next(folder.glob("*.docx"))
            assert examine(known[form]).findings == ()
        return known[form]

    return report


def edited(report, folder, deed, *what):
    """The report beside its workbook after a deed, and what the deed says."""
    shutil.copy(report.with_suffix(".xlsx"), folder)
    document = docx.Document(report)
    said = deed(document, *what)
    document.save(folder / report.name)
    return folder / report.name, said


@pytest.mark.parametrize("name", forging_word.WORD_KINDS)
def test_one_tampering_of_a_word_report_is_one_finding_at_its_paragraph_or_table(name, reports, tmp_path):
    first = list(forging_word.WORD_KINDS).index(name)
    for number in range(len(WORD_FORMS)):
        report = reports(WORD_FORMS[(first + number) % len(WORD_FORMS)])
        path, where = edited(report, tmp_path, forging_word.WORD_KINDS[name], random.Random(number))
        if where is not None:
            (finding,) = examine(path).findings
            assert where in finding.place.sheet, str(finding)
            if not DEEP:
                break


@pytest.mark.parametrize("name", forging_word.RETOUCHED)
def test_retouching_a_word_report_is_no_tampering(name, reports, tmp_path):
    first = list(forging_word.RETOUCHED).index(name) % 2
    for form in WORD_FORMS if DEEP else WORD_FORMS[first : first + 1]:
        path, _ = edited(reports(form), tmp_path, forging_word.RETOUCHED[name])
        assert examine(path).findings == ()


CHART_DEEDS = {
    "a number drawn": (r"/word/charts/chart1\.xml", rb"(<c:numCache>.*?<c:v>)[^<]*", rb"\g<1>77"),
    "the title": (r"/word/charts/chart1\.xml", rb"<a:t>[^<]*</a:t>", "<a:t>各项满分</a:t>".encode()),
    "broken": (r"/word/charts/chart1\.xml", rb"<c:chart>", b"<c:chart><"),
}


@pytest.mark.parametrize("deed", CHART_DEEDS)
def test_a_chart_of_a_report_that_draws_or_says_something_else_is_one_finding_at_it(deed, reports, tmp_path):
    where, pattern, by = CHART_DEEDS[deed]

    def change(document):
        part = next(one for one in document.part.package.iter_parts() if re.fullmatch(where, one.partname))
        part._blob, count = re.subn(pattern, by, part.blob, count=1, flags=re.DOTALL)
        assert count == 1

    path, _ = edited(reports("generic-project-report"), tmp_path, change)
    (finding,) = examine(path).findings
    assert (finding.code, finding.place.sheet) == ("JX677", "图1")


def test_the_workbook_behind_a_chart_of_a_report_is_held_to_the_exported_one():
    own = ReportChart(("预算执行情况",), (300.0, 280.5), (300.0, 280.5))
    (finding,) = charts_otherwise("报告.docx", [own._replace(behind=(300.0, 380.5))], [own])
    assert finding.code == "JX677" and "双击图表" in finding.message
    assert [one.place.sheet for one in charts_otherwise("报告.docx", [], [own])] == [""]
    assert not list(charts_otherwise("报告.docx", [own._replace(behind=())], [own]))  # what LibreOffice saves has none behind


@pytest.mark.parametrize("form", WORD_FORMS if DEEP else WORD_FORMS[:2])
@pytest.mark.parametrize("name", ["", "figure of a table changed", "sentence put in", "paragraph taken out"])
def test_a_report_under_another_name_is_held_against_the_workbook_it_is_the_report_of(form, name, reports, tmp_path):
    deed = forging_word.WORD_KINDS.get(name, lambda document, chance: None)
    path, where = edited(reports(form), tmp_path, deed, random.Random(1))
    path.rename(tmp_path / "自评报告（定稿）.docx")
    results = reports_of_units([examine(file) for file in files_of([tmp_path])[0]], (), report_of)
    findings = [one for result in results if result.file.suffix == ".docx" for one in result.findings]
    assert len(findings) == (0 if where is None else 1), [str(one) for one in findings]


@pytest.mark.parametrize(("form", "other"), [("hongjiang-2020-dept", "generic-selfeval"), ("generic-selfeval", "yunnan-2020-selfeval")])
def test_a_report_of_another_filing_beside_a_workbook_is_one_finding(form, other, reports, tmp_path):
    shutil.copy(reports(form).with_suffix(".xlsx"), tmp_path / "某局.xlsx")
    shutil.copy(reports(other), tmp_path / "某局.docx")
    (finding,) = examine(tmp_path / "某局.docx").findings
    assert finding.code == "JX672" and "另一份填报的报告" in finding.message


def test_a_name_replaced_throughout_a_report_is_one_finding(reports, tmp_path):
    def rename(document):
        for _, paragraph in forging_word.written(document):
            if "洪江市人民政府办公室" in paragraph.text:
                forging_word.put(paragraph, paragraph.text.replace("洪江市人民政府办公室", "洪江市水利局"))

    path, _ = edited(reports("hongjiang-2020-dept"), tmp_path, rename)
    (finding,) = examine(path).findings
    assert (finding.code, finding.reported) == ("JX672", "洪江市水利局")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("甲县林业局-自评表.xlsx", "乙县水利局-自评表.xlsx"), ()),
        (("乙县水利局-自评表.xlsx", "甲县林业局-自评表.xlsx"), (0, 1)),
        (("一.xlsx", "乙县水利局和甲县林业局.xlsx"), ()),
        (("甲县林业局-自评表.xlsx", "甲县林业局-自评表（2）.xlsx"), (1,)),
    ],
)
def test_a_file_under_another_units_name_is_told(names, told, tmp_path):
    job = open_job("hongjiang-2020-dept")
    first = job.answers(examples()["hongjiang-2020-dept"])
    for unit, name in zip(("甲县林业局", "乙县水利局"), names, strict=True):
        job.write(job.given(first, {"单位名称": unit}), Edition.NATIVE, tmp_path / name)
    results = compared([examine(tmp_path / name) for name in names])
    assert tuple(at for at, result in enumerate(results) if any(one.code == "JX679" for one in result.findings)) == told


@pytest.mark.parametrize(("called", "told"), [("节水改造工程", 0), ("惠民演出（示例）", 1)])
def test_a_workbook_under_another_projects_name_is_told(called, told, bases, tmp_path):
    base = bases("generic-selfeval", Edition.NATIVE)
    paths = [tmp_path / f"{called}-成品.xlsx", tmp_path / "另一项目.xlsx"]
    for path, project in zip(paths, ("节水改造工程", "惠民演出（示例）"), strict=True):
        book = Tampered(base.path)
        put(book, base, "项目名称", project)
        book.write(path)
    results = compared([examine(path) for path in paths])
    assert [sum(one.code == "JX679" for one in result.findings) for result in results] == [told, 0]
