"""Findings: what is wrong with a filing, as values, and the register that declares each kind of them once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from xl_jixiao import words


class Level(StrEnum):
    """必改 must be corrected before handing in; 须说明 needs a word; 提示 is worth knowing."""

    MUST_FIX = words.MUST_FIX
    EXPLAIN = words.EXPLAIN
    NOTE = words.NOTE


_LONGEST_MESSAGE = 500
_LONGEST_FILE = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where, in the user's words: ``某局.xlsx ▸ 评分底稿!K12``; parts that don't apply are empty."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        inside = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet
        return " ▸ ".join(part for part in (self.file, inside) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a code that is never reused, its name, level, place, the sentence, and the values compared."""

    code: str
    name: str
    level: Level
    place: Place
    message: str
    reported: str = ""
    expected: str = ""

    def __str__(self) -> str:
        where = f"{self.place}：" if str(self.place) else ""
        return f"{self.code} {self.name} {self.level}：{where}{self.message}"

    def as_json(self) -> dict[str, str]:
        """The stable JSON form."""
        return {
            "code": self.code,
            "name": self.name,
            "level": str(self.level),
            "place": str(self.place),
            "message": self.message,
            "reported": self.reported,
            "expected": self.expected,
        }


@dataclass(frozen=True)
class Declared:
    """A kind of finding: its code, which is never reused, its name, its level, what it means and what to do."""

    code: str
    name: str
    level: Level
    meaning: str
    remedy: str


