"""What proves the documents fails where they are wrong: on broken code, on wrong output, on what no rule covers."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.blocks import blocks_in
from docs.page import Page
from docs.shell import SESSIONS, SESSIONS_NOT_RUN, NoRuleError, session_names
from docs.shown import difference
from docs.test_pages import prove_page
from docs.typed_blocks import module_of
from toolchain.document import SPECS

Prove = Callable[[str], None]


@pytest.fixture
def prove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prove:
    """What proves the text of a page."""

    def prove_text(text: str) -> None:
        folder = tmp_path / "project"
        folder.mkdir()
        prove_page(list(blocks_in(text, "page.md")), Page(folder, monkeypatch, SPECS))

    return prove_text


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{textwrap.dedent(text).strip()}\n```\n"


TRUE = {
    "what is printed": fenced("python", "print(1)\nprint(2)") + fenced("text", "1\n2"),
    "names of the block above": fenced("python", "x = 1") + fenced("python", "assert x == 1"),
    "await outside of a function": fenced("python", "import asyncio\nprint(await asyncio.sleep(0, 1))")
    + fenced("text", "1"),
    "a client without a base URL": fenced(
        "python",
        "import cloudkeys\nprint(len(list(cloudkeys.Huawei(region='cn-north-4').csms.list_secrets())))",
    )
    + fenced("text", "120"),
    "a program": fenced('python title="a.py"', "import sys\nprint(sys.argv[1:])")
    + fenced("console", "$ python3 a.py 1 2\n['1', '2']"),
    "a program of the project": fenced("console", "$ python -m cloudkeys.testing --help\nusage: ...\n..."),
    "a variable": fenced("console", "$ export SHOWN=1")
    + fenced("python", "import os\nassert os.environ['SHOWN'] == '1'"),
    "a program that calls": fenced(
        'python title="b.py"',
        """
        import cloudkeys
        huawei = cloudkeys.Huawei(region='cn-north-4')
        print(huawei.iam_v3.show_permanent_access_key('EXAMPLE000000001').credential.status)
        """,
    )
    + fenced("console", "$ python3 b.py\nactive"),
    "a text that is read": fenced('text title="x.txt"', "x")
    + fenced("python", "from pathlib import Path\nprint(Path('x.txt').read_text(), end='')")
    + fenced("text", "x"),
    "a test": fenced("python", "def test_it(fake_cloud):\n    assert fake_cloud.calls == []"),
    "in an admonition": "!!! note\n    ```python\n    print(1)\n    ```\n\n    ```text\n    1\n    ```\n",
}


@pytest.mark.parametrize("text", TRUE.values(), ids=TRUE)
def test_what_is_true_passes(prove: Prove, text: str) -> None:
    prove(text)


WRONG = {
    "code that raises": fenced("python", "1 / 0"),
    "code that is no Python": fenced("python", "print("),
    "async code that raises": fenced("python", "import asyncio\nawait asyncio.sleep(0)\nassert False"),
    "a name that isn't there": fenced("python", "import cloudkeys\ncloudkeys.Tencent"),
    "an argument that isn't there": fenced("python", "import cloudkeys\ncloudkeys.Alibaba(regoin='cn-hangzhou')"),
    "wrong output": fenced("python", "print(1)") + fenced("text", "2"),
    "output that is too short": fenced("python", "print(1)\nprint(2)") + fenced("text", "1"),
    "output of nothing": fenced("python", "x = 1") + fenced("text", "1"),
    "output of a log": fenced("python", "import logging\nlogging.error('x')") + fenced("text", "y"),
    "a command that fails": fenced("console", '$ python3 -c "raise SystemExit(3)"'),
    "a program that isn't there": fenced("console", "$ python3 missing.py"),
    "wrong output of a command": fenced("console", '$ python3 -c "print(1)"\n2'),
    "wrong output of the server": fenced(
        "console", "$ python -m cloudkeys.testing\nbase URL: http://127.0.0.1:8080\nnone"
    ),
    "a session that isn't there": fenced("console", "$ nox -s frobnicate"),
    "a package that nobody knows": fenced("console", "$ pip install cloudkeyz"),
    "a test that fails": fenced("python", "def test_it(fake_cloud):\n    assert fake_cloud.calls"),
    "a file of credentials without a key": fenced('ini title="~/.huaweicloud/credentials"', "[basic]\nak = x"),
    "data of no kind": fenced('toml title="data.toml"', "[[leeks]]\nId = 1"),
    "a file that nothing uses": fenced('json title="x.json"', "{}"),
    "a text that nothing uses": fenced('text title="x.txt"', "x"),
    "a file that is no JSON": fenced('json title="x.json"', "{") + fenced("python", "open('x.json')"),
    "a workflow whose command fails": fenced("yaml", "jobs: {a: {steps: [{run: python3 missing.py}]}}"),
    "a workflow that runs nothing": fenced("yaml", "jobs: {a: {steps: [{uses: x}]}}"),
    "a program that no command runs": fenced("python", '--8<-- "tests/tools/demo.py"'),
    "another machine": fenced("python", "import socket\nsocket.create_connection(('192.0.2.1', 9), 1)"),
    "in an admonition": "!!! note\n    ```python\n    1 / 0\n    ```\n",
    "in a list": "- one\n\n    ```python\n    1 / 0\n    ```\n",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_wrong_fails(prove: Prove, text: str) -> None:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever the code raises
        prove(text)
    assert not isinstance(caught.value, NoRuleError)
    assert any("page.md:" in note for note in getattr(caught.value, "__notes__", [])) or "page.md:" in str(caught.value)


NO_RULE = {
    "an unknown language": fenced("perl", "print 1"),
    "no language": fenced("", "print(1)"),
    "indented code": "Text.\n\n    print(1)\n",
    "text below nothing": fenced("text", "1"),
    "the same output twice": fenced("python", "print(1)") + fenced("text", "1") * 2,
    "a command that no rule knows": fenced("console", "$ rm -rf x"),
    "output before a command": fenced("console", "1\n$ python3 -c 1"),
    "a file without a name": fenced("json", "{}"),
    "a switch of nox that no rule knows": fenced("console", "$ nox -k pages"),
    "accepting something for good": fenced("console", "$ nox -s pages -- --accept x"),
}


@pytest.mark.parametrize("text", NO_RULE.values(), ids=NO_RULE)
def test_what_no_rule_covers_fails(prove: Prove, text: str) -> None:
    with pytest.raises(NoRuleError):
        prove(text)


@pytest.mark.parametrize(
    ("shown", "printed", "is_same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a", "a\nb", False),
        ("a\nb", "a", False),
        ("...", "a\nb", True),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", True),
        ("a\n...", "b\na", False),
        ("...\nc", "a\nb", False),
        ("a\n...\nb\nc\n...\nd", "a\nb\nx\nb\nc\nd", True),
        ("a\n...\nb\nc\n...\nd", "a\nb\nx\nc\nd", False),
        ("a\n...\na", "a", False),
        ("took ... s (x)", "took 1.5 s (x)", True),
        ("took ... s (x)", "took 1.5 s (y)", False),
        ("(x)", "x", False),
        ("", "a", False),
    ],
)
def test_output_is_compared_line_by_line(shown: str, printed: str, *, is_same: bool) -> None:
    assert (difference(shown, printed) is None) is is_same


def test_sessions_that_are_run_exist_and_need_no_reason() -> None:
    assert session_names() >= SESSIONS.keys()
    assert not SESSIONS.keys() & SESSIONS_NOT_RUN.keys()


def test_lines_of_a_module_are_those_of_its_page() -> None:
    text = "Text.\n\n" + fenced("python", "x = 1") + "\n" + fenced("python", "await y\nz")
    assert module_of(blocks_in(text, "page.md")).splitlines() == [
        *("", "", "", "x = 1", "", ""),
        *("async def _line_8() -> None:", "    await y", "    z"),
    ]
