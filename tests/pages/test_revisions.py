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
VERSION = Path("overlays", "cloudkeys", "_version.py")
IDENTITY = {f"GIT_{who}_{what}": "someone@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Project:
    """A repository with copies of two specs, as they were committed and as they are edited."""

    def __init__(self, root: Path) -> None:
        self.root = root
        specs = copy_of_frozen(root)
        for other in ("huawei_csms.yaml", "huawei_iam_v3.yaml"):
            (specs / other).unlink()
            (specs / "pages" / other).unlink()
        self.changelog = root / "CHANGELOG.md"
        self.announce("")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("base")

    def git(self, *arguments: str) -> str:
        where = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        # A hook's repository isn't that of the test.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        command = ["git", *arguments]
        done = subprocess.run(
            command, cwd=self.root, check=True, env=kept | where | IDENTITY, capture_output=True, encoding="utf-8"
        )
        return done.stdout

    def commit(self, name: str) -> None:
        self.git("add", "--all")
        self.git("-c", "commit.gpgsign=false", "commit", "--quiet", "--message", name)
        self.git("tag", name)

    def announce(self, entry: str) -> None:
        self.changelog.write_text(f"# Changelog\n\n## [Unreleased]\n\n{entry}\n", encoding="utf-8")

    def edit(self, pattern: str, new: str, name: str = SPEC) -> None:
        file = self.root / "specs" / name
        text, count = re.subn(pattern, new, file.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
        assert count
        file.write_text(text, encoding="utf-8")

    def compare(self, revision: str = "base", *more: str) -> int:
        return main(["--specs", str(self.root / "specs"), f"--base={revision}", *more])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return Project(tmp_path / "project")


PARAMETER = (
    "      parameters:\n        - name: added\n          in: query\n          required: true\n"
    "          description: What was added.\n          schema:\n            type: string"
)
FIELD = "        added:\n          type: string\n          description: What was added.\n        next_marker:\n"
EDITS: dict[str, tuple[str, str, str, str, str]] = {
    # name: (the spec, a pattern, its replacement, what the report shows, the name of what breaks callers)
    "a removed field": (
        *(SPEC, r"^        created_at:.*\n(?: {10,}.*\n)+", "", r"200 access_keys\[\]\.created_at: removed"),
        "created_at",
    ),
    "a mandatory parameter": (SPEC, "^      parameters:", PARAMETER, "query added: added", "added"),
    "another value": (
        *(SPEC, r"enum: \[active, inactive\]", "enum: [active, disabled]", r"200 access_keys\[\]\.status: enum"),
        "status",
    ),
    "a removed operation": (SPEC, r"^paths:\n(?: .*\n|\n|#.*\n)+", "paths: {}\n", "operation: removed", "operation"),
    "no paging": (SPEC, r"^      x-paging:.*\n(?: {8,}.*\n)+", "", "operation: x-paging: ", "operation"),
    "a setting": (
        *(SPEC, "^        - name: marker\n", r"\g<0>          x-client-setting: true" + "\n"),
        *("query marker: x-client-setting: nothing -> true", "marker"),
    ),
    "the style of an array": (
        *(SPEC, "^        - name: marker\n", r"\g<0>          x-array: numbered" + "\n"),
        *('query marker: x-array: nothing -> "numbered"', "marker"),
    ),
    "an optional field": (SPEC, "^        next_marker:\n", FIELD, r"200 page_info\.added: added", ""),
    "no retries": (OTHER, "x-idempotent: true", "x-idempotent: false", "operation: x-idempotent: true -> false", ""),
    "words": (SPEC, "summary: ", "summary: In other words ", "", ""),
    "the words of a reading": (OTHER, "why: As for", "why: Just as for", "", ""),
    "a date": (OTHER, 'updated: "', 'updated: "3', "", ""),
    "a reading": (SPEC, r"^ +x-reading:\n +- aspect: pattern\n(?: {13,}.*\n)+", "", "", ""),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_change_is_reported_and_a_breaking_one_must_be_announced(
    project: Project, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, pattern, new, shown, broken = EDITS[name]
    project.edit(pattern, new, spec)
    assert project.compare() == bool(broken)
    printed = capsys.readouterr()
    if broken:
        asked = f"CHANGELOG.md: the newest section has no entry with `Breaking`, `ListAccessKeys` and `{broken}`"
        assert printed.err == f"not announced: {asked}\n"
        project.announce(f"- Breaking: `{broken}`\n  of `ListAccessKeys` changed.")
        assert project.compare() == 0
    assert capsys.readouterr().err == ""
    severity = "breaking" if broken else "addition"
    assert re.search(rf"^{severity}\s+{shown}", printed.out, re.MULTILINE) or not shown
    assert printed.out.count("no change") == (1 if shown else 2)
    # The lines are those of the spec in every format.
    assert not re.search(r"page.lines|kept|lines 0|\b0,\s+0\b", printed.out)
    assert re.search(r"(spec|base) lines", printed.out) or not shown


def cut(text: str, lines: list[int] | None) -> str:
    return "" if lines is None else " ".join(" ".join(text.split("\n")[lines[0] - 1 : lines[1]]).split())


def test_a_report_names_the_lines_of_both_versions_of_the_spec(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("an optional field", "a mandatory parameter", "another value", "a removed field"):
        project.edit(*EDITS[name][1:3])
    project.edit("maximum: 200", "maximum: 300")
    project.compare("base", "--format", "json")
    changes = [change for report in json.loads(capsys.readouterr().out) for change in report["changes"]]
    now = (project.root / "specs" / SPEC).read_text(encoding="utf-8")
    base = project.git("show", f"base:specs/{SPEC}")
    found = {
        f"{one['place']}: {one['aspect']}": (cut(now, one["spec_lines"]), cut(base, one["base_lines"]))
        for one in changes
    }
    assert found["200 page_info.added: presence"] == ("added: type: string description: What was added.", "")
    added = "- name: added in: query required: true description: What was added. schema: type: string"
    assert found["query added: presence"] == (added, "")
    values = ("enum: [active, disabled]", "enum: [active, inactive]")
    assert found["200 access_keys[].status: enum"] == values
    assert found["query limit: maximum"] == ("maximum: 300", "maximum: 200")
    gone, before = found["200 access_keys[].created_at: presence"]
    assert (gone, before[:40]) == ("", "created_at: type: string format: date-ti")
    assert before.endswith("milliseconds.")


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
def test_half_an_announcement_is_none(project: Project, entry: str) -> None:
    project.edit(*EDITS["a removed field"][1:3])
    project.announce(entry)
    assert project.compare() == 1


def test_a_breaking_change_after_a_release_requires_another_version(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    released = "## [0.1.0] - 2026-01-01\n\n- Breaking `ListAccessKeys` `marker`\n"
    project.announce(released)
    project.commit("released")
    project.edit(*EDITS["a removed field"][1:3])
    project.announce(f"- Breaking: `ListAccessKeys` has no `created_at`.\n\n{released}")
    assert project.compare("released") == 1
    assert "not announced: the version must be 0.2.0 or higher" in capsys.readouterr().err
    for version, status in (("0.1.1", 1), ("0.2.0", 0), ("0.10.0", 0)):
        (project.root / VERSION).write_text(f'__version__ = "{version}"\n', encoding="utf-8")
        assert project.compare("released") == status
    project.announce(released)
    assert project.compare("released") == 1


def test_whole_specs_are_added_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The project may be a folder of its repository."""
    project = Project(tmp_path / "whole")
    part = project.root / "part"
    part.mkdir()
    for name in ("specs", "overlays", "CHANGELOG.md"):
        shutil.move(project.root / name, part / name)
    project.commit("moved")
    shutil.move(part / "specs" / SPEC, part / "specs" / "huawei_iam_v6.yaml")
    assert main(["--specs", str(part / "specs"), "--base", "moved"]) == 1
    printed = capsys.readouterr()
    assert re.search(r"huawei_iam_v6: ListAccessKeys: 1 change .*\n\naddition\s+operation: added", printed.out)
    assert re.search(r"huawei_iam_v5: ListAccessKeys: 1 change .*\n\nbreaking\s+operation: removed", printed.out)
    assert "`ListAccessKeys` and `operation`" in printed.err


@pytest.mark.parametrize(
    "revision", ["nothing", "", "--output=made", "-p", "base:specs", "base..base", ":/base", "base\nx", "\x1b[31m"]
)
def test_an_unknown_revision_runs_nothing(project: Project, revision: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(project.root.rglob("*"))
    assert project.compare(revision) == 2
    assert sorted(project.root.rglob("*")) == before
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "--base: git has no revision " in printed.err
    assert printed.err[:-1].isprintable()


@pytest.mark.parametrize("text", ["paths: [", "[]", "", "paths: {/a: {get: {responses: {}}}}", "a: &a [*a]"])
def test_an_older_spec_that_cannot_be_read_is_named(
    project: Project, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project.root / "specs" / SPEC
    good = file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    project.commit("damaged")
    file.write_text(good, encoding="utf-8")
    assert project.compare("damaged") == 2
    assert SPEC in capsys.readouterr().err


def test_a_project_without_repository_or_git(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = copy_of_frozen(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["--specs", str(specs), "--base=HEAD"]) == 2
    monkeypatch.setenv("PATH", "")
    assert main(["--specs", str(specs), "--base=HEAD"]) == 2
    assert "can't run git" in capsys.readouterr().err