_DECLARED = (
    Declared("JX101", "blank-input", Level.MUST_FIX, "必填的数没有填", "退回补填；没有这个数的填“无”，为零的填 0"),
    Declared("JX102", "blank-item", Level.MUST_FIX, "该认定的没有认定", "退回补填认定情况"),
    Declared(
        "JX103",
        "invalid-input",
        Level.MUST_FIX,
        "不是数字，是负数，大于一万亿，该是整数的有小数，单元格是错误值（#DIV/0! 等），得分超过100、完工进度超过100%，或日期是文字、不在2000年至2099年",
        "退回改正",
    ),
    Declared("JX104", "invalid-item", Level.MUST_FIX, "认定的值不在可选范围，或超过上限", "退回改正"),
    Declared("JX105", "unfilled-text", Level.NOTE, "文书有可以不写的段落没有填，导出时略去", "看要不要补"),
    Declared(
        "JX106",
        "text-number",
        Level.EXPLAIN,
        "工作簿里的数是文字（全角、带空格、写成“50%”等）：表内显示“数据有误”，这里按它写明的数读",
        "核对读成的数对不对，请单位在单元格里重新输入数字",
    ),
    Declared("JX107", "points-without-content", Level.EXPLAIN, "分项计分的一行计了分，没有写指标内容", "补写内容，或不计这一行的分"),
    Declared(
        "JX108",
        "read-as-meant",
        Level.NOTE,
        "数据文件里的数带着单位（86人、1010.01万元），或选项写成“√”“是”：按它的意思读",
        "核对读成的对不对",
    ),
    Declared(
        "JX109",
        "implausible-figure",
        Level.EXPLAIN,
        "填报数大得、小得不合常理，像是填成了元、漏写或多写了百分号：超过100亿元、人均超过2亿元、是同类数的1000倍以上、超过10万人、"
        "百分数超过300%或不到1%、比率超过300%、是全年收支的10倍以上、除以一万后正好与别的数相符，人员经费人均超过100万元，接待批次比人次多；"
        "填报日期不在这一年度前后；该写的文字只写“见附件”“同上”“无”，或名称里留着××",
        "对照决算表改正；填对了的，在这一行的备注写明",
    ),
    Declared(
        "JX110",
        "implausible-rate",
        Level.EXPLAIN,
        "比率不合常理（超过300%、调整后预算的完成率超过100%、执行或满意等比率不到0.1%），情况说明等于没写，或算式不是一个数除以另一个数",
        "看算式里的数是不是填错了单位；没有错的，在情况说明写明",
    ),
    Declared("JX111", "sentence-unfinished", Level.MUST_FIX, "文书的一句话里缺数、缺字，显示“〔待填〕”", "退回补填；没有的填“无”"),
    Declared("JX140", "lines-over-weight", Level.EXPLAIN, "分项计分的各行合计超过指标的分值，只能按分值计", "改正各行的得分"),
    Declared("JX171", "decimals-of-whole-things", Level.EXPLAIN, "人、场、户等没有半个的，完成值有小数", "核对完成值和单位"),
    Declared(
        "JX180",
        "class-shares-unusual",
        Level.NOTE,
        "分值由单位分配的表，一类指标的分值是通行的一倍以上（如满意度占40分），或一行也没有",
        "看分值分配是否合理",
    ),
    Declared(
        "JX181",
        "neither-spent-nor-kept",
        Level.EXPLAIN,
        "结转结余率与预算执行率加起来远不到100%：有的预算既没有执行，也没有结转",
        "要一句说明，如已由财政收回",
    ),
    Declared("JX182", "time-without-time", Level.EXPLAIN, "时效指标的指标值没有说时间", "改成完成的时间、期限或及时率"),
    Declared("JX183", "money-as-quantity", Level.NOTE, "数量指标的指标值是金额", "改写做了多少事；金额写在成本指标"),
    Declared("JX184", "goal-far-exceeded", Level.EXPLAIN, "年度总体目标里的数，实际远超预期，没有说明", "要原因，看目标是不是定得过低"),
    Declared(
        "JX185",
        "direction-unsaid",
        Level.EXPLAIN,
        "越小越好的指标（差错率、工期、投诉），指标值没有写“≤”",
        "在指标值前写“≤”或“≥”，或选计分方向",
    ),
    Declared(
        "JX186",
        "written-row-unscorable",
        Level.MUST_FIX,
        "评分表里按行填写的一行不能计分：单位不一致、没有完成程度",
        "指标值和完成值写同一单位的数，定性的填完成程度",
    ),
    Declared("JX190", "text-of-the-book", Level.MUST_FIX, "套表必填的一项没有填：报告里缺这一部分", "填上再导出；确实没有的填“无”"),
    Declared(
        "JX191",
        "project-named-twice",
        Level.EXPLAIN,
        "项目清单里两行的项目同名：可能重复填报，钱和绩效算了两次",
        "重复的删去一行；确是两个项目的，把名称写得能区分",
    ),
    Declared("JX201", "adjustment-without-reason", Level.MUST_FIX, "调整了得分，没有写理由", "补理由，或撤销调整"),
    Declared("JX202", "adjustment-out-of-range", Level.MUST_FIX, "调整得分不是数字、超过分值、为负，或多于两位小数", "改正"),
    Declared("JX203", "unexplained-word", Level.EXPLAIN, "比率不适用、不可比、超预算等，没有说明", "要一句说明，查证是否属实"),
    Declared(
        "JX204",
        "thin-reason",
        Level.EXPLAIN,
        "理由等于没有写：无、同上、见附件、单位意见、情况属实、指标自己的名称，或不足四个字",
        "要一句写明事实和依据的理由",
    ),
    Declared("JX301", "figures-disagree", Level.MUST_FIX, "该相等的数不相等（收支、支出构成等）", "对照决算表，改错的那个"),
    Declared("JX302", "rounding", Level.NOTE, "只差 0.01，是舍入", "不用改"),
    Declared(
        "JX303", "claimed-rate-wrong", Level.MUST_FIX, "公布的比率或数字，不是它自己的数算出的，或读不出是多少", "改公布数，或改填报数"
    ),
    Declared("JX304", "claimed-rate-rounded", Level.NOTE, "公布数末位差一，是截尾或舍入不当", "提醒四舍五入"),
    Declared("JX305", "claimed-without-value", Level.EXPLAIN, "算不出来（不可比、不适用），却公布了数", "问依据；上年为零的应写“不可比”"),
    Declared(
        "JX306",
        "implausible",
        Level.MUST_FIX,
        "文书的数不合理：结余为负、结束早于开始、填了资金没有项目名称、不跨年度却填了整体实施情况等",
        "按消息里的两个数改正",
    ),
    Declared(
        "JX307",
        "implausible-unexplained",
        Level.EXPLAIN,
        "可能有理由的不合理：使用资金多于到位、到位多于计划",
        "看备注或补充说明有没有写明（如用了上年结转）",
    ),
    Declared(
        "JX308", "part-over-whole", Level.MUST_FIX, "部分大于全部，如满意问卷多于有效问卷，在用资产多于全部资产", "查原始表，改错的那个"
    ),
    Declared("JX320", "breakdown-differs", Level.MUST_FIX, "资金的另一种分法（如支出性质）合计不等于总额", "核对两种分法，改错的那个"),
    Declared("JX401", "adjusted-score", Level.EXPLAIN, "自评得分与按规则算的不同", "看理由、依据是否站得住，不成立的按复算"),
    Declared("JX402", "all-full-marks", Level.NOTE, "全部指标满分", "重点抽查佐证材料"),
    Declared("JX403", "identical-texts", Level.EXPLAIN, "实际完成与预期目标一字不差", "要求写实际完成的数量、质量、时间"),
    Declared("JX501", "class-weight-mismatch", Level.MUST_FIX, "一类指标的分值合计不等于标准分值", "调整各行分值"),
    Declared("JX502", "weight-total-mismatch", Level.MUST_FIX, "全部分值合计不等于 100（含预算执行率）", "调整各行分值"),
    Declared("JX503", "blank-field", Level.MUST_FIX, "项目名称、主管部门等表头没有填", "补填"),
    Declared("JX504", "unfinished-row", Level.MUST_FIX, "一行没有填全，或一行也没有", "补填"),
    Declared("JX505", "unscorable-row", Level.MUST_FIX, "不能计分：单位不一致、没有数量、没有完成程度", "指标值和完成值写同一单位的数"),
    Declared("JX506", "deviation-unexplained", Level.MUST_FIX, "没达到指标值，或超出很多，没有写偏差原因", "写原因、金额和改进措施"),
    Declared("JX507", "deviation-empty-word", Level.MUST_FIX, "偏差原因只写“无”“暂无”", "写原因、金额和改进措施；只写“无”等于没有说明"),
    Declared("JX508", "actual-is-target-text", Level.EXPLAIN, "完成值照抄指标值（连“≥”一起）", "填实际完成的数"),
    Declared("JX509", "actual-is-weight", Level.EXPLAIN, "完成值与分值相同，疑为误填", "核对，填实际完成的数"),
    Declared("JX510", "actual-without-quantity", Level.MUST_FIX, "定量指标的完成值只写“完成”", "填实际数"),
    Declared("JX511", "qualitative-without-measure", Level.EXPLAIN, "该写数量的指标写了空话", "改成可衡量的数量和单位"),
    Declared("JX512", "several-in-one-row", Level.EXPLAIN, "几件事写在一格，共用一个得分", "分行写"),
    Declared("JX513", "wrong-class", Level.MUST_FIX, "二级指标不属于这个一级指标", "从下拉列表重选"),
    Declared("JX514", "dominant-indicator", Level.NOTE, "一个指标占了一半以上的分值", "看分值分配是否合理"),
    Declared("JX515", "low-execution-unexplained", Level.EXPLAIN, "预算执行率偏低，没有说明", "要原因"),
    Declared("JX516", "funds-unusable", Level.MUST_FIX, "资金数不能算出执行率：空白、负数、没有预算", "补填或改正"),
    Declared("JX517", "execution-over-budget", Level.EXPLAIN, "执行数大于预算数", "核对预算数是年初还是调整后"),
    Declared(
        "JX518",
        "published-score-differs",
        Level.EXPLAIN,
        "某一行公布的得分，或公布的预算执行率、它的得分，与复算不同",
        "按复算，或写明理由",
    ),
    Declared(
        "JX519",
        "published-total-differs",
        Level.MUST_FIX,
        "公布的分值合计、总分，不是各行之和（各行公布得分不齐的按复算）；公布的资金总额，不是各资金来源之和",
        "改正",
    ),
    Declared("JX520", "degree-outside-word", Level.EXPLAIN, "完成程度与用词不符，如“部分达成”填 95%", "改一处"),
    Declared("JX521", "goals-say-nothing", Level.EXPLAIN, "年度总体目标没有填、只写“已完成”，或实际与预期一字不差", "补写实际完成情况"),
    Declared("JX522", "invalid-number", Level.MUST_FIX, "金额或分值不是数字，或为负数", "改正"),
    Declared("JX523", "every-row-full-marks", Level.NOTE, "每一行都是满分", "重点抽查"),
    Declared("JX524", "text-too-long", Level.MUST_FIX, "一格的文字超过字数上限（粘贴不受单元格限制）", "写短，细节放在自评报告里"),
    Declared("JX525", "class-absent", Level.MUST_FIX, "一类指标（产出、效益、满意度等）一行也没有", "补写这一类的指标"),
    Declared("JX526", "published-score-rounded", Level.NOTE, "某一行公布的得分是复算得分的舍入，如 1.4 与 1.43", "不用改"),
    Declared("JX527", "published-grade-differs", Level.MUST_FIX, "公布的等次与总分不符", "改等次"),
    Declared("JX528", "goal-only-done", Level.EXPLAIN, "实际完成情况只在预期目标上加了“完成”等字", "要求写实际完成的数量、质量、时间"),
    Declared("JX529", "actuals-are-targets", Level.EXPLAIN, "全表的完成值都等于指标值", "抽查佐证材料，填实际数"),
    Declared("JX530", "budget-adjusted", Level.EXPLAIN, "全年预算数比年初预算数增减超过30%，没有说明", "要求写明调整的原因、文号和金额"),
    Declared(
        "JX531",
        "funds-implausible",
        Level.EXPLAIN,
        "资金像是填成了元、千元：超过10亿元，几个数相差1000倍以上，执行率超过300%，或是文字里的万元数的一万倍、十倍",
        "对照预算批复改正；填对了的写明",
    ),
    Declared("JX532", "cost-over-budget", Level.EXPLAIN, "成本指标的指标值比全年预算数还多", "核对指标值和单位"),
    Declared(
        "JX533",
        "bound-reached",
        Level.EXPLAIN,
        "指标值不含本数（＜5天、大于80人），完成值正好是这个数",
        "核对是否算达到；指标值应为≤、≥的改指标值，算达到的写明依据",
    ),
    Declared(
        "JX534", "month-unsaid", Level.EXPLAIN, "指标值是“10月前”，完成日期正在10月里", "核对是1日以前还是月底以前；月底以前的写“10月底前”"
    ),
    Declared("JX546", "share-over-whole", Level.EXPLAIN, "满意度、合格率等的完成值超过100%", "改正；覆盖率等另有口径、填对了的写明"),
    Declared("JX547", "date-a-year-before", Level.EXPLAIN, "完成日期比指标值的日期早近一年或更多", "看是不是抄了上年的日期；填对了的写明"),
    Declared(
        "JX548",
        "points-outside-tier",
        Level.EXPLAIN,
        "档内评分不在认定的档次里，只能按档次的上限、下限计",
        "改正档次或评分；有理由的在情况说明写明",
    ),
    Declared(
        "JX549",
        "project-in-another-unit",
        Level.EXPLAIN,
        "项目清单里一个金额是同一列其他项目平均数的1000倍以上",
        "核对是否填成了元；填对了的，在这一行的备注写明",
    ),
    Declared(
        "JX550",
        "line-written-twice",
        Level.EXPLAIN,
        "两行内容相同：按行填写、分项计分的两项，自评表的两个指标",
        "重复的删去一项；不同的事把内容写得能区分",
    ),
    Declared("JX551", "points-elsewhere", Level.EXPLAIN, "指标值、完成值或表头只写“见附件”“同上”“略”，等于没有写", "写明是什么、做到多少"),
    Declared("JX552", "negative-actual", Level.EXPLAIN, "指标值大于零，完成值是负数", "核对完成值；填对了的写明"),
    Declared("JX553", "day-as-number", Level.EXPLAIN, "一格是像日期的数，与另一格相差十倍以上", "核对是不是粘贴了日期；填对了的写明"),
    Declared("JX554", "row-left-out", Level.NOTE, "不计分的表里一行写明本年没有发生，按不适用列出", "看所写的原因是否属实"),
    Declared("JX560", "direction-against-name", Level.EXPLAIN, "比率的“≥”“≤”与指标名称相反，如满意度≤95%", "看是不是写反了；写对了的写明"),
    Declared("JX561", "target-says-nothing", Level.EXPLAIN, "指标值不大于0、超过300%，或者照写指标名称", "改成要做到多少；写对了的写明"),
    Declared(
        "JX562", "share-far-below", Level.EXPLAIN, "控制率等的完成值比指标值低得多，如≤100%完成0.97%", "看是不是点错了小数点；填对了的写明"
    ),
    Declared("JX563", "nameless-row", Level.EXPLAIN, "三级指标只有数字、日期或符号，没有名称", "补写指标名称"),
    Declared("JX564", "points-as-share", Level.EXPLAIN, "认定的评分不到分值的5%，又不是0", "看是不是按百分数填了；填对了的写明"),
    Declared(
        "JX565", "falls-in-the-year", Level.EXPLAIN, "累计的完成值（一季度末、上半年、全年）后面的比前面的小", "核对两行；填对了的写明"
    ),
    Declared(
        "JX566", "unit-unsaid", Level.EXPLAIN, "完成值只写了数，比指标值大得多，按小的单位（元、米等）计", "写上单位；按别的单位填的改正"
    ),
    Declared("JX567", "weightless-row", Level.EXPLAIN, "自评表一行的分值是0", "看分值是不是挪到了别的行；填对了的写明"),
    Declared(
        "JX600",
        "unreadable",
        Level.MUST_FIX,
        "文件读不出：损坏、加密、旧格式、不是填报表，或没有这张表",
        "请单位另存为 .xlsx 重交；本地的表加 `--rubric`",
    ),
    Declared(
        "JX601",
        "score-mismatch",
        Level.MUST_FIX,
        "表内得分（自评表还有预算执行率及其分值）不是按填报数算出的",
        "以复算为准，问单元格怎么来的",
    ),
    Declared("JX602", "score-rounding", Level.NOTE, "得分、合计差 0.01，或执行率差 0.01%，是舍入", "不用改"),
    Declared(
        "JX603",
        "total-mismatch",
        Level.MUST_FIX,
        "合计（总分、自评表的分值合计和年度资金总额）不等于各项之和；总分只是跟着某项得分错的，不重复报",
        "以复算为准",
    ),
    Declared("JX604", "grade-mismatch", Level.MUST_FIX, "等次与总分不符，或用词不是本地的", "改等次"),
    Declared(
        "JX605",
        "formula-replaced",
        Level.MUST_FIX,
        "有公式的单元格被改成了固定值、别的公式，或公式被删除；该直接填写的写了公式；一页超过5个的合并成一条",
        "退回，用模板重填",
    ),
    Declared(
        "JX606",
        "other-revision",
        Level.EXPLAIN,
        "写明用的是评分标准的另一个修订，程序没有这个修订：按现有的逐格核对、复算",
        "看修订差在哪里，必要时换表重填",
    ),
    Declared("JX607", "changed-after-export", Level.EXPLAIN, "成品导出后，填报数被改过", "问单位，以重新导出的为准"),
    Declared(
        "JX608",
        "printed-text-changed",
        Level.MUST_FIX,
        "表内印好的内容被改动：分值、评分标准、标题、行次等",
        "对照印发的表；退回，用模板重填",
    ),
    Declared(
        "JX609",
        "name-led-elsewhere",
        Level.MUST_FIX,
        "名称指向了别处：算式用的不是表上那一格的数",
        "看名称指到了哪一格、是什么数；退回，用模板重填",
    ),
    Declared(
        "JX610",
        "shown-otherwise",
        Level.MUST_FIX,
        "显示的不是单元格里的数：数字格式、字的颜色、条件格式、斜线、合并单元格遮住或改换了它，图表画的不是表上的数",
        "看编辑栏里的数；退回恢复格式",
    ),
    Declared("JX611", "same-unit-twice", Level.EXPLAIN, "同一单位为同一项目交了两份同一张表", "确认以哪份为准"),
    Declared(
        "JX612",
        "copied-text",
        Level.EXPLAIN,
        "较长的文字（调整理由、总体目标、完成情况、偏差原因等）与别的单位一字不差，或自评表的资金、目标和各行指标与别的单位完全相同",
        "要求按本单位实际写",
    ),
    Declared("JX613", "other-units-name", Level.EXPLAIN, "文字里出现了别的单位名称（自评表里自己的主管部门除外）", "改正"),
    Declared(
        "JX614",
        "content-outside",
        Level.EXPLAIN,
        "表内、打印区域里多出了内容，或有图片、图形、批注、表格样式盖在表上",
        "看写的、盖的是什么，请单位移到备注或佐证材料",
    ),
    Declared(
        "JX615",
        "hidden-content",
        Level.EXPLAIN,
        "有内容的行、列、工作表，或工作簿的窗口、标签被隐藏",
        "取消隐藏，看里面是什么，问为什么隐藏",
    ),
    Declared("JX616", "sheet-missing", Level.MUST_FIX, "应有的工作表不见了", "退回，用模板重填"),
    Declared(
        "JX617",
        "structure-changed",
        Level.NOTE,
        "工作表改名、新增，保护被解除，公式被隐藏，插入或删除了行、列：能读的照常复算",
        "看改动有没有影响上报的表式",
    ),
    Declared(
        "JX618",
        "live-links",
        Level.EXPLAIN,
        "有外部链接，或设成了手动计算：表上的数可能不是最新的",
        "请单位断开链接、改为自动计算后重新报送",
    ),
    Declared(
        "JX619", "macros-changed", Level.EXPLAIN, "宏与模板的不同，或没有宏的表里多出了宏", "不要启用宏；请单位用模板重填，或说明来源"
    ),
    Declared("JX620", "shown-mismatch", Level.MUST_FIX, "单元格显示的文字或数，与按填报数复算的不符", "以复算为准，问单元格怎么来的"),
    Declared("JX621", "unstamped", Level.EXPLAIN, "像是成品，但没有盖章信息，或盖章信息被改动", "请单位用原文件报送，或重新导出成品"),
    Declared(
        "JX622",
        "other-file",
        Level.NOTE,
        "文件夹里的其他文件，没有审核",
        "要审的，请单位按提示另存（.doc、.wps 存成 .docx，.pdf 交原来的文件）后重交",
    ),
    Declared("JX623", "same-content", Level.NOTE, "与同一单位的另一份内容相同（如填报表与成品、两个版本并存），按一份看", "不用处理"),
    Declared(
        "JX624",
        "other-version",
        Level.EXPLAIN,
        "由本程序的另一个版本制作：公式没有逐格核对，只复算了得分、对照了评分标准的原文",
        "请单位用现行模板重新填报，或人工核对",
    ),
    Declared(
        "JX625",
        "placeholder-left",
        Level.MUST_FIX,
        "文字里留着没有填的“XX”“××”“某某”“〔待填〕”，或模板的提示语（如“…100字以内”）",
        "补填，或删去提示语",
    ),
    Declared(
        "JX626",
        "other-year",
        Level.EXPLAIN,
        "文字里说的是别的年度的事：不是本年度，也不是上年、下年；或表头的年度读不出",
        "看是不是照抄往年的材料；改正或说明",
    ),
    Declared(
        "JX627",
        "own-fault",
        Level.EXPLAIN,
        "本程序自己出了错，这一份没有审：不是文件的问题",
        "把文件和消息里的那一行字发给程序的维护人；这一份先人工审核",
    ),
    Declared("JX628", "row-missing", Level.MUST_FIX, "表内印好的行被删除，那一行的数读不到", "退回，用模板重填，不删行"),
    Declared(
        "JX629",
        "workbook-settings",
        Level.EXPLAIN,
        "工作簿设成了以显示精度为准、1904年日期系统或迭代计算：数或日期可能与填的时候不同",
        "请单位在选项里改回来，核对后重新报送",
    ),
    Declared(
        "JX630",
        "active-content",
        Level.EXPLAIN,
        "嵌入了对象、控件、宏表（Excel 4.0 宏）、自动运行的名称或自定义的功能区：打开时可能运行别的东西",
        "不要点开；请单位用模板重填，或说明来源",
    ),
    Declared("JX631", "name-missing", Level.EXPLAIN, "表内的名称被删除：用到它的算式显示“#NAME?”", "以复算为准；请单位用模板重填"),
    Declared("JX632", "column-deleted", Level.MUST_FIX, "表内印好的列被删除，那一列的数读不到", "退回，用模板重填，不删列"),
    Declared(
        "JX633",
        "printed-otherwise",
        Level.EXPLAIN,
        "写明是程序的另一个版本，或本地评分标准的另一个修订制作的表，印好的分值、评分标准等与现行的不同",
        "对照印发的表：修订确有不同的说明，没有的退回用模板重填",
    ),
    Declared(
        "JX634",
        "old-format",
        Level.EXPLAIN,
        "本系统的填报表另存成了旧格式（.xls）：公式、盖章信息、保护和打印设置读不到，只复算了数、核对了文字和格式",
        "请单位用原来的文件报送；只能交 .xls 的，对照打印件看一遍",
    ),
    Declared("JX640", "foreign-form", Level.NOTE, "不是本系统的填报表，按认出的表式读：认作什么、读懂多少", "看认得对不对；不对的人工审核"),
    Declared("JX641", "not-read", Level.EXPLAIN, "来表上有一个数、一格没有读懂，没有读入", "看原表这一处写的是什么，人工核对"),
    Declared("JX642", "two-readings", Level.EXPLAIN, "来表上有一处可以有两种读法，没有读入", "看原表，问单位；不猜"),
    Declared(
        "JX643",
        "form-unknown",
        Level.MUST_FIX,
        "文件里没有认出自评表、评分表",
        "看是不是交错了文件；是评分表的，用 --tables 给出它的评分标准",
    ),
    Declared(
        "JX645", "points-only", Level.NOTE, "评分表只有自评得分，没有基础数据，得分不能按评分标准复算", "要基础数据，或请单位用模板填报"
    ),
    Declared("JX646", "weight-changed", Level.MUST_FIX, "来表的分值与评分标准的不同", "退回，按印发的评分标准改"),
    Declared("JX647", "points-beyond-weight", Level.MUST_FIX, "得分超过分值，或为负数", "改正"),
    Declared("JX648", "total-not-sum", Level.MUST_FIX, "评分表的合计不是各项之和", "改正"),
    Declared("JX649", "grade-does-not-fit", Level.MUST_FIX, "来表写的等级与总分不符，或不是本地的用词", "改等级"),
    Declared("JX650", "indicator-missing", Level.MUST_FIX, "评分标准里的指标，来表没有", "退回补填"),
    Declared("JX651", "indicator-unknown", Level.EXPLAIN, "来表的指标，评分标准里没有同名的", "看是不是改了名、加了行；像哪一个只供参考"),
    Declared("JX652", "not-part-of-the-form", Level.NOTE, "来表上有表式以外的文字、栏目或另外的表，没有读入", "看写的是什么，要不要紧"),
    Declared("JX653", "taken-as", Level.NOTE, "来表没有写明，按通常的写法读：金额单位、预算数的口径", "与单位核实"),
    Declared("JX654", "hidden-but-read", Level.EXPLAIN, "来表的这一行、列被隐藏，照样读了", "取消隐藏，看该不该算"),
    Declared("JX655", "funds-do-not-add-up", Level.MUST_FIX, "资金总额不等于各来源之和；按总额复算", "改正"),
    Declared(
        "JX656",
        "column-missing",
        Level.MUST_FIX,
        "来表没有“年度指标值”或“实际完成值”这一栏，各行都不能复算",
        "退回，补上这一栏；写在别的栏里的，人工核对",
    ),
    Declared("JX660", "sum-in-words-wrong", Level.MUST_FIX, "文字里写出的算式，算不出它写的得数", "按算式的两边改正"),
    Declared(
        "JX661", "last-digit-in-words", Level.NOTE, "文字里的数与表、与算式，或两份材料之间只差末位，是舍入、截尾", "不用改；提醒统一取数"
    ),
    Declared(
        "JX662",
        "parts-and-whole",
        Level.EXPLAIN,
        "文字里“其中”列出的各部分加起来，不是总数，也没有写“等”",
        "对照明细，改错的那个，或写明没有列全",
    ),
    Declared("JX663", "unit-confused", Level.EXPLAIN, "同一个数，表里是万元，文字里是元（或相反），差一万倍", "改正单位"),
    Declared("JX664", "change-wrong", Level.MUST_FIX, "文字里写的增减额、增减幅度，不是它自己的两个数算出的", "按写出的数重算"),
    Declared(
        "JX665",
        "share-in-words-differs",
        Level.EXPLAIN,
        "文字里的占比、完成率、单价乘数量，与同一段里的数算出的不同",
        "按写出的数重算，或写明口径",
    ),
    Declared(
        "JX666", "words-and-table-differ", Level.EXPLAIN, "文字（或Word报告）里的数，与填报表里同名的数不同", "以核实过的为准，改错的那个"
    ),
    Declared("JX667", "words-differ", Level.EXPLAIN, "同一份文字里，同一个数前后不同", "改错的那个"),
    Declared("JX668", "claim-against-figure", Level.EXPLAIN, "写“控制在预算内”“略有增加”，而控制率、执行率远超", "改说法，或说明原因"),
    Declared("JX669", "abolished-rule", Level.NOTE, "文字里引用的文件已经废止", "换成现行的文件"),
    Declared("JX670", "another-kind-of-unit", Level.EXPLAIN, "文字自称“我局”“学院”等，与单位名称不符，疑为照抄", "要求按本单位实际写"),
    Declared("JX671", "files-differ", Level.EXPLAIN, "同一单位的两份材料里，同名的数不同", "以核实过的为准，改错的那个"),
    Declared("JX672", "name-in-report-differs", Level.EXPLAIN, "Word报告里的名称，与填报表里填的不同", "以核实过的为准，改错的那个"),
    Declared(
        "JX673",
        "print-or-view-set",
        Level.EXPLAIN,
        "打印出来、屏幕上看到的与表不同：页眉页脚写了别的字、放了图片，成品的打印区域缺了有内容的行列、每页重复的行被改，零值不显示，显示的是公式，印得、显示得看不清，从右往左显示，不印错误值，冻结窗格使行列滚动不到",
        "按原表的设置看一遍；问单位为什么改",
    ),
    Declared(
        "JX674",
        "message-added",
        Level.EXPLAIN,
        "点到单元格时弹出的话（输入提示、链接的屏幕提示）不是原表的",
        "看写的是什么，不作为填报的内容；请单位用模板重填",
    ),
    Declared("JX675", "noted", Level.NOTE, "填报数旁加了批注（成品和算出的数上的，按 JX614）", "看批注写的是什么"),
    Declared(
        "JX676",
        "beside-the-form",
        Level.NOTE,
        "成品的表外、别的表外很远处或隐藏的表里写了字，或成品的表外放了图片、图形、批注：不在打印区域里，不作为填报的内容",
        "看写的是什么",
    ),
    Declared(
        "JX677",
        "report-reworded",
        Level.EXPLAIN,
        "Word报告里删去了工作簿导出的段落、表格的行或字句，或改成了别的",
        "看删去、改掉的是什么，为什么；以工作簿的为准",
    ),
    Declared(
        "JX678", "report-added-to", Level.NOTE, "Word报告里加了工作簿没有导出的段落、表格的行或整句", "看加的是什么；单位自己补写的不用处理"
    ),
    Declared(
        "JX679",
        "named-after-another",
        Level.EXPLAIN,
        "文件名写的是别的单位、本单位的别的项目，里面填的不是",
        "看是不是放错、改错了文件；确认以哪份为准",
    ),
    Declared(
        "JX680",
        "accounts-sum-wrong",
        Level.MUST_FIX,
        "决算公开表里，合计不是各项之和，或两张表里应当相同的数不同",
        "对照决算原表改正",
    ),
    Declared(
        "JX681",
        "text-in-anothers",
        Level.EXPLAIN,
        "本单位的填报文字、整张表，另一个单位的与它完全相同；两边都问，不判断谁抄谁",
        "问两个单位；原是本单位写的，写明即可",
    ),
    Declared(
        "JX682",
        "projects-alike",
        Level.EXPLAIN,
        "同一单位两个项目的自评表，除项目名称外完全相同",
        "问是不是照抄；确实相同的写明",
    ),
    Declared("JX690", "moved-since-last-year", Level.EXPLAIN, "与上年填报的同一个数相比，变动超过门槛", "要一句原因"),
    Declared(
        "JX691",
        "opening-differs",
        Level.EXPLAIN,
        "本年填的上年数（上年结转、上年预算等），与上年填报的不同",
        "对照上年的表，改错的那个，或说明调整",
    ),
    Declared(
        "JX692",
        "unit-not-listed",
        Level.EXPLAIN,
        "单位名称不在应交名单里，名单里有相近的",
        "问是不是同一个单位；请单位改正名称，或在名单里加上这个写法",
    ),
    Declared(
        "JX701",
        "published-otherwise",
        Level.MUST_FIX,
        "套表里一张表公布的数，与基础数据的同一个数不同，或读不出是多少",
        "一个数只能有一个值：更正那张表，或更正基础数据",
    ),
    Declared("JX702", "published-rounding", Level.NOTE, "套表里一张表公布的数与基础数据只差末位，是舍入", "不用改"),
    Declared(
        "JX703",
        "project-without-form",
        Level.MUST_FIX,
        "项目清单里有这个项目，工作簿里没有它的表",
        "运行 `xl-jixiao import` 增加项目的表，填好后再报",
    ),
    Declared("JX704", "project-without-name", Level.MUST_FIX, "项目清单的一行填了内容，没有项目名称", "补填项目名称，或清空这一行"),
)

