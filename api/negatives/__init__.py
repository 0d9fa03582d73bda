"""``/negatives``: wrong events as pictures for training."""
