"""Redaction finds a secret in every form, and leaves other text unchanged."""

from __future__ import annotations

import html
import json
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudkeys.errors import ResponseError
from cloudkeys.runtime.redaction import masked, redacted
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock
from runtime.services import KEY, ONCE, response

PART = 16
FORMS: dict[str, Callable[[str], str]] = {
    "unchanged": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON with escaped slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "a path": quote,
    "a segment of a path": lambda text: quote(text, safe=""),
    "a form": lambda text: urlencode({"": text})[1:],
    "a form with slashes": lambda text: quote_plus(text, "/"),
    "HTML": html.escape,
}
CASES: list[Callable[[str], str]] = [str, str.lower, str.upper, str.swapcase]
# Only ASCII letters are found in either case.
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + " \u540d\u4e8c"


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20)
@given(
    st.text(CHARACTERS, min_size=4, max_size=200),
    st.sampled_from(CASES),
    st.tuples(st.text(max_size=40), st.text(max_size=40)),
    st.data(),
)
def test_a_secret_and_each_part_of_it_are_found_in_each_form_and_case(
    form: str, secret: str, case: Callable[[str], str], around: tuple[str, str], data: st.DataObject
) -> None:
    written = case(FORMS[form](secret))
    if len(written) > PART:
        begin = data.draw(st.integers(0, len(written) - PART))
        written = written[begin : data.draw(st.integers(begin + PART, len(written)))]
    # The text around it shares no character with it.
    others = dict.fromkeys(range(0x540D + 1), "\u9999")
    left, right = (text.translate(others).encode("utf-8", "replace") for text in around)
    content = left + written.encode() + right
    assert written not in redacted(content.decode(), [secret])
    assert masked(content, [secret]) == left + b"***" + right


WORDS = ["the token", "SDK-HMAC-SHA256", "host;x-sdk-date", "too many requests", "\u540d\u524d", "\x00"]


@given(st.lists(st.sampled_from(WORDS)).map(" ".join), st.text("0123456789", min_size=4, max_size=64), st.text())
def test_text_that_is_no_part_of_a_secret_stays(words: str, secret: str, text: str) -> None:
    assert masked(words.encode(), [secret]) == words.encode()
    content, short = text.encode("utf-8", "replace"), text[:3]
    assert masked(content, [short]) == content, "three characters may be anywhere"
    assert redacted(text, [short]) == redacted(text, [])


def test_a_secret_that_is_cut_off_in_the_text_is_found() -> None:
    token = string.ascii_letters * 160
    assert redacted(f"token {token[:300]}", [token]) == "token ***"
    assert redacted("x" * 280 + token, [token]) == "x" * 280 + "***"


def test_a_large_body_is_cut_before_it_is_searched() -> None:
    secret = string.ascii_letters
    hostile = f"{secret[:15]}!".encode() * 2_000_000
    assert masked(hostile, [secret]) == hostile[:1_000_000]
    assert masked(secret.encode() * 1_000_000, [secret]).strip(b"*" + secret.encode()) == b""


@over_mock
def test_only_the_signature_of_a_signed_header_is_redacted(driver: Driver) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> FakeResponse:
        sent.append(request.headers["Authorization"].upper())
        return response({"Code": "c", "Message": sent[-1]}, 401)

    settings: dict[str, Any] = {"credentials": KEY, "retry": ONCE}
    clients = driver.alibaba(echo, **settings).sas, driver.huawei(echo, **settings).iam_v5
    for listing in (clients[0].describe_accesskey_leak_list(), clients[1].list_access_keys("u")):
        with pytest.raises(ResponseError) as caught:
            driver.items(listing)
        head, signature = sent[-1].split("SIGNATURE=")
        assert f"{head}SIGNATURE=***" in str(caught.value)
        assert signature not in str(caught.value)
