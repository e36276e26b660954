"""Pages of seasons and visits."""
