"""Proving one page: each of its code blocks is run, read, or compared with what another one printed."""

from __future__ import annotations

import configparser
import contextlib
import json
import logging
import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from ruamel.yaml import YAML

from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.testing import FakeCloud
from cloudkeys.testing.data_file import fill
from cloudkeys.testing.recording import load_recording
from cloudkeys.testing.state import PROJECT_ID
from docs import world
from docs.blocks import Block
from docs.files import ROOT
from docs.python_blocks import Namespace, is_test
from docs.shell import NoRuleError, Shell, child_environment
from docs.shown import difference


class Page:
    """A page that is read from above, by somebody who does what it says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, specs: Path) -> None:
        """Begin in an empty folder; its user's home is in there too."""
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
        """Let blocks run in the block: logging is as in a fresh program, and undone in the end."""
        log = logging.getLogger()
        levels = {name: logging.getLogger(name).level for name in ("", "cloudkeys", "httpx", "httpcore", "stamina")}
        self._monkeypatch.setattr(log, "handlers", [])
        self._monkeypatch.chdir(self._folder)
        try:
            yield
        finally:
            self._shell.close()
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)

    def prove(self, block: Block) -> None:
        """Prove one block; those above it were proved before.

        Raises:
            AssertionError: It isn't what it seems to be.
            NoRuleError: No rule covers it.
        """
        rule = RULES.get(block.language)
        if rule is None:
            raise NoRuleError(f"no rule covers a block of the language {block.language!r}")
        rule(self, block)

    def run_python(self, block: Block) -> None:
        if block.included:
            # A program that a command of the same page runs: `prove_page` sees to that.
            compile((ROOT / block.included).read_text(encoding="utf-8"), block.included, "exec")
            return
        text = self._shell.real(block.text)
        if block.title:
            self._write(block.title, text)
        self._take_environment()
        self._printed = self._test(block, text) if is_test(text) else self._names.run(block, text)

    def _test(self, block: Block, text: str) -> str:
        name = block.title or f"test_line_{block.line}.py"
        self._write(name, "\n".join([*self._names.imports, text]))
        # `-P` is the shell's, since pytest must find the fixtures through the installed package.
        printed = self._shell.run(f"python -m pytest -q -p no:cacheprovider --rootdir . {name}")
        assert " passed" in printed, printed
        return printed

    def run_console(self, block: Block) -> None:
        lines = block.text.splitlines()
        if not any(line.startswith("$ ") for line in lines):
            lines = [f"$ {line}" for line in lines]
        if not lines[0].startswith("$ "):
            raise NoRuleError("a console block begins with a command, after `$ `")
        for command, shown in commands_in(lines):
            self._printed = self._shell.run(command)
            if shown:
                _compare(shown, self._printed)

    def compare_text(self, block: Block) -> None:
        """Compare what a block shows with what the block above it printed, unless it is a file."""
        if block.title:
            self.use_file(block)
            return
        if self._printed is None:
            raise NoRuleError("a text block shows what the block above it prints, or stands in DRAWINGS or ELSEWHERE")
        printed, self._printed = self._printed, None
        _compare(block.text, printed)

    def use_workflow(self, block: Block) -> None:
        """Run the commands of a workflow of GitHub, or of a job of GitLab."""
        content = YAML(typ="safe").load(block.text)
        for environment, script in scripts_in(content):
            self._shell.environment |= {name: self._shell.real(str(value)) for name, value in environment.items()}
            for line in script.splitlines():
                self._shell.run(line)

    def use_file(self, block: Block) -> None:
        """Use a file as it is used: credentials are found in it, data fill a cloud."""
        if not block.title:
            raise NoRuleError(f'a block of {block.language} says whose content it is: title="FILE"')
        file = self._write(block.title, block.text)
        PARSERS.get(block.language, str)(block.text)
        if block.title in FILES:
            FILES[block.title](file)
        if block.title.startswith("~/"):
            # Otherwise the credentials of the next file would be looked for in this one.
            file.unlink()

    def _write(self, name: str, text: str) -> Path:
        file = self._home / name.removeprefix("~/") if name.startswith("~/") else self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def _take_environment(self) -> None:
        for name, value in self._shell.environment.items():
            if os.environ.get(name) != value:
                self._monkeypatch.setenv(name, value)


