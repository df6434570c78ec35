"""How both command lines speak: UTF-8 wherever the output is no console, and never a failure for a character."""

import sys
from io import TextIOWrapper
from typing import Any

import click


def speak_utf8() -> None:
    """One rule for pipes and files, help texts included: UTF-8. A console takes any character from Python as it is.

    Windows pipes would otherwise take the ANSI code page, in which the very names doctor reports on can't be written.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")


class Commands(click.Group):
    """A command line that speaks by this rule from its first word on, also where it only prints its help."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        speak_utf8()
        return super().main(*args, **kwargs)
