"""What a returned file says at the places of a plan: raw answers, entries as the sheet sees them, its stamp, its hidden facts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xl_jixiao.desktop.templates import CONF_SHEET
from xl_jixiao.expr import Held, Value, exact
from xl_jixiao.number import day_of
from xl_jixiao.rules.typed import FIRST_DATE, LAST_DATE
from xl_jixiao.sheet.content import BLANK, Package, Position, Stored
from xl_jixiao.sheet.edition import Edition, StampName
from xl_jixiao.sheet.plan import Plan, Span
from xl_jixiao.words import GUIDE, LISTS_SHEET, LOCKED, RULES_SHEET


@dataclass(frozen=True)
class About:
    """Whose filing it is and what it is about. `content` is a fingerprint of everything but who filed, empty where there is too little to
    compare; `sheet` the sheet of the form, `year` the year it is about; `rows` what the unit's own indicators are called, are to come to and
    came to, as written."""

    unit: str = ""
    project: str = ""
    superior: str = ""
    content: str = ""
    sheet: str = ""
    year: int = 0
    rows: tuple[tuple[str, str, str], ...] = ()


def stamp_of(package: Package) -> Mapping[str, str]:
    """The stamp from the document properties, or from the hidden sheet where a program dropped them."""
    found = dict(package.properties)
    if StampName.RUBRIC not in found:
        identifier, revision = printed_stamp(package)
        found.update({StampName.RUBRIC: identifier, StampName.REVISION: revision})
    return MappingProxyType(found)


def printed_stamp(package: Package) -> tuple[str, str]:
    """The table and its revision as the hidden sheet of rules has them."""
    identifier, _, revision = str(package.cell(RULES_SHEET, 0, 0).value or "").partition("@")
    return identifier, revision


_LOCKED_AT = 1, 0


def edition_of(package: Package, stamp: Mapping[str, str], conclusion: str) -> Edition:
    """The edition of a file: what its stamp says, as long as its sheets don't say the contrary; without a stamp what sheets and macros look like.
    In a set each form's 自评结论 stands under the form's name; what is filled in has a guide, a document's sheets say that they are locked."""
    said = stamp.get(StampName.EDITION, "")
    guide, concluded = GUIDE in package.sheets, any(name == conclusion or name.endswith(f"-{conclusion}") for name in package.sheets)
    concluded = concluded or (not guide and any(content.cell(*_LOCKED_AT).value == LOCKED for content in package.sheets.values()))
    if said in set(Edition) and not (guide is not concluded and concluded is not (said == Edition.FINISHED)):
        return Edition(said)
    if concluded or not (guide or package.macros):
        return Edition.FINISHED
    return Edition.ADDIN if package.macros or CONF_SHEET in package.sheets else Edition.NATIVE


def hidden_facts(package: Package) -> Mapping[str, Value]:
    """The facts a workbook carries on its hidden sheet of lists, by defined name: how many rows it has, which of them are tall."""
    found: dict[str, Value] = {}
    for key, name in package.names.items():
        if name.cell is not None and name.cell[0] == LISTS_SHEET:
            found[key] = value_of(package.cell(*name.cell))
    return MappingProxyType(found)


class FileValues(Mapping[str, Held]):
    """What the file itself shows in the plan's cells: the values its programs left there. A name led elsewhere shows what stands there."""

    def __init__(self, plan: Plan, package: Package, led: Mapping[str, tuple[str, int, int]]) -> None:
        self._plan = plan
        self._package = package
        self._led = led

    def __getitem__(self, key: str) -> Held:
        place = self._led.get(key)
        if place is not None:
            return value_of(self._package.cell(*place))
        span = self._plan.areas.get(key)
        if span is None:
            ref = self._plan.ref(key)
            return value_of(self._package.cell(ref.sheet, ref.row, ref.column))
        return tuple(value_of(self._package.cell(span.sheet, row, column)) for row, column in _places(span))

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan.placed)

    def __len__(self) -> int:
        return len(self._plan.placed)


_NO_CELLS: Mapping[Position, Stored] = MappingProxyType({})


def raw(plan: Plan, package: Package) -> Callable[[str], object]:
    """The raw value of an entry by key, at the place where the plan has it; a day where it is shown as one; None for one the plan doesn't know."""

    entries = plan.entry_places
    cells = {name: sheet.cells for name, sheet in package.sheets.items()}

    def cell(key: str) -> object:
        place = entries.get(key)
        if place is not None:
            stored = cells.get(place[0], _NO_CELLS).get(place[1], BLANK)
        elif key in plan.placed:
            ref = plan.ref(key)
            stored = package.cell(ref.sheet, ref.row, ref.column)
        else:
            return None
        if not isinstance(stored.value, float):
            return str(stored.value) if isinstance(stored.value, str) else stored.value
        if package.look(stored.style).is_date and FIRST_DATE <= stored.value <= LAST_DATE:
            return day_of(stored.value)
        return int(stored.value) if stored.value.is_integer() else stored.value

    return cell


def entries(plan: Plan, package: Package) -> Mapping[str, Value]:
    """The values of the plan's entries as the sheet itself sees them."""
    cells = {name: sheet.cells for name, sheet in package.sheets.items()}
    return {key: value_of(cells.get(sheet, _NO_CELLS).get(place, BLANK)) for key, (sheet, place) in plan.entry_places.items()}


def value_of(stored: Stored) -> Value:
    """A stored cell's value, exact."""
    value = stored.value
    if value is None or isinstance(value, bool):
        return value
    return str(value) if isinstance(value, str) else exact(value)


def _places(span: Span) -> Iterator[tuple[int, int]]:
    for row in range(span.top, span.bottom + 1):
        for column in range(span.left, span.right + 1):
            yield row, column
