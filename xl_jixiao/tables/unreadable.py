"""The text of a table or answer file, and why it is no TOML or JSON, in Chinese; Python's parsers say it in English."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

_TOML_PLACE = re.compile(r"at line (\d+), column (\d+)")
_TWICE = ("overwrite", "declare", "mutate", "redefine")
_WRONG = "写法不对（文字要加引号，括号、引号要成对）"
_JSON: Mapping[str, str] = MappingProxyType(
    {
        "Expecting value": "缺少值",
        "Expecting ',' delimiter": "缺少逗号，或引号、括号不成对",
        "Expecting ':' delimiter": "缺少冒号",
        "Expecting property name": "名称要加英文双引号，最后一项后面不要逗号",
        "Illegal trailing comma": "最后一项后面不要逗号",
        "Unterminated string": "引号没有成对",
        "Invalid control character": "引号里有换行或控制字符",
        "Invalid \\": "反斜杠要写两个",
        "Extra data": "后面多出了内容",
    }
)
"""What Python's JSON reader can say, by how it begins."""


class Repeated(ValueError):
    """A key that stands twice; the message names it, in Chinese."""


class NotText(ValueError):
    """A workbook or a Word file where a text is wanted."""


class TooMuch(ValueError):
    """A file that no table and no filing is, and that would take long to read; the message says what is too much, in Chinese."""


_PACKAGES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .docx begin, and how .xls and .et do."""

_LARGEST = 2**20
_CHAIN = re.compile(r"""(?<!["'\w-])(?:["'\w-]{1,200}[ \t]*\.[ \t]*){20}""")
"""A key of twenty parts: the parser takes their number squared."""


def text_of(path: Path) -> str:
    """The text of a data file. Raises NotText, TooMuch, UnicodeDecodeError, OSError."""
    if path.exists() and not path.is_file():
        raise TooMuch("不是普通文件")
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if content.startswith(_PACKAGES):
        raise NotText("是工作簿或 Word 文件")
    if len(content) > _LARGEST:
        raise TooMuch(f"文件超过{_LARGEST // 2**20}MB")
    text = content.decode("utf-8-sig")
    if _CHAIN.search(text):
        raise TooMuch("一个名称里有太多的点")
    return text.replace("\r\n", "\n")


_MOST_POWER, _LONGEST_NUMBER = 1000, 100


def number_of(text: str) -> Decimal:
    """A number of a data file, exact. Raises TooMuch for one that would take long to write out: 1e999999999."""
    found = Decimal(text)
    if len(text) > _LONGEST_NUMBER or (found.is_finite() and found and abs(found.adjusted()) > _MOST_POWER):
        raise TooMuch(f"数字太大、太小或太长：{text[:20]}")
    return found


_MOST_PROBLEMS = 100


def first_of(problems: Sequence[str]) -> tuple[str, ...]:
    """So many mistakes of a file as anyone reads, and how many more there are."""
    more = len(problems) - _MOST_PROBLEMS
    return tuple(problems) if more <= 0 else (*problems[:_MOST_PROBLEMS], f"……还有{more}处")


def why_unreadable(error: Exception) -> str:
    """What keeps a text from being TOML or JSON, with line and column where the parser knows them."""
    if isinstance(error, (NotText, Repeated, TooMuch)):
        return str(error)
    if isinstance(error, RecursionError):
        return "嵌套太深"
    if isinstance(error, UnicodeDecodeError):
        return f"第{error.start + 1}个字节不是 UTF-8 编码，请另存为 UTF-8"
    if isinstance(error, json.JSONDecodeError):
        said = next((text for start, text in _JSON.items() if error.msg.startswith(start)), _WRONG)
        return f"第{error.lineno}行第{error.colno}列{said}"
    if isinstance(error, ArithmeticError):
        return "数字太大"
    return _toml_place(str(error)) + _toml_mistake(str(error))


def _toml_place(said: str) -> str:
    where = _TOML_PLACE.search(said)
    if where:
        return f"第{where[1]}行第{where[2]}列"
    return "文件末尾" if "end of document" in said else ""


def _toml_mistake(said: str) -> str:
    if any(word in said for word in _TWICE):
        return "同一项写了两次"
    return "数字太长" if "digits" in said else _WRONG
