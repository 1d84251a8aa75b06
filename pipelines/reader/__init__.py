"""Reads a page: archived bytes in, one canonical text, its blocks and the raw cases in it out.

The same for every vendor and every way in (crawl, import, replay, extract). See ``Document`` for what goes in and
``Reading`` for what comes out.
"""
