"""Everything a document form computes, as trees: each made once for a form, and compiled once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from xl_jixiao.documents.check_trees import CheckTrees
from xl_jixiao.documents.figure_trees import FigureTrees, shown_of
from xl_jixiao.documents.model import Document, Paragraph
from xl_jixiao.documents.template_text import Shown, Slot, always_says_something, said_slots, shown_names, slots, text_tree
from xl_jixiao.expr import Cell, Expr, Literal, all_of, any_of, call, joined, negated, when
from xl_jixiao.finding import titled
from xl_jixiao.formula import defined_name
from xl_jixiao.sheet.data import state
from xl_jixiao.tables.inputs import Input
from xl_jixiao.words import BLANK, OPTIONAL, TO_FILL

INDENT = "　　"
INDENTED = ("body", "heading1", "heading2", "heading3")
_LINE_END = call("CHAR", 10)
_NO = Literal(False)


@dataclass(frozen=True)
class Lacking:
    """An answer that may be lacking: its key, what is said to be blank (it, or the sum nothing of which is filled in), and whether it is."""

    key: str
    said: str
    test: Expr


class FormTrees:
    """The trees of one form."""

    def __init__(self, form: Document) -> None:
        self.form = form
        self._texts: dict[str, Expr] = {}
        self._paragraphs: dict[Paragraph, Expr] = {}
        self._optional: dict[str, frozenset[str]] = {}
        self._lacking: dict[str, tuple[Lacking, ...]] = {}

    def blank(self, name: str) -> Expr:
        """Whether a name is blank: its 状态 cell says so, of a figure its own cell."""
        item = self.form.input_by_key.get(name)
        if item is None:
            return Cell(name).equals("")
        return state(name).equals(BLANK if item.required else OPTIONAL)

    @cached_property
    def shown(self) -> Mapping[str, Shown]:
        """How every name is printed."""
        return {**{item.key: _shown(item) for item in self.form.inputs}, **{one.key: shown_of(one) for one in self.form.figures}}

    @cached_property
    def figures(self) -> Mapping[str, FigureTrees]:
        """Every figure's trees, by key."""
        computed = self.form.figure_by_key
        return {one.key: FigureTrees(one, computed, self.blank, self.form.behind(one.key)) for one in self.form.figures}

    @cached_property
    def checks(self) -> tuple[CheckTrees, ...]:
        """The plausibility checks."""
        return tuple(CheckTrees(check, self.form, self.blank) for check in self.form.checks)

    def text(self, text: str) -> Expr:
        """A text with placeholders."""
        if text not in self._texts:
            self._texts[text] = text_tree(text, self.shown, self.blank)
        return self._texts[text]

    def optional_of(self, text: str) -> frozenset[str]:
        """The optional inputs a text with placeholders shows, by key."""
        if text not in self._optional:
            names = {one.name for one in slots(text) if isinstance(one, Slot) and one.name}
            keys = {key for name in names for key in inputs_of(name, self.form)}
            self._optional[text] = frozenset(key for key in keys if not self.form.input_by_key[key].required)
        return self._optional[text]

    def unfinished(self, paragraph: Paragraph) -> Mapping[str, Expr]:
        """Whether a paragraph that says something else too shows 〔待填〕 for an optional answer, by the answer's key."""
        said, otherwise = self._unfinished(paragraph.text), self._unfinished(paragraph.otherwise)
        return {key: _chosen(paragraph, said.get(key, _NO), otherwise.get(key, _NO)) for key in {**said, **otherwise}}

    @cached_property
    def open_sentences(self) -> Mapping[str, tuple[tuple[str, Expr], ...]]:
        """For every page with sentences that may lack an optional answer: the key of the answer, and whether one lacks it."""
        found: dict[str, dict[str, list[Expr]]] = {}
        for page in self.form.pages:
            texts = [self.unfinished(one) for one in page.paragraphs]
            texts += [self._unfinished(cell.text) for row in page.rows for cell in row.cells if not cell.value]
            for key, test in (pair for one in texts for pair in one.items()):
                found.setdefault(page.sheet, {}).setdefault(key, []).append(test)
        return {name: tuple((key, self._unasked(key, tests)) for key, tests in keys.items()) for name, keys in found.items()}

    def _unasked(self, key: str, tests: list[Expr]) -> Expr:
        """Whether an answer is lacking that no check asks for already."""
        return all_of([any_of(tests), *(one.result.differs(one.check.level) for one in self.checks if one.place == key)])

    def lacking(self, name: str) -> tuple[Lacking, ...]:
        """What a name may be blank for: itself; the parts of its formula, of a sum the first in the place of all."""
        if name not in self._lacking:
            self._lacking[name] = tuple(self._lacking_of(name))
        return self._lacking[name]

    def _lacking_of(self, name: str) -> Iterator[Lacking]:
        item = self.form.input_by_key.get(name)
        if item is not None:
            yield Lacking(name, titled(item.name), self.blank(name))
            return
        figure = self.form.figure_by_key[name]
        parts = [one for part in figure.rate_formula.names for one in self.lacking(part)]
        if figure.blanks_as_zero and len(parts) > 1:
            anything = any_of([one.test for one in parts])
            yield Lacking(parts[0].key, f"{titled(figure.name)}的各项都", all_of([self.blank(name), anything]))
        else:
            yield from (Lacking(one.key, one.said, all_of([self.blank(name), one.test])) for one in parts)

    def _unfinished(self, text: str) -> Mapping[str, Expr]:
        optional = self.optional_of(text)
        found: dict[str, list[Expr]] = {}
        for name, holds in said_slots(text, self.blank) if optional else ():
            for one in self.lacking(name):
                if one.key in optional:
                    found.setdefault(one.key, []).append(all_of([*holds, one.test]))
        begun = self._begun(text) if found else []
        return {key: all_of([*begun, any_of(tests)]) for key, tests in found.items()}

    def _begun(self, text: str) -> list[Expr]:
        """Whether a text says anything: else it may be left out whole. Nothing to ask where it always needs a required answer."""
        inputs, names = self.form.input_by_key, shown_names(text)
        if any(name in inputs and inputs[name].required for name, holds in said_slots(text, self.blank) if not holds):
            return []
        needed = {key for name in names if name not in inputs for key in inputs_of(name, self.form) if inputs[key].required}
        return [any_of([*(negated(self.blank(name)) for name in names), *map(self.blank, sorted(needed))])]

    def linked(self, key: str, *, passage: bool) -> Expr:
        """A cell that shows a value: blank while it is blank, 〔待填〕 where a passage of text belongs."""
        return when(self.blank(key), TO_FILL if passage else "", Cell(key))

    def paragraph(self, paragraph: Paragraph) -> Expr:
        """A paragraph's text; empty where it is left out."""
        if paragraph not in self._paragraphs:
            self._paragraphs[paragraph] = _chosen(paragraph, self.text(paragraph.text), self.text(paragraph.otherwise))
        return self._paragraphs[paragraph]

    def printed(self, paragraph: Paragraph) -> Expr:
        """A paragraph as its page prints it, each line indented by two characters where its style is."""
        if paragraph.style not in INDENTED:
            return self.paragraph(paragraph)
        return _chosen(paragraph, self._indented(paragraph.text), self._indented(paragraph.otherwise))

    def _indented(self, text: str) -> Expr:
        of = self.text(text)
        if isinstance(of, Literal):
            return Literal(indented(text))
        lines = joined(INDENT, call("SUBSTITUTE", of, _LINE_END, joined(_LINE_END, INDENT)))
        return lines if always_says_something(text) else when(of.equals(""), "", lines)


