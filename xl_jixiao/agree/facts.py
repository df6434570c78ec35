"""A unit's figures by what they are called: those of its tables, and what its texts say of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from xl_jixiao.agree.arithmetic import FROM_LAST_YEAR, UP, Slip, change_said
from xl_jixiao.agree.mentions import Measure, Mention, half_width, mentions
from xl_jixiao.number import half_up, plain


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a table: what it is called, in 元, things, per cent or points; where it stands."""

    name: str
    kind: Measure
    value: Fraction
    place: str = ""
    counter: str = ""
    """What is counted, where the table says it."""

    @property
    def shown(self) -> str:
        """As a reader says it: money in 万元."""
        if self.kind is Measure.AMOUNT:
            return f"{plain(half_up(self.value / 10000, 6))}万元"
        unit = {Measure.PERCENT: "%", Measure.POINTS: "分"}.get(self.kind, self.counter)
        return f"{plain(half_up(self.value, 4))}{unit}"


_MARKS = re.compile(r"[“”‘’\"'\s〔〕:：=]|\([^()]*\)|（[^（）]*）|(?:19|20)\d\d年(?:度)?|截[至止](?:[^，]*?(?:日|底|末))?|其中")
_FIRST = re.compile(
    r"^(?:度(?![假量])|现有|目前|全(?:单位|部门|局|办|委|院|校|所|中心|机关)|\(?[\d一二三四五六七八九十]+[)、.．]|[、，的]|在(?![职编用建])|单位(?=编制|在职|实有)|(?:我|本)(?:单位|部门|县|市|局|办|委|中心|院|校|所|机关|项目)|本年度?|当年|全年|年度|(?:年)?[末底](?!结转|结余|余额|财政拨款结)|本级|部门|实际|累计|共计|共|总计|编制内)"
)
_LAST = re.compile("(?:分别|总计|合计|共计|共|总额|总数|金额|数额|人数|数量|安排|等于|达到|[为是计约达数额的有])$")
_SPENT = re.compile("(?<=[费款])(?:支出)?决算$|(?<=费)支出$|(?<=费)实际支出$")
_LABELS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        ("实有在职人员|在职(?:在编)?人员|在职职工|实有人员?|实有|在职|在编在职人员|年末在职人员|职工", "在职人员"),
        ("(?:核定|人员|编办核定)?编制(?:人员)?", "编制"),
        ("(?:本年度?)?三公经费总额", "三公经费总额"),
        ("三公经费(?:财政拨款)?(?:支出|决算|支出决算|实际支出|实际发生|决算支出|开支)?|自评报告表三公经费|三公经费决算", "三公经费"),
        ("三公经费(?:财政拨款)?(?:支出)?(?:年初|总)?预算", "三公经费预算"),
        ("(?:绩效)?(?:自评|综合|最后|最终|评价|总)*(?:总分|得分)", "总分"),
        ("(?:[\u4e00-\u9fff]{0,12})满意(?:度|率|程度)(?:指标)?", "满意度"),
        ("年末(?:结转(?:和|及|与)?结余|结转|结余)(?:资金)?", "年末结转结余"),
        ("(?:年初|上年)(?:结转(?:和|及|与)?结余|结转|结余)(?:资金)?", "年初结转结余"),
        ("总支出|支出总计|支出(?:合计)?|收支总计", "总支出"),
        ("总收入|收入总计|收入(?:合计)?", "总收入"),
        ("公务用车购置费?及运行(?:维护)?费|公务用车费", "公务用车购置及运行费"),
        ("公务用车运(?:行维护|维)费", "公务用车运行维护费"),
        ("因公出国(?:境)?费用?", "因公出国费"),
    )
)
"""What the same figure is called in several forms."""

_VAGUE = frozenset(
    "总支出 总收入 年初结转结余 年末结转结余 编制预算 支出 收入 预算 决算 合计 年初预算 支出决算 支出预算 预算数 完成 项目 资金 其他 其他支出 经费 上年 基本 本年 增加 减少 人员 得分 分值 上年结转 总计".split()
)
"""Names that mean another figure in every sentence."""

_OF_PEOPLE, _PEOPLE = frozenset(["编制", "在职人员"]), frozenset(["", "人", "名", "个"])
"""Names that count people, and what else than 人 they are counted in: 编制2辆 is another."""

_SHORTEST_NAME, _SHORTEST_ROW, _SHORTEST_RATE = 2, 4, 3

_OTHER_TIME = re.compile(
    "上年|去年|上一年|同期|较|比|增|减|下降|上升|占|完成|每|人均|平均|计划|目标|预计|拟|力争|下年|明年|标准|不超过|控制在|超|差额|变动"
)


