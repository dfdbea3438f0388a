"""Errors survive being copied and pickled."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cloudkeys.errors import (
    CloudkeysError,
    DecodeError,
    EnvironmentVariableError,
    ListingError,
    NoResponseError,
    NotFoundError,
    ParameterError,
    ResponseError,
)
from cloudkeys_api.huawei_iam_v3.models import ErrorBody
from driver import Driver
from runtime.failing import WAYS_TO_COPY, answering, failure, family, pickled, public


def examples() -> Iterator[CloudkeysError]:
    """Give an error of each class."""
    for kind in family():
        if issubclass(kind, ResponseError):
            error = kind("Operation", 400, httpx.Headers([("X-Request-Id", "r"), ("A", "1"), ("A", "2")]), b"content")
            error.body, error.code, error.vendor_message = ErrorBody(error_code="c"), "c", "m"
            error.reason, error.request_id = "why", "r"
            if isinstance(error, DecodeError):
                error.path = "$.a"
            yield error
        elif issubclass(kind, ParameterError):
            yield kind("Operation", "parameter", "reason")
        elif issubclass(kind, (NoResponseError, ListingError, EnvironmentVariableError)):
            yield kind("Operation", "reason")
        else:
            yield kind("text")


@pytest.mark.parametrize("error", list(examples()), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("way", WAYS_TO_COPY)
def test_an_error_survives_being_copied_with_all_that_it_has(error: Any, way: str) -> None:
    again = WAYS_TO_COPY[way](error)
    assert type(again) is type(error)
    assert (str(again), repr(again)) == (str(error), repr(error))
    assert public(again) == public(error)
    if isinstance(error, ResponseError):
        assert again.request_id == "r"
        assert (again.headers["X-Request-Id"], again.headers["A"]) == ("r", "1, 2")


def test_an_error_of_a_call_survives_being_pickled(driver: Driver) -> None:
    body = {"error": {"code": 404, "message": "m"}, "request_id": "r-1"}
    for status in (404, 200):
        error = failure(driver, answering(body if status == 404 else {"request_id": "r-1"}, status))
        again = pickled(error, pickle.DEFAULT_PROTOCOL)
        assert type(again) is type(error) is (NotFoundError if status == 404 else DecodeError)
        assert public(again) == public(error)
        assert str(again) == str(error)
