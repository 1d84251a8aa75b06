"""Settings of the crawl. Beside each: the component that reads it, and Scrapy's default where ours differs."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from typing import Any


def _version() -> str:
    try:
        return version("cloud-insights")
    except PackageNotFoundError:  # run from a folder that was not installed
        return "0"


BOT_NAME = "cloud-insights"
SPIDER_MODULES = ["crawlers.spiders"]
NEWSPIDER_MODULE = "crawlers.spiders"
COMMANDS_MODULE = "crawlers.commands"  # scrapy: crawl (ours, with an exit status), replay, newvendor, savecase, checkall

# Who we are. Set CRAWL_CONTACT in the environment to an address that is read: a site that minds us writes to it.
ROBOTS_AGENT = "cloud-insights"  # RobotsMiddleware: our product token in robots files
NO_CONTACT = "https://example.com/cloud-insights/contact"  # crawlers.run: nobody has set one, which is told
CRAWL_CONTACT = os.environ.get("CRAWL_CONTACT") or NO_CONTACT  # USER_AGENT, below
USER_AGENT = f"cloud-insights/{_version()} (+{CRAWL_CONTACT})"  # UserAgentMiddleware; default Scrapy/VERSION
DEFAULT_REQUEST_HEADERS = {  # DefaultHeadersMiddleware; a client without Accept is challenged by some firewalls
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en;q=0.9, zh-CN;q=0.8",
}

# Politeness
ROBOTSTXT_OBEY = True  # Scrapy's own middleware is replaced by RobotsMiddleware, which fails closed; default False
CRAWL_DELAY_MAX = 60.0  # RobotsMiddleware: a longer crawl delay means no
CONCURRENT_REQUESTS = 8  # engine; default 16
CONCURRENT_ITEMS = 1  # scraper: it starts so many tasks for every response, and our pipeline never waits; default 100
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # downloader: one request at a time to a host; default 8
DOWNLOAD_DELAY = 1.0  # downloader, AutoThrottle's floor, seconds; default 0
AUTOTHROTTLE_ENABLED = True  # AutoThrottle; default False
AUTOTHROTTLE_START_DELAY = 2.0  # AutoThrottle, seconds; default 5
AUTOTHROTTLE_MAX_DELAY = 60.0  # AutoThrottle, seconds
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0  # AutoThrottle
RETRY_TIMES = 3  # BackoffMiddleware; default 2
RETRY_AFTER_MAX = 120.0  # BackoffMiddleware: seconds that a site may ask us to wait

# Safety
DOWNLOAD_TIMEOUT = 60  # DownloadTimeoutMiddleware, seconds; default 180
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # handlers and HttpCompressionMiddleware, bytes, also after decompression; default 1 GiB
DOWNLOAD_WARNSIZE = 4 * 1024 * 1024  # handlers; default 32 MiB
DOWNLOAD_FAIL_ON_DATALOSS = True  # handlers: a truncated body is a failure
DOWNLOAD_VERIFY_CERTIFICATES = True  # handlers; default False
REDIRECT_MAX_TIMES = 8  # RedirectMiddleware; default 20
METAREFRESH_MAXDELAY = 5  # MetaRefreshMiddleware, seconds; default 100
COOKIES_ENABLED = False  # CookiesMiddleware: no session is needed and none is carried between hosts; default True
REFERER_ENABLED = False  # RefererMiddleware: nothing is told about where we came from; default True
HTTPPROXY_ENABLED = False  # HttpProxyMiddleware: a proxy of the environment would get round the address check; default True
URLLENGTH_LIMIT = 2083  # UrlLengthMiddleware
DEPTH_LIMIT = 60  # DepthMiddleware: a chain of pages ends; default 0 (none)
TELNETCONSOLE_ENABLED = False  # default True
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 opens a control port; default True
TWISTED_DNS_RESOLVER = "crawlers.resolver.PublicResolver"  # reactor: no address inside; default CachingThreadedResolver
DOWNLOAD_HANDLERS = {  # downloader: nothing but the web; defaults add ftp, file, data, s3
    "http": "crawlers.handlers.GuardedHandler",
    "https": "crawlers.handlers.GuardedHandler",
    "ftp": None,
    "file": None,
    "data": None,
    "s3": None,
}

# The run
SCHEDULER = "crawlers.frontier.scheduler.FrontierScheduler"  # engine: kill-proof; default keeps its queue in memory
CRAWL_BATCH = 16  # FrontierScheduler: requests leased at once
CRAWL_ARCHIVE = True  # CrawlRun, ArchiveMiddleware
CRAWL_PROCESS = "crawlers.storing.process_document"  # NormalizePipeline
CASE_LIBRARY = ""  # CrawlRun: library URL, else CASE_LIBRARY_URL, else outputs/library.db
CRAWL_RUN_ID = ""  # CrawlRun: name a run, resume it, or share it with other workers
RUN_ID = ""  # CrawlRun: the same, shorter to type
DATABASE_PATIENCE = 60.0  # CrawlRun: seconds that a database which went away is waited for; then the run is incomplete
CRAWL_PROGRESS = ""  # ProgressExtension: file that is rewritten every second, for a display of several crawls
CRAWL_SEARCH = os.environ.get("CRAWL_SEARCH", "")  # crawlers.searching: address or YAML file of a search provider; empty: none
SANDBOX = ""  # GuardedHandler, CrawlRun: address of the sandbox server; "on" starts one
SPIDER_MIDDLEWARES = {"crawlers.frontier.middleware.FrontierMiddleware": 10}
DOWNLOADER_MIDDLEWARES: dict[str, Any] = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the gate is stricter
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawlers.middlewares.gate.GateMiddleware": 60,
    "crawlers.middlewares.robots.RobotsMiddleware": 100,
    "crawlers.middlewares.challenge.ChallengeMiddleware": 540,
    "crawlers.middlewares.backoff.BackoffMiddleware": 550,
    "crawlers.middlewares.redirects.MetaRefreshes": 580,
    "crawlers.middlewares.redirects.Redirects": 600,
    "crawlers.middlewares.revisit.RevisitMiddleware": 940,
    "crawlers.middlewares.archive.ArchiveMiddleware": 950,
}
ITEM_PIPELINES = {"crawlers.storing.NormalizePipeline": 100}
EXTENSIONS: dict[str, Any] = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "crawlers.extensions.record.RunRecord": 10,
    "crawlers.extensions.progress.Progress": 20,
}
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"  # LogFormatter
FEED_EXPORTERS = {"jsonlines": "crawlers.feeds.CaseLines"}  # FeedExporter; an item is a page and its cases
FEED_EXPORT_ENCODING = "utf-8"  # FeedExporter; default None writes \uXXXX
WARN_ON_GENERATOR_RETURN_VALUE = False  # scraper: reads a callback's source again for every response; default True
LOG_LEVEL = "WARNING"  # logging; what a run did is in its summary and manifest; default DEBUG
MEMUSAGE_LIMIT_MB = 2048  # MemoryUsage; default 0 (none)
