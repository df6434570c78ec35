"""Data files: labels found or suggested, lists spread over items, every mistake at once, nothing that breaks the reader."""

import datetime
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from xl_jixiao.jobs import open_job
from xl_jixiao.scoretable import table as rubric
from xl_jixiao.tables import catalogue
from xl_jixiao.tables.answers import Adjustment, AnswersError, digest, from_data, load

TABLE = rubric.load("hongjiang-2020-dept")
EXAMPLE = catalogue.examples()["hongjiang-2020-dept"]


def quoted(text):
    """TOML wants Chinese keys in quotation marks; the cases read better without."""
    text = re.sub(r"(?m)^([一-鿿]\w*)(?= *=)", r'"\1"', text)
    return re.sub(r"(?<=[\[.{ ])([一-鿿]\w*)(?=[\].]| *=)", r'"\1"', text)


def read(tmp_path, text, name="数据.toml"):
    path = tmp_path / name
    if isinstance(text, str) and name.endswith(".toml"):
        text = quoted(text)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return load(path, TABLE.asked)


def problems(tmp_path, text, name="数据.toml"):
    with pytest.raises(AnswersError) as caught:
        read(tmp_path, text, name)
    assert all(problem.startswith(name) for problem in caught.value.problems)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


# ---- what is read


def test_labels_by_any_of_their_spellings(tmp_path):
    found = read(
        tmp_path, '"“三公经费”实际支出数" = 20.47\n"因公出国（境）费" = 0\n编制数 = 86\n填报日期 = 2021-07-20\n单位名称 = " 某局 "'
    )
    assert dict(found.values) == {
        "三公经费实际支出数": Decimal("20.47"),
        "因公出国境费": Decimal(0),
        "编制数": Decimal(86),
        "填报日期": datetime.date(2021, 7, 20),
        "单位名称": "某局",
    }


def test_numbers_are_exact(tmp_path):
    """1240.71 is no binary float; read as text it stays itself."""
    assert read(tmp_path, "年初预算数 = 1240.71").get("年初预算数") == Decimal("1240.71")
    assert read(tmp_path, '{"年初预算数": 1240.71}', "数据.json").get("年初预算数") == Decimal("1240.71")


def test_numbers_written_as_text(tmp_path):
    found = read(tmp_path, '编制数 = "８６"\n年初预算数 = "1,010.01"\n满意问卷数 = "无"\n有效问卷数 = "不详"\n预算编码 = "102"')
    assert dict(found.values) == {
        "编制数": Decimal(86),
        "年初预算数": Decimal("1010.01"),
        "满意问卷数": "无",
        "有效问卷数": "不详",
        "预算编码": "102",
    }


def test_a_list_is_spread_over_the_judged_items(tmp_path):
    found = read(tmp_path, '绩效目标合理性 = ["符合", "不符合"]\n支付进度率 = 2\n实际完成率 = ["公文", 3, "会议", 2.5]')
    assert dict(found.values) == {
        "绩效目标合理性_1": "符合",
        "绩效目标合理性_2": "不符合",
        "支付进度率_1": Decimal(2),
        "实际完成率_1": "公文",
        "实际完成率_2": Decimal(3),
        "实际完成率_3": "会议",
        "实际完成率_4": Decimal("2.5"),
    }


def test_blank_text_is_blank(tmp_path):
    found = read(tmp_path, '编制数 = "  "\n单位名称 = ""')
    assert found.get("编制数") is None and found.get("单位名称") is None and found.get("没有的") is None


@pytest.mark.parametrize(
    "names", [("answers", "adjustments", "evidence", "claimed", "remarks"), ("填报值", "调整", "佐证材料", "公布数", "备注")]
)
def test_sections_in_english_and_chinese(tmp_path, names):
    first, second, third, fourth, fifth = names
    points, reason = ("points", "reason") if first == "answers" else ("得分", "理由")
    found = read(
        tmp_path,
        f'[{first}]\n编制数 = 86\n[{second}."预算完成率"]\n{points} = 3\n{reason} = " 公布 "\n'
        f'[{third}]\n"“三公经费”控制率" = "决算07表"\n[{fourth}]\n预算完成率 = "122.84%"\n[{fifth}]\n"“三公经费”实际支出数" = " 决算 "\n编制数 = 2020',
    )
    assert found.get("编制数") == 86
    assert dict(found.adjustments) == {"预算完成率": Adjustment(Decimal(3), "公布")}
    assert dict(found.evidence) == {"三公经费控制率": "决算07表"}
    assert dict(found.claimed) == {"预算完成率": "122.84%"}
    assert dict(found.remarks) == {"三公经费实际支出数": "决算", "编制数": "2020"}


