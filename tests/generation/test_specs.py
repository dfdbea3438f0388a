"""The specs are valid, their examples and defaults obey their own schemas, and their readings say something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from specs import DOCUMENTS, SPEC_OPERATIONS, schema_errors
from toolchain.document import SPECS, operations, pointer

PACKAGES = sorted(DOCUMENTS)


def nodes(node: Any, place: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], Any]]:
    yield place, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from nodes(value, (*place, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, (*place, index))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_spec_is_valid_openapi_and_means_the_same_to_readers_of_yaml_1_1(package: str) -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENTS[package]).iter_errors()) == []
    text = (SPECS / f"{package}.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == DOCUMENTS[package]


def test_a_fragment_names_the_parameter_that_tells_actions_apart() -> None:
    fragments = 0
    for place, operation in SPEC_OPERATIONS.values():
        _, separator, fragment = operation.path.partition("#")
        fragments += bool(separator)
        given = [
            f"{each['name']}={value}"
            for each in operation.operation["parameters"]
            if each["required"]
            for value in each["schema"].get("enum", ())
        ]
        assert not separator or fragment in given, place
    assert fragments == 10


@pytest.mark.parametrize("package", PACKAGES)
def test_examples_and_defaults_obey_their_schemas(package: str) -> None:
    checked = 0
    for place, node in nodes(DOCUMENTS[package]):
        if not isinstance(node, dict) or "value" in place:
            continue
        for schema, values in examples_of(node):
            for value in values:
                assert schema_errors(package, schema, value) == [], pointer(*place)
                checked += 1
    assert checked >= 1


def examples_of(node: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Yield a schema, and values that it must allow, for each place where OpenAPI has such values."""
    schema = node.get("schema")
    if isinstance(schema, dict):
        named = node.get("examples", {})
        yield schema, [example["value"] for example in named.values()] + [node[k] for k in ("example",) if k in node]
    if "type" in node or "$ref" in node:
        listed = node.get("examples", [])
        yield node, (listed if isinstance(listed, list) else []) + [node[k] for k in ("default",) if k in node]


SCHEMES = {"alibaba": [["ACS3-HMAC-SHA256"]], "huawei": [["SDK-HMAC-SHA256"], ["X-Auth-Token"]]}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_spec_gives_reasons_descriptions_pages_and_security_schemes(package: str) -> None:
    document = DOCUMENTS[package]
    readings = 0
    for place, node in nodes(document):
        if place[-1:] == ("x-reading",):
            readings += 1
            assert all(entry["page"] != entry["taken"] and entry["why"].endswith(".") for entry in node), place
        if len(place) >= 2 and place[-2] in {"properties", "schemas", "securitySchemes"} and "value" not in place:
            assert node.get("description"), place
    assert readings
    for operation in (place.operation for place in operations(document)):
        assert operation["x-page"]["title"]
        assert operation["x-page"]["capture"].startswith(f"{package}-{operation['operationId']}")
    assert [list(each) for each in document["security"]] == SCHEMES[package.partition("_")[0]]
    for variable in (each for server in document["servers"] for each in server.get("variables", {}).values()):
        values = variable.get("enum", [variable["default"]])
        assert variable["default"] in values
        assert values == sorted(set(values))


@pytest.mark.parametrize(
    ("operation", "constraint"),
    [
        ("alibaba_ims.GetUser", {"exactly-one-of": ["UserPrincipalName", "UserId", "UserAccessKeyId"]}),
        ("alibaba_sas.ModifyAccessKeyLeakDeal", {"at-least-one-of": ["Id", "IdList"]}),
        ("huawei_csms.CreateSecretVersion", {"exactly-one-of": ["secret_binary", "secret_string"]}),
    ],
)
def test_what_must_be_given_together_is_said(operation: str, constraint: dict[str, list[str]]) -> None:
    assert SPEC_OPERATIONS[operation][1].operation["x-constraints"] == [constraint]
