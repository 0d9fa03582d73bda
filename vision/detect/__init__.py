"""Boxes of the product's classes, behind :class:`vision.ports.Detector`."""