def test_json_and_toml_say_the_same(tmp_path):
    example = load(EXAMPLE, TABLE.asked)
    as_json = {
        "answers": {key: value.isoformat() if isinstance(value, datetime.date) else str(value) for key, value in example.values.items()},
        "adjustments": {code: {"points": str(one.points), "reason": one.reason} for code, one in example.adjustments.items()},
    }
    found = read(tmp_path, json.dumps(as_json, ensure_ascii=False), "数据.JSON")
    assert found.values == example.values
    assert found.adjustments == example.adjustments


@pytest.mark.parametrize(
    "text", ["2021-07-20", "2021-7-20", "2021/7/20", "2021年7月20日", " 2021年07月20日 ", "2021.7.20", "20210720", "２０２１年７月２０日"]
)
def test_a_date_written_as_text_is_a_date(text, tmp_path):
    assert read(tmp_path, json.dumps({"填报日期": text}), "数据.json").get("填报日期") == datetime.date(2021, 7, 20)
    assert read(tmp_path, f'填报日期 = "{text}"').get("填报日期") == datetime.date(2021, 7, 20)


@pytest.mark.parametrize("text", ["2021-2-30", "2021-7/20", "20211320", "2021年7月", "明天"])
def test_text_that_is_no_date_stays_and_is_found(text, tmp_path):
    found = read(tmp_path, json.dumps({"填报日期": text, "单位名称": "2021-7-20"}), "数据.json")
    assert found.get("填报日期") == text and TABLE.input_by_key["填报日期"].problem(text).startswith("应为2000年至2099年的日期")
    assert found.get("单位名称") == "2021-7-20", "only a date's own input reads texts as dates"


