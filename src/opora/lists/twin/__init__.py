"""The public twin of a document: the same document without whatever tells which schools are listed."""
