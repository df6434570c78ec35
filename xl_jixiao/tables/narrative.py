"""The order of a report: its sections, and which of them a text or a group of figures belongs to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from xl_jixiao.tables.answers import Answers
from xl_jixiao.tables.inputs import Answer, Input
from xl_jixiao.words import NONE_WORD


class Section(StrEnum):
    """A section of a report, in the order of the published ones."""

    ABOUT = "概况"
    MONEY = "资金"
    MANAGED = "管理"
    GOALS = "目标"
    SCORES = "分析"
    RESULT = "结论"
    PROBLEMS = "问题"
    MEASURES = "措施"
    OTHER = "其他"


OF_UNIT: Mapping[Section, str] = MappingProxyType(
    {
        Section.ABOUT: "部门概况",
        Section.MONEY: "预算安排和收支决算情况",
        Section.MANAGED: "组织管理情况",
        Section.GOALS: "绩效目标完成情况",
        Section.SCORES: "绩效分析",
        Section.RESULT: "评价结论",
        Section.PROBLEMS: "存在的主要问题",
        Section.MEASURES: "改进措施和建议",
        Section.OTHER: "其他需要说明的情况",
    }
)
"""What the sections are called in the report of a whole unit."""

OF_PROJECT: Mapping[Section, str] = MappingProxyType(
    {
        **OF_UNIT,
        Section.ABOUT: "项目概况",
        Section.MONEY: "项目资金情况",
        Section.MANAGED: "项目组织管理情况",
        Section.GOALS: "项目绩效目标完成情况",
        Section.SCORES: "项目绩效分析",
    }
)
"""The same in the report of one project."""

_BY_WORD: tuple[tuple[Section, re.Pattern[str]], ...] = (
    (Section.MONEY, re.compile("(?:三公|经费|支出|收入|资产).*原因")),
    (Section.RESULT, re.compile("结论")),
    (Section.GOALS, re.compile("目标|完成|产出|效益|成效|成绩|运行情况|主要工作|工作内容|绩效情况|履职|满意")),
    (Section.PROBLEMS, re.compile("问题|困难|挑战|不足|原因|差异")),
    (Section.MEASURES, re.compile("措施|建议|计划|打算|改进")),
    (Section.MANAGED, re.compile("组织|管理|制度|实施")),
    (Section.ABOUT, re.compile("职能|职责|机构|人员|编制|概况|简介|背景|立项|单位信息")),
    (Section.MONEY, re.compile("资金|预算|决算|收支|支出|收入|三公|资产|采购|经费")),
)
"""A text's or a group's section by its name, the first that fits."""


def section_of(name: str) -> Section:
    """The section a text of this name belongs to."""
    return next((section for section, words in _BY_WORD if words.search(name)), Section.OTHER)


@dataclass(frozen=True)
class UnitText:
    """A text of the unit's own: what it is about, and what it says."""

    name: str
    text: str

    @property
    def section(self) -> Section:
        """The section it belongs to."""
        return section_of(self.name)


def unit_texts(inputs: Iterable[Input], answers: Answers) -> tuple[UnitText, ...]:
    """The long texts of a filing that say something."""
    found = ((item, answers.get(item.key)) for item in inputs if item.long)
    return tuple(UnitText(item.name, str(text)) for item, text in found if text is not None and text != NONE_WORD)


_LABEL = re.compile("^[\u4e00-\u9fff]{2,8}：")


def said_once(texts: Iterable[UnitText]) -> tuple[UnitText, ...]:
    """The texts without those that say the same as one before, which may begin with a label of its own: 主要职责：…"""
    found: dict[str, UnitText] = {}
    for one in texts:
        found.setdefault(_LABEL.sub("", "".join(one.text.split())).rstrip("。"), one)
    return tuple(found.values())


_EVALUATOR = re.compile(r"评价人员(\d+)(姓名|职务|职称|单位)?")


_PARTS: Mapping[str | None, str] = MappingProxyType({None: "姓名", "职称": "职务"})


@dataclass(frozen=True)
class Evaluator:
    """One of those who evaluated: name, post, unit; blank where nothing is said."""

    name: str
    post: str
    unit: str


def evaluators(inputs: Iterable[Input], answers: Answers) -> tuple[Evaluator, ...]:
    """Those who evaluated, in their order: 评价人员1姓名, 评价人员1职务 …"""
    rows: dict[int, dict[str, Answer]] = {}
    for item in inputs:
        if found := _EVALUATOR.fullmatch(item.key):
            rows.setdefault(int(found[1]), {})[_PARTS.get(found[2], found[2])] = answers.get(item.key)
    people = (Evaluator(*(str(rows[at].get(part) or "") for part in ("姓名", "职务", "单位"))) for at in sorted(rows))
    return tuple(one for one in people if one.name)


def is_evaluator(item: Input) -> bool:
    """Whether an input is about one of those who evaluated."""
    return _EVALUATOR.fullmatch(item.key) is not None


@dataclass(frozen=True)
class FromBook:
    """What a report may say beyond its own form: texts of the unit's book, who evaluated, the other forms that are handed in with it."""

    told: tuple[UnitText, ...] = ()
    people: tuple[Evaluator, ...] = ()
    attached: tuple[str, ...] = ()


ALONE = FromBook()
"""A form by itself."""
