"""Body landmarks of a person crop, behind :class:`vision.ports.PoseEstimator`."""
