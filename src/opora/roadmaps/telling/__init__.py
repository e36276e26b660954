"""Who is told of what happens to assignments. Called inside the actions; nobody is told of what he did himself."""
