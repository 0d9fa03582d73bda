"""Preparing data, training the detector and exporting it. Needs the ``train`` extra."""
