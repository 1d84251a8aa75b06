"""``insights serve``: library, cases with evidence, reports, runs, health, knowledge base and forms in a browser.

Flask on waitress: everything behind it (SQLAlchemy, pandas, files) is synchronous, so threads serve it as they are; both
are kept, small and pure Python, and Flask brings the test client, signed sessions and escaped templates that this needs.
There is no script on any page. The viewer reads only: its connections refuse to write, and an uploaded form is not kept.
"""
