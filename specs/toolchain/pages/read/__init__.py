"""From the bytes of a page to its facts.

`text.py` makes numbered lines of text, Markdown or HTML. `outline.py` makes blocks of the lines: sections, tables,
examples. `fields.py` and `nesting.py` make fields of the rows of tables. `page.py` puts all together.
"""
