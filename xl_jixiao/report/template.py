"""A bureau's own Word template filled with a filing's words: placeholders as docxtpl has them, every one of them known."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate, Listing
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from xl_jixiao.tables.answers import nearest
from xl_jixiao.words import one_line

_SHOWN = 12
_LARGEST = 256 * 2**20


class TemplateFault(Exception):
    """A template that can't be filled, in one Chinese line."""


def filled_template(template: Path, words: Mapping[str, Any]) -> io.BytesIO:
    """The template with its placeholders filled. Raises TemplateFault for what it asks and nobody knows, OSError."""
    room = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    document = _opened(template)
    try:
        unknown = sorted(document.get_undeclared_template_variables(room, context=dict(words)))
        if not unknown:
            document.render(_listed(words), room, autoescape=True)
    except Exception as error:  # noqa: BLE001 - a template computes, and fails in any way its author can write
        said = one_line(str(error) or type(error).__name__)
        raise TemplateFault(f"{template.name}：模板里的占位写法不对（{said}）；占位写成 {{{{ 单位名称 }}}}") from None
    if unknown:
        raise TemplateFault(f"{template.name}：{'；'.join(_unknown(name, words) for name in unknown)}")
    stream = io.BytesIO()
    document.save(stream)
    return stream


def _opened(template: Path) -> DocxTemplate:
    data = io.BytesIO(template.read_bytes())
    try:
        with zipfile.ZipFile(data) as package:  # no part is read further than its header says
            if sum(part.file_size for part in package.infolist()) > _LARGEST:
                raise ValueError
        document = DocxTemplate(data)
        document.init_docx()
        if any(table.find(qn("w:tblGrid")) is None for table in document.docx.element.iter(qn("w:tbl"))):
            raise ValueError  # Word always writes it, and what fills the template relies on it
    except Exception:  # noqa: BLE001 - whatever a parser raises on damaged bytes means: not a Word file
        raise TemplateFault(f"{template.name}：不是 Word 文件（.docx），或已损坏；请在 Word 或 WPS 中另存为 .docx") from None
    return document


def _unknown(name: str, words: Mapping[str, Any]) -> str:
    hint = nearest(name, words) or f"，可用 {'、'.join(list(words)[:_SHOWN])} 等"
    return f"没有“{one_line(name)}”这一项{hint}"


def _listed(value: Any) -> Any:
    """Texts of several paragraphs as Word has them."""
    if isinstance(value, Mapping):
        return {key: _listed(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return Listing(value) if isinstance(value, str) and "\n" in value else value
