"""The pages, one file each: being there is its registration.

A file defines ``pages``, a Flask blueprint with an endpoint ``index``, and ``MENU`` (its place in the navigation and its
title), or none where it is reached from another page.
"""