@lru_cache(maxsize=2048)
def label(name: str) -> str:
    """What a figure is called, without the words that change nothing: the same for 2020年末实有在职人员 and 在职人员数."""
    found, previous = _bare(name), ""
    while previous != found:
        previous = found
        common = next((common for pattern, common in _LABELS if pattern.fullmatch(found)), "")
        if common:
            return common
        found = _LAST.sub("", _FIRST.sub("", found)) or found
    return _SPENT.sub("", found)


_IS = re.compile("(?:为|是|达到|达)$")
_THIS_YEAR = re.compile("^(?:全年|本年度?|当年)")
_LONG_NAME = 5
"""A fact's whole name from so many characters on means that fact, whatever its label is."""

_NEAR = 20


def _near(mention: Mention, about: Mention) -> bool:
    """Whether an actual value that is only about so much may be the mention."""
    return about.about and abs(mention.base - about.base) * _NEAR <= about.base


@lru_cache(maxsize=2048)
def _named_as(name: str) -> str:
    """An indicator's name without what changes nothing: 全年观众达到 and 观众人次 are 观众."""
    found, previous = _bare(name).removesuffix("指标"), ""
    while previous != found:
        previous = found
        found = _LAST.sub("", _FIRST.sub("", found)) or found
    return _COUNTED.sub("", found) or found


def _bare(text: str) -> str:
    return _MARKS.sub("", half_width(text))


_OWNER = re.compile(r".{1,16}(?:局|办公室|办|委员会|委|中心|院|校|处|站|所|厅|部|队|镇|乡|街道|政府|机关)(?=.{2,})")
"""Whose figure it is, where the text says it before its name: 甲县教育局年末在职人员."""

_UNNAMED = re.compile("(?P<done>实际(?:支出|发生|使用|执行)(?:数|额)?|决算数?)(?:为|是|共)?|(?:年初)?预算数?(?:为|是|共)?")
"""An amount said of what the words before it are about."""

_COUNTED = re.compile("(?:场次|人次|人数|次数|数量|个数|户数|件数|场数|期数|面积|里程|长度|数|率)$")


_WHOLE_YEAR = re.compile("(?:(?:本|全|当)?年度?)?(收入|支出)(?:合计|总额)(?:为|是|共|达)?|(?:本|全|当)年度?(收入|支出)(?:为|是|共|达)?")
_WHOLE_YEAR_FACT = {kind: re.compile(f"(?:本年度?)?{kind}合计|本年{kind}") for kind in ("收入", "支出")}
"""All that came in or went out in the year, in a text and in a table; 收入总计 has last year's rest in it."""


