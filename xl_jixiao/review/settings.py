"""How a returned sheet is printed and viewed, and what is tied to its cells, against its plan: what the figures alone don't tell."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import partial

from xl_jixiao.desktop.templates import CONF_SHEET
from xl_jixiao.expr import Value, as_text
from xl_jixiao.review.display import chart_format_trick
from xl_jixiao.sheet.content import LAST_COLUMN, LAST_ROW, DrawnChart, Limit, Name, Package, Position, SheetContent, shown
from xl_jixiao.sheet.edition import Edition
from xl_jixiao.sheet.formula_text import column_number, compared, moved
from xl_jixiao.sheet.met import Judged, MetRow, found_once
from xl_jixiao.sheet.plan import Chart, Computed, Entry, Jump, Label, Plan, Ref, SheetPlan, Span, Visibility
from xl_jixiao.sheet.returned import value_of
from xl_jixiao.sheet.validation import LIST_COLUMN, Bound, TypedLimit, asked, long_lists
from xl_jixiao.words import RULES_SHEET, bare


class SetFault(StrEnum):
    """What is set otherwise than in the plan."""

    PAGE = "打印或查看的设置被改"
    CHART = "图表画的不是表上的数"
    LINK = "单元格链接到工作簿以外"
    OPENED = "受保护的单元格被放开"
    LOOSENED = "工作表保护被放松"
    UNLIMITED = "填写的限制被删除"
    LIMITED = "填写的限制被改"
    MESSAGE = "输入提示或链接的提示写了原表没有的话"
    PRINTED = "打印区域里多出了内容"
    BESIDE = "成品的表外写了字，或放了图片、图形、批注"
    FAR = "表外很远处写了字"
    BURIED = "隐藏的表里写了原表没有的字"
    OTHER_LIST = "下拉的选项被改"


@dataclass(frozen=True, slots=True)
class SetOtherwise:
    """One of them: where, and how."""

    what: SetFault
    ref: Ref
    how: str = ""


_PAGE_CODES = re.compile(r'&(?:"[^"]*"|[0-9]+|K[0-9A-F]{6}|[A-Z])')
_PAGE_WORDS = frozenset("第页共，,/-—－_() 0123456789PageofSht")
"""What a page number is written with."""

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})")
_PRINT_AREA, _PRINT_TITLES = "_xlnm.print_area", "_xlnm.print_titles"
_CLOSE = 0.005
_SMALLEST_SCALE, _SMALLEST_ZOOM = 25, 20
"""In percent; what is printed or shown smaller can't be read."""

_PLAIN = re.compile("-?[0-9]{1,15}(?:[.][0-9]{1,6})?(?:E[+]?[0-9]{1,2})?")
_SCHEME = re.compile(r"^(?:[a-z]+:)?/*", re.IGNORECASE)

_InArea = tuple[str, str]
"""An area as written, and what is said there, or where it leads."""

Expected = Callable[[Computed], Value]
"""What a computed cell should show."""


def set_otherwise(plan: Plan, package: Package, shifted: frozenset[str], expected: Expected) -> Iterator[SetOtherwise]:
    """What each visible sheet has set otherwise; places are not compared on those whose rows were `shifted`: not every program moves
    with them what is tied to places."""
    names: dict[str, list[Name]] = {}
    for name in package.local_names:
        names.setdefault(_sheet_of(name), []).append(name)
    for sheet in plan.sheets:
        content = package.sheets.get(sheet.name)
        if content is None:
            continue
        if sheet.visibility is not Visibility.SHOWN:
            yield from _buried(plan, sheet, content)
            continue
        yield from _page(sheet, content)
        yield from _links(sheet, content)
        yield from _messages(sheet, content)
        yield from _loosened(sheet, content)
        if plan.edition is not Edition.FINISHED and not content.setting.limits and found_once(sheet, "limited", partial(_limited, sheet)):
            yield SetOtherwise(SetFault.UNLIMITED, Ref(sheet.name, 0, 0))
        if sheet.name in shifted:
            continue
        if plan.edition is not Edition.FINISHED and content.setting.limits:
            limits = content.setting.limits
            yield from found_once(sheet, ("limits", limits), partial(_limits, plan, sheet, limits))
        opened = content.setting.opened
        if sheet.protected and content.protected and found_once(sheet, ("opened", opened), partial(_opens_more, sheet, opened)):
            yield SetOtherwise(SetFault.OPENED, Ref(sheet.name, 0, 0))
        own_names = names.get(sheet.name, [])
        areas = _print_areas(sheet, own_names)
        if plan.edition is Edition.FINISHED:  # what of a workbook in hand is left out of the print is its owner's choice
            yield from _printed(sheet, content, own_names, areas)
        yield from _printed_more(sheet, content, areas, package, finished=plan.edition is Edition.FINISHED)
        yield from _charts(sheet, content, expected)


