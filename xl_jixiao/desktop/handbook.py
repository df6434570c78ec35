"""The clerk's manual as one web page: every PC opens it, pictures inside, ready to print."""

import base64
import re
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>填报手册</title><style>
body {{ font: 16px/1.7 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; max-width: 52em; margin: 2em auto; padding: 0 1em; }}
table {{ border-collapse: collapse; }} th, td {{ border: 1px solid #999; padding: .3em .7em; text-align: left; }}
th {{ background: #e8eef5; }} code, pre {{ background: #f3f3f3; padding: 0 .3em; }} img {{ max-width: 100%; border: 1px solid #ccc; }}
</style></head><body>
{body}</body></html>
"""


def manual_file() -> Path | None:
    """The manual's text: in the installed package, or beside it in a checkout."""
    places = (_PACKAGE / "manuals" / "clerk-manual.md", _PACKAGE.parent / "docs" / "clerk-manual.md")
    return next((place for place in places if place.is_file()), None)


def handbook(source: Path) -> bytes:
    """The page; links to other files of the project are plain text, pictures are inside."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark").enable("table").render(source.read_text(encoding="utf-8"))
    body = re.sub(r'<a href="(?!https?:|#)[^"]*">(.*?)</a>', r"\1", body)
    body = re.sub(r'src="([^":]+\.png)"', lambda found: f'src="{_inside(source.parent / found[1])}"', body)
    return _PAGE.format(body=body).encode()


def _inside(picture: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
