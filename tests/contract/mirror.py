"""Responses as the specs describe them, made by schemathesis.

schemathesis makes requests. So each response schema of a spec becomes the body of a request in a mirrored document, and
what is made for that request, valid or not, is given to the client as a response.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import schemathesis
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import BaseSchema, GenerationMode
from schemathesis.core import NotSet

from contract.cases import RECORDED_RESULTS, whole_numbers
from contract.tally import TRIED, Row
from specs import DOCUMENTS
from toolchain.document import operations

UNDOCUMENTED = (418, 499, 520)
"""What `default` stands for: an unusual status, and two that Python's list of statuses doesn't have."""


class Described(NamedTuple):
    """What a spec says of the body of some responses.

    Attributes:
        package: The name of the spec.
        operation: The full name of the operation.
        reference: Where the schema of the body is.
        statuses: The statuses that have such a body, as the spec writes them.
    """

    package: str
    operation: str
    reference: str
    statuses: tuple[str, ...]

    @property
    def code(self) -> int:
        """The first status, as a number."""
        return int(self.statuses[0])

    def codes(self) -> Iterator[tuple[str, int]]:
        """Give each status as the spec writes it, with the codes to try it with."""
        for status in self.statuses:
            for code in UNDOCUMENTED if status == "default" else [int(status)]:
                yield status, code

    def __str__(self) -> str:
        """Name the test."""
        return f"{self.operation}-{self.reference.rpartition('/')[2]}"


def _described() -> Iterator[Described]:
    for package, document in DOCUMENTS.items():
        for place in operations(document):
            statuses: dict[str, list[str]] = {}
            with_body = {status: each for status, each in place.operation["responses"].items() if "content" in each}
            for status, response in with_body.items():
                statuses.setdefault(response["content"]["application/json"]["schema"]["$ref"], []).append(status)
            for reference, found in statuses.items():
                yield Described(package, f"{package}.{place.operation['operationId']}", reference, tuple(found))


DESCRIBED = tuple(_described())
RESULTS = {described.operation: described for described in DESCRIBED if described.statuses[0].startswith("2")}
ERRORS = tuple(described for described in DESCRIBED if described not in RESULTS.values())


def page(operation: str) -> bytes:
    """Return a result of an operation, without blanks."""
    return json.dumps(json.loads(RECORDED_RESULTS[operation]), separators=(",", ":")).encode()


# Made by schemathesis.


@functools.cache
def _mirrored(described: Described) -> tuple[BaseSchema, Any]:
    content = {"application/json": {"schema": {"$ref": described.reference}}}
    post = {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": "-"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "-", "version": "-"},
        "paths": {"/": {"post": post}},
        "components": {"schemas": DOCUMENTS[described.package]["components"]["schemas"]},
    }
    mirror = schemathesis.openapi.from_dict(document)
    return mirror, mirror["/"]["POST"]


def _covering(described: Described, mode: GenerationMode) -> Iterator[bytes]:
    mirror, operation = _mirrored(described)
    configuration = mirror.config.generation_for(operation=operation)
    for case in mirror.iter_coverage_cases(operation, generation_modes=[mode], generation_config=configuration):
        if case.method == "POST":
            yield _written(case.body, mode)


def _fuzzing(described: Described, mode: GenerationMode) -> SearchStrategy[bytes]:
    cases: SearchStrategy[Any] = _mirrored(described)[1].as_strategy(generation_mode=mode)
    return cases.map(lambda case: _written(case.body, mode))


def _written(body: Any, mode: GenerationMode) -> bytes:
    """Return a body as bytes: some are made as bytes, since they aren't to be JSON, and one isn't there at all."""
    if isinstance(body, NotSet):
        return b""
    if isinstance(body, bytes):
        return body
    whole = whole_numbers(body) if mode is GenerationMode.POSITIVE else body
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()


def explore(described: Described, mode: GenerationMode, check: Callable[[bytes], object]) -> None:
    """Give a check the bodies of schemathesis' coverage phase, then those of its fuzzing."""
    for content in _covering(described, mode):
        check(content)
    fuzzed(described, _fuzzing(described, mode), check)


def fuzzed(described: Described, contents: SearchStrategy[bytes], check: Callable[[bytes], object]) -> None:
    """Give a check as many bodies as the profile says; of errors fewer, since each is tried with many statuses."""
    examples = settings().max_examples // (1 if described in RESULTS.values() else 4)

    @settings(max_examples=examples)
    @given(contents)
    def try_one(content: bytes) -> None:
        check(content)

    try_one()


@contextlib.contextmanager
def counted(described: Described, kind: str) -> Iterator[None]:
    """Fail if the block tries no case of a kind for one of the statuses."""
    rows = [Row(described.operation, status, kind) for status in described.statuses]
    before = [TRIED[row] for row in rows]
    yield
    assert all(TRIED[row] > count for row, count in zip(rows, before, strict=True)), rows