def test_a_byte_order_mark_and_windows_line_ends(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbf" + '"编制数" = 86\r\n"在职人员数" = 66\r\n'.encode()).get("编制数") == 86
    assert read(tmp_path, b'\xef\xbb\xbf{"\xe7\xbc\x96\xe5\x88\xb6\xe6\x95\xb0": 86}', "数据.json").get("编制数") == 86


def test_a_digest_is_of_the_content_and_not_of_the_file(tmp_path):
    one = read(tmp_path, "编制数 = 86\n年初预算数 = 1010.010")
    other = read(tmp_path, '{"年初预算数": "1010.01", "编制数": 86.0, "在职人员数": null}', "数据.json")
    assert digest(one) == digest(other) != digest(read(tmp_path, "编制数 = 87\n年初预算数 = 1010.01"))


def test_remarks_are_part_of_the_digest_and_filings_without_keep_theirs(tmp_path):
    """The digest of the 洪江 example, as workbooks stamped before remarks were read carry it."""
    example = load(EXAMPLE, TABLE.asked)
    assert digest(example) == "0a1af0e955c10d46919ce1ed43c6e45ae67e95bc73022f7f0b4f0d0b0f768886"
    assert digest(replace(example, remarks={"编制数": "编办2020年5号文"})) != digest(example)


# ---- what is refused


MISTAKES = {
    "不认识的名称，说出最近的": ("编制 = 86", ["“编制”：评分标准 hongjiang-2020-dept 没有这一项，是否为“编制数”？"]),
    "不认识也不像的名称": ("天气 = 1", ["“天气”：评分标准 hongjiang-2020-dept 没有这一项"]),
    "同一项写了两种写法": ('"“三公经费”实际支出数" = 1\n三公经费实际支出数 = 2', ["重复填报"]),
    "认定项写了两次": ("支付进度率 = 1\n支付进度率_1 = 2", ["“支付进度率_1”：重复填报"]),
    "值太多": ('绩效目标合理性 = ["符合", "符合", "符合", "符合"]', ["“绩效目标合理性”：有4个值，只有3个认定项"]),
    "数据项写成数组": ("编制数 = [86]", ["“编制数”：应为数字、文字或日期"]),
    "数据项写成表": ("编制数 = { 值 = 86 }", ["“编制数”：应为数字、文字或日期"]),
    "是非": ("编制数 = true", ["“编制数”：应为数字、文字或日期"]),
    "认定项里套数组": ('绩效目标合理性 = [["符合"]]', ["“绩效目标合理性”：应为数字、文字或日期"]),
    "时刻": ("填报日期 = 10:30:00", ["“填报日期”：是日期或其他内容，不是数字"]),
    "nan": ("编制数 = nan", ["“编制数”：不是有效数字"]),
    "无穷": ("编制数 = inf", ["“编制数”：不是有效数字"]),
    "过大的数": ("编制数 = 1e999", ["“编制数”：数值过大或过小"]),
    "太长的文字": (f'单位名称 = "{"某" * 30001}"', ["“单位名称”：超过30000字"]),
    "别的表的数据": ('rubric = "generic-dept"', ["rubric：数据属于“generic-dept”，不是“hongjiang-2020-dept”"]),
    "调整了没有的指标": ("[adjustments.预算完成]\npoints = 1", ["adjustments“预算完成”：没有这个指标，是否为“预算完成率”？"]),
    "调整没有写成表": ("[adjustments]\n预算完成率 = 3", ['adjustments“预算完成率”：应为 { points = 得分, reason = "理由" }']),
    "调整里有别的项": ("[adjustments.预算完成率]\npoint = 3", ["应为 { points = 得分"]),
    "调整的得分不是数": ('[adjustments.预算完成率]\npoints = "三分"', ["adjustments“预算完成率”：points “三分”不是数字"]),
    "佐证写给没有的指标": ('[evidence]\n预算完成 = "表"', ["evidence“预算完成”：没有这个指标，是否为“预算完成率”？"]),
    "备注写给没有的数据项": ('[remarks]\n编制 = "文"', ["remarks“编制”：没有这个数据项，是否为“编制数”？"]),
    "备注写成数组": ('[remarks]\n编制数 = ["文"]', ["remarks“编制数”：应为文字"]),
    "公布数写给没有的指标": ('[claimed]\n预算完成 = "100%"', ["claimed“预算完成”：没有这个指标"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake(name, tmp_path):
    text, expected = MISTAKES[name]
    said = "\n".join(problems(tmp_path, text))
    for phrase in expected:
        assert phrase in said


def test_all_mistakes_at_once(tmp_path):
    found = problems(
        tmp_path,
        'rubric = "别的"\n编制 = 86\n年初预算数 = true\n绩效目标合理性 = ["符合", "符合", "符合", "符合"]\n[adjustments.没有的]\npoints = 1\n[evidence]\n也没有的 = "表"',
    )
    assert len(found) == 6


BROKEN = {
    "不是 UTF-8": ('编制数 = "八十六"'.encode("gbk"), "数据.toml"),
    "UTF-16": ("编制数 = 86".encode("utf-16"), "数据.toml"),
    "TOML 写错": ("编制数 = = 86", "数据.toml"),
    "TOML 里键重复": ("编制数 = 86\n编制数 = 87", "数据.toml"),
    "JSON 里键重复，不默默取后一个": ('{"编制数": 86, "编制数": 87}', "数据.json"),
    "JSON 写错": ('{"编制数": }', "数据.json"),
    "空的 JSON": ("", "数据.json"),
    "JSON 是数组": ("[1, 2]", "数据.json"),
    "JSON 是个数": ("86", "数据.json"),
    "很深的 JSON": ("[" * 100_000, "数据.json"),
    "很深而完整的 JSON": ('{"a":' * 50_000 + "1" + "}" * 50_000, "数据.json"),
    "很深的 TOML": ("编制数 = " + "[" * 50_000, "数据.toml"),
    "几千位的整数": ('{"编制数": ' + "9" * 5000 + "}", "数据.json"),
    "几千位的整数（TOML）": ("编制数 = " + "9" * 5000, "数据.toml"),
    "荒唐的指数": ('{"编制数": 1e99999999999999999999}', "数据.json"),
    "二进制": (b"PK\x03\x04\x00\x00", "数据.toml"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_clear_line(name, tmp_path):
    content, file = BROKEN[name]
    (problem,) = problems(tmp_path, content, file)
    kind = "JSON" if file.endswith("json") else "TOML"
    assert f"不是有效的 UTF-8 {kind} 文件" in problem or "应为“数据项 = 值”的表" in problem or "数值过大或过小" in problem


UNREADABLE = {
    "TOML 多一个等号": ('"编制数" = 86\n"在职人员数" = = 66', "数据.toml", "第2行第11列写法不对"),
    "TOML 里键重复": ('"编制数" = 86\n"编制数" = 87', "数据.toml", "文件末尾同一项写了两次"),
    "TOML 没有写完": ('"编制数" = ', "数据.toml", "写法不对"),
    "JSON 少了值": ('{"编制数": }', "数据.json", "第1行第9列缺少值"),
    "JSON 少了逗号": ('{"编制数": 86\n "在职人员数": 66}', "数据.json", "第2行第2列缺少逗号"),
    "JSON 少了冒号": ('{"编制数" 86}', "数据.json", "第1行第8列缺少冒号"),
    "JSON 名称没有引号": ("{编制数: 86}", "数据.json", "第1行第2列名称要加英文双引号"),
    "JSON 最后多了逗号": ('{"编制数": 86,}', "数据.json", "最后一项后面不要逗号"),
    "JSON 引号没有成对": ('{"单位名称": "某局}', "数据.json", "第1行第10列引号没有成对"),
    "JSON 引号里换行": ('{"单位名称": "某\n局"}', "数据.json", "引号里有换行或控制字符"),
    "JSON 反斜杠": ('{"单位名称": "某\\局"}', "数据.json", "反斜杠要写两个"),
    "JSON 后面还有": ('{"编制数": 86} 完', "数据.json", "第1行第13列后面多出了内容"),
    "JSON 键重复": ('{"编制数": 86, "编制数": 87}', "数据.json", "“编制数”重复"),
    "JSON 太深": ("[" * 100_000, "数据.json", "嵌套太深"),
    "JSON 数字太长": ('{"编制数": ' + "9" * 5000 + "}", "数据.json", "数字太长"),
    "JSON 数字太大": ('{"编制数": 1e99999999999999999999}', "数据.json", "数字太大"),
    "不是 UTF-8": ('"编制数" = "八十六"'.encode("gbk"), "数据.toml", "第2个字节不是 UTF-8 编码，请另存为 UTF-8"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_why_a_file_is_unreadable_is_said_in_chinese_with_its_place(name, tmp_path):
    content, file, words = UNREADABLE[name]
    path = tmp_path / file
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with pytest.raises(AnswersError) as caught:
        load(path, TABLE.asked)
    said = str(caught.value).replace("UTF-8", "").replace("TOML", "").replace("JSON", "").replace(file, "")
    assert words.replace("UTF-8", "") in said and not re.search("[A-Za-z]", said), said


def test_a_chinese_key_without_quotation_marks_is_told_so(tmp_path):
    (problem,) = problems(tmp_path, "编制数 = 86".encode())
    assert problem.endswith('；中文名称要加英文双引号："编制数" = 86')


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "没有.toml", TABLE.asked)


def test_a_judged_item_may_be_named_by_its_own_label():
    given = from_data({"未达到支付进度率的项目（个数）": 2}, rubric.load("hongjiang-2020-dept").asked)
    assert dict(given.values) == {"支付进度率_1": Decimal(2)}


@pytest.mark.parametrize("name", ["hongjiang-2020-dept", "hongjiang-2020-accounts"])
def test_an_error_beside_a_figure_is_no_remark(name):
    job = open_job(name)
    first, second = (item.key for item in job.inputs[:2])
    said = {f"备注_{first}": "#REF!", f"备注_{second}": " 决算表 ", first: "#N/A"}
    assert job.answers_of(said.get).remarks == {second: "决算表"}
