"""The styles part of a workbook: how each style, and each conditional format, shows its cell. Colours become RRGGBB."""

import colorsys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xl_jixiao.sheet.content import PLAIN, Look, Refused
from xl_jixiao.sheet.markup import Allowance, fraction, true, walk, whole

_MOST_STYLES = 64_000
OFFICE_THEME = ("FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646", "0000FF", "800080")
"""The colours of Office's own theme, in the order in which styles number them: light 1 before dark 1."""
_THEME_TAGS = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink")
_INDEXED = (
    *("000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF " * 2).split(),
    *"800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF".split(),
    *"000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99".split(),
    *"3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333".split(),
)
_FORMATS = {
    **dict(enumerate("General|0|0.00|#,##0|#,##0.00".split("|"))),
    **dict(enumerate("$#,##0_);($#,##0)|$#,##0_);[Red]($#,##0)|$#,##0.00_);($#,##0.00)|$#,##0.00_);[Red]($#,##0.00)".split("|"), 5)),
    **dict(enumerate("0%|0.00%|0.00E+00|# ?/?|# ??/??|mm-dd-yy|d-mmm-yy|d-mmm|mmm-yy".split("|"), 9)),
    **dict(enumerate("h:mm AM/PM|h:mm:ss AM/PM|h:mm|h:mm:ss|m/d/yy h:mm".split("|"), 18)),
    **dict(enumerate(['yyyy"年"m"月"', 'm"月"d"日"', 'm"月"d"日"', "m-d-yy", 'yyyy"年"m"月"d"日"'], 27)),
    **dict(enumerate(['h"时"mm"分"', 'h"时"mm"分"ss"秒"', '上午/下午h"时"mm"分"', '上午/下午h"时"mm"分"ss"秒"', 'yyyy"年"m"月"'], 32)),
    **dict(enumerate("#,##0_);(#,##0)|#,##0_);[Red](#,##0)|#,##0.00_);(#,##0.00)|#,##0.00_);[Red](#,##0.00)".split("|"), 37)),
    **dict(enumerate(['_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)'], 41)),
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_)_("$"* \\(#,##0.00\\)_("$"* "-"??_)_(@_)',
    **dict(enumerate("mm:ss|[h]:mm:ss|mmss.0|##0.0E+0|@".split("|"), 45)),
    **dict(enumerate(['yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"', 'm"月"d"日"', '上午/下午h"时"mm"分"'], 50)),
    **dict(enumerate(['上午/下午h"时"mm"分"ss"秒"', 'yyyy"年"m"月"', 'm"月"d"日"'], 56)),
}
"""The number formats a file only numbers, those of a Chinese Excel among them."""


@dataclass(frozen=True)
class Colour:
    """A colour as a style names it: by its value, its place in the theme or in the old palette."""

    rgb: str = ""
    theme: int = -1
    indexed: int = -1
    tint: float = 0.0


NO_COLOUR = Colour()


def colour_of(attributes: Mapping[str, str]) -> Colour:
    """The colour an element names. Raises Refused for numbers that are none."""
    tint = max(-1.0, min(1.0, fraction(attributes.get("tint"))))
    return Colour(attributes.get("rgb", "")[-6:].upper(), whole(attributes.get("theme"), -1), whole(attributes.get("indexed"), -1), tint)


def resolved(colour: Colour, theme: Sequence[str], palette: Sequence[str] = _INDEXED) -> str:
    """RRGGBB; empty where the program chooses."""
    if colour.theme >= 0:
        rgb = theme[colour.theme] if colour.theme < len(theme) else ""
    elif colour.indexed >= 0:
        rgb = palette[colour.indexed] if colour.indexed < len(palette) else ""
    else:
        rgb = colour.rgb
    if not colour.tint or len(rgb) != 6:
        return rgb
    hue, light, saturation = colorsys.rgb_to_hls(*(int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + colour.tint) if colour.tint < 0 else light * (1 - colour.tint) + colour.tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def read_theme(content: bytes, allowance: Allowance) -> tuple[str, ...]:
    """The colours of a theme, as styles number them. Raises Refused and the errors of expat."""
    found: dict[str, str] = {}
    path: list[str] = []

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        if tag in ("a:srgbClr", "a:sysClr") and path[-2:-1] == ["a:clrScheme"]:
            found[path[-1].removeprefix("a:")] = attributes.get("lastClr", attributes.get("val", "")).upper()
        path.append(tag)

    def closed(tag: str, text: str) -> None:
        path.pop()

    walk(content, allowance, opened, closed)
    return tuple(_hexadecimal(found.get(tag, office)) for tag, office in zip(_THEME_TAGS, OFFICE_THEME, strict=True))


def _hexadecimal(text: str) -> str:
    return text if len(text) == 6 and all(letter in "0123456789ABCDEF" for letter in text) else ""


@dataclass
class _Pieces:
    """A look as it is gathered."""

    number_format: str = ""
    font: str = ""
    size: float = 0.0
    colour: Colour = NO_COLOUR
    pattern: str | None = None
    foreground: Colour = NO_COLOUR
    background: Colour = NO_COLOUR
    bold: bool | None = None
    strike: bool | None = None
    horizontal: str = ""
    rotation: int = 0
    indent: int = 0
    shrink: bool = False
    wrap: bool = False
    locked: bool | None = None
    hidden: bool | None = None
    diagonal: bool = False
    crossed: bool = False

    def font_from(self, other: "_Pieces") -> None:
        """Takes over a font."""
        self.font, self.size, self.colour, self.bold, self.strike = other.font, other.size, other.colour, other.bold, other.strike

    def fill_from(self, other: "_Pieces") -> None:
        """Takes over a fill."""
        self.pattern, self.foreground, self.background = other.pattern, other.foreground, other.background


@dataclass(frozen=True)
class Colours:
    """The colours that a workbook's styles name by a number."""

    theme: Sequence[str]
    palette: Sequence[str]

    def of(self, colour: Colour) -> str:
        """RRGGBB; empty where the program chooses."""
        return resolved(colour, self.theme, self.palette)


@dataclass(frozen=True)
class Styles:
    """The looks of a workbook's styles, and those of its conditional formats."""

    looks: tuple[Look, ...] = (PLAIN,)
    changes: tuple[Look, ...] = ()
    colours: Colours = Colours(OFFICE_THEME, _INDEXED)


@dataclass
class _StyleWalk:
    formats: dict[int, str] = field(default_factory=lambda: dict(_FORMATS))
    fonts: list[_Pieces] = field(default_factory=list)
    fills: list[_Pieces] = field(default_factory=list)
    borders: list[_Pieces] = field(default_factory=list)
    styles: list[tuple[_Pieces, Mapping[str, str]]] = field(default_factory=list)
    changes: list[_Pieces] = field(default_factory=list)
    own_palette: list[str] = field(default_factory=list)
    now: _Pieces = field(default_factory=_Pieces)
    path: list[str] = field(default_factory=list)

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        self._opened(tag, attributes, self.path[1] if len(self.path) > 1 else "")
        self.path.append(tag)

    def closed(self, tag: str, text: str) -> None:
        """A tag ends."""
        self.path.pop()

    @property
    def palette(self) -> Sequence[str]:
        """The colours that styles only number: the workbook's own ones before the usual."""
        return (*self.own_palette, *_INDEXED[len(self.own_palette) :])

    def _opened(self, tag: str, attributes: Mapping[str, str], group: str) -> None:
        if len(self.path) == 2:
            self._begin(tag, attributes, group)
        if tag == "rgbColor" and len(self.own_palette) < len(_INDEXED):
            self.own_palette.append(attributes.get("rgb", "")[-6:].upper())
        if group == "fonts" or (group == "dxfs" and "font" in self.path):
            self._font(tag, attributes)
        elif group == "fills" or (group == "dxfs" and "fill" in self.path):
            self._fill(tag, attributes)
        elif group == "borders":
            self._border(tag, attributes)
        elif group in ("cellXfs", "dxfs"):
            self._marks(tag, attributes)

    def _begin(self, tag: str, attributes: Mapping[str, str], group: str) -> None:
        if group == "numFmts":
            self.formats[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            return
        self.now = _Pieces()
        if group == "fonts":
            self.fonts.append(self.now)
        elif group == "fills":
            self.fills.append(self.now)
        elif group == "borders":
            self.borders.append(self.now)
        elif group == "cellXfs":
            self.styles.append((self.now, attributes))
        elif group == "dxfs":
            self.changes.append(self.now)
        if max(len(one) for one in (self.styles, self.fonts, self.fills, self.borders, self.changes)) > _MOST_STYLES:
            raise Refused("样式过多，拒绝打开", "请新建工作簿并把表格复制过去，或联系下发模板的单位")

    def _font(self, tag: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("val")
        if tag in ("name", "rFont"):
            self.now.font = value or ""
        elif tag == "sz":
            self.now.size = fraction(value)
        elif tag == "color":
            self.now.colour = colour_of(attributes)
        elif tag == "b":
            self.now.bold = value is None or true(value)
        elif tag == "strike":
            self.now.strike = value is None or true(value)

    def _fill(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "patternFill":
            self.now.pattern = attributes.get("patternType", "")
        elif tag == "fgColor":
            self.now.foreground = colour_of(attributes)
        elif tag == "bgColor":
            self.now.background = colour_of(attributes)
        elif tag == "gradientFill":
            self.now.pattern = "gradient"
        elif tag == "color" and self.now.foreground == NO_COLOUR:
            self.now.foreground = colour_of(attributes)

    def _border(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "border":
            self.now.diagonal = true(attributes.get("diagonalUp")) or true(attributes.get("diagonalDown"))
        elif tag == "diagonal":
            self.now.crossed = self.now.diagonal and attributes.get("style", "none") != "none"

    def _marks(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self.now.number_format = attributes.get("formatCode", "")
        elif tag == "alignment":
            self.now.horizontal = attributes.get("horizontal", "")
            self.now.rotation, self.now.indent = whole(attributes.get("textRotation")), whole(attributes.get("indent"))
            self.now.shrink, self.now.wrap = true(attributes.get("shrinkToFit")), true(attributes.get("wrapText"))
        elif tag == "protection":
            self.now.locked = true(attributes["locked"]) if "locked" in attributes else None
            self.now.hidden = true(attributes["hidden"]) if "hidden" in attributes else None


@lru_cache(maxsize=16)
def read_styles(theme: tuple[str, ...]) -> Callable[[bytes, Allowance], Styles]:
    """A reader of a styles part for a workbook of this theme, the same one for the same theme. It raises Refused and the errors of expat."""

    def read(content: bytes, allowance: Allowance) -> Styles:
        found = _StyleWalk()
        walk(content, allowance, found.opened, found.closed)
        colours = Colours(theme, found.palette)
        looks = tuple(_look(pieces, attributes, found, colours) for pieces, attributes in found.styles)
        return Styles(looks or (PLAIN,), tuple(_change(pieces, colours) for pieces in found.changes), colours)

    return read


def _look(pieces: _Pieces, attributes: Mapping[str, str], found: _StyleWalk, colours: Colours) -> Look:
    font, fill, border, code = (whole(attributes.get(key)) for key in ("fontId", "fillId", "borderId", "numFmtId"))
    if 0 <= font < len(found.fonts):
        pieces.font_from(found.fonts[font])
    if 0 <= fill < len(found.fills):
        pieces.fill_from(found.fills[fill])
    horizontal = "" if pieces.horizontal == "general" else pieces.horizontal
    return Look(
        found.formats.get(code, "General"),
        pieces.font,
        pieces.size,
        colours.of(pieces.colour),
        _fill(pieces, colours),
        bool(pieces.bold),
        bool(pieces.strike),
        horizontal,
        pieces.rotation,
        pieces.indent,
        pieces.shrink,
        pieces.wrap,
        pieces.locked is not False,
        bool(pieces.hidden),
        0 <= border < len(found.borders) and found.borders[border].crossed,
    )


def _fill(pieces: _Pieces, colours: Colours) -> str:
    return "" if pieces.pattern in (None, "", "none") else colours.of(pieces.foreground)


def _change(pieces: _Pieces, colours: Colours) -> Look:
    """The look of a conditional format, where a solid fill is the background colour and a pattern may go unnamed."""
    colour = pieces.background if pieces.pattern in ("", "solid") and pieces.background != NO_COLOUR else pieces.foreground
    fill = "" if pieces.pattern in (None, "none") else colours.of(colour)
    return Look(
        pieces.number_format,
        pieces.font,
        pieces.size,
        colours.of(pieces.colour),
        fill,
        pieces.bold,
        pieces.strike,
        pieces.horizontal,
        pieces.rotation,
        pieces.indent,
        pieces.shrink,
        pieces.wrap,
        pieces.locked,
        pieces.hidden,
    )


class OwnChange:
    """The look of a conditional format that a sheet spells out itself, as Excel 2010's extensions have it: fed with its tags, then asked."""

    def __init__(self) -> None:
        self._walk = _StyleWalk(path=["styleSheet", "dxfs"])
        self._walk.opened("dxf", {})

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins in it."""
        self._walk.opened(tag, attributes)

    def closed(self) -> None:
        """A tag ends in it."""
        self._walk.closed("", "")

    def look(self, colours: Colours) -> Look:
        """The look, in a workbook of these colours."""
        return _change(self._walk.now, colours)
