"""Arithmetic of honest comparison: intervals of shares, pooling across schools, ranks, correlation by tallies.

NumPy and SciPy in a fixed order, no chance without a fixed seed: the same counts give the same bits.
"""
