"""Questions that are not ours to answer: recognized before any answer, researched for the team that owns them, closed into a document."""
