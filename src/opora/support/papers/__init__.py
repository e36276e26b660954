"""Papers of the support of schools."""
