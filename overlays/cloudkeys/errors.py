"""What can go wrong in a call.

    CloudkeysError
    ├── ParameterError      a value that the vendor's page forbids; nothing was sent
    └── ResponseError       the service answered, but not with a result
        ├── StatusError     its status is an error, or isn't documented
        └── DecodeError     its status is success, but its body isn't what the spec says

No message repeats what the server or the caller sent: both may hold secrets or terminal escapes. The server's part is
in attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import msgspec

_REQUEST_ID_HEADERS = ("x-request-id", "x-iam-trace-id", "x-acs-request-id")
_LONGEST_REQUEST_ID = 128


class CloudkeysError(Exception):
    """The base of all errors that this package raises."""


class ParameterError(CloudkeysError, ValueError):
    """A value can't be sent, since the vendor's page forbids it. Nothing was sent.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        parameter: The name of the parameter, as the vendor spells it.
        reason: What is wrong with the value, with the documented range where there is one.
    """

    def __init__(self, operation: str, parameter: str, reason: str) -> None:
        """Make the error of one parameter."""
        super().__init__(operation, parameter, reason)
        self.operation = operation
        self.parameter = parameter
        self.reason = reason

    def __str__(self) -> str:
        """Name the operation, the parameter and the reason."""
        return f"{self.operation}: parameter {self.parameter}: {self.reason}"


class ResponseError(CloudkeysError):
    """The service answered, but not with a result.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        status_code: The status code of the response.
        headers: The headers of the response.
        content: The body of the response, raw.
        body: The body decoded, where the spec documents this status and the body fits; else None.
    """

    def __init__(
        self,
        operation: str,
        status_code: int,
        headers: Mapping[str, str],
        content: bytes,
        body: msgspec.Struct | None = None,
    ) -> None:
        """Make the error of one response."""
        super().__init__(operation, status_code, headers, content, body)
        self.operation = operation
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.body = body

    @property
    def request_id(self) -> str | None:
        """The ID that the service gave the request, from the body or else from a header; None where it gave none.

        At most 128 characters, all printable, whatever the server sent.
        """
        candidates = [getattr(self.body, "request_id", None)]
        candidates += [self.headers.get(name) for name in _REQUEST_ID_HEADERS]
        found = next((text for text in candidates if isinstance(text, str) and text), None)
        return None if found is None else printable(found)[:_LONGEST_REQUEST_ID]

    def _context(self) -> str:
        request_id = self.request_id
        suffix = "" if request_id is None else f" (request id {request_id})"
        return f"{self.operation}: status {self.status_code}{suffix}"

    def __str__(self) -> str:
        """Name the operation, the status and the request id."""
        return self._context()

    def __repr__(self) -> str:
        """Show the same as the message: the headers and the content may hold secrets."""
        return f"{type(self).__name__}({self._context()!r})"


class StatusError(ResponseError):
    """The status of the response is an error, or isn't documented.

    For a documented status `body` is the decoded error body; where it is None, the body is not what the spec says (a
    gateway's HTML page, for example), or the status is not documented. `content` always has the raw body.
    """


class DecodeError(ResponseError):
    """The status of the response is success, but its body isn't what the spec says.

    Attributes:
        path: Where in the body it differs, as a JSON path such as `$.secrets[3].name`; `$` for the body as a whole.
        reason: How it differs.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - an exception is unpickled from its arguments, so it takes them one by one
        self,
        operation: str,
        status_code: int,
        headers: Mapping[str, str],
        content: bytes,
        path: str,
        reason: str,
    ) -> None:
        """Make the error of one body."""
        super().__init__(operation, status_code, headers, content)
        self.args = (operation, status_code, headers, content, path, reason)
        self.path = path
        self.reason = reason

    def _context(self) -> str:
        return f"{super()._context()}: at {self.path}: {self.reason}"


def printable(text: str) -> str:
    """Return the text with every character that could steer a terminal or a log replaced by its escape.

    Args:
        text: Any text, from a server for example.

    Returns:
        The same text on one line, in which each character is printable.
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in text
    )
