"""A tiny UDF module for the tests of the harness itself."""

import xlwings as xw


@xw.func(category="绩效")
@xw.arg("count", doc="在职人员数，人")
@xw.arg("posts", doc="编制数，人")
@xw.arg("bare", vba="JxBare(count, posts)")
def DEMO_RATE(count=None, posts=None, caller=None, bare=None):
    """在职人员控制率：在职人员数除以编制数。不填参数时取本工作簿中同名单元格。"""
    if bare:
        names = caller.sheet.book.names
        count, posts = (names[name].refers_to_range.value for name in ("在职人员数", "编制数"))
    if count is None or posts is None:
        return ""
    return round(count / posts, 4)


@xw.func
def DEMO_KINDS(values):
    """Shows what arrives: the type name of each cell, joined."""
    rows = values if isinstance(values, list) else [values]
    cells = [cell for row in rows for cell in (row if isinstance(row, list) else [row])]
    return ",".join(type(cell).__name__ for cell in cells)


@xw.func
def DEMO_SUM(first, *others):
    """A variable number of arguments, blocks flattened."""

    def numbers(part):
        return sum(map(numbers, part)) if isinstance(part, list) else part if isinstance(part, float) else 0

    return sum(map(numbers, (first, *others)))


@xw.func
def DEMO_WHERE(caller):
    """The calling cell."""
    return f"{caller.sheet.book.name}!{caller.sheet.name}!{caller.address}"


@xw.func
@xw.ret(ndim=2)
def DEMO_PAIR(value):
    """Two cells side by side."""
    return [[value, value * 2]]


def greet():
    """What a button runs."""
    book = xw.Book.caller()
    book.app.status_bar = "正在计算"
    book.sheets["基础数据"]["D1"].value = f"{book.name} 已核对"
    book.app.status_bar = False
