"""Planners of mentor pairs and of visits: plain Python over plain data, usable as libraries."""