_LOOSE: Mapping[str, str] = {
    "formatCells": "设置单元格格式",
    "insertColumns": "插入列",
    "insertRows": "插入行",
    "insertHyperlinks": "插入超链接",
    "deleteColumns": "删除列",
    "deleteRows": "删除行",
    "sort": "排序",
    "pivotTables": "使用数据透视表",
    "objects": "改动图形和按钮",
    "scenarios": "改动方案",
}
"""What the protection of a sheet doesn't leave to everyone."""


def _loosened(sheet: SheetPlan, content: SheetContent) -> Iterator[SetOtherwise]:
    """A protection that stands, but lets more be done, or nobody look at what is locked."""
    if not (sheet.protected and content.protected):
        return
    allowed = content.setting.allowed
    more = "、".join(word for one, word in _LOOSE.items() if one in allowed)
    if more:
        yield SetOtherwise(SetFault.LOOSENED, Ref(sheet.name, 0, 0), f"准许{more}")
    elif "selectLockedCells" not in allowed:
        yield SetOtherwise(SetFault.LOOSENED, Ref(sheet.name, 0, 0), "锁定的单元格不能选中，看不到公式")


def _limited(sheet: SheetPlan) -> bool:
    return bool(sheet.typed_areas) or any(isinstance(one.content, Entry) and one.content.accepts for one in sheet.cells)


def _limits(plan: Plan, sheet: SheetPlan, limits: Sequence[Limit]) -> tuple[SetOtherwise, ...]:
    """The first entry that takes more, or less, than the form lets be typed in it."""
    areas = [(area, one) for one in limits for text in one.area.split() if (area := _span(sheet.name, text)) is not None]
    for ref, wanted in found_once(sheet, "asked", partial(_asked_cells, plan, sheet)):
        how = next((_limited_otherwise(wanted, one, area, ref) for area, one in areas if ref in area), _NO_LIMIT)
        if how:
            return (SetOtherwise(SetFault.LIMITED, ref, how),)
    return ()


def _asked_cells(plan: Plan, sheet: SheetPlan) -> tuple[tuple[Ref, TypedLimit], ...]:
    """The entries with what may be typed into them; of an area its first and its last."""
    entries = [(Ref(sheet.name, one.row, one.column), one.content.accepts) for one in sheet.cells if isinstance(one.content, Entry)]
    single = [(ref, asked(plan, sheet.name, accepts, ref)) for ref, accepts in entries if accepts]
    areas = [(area, asked(plan, sheet.name, accepts, None)) for area, accepts in sheet.typed_areas]
    return (*single, *((Ref(sheet.name, *end), wanted.at(area[:2], end)) for area, wanted in areas for end in (area[:2], area[2:])))


_NO_LIMIT = "不再限制填什么"
_CONSTANT = re.compile(r"=?\s*(?:TRUE(?:\(\))?|[\d.=<>+\-\s]+)", re.IGNORECASE)
"""A condition that asks nothing of the cell."""


