"""Vendors' pages as facts: reading a page, proving a spec against it, and reporting what a newer copy changes.

The rooms build on each other: `read`, then `prove`, `change`, `draft`, and on top of all the commands. `facts.py` and
`safe_text.py` are for all of them.
"""
