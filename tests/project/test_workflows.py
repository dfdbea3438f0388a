"""The scripts of GitHub's workflows work, with the real git and replacements for `gh` and nox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import release_notes
from tools.workflows import ROOT, WORKFLOWS, scripts

GIT = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c"}
# Logs its arguments, and prints OPEN for a question for a number.
GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
if [ "$2" = list ]; then echo "$OPEN"; fi
"""
# Replaces `python3 -m nox -s SESSION ...`: `pages` prints REPORT and appends EDIT to a spec; `generate` always edits.
PYTHON = """#!/usr/bin/env bash
case "$4" in
  pages) printf '%s' "$REPORT"; printf '%s' "$EDIT" >> specs/a.yaml; exit "$STATUS" ;;
  generate) echo new >> generated/a.py ;;
esac
"""


class Runner:
    """Runs steps of workflows in a clone with a remote."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.remote, self.clone = folder, folder / "remote", folder / "clone"

    def git(self, folder: Path, *arguments: str) -> str:
        command = ["git", *arguments]
        return subprocess.run(
            command, cwd=folder, env=os.environ | GIT, capture_output=True, text=True, check=True
        ).stdout

    def commit(self, message: str) -> None:
        self.git(self.clone, "add", "--all")
        self.git(self.clone, "commit", "--quiet", "--message", message)

    def step(self, workflow: str, job: str, name: str, **environment: str) -> int:
        """Run a step as GitHub does, and return its exit status."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        files = {"CALLS": "calls", "GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
        given = {variable: str(self.folder / file) for variable, file in files.items()} | {"OPEN": "", "EDIT": ""}
        command = ["bash", "-e", "-c", scripts()[workflow, job, name]]
        kept = os.environ | given | environment | {"PATH": path}
        return subprocess.run(command, cwd=self.clone, env=kept, capture_output=True, check=False).returncode

    def written(self, name: str) -> list[str]:
        file = self.folder / name
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with replacements for programs, a remote, and its clone."""
    runner = Runner(tmp_path_factory.mktemp("prepared"))
    (runner.folder / "bin").mkdir()
    for name, script in {"gh": GH, "python3": PYTHON}.items():
        file = runner.folder / "bin" / name
        file.write_text(script)
        file.chmod(0o755)
    runner.git(runner.folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote")
    runner.git(runner.folder, "clone", "--quiet", "remote", "clone")
    runner.git(runner.clone, "remote", "set-url", "origin", "../remote")
    for name in ("specs/a.yaml", "generated/a.py", ".github/workflows/ci.yml"):
        (runner.clone / name).parent.mkdir(parents=True)
        (runner.clone / name).write_text("old\n")
    runner.commit("first")
    runner.git(runner.clone, "push", "--quiet", "origin", "HEAD:main")
    return runner.folder


@pytest.fixture
def runner(prepared: Path, tmp_path: Path) -> Runner:
    return Runner(shutil.copytree(prepared, tmp_path / "copy"))


HOW_TO = ["", "To see it on your machine:", "", "    nox -s contract"]
LIST = "issue list --label nightly --state open --limit 1 --json number --jq .[].number"


NEW_ISSUE = [
    "label create nightly --force --description Opened by a scheduled workflow",
    "issue create --title It fails --label nightly --body https://run",
    *HOW_TO,
]


@pytest.mark.parametrize(
    ("passed", "number", "calls"),
    [
        ("true", "", []),
        ("true", "7", ["issue close 7 --comment It passes again: https://run"]),
        ("false", "7", ["issue comment 7 --body https://run", *HOW_TO]),
        ("false", "", NEW_ISSUE),
    ],
)
def test_a_failure_opens_one_issue_and_a_success_closes_it(
    runner: Runner, passed: str, number: str, calls: list[str]
) -> None:
    given = {"TITLE": "It fails", "LABEL": "nightly", "RUN": "https://run", "REPEAT": "nox -s contract"}
    name = "Open, add to or close the issue"
    assert runner.step("report", "issue", name, PASSED=passed, OPEN=number, **given) == 0
    assert runner.written("calls") == [LIST, *calls]


FETCH, KEEP = "Fetch the pages, and draft what they ask for", "Generate the clients, and keep the changes"


@pytest.mark.parametrize(
    ("status", "report", "ends_with", "output"),
    [
        ("0", "Nothing changed.", 0, ["readable=true"]),
        ("1", "A field is new.", 0, ["readable=true"]),
        ("2", "A page can't be read.", 0, ["readable=false"]),
        ("3", "A traceback.", 3, []),
        ("1", "", 1, []),
        ("0", "", 1, []),
    ],
)
def test_the_weekly_comparison_distinguishes_findings_from_failures(
    runner: Runner, status: str, report: str, ends_with: int, output: list[str]
) -> None:
    assert runner.step("pages", "compare", FETCH, STATUS=status, REPORT=report) == ends_with
    assert runner.written("output") == output
    assert runner.written("summary") == ([report] if report else [])


def draft(runner: Runner, edit: str) -> None:
    assert runner.step("pages", "compare", FETCH, STATUS="1", REPORT="It changed.", EDIT=edit) == 0
    assert runner.step("pages", "compare", KEEP) == 0


def test_unchanged_pages_propose_nothing(runner: Runner) -> None:
    draft(runner, "")
    assert runner.written("output") == ["readable=true"]
    assert not (runner.clone / "findings" / "changes.patch").exists()


def test_changed_pages_become_a_branch_with_specs_and_clients(runner: Runner) -> None:
    draft(runner, "new\n")
    assert runner.written("output") == ["readable=true", "changed=true"]
    runner.git(runner.clone, "reset", "--quiet", "--hard")
    assert runner.step("pages", "propose", "Push what changed") == 0
    changed = runner.git(runner.remote, "show", "--format=%s", "--name-only", "pages/weekly")
    assert changed.split("\n\n") == ["Take over what the vendors' pages say now", "generated/a.py\nspecs/a.yaml\n"]
    # A week later, the branch exists, and the pages have changed again.
    runner.git(runner.clone, "switch", "--quiet", "main")
    shutil.rmtree(runner.clone / "findings")
    draft(runner, "newer\n")
    runner.git(runner.clone, "reset", "--quiet", "--hard")
    runner.git(runner.clone, "branch", "--quiet", "-D", "pages/weekly")
    assert runner.step("pages", "propose", "Push what changed") == 0
    assert runner.git(runner.remote, "show", "pages/weekly:specs/a.yaml") == "old\nnewer\n"


def test_a_patch_for_anything_else_is_not_applied(runner: Runner) -> None:
    (runner.clone / "specs" / "a.yaml").write_text("new\n")
    (runner.clone / ".github" / "workflows" / "ci.yml").write_text("hostile\n")
    patch = runner.git(runner.clone, "diff", "--binary")
    runner.git(runner.clone, "reset", "--quiet", "--hard")
    (runner.clone / "findings").mkdir()
    (runner.clone / "findings" / "changes.patch").write_text(patch)
    assert runner.step("pages", "propose", "Push what changed") == 0
    assert runner.git(runner.remote, "diff", "--name-only", "main", "pages/weekly") == "specs/a.yaml\n"


@pytest.mark.parametrize(
    ("number", "call"),
    [
        ("", "pr create --head pages/weekly --title The vendors' pages changed --body-file findings/report.md"),
        ("5", "pr edit 5 --body-file findings/report.md"),
    ],
)
def test_only_one_pull_request_is_open_and_ci_runs_for_it(runner: Runner, number: str, call: str) -> None:
    assert runner.step("pages", "propose", "Open a pull request, or bring the open one up to date", OPEN=number) == 0
    listed = "pr list --head pages/weekly --state open --limit 1 --json number --jq .[].number"
    assert runner.written("calls") == [listed, call, "workflow run ci.yml --ref pages/weekly"]


def test_only_a_tag_on_main_is_released(runner: Runner) -> None:
    name = "Refuse a tag that isn't on main, or that version and changelog don't agree with"
    on_main = runner.git(runner.clone, "rev-parse", "HEAD").strip()
    (runner.clone / "specs" / "a.yaml").write_text("elsewhere\n")
    runner.commit("elsewhere")
    elsewhere = runner.git(runner.clone, "rev-parse", "HEAD").strip()
    assert runner.step("release", "build", name, GITHUB_SHA=on_main, GITHUB_REF_NAME="v1.0.0") == 0
    assert runner.step("release", "build", name, GITHUB_SHA=elsewhere, GITHUB_REF_NAME="v1.0.0") == 1


def test_the_release_on_github_has_the_files_and_the_notes(runner: Runner) -> None:
    (runner.clone / "dist").mkdir()
    for name in ("a.tar.gz", "a.whl"):
        (runner.clone / "dist" / name).touch()
    name = "Make the release, with the section of the changelog and the files"
    assert runner.step("release", "announce", name, GITHUB_REF_NAME="v1.0.0") == 0
    call = "release create v1.0.0 --verify-tag --notes-file notes/notes.md dist/a.tar.gz dist/a.whl"
    assert runner.written("calls") == [call]


MODULE = '"""A docstring."""\n\n__version__ = "1.2.0"\n'
CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-30

### Added

- A thing.

## [1.1.0] - 2026-10-30

- Another.

[1.2.0]: https://a.example/
"""


