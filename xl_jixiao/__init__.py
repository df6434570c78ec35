"""xl_jixiao: official budget self-evaluation forms as live Excel workbooks (预算绩效自评)."""

__version__ = "0.1.0"
