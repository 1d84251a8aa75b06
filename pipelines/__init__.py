"""Normalize: RawCase in, Case in the library out. Pure functions with thin adapters around them."""
