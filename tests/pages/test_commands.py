"""The command itself: exit status, formats, where pages come from, and what it says of pages that it can't read."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from pages.frozen_specs import copy_of_frozen
from toolchain.__main__ import main as toolchain
from toolchain.pages import new
from toolchain.pages.__main__ import main
from toolchain.pages.facts import PageError

NEWER = Path(__file__).with_name("newer")
CHINESE = NEWER / "huawei_csms-ListSecrets-2024-11-29-zh.txt"
ENGLISH = NEWER / "huawei_csms-ListSecrets-2026-06-09-en.txt"
PAGES = {"alibaba_sas", "huawei_csms", "huawei_iam_v3", "huawei_iam_v5"}


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    return copy_of_frozen(tmp_path)


def test_the_specs_are_proved_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    out = capsys.readouterr().out
    assert {line.split(":")[0] for line in out.splitlines()[:-1]} == PAGES
    assert out.splitlines()[-1].startswith("proved")
    understood = re.findall(r"(\d+) of (\d+) lines understood", out)
    assert len(understood) == 4
    assert all(one == other != "0" for one, other in understood)


def test_a_page_that_is_accepted_is_no_change_any_more(
    specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert main(["--specs", str(specs), "--accept", str(ENGLISH), str(empty)]) == 2, "it doesn't stop the others"
    printed = capsys.readouterr()
    assert "huawei_csms: ListSecrets: " in printed.out
    assert "accepted: " in printed.err
    assert f"error: {empty}: " in printed.err
    before = {file: file.read_bytes() for file in specs.rglob("*.yaml")}
    assert main(["--specs", str(specs), str(ENGLISH)]) == 0
    assert capsys.readouterr().out.endswith("huawei_csms: ListSecrets: no change\n")
    assert main(["--specs", str(specs), str(CHINESE)]) == 1
    assert {file: file.read_bytes() for file in specs.rglob("*.yaml")} == before, "that page wasn't accepted"
    (specs / "pages" / "huawei_csms.yaml").unlink()
    command = ["--specs", str(specs), "--operation", "ListSecrets", str(ENGLISH)]
    assert main(command) == 2
    assert "no facts of a page of ListSecrets to compare with: accept" in capsys.readouterr().err
    assert main([*command, "--accept"]) == 0
    assert {file: file.read_bytes() for file in specs.rglob("*.yaml")} == before


def test_a_spec_without_an_address_of_its_page(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in specs.glob("*.yaml"):
        file.write_text(re.sub(r"(?m)^ +url: https.+/api-.*\n", "", file.read_text(encoding="utf-8")), encoding="utf-8")
    assert main(["--specs", str(specs), "--fetch"]) == 2
    assert "huawei_csms: ListSecrets has no url in its x-page" in capsys.readouterr().err


@pytest.mark.parametrize(("depth", "is_reported"), [(49, False), (460, True)])
def test_an_example_as_deep_as_one_may_be_is_kept(
    specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], depth: int, *, is_reported: bool
) -> None:
    before, example, after = re.split(r"(?ms)^(\{$.*?^\})$", ENGLISH.read_text(encoding="utf-8"), maxsplit=1)
    assert '"secrets"' in example
    page = tmp_path / "page.txt"
    page.write_text(before + '{"a":' * depth + "1" + "}" * depth + after, encoding="utf-8")
    assert main(["--specs", str(specs), "--accept", str(page)]) == 1
    assert main(["--specs", str(specs)]) == 1
    assert ("nested too deeply" in capsys.readouterr().out) == is_reported


def test_an_operation_without_a_page_and_a_page_without_an_operation(
    specs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = specs / "pages" / "huawei_csms.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("ListSecrets:", "ListThings:"), encoding="utf-8")
    assert main(["--specs", str(specs)]) == 1
    out = capsys.readouterr().out
    assert "ListSecrets: no facts of its page" in out
    assert "ListThings: facts of a page, but no such operation" in out


def test_the_three_formats_agree_and_a_page_may_come_from_the_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {}
    for form in ("json", "text", "markdown"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CHINESE.read_bytes())))
        assert main(["--format", form, "-"]) == 1
        shown[form] = capsys.readouterr().out
    (report,) = json.loads(shown["json"])
    assert (report["spec"], report["operation"]) == ("huawei_csms", "ListSecrets")
    for change in report["changes"]:
        assert change["pointer"] in shown["text"]
        for text in (change["place"], f"specs/huawei_csms.yaml:{change['line']}"):
            assert text in shown["text"]
            assert text in shown["markdown"]


UNREADABLE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "isn't the page of an operation"),
    "prose": (lambda _: b"Nothing here.\n" * 50, "isn't the page of an operation"),
    "binary": (lambda page: b"\0" + page, "null bytes"),
    "too large": (lambda page: page + b" " * 2_000_000, "more than 2,000,000 bytes"),
    "of another operation": (lambda page: page.replace(b"/secrets", b"/keys"), "--operation"),
}


@pytest.mark.parametrize("name", [*UNREADABLE, "no\x1b[2Jsuch"])
def test_what_cannot_be_read_is_status_2(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, message = tmp_path / name, "No such file"
    if name in UNREADABLE:
        change, message = UNREADABLE[name]
        page.write_bytes(change(ENGLISH.read_bytes()))
    assert main([str(page)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.replace("\n", "").isprintable()


@pytest.mark.parametrize("command", [["lamps"], []])
def test_the_error_of_an_unreadable_page_is_shown_in_full(
    command: list[str], specs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    why = 'no head of a table is known: "' + '", "'.join(f"head {number}" for number in range(90)) + '"'

    def read(_content: bytes) -> None:
        raise PageError(f"{why}\x1b\n")

    for module in ("new", "commands.report"):
        monkeypatch.setattr(f"toolchain.pages.{module}.read_page", read)
    run = new.main if command else main
    assert run([*command, str(ENGLISH), "--specs", str(specs)]) == 2
    assert capsys.readouterr().err == f"error: {why}\\x1b\\n\n"


@pytest.fixture
def server() -> Iterator[str]:
    """A web site with one page that changed, one that is too large, and none of the others."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = {"/secrets": ENGLISH.read_bytes(), "/huge": b"x" * 3_000_000}.get(self.path)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def test_a_page_from_a_url(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"{server}/secrets"]) == 1
    assert "200 secrets[].rotation_func_urn: added" in capsys.readouterr().out
    for path, message in (("gone", "404"), ("huge", "more than 2,000,000 bytes")):
        assert main([f"{server}/{path}"]) == 2
        assert message in capsys.readouterr().err


def test_all_pages_are_fetched_though_some_cannot_be_read(
    specs: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in specs.glob("*.yaml"):
        url = f"{server}/{'secrets' if file.stem == 'huawei_csms' else 'gone'}"
        file.write_text(
            re.sub(r"(?m)^( +url: )https\S+$", rf"\1{url}", file.read_text(encoding="utf-8")), encoding="utf-8"
        )
    assert main(["--specs", str(specs), "--fetch", "--accept"]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("status 404") == 3
    assert "huawei_csms: ListSecrets: " in printed.out
    assert main(["--specs", str(specs), str(ENGLISH)]) == 0, "the page that could be read was accepted"


def test_a_spec_that_cant_be_generated_isnt_proved_either(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = specs / "huawei_iam_v5.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("tags: [access_keys]", "tags: [access-keys]"), encoding="utf-8")
    output = specs.parent / "generated" / "cloudkeys_api"
    assert toolchain(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    (refused,) = capsys.readouterr().err.splitlines()
    assert main(["--specs", str(specs)]) == 1
    assert refused.removeprefix("error: ") in {line.strip() for line in capsys.readouterr().out.splitlines()}
