"""What holds for all examples alike."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from cloudkeys.testing import FakeCloud
from programs import EXAMPLES, run_here

PROJECT = tomllib.loads((EXAMPLES.parent / "pyproject.toml").read_text(encoding="utf-8"))
FILES = sorted(EXAMPLES.glob("*.py"))
PROGRAMS = [file for file in FILES if "__main__" in file.read_text(encoding="utf-8")]  # the others are parts of them
WITH_THE_PACKAGE = {"cloudkeys", "cloudkeys_api", "msgspec", *(file.stem for file in FILES)}
HEADER = re.compile(r"^# /// script\n(?P<content>(?:# .*\n)+)# ///$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_needs_what_its_header_says_and_no_more(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = HEADER.search(text)
    header = tomllib.loads(re.sub(r"^# ", "", found["content"], flags=re.MULTILINE)) if found else {}
    dependencies = header.get("dependencies", ["cloudkeys"])
    assert header.get("requires-python", ">=3.11") == PROJECT["project"]["requires-python"]
    assert set(dependencies) <= {"cloudkeys", *PROJECT["dependency-groups"]["examples"]}
    named = {re.split(r"[<>=]", dependency)[0] for dependency in dependencies} | WITH_THE_PACKAGE
    assert third_party(text) - WITH_THE_PACKAGE == named - WITH_THE_PACKAGE


def third_party(text: str) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules.add(node.module or "")
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: file.stem)
def test_it_tells_how_to_use_it(file: Path, fake_cloud: FakeCloud) -> None:
    end = run_here(fake_cloud, file.stem, "--help")
    assert end.status == 0
    assert "--base-url" in end.out
    statuses = file.read_text(encoding="utf-8").partition('"""\n')[0]
    assert "Exit status: 0 when" in statuses
    assert fake_cloud.calls == []


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: file.stem)
def test_wrong_arguments_end_it_with_status_2(file: Path, fake_cloud: FakeCloud) -> None:
    end = run_here(fake_cloud, file.stem, "--region", "cn-hangzhou")
    assert (end.status, end.out) == (2, "")
    # The regions of the accounts are in its file.
    reason = "unrecognized arguments" if file.stem == "audit_access_keys" else "not allowed with argument"
    assert reason in end.err
