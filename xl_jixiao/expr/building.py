"""Trees put together from smaller ones."""

from collections.abc import Mapping, Sequence

from xl_jixiao.expr.trees import Blank, Call, Choice, Expr, Joined, Literal, Operand, Spaced, tree


def call(name: str, *of: Operand) -> Call:
    """A function's call."""
    return Call(name, tuple(map(tree, of)))


def when(test: Expr, yes: Operand, no: Operand) -> Choice:
    """`yes` where the test holds, else `no`."""
    return Choice(test, tree(yes), tree(no))


def first_of(cases: Sequence[tuple[Expr, Operand]], otherwise: Operand) -> Expr:
    """The value beside the first test that holds; else the other."""
    found = tree(otherwise)
    for test, value in reversed(cases):
        found = when(test, value, found)
    return found


def by_word(subject: Expr, words: Mapping[str, Operand], otherwise: Operand) -> Expr:
    """The value of the word the subject is; else the other."""
    return first_of([(subject.equals(word), value) for word, value in words.items()], otherwise)


def all_of(tests: Sequence[Expr]) -> Expr:
    """AND, or the only test, or truth."""
    return _joint("AND", tests, without=True)


def any_of(tests: Sequence[Expr]) -> Expr:
    """OR, or the only test, or untruth."""
    return _joint("OR", tests, without=False)


def _joint(name: str, tests: Sequence[Expr], *, without: bool) -> Expr:
    if not tests:
        return Literal(without)
    return tests[0] if len(tests) == 1 else Call(name, tuple(tests))


def one_of(subject: Expr, words: Sequence[str]) -> Expr:
    """Whether the subject is one of the words."""
    return any_of([subject.equals(word) for word in words])


def negated(test: Expr) -> Call:
    """NOT."""
    return call("NOT", test)


def is_number(of: Expr) -> Call:
    """Whether a cell holds a number."""
    return call("ISNUMBER", of)


def is_text(of: Expr) -> Call:
    """Whether a cell holds a text, an empty one included."""
    return call("ISTEXT", of)


def is_error(of: Expr) -> Call:
    """Whether a cell shows an error value."""
    return call("ISERROR", of)


def total(of: Sequence[Expr]) -> Expr:
    """The terms added one by one."""
    found, *rest = of
    for one in rest:
        found = found + one
    return found


def joined(*of: Operand) -> Expr:
    """Texts one after the other; neighbouring constants as one, empty ones left out."""
    kept: list[Expr] = []
    for one in map(tree, of):
        own = one.of if isinstance(one, Joined) else (one,)
        for part in own:
            last = kept[-1] if kept else None
            if isinstance(part, Literal) and isinstance(part.of, str) and isinstance(last, Literal) and isinstance(last.of, str):
                kept[-1] = Literal(last.of + part.of)
            elif part != Literal(""):
                kept.append(part)
    if not kept:
        return Literal("")
    return kept[0] if len(kept) == 1 and isinstance(kept[0], Literal) else Joined(tuple(kept))


def trimmed(of: Expr) -> Expr:
    """A text without white space of any kind around it; inside, runs of it are one space."""
    return Spaced(of, " ")


def spaceless(of: Expr) -> Expr:
    """A text without white space of any kind."""
    return Spaced(of, "")


def is_blank(of: Expr) -> Expr:
    """Whether a cell is blank: nothing, or nothing but white space of any kind."""
    return Blank(of)


def shown(of: Expr, places: int, *, percent: bool = False) -> Call:
    """A number as the sheet prints it: 0.7674 -> 76.74%. What is rounded before is printed right by every program."""
    return call("TEXT", of, "0" + ("." + "0" * places if places else "") + ("%" if percent else ""))
