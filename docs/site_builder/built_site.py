"""Checks of the built site's files: every link leads somewhere, and no page loads anything from another host."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import attrs
from lxml import html

from toolchain.document import operations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REDOC: Final = "openapi.html"
"""The file name of the pages of Redoc."""
_LOADED: Final = "//@src | //@srcset | //link/@href | //object/@data | //*[local-name()='use']/@href | //@poster"
_IN_STYLE: Final = re.compile(r"""(?:url\(\s*|@import\s+)["']?(?P<url>[^"')\s;]+)""")
_UNLISTED: Final = {"404.html"}
"""Pages that no link leads to."""
_LONELY: Final = "no page links to it; name it in `nav` of docs/mkdocs.yml"


@attrs.frozen
class BuiltPage:
    """A page of the built site.

    Attributes:
        file: Its file.
        anchors: The IDs on it.
        links: What it leads to.
        loaded: What a browser loads with it.
    """

    file: Path
    anchors: frozenset[str]
    links: tuple[str, ...]
    loaded: tuple[str, ...]


def read_page(file: Path) -> BuiltPage:
    """Return a page of the built site."""
    tree = html.document_fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    styles = "\n".join([*tree.xpath("//style/text()"), *tree.xpath("//@style")])
    return BuiltPage(
        file,
        frozenset(map(str, tree.xpath("//@id | //a/@name"))),
        tuple(map(str, tree.xpath("//a/@href"))),
        (*map(str, tree.xpath(_LOADED)), *_IN_STYLE.findall(styles)),
    )


def problems(site: Path) -> list[str]:
    """Return the problems of a built site, one line each: dead links and anchors, outside URLs, pages without a link.

    Args:
        site: The folder of the built site.
    """
    pages = {page.file: page for page in map(read_page, sorted(site.rglob("*.html")))}
    if not pages:
        return [f"{site}: no pages"]
    found: list[str] = []
    linked: set[Path] = set()
    for page in pages.values():
        name = page.file.relative_to(site)
        found += [f"{name}: {problem}" for problem in _loads(page.loaded, page.file.parent, site)]
        for link in page.links:
            parts = urlsplit(link)
            if page.file.name == REDOC and parts.path.startswith("/"):
                continue  # Redoc's own script follows these; they are no files.
            if parts.scheme or parts.netloc:
                found += [] if parts.scheme in {"https", "mailto"} else [f"{name}: a link to {link}"]
                continue
            target = _target(parts.path, page.file, site)
            linked |= {target} if target != page.file else set()
            if not target.exists():
                found.append(f"{name}: nothing is at {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in _anchors(pages[target]):
                found.append(f"{name}: no such anchor: {link}")
    for sheet in site.rglob("*.css"):
        urls = _IN_STYLE.findall(sheet.read_text(encoding="utf-8"))
        found += [f"{sheet.relative_to(site)}: {problem}" for problem in _loads(urls, sheet.parent, site)]
    lonely = [file.relative_to(site) for file in pages if file not in linked]
    found += [f"{name}: {_LONELY}" for name in lonely if str(name) not in _UNLISTED | {"index.html"}]
    return found


def _anchors(page: BuiltPage) -> frozenset[str]:
    """Return the IDs on a page; on a page of Redoc, whose script creates them, the routes of its operations."""
    return frozenset(routes(page.file.with_suffix(".json"))) if page.file.name == REDOC else page.anchors


def routes(spec: Path) -> list[str]:
    """Return the route of each operation on a page of Redoc, such as `/secrets/listsecrets`.

    Args:
        spec: The spec that the page shows.
    """
    document = json.loads(spec.read_text(encoding="utf-8"))
    found = [place.operation for place in operations(document)]
    return [f"/{one['tags'][0]}/{one['operationId'].lower()}" for one in found]


def _loads(urls: Iterator[str] | tuple[str, ...] | list[str], folder: Path, site: Path) -> Iterator[str]:
    for url in urls:
        parts = urlsplit(url)
        if parts.netloc or parts.scheme not in {"", "data"}:
            yield f"loads {url}"
        elif not parts.scheme and parts.path and not _target(parts.path, folder / "index.html", site).exists():
            yield f"loads {url}, which isn't there"


def _target(path: str, file: Path, site: Path) -> Path:
    """Return the file that a path leads to, from a page."""
    if not path:
        return file
    start = site if path.startswith("/") else file.parent
    target = (start / unquote(path).lstrip("/")).resolve()
    return target / "index.html" if target.is_dir() else target
