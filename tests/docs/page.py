"""Testing one page: each code block is run, parsed, or compared with the output of the block above."""

from __future__ import annotations

import configparser
import contextlib
import json
import logging
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.testing import FakeCloud
from cloudkeys.testing.data_file import fill
from cloudkeys.testing.recording import load_recording
from docs import world
from docs.blocks import Block
from docs.output import check_output, commands_in
from docs.python_blocks import Namespace
from docs.shell import MEASUREMENT, NoRuleError, Shell, child_environment


class Page:
    """A page whose blocks are run from top to bottom in an empty folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, specs: Path) -> None:
        self._folder, self._monkeypatch = folder, monkeypatch
        self._home = folder / "home"
        self._home.mkdir()
        monkeypatch.setenv("HOME", str(self._home))
        self._names = Namespace()
        self._printed: str | None = None
        self._shell = Shell(folder, child_environment(self._home), specs)
        cloud = world.new_world()
        self._shell.environment |= world.environment(cloud)
        for kind, name, function in world.replacements(cloud):
            monkeypatch.setattr(kind, name, function)

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Run blocks with logging as in a fresh program."""
        levels = {name: logging.getLogger(name).level for name in ("", "cloudkeys", "httpx", "httpcore", "stamina")}
        self._monkeypatch.setattr(logging.getLogger(), "handlers", [])
        self._monkeypatch.chdir(self._folder)
        try:
            yield
        finally:
            self._shell.close()
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)

    def check(self, block: Block) -> None:
        """Check one block, after those above it.

        Raises:
            AssertionError: The block is wrong.
            NoRuleError: No rule covers the block.
        """
        rule = RULES.get(block.language)
        if rule is None:
            raise NoRuleError(f"no rule covers a block in the language {block.language!r}")
        rule(self, block)

    def run_python(self, block: Block) -> None:
        if block.included:
            # `check_page` makes sure that a command of the page runs this program.
            return
        text = self._shell.real(block.text)
        if block.title:
            self._write(block.title, text)
        for name, value in self._shell.environment.items():
            if os.environ.get(name) != value:
                self._monkeypatch.setenv(name, value)
        is_test = re.search(r"^(async )?def test_", text, re.MULTILINE)
        self._printed = self._run_test(block, text) if is_test else self._names.run(block, text)

    def _run_test(self, block: Block, text: str) -> str:
        name = block.title or f"test_line_{block.line}.py"
        self._write(name, "\n".join([*self._names.imports, text]))
        printed = self._shell.run(f"python -m pytest -q -p no:cacheprovider --rootdir . {name}")
        assert " passed" in printed, printed
        return printed

    def run_console(self, block: Block) -> None:
        for command, shown in commands_in(block.text):
            self._printed = self._shell.run(command, shown)
            if MEASUREMENT in command:
                assert shown.partition("\n")[0] == self._printed.partition("\n")[0]
            elif shown:
                check_output(shown, self._printed)

    def compare_text(self, block: Block) -> None:
        """Compare a block with the output of the block above it, unless it is a file."""
        if block.title:
            self.use_file(block)
            return
        if self._printed is None:
            raise NoRuleError("a text block must follow the block whose output it shows, or be listed in DRAWINGS")
        printed, self._printed = self._printed, None
        check_output(block.text, printed)

    def use_workflow(self, block: Block) -> None:
        """Run the commands of a GitHub workflow."""
        jobs: Any = YAML(typ="safe").load(block.text)["jobs"]
        for job in jobs.values():
            steps = [step for step in job["steps"] if "run" in step]
            assert steps, "the job runs no command"
            for step in steps:
                variables = {**job.get("env", {}), **step.get("env", {})}
                self._shell.environment |= {name: self._shell.real(str(value)) for name, value in variables.items()}
                for line in step["run"].splitlines():
                    self._shell.run(line)

    def use_file(self, block: Block) -> None:
        """Write a file, parse it, and load it if cloudkeys reads such files."""
        if not block.title:
            raise NoRuleError(f'a {block.language} block needs the name of its file: title="FILE"')
        file = self._write(block.title, block.text)
        PARSERS.get(block.language, str)(block.text)
        if block.title in FILES:
            FILES[block.title](file)
        if block.title.startswith("~/"):
            # Otherwise, the next credentials would be found in this file.
            file.unlink()

    def _write(self, name: str, text: str) -> Path:
        file = self._home / name.removeprefix("~/") if name.startswith("~/") else self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


def _found_by(find: Callable[[], object]) -> Callable[[Path], None]:
    def use(_file: Path) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            for name in world.environment(FakeCloud()):
                monkeypatch.delenv(name, raising=False)
            find()

    return use


PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "ini": lambda text: configparser.ConfigParser().read_string(text),
    "json": json.loads,
    "sh": str,
    "toml": tomllib.loads,
}
"""Parsers of files, by language."""

FILES: Final[dict[str, Callable[[Path], object]]] = {
    "~/.aliyun/config.json": _found_by(find_alibaba),
    "~/.alibabacloud/credentials.ini": _found_by(find_alibaba),
    "~/.huaweicloud/credentials": _found_by(lambda: [find_huawei("basic"), find_huawei("global")]),
    "recording.toml": load_recording,
    "data.toml": lambda file: fill(FakeCloud(), file),
}
"""How cloudkeys loads a file, by name. `check_page` makes sure that the page uses all other files."""

RULES: Final[dict[str, Callable[[Page, Block], None]]] = {
    "python": Page.run_python,
    "console": Page.run_console,
    "text": Page.compare_text,
    "yaml": Page.use_workflow,
    **dict.fromkeys(PARSERS, Page.use_file),
}
"""How to check a block, by language."""


def check_page(blocks: list[Block], page: Page) -> None:
    """Check blocks from top to bottom, and that every program and file they show is also used."""
    with page.open():
        for block in blocks:
            try:
                page.check(block)
            except BaseException as error:
                error.add_note(f"{block.place}: a block in {block.language or 'no language'}")
                raise
    for number, block in enumerate(blocks):
        used = "\n".join(
            other.text for other in blocks[number + 1 :] if other.language in {"console", "python", "yaml"}
        )
        if block.included:
            assert block.included in used, f"{block.place}: no command runs it"
        elif block.language in {*PARSERS, "text"} and block.title and block.title not in FILES:
            assert block.title in used, f"{block.place}: nothing uses {block.title}"
