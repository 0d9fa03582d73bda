"""Cameras that describe themselves by ONVIF: found on the network, asked for their streams.

Whatever answers is unknown and may be hostile: see :mod:`vision.devices.hostile`. The modules that
talk need the extra ``onvif``; the others do not.
"""
