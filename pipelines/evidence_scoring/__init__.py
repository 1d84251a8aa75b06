"""Evidence-scored vocabulary: words of a matter, weighed by where they stand and how their sentence speaks.

``forms`` finds vocabulary, ``cues`` tells complaint from sales talk, ``mentions`` brings both together over a raw
case, ``linear`` turns what was counted into a score with weights that are data (DESIGN §4).
"""
