"""Writes the parts of a page in each layout that the reader knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import escape
from typing import Final, NamedTuple, TypeAlias

from hypothesis.strategies import SearchStrategy

from pages import made_pages
from pages.made_pages import Page, Part, Style, Table, Text, facts_of, parts_of
from pages.words_of_pages import Aspects, Cell, Language, Prose, in_blocks, in_one_line, over_lines

Mark: TypeAlias = Callable[[Text], str]
Write: TypeAlias = Callable[[Iterable[Part]], str]


def write(
    parts: Iterable[Part],
    table: Callable[[Table], Iterable[str]],
    mark: Mark = lambda part: part.text,
    *,
    captions: bool = True,
    gap: str = "\n",
) -> str:
    """Write parts one below the other, and a caption above its table."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, Text):
            lines.append(mark(part))
        else:
            lines += [part.caption] if captions and part.caption else []
            lines.append("\n".join(table(part)))
    return gap.join(lines) + "\n"


def rows_of(table: Table) -> list[list[Cell]]:
    """Return the rows of a table below its header."""
    return [[(column,) for column in table.columns], *map(list, table.rows)]


def cell_a_line(table: Table) -> list[str]:
    """Write a cell a line, with empty lines between."""
    return [text for row in rows_of(table) for cell in row for line in cell if line for text in ("", line)]


def rows_alone(table: Table) -> list[str]:
    """Write a cell a line, without a heading where the section has only one table."""
    rows = table.rows if table.kind in {"request", "response"} else rows_of(table)
    return [line for row in rows for cell in row for line in cell if line]


def ended_by_pipes(table: Table) -> Iterator[str]:
    """Write a pipe behind each cell, and one alone before each row."""
    yield from ("|", *(f"{column} |" for column in table.columns), "|" + "---|" * len(table.columns))
    for row in table.rows:
        yield "|"
        for cell in row:
            yield from (*cell[:-1], f"{cell[-1]} |")


def joined_cells(table: Table) -> Iterator[str]:
    """Write the short cells of a row in one line, and its texts below."""
    yield "".join(table.columns)
    for row in table.rows:
        if table.kind == "permission":
            (action,), (level,), *rest = row
            yield from (action + level, *(f"    {text}" for (text,) in rest))
        elif table.kind == "errors":
            yield "".join(text for (text,) in row)
        else:
            *short, description, example = row
            texts = ["", *description, "", *example] if example[0] else ["", *description]
            yield from ("".join(text for (text,) in short), *(texts if any(texts) else []))


def between_pipes(table: Table) -> Iterator[str]:
    """Write a row a line, between pipes."""
    header, *rows = ([" ".join(cell).replace("|", "\\|") for cell in row] for row in rows_of(table))
    yield from (f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))


def markdown_rows(table: Table) -> Iterator[str]:
    """Write a row a line, with breaks in cells, and with marks and escapes."""
    yield f"| {' | '.join(f'**{name}**' for name in table.columns)} |"
    yield f"|{' --- |' * len(table.columns)}"
    for (name,), *cells in table.rows:
        shown = ["<br>".join(re.sub(r"([*_<>\[\]])", r"\\\1", line) for line in cell) for cell in cells]
        yield f"| {' | '.join([f'[{name}](https://docs.example/a_b)', *shown])} |"


def over_paragraphs(table: Table) -> Iterator[str]:
    """Write rows between pipes whose last cells go on over several paragraphs, as the older Markdown has them."""
    yield from (f"|{'|'.join(table.columns)}|", "|" + "--|" * len(table.columns))
    for row in table.rows:
        cells = [[re.sub(r"([*_<>\[\]{}])", r"\\\1", line) for line in cell] for cell in row]
        yield "|" + "|".join("\n\n".join(cell) + ("\n\n " if len(cell) > 1 else "") for cell in cells) + "|"


def marked(part: Text, *, is_older: bool = False) -> str:
    """Mark a line as Markdown; the older has attributes, and code below bullets."""
    heading = {"title": "#", "section": "##"}.get(part.role)
    if heading:
        return f"{heading} {part.text}" + (" {#part .section}" if is_older else "")
    if part.role != "json":
        return part.text.replace("|", "\\|")
    return f"-   JSON\n\n    ``` {{#shown}}\n\n{part.text}\n\n    ```" if is_older else f"```json\n{part.text}\n```"


def restructured(part: Text) -> str:
    """Mark a line as reStructuredText."""
    if part.role == "json":
        return ".. code-block::\n\n" + "\n".join(f"   {line}" for line in part.text.split("\n")) + "\n"
    underline = {"title": "=", "section": "-"}.get(part.role)
    return f"{part.text}\n{underline * width_of(part.text)}\n" if underline else escaped(part.text) + "\n"


def escaped(text: str) -> str:
    return re.sub(r"([*_`|\\])", r"\\\1", text)


def width_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def directive(kind: str, table: Table) -> str:
    """Return the first line of a table; its number is bold."""
    return re.sub(r" (\S*?\d+) ", r" **\1** ", f".. {kind}:: {table.caption or ''}").rstrip()


def paragraphs(table: Table) -> list[list[list[str]]]:
    """Return the lines of each cell; each line is a paragraph."""
    return [[[line for text in cell for line in (escaped(text), "")][:-1] for cell in row] for row in rows_of(table)]


