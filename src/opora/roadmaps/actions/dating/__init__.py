"""Deadlines that start later: an event is recorded, a schedule gets its dates; windows and assignments follow."""
