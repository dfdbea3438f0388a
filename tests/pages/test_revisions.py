"""Two versions of the specs: every change for callers is reported, and a breaking one must be announced."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pages.frozen_specs import copy_of_frozen
from toolchain.pages.__main__ import main

SPEC, OTHER = "huawei_iam_v5.yaml", "alibaba_sas.yaml"
IDENTITY = {f"GIT_{who}_{what}": "someone@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(project: Path, *arguments: str) -> str:
    config = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    # A hook's repository isn't that of the test.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command, environment = ["git", *arguments], kept | config | IDENTITY
    return subprocess.run(
        command, cwd=project, check=True, env=environment, capture_output=True, encoding="utf-8"
    ).stdout


def commit(project: Path, name: str) -> None:
    git(project, "add", "--all")
    git(project, "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", name)
    git(project, "tag", name)


def announce(project: Path, entry: str) -> None:
    (project / "CHANGELOG.md").write_text(f"# Changelog\n\n## [Unreleased]\n\n{entry}\n", encoding="utf-8")


def edit(project: Path, pattern: str, new: str, name: str = SPEC) -> None:
    file = project / "specs" / name
    text, count = re.subn(pattern, new, file.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert count
    file.write_text(text, encoding="utf-8")


def compare(project: Path, revision: str = "base", *more: str) -> int:
    return main(["--specs", str(project / "specs"), f"--base={revision}", *more])


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with copies of two specs."""
    project = tmp_path_factory.mktemp("project")
    specs = copy_of_frozen(project)
    for other in ("huawei_csms.yaml", "huawei_iam_v3.yaml"):
        (specs / other).unlink()
        (specs / "pages" / other).unlink()
    announce(project, "")
    git(project, "init", "--quiet", "--initial-branch=main")
    commit(project, "base")
    return project


