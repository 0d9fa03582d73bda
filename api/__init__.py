"""The HTTP service over the event store."""