class Figures:
    """A unit's facts by label, its own indicators with what they are to come to and came to, and its grade."""

    def __init__(
        self, facts: Iterable[Fact], rows: Iterable[tuple[str, str, str]] = (), grade: str = "", *, exact_grade: bool = False
    ) -> None:
        self.grade = grade
        self.exact_grade = exact_grade  # its words are the table's own: 良 is not 良好
        self.by_label: dict[tuple[str, Measure], list[Fact]] = defaultdict(list)
        self.all = tuple(facts)
        for fact in self.all:
            name = label(fact.name)
            if len(name) >= _SHORTEST_NAME and name not in _VAGUE:
                self.by_label[name, fact.kind].append(fact)
        self._by_name = {
            (_bare(fact.name), fact.kind): [fact] for fact in self.all if len(fact.name) >= _LONG_NAME or fact.name.startswith("年末")
        }
        self.by_any_label: dict[tuple[str, Measure], list[Fact]] = defaultdict(list)
        for fact in self.all:
            self.by_any_label[label(fact.name), fact.kind].append(fact)
        self._exact = [(_named_as(name), name, target, actual) for name, target, actual in rows]
        self._rows = [(_COUNTED.sub("", label(name)), name, target, actual) for name, target, actual in rows]

    @cached_property
    def two_years(self) -> Mapping[str, tuple[Fact, Fact]]:
        """The facts the table has of this year and of the last, by their label."""
        named = {fact.name: fact for fact in self.all}
        found = {}
        for fact in self.all:
            own = _LAST_YEARS_FACT.sub("", fact.name)
            now = next((named[name] for name in (own, f"本年度{own}", f"本年{own}") if own != fact.name and name in named), None)
            if now is not None and now.kind is fact.kind:
                found[label(own)] = (now, fact)
        left = next((pair for name, pair in found.items() if name in _ALSO_LEFT), None)
        return {_LEFT: left, **found} if left else found

    @cached_property
    def amounts(self) -> Mapping[Fraction, Fact]:
        """The amounts by their value."""
        return {fact.value: fact for fact in self.all if fact.kind is Measure.AMOUNT and fact.value}

    @cached_property
    def rates(self) -> Sequence[Fact]:
        """The rates of what was spent."""
        return [fact for fact in self.all if fact.kind is Measure.PERCENT and _CONTROL.search(fact.name)]

    def of(self, mention: Mention) -> list[Fact]:
        """The facts a mention of a text is about."""
        if mention.about:
            return []
        if mention.kind is Measure.AMOUNT and (whole := _WHOLE_YEAR.fullmatch(_bare(mention.before))):
            return [
                fact
                for fact in self.all
                if fact.kind is Measure.AMOUNT and _WHOLE_YEAR_FACT[whole[1] or whole[2]].fullmatch(_bare(fact.name))
            ]
        said = _bare(_IS.sub("", mention.before))
        named = next((facts for name in (said, _THIS_YEAR.sub("", said)) if (facts := self._by_name.get((name, mention.kind)))), [])
        if exact := self._rows_named(mention) or named:
            return exact
        name = label(mention.before)
        if name in _OF_PEOPLE and mention.counter not in _PEOPLE:
            return []
        owner = _OWNER.match(name)
        names = (name, label(name[owner.end() :])) if owner else (name,)
        called, known = next(((one, facts) for one in names if (facts := self.by_label.get((one, mention.kind)))), ("", []))
        if _OTHER_TIME.search(
            _bare(mention.before).replace(called, "")
        ):  # 预算完成率 and 上年结转 are names, what stands around them isn't
            return []
        return known or self._of_rows(name, mention)

    def part_named(self, mention: Mention, before: str) -> list[Fact]:
        """The rate whose name a text gives in two parts: 固定资产900万元，利用率98%."""
        name = label(mention.before)
        if mention.about or mention.kind is not Measure.PERCENT or not name.endswith("率") or len(name) < _SHORTEST_RATE:
            return []
        longer = [fact for fact in self.all if fact.kind is Measure.PERCENT and fact.name.endswith(name) and fact.name != name]
        if len(longer) != 1:
            return []
        return [fact for fact in longer if fact.name.removesuffix(name) in _bare(before) or self._is_all_spent(name, before)]

    def _is_all_spent(self, name: str, before: str) -> bool:
        """Whether 执行率 stands after all that was spent in the year: 全年执行98.6万元，执行率98.6%."""
        if name != "执行率":
            return False
        spent = [fact for fact in self.all if fact.name == "全年执行数"]
        return any(one.kind is Measure.AMOUNT and _agree(one, fact) for one in mentions(before) for fact in spent)

    def beside_rate(self, mention: Mention, rate: Mention | None) -> list[Fact]:
        """The amount a text gives right after a rate without saying again of what: 三公经费控制率为70%，实际支出12.6万元."""
        about = (
            rate is not None and rate.kind is Measure.PERCENT and rate.sentence == mention.sentence and _CONTROL.search(label(rate.before))
        )
        said = _UNNAMED.fullmatch(_bare(mention.before)) if about and mention.kind is Measure.AMOUNT and not mention.about else None
        if rate is None or said is None:
            return []
        of_what = _CONTROL.sub("", label(rate.before))
        if not of_what:
            return []
        amount = "实际.*" if said["done"] else "年初预算数?|预算数?"
        wanted = re.compile(f"{re.escape(of_what)}(?:总额)?(?:{amount})")
        found = [fact for fact in self.all if fact.kind is Measure.AMOUNT and wanted.fullmatch(_bare(fact.name))]
        return found if len(found) == 1 else []

    def _rows_named(self, mention: Mention) -> list[Fact]:
        """What the indicators say that have the very name the text gives, whatever is in the name: 每场演出平均成本."""
        core = _named_as(mention.before)
        found: list[Fact] = []
        for name, title, target, actual in self._exact if len(core) >= _SHORTEST_NAME else ():
            if name != core:
                continue
            written = [one for text in (actual, target) for one in mentions(text)]
            if len(written) != 2 or not all(one.same_measure(mention) for one in written) or _near(mention, written[0]):
                return []
            found += [Fact(title, one.kind, one.base, counter=one.unit) for one in written]
        return found

    def _of_rows(self, name: str, mention: Mention) -> list[Fact]:
        core = _COUNTED.sub("", name)
        if len(core) < _SHORTEST_ROW:
            return []
        for row, title, target, actual in self._rows:
            if len(row) >= _SHORTEST_ROW and (core.endswith(row) or row.endswith(core)):
                written = [one for text in (actual, target) for one in mentions(text)]
                if len(written) == 2 and all(one.same_measure(mention) for one in written) and not written[0].about:
                    return [Fact(title, one.kind, one.base, counter=one.unit) for one in written]
        return []

    def has_like(self, name: str, mention: Mention) -> bool:
        """Whether the value is that of another figure whose name begins the same: 公用经费 is 141.6, as 公用经费预算 is."""
        return any(fact.kind is mention.kind and _agree(mention, fact) and name in fact.name for fact in self.all)


