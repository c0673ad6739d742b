"""The demo world: organisations, people and their data, and who can sign in to it."""
