"""Table + answers -> score card. Pure: no files, no Excel, no clock."""

from xl_jixiao.scoretable.card import Score, ScoreCard
from xl_jixiao.scoretable.compile import score

__all__ = ["Score", "ScoreCard", "score"]