_OTHER_SCOPE = re.compile("下属|所属|直属|下设|二级(?:预算)?单位|下级")
"""What follows is of a part of the unit."""


def against_table(text: str, figures: Figures, year: int = 0) -> Iterator[Slip]:
    """JX661, JX663, JX666: a figure the text calls by the name of one of the table's, and gives another value."""
    plain_text = half_width(text)
    written = mentions(text)
    for previous, one in zip((None, *written), written, strict=False):
        before = plain_text[one.sentence[0] : one.start]
        facts = figures.of(one) or figures.part_named(one, before) or figures.beside_rate(one, previous)
        planned = one.kind is Measure.AMOUNT and "预算" in before and "预算" not in one.before and "决算" not in one.before
        last_years = _ONLY_LAST_YEAR.match(before.strip()) is not None and not _NOW.search(before)
        if not facts or planned or last_years or _other_years(before, year) or _OTHER_SCOPE.search(before):
            continue
        if any(_agree(one, fact) for fact in facts) or figures.has_like(label(one.before), one) or _of_its_own(plain_text, one):
            continue
        fact = facts[0]
        yield _against(one, fact, _quoted(plain_text, one))
    yield from _wrong_unit(text, plain_text, figures)


_MOST_BESIDE = 12


def _of_its_own(text: str, rate: Mention) -> bool:
    """Whether two counts of its sentence make a rate: 5个项目中，完成4个，完成率80% is no rate of the table's."""
    if rate.kind is not Measure.PERCENT:
        return False
    counts = [one for one in mentions(text) if one.kind is Measure.COUNT and one.sentence == rate.sentence and one.end <= rate.start]
    pairs = ((part, whole) for part in counts[-_MOST_BESIDE:] for whole in counts[-_MOST_BESIDE:] if part is not whole and whole.base)
    return any(part.same_measure(whole) and abs(part.base / whole.base * 100 - rate.base) <= rate.half for part, whole in pairs)


_LAST_YEARS_FACT = re.compile("^上年度?")
_NOW = re.compile("本年|今年|当年|全年|年末")
_ONLY_LAST_YEAR = re.compile("(?:上年|去年)度?(?:同期)?")


def changes_of_named(text: str, figures: Figures, year: int) -> Iterator[Slip]:
    """JX661, JX666: 结转结余36.6万元，比上年减少6.6万元, where the table has the figure of both years."""
    plain_text, written = half_width(text), mentions(text)
    for at, delta in enumerate(written):
        told = FROM_LAST_YEAR.match(delta.before) if not delta.about else None
        previous = written[at - 1] if at and written[at - 1].sentence == delta.sentence else None
        if (
            told is None
            or not _ONLY_LAST_YEAR.fullmatch(told["base"])
            or delta.kind not in (Measure.AMOUNT, Measure.COUNT, Measure.PERCENT)
        ):
            continue
        subject = told["what"] or (previous.before if previous is not None and not FROM_LAST_YEAR.match(previous.before) else "")
        pair = figures.two_years.get(label(subject)) if subject else None
        led = plain_text[delta.sentence[0] : delta.start]
        if (
            pair is None
            or _other_years(led, year)
            or _OTHER_SCOPE.search(led)
            or not pair[1].value
            or delta.kind not in (pair[0].kind, Measure.PERCENT)
        ):
            continue
        now, base = pair
        fault = change_said(now.value, base.value, delta, Fraction(0), up=bool(UP.search(told["way"])))
        if fault is not None:
            passage = _quoted(plain_text, delta)
            message = f"表里“{now.name}”{now.shown}，“{base.name}”{base.shown}，{fault}，文字里是{told['way']}{delta.shown}：{passage}"
            yield Slip("JX666", message, passage, delta.shown, fault[2:], delta.start)


_AMOUNT_BEFORE = re.compile(r"(?:为|是)?\d[\d,.]*(?:万|亿)?元[，,](?=占[\u4e00-\u9fff]{2,16}的?(?:比例|比重)?(?:为|达|达到|是)?$)")
_SHARE_OF = re.compile(r"(?P<part>[\u4e00-\u9fff“”]{2,16})占(?P<whole>[\u4e00-\u9fff“”]{2,16}?)的?(?:比例|比重)?(?:为|达|达到|是)?$")