def inputs_of(name: str, form: Document) -> Iterator[str]:
    """The inputs a name comes from: itself, or those its formula needs."""
    if name in form.input_by_key:
        yield name
        return
    for one in form.figure_by_key[name].rate_formula.names:
        yield from inputs_of(one, form)


def indented(text: str) -> str:
    """A text with every line indented by two characters."""
    return INDENT + text.replace("\n", "\n" + INDENT) if text else ""


def _chosen(paragraph: Paragraph, text: Expr, otherwise: Expr) -> Expr:
    tests = [call("N", Cell(defined_name(paragraph.when))) > 0] if paragraph.when else []
    tests += [call("N", Cell(defined_name(paragraph.unless))) <= 0] if paragraph.unless else []
    return when(all_of(tests), text, otherwise) if tests else text


def _shown(item: Input) -> Shown:
    return Shown(
        percent=item.kind == "percent",
        decimals=0 if item.kind == "count" else 2,
        number=item.numeric,
        date=item.kind == "date",
        shortest=item.unit == "分",
    )


def trees_of(form: Document) -> FormTrees:
    """A form's trees, made when they are first asked for."""
    found = form.__dict__.get("_trees")
    if not isinstance(found, FormTrees):
        found = form.__dict__["_trees"] = FormTrees(form)
    return found
