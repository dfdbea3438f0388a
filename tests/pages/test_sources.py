"""Pages from a web site that behaves as vendors' sites do, and worse: the page, or an error that says what to do."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

import pytest

from pages import made_pages
from pages.hostile import HEAD, ROW
from pages.writer import BY_TABLES
from toolchain.pages.facts import PageError
from toolchain.pages.read import sources
from toolchain.pages.read.page import read_page
from toolchain.pages.read.sources import content_of
from toolchain.pages.read.text import LARGEST_PAGE

PAGE: Final = BY_TABLES["HTML"](made_pages.BY_TABLES, "zh").content
SHELL: Final = '<!doctype html><html><head><title>Lamps</title></head><body><div id="app"></div><script src="a.js">'
REFUSAL: Final = b"<!doctype html><html><body><h1>403 Forbidden</h1></body></html>"


class FakeResponse(BaseHTTPRequestHandler):
    """What the site answers, by the path."""

    def do_GET(self) -> None:
        getattr(self, f"get_{self.path.strip('/').partition('?')[0]}")()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def send(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def redirect(self, location: str, status: int = 302) -> None:
        self.send(b"", status, Location=location)

    def get_page(self) -> None:
        self.send(PAGE.encode(), Content_Type="text/html; charset=utf-8")

    def get_moved(self) -> None:
        self.redirect("/moved_again", 301)

    def get_moved_again(self) -> None:
        self.redirect("/page?lang=zh")

    def get_login(self) -> None:
        self.redirect(f"http://localhost:{str(self.headers['Host']).rpartition(':')[2]}/page")

    def get_in_circles(self) -> None:
        self.redirect("/in_circles")

    def get_a_file(self) -> None:
        self.redirect("file:///etc/hostname")

    def get_nowhere(self) -> None:
        self.redirect("http://[")

    def get_gzip(self) -> None:
        self.send(gzip.compress(PAGE.encode()), Content_Encoding="gzip")

    def get_deflate(self) -> None:
        self.send(zlib.compress(PAGE.encode()), Content_Encoding="deflate")

    def get_bomb(self) -> None:
        self.send(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip")

    def get_no_gzip(self) -> None:
        self.send(PAGE.encode(), Content_Encoding="gzip")

    def get_brotli(self) -> None:
        self.send(b"\x0b\x02\x80page\x03", Content_Encoding="br")

    def get_gbk(self) -> None:
        self.send(PAGE.encode("gbk"), Content_Type="text/html; charset=GBK")

    def get_gbk_by_meta(self) -> None:
        assert 'charset="utf-8"' in PAGE
        self.send(PAGE.replace('charset="utf-8"', "charset=gb2312").encode("gbk"), Content_Type="text/html")

    def get_utf8_that_is_called_otherwise(self) -> None:
        self.send(PAGE.encode(), Content_Type="text/html; charset=ISO-8859-1")

    def get_unknown_charset(self) -> None:
        self.send(PAGE.encode(), Content_Type="text/html; charset=rot13")

    def get_forbidden(self) -> None:
        self.send(REFUSAL, 403, Content_Type="text/html")

    def get_gone(self) -> None:
        self.send(b"<html>Nothing here</html>", 404)

    def get_busy(self) -> None:
        self.send(b"", 503)

    def get_shell(self) -> None:
        self.send(SHELL.encode(), Content_Type="text/html")

    def get_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"<p>x</p>" * 10_000)

    def get_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            time.sleep(0.05)

    def get_slow_headers(self) -> None:
        while True:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1])
            time.sleep(0.05)

    def get_cut_off(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(PAGE.encode()[:500])

    def get_silence(self) -> None:
        self.close_connection = True


class Site(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: that a reader goes away is what some of the tests are about."""


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
    ["page", "moved", "gzip", "deflate", "gbk", "gbk_by_meta", "utf8_that_is_called_otherwise", "unknown_charset"],
)
def test_a_page_is_read_however_it_is_sent(site: str, path: str) -> None:
    facts = [(fact.place, fact.aspects) for fact in read_page(content_of(f"{site}/{path}")).facts]
    assert facts == [(fact.place, fact.aspects) for fact in read_page(PAGE.encode()).facts]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("login", r"/login: it redirects to another site: pass http://localhost:\d+/page if that is the page"),
        ("in_circles", "redirects"),
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
def test_what_is_wrong_is_said(site: str, path: str, message: str) -> None:
    with pytest.raises(PageError, match=message) as caught:
        content_of(f"{site}/{path}")
    assert f"{site}/{path}: " in str(caught.value)


@pytest.mark.parametrize("path", ["endless", "bomb"])
def test_no_more_is_taken_than_a_page_may_have(site: str, path: str) -> None:
    assert len(content_of(f"{site}/{path}")) > LARGEST_PAGE
    with pytest.raises(PageError, match="more than 2,000,000 bytes"):
        read_page(content_of(f"{site}/{path}"))


@pytest.mark.parametrize("path", ["slow", "slow_headers"])
def test_a_page_that_comes_too_slowly_is_given_up(site: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TIMEOUT", 0.5)
    with pytest.raises(PageError, match=r"the page didn't arrive within 0\.5 seconds"):
        content_of(f"{site}/{path}")


@pytest.mark.parametrize("url", ["https://", "https://127.0.0.1:1/", "http://127.0.0.1:1/"])
def test_a_site_that_is_not_there(url: str) -> None:
    with pytest.raises(PageError, match=r".: .{5}"):
        content_of(url)


def test_a_page_that_scripts_would_write(site: str) -> None:
    with pytest.raises(PageError, match="scripts may write its text: save it in a browser"):
        read_page(content_of(f"{site}/shell"))


@pytest.mark.parametrize("write", [lambda text: text.encode(), lambda text: text.encode("utf-8-sig")])
def test_a_file_is_taken_as_it_is(write: Callable[[str], bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("page") / "page.txt"
    file.write_bytes(write(HEAD + ROW))
    assert content_of(str(file)) == write(HEAD + ROW)