def commands_in(lines: list[str]) -> list[tuple[str, str]]:
    """Return the commands of a console, each with what is shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        elif found[-1][0].endswith("\\"):
            found[-1] = (found[-1][0].removesuffix("\\") + line.strip(), [])
        else:
            found[-1][1].append(line)
    return [(command, "\n".join(shown)) for command, shown in found]


def scripts_in(content: object) -> Iterator[tuple[dict[str, str], str]]:
    """Give the scripts of a workflow in their order, each with its variables."""
    assert isinstance(content, dict), "a workflow is a mapping"
    jobs = content.get("jobs")
    if jobs is None:
        jobs = {name: job for name, job in content.items() if isinstance(job, dict) and "script" in job}
    assert jobs, "a workflow has jobs"
    for job in jobs.values():
        steps = [{"run": line} for line in job["script"]] if "script" in job else job["steps"]
        assert any("run" in step for step in steps), "a job runs something"
        for step in steps:
            if "run" in step:
                yield {**job.get("env", job.get("variables", {})), **step.get("env", {})}, step["run"]


def _compare(shown: str, printed: str) -> None:
    differs = difference(shown, printed)
    assert differs is None, differs


def _found_by(find: Callable[[], object]) -> Callable[[Path], None]:
    def use(_file: Path) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            for name in world.environment(FakeCloud()):
                monkeypatch.delenv(name, raising=False)
            find()

    return use


def _serve_data(file: Path) -> None:
    """Fill a cloud from a file, and list all that is in it, whatever faults there are."""
    cloud = FakeCloud()
    fill(cloud, file)
    assert cloud.leaks or cloud.access_keys or any(cloud.secrets.values()), "the file has data"
    with cloud.alibaba() as alibaba, cloud.huawei() as huawei:
        assert len(list(alibaba.sas.describe_accesskey_leak_list())) == len(cloud.leaks)
        for user_id in {key.user_id for key in cloud.access_keys}:
            assert list(huawei.iam_v5.list_access_keys(user_id))
        assert {user.user_id for user in cloud.users} <= {user.user_id for user in huawei.iam_v5.list_users()}
        names = {user.user_principal_name for user in alibaba.ims.list_users()}
        assert {user.user_principal_name for user in cloud.ram_users} <= names
        assert {key.user_principal_name for key in cloud.ram_access_keys} <= names
        assert len(list(huawei.csms.list_secrets())) == len(cloud.secrets[PROJECT_ID])


PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "ini": lambda text: configparser.ConfigParser().read_string(text),
    "json": json.loads,
    "sh": str,
    "toml": tomllib.loads,
}
"""What reads a file, by the language of its block."""

FILES: Final[dict[str, Callable[[Path], object]]] = {
    "~/.aliyun/config.json": _found_by(find_alibaba),
    "~/.alibabacloud/credentials.ini": _found_by(find_alibaba),
    "~/.huaweicloud/credentials": _found_by(lambda: [find_huawei("basic"), find_huawei("global")]),
    "recording.toml": load_recording,
    "data.toml": _serve_data,
}
"""What uses a file, by the file's name; what isn't here is used by the page, and `prove_page` sees to that."""

RULES: Final[dict[str, Callable[[Page, Block], None]]] = {
    "python": Page.run_python,
    "console": Page.run_console,
    "text": Page.compare_text,
    "yaml": Page.use_workflow,
    **dict.fromkeys(PARSERS, Page.use_file),
}
"""What proves a block, by its language."""
