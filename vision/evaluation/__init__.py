"""How accurate the product is, measured on labelled data."""
