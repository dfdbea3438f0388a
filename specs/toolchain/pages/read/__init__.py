"""Reads the facts of a page from its bytes.

`lines.py` turns text, Markdown or HTML into numbered lines; `outline.py` splits them into sections, tables and
examples. `fields.py` turns rows into fields, `nesting.py` assigns them to objects, and `page.py` combines everything.
"""
