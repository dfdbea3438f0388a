"""Pages from a web site that behaves as vendors' sites do, and worse: the page, or an error with advice."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

from pages.hostile import HEAD, ROW
from pages.writer import LAYOUTS
from toolchain.pages.facts import PageError
from toolchain.pages.read import sources
from toolchain.pages.read.page import read_page
from toolchain.pages.read.sources import read_source
from toolchain.pages.read.text import LARGEST_PAGE

PAGE: Final = LAYOUTS["HTML"].by_hand("zh")
SHELL: Final = '<!doctype html><html><head><title>Lamps</title></head><body><div id="app"></div><script src="a.js">'


def response(content: bytes, status: int = 200, **headers: str) -> bytes:
    fields = {"Content_Length": str(len(content)), "Connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + content


def redirect(location: str) -> bytes:
    return response(b"", 302, Location=location)


SENT: Final[dict[str, bytes]] = {
    "page": response(PAGE.encode(), Content_Type="text/html; charset=utf-8"),
    "moved": redirect("/moved_again"),
    "moved_again": redirect("/page?lang=zh"),
    "in_a_loop": redirect("/in_a_loop"),
    "a_file": redirect("file:///etc/hostname"),
    "nowhere": redirect("http://["),
    "gzip": response(gzip.compress(PAGE.encode()), Content_Encoding="gzip"),
    "deflate": response(zlib.compress(PAGE.encode()), Content_Encoding="deflate"),
    "bomb": response(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip"),
    "no_gzip": response(PAGE.encode(), Content_Encoding="gzip"),
    "brotli": response(b"\x0b\x02\x80page\x03", Content_Encoding="br"),
    "gbk": response(PAGE.encode("gbk"), Content_Type="text/html; charset=GBK"),
    "gbk_by_meta": response(PAGE.replace('charset="utf-8"', "charset=gb2312").encode("gbk"), Content_Type="text/html"),
    "utf8_called_latin1": response(PAGE.encode(), Content_Type="text/html; charset=ISO-8859-1"),
    "unknown_charset": response(PAGE.encode(), Content_Type="text/html; charset=rot13"),
    "forbidden": response(b"<!doctype html><html><body><h1>403 Forbidden</h1></body></html>", 403),
    "gone": response(b"<html>Nothing here</html>", 404),
    "busy": response(b"", 503),
    "shell": response(SHELL.encode(), Content_Type="text/html"),
    "cut_off": response(PAGE.encode()[:500], Content_Length="1000000"),
    "silence": b"",
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
            self.wfile.write(redirect(f"http://localhost:{str(self.headers['Host']).rpartition(':')[2]}/page"))
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


@pytest.mark.parametrize(
    "path",
    ["page", "moved", "gzip", "deflate", "gbk", "gbk_by_meta", "utf8_called_latin1", "unknown_charset"],
)
def test_a_page_is_read_however_it_is_sent(site: str, path: str) -> None:
    facts = [(fact.place, fact.aspects) for fact in read_page(read_source(f"{site}/{path}")).facts]
    assert facts == [(fact.place, fact.aspects) for fact in read_page(PAGE.encode()).facts]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("login", r"/login: it redirects to another site: pass http://localhost:\d+/page if that is the page"),
        ("in_a_loop", "redirects"),
        ("a_file", "unsupported protocol 'file://'"),
        ("nowhere", "it redirects to another site"),
        ("no_gzip", "incorrect header"),
        ("brotli", "unsupported compression: br"),
        ("forbidden", "status 403: the site refuses programs; save the page in a browser"),
        ("gone", "status 404: the page no longer exists"),
        ("busy", "status 503: the site didn't return the page"),
        ("cut_off", "peer closed connection"),
        ("silence", "disconnected"),
    ],
)
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_is_read_unchanged(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    file.write_bytes((HEAD + ROW).encode(encoding))
    assert read_source(str(file)) == (HEAD + ROW).encode(encoding)
