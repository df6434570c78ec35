"""Sets of forms: one file for each place's set."""
