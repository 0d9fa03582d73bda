"""The rules of conduct, one module each, and the clauses that they enforce."""
