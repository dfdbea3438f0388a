"""Every generated symbol leads to the line of the spec that it comes from, and every leaf is found again."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

import cloudkeys_api
from pages.frozen_specs import FROZEN, copy_of_frozen
from toolchain.document import SPECS, at_pointer
from toolchain.pages.explain import Link, explained, links, main, matching
from toolchain.pages.safe_text import shown

LINKS = list(links(SPECS))
PACKAGES = sorted({link.spec.stem for link in LINKS})
LINES = {file.stem: file.read_text(encoding="utf-8").split("\n") for file in SPECS.glob("*.yaml")}
OPERATIONS = {(link.spec.stem, link.operation) for link in LINKS}
WITHOUT_A_SCHEMA = {f"cloudkeys_api.{stem}.models.{operation}Parameters" for stem, operation in OPERATIONS}
"""The classes of parameters: they have no line of their own, so each of their parameters is shown."""


class Generated(NamedTuple):
    """A generated class."""

    symbol: str
    made: Any


def classes(package: str) -> Iterator[Generated]:
    name = f"cloudkeys_api.{package}.models"
    for found in vars(importlib.import_module(name)).values():
        if isinstance(found, type) and found.__module__ == name:
            yield Generated(f"{name}.{found.__name__}", found)


def fields(package: str) -> Iterator[tuple[str, str]]:
    """Give every attribute of every model, with the vendor's name of it."""
    for symbol, made in classes(package):
        if issubclass(made, msgspec.Struct):
            yield from ((f"{symbol}.{field.name}", field.encode_name) for field in msgspec.structs.fields(made))


def line_of(link: Link, pointer: str | None = None) -> str:
    """Return the line of the file that a link leads to, as it stands there."""
    return LINES[link.spec.stem][link.spec.line(pointer or link.leaf.pointer) - 1]


def test_the_generated_classes_are_there() -> None:
    for package in PACKAGES:
        source = inspect.getsource(importlib.import_module(f"cloudkeys_api.{package}.models"))
        assert len(list(classes(package))) == len(re.findall(r"^class ", source, re.MULTILINE)) > 0
        # Values of an enumeration have no type.
        assert len(list(fields(package))) == len(re.findall(r"^    \w+: ", source, re.MULTILINE)) > 0


@pytest.mark.parametrize("package", PACKAGES)
def test_every_attribute_leads_to_the_line_of_its_property(package: str) -> None:
    for symbol, vendors_name in fields(package):
        for query in (symbol, symbol.partition(".models.")[2]):
            found = [link for link in matching(LINKS, query) if link.spec.stem == package]
            assert not all(link.leaf.place.endswith("[]") for link in found), query
            for link in found:
                written = re.split(" [&*]", line_of(link))[0].strip()
                is_element = link.leaf.place.endswith("[]")
                assert written in ({"items:"} if is_element else {f"{vendors_name}:", f"- name: {vendors_name}"}), query
                assert symbol in link.symbols


@pytest.mark.parametrize("package", PACKAGES)
def test_every_class_leads_to_the_line_of_its_schema(package: str) -> None:
    for symbol, made in classes(package):
        found = matching(LINKS, symbol)
        assert found, symbol
        if symbol in WITHOUT_A_SCHEMA:
            names = {f"{symbol}.{field.name}" for field in msgspec.structs.fields(made)}
            assert {link.symbols[0] for link in found} == names
            continue
        for link in found:
            home = next(where for where in link.homes if where.endswith(f"/{made.__name__}"))
            assert line_of(link, home).strip() == f"{made.__name__}:"
            assert f":{link.spec.line(home)} {home}" in explained(link)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_value_of_an_enumeration_leads_to_its_schema(package: str) -> None:
    enumerations = [one for one in classes(package) if not issubclass(one.made, msgspec.Struct)]
    assert enumerations
    for symbol, made in enumerations:
        for member in made:
            found = matching(LINKS, f"{symbol}.{member.name}")
            assert found, (symbol, member)
            for link in found:
                assert member.value in at_pointer(link.spec.document, link.leaf.pointers["enum"])


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
            assert line_of(link).strip() == f"{link.leaf.aspects['method'].lower()}:"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_leaf_is_found_again(package: str) -> None:
    leaves = [link for link in LINKS if link.spec.stem == package]
    assert leaves
    for link in leaves:
        pointer, line = link.leaf.pointer, f"{package}.yaml:{link.spec.line(link.leaf.pointer)}"
        for query in (pointer, f"specs/{package}.yaml{pointer}", link.leaf.place, line, f"specs/{line}"):
            assert link in matching(LINKS, query), query
        for aspect in link.leaf.aspects:
            assert link in matching(LINKS, link.leaf.pointer_of(aspect))


