"""Reads vendors' pages, proves specs against them, and reports what a newer copy changes.

The packages build on each other: `read`, `prove`, `change`, `draft`, then the commands. All of them use `facts.py` and
`safe_text.py`.
"""
