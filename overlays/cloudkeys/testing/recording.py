"""Recorded responses: one TOML file each, with its request.

    operation = "huawei_csms.ListSecrets"
    source = "where the response comes from"

    [request]
    method = "GET"
    target = "/v1/0123/secrets?limit=50"
    headers = {}

    [response]
    status = 200
    headers = { Content-Type = "application/json" }
    body = '''
    {"secrets": []}
    '''

TOML holds a body verbatim, a review shows its lines, and the standard library reads it. The standard library doesn't
write TOML; this module writes this one form.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_FRAMING: Final = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


class RecordedRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The request of a recorded response.

    Attributes:
        method: The HTTP method.
        target: The path and the query.
        headers: The headers that a matching request must have.
    """

    method: str
    target: str
    headers: dict[str, str]

    def matches(self, method: str, target: str, headers: Mapping[str, str]) -> bool:
        """Return whether another request matches: its query may be in another order, and it may have more headers.

        Args:
            method: The HTTP method of the other request.
            target: The path and the query of the other request.
            headers: The headers of the other request; the case of names is ignored.
        """
        theirs = {name.lower(): value for name, value in headers.items()}
        return (
            method == self.method
            and _parts(target) == _parts(self.target)
            and all(theirs.get(name.lower()) == value for name, value in self.headers.items())
        )


class RecordedResponse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recorded response.

    Attributes:
        status: The status code.
        headers: The headers.
        body: The body.
    """

    status: int
    headers: dict[str, str]
    body: str

    def __post_init__(self) -> None:
        """Refuse headers that would frame the body in another way than the replaying server."""
        framing = _FRAMING & {name.lower() for name in self.headers}
        if framing:
            raise ValueError(f"a recording has no {', '.join(sorted(framing))}: it contains the decoded body")


class Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recorded response with its request.

    Attributes:
        operation: The full name of the operation, such as `huawei_csms.ListSecrets`.
        source: The origin of the response.
        request: The request.
        response: The response.
    """

    operation: str
    source: str
    request: RecordedRequest
    response: RecordedResponse


def load_recording(file: Path) -> Recording:
    """Read one recording.

    Args:
        file: The TOML file.

    Returns:
        The recording.

    Raises:
        OSError: The file can't be read.
        ValueError: It isn't TOML in UTF-8, or isn't a recording; the message names the file and the position.
    """
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Recording)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{file}: {error}") from error


def load_recordings(folder: Path) -> list[Recording]:
    """Read all recordings in a folder and its subfolders; raises the errors of `load_recording`.

    Args:
        folder: The folder.

    Returns:
        The recordings, in the order of their paths.
    """
    return [load_recording(file) for file in sorted(folder.rglob("*.toml"))]


def recording_text(recording: Recording) -> str:
    """Write a recording as the text of its TOML file.

    Args:
        recording: The recording. Its texts are escaped, so that each stays a value and no character can control a
            terminal or change the look of a line in a review.

    Returns:
        The text, which `load_recording` reads back to an equal recording.

    Raises:
        ValueError: A text in it has surrogates, which UTF-8 can't encode and TOML can't express.
    """
    request, response = recording.request, recording.response
    lines = [
        f"operation = {_string(recording.operation)}",
        f"source = {_string(recording.source)}",
        "",
        "[request]",
        f"method = {_string(request.method)}",
        f"target = {_string(request.target)}",
        f"headers = {_table(request.headers)}",
        "",
        "[response]",
        f"status = {response.status}",
        f"headers = {_table(response.headers)}",
        f"body = {_body(response.body)}",
    ]
    return "\n".join(lines) + "\n"


def _table(texts: Mapping[str, str]) -> str:
    pairs = (
        f"{name if _BARE_KEY.fullmatch(name) else _string(name)} = {_string(text)}" for name, text in texts.items()
    )
    joined = ", ".join(pairs)
    return f"{{ {joined} }}" if joined else "{}"


def _body(text: str) -> str:
    """Return the body verbatim if TOML can hold it, otherwise as a string with escapes."""
    to_the_letter = all(character.isprintable() or character in "\t\n" for character in text)
    if to_the_letter and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    return _string(text)


def _string(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if unicodedata.category(character) == "Cs":
        raise ValueError(f"a recording can't hold the surrogate {character!a}: UTF-8 can't encode it")
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _parts(target: str) -> tuple[str, list[tuple[str, str]]]:
    split = urlsplit(target)
    return split.path, sorted(parse_qsl(split.query, keep_blank_values=True))
