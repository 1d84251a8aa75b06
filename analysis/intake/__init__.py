"""Requirement forms (document 2): read, check, write, and match them with personas and official cases.

``read_forms`` turns a file into typed answers, ``check`` says what is missing or cannot be, ``write_template`` writes a form
again, and ``match`` finds what the case library knows that helps to answer it.
"""
