"""One file a format: ``SUFFIXES`` it reads, and ``read(data, name, records)`` that gives drafts or raises UserError."""
