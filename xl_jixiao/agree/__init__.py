"""Figures in words: read out of sentences, held against arithmetic, against each other and against the tables of a unit."""