def test_every_fact_is_found_by_its_bare_name() -> None:
    named = 0
    for link in LINKS:
        # What has no name is the root of a body, or said of the operation.
        kind, _, path = link.leaf.place.removesuffix("[]").partition(" ")
        if link.fact is None or not path:
            continue
        bare = path.rpartition(".")[2] if kind != "error" else path.partition(" ")[2]
        assert link in matching(LINKS, bare), link.leaf.place
        named += 1
    assert named


def test_every_reading_is_shown_with_page_taken_and_why() -> None:
    read = 0
    for link in LINKS:
        text = explained(link)
        for reading in link.leaf.readings:
            differs = f"{reading.aspect}: the page has {shown(reading.page)}, the spec takes {shown(reading.taken)}"
            assert f"  reading  {differs}" in text
            assert reading.why in text
            read += 1
        told = f"lines {link.fact.lines[0]}-{link.fact.lines[1]} of " if link.fact else "the page is silent"
        assert f"  page     {told}" in text
    assert read


def test_a_command_shows_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["SecretType.RDS_FG"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("ListSecrets: 200 secrets[].secret_type\n  Python   cloudkeys_api.huawei_csms.models.")
    assert "the page has [" in printed


@pytest.mark.parametrize(
    ("query", "near"),
    [("AccesskeyIdd", "AccesskeyId"), ("SecretTypo", "SecretType"), ("query limt", "query limit"), ("\x00", None)],
)
def test_an_unknown_name_suggests_near_ones(query: str, near: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([query]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"nothing is called {shown(query)}")
    assert near in printed.err if near else "near" not in printed.err


HOSTILE = (
    "\x1b[2J\x1b]0;x\x07",
    "a\rb",
    "a\nb",
    "\u202e",
    "\x9b31m",
    "\udcff",
    "x" * 100_000,
    "#/\x1b[0m",
    "--\x1b[31m",
    "",
)


@pytest.mark.parametrize("query", HOSTILE)
def test_a_query_cannot_steer_the_terminal(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: object = main([query])
    except SystemExit as stopped:
        status = stopped.code
    printed = capsys.readouterr()
    assert status in {1, 2}
    assert all(line.isprintable() for line in (printed.out + printed.err).split("\n"))
    assert len(printed.err) < 1000
    assert query == "" or "\n" not in query or query not in printed.err


def test_specs_that_cannot_be_read_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specs = copy_of_frozen(tmp_path)
    (specs / "pages" / "huawei_csms.yaml").write_text("x: [", encoding="utf-8")
    assert main(["limit", "--specs", str(specs)]) == 2
    assert "pages/huawei_csms.yaml" in capsys.readouterr().err


def test_it_runs_as_a_program() -> None:
    command = [
        sys.executable,
        "-m",
        "toolchain.pages.explain",
        "page_info.next_marker",
        "--specs",
        str(FROZEN),
    ]
    done = subprocess.run(command, cwd=SPECS, capture_output=True, check=True, encoding="utf-8")
    assert "ListAccessKeys: 200 page_info.next_marker" in done.stdout
