"""What a body may be packed with: what was asked for and no more, whatever other decoders are installed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from httpx import _decoders

from cloudkeys import Password
from cloudkeys.errors import DecodeError, ServerError
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock, over_sockets
from runtime.failing import answering, assert_shows_no_secret, failure
from runtime.services import SECRET, TOKEN, credential, show

BODY = credential("AK").body


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


PACKED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "gzip in capitals": ("GZIP", gzip.compress(BODY)),
    "gzip by its old name": ("x-gzip", gzip.compress(BODY)),
    "deflate": ("deflate", zlib.compress(BODY)),
    "deflate without the header of zlib": ("deflate", raw_deflate(BODY)),
    "identity": ("identity", BODY),
    "nothing": ("", BODY),
    **{f"deflate at level {level}": ("deflate", zlib.compress(BODY, level)) for level in range(10)},
}
OTHERS = ["br", "zstd", "compress", "gzip, gzip", "identity, br", "x" * 5000]


@pytest.fixture(autouse=True)
def _planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have httpx know decoders of br and zstd, which it finds where they are installed, and they must not be asked."""

    class Explosive:
        def __init__(self) -> None:
            raise AssertionError("a decoder was asked that knows no bounds")

    for name in ("br", "zstd"):
        monkeypatch.setitem(_decoders.SUPPORTED_DECODERS, name, Explosive)


@over_sockets
@pytest.mark.parametrize("name", PACKED)
def test_what_was_asked_for_is_read(driver: Driver, name: str) -> None:
    encoding, content = PACKED[name]
    asked: list[str] = []

    def answer(request: httpx.Request) -> FakeResponse:
        asked.append(request.headers["Accept-Encoding"])
        return FakeResponse(200, content, {"Content-Encoding": encoding} if encoding else {})

    assert show(driver, driver.huawei(answer, token=TOKEN)).access == "AK"
    assert asked == ["gzip, deflate"]


@over_sockets
@pytest.mark.parametrize("name", ["gzip", "deflate", "deflate without the header of zlib"])
def test_it_is_read_in_pieces_of_any_size(driver: Driver, name: str) -> None:
    encoding, content = PACKED[name]
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, stream=Pieces(content), headers={"Content-Encoding": encoding})
    )
    connections = driver.connections(transport=transport, async_transport=transport)
    huawei = driver.front_classes[1](base_url="http://127.0.0.1:1", token=TOKEN, connections=connections)
    assert show(driver, huawei).access == "AK"


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        return (self._content[place : place + 1] for place in range(len(self._content)))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for place in range(len(self._content)):
            yield self._content[place : place + 1]


@over_sockets
@pytest.mark.parametrize("encoding", OTHERS)
def test_another_encoding_is_an_error_that_names_it(driver: Driver, encoding: str) -> None:
    error = failure(driver, answering(BODY, 200, {"Content-Encoding": encoding}))
    assert type(error) is DecodeError
    assert f"the content encoding is {encoding[:50]}, which wasn't asked for" in str(error)
    assert len(str(error)) < 500


@over_sockets
def test_nor_is_one_read_that_a_header_of_your_own_asks_for(driver: Driver) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> FakeResponse:
        asked.append(request.headers["Accept-Encoding"])
        return FakeResponse(200, BODY, {"Content-Encoding": "br"})

    client = driver.huawei(answer, token=TOKEN).iam_v3.with_options(headers={"Accept-Encoding": "br"})
    with pytest.raises(DecodeError, match="the content encoding is br, which wasn't asked for"):
        driver.do(lambda: client.show_permanent_access_key("AK"))
    assert asked == ["br"]


@over_mock
def test_its_name_is_shown_printable(driver: Driver) -> None:
    error = failure(driver, answering(b"", 200, {"Content-Encoding": "\x1b[31mbr"}))
    assert type(error) is DecodeError
    assert "the content encoding is \\x1b[31mbr" in str(error)


@over_sockets
@pytest.mark.parametrize("encoding", OTHERS[:4])
def test_that_of_a_login_too(driver: Driver, encoding: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> FakeResponse:
        asked.append(request.headers["Accept-Encoding"])
        return FakeResponse(201, b"{}", {"Content-Encoding": encoding, "X-Subject-Token": TOKEN})

    error = failure(driver, answer, token=None, password=Password(user="u", password=SECRET, domain="d"))
    assert type(error) is DecodeError
    assert f"the content encoding is {encoding}, which wasn't asked for" in str(error)
    assert asked == ["gzip, deflate"]
    assert_shows_no_secret(error)


@over_sockets
def test_an_error_with_another_encoding_is_still_that_error(driver: Driver) -> None:
    error = failure(driver, answering(b"", 503, {"Content-Encoding": "br", "X-Request-Id": "r-1"}))
    assert type(error) is ServerError
    assert error.request_id == "r-1"


@over_sockets
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_ends_too_early_or_goes_on_behind_its_end_is_damaged(driver: Driver, encoding: str) -> None:
    packed = PACKED[encoding][1]
    for content in (packed[:-1], packed[:1], packed + b"x", packed + packed, packed + b"\0"):
        error = failure(driver, answering(content, 200, {"Content-Encoding": encoding}))
        assert type(error) is DecodeError
        assert "the content encoding is damaged" in str(error)


@over_sockets
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_nothing_at_all_is_not_damaged(driver: Driver, encoding: str) -> None:
    error = failure(driver, answering(b"", 200, {"Content-Encoding": encoding}))
    assert "JSON" in str(error) or "truncated" in str(error)
