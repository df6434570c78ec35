"""Every ratio there is, in one table: python bench. It ends with status 1 where a bound is missed."""

import sys

import bench_core
import bench_edit
import bench_review
import bench_udfs
from measures import show

if __name__ == "__main__":
    sys.exit(show([*bench_core.ratios(), *bench_review.ratios(300, 2000), *bench_udfs.ratios(), *bench_edit.ratios()]))