REGISTER: Mapping[str, Declared] = MappingProxyType({one.code: one for one in _DECLARED})
"""Every kind of finding by its code. The first digit: 1 inputs, 2 adjustments, 3 figures side by side, 4 worth a look, 5 自评表, 6 returned files, 7 a unit's book."""


def register_table() -> str:
    """The register as the table of the reviewer's manual, in Markdown."""
    lines = ["| 编号 | 名称 | 级别 | 意思 | 怎么办 |", "|---|---|---|---|---|"]
    lines += [f"| {one.code} | {one.name} | {one.level} | {one.meaning} | {one.remedy} |" for one in REGISTER.values()]
    return "\n".join(lines) + "\n"


def found(code: str, place: Place, message: str, reported: str = "", expected: str = "") -> Finding:
    """A finding of a declared kind, its texts each one line. Raises KeyError for a code nobody declared."""
    declared = REGISTER[code]
    if len(place.file) > _LONGEST_FILE or not place.file.isprintable():
        place = replace(place, file=words.one_line(place.file, _LONGEST_FILE))
    said = words.one_line(quoted_once(message), _LONGEST_MESSAGE)
    return Finding(code, declared.name, declared.level, place, said, words.one_line(reported), words.one_line(expected))


_MARKS = re.compile("([“”])")


