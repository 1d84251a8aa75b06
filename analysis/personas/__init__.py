"""Personas: features and distance, groups, the merge rules, names and identity over runs."""
