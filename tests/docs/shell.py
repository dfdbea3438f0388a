"""Running the commands of a page, each in one of the few ways that there are; no other command may be shown."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from docs import walk, world
from docs.files import ROOT
from toolchain.document import SPECS
from toolchain.pages import explain, new
from toolchain.pages.__main__ import main as pages
from tools import demo


class NoRuleError(Exception):
    """A page shows something that no rule covers."""


SHOWN_PORT: Final = "127.0.0.1:8080"
"""What `python -m cloudkeys.testing` says; here another port is taken, since 8080 may be in use."""

INSTALLED: Final = {".", "build", "cloudkeys", "nox", "pytest", "pytest-asyncio", "pre-commit"}
"""What pages tell to install. It isn't done: the tests have no network; `nox -s build` installs what we build."""


AS_WHERE_ONLY_THE_PACKAGE_IS: Final = (
    *(f"-pno:{plugin.name}" for plugin in entry_points(group="pytest11") if plugin.name != "cloudkeys"),
    # `world` has imported the package before pytest could rewrite the plugin's assertions; it has none.
    "-Wignore::pytest.PytestAssertRewriteWarning",
)
"""Switches with which pytest finds the plugin of this package, and no other that happens to be installed."""


def _on_specs(main: Callable[[Sequence[str]], int], writes: str | None = None) -> Callable[[list[str], Path], int]:
    """Return what runs a tool on specs; with the switch that lets it write, only on the copy of the frozen ones.

    A tool that always writes has an empty switch.
    """

    def run(arguments: list[str], specs: Path) -> int:
        if specs == SPECS and writes in {*arguments, ""}:
            raise NoRuleError(f"only a page of the frozen specs may show {writes or 'this session'}: it writes")
        return main(["--specs", str(specs), *arguments])

    return run


def _demo(_arguments: list[str], _specs: Path) -> int:
    demo.main()
    return 0


SESSIONS: Final[dict[str, Callable[[list[str], Path], int]]] = {
    "demo": _demo,
    "explain": _on_specs(explain.main),
    "new": _on_specs(new.main, writes=""),
    "pages": _on_specs(pages, writes="--accept"),
}
"""The sessions that are run, by what nox runs in them."""

SESSIONS_NOT_RUN: Final = {
    "bench": "it measures for ten minutes",
    "build": "it installs from the index; CI runs it",
    "contract": "it runs tests; CI runs it",
    "docs": "it builds these pages; CI runs it",
    "drift": "CI runs it, and tests/generation runs what it runs",
    "generate": "it writes into the project; tests/generation runs what it runs",
    "lint": "CI runs it",
    "mutate": "it runs the tests many times",
    "record": "it needs an account; the contract tests run it against a fake one",
    "tests": "it runs these tests",
    "typing": "CI runs it",
    "workflows": "CI runs it",
}
"""The sessions that are named only, each with the reason."""


COMMANDS_NOT_RUN: Final = {
    "git push origin": "it makes a release; test_workflows.py runs what the release does before it publishes",
    "git tag --annotate": "likewise",
    "pre-commit install": "it writes into the repository; test_pre_commit.py runs the hooks",
    "python3 tests/tools/release_notes.py": "its version is one of the future; test_workflows.py runs it",
}
"""The beginnings of other commands that are named only, each with the reason."""


