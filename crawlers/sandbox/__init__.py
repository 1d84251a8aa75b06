"""The sandbox: replicas of the vendors' sites, with plainly fictional customers, for demonstrations and tests.

``python -m crawlers.sandbox`` serves them on loopback. Spiders ask for official addresses; the download handler sends
them here with the address in a header. Everything that comes from here is marked 演示数据.
"""
