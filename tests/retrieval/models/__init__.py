"""The training data and scripts, as far as they need no PyTorch."""
