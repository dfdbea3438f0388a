"""What all examples have in common."""

from __future__ import annotations

import ast
import os
import re
import sys
import time
import tomllib
from pathlib import Path

import pytest

from cloudkeys.testing import FakeCloud, example_leak
from programs import EXAMPLES, environment, run_here, run_main, start, wait_for

PROJECT = tomllib.loads((EXAMPLES.parent / "pyproject.toml").read_text(encoding="utf-8"))
FILES = sorted(EXAMPLES.glob("*.py"))
ARGUMENTS = {
    "all_accounts": ["accounts.txt", "leaks.jsonl"],
    "audit_access_keys": ["accounts.toml"],
    "export_leaks": ["leaks.parquet"],
    "respond_to_leak": ["huawei", "EXAMPLE"],
    "unhandled_leaks": [],
    "unrotated_secrets": [],
}
WITH_THE_PACKAGE = {"cloudkeys", "cloudkeys_api", "msgspec", *(file.stem for file in FILES)}
HEADER = re.compile(r"^# /// script\n(?P<content>(?:# .*\n)+)# ///$", re.MULTILINE)
PAGE = (EXAMPLES.parent / "docs" / "pages" / "examples.md").read_text(encoding="utf-8")
FIRST_CALLS = ("alibaba_sas.DescribeAccesskeyLeakList", "huawei_csms.ListSecrets", "huawei_iam_v5.ListUsers")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder with lists of accounts, without credentials of the user."""
    (tmp_path / "accounts.txt").write_text("1000000000000001\n")
    (tmp_path / "accounts.toml").write_text('[bank]\ncloud = "huawei"\nregion = "cn-north-4"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_header_lists_exactly_the_packages_that_are_imported(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = HEADER.search(text)
    header = tomllib.loads(re.sub(r"^# ", "", found["content"], flags=re.MULTILINE)) if found else {}
    dependencies = header.get("dependencies", ["cloudkeys"])
    assert header.get("requires-python", ">=3.11") == PROJECT["project"]["requires-python"]
    assert set(dependencies) <= {"cloudkeys", *PROJECT["dependency-groups"]["examples"]}
    listed = {re.split(r"[<>=]", dependency)[0] for dependency in dependencies}
    assert third_party(text) - WITH_THE_PACKAGE == listed - WITH_THE_PACKAGE


def third_party(text: str) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_program_describes_its_options_and_refuses_wrong_ones(name: str, fake_cloud: FakeCloud) -> None:
    shown = run_here(fake_cloud, name, "--help")
    assert (shown.status, shown.err) == (0, "")
    assert "--base-url" in shown.out
    assert "\nExit status: 0 if " in (EXAMPLES / f"{name}.py").read_text(encoding="utf-8").partition('"""\n')[0]
    refused = run_here(fake_cloud, name, "--region", "cn-hangzhou")
    assert (refused.status, refused.out) == (2, "")
    # audit_access_keys.py reads the regions from its file.
    reason = "unrecognized arguments" if name == "audit_access_keys" else "not allowed with argument"
    assert reason in refused.err
    assert fake_cloud.calls == []


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.usefixtures("folder")
def test_a_missing_permission_is_reported(name: str, fake_cloud: FakeCloud) -> None:
    fake_cloud.denied.update(FIRST_CALLS)
    result = run_here(fake_cloud, name, *ARGUMENTS[name])
    assert result.status == 1
    assert result.err.startswith(f"{name}: ")
    assert "status 403" in result.err
    assert fake_cloud.callers.secrets() & set(result.err.split()) == set()


@pytest.mark.parametrize("name", ARGUMENTS)
def test_missing_credentials_are_reported(
    name: str, folder: Path, fake_cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programs.environment", lambda _cloud: {"HOME": str(folder)})
    region = [] if name == "audit_access_keys" else ["--region", "cn-north-4"]
    project = ["--project-id", "project"] if name == "unrotated_secrets" else []
    result = run_main(fake_cloud, name, *region, *project, *ARGUMENTS[name])
    assert result.status == 1
    assert "no credentials were found" in result.err


@pytest.mark.parametrize("name", ["audit_access_keys", "respond_to_leak", "unhandled_leaks", "unrotated_secrets"])
def test_a_closed_pipe_is_not_an_error_message(name: str, folder: Path, fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks.append(example_leak(1, gmt_modified=round(time.time() * 1000)))
    reading, writing = os.pipe()
    os.close(reading)
    with fake_cloud.serving() as url:
        arguments = ["--base-url", url, *ARGUMENTS[name]]
        process = start(fake_cloud, name, *arguments, stdout=writing, cwd=folder, env=environment(fake_cloud))
        os.close(writing)
        result = wait_for(process)
    assert result.status == 1
    assert [line for line in result.err.splitlines() if not line.endswith(" are done")] == []


def test_the_page_shows_every_file_and_a_command_of_every_program() -> None:
    programs, names = sorted(f"{name}.py" for name in ARGUMENTS), [file.name for file in FILES]
    for pattern in (r"^<!-- include: examples/(\w+\.py) -->$", r"\]\(\.\./\.\./examples/(\w+\.py)\)"):
        assert sorted(re.findall(pattern, PAGE, re.MULTILINE)) == names
    assert sorted(re.findall(r"^\| \[(\w+\.py)\]", PAGE, re.MULTILINE)) == programs
    assert set(re.findall(r"^\$ python examples/(\w+\.py)", PAGE, re.MULTILINE)) == set(programs)
