"""Every symbol leads to its line of the spec, every leaf is found again, and a pointer leads to what it names."""

from __future__ import annotations

import importlib
import pkgutil
import re
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest

import cloudkeys_api
from pages.frozen_specs import copy_of_frozen
from toolchain.document import SPECS, at_pointer, extend_pointer, pointer, tokens_of
from toolchain.pages.explain import Link, explained, links, main, matching
from toolchain.pages.prove.spec_facts import leaves
from toolchain.pages.safe_text import as_json_text

LINKS = list(links(SPECS))
PACKAGES = sorted({link.spec.stem for link in LINKS})
LINES = {file.stem: file.read_text(encoding="utf-8").split("\n") for file in SPECS.glob("*.yaml")}
OPERATIONS = {(link.spec.stem, link.operation) for link in LINKS}
PARAMETERS = {f"cloudkeys_api.{stem}.models.{operation}Parameters" for stem, operation in OPERATIONS}
"""The classes of parameters: they have no line of their own, so each of their parameters is shown."""


def line_of(link: Link, pointer: str) -> str:
    """Return the line of the file that a link leads to."""
    return LINES[link.spec.stem][link.spec.line(pointer) - 1].strip()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_symbol_of_the_models_leads_to_its_line(package: str) -> None:
    links_of_package = [link for link in LINKS if link.spec.stem == package]
    module = f"cloudkeys_api.{package}.models"
    for name, made in vars(importlib.import_module(module)).items():
        if not isinstance(made, type) or made.__module__ != module:
            continue
        symbol = f"{module}.{name}"
        found = matching(links_of_package, symbol)
        assert found, symbol
        for link in found if symbol not in PARAMETERS else ():
            home = next(where for where in link.homes if where.endswith(f"/{name}"))
            assert line_of(link, home) == f"{name}:"
            assert f":{link.spec.line(home)} {home}" in explained(link)
        for member in made if issubclass(made, Enum) else ():
            found = matching(links_of_package, f"{symbol}.{member.name}")
            values = [at_pointer(link.spec.document, link.leaf.pointers["enum"]) for link in found]
            assert values
            assert all(member.value in one for one in values)
        for field in msgspec.structs.fields(made) if issubclass(made, msgspec.Struct) else ():
            attribute = f"{symbol}.{field.name}"
            found = matching(links_of_package, attribute.partition(".models.")[2])
            assert found == matching(links_of_package, attribute)
            assert not all(link.leaf.place.endswith("[]") for link in found), attribute
            for link in found:
                written = re.split(" [&*]", line_of(link, link.leaf.pointer))[0]
                names = {f"{field.encode_name}:", f"- name: {field.encode_name}"}
                assert written in ({"items:"} if link.leaf.place.endswith("[]") else names), attribute
                assert attribute in link.symbols


def test_every_operation_module_leads_to_its_operation() -> None:
    found = [
        name
        for _, name, is_package in pkgutil.walk_packages(cloudkeys_api.__path__, "cloudkeys_api.")
        if re.search(r"\.api\.\w+\.", name) and not is_package
    ]
    assert len(found) == len(OPERATIONS)
    for name in found:
        for query in (name, f"{name}.request"):
            (link,) = [link for link in matching(LINKS, query) if link.leaf.place == "operation"]
            assert name.endswith(re.sub(r"(?<!^)(?=[A-Z])", "_", link.operation).lower())
            assert line_of(link, link.leaf.pointer) == f"{link.leaf.aspects['method'].lower()}:"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_leaf_is_found_again(package: str) -> None:
    leaves = [link for link in LINKS if link.spec.stem == package]
    for link in leaves[::7]:
        pointer, line = link.leaf.pointer, f"{package}.yaml:{link.spec.line(link.leaf.pointer)}"
        for query in (pointer, f"specs/{package}.yaml{pointer}", link.leaf.place, line, f"specs/{line}"):
            assert link in matching(leaves, query), query
        for aspect in link.leaf.aspects:
            assert link in matching(leaves, link.leaf.pointer_of(aspect))
        kind, _, path = link.leaf.place.removesuffix("[]").partition(" ")
        if link.fact is not None and path:
            bare = path.rpartition(".")[2] if kind != "error" else path.partition(" ")[2]
            assert link in matching(leaves, bare), link.leaf.place


def test_every_reading_is_shown_with_both_values_and_its_reason() -> None:
    for link in LINKS:
        text = explained(link)
        for reading in link.leaf.readings:
            values = f"the page states {as_json_text(reading.page)}, the spec states {as_json_text(reading.taken)}"
            assert f"  reading  {reading.aspect}: {values}" in text
            assert reading.why in text
        stated = f"lines {link.fact.lines[0]}-{link.fact.lines[1]} of " if link.fact else "not stated"
        assert f"  page     {stated}" in text


def test_the_command_shows_what_it_finds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["SecretType.RDS_FG"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("ListSecrets: 200 secrets[].secret_type\n  Python   cloudkeys_api.huawei_csms.models.")
    assert "the page states [" in printed


@pytest.mark.parametrize(
    ("query", "near"),
    [("AccesskeyIdd", "AccesskeyId"), ("SecretTypo", "SecretType"), ("query limt", "query limit"), ("\x00", None)],
)
def test_an_unknown_name_suggests_similar_ones(
    query: str, near: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([query]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"no match for {as_json_text(query)}")
    assert near in printed.err if near else "did you mean" not in printed.err


@pytest.mark.parametrize(
    "query", ["\x1b[2J\x1b]0;x\x07", "a\rb", "a\nb", "\u202e", "\udcff", "x" * 100_000, "#/\x1b[0m", "--\x1b[31m", ""]
)
def test_a_query_cannot_steer_the_terminal(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    if query.startswith("--"):
        with pytest.raises(SystemExit):
            main([query])
    else:
        assert main([query]) in {1, 2}
    printed = capsys.readouterr()
    assert (printed.out + printed.err).replace("\n", "").isprintable()
    assert len(printed.err) < 1000
    assert query == "" or "\n" not in query or query not in printed.err


def test_specs_that_cannot_be_read_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specs = copy_of_frozen(tmp_path)
    (specs / "pages" / "huawei_csms.yaml").write_text("x: [", encoding="utf-8")
    assert main(["limit", "--specs", str(specs)]) == 2
    assert "pages/huawei_csms.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["plain", "a/b", "a~b", "~1", "/", "", "a b"])
@pytest.mark.parametrize("status", ["200", "4XX", "default"])
def test_a_leaf_stands_where_its_pointer_says_whatever_its_name(name: str, status: str) -> None:
    schema: Any = {"type": "object", "properties": {name: {"type": "string"}}}
    body: Any = {"schema": schema, "examples": {name: {"value": {}}}}
    response: Any = {"headers": {name: {"schema": {"type": "string"}}}, "content": {"application/json": body}}
    document = {"paths": {"/": {"get": {"operationId": "Do", "responses": {status: response}}}}}
    found, named = leaves(document, "Do"), f"{status} {name}"
    assert at_pointer(document, found[f"response-header {named}"].pointer) is response["headers"][name]
    assert at_pointer(document, found[f"example {status}"].pointer) is body["examples"][name]
    assert at_pointer(document, found[named].pointer) is schema["properties"][name]
    assert tokens_of(pointer("paths", name, 1)) == ["paths", name, "1"]
    assert extend_pointer(pointer("paths"), name, 1) == pointer("paths", name, 1)