def shares_of_named(text: str, figures: Figures, year: int) -> Iterator[Slip]:
    """JX661, JX666: A占B的p%, where the table has both by these names."""
    plain_text = half_width(text)
    for one in mentions(text):
        led = plain_text[one.sentence[0] : one.start]
        said = _SHARE_OF.search(re.sub(_AMOUNT_BEFORE, "", led)) if one.kind is Measure.PERCENT and not one.about else None
        if said is None or _other_years(led, year) or _OTHER_SCOPE.search(led):
            continue
        parts, wholes = (figures.by_any_label.get((label(said[name]), Measure.AMOUNT), []) for name in ("part", "whole"))
        if len(parts) != 1 or len(wholes) != 1 or not wholes[0].value:
            continue
        part, whole = parts[0], wholes[0]
        right = part.value / whole.value * 100
        if abs(right - one.base) > one.half:
            come = f"{plain(half_up(right, 2))}%"
            code = "JX661" if abs(right - one.base) < one.step else "JX666"
            message = f"表里“{part.name}”{part.shown}÷“{whole.name}”{whole.shown}＝{come}，文字里是{one.shown}：{_quoted(plain_text, one)}"
            yield Slip(code, message, _quoted(plain_text, one), one.shown, come, one.start)


_GRADES = "(?P<grade>优秀|良好|中等|优|良|中|差|合格|不合格|较差|一般)"
_GRADE = re.compile(rf"(?:自评|评价|评定|绩效)?(?:等次|等级|结论)(?:评定)?(?:为|是|:)?[“\"]?{_GRADES}[”\"]?(?![\u4e00-\u9fff、/])")
_RATED = re.compile(rf"(?<![被考])评定?为[“\"]?{_GRADES}[”\"]?(?:等次?|级)(?![\u4e00-\u9fff、/])")
"""评为优等, but not who 被评为优秀等次 in the yearly review of staff."""


def grade_in_words(text: str, figures: Figures) -> Iterator[Slip]:
    """JX666: a grade named in the text that is not the table's."""
    if not figures.grade:
        return
    plain_text = half_width(text)
    for match in (*_GRADE.finditer(plain_text), *_RATED.finditer(plain_text)):
        said = match["grade"]
        if said[0] != figures.grade[0] or (figures.exact_grade and said != figures.grade):
            message = f"文字里等次是“{said}”，表里是“{figures.grade}”：{text[max(0, match.start() - 16) : match.end() + 6].strip()}"
            yield Slip("JX666", " ".join(message.split()), match[0], said, figures.grade, match.start())


def _against(one: Mention, fact: Fact, sentence: str) -> Slip:
    off = abs(fact.value - one.base)
    times = fact.value / one.base if one.base else Fraction(0)
    where = f"（{fact.place}）" if fact.place else ""
    if one.kind is Measure.AMOUNT and times in (10000, Fraction(1, 10000), 10**8, Fraction(1, 10**8)):
        message = f"文字里是{one.shown}，表里“{fact.name}”是{fact.shown}{where}：数字相同，单位差一万倍，元与万元疑混：{sentence}"
        return Slip("JX663", message, sentence, one.shown, fact.shown, one.start)
    code = "JX661" if off <= one.step and one.step < one.scale else "JX666"
    return Slip(
        code, f"文字里是{one.shown}，表里“{fact.name}”是{fact.shown}{where}：{sentence}", sentence, one.shown, fact.shown, one.start
    )


_BEYOND_ALL = 10**10
"""No unit of a county has so many 元."""


def _wrong_unit(text: str, plain_text: str, figures: Figures) -> Iterator[Slip]:
    """JX663: an amount of several digits that stands in the table too, ten thousand times as large or as small, and nowhere as it is."""
    amounts = figures.amounts
    for one in mentions(text):
        if one.kind is not Measure.AMOUNT or one.about:
            continue
        digits = len(format(one.value, "f").replace(".", "").strip("0"))
        if digits < 4 and one.base < _BEYOND_ALL or one.base in amounts or figures.of(one):
            continue
        fact = next((amounts[value] for value in (one.base * 10000, one.base / 10000) if value in amounts), None)
        if fact:
            sentence = _quoted(plain_text, one)
            message = f"文字里是{one.shown}，表里“{fact.name}”是{fact.shown}：数字相同，单位差一万倍，元与万元疑混：{sentence}"
            yield Slip("JX663", message, sentence, one.shown, fact.shown, one.start)


def _agree(one: Mention, fact: Fact) -> bool:
    """Whether the mention is the fact, as far as it is printed."""
    return abs(fact.value - one.base) <= one.half


def _other_years(before: str, year: int) -> bool:
    """Whether the nearest year named before is another one."""
    named = re.findall(r"((?:19|20)\d\d)(?=\s*年)", before)
    return bool(named and year and int(named[-1]) != year)


def _quoted(text: str, one: Mention) -> str:
    start = max(one.sentence[0], one.start - 30)
    return "".join(text[start : min(one.sentence[1], one.end + 10)].split())


