"""Acquire: official pages in, RawCase out. The only package that imports Scrapy."""
