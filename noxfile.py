"""The tasks of the project, in the order in which you need them; plain `nox` runs all checks, marked with a star.

Sessions share one environment, which `environment` makes. Where something else is installed, a session has its own.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
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
    from collections.abc import Iterator, Sequence

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
# Those that only look; `generate` writes to the tree, and `demo` is for people.
nox.options.sessions = ["lint", "workflows", "typing", "drift", "pages", "docs", "build", "tests", "contract", "lowest"]
# Plain `nox` runs sessions that use one core side by side, and those that use all cores alone. A session that somebody
# asks for by name prints its output at once and keeps its exit status.
nox.options.parallel = 1 if sys.argv[1:] else os.cpu_count()

PROJECT = nox.project.load_toml("pyproject.toml")
SPECS = Path("specs")
BENCH = Path("tests/bench")
LINT = SPECS / "toolchain" / "lint"
ACTIONLINT = Path(".github/actionlint")
SITE = Path("docs/.build/site")
IN_PARALLEL = ("--numprocesses=logical", "--dist=worksteal")
SHARED = Path(".nox/environment/bin").resolve()
shared = functools.partial(nox.session, venv_backend="none", requires=["environment"], allow_parallel=True)
"""A session in the shared environment."""


def _run(
    session: nox.Session, program: str, *arguments: str, paths: Sequence[str | Path] = (), **variables: str
) -> None:
    """Run a program of the shared environment, with folders that Python imports from."""
    search = {"PATH": os.pathsep.join([str(SHARED), os.environ["PATH"]])}
    imported = {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    session.run(str(SHARED / program), *arguments, env=search | imported | variables)


def _groups(*names: str) -> list[str]:
    return list(nox.project.dependency_groups(PROJECT, *names))


def _npm(session: nox.Session, lock: Path) -> Path:
    """Install the npm packages that a lock file names, and return the folder that they are in."""
    folder = Path(session.create_tmp()).resolve() / lock.name
    folder.mkdir(exist_ok=True)
    for file in lock.glob("package*.json"):
        shutil.copy(file, folder)
    switches = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    _run(session, "npm", "ci", "--prefix", str(folder), *switches)
    return folder / "node_modules"


def _page_tool(session: nox.Session, module: str) -> None:
    """Run a command of the page tools, in the folder where nox was started; its exit status is the session's."""
    if not session.posargs:
        _run(session, "python", "-m", module, paths=[SPECS])
        return
    # nox would turn every status but 0 into 1; here 1 means changed, and 2 unreadable.
    command = [str(SHARED / "python"), "-m", module, *session.posargs]
    environment = os.environ | {"PYTHONPATH": str(SPECS.resolve())}
    done = subprocess.run(command, env=environment, cwd=session.invoked_from, check=False)  # noqa: S603
    sys.exit(done.returncode)


@contextlib.contextmanager
def _advice(session: nox.Session, text: str) -> Iterator[None]:
    """Say what to do, below the output of a command that failed."""
    try:
        yield
    except nox.command.CommandFailed:
        session.warn(text)
        raise


@nox.session(default=False)
def environment(session: nox.Session) -> None:
    """Install what most sessions need, once. On failure: remove .nox, and start again."""
    session.install("-e", ".", *_groups("contract", "docs", "lint", "look", "typing", "workflows"))


@nox.session
def demo(session: nox.Session) -> None:
    """See it work: call operations of a server on this machine. On failure: `nox -s drift`, is the code stale?"""
    session.install("-e", ".", *_groups("demo"))
    imported = os.pathsep.join([str(SPECS), "tests"])
    session.run("python", "tests/tools/demo.py", *session.posargs, env={"PYTHONPATH": imported})


@shared()
def pages(session: nox.Session) -> None:
    """Prove specs against pages; `-- FILE`: what a newer page changes. On failure: edit the spec where it says."""
    _page_tool(session, "toolchain.pages")


@shared()
def explain(session: nox.Session) -> None:
    """Lead from `-- NAME` (symbol, field, spec part) to its line of the page. On failure: take a name that it lists."""
    _run(session, "python", "-m", "toolchain.pages.explain", *session.posargs, paths=[SPECS])