def _limited_otherwise(wanted: TypedLimit, own: Limit, area: Span, ref: Ref) -> str:
    if own.kind == "none" or (own.kind == "custom" and _CONSTANT.fullmatch(own.first)):
        return _NO_LIMIT
    if not own.holds:
        return "填错了也不再拦住"
    if own.kind != wanted.kind or own.operator != wanted.operator:
        return "限制的方式被改"
    first, second = (partial(_same_bound, area=area, ref=ref, found=one) for one in (own.first, own.second))
    if wanted.kind == "list":
        options = [one.strip() for one in own.first.strip('"').split(",")] if own.first.startswith('"') else []
        same = sorted(options) == sorted(wanted.options) if wanted.options else first(wanted.first)
        return "" if same else f"可选的改成了“{shown('、'.join(options) or own.first, 40)}”"
    if first(wanted.first) and (wanted.second == "" or second(wanted.second)):
        return ""
    if wanted.kind == "custom":
        return "填写的条件被改"
    return f"可填的{'字数' if wanted.second == '' else '范围'}改成了{shown('至'.join(filter(None, (own.first, own.second))), 40)}"


def _same_bound(wanted: Bound, found: str, area: Span, ref: Ref) -> bool:
    """Whether a bound of the file is the wanted one, its addresses counted from the first cell of its area."""
    if not isinstance(wanted, str):
        return _plain_number(found) == wanted
    here = moved(found, (area.top, area.left), (ref.row, ref.column))
    return _truths(wanted) in (_truths(here), _truths(found))


def _truths(formula: str) -> str:
    """A formula as it is compared, truths as LibreOffice writes them here: FALSE as 0."""
    return re.sub(r"\bTRUE\b", "1", re.sub(r"\bFALSE\b", "0", compared(formula)))


def _plain_number(text: str) -> float | None:
    return float(text) if _PLAIN.fullmatch(text) else None


def _opens_more(sheet: SheetPlan, opened: Sequence[str]) -> bool:
    """Whether a cell that is computed can be typed over: the plan leaves its entries open alone."""
    larger: list[Span] = []
    for text in " ".join(opened).split():
        area = _span(sheet.name, text)
        if area is None:
            continue
        first = sheet.by_place.get((area.top, area.left))
        if first is not None and isinstance(first.content, Computed):
            return True
        if (area.top, area.left) != (area.bottom, area.right):
            larger.append(area)
    computed = [Ref(sheet.name, one.row, one.column) for one in sheet.cells if isinstance(one.content, Computed)] if larger else []
    return any(ref in area for area in larger for ref in computed)


def _page(sheet: SheetPlan, content: SheetContent) -> Iterator[SetOtherwise]:
    setting = content.setting
    top = Ref(sheet.name, 0, 0)
    for text in setting.page_texts:
        said = _PAGE_CODES.sub("", text.replace("&&", ""))
        if not set(bare(said)) <= _PAGE_WORDS:
            yield SetOtherwise(SetFault.PAGE, top, f"页眉页脚写了“{shown(bare(said), 40)}”")
    if setting.page_picture:
        yield SetOtherwise(SetFault.PAGE, top, "页眉页脚放了图片")
    if not setting.zeros:
        yield SetOtherwise(SetFault.PAGE, top, "零值不显示")
    if setting.formulas:
        yield SetOtherwise(SetFault.PAGE, top, "显示的是公式，不是数")
    if setting.mirrored:
        yield SetOtherwise(SetFault.PAGE, top, "表从右往左显示")
    if setting.zoom < _SMALLEST_ZOOM:
        yield SetOtherwise(SetFault.PAGE, top, f"显示比例只有{setting.zoom}%，看不清")
    if setting.scale < _SMALLEST_SCALE and not setting.fitted and not (sheet.page.scale and sheet.page.scale <= setting.scale):
        yield SetOtherwise(SetFault.PAGE, top, f"打印缩放到{setting.scale}%，看不清")
    if not setting.errors:
        yield SetOtherwise(SetFault.PAGE, top, "打印时不印出错误值")
    rows, columns = setting.beyond
    for one in sheet.cells if rows or columns else ():
        if (one.row < rows or one.column < columns) and not content.cell(one.row, one.column).blank:
            yield SetOtherwise(SetFault.PAGE, Ref(sheet.name, one.row, one.column), "冻结窗格使上方的行或左边的列滚动不到")
            return


