"""A unit's book: a place's forms in one workbook, each fact typed once."""
