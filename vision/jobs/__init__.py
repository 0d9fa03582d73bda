"""Long-running work: auditing stored footage, watching live cameras."""