def _links(sheet: SheetPlan, content: SheetContent) -> Iterator[SetOtherwise]:
    for area, target in content.setting.links:
        place = _first_place(area)
        own = sheet.by_place.get(place)
        if own is not None and isinstance(own.content, Jump) and own.content.file:
            continue
        value = content.cell(*place).value
        typed = own is not None and isinstance(own.content, Entry) and isinstance(value, str)
        if not (typed and _SCHEME.sub("", target).rstrip("/") in str(value)):  # an address that was typed becomes a link by itself
            yield SetOtherwise(SetFault.LINK, Ref(sheet.name, *place), shown(target, 60))


def _messages(sheet: SheetPlan, content: SheetContent) -> Iterator[SetOtherwise]:
    """The first message that comes up beside a cell and isn't the form's own; a link's tip may say where it leads."""
    messages, links = content.setting.messages, content.setting.links
    other = found_once(sheet, ("other message", messages, links), partial(_other_message, sheet, messages, links)) if messages else None
    if other is not None:
        area, text = other
        yield SetOtherwise(SetFault.MESSAGE, Ref(sheet.name, *_first_place(area)), shown(text, 60))


def _other_message(sheet: SheetPlan, messages: Sequence[_InArea], links: Sequence[_InArea]) -> _InArea | None:
    own = found_once(sheet, "messages", partial(_own_messages, sheet))
    targets = "".join(target for _, target in links)
    for area, text in messages:
        said = _squeezed(text)
        if said not in own and said not in targets and not any(one.startswith(said) for one in own):
            return area, text
    return None


def _own_messages(sheet: SheetPlan) -> frozenset[str]:
    """What the plan says beside the cells of a sheet, without white space."""
    accepts = [one.content.accepts for one in sheet.cells if isinstance(one.content, Entry) and one.content.accepts]
    accepts += [one for _, one in sheet.typed_areas]
    return frozenset(_squeezed(text) for one in accepts for text in (one.title, one.message, one.title_of_error, one.error))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _first_place(area: str) -> tuple[int, int]:
    found = _AREA.match(area)
    return (int(found[2]) - 1, column_number(found[1])) if found else (0, 0)


# ---- the print


def _print_areas(sheet: SheetPlan, own_names: Sequence[Name]) -> list[Span]:
    """What of a sheet is printed; nothing for one that is printed as a whole, or in a way nobody knows."""
    names = [one.text for one in own_names if one.name.lower() == _PRINT_AREA]
    areas = [_span(sheet.name, text) for text in (names[0].split(",") if names else ())]
    return [area for area in areas if area] if all(areas) else []


def _printed_more(
    sheet: SheetPlan, content: SheetContent, areas: list[Span], package: Package, *, finished: bool
) -> Iterator[SetOtherwise]:
    """The first content beside the form that is printed with it, where its own area was made larger, or a finished one's taken away; else the
    first beside a finished form, and the first that stands so far from a workbook in hand that nobody comes by; not where a name leads."""
    own = Span(sheet.name, *(sheet.page.area or _extent(sheet)))
    beside = [ref for place in _beside(sheet, content) if (ref := Ref(sheet.name, *place)) not in own]
    within = areas or ([Span(sheet.name, 0, 0, LAST_ROW, LAST_COLUMN)] if finished else [])
    printed = [ref for ref in beside if sheet.page.area and any(ref in area for area in within)]
    if printed:
        yield SetOtherwise(SetFault.PRINTED, printed[0])
    elif beside and finished and sheet.page.area:
        yield SetOtherwise(SetFault.BESIDE, beside[0])
    elif beside:
        _, _, bottom, right = _extent(sheet)
        far = [one for one in beside if one.row > bottom + _FAR_BELOW or one.column > right + _FAR_BESIDE]
        led = {name.cell for name in package.names.values()} if far else set()
        said = [one for one in far if (one.sheet, one.row, one.column) not in led]
        if said:
            yield SetOtherwise(SetFault.FAR, said[0], _says(content, said[0]))


