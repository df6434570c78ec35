"""Review: returned workbooks recomputed, their mistakes named with the cell, hundreds at a time."""
