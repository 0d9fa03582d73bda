"""Fakes of every port, shipped so that other projects can test against this one."""