_FAR_BELOW, _FAR_BESIDE = 40, 16
"""A screen or more beyond the last row or column of a form."""


def _extent(sheet: SheetPlan) -> tuple[int, int, int, int]:
    """The smallest area that has all cells of a sheet."""

    def found() -> tuple[int, int, int, int]:
        last = (
            max((one.row + one.rows for one in sheet.cells), default=1),
            max((one.column + one.columns for one in sheet.cells), default=1),
        )
        return 0, 0, last[0] - 1, last[1] - 1

    return found_once(sheet, "extent", found)


def _says(content: SheetContent, ref: Ref) -> str:
    return shown(f"“{as_text(value_of(content.cell(ref.row, ref.column)))}”", 40)


def _buried(plan: Plan, sheet: SheetPlan, content: SheetContent) -> Iterator[SetOtherwise]:
    """What a hidden sheet says that the form doesn't have there, and choices of a dropdown that stand there and are others."""
    if sheet.name == CONF_SHEET:
        return
    beside = _beside(sheet, content)
    listed = _listed(plan) if beside and sheet.name == RULES_SHEET else {}
    for place, option in listed.items():
        if content.cell(*place).value != option:
            yield SetOtherwise(SetFault.OTHER_LIST, Ref(sheet.name, *place), f"应为“{shown(option, 20)}”")
            return
    more = next((Ref(sheet.name, *place) for place in beside if place not in listed), None)
    if more is not None:
        yield SetOtherwise(SetFault.BURIED, more, _says(content, more))


def _listed(plan: Plan) -> Mapping[Position, str]:
    """The choices too long for a dropdown's own text, where they stand on the hidden sheet."""
    if plan.edition is Edition.FINISHED:
        return {}
    lists = enumerate(long_lists(plan), LIST_COLUMN)
    return {(row, column): option for column, options in lists for row, option in enumerate(options)}


def _beside(sheet: SheetPlan, content: SheetContent) -> Sequence[Position]:
    """The places beside the form's own cells where anything stands. Rows met before without such are not looked through again."""
    own, met = sheet.by_place, content.met

    def there(row: MetRow) -> list[Position]:
        return [] if row.keys() <= own.keys() else [place for place, stored in row.items() if place not in own and not stored.blank]

    found = [place for row in (content.unmet.values() if met or content.unmet else (content.cells,)) for place in there(row)]
    without = found_once(sheet, "nothing beside", Judged)
    for row in without.others(met).values():
        beside = there(row)
        found += beside
        if not beside:
            without.add(row)
    return sorted(found)


def _printed(sheet: SheetPlan, content: SheetContent, own_names: Sequence[Name], areas: list[Span]) -> Iterator[SetOtherwise]:
    """What is left out of the print, and rows that are repeated on every page. Whose they are their text says: the number of their sheet is
    another's where a program took a sheet out and counted on."""
    names = {one.name.lower(): one.text for one in own_names}
    own = None if sheet.page.area is None else Span(sheet.name, *sheet.page.area)
    if own is not None and areas and not any(_covers(area, own) for area in areas):
        for place, stored in content.cells.items():
            ref = Ref(sheet.name, *place)
            if not stored.blank and place in sheet.by_place and ref in own and not any(ref in area for area in areas):
                yield SetOtherwise(SetFault.PAGE, ref, "打印区域缺了有内容的行或列")
                break
    rows = _ROWS.search(names.get(_PRINT_TITLES, "").rpartition("!")[2])
    if rows and (int(rows[1]) - 1, int(rows[2]) - 1) != sheet.page.heads:
        yield SetOtherwise(SetFault.PAGE, Ref(sheet.name, int(rows[1]) - 1, 0), "每页重复打印的行被改")


