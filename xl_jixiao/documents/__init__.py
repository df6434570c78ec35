"""Official forms that are documents: tables, computed figures and text sections, all from 基础数据."""
