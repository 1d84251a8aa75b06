"""Turns ``analysis.json`` into what people read: reports, cards, sheets, certificate, and the proof that they hold.

Nothing is computed here: every figure and sentence comes from :class:`analysis.model.Analysis`. A section is one file in
``sections``; a kind of document is one entry in ``kinds.yaml``; words are in ``strings``.
"""