def against_itself(texts: Sequence[str]) -> Iterator[tuple[int, Slip]]:
    """JX661, JX667: one figure called by the same full name, with two values in the texts of one document; with the number of the text."""
    seen: dict[tuple[str, Measure, bool], tuple[str, Mention]] = {}
    for at, text in enumerate(texts):
        plain_text = half_width(text)
        for one in mentions(text):
            if one.about or one.kind in (Measure.YEAR, Measure.NUMBER) or _OTHER_TIME.search(one.before):
                continue
            name = label(_full(plain_text, one))
            if name not in _ONE_OF_A_KIND and len(name) < _SHORTEST_ROW:
                continue
            source, first = seen.setdefault((name, one.kind, _planned(plain_text, one)), (plain_text, one))
            unsaid = name not in _ONE_OF_A_KIND and not (one.kind is Measure.PERCENT and name.endswith(("率", "度", "比例", "占比")))
            if unsaid or first.counter != one.counter or _years(source, first) != _years(plain_text, one):
                continue
            off = abs(first.base - one.base)
            if off > max(first.half, one.half):
                code = "JX661" if off <= max(first.step, one.step) and one.step < one.scale else "JX667"
                passage = _quoted(plain_text, one)
                message = f"同一个“{name}”，前面写{first.shown}，后面写{one.shown}：{_quoted(source, first)}……{passage}"
                yield at, Slip(code, message, passage, one.shown, first.shown, one.start)


def _planned(text: str, one: Mention) -> bool:
    """Whether the figure is a plan's: a budget, or a goal in a text that tells of no outcome."""
    return "预算" in re.split("[;；]", text[one.sentence[0] : one.start])[-1] or bool(_GOAL.search(text) and not _OUTCOME.search(text))


_GOAL = re.compile("不低于|不少于|不高于|不超过|以上|以内|≥|≤|力争|确保|计划|目标")
_OUTCOME = re.compile("实际|已|完成了|达到了|比目标|较目标|[低高]于目标|超过?目标|未达|失分|失\\d")

_ONE_OF_A_KIND = frozenset(("总分", "三公经费", "三公经费预算", "机关运行经费", "在职人员", "编制"))
"""Names that mean one figure in a whole document; others may be of another scope in the next paragraph."""

_CHANGES = re.compile("较|比|增|减|下降|占|完成|每|人均|预算")

_SIGN_WORDS = re.compile("^(?:再|并)?(?:加上?|减去?|扣除|扣减)")
_LEFT = "年末结转结余"
_ALSO_LEFT = frozenset(
    "结转 结余 结转结余 结余结转 结转下年 结转下年使用 年终结转 年终结转结余 期末结转 期末结转结余 剩余 结余资金 结转资金".split()
)
"""What is left, where what came in and what went out is said before it."""

_IDENTITIES: tuple[tuple[str, tuple[tuple[int, str], ...]], ...] = (
    ("人员经费", ((1, "工资福利支出"), (1, "对个人和家庭的补助支出"))),
    ("公用经费", ((1, "商品和服务支出"), (1, "资本性支出"))),
    ("日常公用经费", ((1, "商品和服务支出"), (1, "资本性支出"))),
    ("总支出", ((1, "基本支出"), (1, "项目支出"))),
    ("年末结转结余", ((1, "年初结转结余"), (1, "总收入"), (-1, "总支出"))),
)
"""Sums that hold in every 决算."""


def identities(texts: Sequence[str]) -> Iterator[tuple[int, Slip]]:
    """JX661, JX662: figures of one text that a 决算 adds up, and that don't add up: 人员经费＝工资福利支出＋对个人和家庭的补助支出."""
    for at, text in enumerate(texts):
        plain_text = half_width(text)
        by_name: dict[str, Mention] = {}
        for one in mentions(text):
            named = _SIGN_WORDS.sub("", one.before)
            if one.kind is Measure.AMOUNT and not one.about and not _CHANGES.search(named):
                name = label(named)
                by_name.setdefault(_LEFT if name in _ALSO_LEFT and "总支出" in by_name else name, one)
        for name, parts in _IDENTITIES:
            whole = by_name.get(name)
            found = [(sign, by_name.get(part)) for sign, part in parts]
            if whole is None or any(one is None for _, one in found):
                continue
            total = sum((sign * one.base for sign, one in found if one), Fraction(0))
            off = abs(total - whole.base)
            if off <= whole.half or off * 2 > whole.base:
                continue
            come = f"{plain(half_up(total / whole.scale, 4))}{whole.unit}"
            formula = "".join(f"{'－' if sign < 0 else '＋'}{part}" for sign, part in parts).lstrip("＋")
            code = "JX661" if off <= whole.step * len(parts) else "JX662"
            message = f"{name}应为{formula}＝{come}，写的是{whole.shown}：{_quoted(plain_text, whole)}"
            yield at, Slip(code, message, _quoted(plain_text, whole), whole.shown, come, whole.start)