@shared()
def new(session: nox.Session) -> None:
    """Draft a spec or one more operation: `-- SPEC PAGE`. On failure: "A new vendor" in CONTRIBUTING.md says more."""
    _page_tool(session, "toolchain.pages.new")


@shared()
def generate(session: nox.Session) -> None:
    """Generate generated/ from specs/. On failure, nothing was written: fix the spec where the message points."""
    _run(session, "python", "-m", "toolchain", "generate", *session.posargs, paths=[SPECS])


@shared()
def drift(session: nox.Session) -> None:
    """Compare generated/ with what specs/ produce. On failure: `nox -s generate`, and commit the result."""
    _run(session, "python", "-m", "toolchain", "drift", *session.posargs, paths=[SPECS])


@shared()
def lint(session: nox.Session) -> None:
    """Check style of code and specs, and imports. On failure: `ruff check --fix . && ruff format .`, then by hand."""
    with _advice(session, "`ruff check --fix .` and `ruff format .` fix most of it"):
        _run(session, "ruff", "check", ".")
        _run(session, "ruff", "format", "--check", ".")
    with _advice(session, "`tool.importlinter` in pyproject.toml defines the order of the layers"):
        _run(session, "lint-imports", "--no-cache", "--no-logo", paths=["overlays", "generated", SPECS])
    modules, specs = _npm(session, LINT), sorted(SPECS.glob("*.yaml"))
    _run(
        *(session, "node", str(modules / "@redocly" / "cli" / "bin" / "cli.js"), "lint"),
        *("--config", str(LINT / "redocly.yaml"), "--lint-config", "error", "--format", "stylish"),
        *map(str, specs),
        REDOCLY_TELEMETRY="off",
        REDOCLY_SUPPRESS_NOTIFICATIONS="true",
    )
    # Users of TypeScript start with this tool, so it must accept the specs unchanged.
    cli = modules / "openapi-typescript" / "bin" / "cli.js"
    for spec in specs:
        types = Path(session.create_tmp()).resolve() / f"{spec.stem}.ts"
        _run(session, "node", str(cli), str(spec), "--output", str(types))


@shared()
def workflows(session: nox.Session) -> None:
    """Check GitHub's workflows: zizmor, actionlint, shellcheck. On failure: the finding says what to write instead."""
    _run(session, "zizmor", "--offline", "--quiet", "--persona=auditor", ".github")
    actionlint = _npm(session, ACTIONLINT) / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"
    _run(session, "node", str(actionlint), ".github/workflows/*.yml")
    _run(session, "python", "tests/tools/workflows.py")


@shared()
def typing(session: nox.Session) -> None:
    """Check all types, also in documents. On failure: fix the line it names; for one in generated/, the spec."""
    _run(session, "mypy")
    # Otherwise pyright asks the package index for a newer version of itself.
    _run(session, "pyright", PYRIGHT_PYTHON_IGNORE_WARNINGS="1")
    # A user's type checker sees the code that documents show.
    folder = Path(session.create_tmp()).resolve() / "shown"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _run(session, "python", "-m", "docs.typed_blocks", str(folder), paths=[SPECS, "tests"])
    # The vendors' own libraries, which documents show for comparison, have no types.
    known = ("--allow-untyped-defs", "--allow-redefinition", "--disable-error-code=import-untyped")
    _run(session, "mypy", "--config-file=", "--strict", *known, str(folder))


@shared()
def docs(session: nox.Session) -> None:
    """Build and check the site: `-- --serve` to read it, `-- --look` for Chromium. On failure: fix what it names."""
    parser = argparse.ArgumentParser(prog="nox -s docs --")
    parser.add_argument("--serve", action="store_true", help="show the site on this machine until Ctrl+C")
    parser.add_argument("--look", action="store_true", help="visit every page in Chromium, and take screenshots")
    options = parser.parse_args(session.posargs)
    paths = ["docs", str(SPECS)]
    redocly = _npm(session, LINT) / "@redocly" / "cli"
    _run(session, "python", "-m", "site_builder", "pages", str(redocly), paths=paths)
    with _advice(session, "what is wrong with the pages stands above the traceback"):
        build = ("build", "--config-file", "docs/mkdocs.yml", "--strict", "--clean")
        _run(session, "zensical", *build, paths=paths)
    _run(session, "python", "-m", "site_builder", "check", paths=paths)
    if options.look:
        axe = _npm(session, Path("docs/look")) / "axe-core" / "axe.min.js"
        _run(session, "python", "-m", "site_builder.look", str(axe), paths=paths)
    if options.serve:
        _run(session, "python", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(SITE), "8000")