def grid(table: Table) -> Iterator[str]:
    """Write a grid table."""
    rows = paragraphs(table)
    widths = [max(width_of(line) for cell in column for line in [*cell, ""]) + 2 for column in zip(*rows, strict=True)]
    yield from (directive("table", table), "")
    for place, row in enumerate(rows):
        yield "   +" + "+".join(("=" if place == 1 else "-") * width for width in widths) + "+"
        for at in range(max(map(len, row))):
            texts = [cell[at] if at < len(cell) else "" for cell in row]
            shown = (f" {text}{' ' * (width - width_of(text) - 1)}" for text, width in zip(texts, widths, strict=True))
            yield "   |" + "|".join(shown) + "|"
    yield "   +" + "+".join("-" * width for width in widths) + "+\n"


def list_table(table: Table) -> Iterator[str]:
    """Write a list table."""
    yield from (directive("list-table", table), "   :header-rows: 1", "")
    for row in paragraphs(table):
        for at, (first, *rest) in enumerate(row):
            yield f"   {' ' if at else '*'} - {first}"
            yield from (f"       {line}".rstrip() for line in rest)
    yield ""


HEAD: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Somewhere else</title>
<style>table { color: red }</style><script>var rows = "| Parameter | Type |";</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li>Lamps &amp; more</li></ul></nav>
<!-- a comment with <td>cells</td> -->
<div class="main" id=main>
"""
TAGS: Final = {
    "title": "<h1>{}</h1>",
    "section": "<h4><a name='x'></a>{}</h4>",
    "sample": "<pre>{}</pre>",
    "text": "<p><b></b>{}</p>",
    "json": '<div class="code"><pre><code class="json">{}</code></pre></div>',
}


def html(parts: Iterable[Part]) -> str:
    """Write a saved page of HTML, with what surrounds its content."""
    content = write(parts, html_table, lambda part: TAGS[part.role].format(escape(part.text)), captions=False)
    return f"{HEAD}\n{content}</div><script>track('| Parameter | Type |')</script></body></html>\n"


def html_table(table: Table) -> Iterator[str]:
    yield '<div class="tablenoborder"><table cellpadding="4" summary="">'
    if table.caption:
        yield f"<caption><b>{escape(table.caption)}</b></caption>"
    heads = "\n".join(f'<th align="left" valign="top"><p>{escape(text)}</p>\n</th>' for text in table.columns)
    yield f"<thead><tr>{heads}\n</tr>\n</thead>\n<tbody>"
    for row in table.rows:
        yield from ("<tr>", *(html_cell(cell, is_linked=at == 0) for at, cell in enumerate(row)), "</tr>")
    yield "</tbody></table></div>"


def html_cell(cell: Cell, *, is_linked: bool) -> str:
    first, *rest = (escape(line, quote=False).replace("。", "&#12290;") for line in cell)
    inner = f'<a href="#{escape(cell[0])}">{first}</a>' if is_linked else f"<p>{first}</p>"
    if rest:
        inner += "<ul>" + "\n".join(f"<li><strong></strong>{line}</li>" for line in rest) + "</ul>"
    return f"<td class='cell'>\n{inner}\n</td>"


class Written(NamedTuple):
    """A page, and its facts."""

    content: str
    facts: dict[str, Aspects]


class Layout(NamedTuple):
    """A layout, a page that was made by hand for it, and random ones."""

    write: Write
    page: Page
    pages: SearchStrategy[Page]
    prose: Prose = over_lines
    has_flags: bool = True

    def written(self, page: Page, language: Language) -> Written:
        style = Style(language, self.prose, self.has_flags)
        return Written(self.write(parts_of(page, style)), facts_of(page, style))

    def by_hand(self, language: Language) -> str:
        return self.written(self.page, language).content


_by_tables: Final = partial(Layout, page=made_pages.BY_TABLES, pages=made_pages.random_pages(are_flat=False))
_in_one_table: Final = partial(Layout, page=made_pages.IN_ONE_TABLE, pages=made_pages.random_pages(are_flat=True))
_CELL_A_LINE: Final = partial(write, table=cell_a_line, gap="\n\n")
_MARKDOWN: Final = partial(write, table=markdown_rows, mark=marked)
_OLDER_MARKDOWN: Final = partial(write, table=over_paragraphs, mark=partial(marked, is_older=True), gap="\n\n")
LAYOUTS: Final[dict[str, Layout]] = {
    "a cell a line": _by_tables(_CELL_A_LINE),
    "a pipe behind each cell": _by_tables(partial(write, table=ended_by_pipes, captions=False)),
    "rows between pipes": _by_tables(partial(write, table=between_pipes), prose=in_one_line),
    "blocks, a cell a line": _by_tables(partial(write, table=cell_a_line), prose=in_blocks),
    "Markdown": _by_tables(_MARKDOWN),
    "older Markdown": _by_tables(_OLDER_MARKDOWN),
    "reStructuredText": _by_tables(partial(write, table=grid, mark=restructured, captions=False)),
    "reStructuredText with list tables": _by_tables(
        partial(write, table=list_table, mark=restructured, captions=False)
    ),
    "no Yes and no No": _by_tables(_CELL_A_LINE, has_flags=False),
    "HTML": _by_tables(html),
    "in one table: joined cells": _in_one_table(partial(write, table=joined_cells)),
    "in one table: rows alone": _in_one_table(partial(write, table=rows_alone)),
    "in one table: Markdown": _in_one_table(_MARKDOWN),
    "in one table: older Markdown": _in_one_table(_OLDER_MARKDOWN),
    "in one table: HTML": _in_one_table(html),
}
