"""Running the commands of a page. Only commands that a rule covers can be shown."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import runpy
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final
from unittest import mock

from docs import walk
from docs.files import ROOT
from toolchain.document import SPECS
from toolchain.pages import explain, new
from toolchain.pages.__main__ import main as pages
from tools import demo


class NoRuleError(Exception):
    """A page shows something that no rule covers."""


SHOWN_PORT: Final = "127.0.0.1:8080"
"""The address on the pages. The tests use a free port instead, since 8080 may be in use."""

INSTALLED: Final = frozenset({".", "build", "cloudkeys", "nox", "pytest", "pytest-asyncio", "pre-commit"})
"""What pages may install. The tests don't, since they have no network; `nox -s build` installs our packages."""

_ONLY_OUR_PLUGIN: Final = tuple(
    f"-pno:{plugin.name}" for plugin in entry_points(group="pytest11") if plugin.name != "cloudkeys"
)


def _on_specs(main: Callable[[Sequence[str]], int], writes: str | None = None) -> Callable[[list[str], Path], int]:
    """Return a function that runs a tool; if the tool writes, only on a copy of the specs.

    Args:
        main: The tool's main function.
        writes: The option that makes the tool write; empty if it always does.
    """

    def run(arguments: list[str], specs: Path) -> int:
        if specs == SPECS and writes in {*arguments, ""}:
            raise NoRuleError(f"{writes or 'this session'} writes, so only a page of the frozen specs may show it")
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
"""The sessions that are run, and what nox runs in them."""

SESSIONS_NOT_RUN: Final = frozenset(
    {
        # CI runs these.
        *("build", "contract", "docs", "drift", "environment", "lint", "lowest", "tests", "typing", "workflows"),
        # These take many minutes, write into the project, or need an account.
        *("bench", "mutate", "generate", "record"),
    }
)

MEASUREMENT: Final = "tests/examples/measure_export.py"
"""A program whose output differs each time, except for its first line."""

COMMANDS_NOT_RUN: Final = (
    # These make a release; test_workflows.py runs what the release does before it publishes.
    *("git push origin", "git tag --annotate", "python3 tests/tools/release_notes.py"),
    # This writes into the repository; test_pre_commit.py runs the hooks.
    "pre-commit install",
)
"""The beginnings of other commands that aren't run."""


