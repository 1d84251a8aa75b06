"""The frontier: which requests a run still has to make, kept in the library's database so that a kill loses nothing.

Scrapy's JOBDIR writes its queue when a crawl ends well; a killed one loses pages and says nothing. Here a request is
a row. It is *leased* to a process before it is sent, and becomes *done* in the same transaction that stores everything
it yielded: cases, rejections, sightings and the requests that follow from it. A process that dies leaves leases; others
take them back and make those requests again. So every page is fetched at least once and stored exactly once.

Several workers, on one machine or on many, share a run by being given its name (``-s RUN_ID=x``, ``--workers``):

- a worker lives as long as its heartbeat is fresh, by the database's clock (``workers``); what a dead one held is free;
- every lease has a token that grows: who was believed dead and comes back stores nothing and sends nothing with an old one;
- a host is worked by one worker at a time, whatever run it is for, and the delay is kept over a change of hands (``hosts``,
  ``turns``); so workers help as far as a vendor has several hosts, and stand by for each other where it has one;
- a transaction that meets a lock, a deadlock or a broken connection is run again, for DATABASE_PATIENCE seconds; then the
  run ends ``incomplete`` with the kind ``database_lost``, and is resumed like any other.

SQLite's log is not forced to the disk at each commit (see ``Library.open``): a killed process loses nothing; when the
power fails, the last requests, with all that they stored, are undone together and made again on resume. The archive is
forced before each commit, so no stored page ever lacks its record.

``tables`` the rows, ``codec`` requests as JSON, ``store`` the requests' transactions, ``workers`` and ``hosts`` who works
where, ``turns`` the wait before a request, ``ledger`` what belongs to which request while it is under way, ``scheduler``
what Scrapy's engine talks to, ``middleware`` what tells the ledger.
"""
