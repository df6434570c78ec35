"""The worksheet functions of the workbooks, registered through xlwings as the module ``jx_udfs``."""

from jx_udfs.rates import *  # noqa: F403
from jx_udfs.scores import JX_COMPLETION_SCORE, JX_EXPLAIN, JX_GRADE, JX_RATE, JX_SCORE

__all__ = ["JX_COMPLETION_SCORE", "JX_EXPLAIN", "JX_GRADE", "JX_RATE", "JX_SCORE"]
