"""Commands of this project for scrapy: crawl, replay, newvendor, savecase, checkall."""
