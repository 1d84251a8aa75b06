"""Understand: Cases in; personas, insight and reports out. Never imports Scrapy or the crawlers."""
