"""Questionnaires: the pages of those who ask, and the open page on which people answer."""
