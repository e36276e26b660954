"""Pages of mentors, pairs and their proposals."""
