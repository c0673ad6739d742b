"""How the database gets its shape: revisions, and the one way to apply them."""
