"""Pages from a web site that behaves as vendors' sites do, and worse: the page, or an error with advice."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

import pytest

from pages.writer import LAYOUTS
from toolchain.pages.facts import PageError
from toolchain.pages.read import sources
from toolchain.pages.read.page import read_page
from toolchain.pages.read.sources import read_source
from toolchain.pages.read.text import LARGEST_PAGE

PAGE: Final = LAYOUTS["HTML"].by_hand("zh")
SHELL: Final = '<!doctype html><html><head><title>Lamps</title></head><body><div id="app"></div><script src="a.js">'


def response(content: bytes = b"", status: int = 200, **headers: str) -> bytes:
    fields = {"Content_Length": str(len(content)), "Connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + content


def page_of(encoding: str, content_type: str) -> bytes:
    content = PAGE.replace('charset="utf-8"', "charset=gb2312") if encoding == "gbk" else PAGE
    return response(content.encode(encoding), Content_Type=content_type)


PAGES: Final[dict[str, bytes]] = {
    "page": page_of("utf-8", "text/html; charset=utf-8"),
    "moved": response(status=302, Location="/moved_again"),
    "gzip": response(gzip.compress(PAGE.encode()), Content_Encoding="gzip"),
    "deflate": response(zlib.compress(PAGE.encode()), Content_Encoding="deflate"),
    "gbk": page_of("gbk", "text/html; charset=GBK"),
    "gbk_by_meta": page_of("gbk", "text/html"),
    "utf8_called_latin1": page_of("utf-8", "text/html; charset=ISO-8859-1"),
    "unknown_charset": page_of("utf-8", "text/html; charset=rot13"),
}
ERRORS: Final[dict[str, tuple[bytes, str]]] = {
    "in_a_loop": (response(status=302, Location="/in_a_loop"), "redirects"),
    "a_file": (response(status=302, Location="file:///etc/hostname"), "unsupported protocol 'file://'"),
    "nowhere": (response(status=302, Location="http://["), "it redirects to another site"),
    "no_gzip": (response(PAGE.encode(), Content_Encoding="gzip"), "incorrect header"),
    "brotli": (response(b"\x0b\x02\x80page\x03", Content_Encoding="br"), "unsupported compression: br"),
    "forbidden": (response(b"<h1>403</h1>", 403), "status 403: the site refuses programs; save the page in a browser"),
    "gone": (response(b"<html>Nothing here</html>", 404), "status 404: the page no longer exists"),
    "busy": (response(status=503), "status 503: the site didn't return the page"),
    "cut_off": (response(PAGE.encode()[:500], Content_Length="1000000"), "peer closed connection"),
    "silence": (b"", "disconnected"),
}
SENT: Final[dict[str, bytes]] = {
    **PAGES,
    **{path: sent for path, (sent, _) in ERRORS.items()},
    "moved_again": response(status=302, Location="/page?lang=zh"),
    "bomb": response(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip"),
    "shell": response(SHELL.encode(), Content_Type="text/html"),
}
"""What the site sends, by the path."""
REPEATED: Final = {
    "endless": (b"HTTP/1.1 200 OK\r\n\r\n", b"<p>x</p>" * 10_000, 0.0),
    "slow": (b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.05),
    "slow_headers": (b"", b"H", 0.05),
}
"""What it sends without an end: first, then again and again, with a pause in seconds."""


class FakeResponse(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        self.close_connection = True
        if name == "login":
            port = str(self.headers["Host"]).rpartition(":")[2]
            self.wfile.write(response(status=302, Location=f"http://localhost:{port}/page"))
        elif name in SENT:
            self.wfile.write(SENT[name])
        else:
            first, more, pause = REPEATED[name]
            self.wfile.write(first)
            while True:
                self.wfile.write(more)
                time.sleep(pause)


class Site(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: some tests are about a reader that goes away."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with Site(("127.0.0.1", 0), FakeResponse) as http:
        http.daemon_threads = True
        http.block_on_close = False
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_however_it_is_sent(site: str, path: str) -> None:
    facts = [(fact.place, fact.aspects) for fact in read_page(read_source(f"{site}/{path}")).facts]
    assert facts == [(fact.place, fact.aspects) for fact in read_page(PAGE.encode()).facts]


LOGIN: Final = r"/login: it redirects to another site: pass http://localhost:\d+/page if that is the page"


@pytest.mark.parametrize(("path", "message"), [("login", LOGIN), *((path, ERRORS[path][1]) for path in ERRORS)])
def test_the_error_names_the_problem_and_the_address(site: str, path: str, message: str) -> None:
    with pytest.raises(PageError, match=message) as caught:
        read_source(f"{site}/{path}")
    assert f"{site}/{path}: " in str(caught.value)


@pytest.mark.parametrize("path", ["endless", "bomb"])
def test_reading_stops_at_the_largest_size_of_a_page(site: str, path: str) -> None:
    assert len(read_source(f"{site}/{path}")) > LARGEST_PAGE
    with pytest.raises(PageError, match="more than 2,000,000 bytes"):
        read_page(read_source(f"{site}/{path}"))


@pytest.mark.parametrize("path", ["slow", "slow_headers"])
def test_a_page_that_arrives_too_slowly_is_an_error(site: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TIMEOUT", 0.3)
    with pytest.raises(PageError, match=r"the page didn't arrive within 0\.3 seconds"):
        read_source(f"{site}/{path}")


@pytest.mark.parametrize("url", ["https://", "https://127.0.0.1:1/", "http://127.0.0.1:1/"])
def test_a_site_that_does_not_exist_is_an_error(url: str) -> None:
    with pytest.raises(PageError, match=r".: .{5}"):
        read_source(url)


def test_the_error_for_a_page_of_scripts_names_the_way_out(site: str) -> None:
    with pytest.raises(PageError, match="scripts may write its text: save it in a browser"):
        read_page(read_source(f"{site}/shell"))
