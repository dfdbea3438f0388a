"""Reads the parameters of a request, and checks them against the vendor's page."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final, cast, get_args, get_origin
from urllib.parse import parse_qsl, unquote

import msgspec

from cloudkeys.runtime.types import StrEnum, decode_hook, encode_hook
from cloudkeys.testing.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudkeys.runtime.operation import Operation
    from cloudkeys.testing.http.messages import ReceivedRequest
    from cloudkeys.testing.routes import Route

_JSON: Final = re.compile(r"application/json\s*(;\s*charset=utf-?8\s*)?", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"(?P<name>[^.]+)\.(?P<number>[1-9][0-9]{0,3})(\.(?P<key>[^.]+))?")


def read_parameters(route: Route, in_path: dict[str, str], request: ReceivedRequest) -> Any:  # noqa: ANN401 - one type an operation
    """Return the parameters of a request, as the generated Struct of its operation.

    The services ignore an unknown parameter. The fake cloud refuses it, so that tests find a misspelt filter, which
    would list everything.

    Args:
        route: The operation.
        in_path: The parameters in the path, still encoded.
        request: The request.

    Raises:
        RefusedError: A parameter is missing, repeated, unknown, or forbidden by the vendor's page.
    """
    refusal = route.service.refusals.wrong_parameter
    _check_content_type(route, request)
    sent = _texts(route, in_path, request)
    schema: Any = route.operation.parameters
    try:
        asked = msgspec.convert(sent | _fields(route, request), schema, strict=False, dec_hook=decode_hook)
    except msgspec.ValidationError as error:
        refused = route.service.refusals.wrong_marker if "$.marker" in str(error) else refusal
        raise RefusedError(refused.about(str(error))) from None
    # msgspec accepts `1e1` and `10.0` as integers.
    read = msgspec.to_builtins(asked, enc_hook=encode_hook)
    if {name: _written(read[name]) for name in sent} != sent:
        raise RefusedError(refusal.about("a number has the wrong format"))
    for name in _undocumented(asked):
        raise RefusedError(refusal.about(name))
    return asked


def _check_content_type(route: Route, request: ReceivedRequest) -> None:
    is_needed = bool(request.body) or "content-type" in {name.lower() for name in route.operation.headers}
    if is_needed and not _JSON.fullmatch(request.headers.get("content-type", "")):
        reason = "Content-Type must be application/json"
        raise RefusedError(route.service.refusals.wrong_parameter.about(reason))


def _fields(route: Route, request: ReceivedRequest) -> dict[str, Any]:
    """Return the fields of the body."""
    refusal, body = route.service.refusals.wrong_parameter, route.operation.body
    if body is None:
        if request.body:
            raise RefusedError(refusal.about("the operation has no body"))
        return {}
    try:
        known = msgspec.to_builtins(
            msgspec.json.decode(request.body, type=body, dec_hook=decode_hook), enc_hook=encode_hook
        )
        given: dict[str, Any] = msgspec.json.decode(request.body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise RefusedError(refusal.about(str(error) if isinstance(error, msgspec.MsgspecError) else "body")) from None
    if known != given:
        raise RefusedError(refusal.about("the body contains an unknown field"))
    return given


def _texts(route: Route, in_path: dict[str, str], request: ReceivedRequest) -> dict[str, Any]:
    """Return the decoded parameters of path, query and headers, as texts."""
    refusal = route.service.refusals.wrong_parameter
    try:
        pairs = parse_qsl(request.query, keep_blank_values=True, errors="strict", max_num_fields=200)
        path = {name: unquote(value, errors="strict") for name, value in in_path.items()}
    except ValueError:
        raise RefusedError(refusal.about("the query or the path can't be decoded")) from None
    known, lists = _in_query(route.operation)
    numbered = set(route.operation.numbered)
    sent: dict[str, Any] = {}
    is_known = all(_add(sent, name, value, lists - numbered, numbered) for name, value in pairs)
    if not is_known or not sent.keys() <= known:
        raise RefusedError(refusal.about("the query has a repeated or an unknown name"))
    headers = {name: request.headers[name] for name in route.operation.in_header if name in request.headers}
    return sent | path | headers


def _add(sent: dict[str, Any], name: str, value: str, repeated: set[str], numbered: set[str]) -> bool:
    """Add a parameter of the query; return whether it is allowed there."""
    part = _NUMBERED.fullmatch(name)
    if part is not None and part["name"] in numbered:
        items: list[Any] = sent.setdefault(part["name"], [])
        index = int(part["number"]) - 1
        if part["key"] is not None and index == len(items) - 1 and part["key"] not in items[index]:
            items[index][part["key"]] = value
            return True
        if index != len(items):
            return False
        items.append(value if part["key"] is None else {part["key"]: value})
        return True
    if name in repeated:
        sent.setdefault(name, []).append(value)
        return True
    if name in sent or name in numbered:
        return False
    sent[name] = value
    return True


@functools.cache
def _in_query(operation: Operation[Any, ..., Any]) -> tuple[set[str], set[str]]:
    """Return the names of the parameters in the query, and of those that are lists."""
    body = () if operation.body is None else msgspec.structs.fields(operation.body)
    elsewhere = {field.encode_name for field in body} | set(operation.in_header)
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(_struct(operation.parameters))}
    names = {name for name in kinds if name not in elsewhere and f"{{{name}}}" not in operation.path}
    return names, {name for name in names if _is_list(kinds[name])}


def _is_list(kind: Any) -> bool:  # noqa: ANN401 - a type, or a union of types
    return any(get_origin(each) is list for each in (kind, *get_args(kind)))


def _struct(parameters: Any) -> type[msgspec.Struct]:  # noqa: ANN401 - a callable to type checkers
    found: type[msgspec.Struct] = parameters
    return found


def _written(value: object) -> object:
    """Return a value as text, as in a query."""
    if isinstance(value, list):
        return [_written(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name: _written(item) for name, item in cast("dict[str, object]", value).items()}
    return str(value)


def _undocumented(value: object) -> Iterator[str]:
    """Yield the names of fields, at any depth, with a value that no page lists."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if isinstance(inner, StrEnum) and not inner.documented:
                yield name
            yield from _undocumented(inner)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _undocumented(item)
