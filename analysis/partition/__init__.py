"""Where one machine's memory ends: the library as Parquet by vendor and category, and the counting part of the analysis over it.

``write`` exports, ``cube`` counts (DuckDB out of core, or pandas in memory), ``counting`` makes the same figures of either.
What is not here: personas. They are found on a sample of at most ``clustering.max_matrix`` cases and every other case is
placed by its nearest persona (``analysis.personas.find``), so they need a category's cases in memory, but no more.
"""
