"""One expression, many voices: what a cell computes is one frozen tree; its exact value and its Excel text are two readings of it.

    >>> rate = Rounded(Cell("在职人员数") / Cell("编制数"), 4)
    >>> rate.value({"在职人员数": 66, "编制数": 86})
    Fraction(3837, 5000)
    >>> rate.excel()
    'ROUND(在职人员数/编制数,4)'

Values are exact: Fraction or int, text, truth, and None for a blank cell, which counts as zero beside numbers and as empty text beside
texts, as in Excel. Excel's numbers are binary floats; where a tree must be guarded against their dust it says so itself (`Cleared`): the
exact value stays as it is, the Excel text rounds. A tree is compiled once into nested functions; `value` calls them.

The functions a tree may use are those of `functions.FUNCTIONS`: each has one exact meaning here, and Excel 2016, WPS and LibreOffice 7 all have it.

    values      what cells hold, and how Excel reads it
    functions   what signs and functions mean
    trees       the trees
    areas       the trees over neighbouring cells
    building    trees put together from smaller ones
"""

from xl_jixiao.expr.areas import ByRow, Counted, HasListed, Listed, Summed
from xl_jixiao.expr.building import (
    all_of,
    any_of,
    by_word,
    call,
    first_of,
    is_blank,
    is_error,
    is_number,
    is_text,
    joined,
    negated,
    one_of,
    shown,
    spaceless,
    total,
    trimmed,
    when,
)
from xl_jixiao.expr.trees import (
    LONGEST_TEXT,
    Applied,
    Area,
    ByHand,
    Call,
    Cell,
    Choice,
    Cleared,
    Expr,
    Guarded,
    Joined,
    Kept,
    Lasting,
    Literal,
    MadeOf,
    Operand,
    Operation,
    Renamed,
    Rounded,
    Run,
    Voice,
    renamed,
    tree,
    walk,
)
from xl_jixiao.expr.values import CellFailure, Held, Value, Values, as_number, as_text, decimal, exact, utf16

__all__ = ["ByRow", "Counted", "HasListed", "Listed", "Summed"]
__all__ += ["all_of", "any_of", "by_word", "call", "first_of", "is_blank", "is_error", "is_number", "is_text", "joined"]
__all__ += ["negated", "one_of", "shown", "spaceless", "total", "trimmed", "when"]
__all__ += ["Applied", "Area", "ByHand", "Call", "Cell", "Choice", "Cleared", "Expr", "Guarded", "Joined", "Kept", "LONGEST_TEXT"]
__all__ += ["Lasting", "Literal", "MadeOf", "Operand", "Operation", "Renamed", "Rounded", "Run", "Voice", "renamed", "tree"]
__all__ += ["walk"]
__all__ += ["CellFailure", "Held", "Value", "Values", "as_number", "as_text", "decimal", "exact", "utf16"]
