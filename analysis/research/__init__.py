"""Research that knows how sure it is (document 3): sources in, questions answered from quoted evidence or not at all."""
