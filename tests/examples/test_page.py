"""Every command in docs/pages/examples.md, run from top to bottom, prints what the page shows."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from programs import EXAMPLES, TIME_LIMIT, load

ROOT = EXAMPLES.parent
PAGE = (ROOT / "docs" / "pages" / "examples.md").read_text(encoding="utf-8")
SHOWN_ADDRESS = "127.0.0.1:8080"
PROGRAMS = sorted(file.name for file in EXAMPLES.glob("*.py") if "__main__" in file.read_text(encoding="utf-8"))
"""The programs; the other files are their modules."""
BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    """A command on the page, and the output below it."""

    words: list[str]
    shown: list[str]


def commands(text: str) -> Iterator[Command]:
    for part in text.removeprefix("$ ").split("\n$ "):
        line, *shown = part.splitlines()
        yield Command(shlex.split(line), shown)


class Reader:
    """Runs the commands of the page in a folder that contains only the programs."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        (folder / "examples").symlink_to(EXAMPLES)
        self.folder, self.stack = folder, stack
        self.environment: dict[str, str] = dict(os.environ)
        self.address = SHOWN_ADDRESS

    def do(self, command: Command) -> None:
        match command.words:
            case ["export", *settings]:
                parts = (setting.partition("=") for setting in settings)
                self.environment |= {name: value for name, _, value in parts}
            case ["python", "-m", "cloudkeys.testing", *_, "&"]:
                self.serve(command)
            case ["python", "tests/examples/measure_export.py", *_]:
                measure = [sys.executable, str(ROOT / command.words[1]), "200"]
                header = subprocess.run(measure, capture_output=True, text=True, check=True).stdout.splitlines()[0]
                assert header == command.shown[0]
            case ["sort", name]:
                assert sorted((self.folder / name).read_text().splitlines()) == command.shown
            case ["python", *_] if "^C" in command.shown:
                self.interrupt(command)
            case ["python", *_, "||", "echo", "exit status $?"]:
                self.run(Command(command.words[:-3], command.shown[:-1]), command.shown[-1])
            case ["python", *_]:
                self.run(command, "exit status 0")
            case _:
                raise AssertionError(f"no rule covers {command.words}")

    def run(self, command: Command, status: str) -> None:
        """Run a program in this process, which is faster."""
        program, *arguments = (word.replace(SHOWN_ADDRESS, self.address) for word in command.words[1:])
        printed = io.StringIO()
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.chdir(self.folder))
            stack.enter_context(mock.patch.dict(os.environ, self.environment))
            stack.enter_context(mock.patch.object(sys, "argv", [program, *arguments]))
            stack.callback(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
            stack.enter_context(contextlib.redirect_stdout(printed))
            stack.enter_context(contextlib.redirect_stderr(printed))
            ended_with = load(Path(program).stem).main()
        compare(printed.getvalue().splitlines(), command.shown)
        assert f"exit status {ended_with}" == status

    def start(self, command: Command) -> subprocess.Popen[str]:
        # Not -I, which hides the modules next to a program.
        options = ("-E", "-s", "-W", "error")
        words = [sys.executable, *options, *(word.replace(SHOWN_ADDRESS, self.address) for word in command.words[1:])]
        return self.stack.enter_context(
            subprocess.Popen(
                words,
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )

    def serve(self, command: Command) -> None:
        server = self.start(Command([*command.words[:-1], "--port", "0"], []))
        self.stack.callback(server.terminate)
        assert server.stdout is not None
        first = server.stdout.readline().rstrip()
        self.address = first.rpartition("/")[2]
        assert first.replace(self.address, SHOWN_ADDRESS) == command.shown[0]
        while not server.stdout.readline().startswith("IAM users: "):
            pass

    def interrupt(self, command: Command) -> None:
        count = command.shown.index("^C")
        process = self.start(command)
        assert process.stdout is not None
        before = [process.stdout.readline().rstrip() for _ in range(count)]
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=TIME_LIMIT)
        assert [*before, "^C", *rest.splitlines()] == command.shown
        assert process.returncode == 130


def compare(printed: list[str], shown: list[str]) -> None:
    """Compare lines, in which `...` stands for any text."""
    assert len(printed) == len(shown), printed
    for line, pattern in zip(printed, shown, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, pattern.split("..."))), line), line


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    done: set[str] = set()
    with contextlib.ExitStack() as stack:
        reader = Reader(tmp_path, stack)
        for block in BLOCK.finditer(PAGE):
            if block["title"]:
                (tmp_path / block["title"]).write_text(block["text"])
                continue
            assert block["language"] == "console"
            for command in commands(block["text"]):
                reader.do(command)
                done.update(command.words)
    assert done >= {f"examples/{name}" for name in PROGRAMS}


def test_every_program_is_shown_on_the_page() -> None:
    names = sorted(file.name for file in EXAMPLES.glob("*.py"))
    assert len(PROGRAMS) == 6
    for pattern in (r"^<!-- include: examples/(\w+\.py) -->$", r"\]\(\.\./\.\./examples/(\w+\.py)\)"):
        assert sorted(re.findall(pattern, PAGE, re.MULTILINE)) == names
    assert sorted(re.findall(r"^\| \[(\w+\.py)\]", PAGE, re.MULTILINE)) == PROGRAMS
