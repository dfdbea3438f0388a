"""A small spec with all that a spec may say of writes, secrets and listings, and its package."""

from __future__ import annotations

import atexit
import functools
import importlib
import itertools
import json
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import yaml

from cloudkeys import RetryPolicy
from generation.spec_factory import write_spec
from toolchain.generate import generate

if TYPE_CHECKING:
    from driver import Driver, Handler

QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_wait=0)
SPEC = """
values:
  text: &text {type: string}
  short: &short {type: string, maxLength: 5}
  nullable: &nullable {type: [string, "null"]}
  secret: &secret {type: string, format: password}
  integer: &integer {type: integer, format: int32}
  long: &long {type: integer, format: int64}
  boolean: &boolean {type: boolean}
  json: &json {type: string, enum: [application/json], default: application/json}
  key_id: &key_id {key_id: {in: path, required: true, schema: *text}}
  marker: &marker {style: marker, key: AccessKeyId}
schemas:  # a $ref is the name of another schema
  CreateKeyBody:
    required: [user, owner]
    properties:
      user: *short
      owner: *nullable
      secret: *secret
      note: *nullable
      pin: {type: [string, "null"], format: password}
      tags: {type: array, items: {$ref: Tag}, maxItems: 2}
      words: {type: array, items: *nullable}
      statuses: {type: array, items: {$ref: Status}}
      status: {$ref: Status}
      until: {type: string, format: date-time}
      rate: {type: number}
      count: *integer
      is_open: *boolean
      login: {$ref: Login}
  Login: {required: [Password, User], properties: {Password: *secret, User: {$ref: Tag}, Attempts: *integer}}
  UpdateKeyBody: {required: [credential], properties: {credential: {$ref: CredentialUpdate}}}
  CredentialUpdate: {properties: {status: {$ref: Status}, description: *text, days: *integer}}
  DeleteKeysBody: {required: [ids], properties: {ids: {type: array, items: *text, minItems: 1}}}
  Tag: {required: [Key], properties: {Key: *text, Value: *short}}
  Status: {type: string, enum: [active, inactive]}
  Key: {required: [id], properties: {id: *text, secret: *secret, logins: {type: array, items: {$ref: Login}}}}
  Done: {properties: {RequestId: *text}}
  ErrorBody: {properties: {error_code: *text, error_msg: *text}}
  KeyItem: {properties: {AccessKeyId: *text}}
  KeyItems: {properties: {AccessKey: {type: array, items: {$ref: KeyItem}}}}
  Keys: {properties: {IsTruncated: *boolean, Marker: *text, AccessKeys: {$ref: KeyItems}}}
  Info: {properties: {next: *text}}
  Page: {properties: {total: *integer, keys: {type: array, items: {$ref: KeyItem}}, info: {$ref: Info}}}
operations:  # method, path, parameters, the schemas of the responses, and the rest
  CreateKey: [post, /keys, {}, {200: Done, 201: Key, 202: null, 400: ErrorBody},
      {requestBody: CreateKeyBody, x-idempotent: false}]
  DeleteKeys: [delete, /keys, {}, {200: Done}, {requestBody: DeleteKeysBody, x-idempotent: delete}]
  DeleteKey: [delete, "/keys/{key_id}", *key_id, {204: null}, {x-idempotent: delete}]
  UpdateKey: [put, "/keys/{key_id}",
      {<<: *key_id, X-Trace: {in: header, schema: *text}, X-Depth: {in: header, required: true, schema: *integer}},
      {200: Key}, {requestBody: UpdateKeyBody, x-idempotent: true}]
  ActivateKey: [post, "/keys/{key_id}/activate",
      {<<: *key_id, Content-Type: {in: header, required: true, schema: *json}}, {204: null}, {x-idempotent: false}]
  Mark: [post, /#Mark,
      {Id: {schema: *long}, IdList: {schema: {type: array, items: *long}, x-array: numbered},
       Tag: {schema: {type: array, items: {$ref: Tag}, maxItems: 2}, x-array: numbered},
       kind: {schema: {type: array, items: *text}, style: form, explode: true}},
      {200: Done}, {x-idempotent: true, x-constraints: [{at-least-one-of: [Id, IdList]}]}]
  DropKey: [post, /#DropKey, {Id: {schema: *text}}, {200: Done}, {x-idempotent: delete}]
  SetPassword: [post, /#SetPassword,
      {Password: {required: true, schema: *secret}, X-Unlock: {in: header, schema: *secret}},
      {200: Done}, {x-idempotent: false}]
  Find: [get, /#Find,
      {UserId: {schema: *text}, UserName: {schema: *text}, After: {schema: *text}, Before: {schema: *text}},
      {200: Key}, {x-constraints: [{exactly-one-of: [UserId, UserName]}, {at-most-one-of: [After, Before]}]}]
  ListKeys: [get, /#ListKeys, {Marker: {schema: *text}, MaxItems: {schema: *integer}}, {200: Keys}, {x-paging:
      {<<: *marker, step: Marker, size: MaxItems, items: AccessKeys.AccessKey, next: Marker, more: IsTruncated}}]
  ListByMarker: [get, /by-marker, {marker: {schema: *text}, limit: {schema: *text}}, {200: Page}, {x-paging:
      {<<: *marker, step: marker, size: limit, items: keys, next: info.next, page-size: 2}}]
  ListByOffset: [get, /by-offset, {offset: {schema: *integer}, limit: {schema: *integer}}, {200: Page}, {x-paging:
      {style: offset, step: offset, size: limit, items: keys, key: AccessKeyId, total: total, page-size: 2}}]
  ListByNumber: [get, /by-number, {page: {schema: *integer}, size: {schema: *integer}}, {200: Page}, {x-paging:
      {style: page-number, step: page, size: size, items: keys, key: AccessKeyId, total: total, page-size: 2}}]
"""


def _written_out(node: Any) -> Any:
    """Return a schema with whole references, and with a description of each property."""
    if isinstance(node, list):
        return [_written_out(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": f"#/components/schemas/{node['$ref']}"}
    written = {key: _written_out(value) for key, value in node.items()}
    for schema in written.get("properties", {}).values():
        schema.update({} if "$ref" in schema else {"description": "A field."})
    return written


def _content(schema: str | None) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": _written_out({"$ref": schema})}}} if schema else {}


def writes_spec() -> dict[str, Any]:
    spec, paths = yaml.safe_load(SPEC), dict[str, Any]()
    for name, (method, path, parameters, responses, more) in spec["operations"].items():
        if "requestBody" in more:
            more["requestBody"] = {"required": True} | _content(more["requestBody"])
        paths.setdefault(path, {})[method] = more | {
            "operationId": name,
            "tags": ["keys"],
            "summary": f"Call {name}",
            "description": f"Calls {name}.",
            "parameters": [
                {"name": each, "in": "query", "description": f"The {each}."} | _written_out(parameter)
                for each, parameter in parameters.items()
            ],
            "responses": {
                status: {"description": "A result."} | _content(schema) for status, schema in responses.items()
            },
        }
    objects = {"type": "object", "description": "A record."}
    schemas = {name: objects | _written_out(schema) for name, schema in spec["schemas"].items()}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Writes", "version": "1", "description": "Writes of every kind."},
        "servers": [{"url": "https://api.example", "x-regions": ["*"]}],
        "paths": paths,
        "components": {"schemas": schemas},
    }
    # What YAML shares becomes separate, so that a test can change a part.
    return cast("dict[str, Any]", json.loads(json.dumps(document)))


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
