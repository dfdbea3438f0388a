"""Compare the specs with an older revision, and check that version and changelog announce breaking changes."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from toolchain.document import Problem, SpecError, at_pointer
from toolchain.pages.change.changes import Change, changes
from toolchain.pages.change.report import Report, item_in_spec
from toolchain.pages.change.severity import ADDITION, BREAKING, VERSION_FILE, current_version, next_version, version_in
from toolchain.pages.facts import Fact, name_of
from toolchain.pages.prove.leaf import MISSHAPEN
from toolchain.pages.prove.spec import Spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from toolchain.pages.prove.leaf import Leaf

_UNSTATED: Final = ("x-client-setting", "x-array", "style", "explode", "x-idempotent", "x-paging")
"""Keywords that change the generated functions and that no page states."""


def compare_revision(specs: Sequence[Spec], revision: str) -> list[Report]:
    """Return what changed in the specs since a revision, one report per operation.

    Args:
        specs: The current specs.
        revision: The name of the older revision in git.

    Raises:
        SpecError: The revision doesn't exist, or one of its specs is unreadable.
    """
    folder = specs[0].file.parent
    project = folder.parent
    commit = _commit(project, revision)
    before = version_in(_git(project, "show", f"{commit}:./{VERSION_FILE}") or "") or current_version(project)
    older = {spec.file: spec for spec in _older_specs(folder, commit)}
    newer = {spec.file: spec for spec in specs}
    reports = []
    for file in sorted({*older, *newer}):
        spec = newer.get(file) or older[file]
        old, new = (_by_operation(found.get(file)) for found in (older, newer))
        reports += [_compared(spec, name, old.get(name), new.get(name), before) for name in dict.fromkeys([*new, *old])]
    return reports


def _by_operation(spec: Spec | None) -> dict[str, Spec]:
    return {} if spec is None else dict.fromkeys(spec.operations(), spec)


def _compared(spec: Spec, operation: str, old: Spec | None, new: Spec | None, version: str) -> Report:
    """Compare two versions of an operation; None is a version without it."""
    before, after = ({} if one is None else one.leaves(operation) for one in (old, new))
    if old is None or new is None:
        found = [_whole(operation, old, new)]
    else:
        whole = changes(_facts(old, before), _facts(new, after))
        found = [
            attrs.evolve(
                change,
                before_lines=_narrowed(old, before, change, change.before_lines),
                after_lines=_narrowed(new, after, change, change.after_lines),
            )
            for change in whole
        ]
    items = [item_in_spec(spec, operation, after or before, change) for change in found]
    asked = next_version(version, [item.severity for item in items])
    return Report(spec.stem, operation, items, [], [], version, asked, of_spec=True)


def _whole(operation: str, old: Spec | None, new: Spec | None) -> Change:
    """Return the addition or removal of a whole operation."""
    older, newer = (
        None if one is None else one.lines(one.leaves(operation)["operation"].pointer) for one in (old, new)
    )
    if new is None:
        return Change("removed", "operation", "presence", operation, None, BREAKING, older, None)
    return Change("added", "operation", "presence", None, operation, ADDITION, None, newer)


def _facts(spec: Spec, found: Mapping[str, Leaf]) -> dict[str, Fact]:
    """Return leaves as facts, to compare versions of a spec like copies of a page."""
    facts = {}
    for place, leaf in found.items():
        node = at_pointer(spec.document, leaf.pointer)
        unstated = {name: node[name] for name in _UNSTATED if isinstance(node, dict) and name in node}
        facts[place] = Fact(place, spec.lines(leaf.pointer), leaf.aspects | unstated)
    return facts


def _narrowed(
    spec: Spec, found: Mapping[str, Leaf], change: Change, lines: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Return the lines of the changed aspect, if it has its own."""
    leaf = found.get(change.place)
    return spec.lines(leaf.pointers[change.aspect]) if leaf and change.aspect in leaf.pointers and lines else lines


def _older_specs(folder: Path, commit: str) -> Iterator[Spec]:
    """Yield the specs that a commit has in a folder."""
    listed = _git(folder, "ls-tree", "--name-only", "-z", commit, "./") or ""
    for name in filter(None, listed.split("\0")):
        file = folder / name
        if file.suffix == ".yaml":
            yield _older_spec(file, _git(folder, "show", f"{commit}:./{name}") or "")


def _older_spec(file: Path, text: str) -> Spec:
    try:
        return Spec(file, YAML(typ="safe").load(text), text)
    except (YAMLError, *MISSHAPEN) as error:
        raise SpecError([Problem(file, "#", f"the older version can't be read: {error}")]) from error


def _commit(project: Path, revision: str) -> str:
    """Return the hash of a revision, so that git can't take its name for an option or a path."""
    found = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        known = "`git tag` and `git branch` list the known ones"
        raise SpecError([Problem(project, "--base", f"git has no revision {revision}; {known}")])
    return found.strip()


def _git(folder: Path, *arguments: str) -> str | None:
    """Return the output of git; None if it fails."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S607 - any git
    except (OSError, ValueError) as error:
        raise SpecError([Problem(folder, "#", f"can't run git: {error}")]) from error
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def missing_announcements(project: Path, reports: Sequence[Report]) -> list[str]:
    """Return the breaking changes that version and changelog don't announce, a sentence each.

    The version must have risen as the changes require, unless it was never released. The newest section of the
    changelog must have a list item with "Breaking", the operation and the name of what broke.

    Args:
        project: The folder of the project.
        reports: The changes.
    """
    broken = [(report, item) for report in reports for item in report.items if item.severity == BREAKING]
    missing: list[str] = []
    file = project / "CHANGELOG.md"
    changelog = file.read_text(encoding="utf-8") if file.is_file() else ""
    was_released = f"## [{reports[0].version}]" in changelog if reports else False
    asked = max((_numbers(report.next_version) for report, _ in broken), default=None)
    if asked is not None and was_released and _numbers(current_version(project)) < asked:
        missing.append(f"the version must be {'.'.join(map(str, asked))} or higher: {VERSION_FILE}")
    entries = _newest_entries(changelog)
    for report, item in broken:
        name = name_of(item.change.place)
        if not any(_has(entry, "[Bb]reaking", re.escape(report.operation), re.escape(name)) for entry in entries):
            missing.append(
                f"CHANGELOG.md: the newest section has no entry with `Breaking`, `{report.operation}` and `{name}`"
            )
    return missing


def _has(entry: str, *words: str) -> bool:
    """Return whether an entry has all the words, not just as parts of others."""
    return all(re.search(rf"(?<!\w){word}(?!\w)", entry) for word in words)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _newest_entries(changelog: str) -> list[str]:
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)
    newest = sections[1] if len(sections) > 1 else ""
    return [" ".join(entry.split()) for entry in re.split(r"^- ", newest, flags=re.MULTILINE)[1:]]
