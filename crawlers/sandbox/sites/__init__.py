"""One replica site a file, named by its vendor; each has a class ``Replica``."""
