"""Scoring tables (评分表): answers -> scores; table and answers -> workbook; checks of a filing."""
