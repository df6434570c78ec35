"""填报说明: what to do, how far the work is, the choices a table leaves open. The clerk's real manual."""

from collections.abc import Iterable, Iterator, Sequence

from xl_jixiao.expr import Expr
from xl_jixiao.sheet.addin import buttons_at
from xl_jixiao.sheet.build import SheetBuilder
from xl_jixiao.sheet.measure import height_for, print_scale, room_at, whole_pages_scale
from xl_jixiao.sheet.page_flow import blocks, breaks
from xl_jixiao.sheet.plan import Computed, Page, Varies
from xl_jixiao.sheet.progress import Progress
from xl_jixiao.words import GUIDE

WIDTHS = (6, 26, 14, 60)
WIDE = WIDTHS[2] + WIDTHS[3]
_LIVE = 24
"""The height of a row that says how far the work is."""

_PLAIN = 18
"""The height of a row nothing else is said of."""

NO_MACROS = "单元格显示 #NAME? 时：关闭本表重新打开，点“启用内容”（启用宏）；用 WPS 的，请改用免装版（.xlsx）。"
"""What to do where the functions are not found: macros are off, or the program has none."""

PASTED = (
    "粘贴用“选择性粘贴→数值”。整格粘贴会带进别处的格式和锁定：填报格仍可改，选中按 Delete 清空再输入；插件版还可点“恢复填报格”。"
    "不要剪切、拖动填报格，误操作的按 Ctrl+Z 撤销。"
)
"""What to do after a bad paste."""


class Guide:
    """The sheet being put together from top to bottom."""

    def __init__(self, title: str, what: str, identifier: str, revision: str, basis: str) -> None:
        self.sheet = SheetBuilder(GUIDE, "Sheet_Guide", WIDTHS)
        self.sheet.label(0, 0, title, "title", columns=4)
        self.sheet.height(0, 36)
        self.sheet.label(1, 0, f"填报说明　{what}：{identifier}（{revision}）　依据：{basis}", "note", columns=4)
        self.sheet.height(1, height_for([(basis + identifier, 80)], 9, 26))
        self.row = 2
        self._headings: set[int] = set()

    def section(self, title: str) -> None:
        """A heading with an empty row above it."""
        self.sheet.label(self.row, 0, title, "group", columns=4)
        self._headings.add(self.row)
        self.row += 1

    def progress(self, progress: Progress) -> None:
        """What is filled of each sheet, in words, and a link to the next thing to do."""
        self.section("填报进度")
        for part in progress.parts:
            self.sheet.jump(self.row, 0, sheet=part.sheet, text=part.name, columns=2)
            self.sheet.computed(self.row, 2, "", part.state, "centre")
            self.sheet.computed(self.row, 3, "", part.said, "cell")
            if part.chained:
                self.sheet.computed(self.row, len(WIDTHS), part.chained.key, part.first_open, "hidden")
            self.sheet.height(self.row, _LIVE)
            self.row += 1
        if any(part.chained for part in progress.parts):
            self.sheet.hidden_columns.append((len(WIDTHS), len(WIDTHS)))
        self.sheet.label(self.row, 0, "下一处（点右边跳转）", "cell", columns=2)
        self.sheet.put(self.row, 2, Computed("", progress.next, varies=Varies.NUMBERS), "link", columns=2)
        self.sheet.height(self.row, _LIVE)
        self.row += 1

    def grade(self, name: str, total: Expr, grade: Expr) -> None:
        """The total and its grade, or why there is none."""
        self.sheet.label(self.row, 0, name, "cell", columns=2)
        self.sheet.computed(self.row, 2, "", total, "strong")
        self.sheet.computed(self.row, 3, "", grade, "cell")
        self.sheet.height(self.row, _LIVE)
        self.row += 1

    def buttons(self) -> None:
        """The macro buttons of the add-in edition, and what to do where they don't work."""
        self.sheet.buttons += buttons_at(self.row, 1)
        self.sheet.height(self.row, 40)
        self.sheet.label(self.row + 1, 0, NO_MACROS, "note", columns=4)
        self.row += 2

    def steps(self, steps: Iterable[tuple[str, str]], legend: Iterable[tuple[str, str]]) -> None:
        """The steps (sheet, what to do) with jump links, and the words of the 状态 columns."""
        self.row += 1
        self.section("填报步骤")
        for at, (target, text) in enumerate(steps, 1):
            self.sheet.label(self.row, 0, at, "centre")
            self.sheet.jump(self.row, 1, sheet=target)
            self.sheet.label(self.row, 2, text, "cell", columns=2)
            self.sheet.height(self.row, height_for([(text, WIDE)], 10, 24))
            self.row += 1
        self.row += 1
        self.section("状态用词")
        for word, text in legend:
            self.sheet.label(self.row, 0, word, "centre", columns=2)
            self.sheet.label(self.row, 2, text, "cell", columns=2)
            self.sheet.height(self.row, height_for([(text, WIDE)], 10, 18))
            self.row += 1
        self.sheet.mark_states(2, 0, self.row, 2)

    def choices(self, title: str, lines: Iterable[tuple[str, str]]) -> None:
        """What the printed table leaves open, with the choice made."""
        self.row += 1
        self.section(title)
        for name, text in lines:
            self.sheet.label(self.row, 0, name, "cell", columns=2)
            self.sheet.label(self.row, 2, text, "small", columns=2)
            self.sheet.height(self.row, height_for([(text, WIDE), (name, WIDTHS[0] + WIDTHS[1])], 9.5, 20))
            self.row += 1

    def done(self, notes: Sequence[str]) -> SheetBuilder:
        """The sheet, with the notes at its end."""
        self.row += 1
        self.section("其他说明")
        for text in (PASTED, *notes):
            self.sheet.label(self.row, 0, text, "small", columns=4)
            self.sheet.height(self.row, height_for([(text, sum(WIDTHS))], 9.5, 20))
            self.row += 1
        height = sum(self.sheet.heights.get(at, _PLAIN) for at in range(self.row))
        scale = whole_pages_scale(WIDTHS, height, 0, landscape=False)
        self.sheet.page = Page(area=(0, 0, self.row, 3), breaks=tuple(self._breaks(scale)), scale=scale)
        return self.sheet

    def _breaks(self, scale: int | None) -> Iterator[int]:
        """Where pages start: a heading stays with what follows it."""
        rows = [((at, self.sheet.heights.get(at, _PLAIN)), at in self._headings) for at in range(self.row)]
        room = room_at(scale or print_scale(WIDTHS, landscape=False), landscape=False)
        return breaks(blocks(((row,), tied, False) for row, tied in rows), room)