def _full(text: str, one: Mention) -> str:
    """The words before, those of a written-out formula left out: 控制率＝（…）×100%=76.06% is about 控制率."""
    if not one.before.endswith("="):
        return one.before
    led = text[one.sentence[0] : one.start]
    name = re.search(r"([\u4e00-\u9fff“”]{4,20})\s*=[^=\u4e00-\u9fff]*=?\s*$", led)
    return name[1] if name else ""


def _years(text: str, one: Mention) -> str:
    found = re.findall(r"((?:19|20)\d\d)年", text[one.sentence[0] : one.start])
    return found[-1] if found else ""


_WITHIN = re.compile(
    r"(?P<what>[^，。；、,;\n]{0,16}?)(?:均|都|全部)?(?:严格)?(?:控制在(?:年初)?预算(?!编制)(?:总额|范围|指标|数)?(?:之|以)?内|未(?:超|突破)(?:出|过)?(?:年初)?预算|没有超(?:出|过)?预算|控制在预算范围)"
)
_SLIGHT = re.compile(r"(?P<what>[^，。；、,;\n]{2,16}?)(?:比|较)(?:年初)?预算(?:数)?(?:略有|稍有|有所|小幅|基本)(?:增加|增长|超|上升)")
_CONTROL = re.compile("控制率$|执行率$|完成率$|完成年初预算$|增加比例$|超年初预算比例$")
_CLAIMS = (
    (_WITHIN, ("控制在", "未超", "未突破", "没有超"), Fraction(100)),
    (_SLIGHT, ("略有", "稍有", "有所", "小幅", "基本"), Fraction(110)),
)
"""Each with words of which a text that claims it has one, and what its rate is to be beyond."""

_GENERAL = re.compile(r"^(?:支出|各项(?:支出|经费)?|全部|总|经费|本年|预算|成本|费用|年度|部门|整体|项目)*(?:总额|支出|成本|经费|费用)?$")


def claims(text: str, figures: Figures) -> Iterator[Slip]:
    """JX668: 控制在预算范围内, or 略有增加, beside a rate that says otherwise."""
    plain_text = half_width(text)
    if "预算" not in plain_text:
        return
    claimed = [(pattern, least) for pattern, words, least in _CLAIMS if any(word in plain_text for word in words)]
    own = [_as_fact(plain_text, one) for one in mentions(text) if one.kind is Measure.PERCENT] if claimed else []
    own = [fact for fact in own if _CONTROL.search(fact.name)]
    for pattern, least in claimed:
        for match in pattern.finditer(plain_text):
            what = _subject(match)
            over = [fact for fact in (*figures.rates, *own) if _beyond(fact, least) and _about_it(what, fact)]
            stated = _overspent(plain_text, match.start())
            over = [stated, *over] if stated else over
            if over:
                said, fact = match[0].strip()[-24:], over[0]
                message = (
                    f"文字里说“{said}”，而{fact.name}是{fact.shown}：{plain_text[max(0, match.start() - 10) : match.end() + 6].strip()}"
                )
                yield Slip("JX668", " ".join(message.split()), said, said, f"{fact.name}{fact.shown}", match.start())


def _overspent(text: str, at: int) -> Fact | None:
    """What the sentence before a claim says was budgeted and spent, as a rate over 100 %; None where it was not more."""
    near = [
        one
        for one in mentions(text)
        if one.kind is Measure.AMOUNT and not one.about and one.sentence[0] <= at < one.sentence[1] and one.end <= at
    ]
    budgets = [one for one in near if "预算" in one.before and not re.search("[比较]|决算", one.before)]
    spent = [one for one in near if one not in budgets and re.search("支出|支付|发生|执行|使用|决算", one.before)]
    if not budgets or not spent or not budgets[-1].base or spent[-1].base <= budgets[-1].base:
        return None
    return Fact(f"实际{spent[-1].shown}比预算{budgets[-1].shown}，执行率", Measure.PERCENT, spent[-1].base / budgets[-1].base * 100)


def _as_fact(text: str, one: Mention) -> Fact:
    return Fact(label(_full(text, one)), Measure.PERCENT, one.base)


def _beyond(fact: Fact, least: Fraction) -> bool:
    if fact.name.endswith(("增加比例", "预算比例")):
        return fact.value > least - 100
    return fact.value > least


def _subject(match: re.Match[str]) -> str:
    """What the claim is about: the words of its clause."""
    return re.sub(r"[“”\"\s]|各费用|\d{4}年(?:度)?|严格|全年", "", match["what"])


