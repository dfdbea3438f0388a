"""Do the tests find faults? Put one deliberate fault at a time into a copy of the project; report which run finds it.

The faults are in `mutations/`, one file for each room of the tests. After a fault in a spec or in a template, the copy
gets new generated code, so that other tests than the drift check find the fault. A run that times out has found it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeAlias

PROJECT = Path(__file__).parents[2]
LISTS = Path(__file__).with_name("mutations")
FOLDERS = ("specs", "generated", "overlays", "tests", "examples", "docs", ".github", ".ci")
FILES = ("pyproject.toml", "noxfile.py", ".pre-commit-config.yaml", *(file.name for file in PROJECT.glob("*.md")))
Runs: TypeAlias = Mapping[str, Sequence[str]]
RUNS: Runs = {"contract": ["tests/contract"], "tests": ["tests", "--ignore=tests/contract"]}
LONGEST_RUN = 900
"""Seconds."""


class Mutation(NamedTuple):
    """A deliberate fault: the replacement of a text that occurs once in a file.

    `first` names the test file that is likely to find the fault, so that most faults don't need a whole run.
    """

    name: str
    first: str
    file: str
    old: str
    new: str


def mutations() -> list[Mutation]:
    """Return all faults.

    Raises:
        SystemExit: The text of a fault doesn't occur exactly once; update the fault.
    """
    lists = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(LISTS.glob("*.toml"))]
    found = [Mutation(**entry) for entries in lists for entry in entries["mutation"]]
    for mutation in found:
        count = (PROJECT / mutation.file).read_text(encoding="utf-8").count(mutation.old)
        if count != 1:
            raise SystemExit(f"{mutation.name}: the text occurs {count} times in {mutation.file}")
    return found


def run(folder: Path, *arguments: str) -> bool:
    """Run a Python module in a copy, and return whether it succeeded."""
    paths = [str(folder / name) for name in ("overlays", "generated", "specs", "tests")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=LONGEST_RUN, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


@contextlib.contextmanager
def copied(mutation: Mutation | None) -> Iterator[Path]:
    """Yield a copy of the project that has a fault."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as temporary:
        folder = Path(temporary)
        for part in FOLDERS:
            shutil.copytree(PROJECT / part, folder / part)
        for part in FILES:
            shutil.copy(PROJECT / part, folder)
        if mutation is not None:
            file = folder / mutation.file
            file.write_text(file.read_text(encoding="utf-8").replace(mutation.old, mutation.new), encoding="utf-8")
        yield folder


def caught_by(mutation: Mutation | None, runs: Runs, seed: int) -> str | None:
    """Return the name of the first run that finds a fault, or None."""
    with copied(mutation) as folder:
        if mutation is not None and mutation.file.startswith("specs/") and not run(folder, "toolchain", "generate"):
            return "generate"
        pytest = ("pytest", "-x", "-q", f"--hypothesis-seed={seed}", "-p", "no:cacheprovider")
        return next((name for name, arguments in runs.items() if not run(folder, *pytest, *arguments)), None)


def likely(mutation: Mutation) -> Runs:
    """Return the run of the test file that is likely to find a fault."""
    return {"contract" if mutation.first.startswith("contract/") else "tests": [f"tests/{mutation.first}"]}


def survivors_of(
    chosen: Sequence[Mutation], runs: Callable[[Mutation], Runs], options: argparse.Namespace
) -> list[Mutation]:
    """Print which run finds each fault, and return the faults that none finds."""
    survivors = []
    with ThreadPoolExecutor(options.jobs) as pool:
        found = pool.map(lambda mutation: caught_by(mutation, runs(mutation), options.seed), chosen)
        for mutation, name in zip(chosen, found, strict=True):
            print(f"{f'caught by {name}' if name else 'not caught':<20} {mutation.name}", flush=True)
            survivors += [] if name else [mutation]
    return survivors


def check_without_fault(runs: Runs, seed: int) -> None:
    """Exit if a run fails in a copy without a fault."""
    if (name := caught_by(None, runs, seed)) is not None:
        raise SystemExit(f"the tests fail without a fault: {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only the mutations whose names contain this text")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the generated cases")
    parser.add_argument("--jobs", type=int, default=1, help="how many copies are tested at once")
    options = parser.parse_args()
    chosen = [mutation for mutation in mutations() if options.only in mutation.name]
    # A test that fails without a fault would seem to find every fault.
    check_without_fault({"likely": sorted({f"tests/{mutation.first}" for mutation in chosen})}, options.seed)
    left = survivors_of(chosen, likely, options)
    print(f"{len(left)} not caught by the first test file; now all tests run")
    if left:
        check_without_fault(RUNS, options.seed)
    survivors = survivors_of(left, lambda _: RUNS, options)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} caught")
    raise SystemExit(1 if len(survivors) > 0.05 * len(chosen) else 0)


if __name__ == "__main__":
    main()
