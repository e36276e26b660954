"""A form as a workbook: filled in without a network and read back, every mistake with its cell."""

from opora.collection.workbook.comparing import Difference, What, base, differences, merged
from opora.collection.workbook.layout import Head
from opora.collection.workbook.reading import Filled, Workbook
from opora.collection.workbook.writing import write
from opora.exports.filled import Problem

__all__ = ["Difference", "Filled", "Head", "Problem", "What", "Workbook", "base", "differences", "merged", "write"]
