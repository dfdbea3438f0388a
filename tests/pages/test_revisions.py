"""Two versions of the specs: what breaks callers must be announced, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pages.frozen_specs import copy_of_frozen
from toolchain.pages.__main__ import main

SPEC = "huawei_iam_v5.yaml"
VERSION = Path("overlays", "cloudkeys", "_version.py")
IDENTITY = {f"GIT_{who}_{what}": "someone@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
RELEASED = (
    "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n### Added\n\n- Breaking `ListAccessKeys` `marker`\n"
)
FIELD = """\
        added:
          type: string
          description: What was added."""
PARAMETER = """
        - name: added
          in: query
          required: true
          description: What was added.
          schema:
            type: string"""


class Project:
    """A repository with copies of two specs, as they were committed and as they are edited."""

    def __init__(self, root: Path) -> None:
        self.root = root
        specs = copy_of_frozen(root)
        for other in ("huawei_csms.yaml", "huawei_iam_v3.yaml"):
            (specs / other).unlink()
            (specs / "pages" / other).unlink()
        self.changelog = root / "CHANGELOG.md"
        self.changelog.write_text("# Changelog\n\n## [Unreleased]\n", encoding="utf-8")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("base")

    def git(self, *arguments: str) -> None:
        where = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        # A repository that a hook runs in isn't the one of the test.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(["git", *arguments], cwd=self.root, check=True, env=kept | where | IDENTITY)  # noqa: S607 - any git

    def git_says(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, encoding="utf-8")  # noqa: S607 - any git
        return done.stdout

    def commit(self, name: str) -> None:
        self.git("add", "--all")
        self.git("-c", "commit.gpgsign=false", "commit", "--quiet", "--message", name)
        self.git("tag", name)

    def edit(self, old: str, new: str, name: str = SPEC) -> None:
        file = self.root / "specs" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def compare(self, revision: str = "base", *more: str) -> int:
        return main(["--specs", str(self.root / "specs"), f"--base={revision}", *more])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return Project(tmp_path / "project")


def without(pattern: str, project: Project) -> None:
    file = project.root / "specs" / SPEC
    text, count = re.subn(pattern, "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count
    file.write_text(text, encoding="utf-8")


def test_nothing_changed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.compare() == 0
    printed = capsys.readouterr()
    assert re.findall(r"no change$", printed.out, re.MULTILINE) == ["no change"] * 2
    assert printed.err == ""


def test_words_alone_are_no_change(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("summary: ", "summary: In other words ")
    project.edit("description: IAM of one region", "description: IAM of a region")
    project.edit("why: As for", "why: Just as for", "alibaba_sas.yaml")
    project.edit('updated: "', 'updated: "3', "alibaba_sas.yaml")
    without(r"^ +x-reading:\n +- aspect: pattern\n(?: {13,}.*\n)+", project)
    assert project.compare() == 0
    assert capsys.readouterr().out.count("no change") == 2


def test_an_optional_field_is_an_addition(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("        next_marker:\n", f"{FIELD}\n        next_marker:\n")
    assert project.compare() == 0
    printed = capsys.readouterr()
    assert re.search(r"addition\s+200 page_info.added: added", printed.out)
    assert "breaking" not in printed.out
    assert printed.err == ""


def removed_field(project: Project) -> None:
    without(r"^        created_at:.*\n(?: {10,}.*\n)+", project)


def mandatory_parameter(project: Project) -> None:
    project.edit("      parameters:", f"      parameters:{PARAMETER}")


def renamed_value(project: Project) -> None:
    project.edit("enum: [active, inactive]", "enum: [active, disabled]")


def removed_operation(project: Project) -> None:
    file = project.root / "specs" / SPEC
    file.write_text(
        re.sub(r"(?ms)^paths:\n.*?^(?=\w)", "paths: {}\n", file.read_text(encoding="utf-8")), encoding="utf-8"
    )


def removed_spec(project: Project) -> None:
    (project.root / "specs" / SPEC).unlink()


def lines_named(project: Project, capsys: pytest.CaptureFixture[str], tag: str) -> dict[str, tuple[str, str]]:
    """Return the text of the lines that a report names, of what changed: now, and before."""
    capsys.readouterr()
    project.compare(tag, "--format", "json")
    changes = [change for report in json.loads(capsys.readouterr().out) for change in report["changes"]]
    texts = {}
    for change in changes:
        now = (project.root / change["file"]).read_text(encoding="utf-8")
        shown = project.git_says("show", f"{tag}:{change['file']}")
        texts[f"{change['place']}: {change['aspect']}"] = (
            cut(now, change["spec_lines"]),
            cut(shown, change["base_lines"]),
        )
    return texts


def cut(text: str, lines: list[int] | None) -> str:
    return "" if lines is None else " ".join(" ".join(text.split("\n")[lines[0] - 1 : lines[1]]).split())


def test_a_report_names_the_lines_of_both_versions_of_the_spec(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit("        next_marker:\n", f"{FIELD}\n        next_marker:\n")
    mandatory_parameter(project)
    renamed_value(project)
    removed_field(project)
    project.edit("maximum: 200", "maximum: 300")
    found = lines_named(project, capsys, "base")
    assert found["200 page_info.added: presence"] == ("added: type: string description: What was added.", "")
    added = "- name: added in: query required: true description: What was added. schema: type: string"
    assert found["query added: presence"] == (added, "")
    values = ("enum: [active, disabled]", "enum: [active, inactive]")
    assert found["200 access_keys[].status: enum"] == values
    assert found["query limit: maximum"] == ("maximum: 300", "maximum: 200")
    now, before = found["200 access_keys[].created_at: presence"]
    assert now == ""
    assert before.startswith("created_at: type: string format: date-time")
    assert before.endswith("milliseconds.")


def without_paging(project: Project) -> None:
    without(r"^      x-paging:.*\n(?: {8,}.*\n)+", project)


def another_setting(project: Project) -> None:
    project.edit("        - name: marker\n", "        - name: marker\n          x-client-setting: true\n")


def another_style(project: Project) -> None:
    project.edit("        - name: marker\n", "        - name: marker\n          x-array: numbered\n")


def repeated(project: Project) -> None:
    project.edit("x-idempotent: true", "x-idempotent: false", "alibaba_sas.yaml")


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (without_paging, r"breaking\s+operation: x-paging: "),
        (another_setting, r"breaking\s+query marker: x-client-setting: nothing -> true"),
        (another_style, r'breaking\s+query marker: x-array: nothing -> "numbered"'),
        (repeated, r"addition\s+operation: x-idempotent: true -> false"),
    ],
)
def test_what_changes_the_functions_and_is_on_no_page_is_reported(
    project: Project, change: Callable[[Project], None], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project)
    project.compare()
    assert re.search(shown, capsys.readouterr().out)


@pytest.mark.parametrize("change", [removed_operation, removed_spec, removed_field, mandatory_parameter])
def test_no_report_speaks_of_the_lines_of_a_page(
    project: Project, change: Callable[[Project], None], capsys: pytest.CaptureFixture[str]
) -> None:
    change(project)
    for form in ("text", "markdown", "json"):
        project.compare("base", "--format", form)
        out = capsys.readouterr().out
        assert not re.search(r"page.lines|kept|lines 0|\b0,\s+0\b", out)
        assert re.search(r"(spec|base).lines", out)


BROKEN: list[Any] = [
    pytest.param(removed_field, r"200 access_keys\[\]\.created_at: removed", "created_at", id="a field"),
    pytest.param(mandatory_parameter, "query added: added", "added", id="a mandatory parameter"),
    pytest.param(renamed_value, r"200 access_keys\[\]\.status: enum", "status", id="a value"),
    pytest.param(removed_operation, "operation: removed", "operation", id="an operation"),
    pytest.param(removed_spec, "operation: removed", "operation", id="a spec"),
]


@pytest.mark.parametrize(("change", "shown", "name"), BROKEN)
def test_what_breaks_callers_must_be_announced(
    project: Project, change: Callable[[Project], None], shown: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project)
    assert project.compare() == 1
    printed = capsys.readouterr()
    assert re.search(rf"^breaking\s+{shown}", printed.out, re.MULTILINE)
    asked = f"CHANGELOG.md: the newest section has no entry with `Breaking`, `ListAccessKeys` and `{name}`"
    assert printed.err == f"not announced: {asked}\n"
    project.changelog.write_text(
        f"# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- Breaking: `{name}`\n  of `ListAccessKeys` changed.\n",
        encoding="utf-8",
    )
    assert project.compare() == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "entry",
    [
        "- `ListAccessKeys`: `created_at` is gone.",
        "- Breaking: `created_at` is gone.",
        "Breaking ListAccessKeys created_at",
        "- Breaking: `ListAccessKeys` lost a field.",
        "- Breaking: `ListAccessKeys`: `created_at_all`, `recreated_at`.",
        "- Breaking: `ListAccessKeys`.\n- `created_at` is gone.",
        "## [0.0.1]\n\n- Breaking: `ListAccessKeys` `created_at`",
    ],
)
def test_half_an_announcement_is_none(project: Project, entry: str) -> None:
    removed_field(project)
    project.changelog.write_text(f"# Changelog\n\n## [Unreleased]\n\n{entry}\n", encoding="utf-8")
    assert project.compare() == 1


def test_what_was_released_asks_for_another_version(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.changelog.write_text(RELEASED, encoding="utf-8")
    project.commit("released")
    removed_field(project)
    announced = RELEASED.replace("## [0.1.0]", "- Breaking: `ListAccessKeys` has no `created_at`.\n\n## [0.1.0]")
    project.changelog.write_text(announced, encoding="utf-8")
    assert project.compare("released") == 1
    assert "not announced: the version must be 0.2.0 or higher" in capsys.readouterr().err
    for version, status in (("0.1.1", 1), ("0.2.0", 0), ("0.10.0", 0)):
        (project.root / VERSION).write_text(f'__version__ = "{version}"\n', encoding="utf-8")
        assert project.compare("released") == status
    project.changelog.write_text(RELEASED, encoding="utf-8")
    assert project.compare("released") == 1


def test_a_new_spec_is_an_addition(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project.root / "specs"
    shutil.copy(folder / SPEC, folder / "huawei_iam_v6.yaml")
    assert project.compare() == 0
    assert re.search(
        r"huawei_iam_v6: ListAccessKeys: 1 change .*\n\naddition\s+operation: added", capsys.readouterr().out
    )


def test_a_project_in_a_folder_of_its_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Project(tmp_path / "whole")
    (project.root / "part").mkdir()
    for name in ("specs", "overlays", "CHANGELOG.md"):
        shutil.move(project.root / name, project.root / "part" / name)
    project.commit("moved")
    (project.root / "part" / "specs" / "alibaba_sas.yaml").unlink()
    assert main(["--specs", str(project.root / "part" / "specs"), "--base", "moved"]) == 1
    assert "DescribeAccesskeyLeakList" in capsys.readouterr().err


@pytest.mark.parametrize(
    "revision",
    [
        *("nothing", "", "--output=made", "-p", "base:specs", "base..base", ":/base", "$(touch made)"),
        *("base\nx", "--upload-pack=touch made", "\x1b[31m", "0" * 40),
    ],
)
def test_what_is_no_revision_runs_nothing(project: Project, revision: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(project.root.rglob("*"))
    assert project.compare(revision) == 2
    assert sorted(project.root.rglob("*")) == before
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert "--base: git knows no revision " in printed.err
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


def test_no_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    specs = copy_of_frozen(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["--specs", str(specs), "--base=HEAD"]) == 2
    monkeypatch.setenv("PATH", "")
    assert main(["--specs", str(specs), "--base=HEAD"]) == 2
    assert "git can't be run" in capsys.readouterr().err
