"""What each change asks of callers, and of the version."""

from __future__ import annotations

from typing import Any

import pytest

from toolchain.pages.change.severity import next_version, severity_of

MANDATORY, OPTIONAL = {"type": "string", "required": True}, {"type": "string", "required": False}
BOTH: list[tuple[str, Any, Any, str, str]] = [
    # aspect, before, after, severity in a request, severity in a response
    ("presence", None, OPTIONAL, "addition", "addition"),
    ("presence", None, MANDATORY, "breaking", "addition"),
    ("presence", OPTIONAL, None, "breaking", "breaking"),
    ("presence", "query a", "query b", "breaking", "breaking"),
    ("type", "string", "integer", "breaking", "breaking"),
    ("format", "int32", "int64", "addition", "addition"),
    ("format", "int64", "int32", "breaking", "addition"),
    ("format", None, "int64", "breaking", "breaking"),
    ("default", 1, 2, "breaking", "addition"),
    ("pattern", None, "^a$", "breaking", "addition"),
    ("pattern", "^a$", None, "addition", "addition"),
    ("minimum", 1, 2, "breaking", "addition"),
    ("minimum", None, 1, "breaking", "addition"),
    ("minimum", 1, None, "addition", "addition"),
    ("maxLength", 9, 8, "breaking", "addition"),
    ("maxItems", 8, 9, "addition", "addition"),
    ("characters", "a-z", "a-z_", "addition", "addition"),
    ("characters", "a-z_", "a-z", "breaking", "addition"),
    ("enum", ["a"], ["a", "b"], "addition", "addition"),
    ("enum", ["a", "b"], ["a"], "breaking", "breaking"),
    ("enum", ["a"], ["b"], "breaking", "breaking"),
    ("enum", None, ["a"], "breaking", "addition"),
    ("enum", ["a"], None, "breaking", "breaking"),
    ("unit", "seconds", "milliseconds", "breaking", "breaking"),
    ("schema", "A", "B", "breaking", "breaking"),
    ("deprecated", None, True, "addition", "addition"),
    ("secret", None, True, "breaking", "breaking"),
    ("example", 1, 2, "wording", "wording"),
]


@pytest.mark.parametrize(("aspect", "before", "after", "request_", "response"), BOTH)
def test_of_a_parameter_and_of_a_field(aspect: str, before: Any, after: Any, request_: str, response: str) -> None:
    for kind in ("path", "query", "header", "body"):
        assert severity_of(f"{kind} name", aspect, before, after) == request_
    for place in ("200 name", "200 list[].name", "404 name", "default name"):
        assert severity_of(place, aspect, before, after) == response


@pytest.mark.parametrize(
    ("place", "aspect", "before", "after", "severity"),
    [
        ("query limit", "required", False, True, "breaking"),
        ("query limit", "required", True, False, "addition"),
        ("200 item", "required", ["a"], ["a", "b"], "addition"),
        ("200 item", "required", ["a", "b"], ["a"], "breaking"),
        ("200 item", "required", None, ["a"], "addition"),
        ("200 item", "required", ["a"], None, "breaking"),
        ("status 404", "presence", None, {}, "addition"),
        ("status 404", "presence", {}, None, "addition"),
        ("status 204", "presence", {}, None, "breaking"),
        ("error 400 X", "presence", {}, None, "addition"),
        ("error 400 X", "message", "a", "b", "wording"),
        ("server", "host", "a", "b", "wording"),
        ("operation", "path", "/a", "/b", "breaking"),
        ("permission", "presence", None, {}, "addition"),
        ("permission", "action", "a", "b", "breaking"),
    ],
)
def test_of_the_rest(place: str, aspect: str, before: Any, after: Any, severity: str) -> None:
    assert severity_of(place, aspect, before, after) == severity


@pytest.mark.parametrize(
    ("version", "severities", "asked"),
    [
        ("0.1.0", "", "0.1.0"),
        ("0.1.4", "wording addition", "0.1.5"),
        ("0.1.4", "addition breaking wording", "0.2.0"),
        ("1.2.3", "wording", "1.2.4"),
        ("1.2.3", "addition wording", "1.3.0"),
        ("1.2.3", "breaking", "2.0.0"),
    ],
)
def test_the_version_that_changes_ask_for(version: str, severities: str, asked: str) -> None:
    assert next_version(version, severities.split()) == asked
