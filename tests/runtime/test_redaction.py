"""In which forms a secret is found in the text of a server, and what stays as it was."""

from __future__ import annotations

import html
import json
import string
from collections.abc import Callable
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
from runtime.failing import failure
from runtime.services import ONCE, SECRET, TOKEN

SETTINGS = settings(max_examples=500, deadline=None)
PART = 16
FORMS: dict[str, Callable[[str], str]] = {
    "as it was sent": str,
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
    "as it is": str,
    "small": str.lower,
    "large": str.upper,
    "swapped": str.swapcase,
}
# Of letters, those that are one byte in either case: of others, only the case as sent is promised.
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + " \u540d\u4e8c"
WAYS = st.tuples(st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(CASES)))
AROUND = st.tuples(st.text(max_size=40), st.text(max_size=40))


def hidden(written: str, around: tuple[str, str], secret: str) -> bool:
    """Return whether no more and no less than a text is hidden, between others that share no character with it."""
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
    assert hidden(CASES[case](FORMS[form](secret)), around, secret)


@SETTINGS
@given(WAYS, st.text(CHARACTERS, min_size=PART, max_size=300), AROUND, st.data())
def test_a_part_of_a_secret_is_found(
    way: tuple[str, str], secret: str, around: tuple[str, str], data: st.DataObject
) -> None:
    form, case = way
    written = FORMS[form](secret)
    begin = data.draw(st.integers(0, len(written) - PART))
    end = data.draw(st.integers(begin + PART, len(written)))
    assert hidden(CASES[case](written[begin:end]), around, secret)


WORDS = [
    "the token",
    "SDK-HMAC-SHA256",
    "host;x-sdk-date",
    "too many requests",
    "secret_string",
    "\u540d\u524d",
    "\x00",
]


@SETTINGS
@given(st.lists(st.sampled_from(WORDS)), st.text("0123456789", min_size=4, max_size=64))
def test_what_is_no_part_of_a_secret_stays(words: list[str], secret: str) -> None:
    text = " ".join(words)
    assert masked(text.encode(), [secret]) == text.encode()


@SETTINGS
@given(st.text(), st.text(max_size=3))
def test_what_is_too_short_to_hide_stays(text: str, secret: str) -> None:
    content = text.encode("utf-8", "replace")
    assert masked(content, [secret]) == content
    assert redacted(text, [secret]) == redacted(text, [])


def test_a_part_that_the_text_itself_cuts_off_is_found() -> None:
    token = string.ascii_letters * 160
    assert redacted(f"token {token[:300]}", [token]) == "token ***"
    assert redacted("x" * 280 + token, [token]) == "x" * 280 + "***"


def test_a_large_body_is_cut_before_it_is_looked_through() -> None:
    secret = string.ascii_letters
    hostile = f"{secret[:15]}!".encode() * 2_000_000
    assert masked(hostile, [secret]) == hostile[:1_000_000]
    assert masked(secret.encode() * 1_000_000, [secret]).strip(b"*" + secret.encode()) == b""


@over_mock
@pytest.mark.parametrize("vendor", ["alibaba", "huawei"])
def test_of_a_signed_header_the_signature_alone_is_hidden(driver: Driver, vendor: str) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> FakeResponse:
        sent.append(request.headers["Authorization"])
        return FakeResponse(401, json.dumps({"Code": "c", "Message": sent[-1].upper()}).encode())

    if vendor == "huawei":
        error: ResponseError = failure(driver, echo, token=None, credentials=AccessKey("AK", SECRET))
    else:
        alibaba = driver.alibaba(echo, credentials=AccessKey("AK", SECRET, TOKEN), retry=ONCE)
        with pytest.raises(ResponseError) as caught:
            driver.items(alibaba.sas.describe_accesskey_leak_list())
        error = caught.value
    head, signature = sent[-1].upper().split("SIGNATURE=")
    assert f"{head}SIGNATURE=***" in str(error)
    assert signature not in str(error)
