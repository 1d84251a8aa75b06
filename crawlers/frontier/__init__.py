"""The frontier: which requests a run still has to make, kept in the library's database so that a kill loses nothing.

Scrapy's JOBDIR writes its queue when a crawl ends well; a killed one loses pages and says nothing. Here a request is
a row. It is *leased* to a process before it is sent, and becomes *done* in the same transaction that stores everything
it yielded: cases, rejections, sightings and the requests that follow from it. A process that dies leaves leases; the
next one of the same run takes them back and makes those requests again. So every page is fetched at least once and
stored exactly once.

SQLite's log is not forced to the disk at each commit (see ``Library.open``): a killed process loses nothing; when the
power fails, the last requests, with all that they stored, are undone together and made again on resume. The archive is
forced before each commit, so no stored page ever lacks its record.

``tables`` the rows, ``codec`` requests as JSON, ``store`` the transactions, ``ledger`` what belongs to which request
while it is under way, ``scheduler`` what Scrapy's engine talks to, ``middleware`` what tells the ledger.
"""
