"""The scripts that made the embedded models; nothing here is imported at run time."""
