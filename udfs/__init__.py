"""The worksheet functions of the workbooks, registered through xlwings as the module ``jx_udfs``.

``xlwings_udfs.bas`` is xlwings' own wrapper text for them:  ``python tests/support/wrappers.py jx_udfs > udfs/xlwings_udfs.bas``
"""

from .rates import RATE_FUNCTIONS
from .scores import JX_COMPLETION_SCORE, JX_EXPLAIN, JX_GRADE, JX_RATE, JX_SCORE

__all__ = ["JX_COMPLETION_SCORE", "JX_EXPLAIN", "JX_GRADE", "JX_RATE", "JX_SCORE"]

globals().update(RATE_FUNCTIONS)