def _sheet_of(name: Name) -> str:
    """The sheet an area of its own is on."""
    sheet, led, _ = name.text.partition("!")
    return sheet.strip("'").replace("''", "'") if led else name.sheet


def _covers(area: Span, own: Span) -> bool:
    return area.top <= own.top and area.left <= own.left and area.bottom >= own.bottom and area.right >= own.right


def _span(sheet: str, text: str) -> Span | None:
    """An area as files write it; None for what isn't one."""
    found = _AREA.fullmatch(text.rpartition("!")[2].strip())
    if not found:
        return None
    top, left = int(found[2]) - 1, column_number(found[1])
    return Span(sheet, top, left, int(found[4] or found[2]) - 1, column_number(found[3] or found[1]))


# ---- charts


def _charts(sheet: SheetPlan, content: SheetContent, expected: Expected) -> Iterator[SetOtherwise]:
    drawn = content.setting.charts
    if not drawn or not sheet.charts:
        return
    ref = Ref(sheet.name, *sheet.charts[0].anchor)
    if any(chart.covered for chart in drawn):
        yield SetOtherwise(SetFault.CHART, ref, "图表上盖了图形或文字")
        return
    wanted = {area for chart in sheet.charts for area in _areas_of(sheet, chart)}
    there = {_span(sheet.name, area) for chart in drawn for area in chart.areas if "!" in area}
    elsewhere = [area for chart in drawn for area in chart.areas if "!" in area and area.rpartition("!")[0].strip("'") != sheet.name]
    titles = {bare(chart.title) for chart in sheet.charts}
    if elsewhere or there != wanted:
        yield SetOtherwise(SetFault.CHART, ref, "图表取的不是原来的单元格")
    elif any(bare(chart.text) not in titles for chart in drawn):
        yield SetOtherwise(SetFault.CHART, ref, "图表的标题被改")
    elif any(chart_format_trick(one) for chart in drawn for one in chart.formats):
        yield SetOtherwise(SetFault.CHART, ref, "图表的数字格式使它显示的不是数")
    elif any(chart.unseen for chart in drawn):
        yield SetOtherwise(SetFault.CHART, ref, "图表里有画成看不见的柱子")
    elif any(chart.scaled for chart in drawn):
        yield SetOtherwise(SetFault.CHART, ref, "图表的数值轴改了单位、起点、终点或方向，柱子的长短不是数的大小")
    elif any(_other_numbers(chart, sheet, content, expected) for chart in drawn):
        yield SetOtherwise(SetFault.CHART, ref, "图表里存的数与单元格的不同")


def _areas_of(sheet: SheetPlan, chart: Chart) -> Iterator[Span]:
    for column in (chart.names, *(column for _, column in chart.series)):
        yield Span(sheet.name, chart.first, column, chart.last, column)


def _other_numbers(chart: DrawnChart, sheet: SheetPlan, content: SheetContent, expected: Expected) -> bool:
    """Whether a chart keeps another number than its cell. A cell that shows another than it should is named itself, and its chart with it."""
    for text, points in chart.kept:
        area = _span(content.name, text)
        for at, number in points if area else ():
            place = (area.top + at, area.left) if area else (0, 0)
            value = content.cell(*place).value
            if isinstance(value, float) and not _near(number, value):
                own = sheet.by_place.get(place)
                if own is None or isinstance(own.content, Entry | Jump) or _near(_should(own.content, expected), value):
                    return True
    return False


def _should(content: Label | Computed, expected: Expected) -> Value:
    return content.value if isinstance(content, Label) else expected(content)


def _near(one: Value | float, other: float) -> bool:
    return isinstance(one, (int, float, Fraction)) and abs(float(one) - other) <= _CLOSE