@nox.session(venv_backend="none", requires=["environment"])
def tests(session: nox.Session) -> None:
    """Run all tests except those of `contract`. On failure: one alone is `-- FILE -k NAME`."""
    _run(session, "pytest", "--ignore=tests/contract", *IN_PARALLEL, *session.posargs)


@nox.session(venv_backend="none", requires=["environment"])
def contract(session: nox.Session) -> None:
    """Test clients and recordings by generated cases; `-- --deep`: new ones. On failure: `-- -k NAME` is one alone."""
    parser = argparse.ArgumentParser(prog="nox -s contract --")
    parser.add_argument("--deep", action="store_true", help="2,000 new cases of each kind, for the fake cloud too")
    parser.add_argument("--seed", type=int, help="with --deep: the seed of an earlier run, to repeat it")
    options, rest = parser.parse_known_args(session.posargs)
    what, how = ["tests/contract"], []
    if options.deep:
        seed = random.randrange(2**32) if options.seed is None else options.seed  # noqa: S311 - no secret
        what = [f"tests/{room}" for room in ("contract", "paging", "testing", "recorder")]
        how = ["--hypothesis-profile=deep", f"--hypothesis-seed={seed}"]
        session.log(f"`nox -s contract -- --deep --seed {seed}` runs the same cases again")
    _run(session, "pytest", *what, *how, "--junitxml=contract.xml", *IN_PARALLEL, *rest)


@nox.session
def lowest(session: nox.Session) -> None:
    """Test the package with the lowest versions that it allows. On failure: raise the version in pyproject.toml."""
    requirements = [re.sub(">=", "==", requirement) for requirement in PROJECT["project"]["dependencies"]]
    session.install("-e", ".", *_groups("tests"), *requirements)
    rooms = [f"tests/{room}" for room in ("runtime", "paging", "auth", "fronts", "testing")]
    # schemathesis and the vendors' SDKs need later versions.
    others = ("paging/test_paging_by_the_spec.py", "testing/test_as_server.py", "testing/test_vendor_sdks.py")
    session.run("pytest", *rooms, *(f"--ignore=tests/{file}" for file in others), *IN_PARALLEL, *session.posargs)


@nox.session(allow_parallel=True)
def build(session: nox.Session) -> None:
    """Build wheel and sdist into dist/, and prove that both are what users need. On failure: fix the file it names."""
    session.install(*_groups("build"))
    session.run("python", "tests/tools/distributions.py", "dist")
    wheel, sdist = (str(file) for file in sorted(Path("dist").iterdir()))
    session.run("twine", "check", "--strict", wheel, sdist, silent=True)
    session.run("check-wheel-contents", wheel, silent=True)
    # There is neither a project page nor a mail address to name.
    session.run("pyroma", "--min=10", "--skip-tests=Url,AuthorEmail", sdist, silent=True)
    session.run("python", "tests/tools/installations.py", "dist")


@shared()
def record(session: nox.Session) -> None:
    """Record responses of a real account, masked: `-- --help`. On failure, nothing was kept: fix what it names."""
    _run(session, "python", "-m", "tools.recorder.record", *session.posargs, paths=[SPECS, "tests"])


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against the vendors' SDKs, ten minutes; `-- --quick`. On failure: run it alone on an idle machine."""
    session.install("-e", ".", *_groups("bench"))
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


@shared()
def mutate(session: nox.Session) -> None:
    """Do the tests find faults, planted one at a time? Takes an hour. On failure: write the test that is missing."""
    _run(session, "python", "tests/tools/mutate.py", *session.posargs)
