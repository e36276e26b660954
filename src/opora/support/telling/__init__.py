"""Who is told of programmes, of visits and of reviews that are due, and what waits for whom."""
