"""The embedded models: their files, their card, and the scripts that made them."""
