"""Labelled pictures: what is boxed, what is known, what they may be used for."""