class Shell:
    """Runs the commands of one page."""

    def __init__(self, folder: Path, environment: dict[str, str], specs: Path) -> None:
        self.folder, self.environment, self._specs = folder, environment, specs
        self._servers = contextlib.ExitStack()
        self._address = SHOWN_PORT

    def close(self) -> None:
        self._servers.close()

    def real(self, text: str) -> str:
        """Return a text of the page with the real address of its server."""
        return text.replace(SHOWN_PORT, self._address)

    def run(self, line: str, shown: str = "") -> str:
        """Run a command, which must succeed, and return its output; interrupt it where the page shows `^C`."""
        if line.startswith(COMMANDS_NOT_RUN):
            return ""
        if "^C\n" in shown:
            printed = self._interrupt(shlex.split(self.real(line)), shown.partition("^C\n")[0].count("\n"))
        else:
            parts = line.removesuffix("&").split("&&")
            printed = "".join(self._run(shlex.split(self.real(part))) for part in parts)
        return printed.replace(self._address, SHOWN_PORT)

    def _run(self, words: list[str]) -> str:  # noqa: C901, PLR0911 - one return per rule
        if words[0] in {"pip", "nox", "pytest"}:
            words = ["python", "-m", *words]
        match words:
            case ["export", *settings]:
                self.environment |= dict(setting.split("=", 1) for setting in settings)
                return ""
            case ["python" | "python3", "-m", "pip", "install", *rest]:
                unknown = {word for word in rest if not word.startswith("-")} - INSTALLED
                assert not unknown, f"INSTALLED doesn't have {', '.join(unknown)}"
                return ""
            case ["python" | "python3", "-m", "nox", *rest]:
                return self._nox(rest)
            case ["python" | "python3", "-m", "cloudkeys.testing", *rest] if "--help" not in rest:
                return self._serve(rest)
            case ["python" | "python3", "-m", module, *rest]:
                # `-P`, so that pytest finds the fixtures through the installed package.
                options = _ONLY_OUR_PLUGIN if module == "pytest" else ()
                return self._program([sys.executable, "-P", "-m", module, *rest, *options])
            case ["python", file, *_] if file == MEASUREMENT:
                return self._program([sys.executable, str(ROOT / file), "200"])
            case ["python", file, *rest, "||", "echo", "exit status $?"]:
                printed, status = self._python(file, rest)
                assert status, f"{file} succeeds"
                return f"{printed}exit status {status}\n"
            case ["python" | "python3", file, *rest]:
                printed, status = self._python(file, rest)
                assert not status, f"{file} ends with status {status}:\n{printed}"
                return printed
            case ["sort", file]:
                return "".join(sorted((self.folder / file).read_text(encoding="utf-8").splitlines(keepends=True)))
            case ["lint-imports", *_]:
                return walk.run(ROOT, shlex.join(words))
            case ["sh", script]:
                return self._program(["sh", "-eu", script])
        raise NoRuleError(f"no rule covers the command: {shlex.join(words)}")

    def _python(self, file: str, arguments: list[str]) -> tuple[str, object]:
        """Run a Python program in this process, which is fast; return its output and its exit status."""
        path = ROOT / file if (ROOT / file).is_file() else self.folder / file
        printed = io.StringIO()
        with contextlib.ExitStack() as stack:
            stack.enter_context(mock.patch.dict(os.environ, self.environment))
            stack.enter_context(mock.patch.object(sys, "argv", [file, *arguments]))
            stack.enter_context(mock.patch.object(sys, "path", [str(path.parent), *sys.path]))
            stack.callback(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
            stack.enter_context(contextlib.redirect_stdout(printed))
            stack.enter_context(contextlib.redirect_stderr(printed))
            try:
                runpy.run_path(str(path), run_name="__main__")
            except SystemExit as error:
                return printed.getvalue(), error.code
        return printed.getvalue(), 0

    def _interrupt(self, words: list[str], count: int) -> str:
        """Interrupt a program after some lines of output, and return all of it."""
        with self._started([sys.executable, "-W", "error", str(ROOT / words[1]), *words[2:]]) as program:
            assert program.stdout is not None
            before = "".join(program.stdout.readline() for _ in range(count))
            program.send_signal(signal.SIGINT)
            after, _ = program.communicate(timeout=60)
        assert program.returncode == 130
        return f"{before}^C\n{after}"

    def _program(self, command: Sequence[str]) -> str:
        with self._started(command) as program:
            printed, _ = program.communicate()
        assert program.returncode == 0, f"{shlex.join(command)} ends with status {program.returncode}:\n{printed}"
        return printed

    def _started(self, command: Sequence[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def _serve(self, arguments: list[str]) -> str:
        port = [] if "--port" in arguments else ["--port", "0"]
        server = self._servers.enter_context(self._server([*arguments, *port]))
        assert server.stdout is not None
        printed: list[str] = []
        for line in server.stdout:
            printed.append(line)
            if line.startswith("IAM users:"):
                break
        url = re.search(r"http://(\S+)", "".join(printed))
        assert url is not None, printed
        self._address = url[1]
        return "".join(printed)

    @contextlib.contextmanager
    def _server(self, arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
        with self._started([sys.executable, "-P", "-m", "cloudkeys.testing", *arguments]) as server:
            try:
                yield server
            finally:
                server.send_signal(signal.SIGINT)
                assert server.wait(timeout=30) == 0, "the server doesn't end on an interrupt"

    def _nox(self, words: list[str]) -> str:
        end = words.index("--") if "--" in words else len(words)
        options, arguments = words[:end], words[end + 1 :]
        if options in ([], ["-l"]):
            return ""
        if options[0] != "-s":
            raise NoRuleError(f"no rule covers nox {options[0]}")
        assert set(options[1:]) <= session_names(), f"nox has no such sessions: {options[1:]}"
        printed = io.StringIO()
        for name in options[1:]:
            if name in SESSIONS:
                files = [str(ROOT / one) if (ROOT / one).exists() else one for one in arguments]
                with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                    status = SESSIONS[name](files, self._specs)
                assert status in {0, 1}, f"nox -s {name} ends with status {status}:\n{printed.getvalue()}"
            elif name not in SESSIONS_NOT_RUN:
                raise NoRuleError(f"SESSIONS and SESSIONS_NOT_RUN don't have {name}")
        return printed.getvalue()


def session_names() -> set[str]:
    """Return the sessions of the noxfile, without importing it: that needs nox."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    return {one.name for one in functions if one.decorator_list and not one.name.startswith("_")}


def child_environment(home: Path) -> dict[str, str]:
    """Return the environment for programs that a page starts: without the paths to the tests' modules."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | {"HOME": str(home), "COLUMNS": "120"}
