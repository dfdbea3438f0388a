"""If a response repeats a secret of the request, no error and no log shows it."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import pickle
import re
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from callers import TARGETS
from cloudkeys import AccessKey, AsyncListing, Listing, RetryPolicy
from cloudkeys.errors import CloudkeysError
from cloudkeys.runtime.status import REQUEST_ID_HEADERS
from cloudkeys.testing import FakeResponse
from contract.responses import RESULT_SCHEMAS, compact, result
from driver import Driver

MARKER = "secret-that-nobody-may-see"
NEVER_SENT = "what-only-signs-"
SLOT = "<what authenticated the request>"
SENT_SECRETS = ("X-Auth-Token", "X-Security-Token", "x-acs-security-token", "Authorization")
ERROR = {
    **dict.fromkeys(("Code", "Message", "RequestId", "error_code", "error_msg", "request_id"), "text"),
    "error": {"code": 403, "message": "text", "title": "text"},
}
RAW = {"headers", "content", "body", "code", "vendor_message"}
FORMS: dict[str, Callable[[str], str]] = {
    "unchanged": str,
    "as a part of a path": quote,
    "as a part of a query": lambda text: quote(text, safe=""),
    "as JSON": lambda text: json.dumps(text)[1:-1],
}

# A message is cut at 300 characters, perhaps within a secret.
short_texts = st.text(max_size=5)
texts_before = short_texts | st.integers(250, 310).map("x".__mul__)
echoing_texts = st.builds("{}{}{}".format, texts_before, st.just(SLOT), short_texts)
secrets = st.text("Aa0/+=-_.~%&'\"\\<", max_size=12).map(f"{MARKER}/+{{}}".format)
statuses = st.sampled_from([200, 302, 400, 401, 403, 404, 429, 500, 503, 520])
repeated_in = st.sampled_from([None, "X-Echo", "Location", "WWW-Authenticate", *REQUEST_ID_HEADERS])


def echoing(value: Any) -> st.SearchStrategy[Any]:
    """Return bodies with the secret in some fields of any type, and in an unknown field."""
    if isinstance(value, dict):
        fields = {name: echoing(item) for name, item in value.items()}
        return st.fixed_dictionaries(fields, optional={"unknown": echoing_texts})
    if isinstance(value, list):
        return st.tuples(*map(echoing, value)).map(list)
    return st.sampled_from([value, value, None]) | echoing_texts


class Echo:
    """A service that repeats the secrets of the request in the slots of a template and in a header."""

    def __init__(self, status: int, template: bytes, header: str | None, form: Callable[[str], str]) -> None:
        self.sent: set[str] = set()
        self._status, self._template, self._header, self._form = status, template.decode(), header, form

    def __call__(self, request: httpx.Request) -> FakeResponse:
        found = [value for name in SENT_SECRETS if (value := request.headers.get(name))]
        self.sent.update(found)
        turns = itertools.cycle(found)
        content = re.sub(SLOT, lambda _: json.dumps(self._form(next(turns)))[1:-1], self._template)
        headers = {self._header: " ".join(map(self._form, found))} if self._header else {}
        return FakeResponse(self._status, content.encode(), headers)


def call(driver: Driver, operation: str, options: dict[str, Any], echo: Echo) -> BaseException | None:
    """Call an operation, and return its error, if any."""
    target = TARGETS[operation]
    open_client = driver.alibaba if target.vendor == "alibaba" else driver.huawei
    client = open_client(echo, retry=RetryPolicy(attempts=1), **target.own_settings(), **options)
    try:
        found = driver.run(lambda: target.method(client)(**target.method_arguments()))
        if isinstance(found, Listing | AsyncListing):
            pages: Any = found.pages()
            driver.items(pages, stop_after=2)
    except CloudkeysError as error:
        return error
    return None


def shown(error: BaseException | None) -> str:
    """Return everything that an error shows, without the attributes that hold the raw response."""
    attributes = {name: value for name, value in getattr(error, "__dict__", {}).items() if name not in RAW}
    return "\n".join([str(error), repr(error), str(attributes), *traceback.format_exception(error)])


def settings_of(data: DataObject, operation: str) -> dict[str, Any]:
    key = AccessKey("AK", f"{NEVER_SENT}{data.draw(secrets)}", data.draw(st.none() | secrets))
    token = TARGETS[operation].vendor == "huawei" and data.draw(st.booleans())
    credentials = {"token": data.draw(secrets)} if token else {"credentials": key}
    return credentials | {"largest_response": data.draw(st.sampled_from([9, 999, 10**6, 10**7]))}


@pytest.mark.parametrize("operation", TARGETS)
def test_no_error_and_no_log_shows_a_secret_that_the_response_repeats(
    operation: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "cloudkeys")
    examples = [ERROR, *([json.loads(result(operation))] if operation in RESULT_SCHEMAS else [])]
    bodies = st.sampled_from(examples).flatmap(echoing).map(compact)

    @settings(max_examples=settings().max_examples // 2)
    @given(st.data(), bodies, statuses, repeated_in, st.sampled_from(sorted(FORMS)))
    def try_one(data: DataObject, template: bytes, status: int, header: str | None, form: str) -> None:
        options = settings_of(data, operation)
        for is_async in (False, True):
            echo = Echo(status, template, header, FORMS[form])
            caplog.clear()
            with contextlib.closing(Driver(is_async=is_async, over_sockets=False)) as driver:
                error = call(driver, operation, options, echo)
                assert error is not None or status == 200
                pickled = pickle.dumps(error)
                assert NEVER_SENT.encode() not in pickled
                shown_text = caplog.text + shown(error) + shown(pickle.loads(pickled))  # noqa: S301 - made two lines above
                for secret in {MARKER[:12], NEVER_SENT, *(text.rpartition("Signature=")[2] for text in echo.sent)}:
                    assert secret not in shown_text

    try_one()
