"""Encodings: which packed bodies are read, and what happens with others."""

from __future__ import annotations

import gzip
import zlib

import httpx
import pytest
from httpx import _decoders

from cloudkeys.errors import DecodeError, ServerError
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock, over_sockets
from runtime.bodies import Pieces, settings_with_body
from runtime.failing import assert_shows_no_secret, failure, failure_at, respond
from runtime.services import PASSWORD, TOKEN, credential, show

BODY = credential("AK").body


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


PACKED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "GZIP": ("GZIP", gzip.compress(BODY)),
    "x-gzip": ("x-gzip", gzip.compress(BODY)),
    "deflate without a zlib header": ("deflate", raw_deflate(BODY)),
    "identity": ("identity", BODY),
    "none": ("", BODY),
    **{f"deflate at level {level}": ("deflate", zlib.compress(BODY, level)) for level in (0, 1, 6, 9)},
}
OTHERS = ["br", "zstd", "gzip, gzip", "identity, br", "x" * 5000]


@pytest.fixture(autouse=True)
def _no_other_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let httpx find decoders of br and zstd, as if they were installed; using them fails the test."""

    class Explosive:
        def __init__(self) -> None:
            raise AssertionError("a decoder was used that has no bounds")

    for name in ("br", "zstd"):
        monkeypatch.setitem(_decoders.SUPPORTED_DECODERS, name, Explosive)


@over_sockets
def test_a_body_in_an_accepted_encoding_is_read(driver: Driver) -> None:
    for encoding, content in PACKED.values():
        accepted: list[str] = []

        def handle(request: httpx.Request, encoding: str = encoding, content: bytes = content) -> FakeResponse:
            accepted.append(request.headers["Accept-Encoding"])  # noqa: B023 - called in this round
            return FakeResponse(200, content, {"Content-Encoding": encoding} if encoding else {})

        assert show(driver, driver.huawei(handle, token=TOKEN)).access == "AK"
        assert accepted == ["gzip, deflate"]


@over_mock
@pytest.mark.parametrize("name", ["gzip", "deflate at level 6", "deflate without a zlib header"])
def test_a_packed_body_is_read_byte_by_byte(driver: Driver, name: str) -> None:
    encoding, content = PACKED[name]
    settings = settings_with_body(driver, Pieces([bytes([byte]) for byte in content]), encoding)
    assert show(driver, driver.front_classes[1](token=TOKEN, **settings)).access == "AK"


@over_sockets
@pytest.mark.parametrize("encoding", OTHERS)
def test_another_encoding_is_an_error_that_names_it(driver: Driver, encoding: str) -> None:
    body = respond(BODY, 200, {"Content-Encoding": encoding})
    login = respond(b"{}", 201, {"Content-Encoding": encoding, "X-Subject-Token": TOKEN})
    for error in (failure(driver, body), failure(driver, login, token=None, password=PASSWORD)):
        assert type(error) is DecodeError
        assert f"the content encoding is {encoding[:50]}, which wasn't asked for" in str(error)
        assert len(str(error)) < 500
        assert_shows_no_secret(error)
    error = failure(driver, respond(b"", 503, {"Content-Encoding": encoding, "X-Request-Id": "r-1"}))
    assert (type(error), error.request_id) == (ServerError, "r-1")


@over_mock
def test_the_name_of_an_encoding_is_shown_printable(driver: Driver) -> None:
    error = failure_at(driver, **settings_with_body(driver, Pieces([BODY]), "\x1b[31mbr"))
    assert "the content encoding is \\x1b[31mbr" in str(error)


@over_sockets
def test_another_encoding_is_not_read_even_if_a_header_of_the_callers_accepts_it(driver: Driver) -> None:
    accepted: list[str] = []

    def handle(request: httpx.Request) -> FakeResponse:
        accepted.append(request.headers["Accept-Encoding"])
        return FakeResponse(200, BODY, {"Content-Encoding": "br"})

    client = driver.huawei(handle, token=TOKEN).iam_v3.with_options(headers={"Accept-Encoding": "br"})
    with pytest.raises(DecodeError, match="the content encoding is br, which wasn't asked for"):
        driver.run(lambda: client.show_permanent_access_key("AK"))
    assert accepted == ["br"]


@over_sockets
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_damaged_encoding_is_an_error(driver: Driver, encoding: str) -> None:
    packed = gzip.compress(BODY) if encoding == "gzip" else zlib.compress(BODY)
    headers = {"Content-Encoding": encoding, "X-Request-Id": "r-1"}
    wrong_length = packed[:-4] + b"\0\0\0\0"
    for content in (b"no gzip", packed[:-1], packed[:1], packed + b"x", packed + packed, packed + b"\0", wrong_length):
        error = failure(driver, respond(content, 200, headers))
        assert (type(error), error.request_id, error.path) == (DecodeError, "r-1", "$")
        assert "the content encoding is damaged" in str(error)
    assert "truncated" in str(failure(driver, respond(b"", 200, headers))), "an empty body isn't damaged"
    error = failure(driver, respond(b"<html>", 503, headers))
    assert (type(error), error.request_id, error.code) == (ServerError, "r-1", None)
    login = respond(b"no gzip", 201, {"Content-Encoding": encoding, "X-Subject-Token": TOKEN})
    error = failure(driver, login, token=None, password=PASSWORD)
    assert type(error) is DecodeError
    assert_shows_no_secret(error)
