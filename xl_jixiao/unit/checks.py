"""What is wrong with a unit's book beyond its single forms: published figures that differ, projects without a form, rows without a name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from xl_jixiao.expr import as_text, decimal
from xl_jixiao.finding import Finding, Place, found, titled
from xl_jixiao.number import plain
from xl_jixiao.sheet.plan import Plan, PlanValues
from xl_jixiao.unit.answers import UnitAnswers, printed, says_anything
from xl_jixiao.unit.parts import BookForm, UnitBook, Use, same_name_key
from xl_jixiao.unit.sheets import APART, apart, apart_key, comparison_key, published_key
from xl_jixiao.words import DATA, DIFFERS, LAST_DIGIT, UNREADABLE, is_blank


def places_in(part: BookForm, plan: Plan, names: Mapping[str, str]) -> Callable[[Finding], Finding]:
    """A finding of a form at the place in the book where it is about: facts where they are typed, everything else on the form's sheets."""
    keys = {(ref.sheet, ref.local): key for key, (ref, _) in part.blank_plan.placed.items()}

    def placed(one: Finding) -> Finding:
        sheet, cell = one.place.sheet, one.place.cell
        key = keys.get((sheet, cell))
        if key in part.bound or sheet == DATA:
            known = plan.placed.get(part.keys[key]) if key else None
            ref = known[0] if known else None
            return replace(one, place=Place(one.place.file, ref.sheet if ref else sheet, ref.local if ref else ""))
        return replace(one, place=Place(one.place.file, names.get(sheet, sheet), cell))

    return placed


def own_findings(book: UnitBook, plan: Plan, answers: UnitAnswers, values: PlanValues, file: str) -> Iterator[Finding]:
    """JX190, JX191, JX549, JX682, JX701–JX704."""
    yield from _wanting(book, plan, values, file)
    names = {item.key: item for item in book.shared}
    for use in book.uses:
        if use.key in answers.published:
            yield from _published(use, names[use.cell].name, plan, values, file)
    yield from _projects(book, plan, values, file)
    yield from _named_twice(book, plan, values, file)
    yield from _apart(book, plan, values, file)
    yield from _alike(book, plan, answers, file)
    for part in book.parts:
        if part.number and is_blank(values[book.row_of(part)[0].key]) and says_anything(part, answers):
            ref = plan.ref(book.row_of(part)[0].key)
            yield found("JX704", Place(file, ref.sheet, ref.local), f"{part.name}填了内容，项目清单里没有它的名称")


def _wanting(book: UnitBook, plan: Plan, values: PlanValues, file: str) -> Iterator[Finding]:
    """JX190 for a blank fact that the set requires and no form of it does; what a form requires it says itself."""
    asked = {cell for part in book.parts for own, cell in part.bound.items() if not part.job.inputs or part.requires(own)}
    for item in book.typed:
        if item.required and item.key not in asked and is_blank(values[item.key]):
            ref = plan.ref(item.key)
            yield found("JX190", Place(file, ref.sheet, ref.local), f"{titled(item.name)}未填：报告里缺这一部分，填上再导出")


def _published(use: Use, fact: str, plan: Plan, values: PlanValues, file: str) -> Iterator[Finding]:
    """JX701 where a form has published another figure than the book has; JX702 where only the last digit differs."""
    said, compared = as_text(values[published_key(use.key)]), values[comparison_key(use.key)]  # type: ignore[arg-type]
    if compared not in (DIFFERS, LAST_DIGIT, UNREADABLE):
        return
    ref = plan.ref(published_key(use.key))
    held = values[use.cell]
    number = None if isinstance(held, tuple) else decimal(held)
    now = as_text(held) if number is None else printed(number, percent=use.item.kind == "percent")  # type: ignore[arg-type]
    where = plan.ref(use.cell)
    unit = use.item.unit
    text = f"{use.part}公布的{titled(use.item.name)}为{said}{'' if said.endswith(unit) else unit}，基础数据的{titled(fact)}（{where}）为{now}{unit}"
    if compared == LAST_DIGIT:
        yield found("JX702", Place(file, ref.sheet, ref.local), f"{text}，是末位之差", said, now)
    elif compared == UNREADABLE:
        yield found("JX701", Place(file, ref.sheet, ref.local), f"{text}，公布数读不出是多少；照公布的样子填写，如 20.48", said, now)
    else:
        yield found("JX701", Place(file, ref.sheet, ref.local), f"{text}；一个数只能有一个值，请更正该表或基础数据", said, now)


def _projects(book: UnitBook, plan: Plan, values: PlanValues, file: str) -> Iterator[Finding]:
    """JX703 for a project beyond the forms there are, JX704 for a row of the list without the project's name."""
    for row in range(book.rows):
        items = [column[row] for _, column in book.columns]
        said = [item for item in items if not is_blank(values[item.key])]
        if not said:
            continue
        place = plan.ref(items[0].key)
        if said[0] is not items[0]:
            text = f"第{row + 1}行填了{titled(said[0].name)}，没有填{titled(items[0].name)}"
            yield found("JX704", Place(file, place.sheet, place.local), text)
        elif row >= book.count:
            name = as_text(values[items[0].key])  # type: ignore[arg-type]
            text = f"{titled(name)}还没有表：本工作簿只有{book.count}个项目的表；运行 xl-jixiao import 增加"
            yield found("JX703", Place(file, place.sheet, place.local), text)


def _named_twice(book: UnitBook, plan: Plan, values: PlanValues, file: str) -> Iterator[Finding]:
    """JX191 for a row of the list whose project has the name of an earlier one, white space apart."""
    for row, item in enumerate(book.columns[0][1] if book.columns else (), 1):
        earlier = values[same_name_key(row)]
        if earlier:
            name, place = titled("".join(as_text(values[item.key]).split())), plan.ref(item.key)  # type: ignore[arg-type]
            text = f"第{as_text(earlier)}、{row}行的项目都是{name}，是否重复填报"  # type: ignore[arg-type]
            yield found("JX191", Place(file, place.sheet, place.local), text)


def _alike(book: UnitBook, plan: Plan, answers: UnitAnswers, file: str) -> Iterator[Finding]:
    """JX682 for a project whose form is, but for its name, that of an earlier project."""
    first: dict[tuple[str, str], str] = {}
    for part in book.parts:
        content = part.job.about(answers.parts[part.name]).content if part.number else ""
        earlier = first.setdefault((part.form.name, content), part.name) if content else part.name
        if earlier != part.name:
            ref = plan.ref(book.row_of(part)[0].key)
            text = f"{part.name}的资金、目标和各行指标与{earlier}的完全相同，是否照抄"
            yield found("JX682", Place(file, ref.sheet, ref.local), text)


def _apart(book: UnitBook, plan: Plan, values: PlanValues, file: str) -> Iterator[Finding]:
    """JX549 for an amount of the list that is a thousand times its neighbours in the same column, and nothing in its row says why."""
    for row in range(1, book.rows + 1) if book.columns else ():
        for head, item, test in apart(book, row) if values[apart_key(row)] else ():
            if test.value(values):
                amount, ref = plain(decimal(values[item.key])), plan.ref(item.key)  # type: ignore[arg-type]
                text = f"第{row}行的{titled(head)}{amount}，{APART}填对了的，在备注写明"
                yield found("JX549", Place(file, ref.sheet, ref.local), text, amount)
