"""Who is told of visits and of reviews that are due. Called inside the transaction of the action."""