def quoted_once(text: str) -> str:
    """A text whose quotation marks within quotation marks are single ones: “第1行‘互联网+’事项”."""
    depth, parts = 0, []
    for part in _MARKS.split(text):
        if part == "“":
            parts.append("‘" if depth else part)
            depth += 1
        elif part == "”":
            depth = max(0, depth - 1)
            parts.append("’" if depth else part)
        else:
            parts.append(part)
    return "".join(parts)


def read_otherwise(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What was read otherwise than it stands in its cell: said wherever a file is written from it."""
    return tuple(one for one in findings if one.code == "JX106")


def own_fault(error: BaseException) -> str:
    """What to say of an error nobody foresaw: that it is ours, where it arose, and whom to tell; one line."""
    if isinstance(error, MemoryError):
        return "内存不足；请关闭其他程序后重试"
    from traceback import extract_tb

    frames = [frame for frame in extract_tb(error.__traceback__) if "xl_jixiao" in frame.filename] or extract_tb(error.__traceback__)
    module = frames[-1].filename.replace("\\", "/").rpartition("/")[2].removesuffix(".py") if frames else ""
    where = f"，{module} 第{frames[-1].lineno}行" if frames else ""
    return f"内部错误（{type(error).__name__}{where}）：是本程序的问题，不是文件的问题；请把文件和这一行字发给程序的维护人"


class Unfinished(ValueError):
    """The filing can't be finished; `findings` say what is missing or wrong, each with its cell."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def titled(name: str) -> str:
    """A name in quotation marks, single ones inside: ‘三公经费’ within “”."""
    return f"“{name.replace('“', '‘').replace('”', '’')}”"
