"""Visits every page of the built site in Chromium: on a desktop and on a phone, light and dark.

Fails on violations of accessibility that axe finds, errors in the console, requests that leave this machine, and pages
that are wider than the phone. The screenshots are for people to look at.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import threading
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from site_builder.built_site import routes
from site_builder.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

SITE: Final = ROOT / "docs" / ".build" / "site"
SCREENSHOTS: Final = ROOT / "docs" / ".build" / "screenshots"
VIEWS: Final = {"desktop": (1280, 900), "phone": (390, 844)}
"""Width and height in CSS pixels."""
SCHEMES: Final = ("light", "dark")
_REDOC: Final = "operations/*/openapi.html*"
EXCEPTIONS: Final = (
    # Page, rule, and the beginning of the element's HTML: violations that this project can't fix.
    # Zensical's navigation, its sections and the buttons of code have no names, and no setting changes that.
    ("*", "landmark-unique", '<nav class="md-'),
    # Redoc's layout: its sidebar isn't a landmark, and its headings start below the first level. It has no template.
    (_REDOC, "region", "<"),
    (_REDOC, "heading-order", "<h4"),
    (_REDOC, "page-has-heading-one", "<html"),
)

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_SWITCHES: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # The pages are ours, and the sandbox can't start where the tests run as root.
)


def chromium() -> str:
    """Return the path of the browser: the environment's CHROMIUM, or an installed one.

    Raises:
        SystemExit: There is none.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise SystemExit(f"no browser: install Chromium (one of {', '.join(_NAMES)}), or set CHROMIUM to its path")
    return found


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's names
        """Don't log requests."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; yields its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def excused(page: str, rule: str, element: str) -> bool:
    """Return whether an exception covers a violation."""
    return any(fnmatch(page, where) and rule == what and element.startswith(start) for where, what, start in EXCEPTIONS)


def look_at(page: Page, base: str, name: str, axe: str) -> list[str]:
    """Visit one page, and return its problems, one line each.

    Args:
        page: The tab of the browser.
        base: The URL of the site.
        name: The path of the page.
        axe: The script of axe.
    """
    found: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((base, "data:", "blob:")):
            found.append(f"asked for {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.on("request", on_request)
    page.goto(base + name, wait_until="networkidle")
    # Redoc's search box shows this until its index is ready.
    page.get_by_text("Loading...").first.wait_for(state="hidden")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        found.append(f"wider than the window by {wide} pixels")
    page.evaluate(axe)
    outcome: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for violation in outcome["violations"]:
        nodes = [node["html"] for node in violation["nodes"] if not excused(name, violation["id"], node["html"])]
        found += [f"{violation['impact']}: {violation['id']}: {violation['help']}: {html[:160]}" for html in nodes]
    return found


def look(browser: Browser, base: str, names: Sequence[str], axe: str) -> Iterator[str]:
    """Visit all pages in all views, take a screenshot of each, and yield the problems, one line each."""
    for view, (width, height) in VIEWS.items():
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            for name in names:
                page = context.new_page()
                found = look_at(page, base, name, axe)
                file = re.sub(r"[^\w.-]+", "-", name.removesuffix("index.html").strip("/")) or "home"
                page.screenshot(path=SCREENSHOTS / f"{file}-{view}-{scheme}.png", full_page=True)
                page.close()
                yield from (f"{name} ({view}, {scheme}): {problem}" for problem in found)
            context.close()


def page_names(site: Path) -> list[str]:
    """Return the paths of all pages, and the routes of all operations, which are separate pages in Redoc."""
    names = [file.relative_to(site).as_posix() for file in sorted(site.rglob("*.html"))]
    for spec in sorted(site.rglob("openapi.json")):
        page = spec.with_suffix(".html").relative_to(site).as_posix()
        names += [f"{page}#{route}" for route in routes(spec)]
    return names


def main(arguments: Sequence[str] | None = None) -> int:
    """Visit the built site; return 0 if it has no problems."""
    parser = argparse.ArgumentParser(prog="site_builder.look", description=__doc__)
    parser.add_argument("axe", type=Path, help="axe.min.js")
    parser.add_argument("--only", default="*", help="a pattern of pages, such as operations/*")
    options = parser.parse_args(arguments)
    # Imported late, so that the rest of this module can be tested without a browser.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    executable = chromium()
    names = [name for name in page_names(SITE) if fnmatch(name, options.only)]
    if not names:
        raise SystemExit(f"no pages in {SITE}: build the site first")
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir(parents=True)
    with served(SITE) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_SWITCHES))
        problems = 0
        for problem in look(browser, base, names, options.axe.read_text(encoding="utf-8")):
            print(problem, flush=True)
            problems += 1
        browser.close()
    print(f"{len(names)} pages, {len(VIEWS) * len(SCHEMES)} views each: {problems} problems; {SCREENSHOTS}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
