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
from pathlib import Path
from unittest import mock

from docs.blocks import blocks_of
from docs.output import check_output, commands_in
from programs import EXAMPLES, TIME_LIMIT, load

ROOT = EXAMPLES.parent
PAGE = "docs/pages/examples.md"
SHOWN_ADDRESS = "127.0.0.1:8080"
PROGRAMS = sorted(file.name for file in EXAMPLES.glob("*.py") if "__main__" in file.read_text(encoding="utf-8"))
"""The programs; the other files are their modules."""


class Reader:
    """Runs the commands of the page in a folder that contains only the programs."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        (folder / "examples").symlink_to(EXAMPLES)
        self.folder, self.stack = folder, stack
        self.environment: dict[str, str] = dict(os.environ)
        self.address = SHOWN_ADDRESS

    def run(self, words: list[str], shown: str) -> None:
        match words:
            case ["export", *settings]:
                self.environment |= dict(setting.split("=", 1) for setting in settings)
            case ["python", "-m", "cloudkeys.testing", *rest, "&"]:
                self.serve(rest, shown)
            case ["python", "tests/examples/measure_export.py", *_]:
                measure = [sys.executable, str(ROOT / words[1]), "200"]
                header = subprocess.run(measure, capture_output=True, text=True, check=True).stdout.splitlines()[0]
                assert header == shown.splitlines()[0]
            case ["sort", name]:
                check_output(shown, "\n".join(sorted((self.folder / name).read_text().splitlines())))
            case ["python", *rest] if "^C\n" in shown:
                self.interrupt(rest, shown)
            case ["python", program, *arguments]:
                self.run_program(program, arguments, shown)
            case _:
                raise AssertionError(f"no rule covers {words}")

    def run_program(self, program: str, arguments: list[str], shown: str) -> None:
        """Run a program in this process, which is faster."""
        shows_status = arguments[-3:-1] == ["||", "echo"]
        arguments = [word.replace(SHOWN_ADDRESS, self.address) for word in arguments[: -3 if shows_status else None]]
        printed = io.StringIO()
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.chdir(self.folder))
            stack.enter_context(mock.patch.dict(os.environ, self.environment))
            stack.enter_context(mock.patch.object(sys, "argv", [program, *arguments]))
            stack.callback(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
            stack.enter_context(contextlib.redirect_stdout(printed))
            stack.enter_context(contextlib.redirect_stderr(printed))
            status = load(Path(program).stem).main()
        assert bool(status) == shows_status
        check_output(shown, printed.getvalue() + (f"exit status {status}\n" if status else ""))

    def start(self, *words: str) -> subprocess.Popen[str]:
        # Not -I, which hides the modules next to a program.
        command = [sys.executable, "-E", "-s", "-W", "error", *words]
        settings = {"cwd": self.folder, "env": self.environment, "text": True}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **settings)  # type: ignore[call-overload] # a dict of them
        return self.stack.enter_context(process)

    def serve(self, arguments: list[str], shown: str) -> None:
        server = self.start("-m", "cloudkeys.testing", *arguments, "--port", "0")
        self.stack.callback(server.terminate)
        assert server.stdout is not None
        first = server.stdout.readline().rstrip()
        self.address = first.rpartition("/")[2]
        assert first.replace(self.address, SHOWN_ADDRESS) == shown.splitlines()[0]
        while not server.stdout.readline().startswith("IAM users: "):
            pass

    def interrupt(self, words: list[str], shown: str) -> None:
        process = self.start(*(word.replace(SHOWN_ADDRESS, self.address) for word in words))
        assert process.stdout is not None
        before = "".join(process.stdout.readline() for _ in shown.partition("^C\n")[0].splitlines())
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=TIME_LIMIT)
        check_output(shown, f"{before}^C\n{rest}")
        assert process.returncode == 130


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    words: set[str] = set()
    with contextlib.ExitStack() as stack:
        reader = Reader(tmp_path, stack)
        for block in blocks_of(ROOT, PAGE):
            if block.title:
                (tmp_path / block.title).write_text(block.text)
                continue
            assert block.language == "console"
            for command, shown in commands_in(block.text):
                reader.run(shlex.split(command), shown)
                words.update(shlex.split(command))
    assert words >= {f"examples/{name}" for name in PROGRAMS}


def test_every_program_is_shown_on_the_page() -> None:
    text, names = (ROOT / PAGE).read_text(encoding="utf-8"), sorted(file.name for file in EXAMPLES.glob("*.py"))
    assert len(PROGRAMS) == 6
    for pattern in (r"^<!-- include: examples/(\w+\.py) -->$", r"\]\(\.\./\.\./examples/(\w+\.py)\)"):
        assert sorted(re.findall(pattern, text, re.MULTILINE)) == names
    assert sorted(re.findall(r"^\| \[(\w+\.py)\]", text, re.MULTILINE)) == PROGRAMS
