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

from cloudkeys import AccessKey
from cloudkeys.errors import ResponseError
from cloudkeys.runtime.redaction import masked, redacted
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock
from runtime.services import ONCE, SECRET

SETTINGS = settings(max_examples=100)
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
CASES: dict[str, Callable[[str], str]] = {
    "unchanged": str,
    "lower": str.lower,
    "upper": str.upper,
    "swapped": str.swapcase,
}
# Only ASCII letters are found in either case.
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + " \u540d\u4e8c"
WAYS = st.tuples(st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(CASES)))
AROUND = st.tuples(st.text(max_size=40), st.text(max_size=40))


def is_redacted(written: str, around: tuple[str, str], secret: str) -> bool:
    """Return whether exactly this text is redacted between others that share no character with it."""
    left, right = (
        text.translate(dict.fromkeys(range(0x540D + 1), "\u9999")).encode("utf-8", "replace") for text in around
    )
    content = left + written.encode() + right
    assert written not in redacted(content.decode(), [secret])
    return masked(content, [secret]) == left + b"***" + right


@SETTINGS
@given(WAYS, st.text(CHARACTERS, min_size=4, max_size=100), AROUND)
def test_a_secret_is_found_in_each_form_and_case(way: tuple[str, str], secret: str, around: tuple[str, str]) -> None:
    form, case = way
    assert is_redacted(CASES[case](FORMS[form](secret)), around, secret)


@SETTINGS
@given(WAYS, st.text(CHARACTERS, min_size=PART, max_size=300), AROUND, st.data())
def test_a_part_of_a_secret_is_found(
    way: tuple[str, str], secret: str, around: tuple[str, str], data: st.DataObject
) -> None:
    form, case = way
    written = FORMS[form](secret)
    begin = data.draw(st.integers(0, len(written) - PART))
    end = data.draw(st.integers(begin + PART, len(written)))
    assert is_redacted(CASES[case](written[begin:end]), around, secret)


WORDS = ["the token", "SDK-HMAC-SHA256", "host;x-sdk-date", "too many requests", "\u540d\u524d", "\x00"]


@SETTINGS
@given(st.lists(st.sampled_from(WORDS)), st.text("0123456789", min_size=4, max_size=64))
def test_text_that_is_no_part_of_a_secret_stays(words: list[str], secret: str) -> None:
    text = " ".join(words)
    assert masked(text.encode(), [secret]) == text.encode()


@SETTINGS
@given(st.text(), st.text(max_size=3))
def test_a_secret_of_three_characters_is_not_redacted(text: str, secret: str) -> None:
    content = text.encode("utf-8", "replace")
    assert masked(content, [secret]) == content
    assert redacted(text, [secret]) == redacted(text, [])


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
        return FakeResponse(401, json.dumps({"Code": "c", "Message": sent[-1]}).encode())

    settings: dict[str, Any] = {"credentials": AccessKey("AK", SECRET), "retry": ONCE}
    clients = driver.alibaba(echo, **settings).sas, driver.huawei(echo, **settings).iam_v5
    for listing in (clients[0].describe_accesskey_leak_list(), clients[1].list_access_keys("u")):
        with pytest.raises(ResponseError) as caught:
            driver.items(listing)
        head, signature = sent[-1].split("SIGNATURE=")
        assert f"{head}SIGNATURE=***" in str(caught.value)
        assert signature not in str(caught.value)
