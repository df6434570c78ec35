"""Tamperings of defined names: led elsewhere, made constants, lost, overshadowed, or made to run something."""

from __future__ import annotations

from support.forging import at, kind, name_of, pick, place_of, shown, visible
from xl_jixiao.sheet.plan import Computed, Entry, Ref, Span, column_letter


@kind("name led to another cell")
def name_elsewhere(book, base, chance):
    key = name_of(base, chance)
    other = name_of(base, chance)
    if key is None or key == other:
        return None
    book.name(key, base.plan.names[other].absolute)
    return place_of(base, key)


@kind("name led to a hidden sheet")
def name_hidden(book, base, chance):
    key = name_of(base, chance)
    if key is None:
        return None
    book.add_sheet("数", "veryHidden", A1=66)
    book.name(key, "'数'!$A$1")
    return place_of(base, key)


@kind("name made a constant or a formula")
def name_constant(book, base, chance):
    key = name_of(base, chance)
    if key is None:
        return None
    place = base.plan.names[key]
    book.name(
        key,
        chance.choice(
            (
                "=66",
                "66",
                '"优"',
                f"{place.absolute}*2",
                f"OFFSET({place.absolute},0,1)",
                'INDIRECT("A1")',
                f"IF(1,{place.absolute})",
                f"{place.absolute}:{place.absolute}",
                f"({place.absolute})",
                f"'[1]{place.sheet}'!{place.absolute.rpartition('!')[2]}",
            )
        ),
    )
    return place_of(base, key)


@kind("name of an area led elsewhere")
def area_elsewhere(book, base, chance):
    key = name_of(base, chance, Span)
    if key is None:
        areas = [key for key, place in base.plan.names.items() if isinstance(place, Span)]
        if not areas:
            return None
        key = chance.choice(areas)
    place = base.plan.names[key]
    book.name(key, Span(place.sheet, place.top, place.left + 1, place.bottom, place.right + 1).absolute)
    return place_of(base, key)


@kind("name overshadowed on a sheet")
def name_shadowed(book, base, chance):
    key = name_of(base, chance)
    if key is None:
        return None
    book.name(key, "66", sheet=visible(base, chance))
    return place_of(base, key)


@kind("name lost")
def name_lost(book, base, chance):
    used = [key for key in base.plan.names if isinstance(base.plan.names[key], Ref)]
    if not used:
        return None
    key = chance.choice(used)
    book.name(key, chance.choice((None, "#REF!")))
    return place_of(base, key)


@kind("cell cut and pasted elsewhere")
def cut(book, base, chance):
    refs = [(ref, one) for ref, one in base.places(Entry) if one.content.key in base.plan.names]
    if not refs:
        return None
    ref, _ = chance.choice(refs)
    book.carry(ref.sheet, ref.local, f"{column_letter(ref.column + 12)}{ref.row + 1}")
    return at(ref)


@kind("name that runs something")
def name_runs(book, base, chance):
    book.name(
        chance.choice(("取数", "_xlnm.Auto_Open", "Auto_Open", "_xlnm.Auto_Activate")),
        chance.choice(
            ('EVALUATE("1+1")', 'CALL("kernel32","x","J")', "cmd|'/c calc'!A0", 'EXEC("calc")', '_xlfn.WEBSERVICE("http://x.cn")')
        ),
    )
    return "", ""


@kind("opens by itself a macro elsewhere")
def auto_open(book, base, chance):
    book.name(chance.choice(("Auto_Open", "_xlnm.Auto_Open")), f"'{visible(base, chance)}'!$A$1")
    return "", ""


@kind("name with another case leads elsewhere")
def name_with_another_case_leads_e(book, base, chance):
    key = name_of(base, chance)
    part = base.plan.names[key]
    book.name(key, f"'{part.sheet}'!$A$1")
    return place_of(base, key)


@kind("hidden name with INDIRECT used in formula")
def hidden_name_with_indirect_used(book, base, chance):
    ref, one = pick(base, chance, Computed, numeric=True)
    if ref is None:
        return None
    book.name("取", 'INDIRECT("A1")')
    book.put(ref.sheet, ref.local, float(shown(base.plan, one.content)), formula=base.plan.formula(ref.sheet, one.content) + "+0*取")
    return at(ref)
