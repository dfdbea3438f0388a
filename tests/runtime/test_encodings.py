"""Encodings: which packed bodies are read, and what happens with others."""

from __future__ import annotations

import gzip
import zlib

import pytest
from httpx import _decoders

from cloudkeys.errors import DecodeError, ServerError
from driver import Driver, over_mock, over_sockets
from runtime.calls import assert_shows_no_secret, failure, failure_of, open_huawei, open_on_pieces
from runtime.services import PASSWORD, TOKEN, Service, credential, response, show

BODY = credential("AK").body
RAW_DEFLATE = zlib.compressobj(9, zlib.DEFLATED, -15)
PACKED: dict[str, tuple[str, bytes]] = {
    **{name: (name, gzip.compress(BODY)) for name in ("gzip", "GZIP", "x-gzip")},
    **{f"deflate at level {level}": ("deflate", zlib.compress(BODY, level)) for level in (0, 1, 6, 9)},
    "deflate without a zlib header": ("deflate", RAW_DEFLATE.compress(BODY) + RAW_DEFLATE.flush()),
    "identity": ("identity", BODY),
    "none": ("", BODY),
}


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
        service = Service(response(content, 200, {"Content-Encoding": encoding} if encoding else {}))
        assert show(driver, open_huawei(driver, service)).access == "AK"
        assert service.requests[0].headers["Accept-Encoding"] == "gzip, deflate"
        if encoding:
            one_by_one = [bytes([byte]) for byte in content]
            assert show(driver, open_on_pieces(driver, one_by_one, encoding)).access == "AK"


@over_sockets
@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "identity, br", "x" * 5000])
def test_another_encoding_is_an_error_that_names_it(driver: Driver, encoding: str) -> None:
    body = response(BODY, 200, {"Content-Encoding": encoding})
    login = response(b"{}", 201, {"Content-Encoding": encoding, "X-Subject-Token": TOKEN})
    for error in (failure(driver, body), failure(driver, login, password=PASSWORD)):
        assert type(error) is DecodeError
        assert f"the content encoding is {encoding[:50]}, which wasn't asked for" in str(error)
        assert len(str(error)) < 500
        assert_shows_no_secret(error)
    error = failure(driver, response(b"", 503, {"Content-Encoding": encoding, "X-Request-Id": "r-1"}))
    assert (type(error), error.request_id) == (ServerError, "r-1")
    # Not even if a header of the caller's accepts it.
    client = open_huawei(driver, body).iam_v3.with_options(headers={"Accept-Encoding": encoding[:100]})
    with pytest.raises(DecodeError, match="which wasn't asked for"):
        driver.run(lambda: client.show_permanent_access_key("AK"))


@over_mock
def test_the_name_of_an_encoding_is_shown_printable(driver: Driver) -> None:
    assert "the content encoding is \\x1b[31mbr" in str(
        failure_of(driver, open_on_pieces(driver, [BODY], "\x1b[31mbr"))
    )


@over_sockets
@pytest.mark.parametrize(("encoding", "packed"), [("gzip", gzip.compress(BODY)), ("deflate", zlib.compress(BODY))])
def test_a_damaged_encoding_is_an_error(driver: Driver, encoding: str, packed: bytes) -> None:
    headers = {"Content-Encoding": encoding, "X-Request-Id": "r-1"}
    wrong_length = packed[:-4] + b"\0\0\0\0"
    for content in (b"no gzip", packed[:-1], packed[:1], packed + b"x", packed + packed, packed + b"\0", wrong_length):
        error = failure(driver, response(content, 200, headers))
        assert (type(error), error.request_id, error.path) == (DecodeError, "r-1", "$")
        assert "the content encoding is damaged" in str(error)
    assert "truncated" in str(failure(driver, response(b"", 200, headers))), "an empty body isn't damaged"
    error = failure(driver, response(b"<html>", 503, headers))
    assert (type(error), error.request_id, error.code) == (ServerError, "r-1", None)
    error = failure(driver, response(b"no gzip", 201, headers | {"X-Subject-Token": TOKEN}), password=PASSWORD)
    assert type(error) is DecodeError
    assert_shows_no_secret(error)
