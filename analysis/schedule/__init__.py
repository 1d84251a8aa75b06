"""Runs crawl → report → verify → diff → publish → notice by the clock: one instance, nothing half published, a clean stop.

``config`` reads the schedule, ``cron`` its times, ``steps`` runs commands as processes, ``work`` is one run of one job,
``publish`` moves finished reports into place, ``daemon`` keeps the time (APScheduler).
"""