def test_the_notes_are_the_section_of_the_version() -> None:
    assert release_notes.notes("v1.2.0", MODULE, CHANGELOG) == "### Added\n\n- A thing."


@pytest.mark.parametrize(
    ("tag", "old", "new", "message"),
    [
        ("v1.2.1", "", "", "the tag is v1.2.1, but __version__ in overlays/cloudkeys/_version.py is 1.2.0"),
        ("1.2.0", "", "", "the tag is 1.2.0, but"),
        ("v1.2.0", " - 2026-11-30", "", "CHANGELOG.md: the newest release must be [1.2.0] - YYYY-MM-DD, not [1.2.0]"),
        ("v1.2.0", "[1.2.0]", "[1.3.0]", "CHANGELOG.md: the newest release must be [1.2.0]"),
        ("v1.2.0", "- A thing.", "", "CHANGELOG.md lists no change of v1.2.0"),
    ],
)
def test_a_tag_that_version_or_changelog_contradicts_is_refused(tag: str, old: str, new: str, message: str) -> None:
    with pytest.raises(SystemExit, match=f"^{re.escape(message)}"):
        release_notes.notes(tag, MODULE, CHANGELOG.replace(old, new) if old else CHANGELOG)


def test_workflows_and_guides_name_only_existing_sessions() -> None:
    guides = [ROOT / name for name in ("CONTRIBUTING.md", "README.md", "specs/README.md", "specs/pages/README.md")]
    texts = "".join(file.read_text(encoding="utf-8") for file in (*WORKFLOWS.glob("*"), *guides))
    named = {name for names in re.findall(r"nox -s \"?((?:[a-z]+ ?)+)", texts) for name in names.split()}
    existing = re.findall(r"^def ([a-z]+)\(session", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) > 10
    assert named <= {*existing, "main"}
