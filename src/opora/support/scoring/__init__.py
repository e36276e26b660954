"""The risk profile as pure arithmetic: factors as versioned data, scores from answers and results, words for them.

What is not known is not counted: a factor of which nothing is known has no score, never the score 0.
"""

from opora.support.scoring.factors import Factor, FactorSet, Piece, shipped
from opora.support.scoring.scores import Finding, Score, Source, level, scored, words_of

__all__ = ["Factor", "FactorSet", "Finding", "Piece", "Score", "Source", "level", "scored", "shipped", "words_of"]