def _about_it(what: str, fact: Fact) -> bool:
    """Whether a claim about 公用经费 speaks of 公用经费控制率; one about everything speaks of every rate of money."""
    subject = _CONTROL.sub("", fact.name)
    if "人员" in subject or "采购" in subject:
        return False
    if not what or _GENERAL.fullmatch(what):
        return True
    return bool(subject) and (subject in what or what in subject)


_SELF = re.compile(
    r"(?<![\u4e00-\u9fff])(?:我|本)(?P<kind>局|委|校|院|办|中心|所|站|乡|镇|街道|馆|队|厅|部门)(?![\u4e00-\u9fff]{0,1}(?:地|级|子|方))|(?:对|是|由|为|指)(?:我|本)?(?P<named>学院|学校|医院|大学|中学|小学|卫生院|幼儿园|人大常委会办公[厅室]|政协办公[厅室])(?=\d{4}年|用于|的|本|单位)"
)
_KINDS = {"办": "办|室", "委": "委", "院": "院", "校": "校|中学|小学|学", "部门": "", "厅": "厅|办"}


_UNIT_KIND = "局|办公室|委员会|委|中心|医院|学校|中学|小学|人民政府|联合会"
_ELSEWHERE = re.compile(
    rf"(?:^|[。；;\n])\s*(?P<unit>(?P<region>[\u4e00-\u9fff]{{1,4}}[县市区旗州])[\u4e00-\u9fff]{{1,14}}?(?:{_UNIT_KIND}))"
    r"(?=20\d\d年|各项工作|全年|本年度|本部门|本单位|核定编制|编制数|在职)"
)
_REGION_OF = re.compile("[\u4e00-\u9fff]{1,4}?[县市区旗州]")


def _of_another_place(text: str, unit: str) -> Iterator[Slip]:
    """A sentence whose subject is a unit of another county: 临江县水利局2025年度各项工作圆满完成."""
    own = _REGION_OF.match(unit)
    if own is None:
        return
    for match in _ELSEWHERE.finditer(half_width(text)):
        if match["region"] not in unit and own[0] not in match["unit"]:
            around = "".join(text[match.start() : match.end() + 20].split())
            yield Slip(
                "JX670",
                f"句子说的是“{match['unit']}”，本单位是“{unit}”，疑为照抄别的单位：{around}",
                match["unit"],
                match["unit"],
                unit,
                match.start(),
            )
            return


def another_kind_of_unit(text: str, unit: str) -> Iterator[Slip]:
    """JX670: 我局 in the text of an office, 对学院2019年…, a unit of another county as the subject: the text of another unit."""
    if len(unit) < 4:
        return
    yield from _of_another_place(text, unit)
    for match in _SELF.finditer(half_width(text)):
        named = match["named"]
        kind = named or match["kind"]
        own = named in unit if named else bool(re.search(_KINDS.get(kind, kind), unit))
        if own:
            continue
        around = "".join(text[max(0, match.start() - 10) : match.end() + 20].split())
        yield Slip("JX670", f"“{match[0]}”与单位名称“{unit}”不符，疑为照抄别的单位：{around}", match[0], match[0], unit, match.start())
        return


def between_files(facts: Sequence[tuple[str, Fact]]) -> Iterator[tuple[Fact, Fact, str, str, bool]]:
    """Figures of the same name with two values in two files of a unit: both, their files, whether only the last digit differs. A total of points
    is its own table's."""
    first: dict[tuple[str, Measure], tuple[str, Fact]] = {}
    said: set[str] = set()
    for file, fact in facts:
        name = label(fact.name)
        if len(name) < _SHORTEST_NAME or name in _VAGUE or re.search("上年|变动|增减|占比|得分|总分|差额|调整|分值", fact.name):
            continue
        source, other = first.setdefault((name, fact.kind), (file, fact))
        if source == file or other.value == fact.value or name in said:
            continue
        said.add(name)
        near = fact.kind is Measure.AMOUNT and abs(other.value - fact.value) <= 100
        yield other, fact, source, file, near


_ABOLISHED = (("财预〔2011〕285号", 2020, "财预〔2020〕10号"), ("财预〔2009〕76号", 2011, "财预〔2020〕10号"))
"""Rules that are no longer in force: their number, the year from which on, and what took their place."""


def abolished_rules(text: str, year: int) -> Iterator[Slip]:
    """JX669: a rule cited that was out of force when the self-evaluation was written, the year after the one it is about."""
    if not any(number.partition("〔")[0] in text for number, _, _ in _ABOLISHED):
        return
    plain_text = re.sub(r"[\[（(【](\d{4})[\]）)】]", r"〔\1〕", half_width(text))
    for number, since, instead in _ABOLISHED:
        at = plain_text.find(number)
        if at >= 0 and year + 1 >= since:
            yield Slip("JX669", f"引用的{number}已经废止，现行的是{instead}", number, number, instead, at)
