"""The project's own sources as trees, each parsed once in a run."""

import ast
from functools import cache
from pathlib import Path


@cache
def parsed(path: Path) -> ast.Module:
    """A file's tree; it must not be changed."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a file's tree."""
    return tuple(ast.walk(parsed(path)))
