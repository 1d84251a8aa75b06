"""Acquire: official pages in, RawCase out. The only package that imports Scrapy."""

__version__ = "0.1.0"
