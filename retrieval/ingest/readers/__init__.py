"""One module for each format: bytes in, blocks out. They run inside a child process (see ``worker.py``)."""
