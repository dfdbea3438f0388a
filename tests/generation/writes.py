"""A small spec with all that a spec may say of writes, secrets and listings, and its package."""

from __future__ import annotations

import atexit
import functools
import importlib
import itertools
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cloudkeys import RetryPolicy
from generation.spec_factory import write_spec
from toolchain.generate import generate

if TYPE_CHECKING:
    from driver import Driver, Handler

TEXT = {"type": "string"}
SECRET = {"type": "string", "format": "password"}
INTEGER = {"type": "integer", "format": "int32"}
QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_wait=0)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": ref(name)}}


def answer(name: str | None = None) -> dict[str, Any]:
    return {"description": "A result."} | ({"content": content(name)} if name else {})


def parameter(name: str, schema: dict[str, Any], where: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "description": f"The {name}.", "schema": schema, **more}


def record(*required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    described = {
        name: schema if "$ref" in schema else schema | {"description": "A field."}
        for name, schema in properties.items()
    }
    return {"type": "object", "description": "A record.", "required": list(required), "properties": described}


def operation(name: str, responses: dict[str, Any], *parameters: Any, body: Any = "", **more: Any) -> dict[str, Any]:
    said = {"operationId": name, "tags": ["keys"], "summary": f"Call {name}", "description": f"Calls {name}."}
    request = {"requestBody": {"required": True, "content": content(body)}} if body else {}
    return said | {"parameters": list(parameters), "responses": responses} | request | more


def listing(name: str, page: str, step: Any, size: Any, **paging: Any) -> dict[str, Any]:
    how = {"key": "AccessKeyId", "step": step["name"], "size": size["name"]} | paging
    return operation(name, {"200": answer(page)}, step, size, **{"x-paging": how})


KEY_ID = parameter("key_id", TEXT, "path", required=True)


def writes_spec() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Writes", "version": "1", "description": "Writes of every kind."},
        "servers": [{"url": "https://api.example", "x-regions": ["*"]}],
        "paths": {
            "/keys": {
                "post": operation(
                    "CreateKey",
                    {"200": answer("Done"), "201": answer("Key"), "202": answer(), "400": answer("ErrorBody")},
                    body="CreateKeyBody",
                    **{"x-idempotent": False},
                ),
                "delete": operation(
                    "DeleteKeys", {"200": answer("Done")}, body="DeleteKeysBody", **{"x-idempotent": "delete"}
                ),
            },
            "/keys/{key_id}": {
                "delete": operation("DeleteKey", {"204": answer()}, KEY_ID, **{"x-idempotent": "delete"}),
                "put": operation(
                    "UpdateKey",
                    {"200": answer("Key")},
                    KEY_ID,
                    parameter("X-Trace", TEXT, "header"),
                    parameter("X-Depth", INTEGER, "header", required=True),
                    body="UpdateKeyBody",
                    **{"x-idempotent": True},
                ),
            },
            "/keys/{key_id}/activate": {
                "post": operation(
                    "ActivateKey",
                    {"204": answer()},
                    KEY_ID,
                    parameter(
                        "Content-Type",
                        TEXT | {"enum": ["application/json"], "default": "application/json"},
                        "header",
                        required=True,
                    ),
                    **{"x-idempotent": False},
                )
            },
            "/#Mark": {
                "post": operation(
                    "Mark",
                    {"200": answer("Done")},
                    parameter("Id", {"type": "integer", "format": "int64"}),
                    parameter("IdList", array({"type": "integer", "format": "int64"}), **{"x-array": "numbered"}),
                    parameter("Tag", array(ref("Tag"), maxItems=2), **{"x-array": "numbered"}),
                    parameter("kind", array(TEXT), style="form", explode=True),
                    **{"x-idempotent": True, "x-constraints": [{"at-least-one-of": ["Id", "IdList"]}]},
                )
            },
            "/#DropKey": {
                "post": operation(
                    "DropKey", {"200": answer("Done")}, parameter("Id", TEXT), **{"x-idempotent": "delete"}
                )
            },
            "/#SetPassword": {
                "post": operation(
                    "SetPassword",
                    {"200": answer("Done")},
                    parameter("Password", SECRET, required=True),
                    parameter("X-Unlock", SECRET, "header"),
                    **{"x-idempotent": False},
                )
            },
            "/#Find": {
                "get": operation(
                    "Find",
                    {"200": answer("Key")},
                    *(parameter(name, TEXT) for name in ("UserId", "UserName", "After", "Before")),
                    **{
                        "x-constraints": [
                            {"exactly-one-of": ["UserId", "UserName"]},
                            {"at-most-one-of": ["After", "Before"]},
                        ]
                    },
                )
            },
            "/#ListKeys": {
                "get": listing(
                    "ListKeys",
                    "Keys",
                    parameter("Marker", TEXT),
                    parameter("MaxItems", INTEGER),
                    style="marker",
                    items="AccessKeys.AccessKey",
                    next="Marker",
                    more="IsTruncated",
                )
            },
            "/by-marker": {
                "get": listing(
                    "ListByMarker",
                    "Page",
                    parameter("marker", TEXT),
                    parameter("limit", TEXT),
                    **{"style": "marker", "items": "keys", "next": "info.next", "page-size": 2},
                )
            },
            "/by-offset": {
                "get": listing(
                    "ListByOffset",
                    "Page",
                    parameter("offset", INTEGER),
                    parameter("limit", INTEGER),
                    **{"style": "offset", "items": "keys", "total": "total", "page-size": 2},
                )
            },
            "/by-number": {
                "get": listing(
                    "ListByNumber",
                    "Page",
                    parameter("page", INTEGER),
                    parameter("size", INTEGER),
                    **{"style": "page-number", "items": "keys", "total": "total", "page-size": 2},
                )
            },
        },
        "components": {
            "schemas": {
                "CreateKeyBody": record(
                    "user",
                    "owner",
                    user=TEXT | {"maxLength": 5},
                    owner={"type": ["string", "null"]},
                    secret=SECRET,
                    note={"type": ["string", "null"]},
                    pin=SECRET | {"type": ["string", "null"]},
                    tags=array(ref("Tag"), maxItems=2),
                    words=array({"type": ["string", "null"]}),
                    statuses=array(ref("Status")),
                    status=ref("Status"),
                    until=TEXT | {"format": "date-time"},
                    rate={"type": "number"},
                    count=INTEGER,
                    is_open={"type": "boolean"},
                    login=ref("Login"),
                ),
                "Login": record("Password", "User", Password=SECRET, User=ref("Tag"), Attempts=INTEGER),
                "UpdateKeyBody": record("credential", credential=ref("CredentialUpdate")),
                "CredentialUpdate": record(status=ref("Status"), description=TEXT, days=INTEGER),
                "DeleteKeysBody": record("ids", ids=array(TEXT, minItems=1)),
                "Tag": record("Key", Key=TEXT, Value=TEXT | {"maxLength": 5}),
                "Status": {"type": "string", "enum": ["active", "inactive"], "description": "A status."},
                "Key": record("id", id=TEXT, secret=SECRET, logins=array(ref("Login"))),
                "Done": record(RequestId=TEXT),
                "ErrorBody": record(error_code=TEXT, error_msg=TEXT),
                "KeyItem": record(AccessKeyId=TEXT),
                "KeyItems": record(AccessKey=array(ref("KeyItem"))),
                "Keys": record(IsTruncated={"type": "boolean"}, Marker=TEXT, AccessKeys=ref("KeyItems")),
                "Info": record(next=TEXT),
                "Page": record(total=INTEGER, keys=array(ref("KeyItem")), info=ref("Info")),
            }
        },
    }


_NUMBERS = itertools.count()


def generated(spec: dict[str, Any]) -> tuple[ModuleType, Path]:
    """Return the package that is generated of a spec, and its folder."""
    folder = Path(tempfile.mkdtemp(prefix="cloudkeys-writes-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    name = f"written_api_{next(_NUMBERS)}"
    generate(write_spec(folder / "specs", spec, "writes.yaml"), folder / name)
    sys.path.append(str(folder))
    return importlib.import_module(f"{name}.writes"), folder / name


@functools.cache
def package() -> tuple[ModuleType, Path]:
    """Return the package of the small spec, and its folder."""
    return generated(writes_spec())


def models() -> ModuleType:
    return importlib.import_module(f"{package()[0].__name__}.models")


def open_client(driver: Driver, handler: Handler, **settings: Any) -> Any:
    """Return a client of the small spec, sync or async as the driver is, that calls the handler."""
    made, _ = package()
    kind = made.AsyncClient if driver.is_async else made.Client
    return kind(**{"retry": QUICK} | driver.serve(handler) | settings)
