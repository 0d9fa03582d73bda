"""Deportment: audit of conduct at public-service windows, from the hall's own CCTV."""

__version__ = "0.1.0"
