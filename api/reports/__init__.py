"""Reports of a period, to print and to hand over."""
