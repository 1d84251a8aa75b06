"""Companies: clean names and keys, who the customer of a page is, and whether two names are one company."""
