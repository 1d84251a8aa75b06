"""How a library of an earlier release becomes one of this: Alembic's scripts, run by ``pipelines.library.schema``.

To change a table: change ``tables.py`` (or ``crawlers/frontier/tables.py``, which lies in the same database), add
``versions/vNNNN_what.py`` with ``down_revision`` the one before, and name it in ``schema.HEAD``. A test compares what
the scripts make with what the tables say, on SQLite and on PostgreSQL. There is no way back: copy the file, or dump
the database, before an upgrade that you may want to undo.
"""
