"""Interviews and client information tables (document 4): read, checked, stored apart, and turned into what personas may say.

``read_file`` turns a YAML, CSV or XLSX file into statements with source and credibility; ``Store`` keeps them, the only place
where people's names are; ``stage`` says what is missing and whom to ask next; ``voices`` gives the reports what was heard,
sorted into values and without anybody's name or words.
"""
