"""From the bytes of a page to its facts.

`lines.py` makes numbered lines of text, Markdown or HTML, and `outline.py` makes blocks of them: sections, tables,
examples. `fields.py` makes fields of rows, `nesting.py` finds which object has them, and `page.py` puts all together.
"""
