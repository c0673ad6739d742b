"""What can be asked and done, one file per noun; `schema.root` puts them together."""
