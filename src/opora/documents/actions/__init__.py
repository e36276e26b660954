"""What can be done with documents. Every action asks for its right and is journalled."""