@pytest.fixture
def project(committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return Path(shutil.copytree(committed, tmp_path / "project"))


PARAMETER = (
    "      parameters:\n        - name: added\n          in: query\n          required: true\n"
    "          description: What was added.\n          schema:\n            type: string"
)
FIELD = "        added:\n          type: string\n          description: What was added.\n        next_marker:\n"
MARKER = "^        - name: marker\n"
GONE = r"^        created_at:.*\n(?: {10,}.*\n)+"
EDITS = {
    # name: (a pattern, its replacement, what the report shows, the name of what breaks callers)
    "a removed field": (GONE, "", r"200 access_keys\[\]\.created_at: removed", "created_at"),
    "a mandatory parameter": ("^      parameters:", PARAMETER, "query added: added", "added"),
    "another value": ("active, inactive]", "active, disabled]", r"200 access_keys\[\]\.status: enum", "status"),
    "a removed operation": (r"^paths:\n(?: .*\n|\n|#.*\n)+", "paths: {}\n", "operation: removed", "operation"),
    "no paging": (r"^      x-paging:.*\n(?: {8,}.*\n)+", "", "operation: x-paging: ", "operation"),
    "the style of an array": (MARKER, rf"\g<0>{' ' * 10}x-array: numbered\n", "query marker: x-array: not", "marker"),
    "an optional field": ("^        next_marker:\n", FIELD, r"200 page_info\.added: added", ""),
    "no retries": ("^      operationId:", r"      x-idempotent: false\n\g<0>", "operation: x-idempotent: not", ""),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_change_is_reported_and_a_breaking_one_must_be_announced(
    project: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pattern, new, shown, broken = EDITS[name]
    edit(project, pattern, new)
    assert compare(project) == bool(broken)
    printed = capsys.readouterr()
    if broken:
        asked = f"CHANGELOG.md: the newest section has no entry with `Breaking`, `ListAccessKeys` and `{broken}`"
        assert printed.err == f"not announced: {asked}\n"
        announce(project, f"- Breaking: `{broken}`\n  of `ListAccessKeys` changed.")
        assert compare(project) == 0
    assert capsys.readouterr().err == ""
    assert re.search(rf"^{'breaking' if broken else 'addition'}\s+{shown}", printed.out, re.MULTILINE)
    assert printed.out.count("no change") == 1
    # The lines are those of the spec in every format.
    assert not re.search(r"page.lines|kept|lines 0|\b0,\s+0\b", printed.out)
    assert re.search(r"(spec|base) lines", printed.out)


def test_words_dates_and_readings_are_no_change(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(project, "summary: ", "summary: In other words ")
    edit(project, r"^ +x-reading:\n +- aspect: pattern\n(?: {13,}.*\n)+", "")
    edit(project, "why: As for", "why: Just as for", OTHER)
    edit(project, 'updated: "', 'updated: "3', OTHER)
    assert compare(project) == 0
    assert capsys.readouterr().out.count("no change") == 2


def test_a_report_names_the_lines_of_both_versions_of_the_spec(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = (project / "specs" / SPEC).read_text(encoding="utf-8").split("\n")
    for name in ("an optional field", "another value", "a removed field"):
        edit(project, *EDITS[name][:2])
    compare(project, "base", "--format", "json")
    now = (project / "specs" / SPEC).read_text(encoding="utf-8").split("\n")
    found = {}
    for change in (change for report in json.loads(capsys.readouterr().out) for change in report["changes"]):
        spans = zip((base, now), (change["base_lines"], change["spec_lines"]), strict=True)
        found[change["place"]] = [span and rows[span[0] - 1].strip() for rows, span in spans]
    assert found == {
        "200 page_info.added": [None, "added:"],
        "200 access_keys[].status": ["enum: [active, inactive]", "enum: [active, disabled]"],
        "200 access_keys[].created_at": ["created_at:", None],
    }


@pytest.mark.parametrize(
    "entry",
    [
        "- `ListAccessKeys`: `created_at` is gone.",
        "- Breaking: `created_at` is gone.",
        "Breaking ListAccessKeys created_at",
        "- Breaking: `ListAccessKeys`: `created_at_all`, `recreated_at`.",
        "- Breaking: `ListAccessKeys`.\n- `created_at` is gone.",
        "## [0.0.1]\n\n- Breaking: `ListAccessKeys` `created_at`",
    ],
)
def test_half_an_announcement_is_none(project: Path, entry: str) -> None:
    edit(project, *EDITS["a removed field"][:2])
    announce(project, entry)
    assert compare(project) == 1


def test_a_breaking_change_after_a_release_requires_another_version(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released = "## [0.1.0] - 2026-01-01\n\n- Breaking `ListAccessKeys` `marker`\n"
    announce(project, released)
    commit(project, "released")
    edit(project, *EDITS["a removed field"][:2])
    announce(project, f"- Breaking: `ListAccessKeys` has no `created_at`.\n\n{released}")
    assert compare(project, "released") == 1
    assert "not announced: the version must be 0.2.0 or higher" in capsys.readouterr().err
    for version, status in (("0.1.1", 1), ("0.2.0", 0), ("0.10.0", 0)):
        module = project / "overlays" / "cloudkeys" / "_version.py"
        module.write_text(f'__version__ = "{version}"\n', encoding="utf-8")
        assert compare(project, "released") == status
    announce(project, released)
    assert compare(project, "released") == 1


def test_whole_specs_are_added_and_removed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The project may be a folder of its repository."""
    part = project / "part"
    part.mkdir()
    for name in ("specs", "overlays", "CHANGELOG.md"):
        shutil.move(project / name, part / name)
    commit(project, "moved")
    shutil.move(part / "specs" / SPEC, part / "specs" / "huawei_iam_v6.yaml")
    assert compare(part, "moved") == 1
    printed = capsys.readouterr()
    assert re.search(r"huawei_iam_v6: ListAccessKeys: 1 change .*\n\naddition\s+operation: added", printed.out)
    assert re.search(r"huawei_iam_v5: ListAccessKeys: 1 change .*\n\nbreaking\s+operation: removed", printed.out)
    assert "`ListAccessKeys` and `operation`" in printed.err


def test_an_unknown_revision_runs_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(project.rglob("*"))
    for revision in ("nothing", "", "--output=made", "-p", "base:specs", "base..base", ":/base", "base\nx", "\x1b[31m"):
        assert compare(project, revision) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "--base: git has no revision " in printed.err
        assert printed.err[:-1].isprintable()
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("text", ["paths: [", "[]", "", "paths: {/a: {get: {responses: {}}}}", "a: &a [*a]"])
def test_an_older_spec_that_cannot_be_read_is_named(
    project: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "specs" / SPEC
    good = file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    commit(project, "damaged")
    file.write_text(good, encoding="utf-8")
    assert compare(project, "damaged") == 2
    assert SPEC in capsys.readouterr().err


def test_a_project_without_repository_or_git(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_of_frozen(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert compare(tmp_path) == 2
    monkeypatch.setenv("PATH", "")
    assert compare(tmp_path) == 2
    assert "can't run git" in capsys.readouterr().err
