"""A bureau's own Word template filled with a filing's words: placeholders as docxtpl has them, every one of them known."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate, Listing
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from xl_jixiao.tables.answers import nearest
from xl_jixiao.words import one_line

_SHOWN = 12
_LARGEST = 256 * 2**20


class TemplateFault(ValueError):
    """A template that can't be filled, in one Chinese line."""


def filled_template(template: Path, words: Mapping[str, Any]) -> io.BytesIO:
    """The template with its placeholders filled. Raises TemplateFault for what it asks and nobody knows, OSError."""
    room = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(_bounded(template))
        unknown = sorted(document.get_undeclared_template_variables(room, context=dict(words)))
        if unknown:
            raise TemplateFault(f"{template.name}：{'；'.join(_unknown(name, words) for name in unknown)}")
        document.render(_listed(words), room, autoescape=True)
        stream = io.BytesIO()
        document.save(stream)
    except (TemplateFault, OSError):
        raise
    except TemplateError as error:
        said = one_line(error.message or type(error).__name__)
        raise TemplateFault(f"{template.name}：模板里的占位写法不对（{said}）；占位写成 {{{{ 单位名称 }}}}") from None
    except Exception as error:  # whatever a parser raises on hostile bytes means: not a Word file
        raise TemplateFault(f"{template.name}：不是 Word 文件（.docx），或已损坏；请在 Word 或 WPS 中另存为 .docx") from error
    return stream


def _bounded(template: Path) -> io.BytesIO:
    """The file's bytes; ValueError where it would inflate beyond all measure: no part is read further than its header says."""
    data = io.BytesIO(template.read_bytes())
    with zipfile.ZipFile(data) as package:
        if sum(part.file_size for part in package.infolist()) > _LARGEST:
            raise ValueError
    return data


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