class Shell:
    """What the commands of one page run in."""

    def __init__(self, folder: Path, environment: dict[str, str], specs: Path) -> None:
        """Run commands in a folder, with variables of their own; those of nox with the specs of a folder."""
        self.folder, self.environment, self._specs = folder, environment, specs
        self._servers = contextlib.ExitStack()
        self._address = SHOWN_PORT

    def close(self) -> None:
        self._servers.close()

    def real(self, text: str) -> str:
        """Return a text of the page with the address at which the server listens that the page started."""
        return text.replace(SHOWN_PORT, self._address)

    def run(self, line: str) -> str:
        """Run a command, which must succeed, and return what it prints."""
        printed = [self._run(shlex.split(part)) for part in line.removesuffix("&").split("&&")]
        return "".join(printed).replace(self._address, SHOWN_PORT)

    def _run(self, words: list[str]) -> str:  # noqa: PLR0911 - one return a rule
        words = [self.real(word) for word in words]
        if words[0] == "export":
            self.environment |= settings(words[1:])
            return ""
        if " ".join(words).startswith(tuple(COMMANDS_NOT_RUN)):
            return ""
        if words[0] in {"pip", "nox", "pytest"}:
            words = ["python", "-m", *words]
        match words:
            case ["python" | "python3", "-m", "pip", "install", *rest]:
                return _check_installed(rest)
            case ["python" | "python3", "-m", "nox", *rest]:
                return self._nox(rest)
            case ["python" | "python3", "-m", "cloudkeys.testing", *rest] if "--help" not in rest:
                return self._serve(rest)
            case ["python" | "python3", *rest] if rest:
                return self._python(rest)
            case ["lint-imports", *_]:
                return walk.run(ROOT, shlex.join(words)).stdout
            case ["sh", script]:
                return self._program(["sh", "-eu", script])
        raise NoRuleError(f"no rule says how to run: {shlex.join(words)}")

    def _python(self, arguments: Sequence[str]) -> str:
        arguments = [str(ROOT / one) if (ROOT / one).is_file() else one for one in arguments]
        switches = AS_WHERE_ONLY_THE_PACKAGE_IS if arguments[:2] == ["-m", "pytest"] else ()
        return self._program([sys.executable, "-P", world.__file__, *arguments, *switches])

    def _program(self, command: Sequence[str]) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{shlex.join(command)} ends with status {done.returncode}:\n{done.stdout}"
        return done.stdout

    def _serve(self, arguments: list[str]) -> str:
        port = [] if "--port" in arguments else ["--port", "0"]
        server = self._servers.enter_context(self._server([*arguments, *port]))
        assert server.stdout is not None
        printed: list[str] = []
        for line in server.stdout:
            printed.append(line)
            if line.startswith("IAM users:"):
                break
        url = re.search(r"http://(\S+)", printed[0])
        assert url is not None, printed
        self._address = url[1]
        return "".join(printed)

    @contextlib.contextmanager
    def _server(self, arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-P", "-m", "cloudkeys.testing", *arguments]
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as server:
            try:
                yield server
            finally:
                server.send_signal(signal.SIGINT)
                assert server.wait(timeout=30) == 0, "an interrupt ends the server"

    def _nox(self, words: list[str]) -> str:
        names, arguments = _sessions(words)
        unknown = set(names) - session_names()
        assert not unknown, f"nox has no session {', '.join(sorted(unknown))}"
        printed = io.StringIO()
        for name in names:
            if name in SESSIONS:
                files = [str(ROOT / one) if (ROOT / one).exists() else one for one in arguments]
                with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                    status = SESSIONS[name](files, self._specs)
                assert status in {0, 1}, f"nox -s {name} ends with status {status}:\n{printed.getvalue()}"
            elif name not in SESSIONS_NOT_RUN:
                raise NoRuleError(f"neither SESSIONS nor SESSIONS_NOT_RUN of {Path(__file__).name} has {name}")
        return printed.getvalue()


def _check_installed(words: Sequence[str]) -> str:
    unknown = [word for word in words if not word.startswith("-") and word not in INSTALLED]
    assert not unknown, f"INSTALLED of {Path(__file__).name} hasn't {', '.join(unknown)}"
    return ""


def _sessions(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the sessions of a command line of nox, and what is handed to them; no sessions for a plain `nox`."""
    place = words.index("--") if "--" in words else len(words)
    options, arguments = words[:place], words[place + 1 :]
    if not options or options == ["-l"]:
        return [], arguments
    if options[0] not in {"-s", "--session"}:
        raise NoRuleError(f"no rule says what nox does with {options[0]}")
    return [option.partition("(")[0] for option in options[1:]], arguments


def settings(words: Iterable[str]) -> dict[str, str]:
    """Return the names and values of words such as `NAME=value`."""
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def session_names() -> set[str]:
    """Return the sessions of the noxfile, without importing it: that needs nox."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    return {one.name for one in functions if any("nox.session" in ast.unparse(how) for how in one.decorator_list)}


def child_environment(home: Path) -> dict[str, str]:
    """Return the variables of programs that a page starts: those of the tests, but for what leads to their modules."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | {"HOME": str(home), "COLUMNS": "120"}
