"""Record masked responses of a real account for tests/recorded: see `nox -s record -- --help`.

The recorder calls each operation once, with the credentials that the client finds; of a listing, it requests the first
page. It writes nothing that looks like a secret: see masking.py and secret_scan.py. Still, read each file before you
commit it: error messages keep their plain words, and a word can be a name.
"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, get_type_hints
from urllib.parse import urlsplit

import httpx
import msgspec

from callers import TARGETS, Target
from cloudkeys.alibaba import Alibaba
from cloudkeys.auth.credentials import AccessKey
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CloudkeysError, CredentialsError, StatusError
from cloudkeys.huawei import Huawei
from cloudkeys.paging.listing import Listing
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.operation import Operation
from cloudkeys.runtime.redaction import printable
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys.testing.recording import RecordedRequest, RecordedResponse, Recording, load_recording, recording_text
from specs import SPEC_OPERATIONS, schema_errors
from tools.recorder.keeper import Keeper
from tools.recorder.masking import HEADERS, mask, response_schema
from tools.recorder.replacements import Replacements
from tools.recorder.secret_scan import findings

_SHORTEST_ID: Final = 8  # a shorter ID could be part of any word

FRONTS: Final[dict[str, type[Alibaba | Huawei]]] = {"alibaba": Alibaba, "huawei": Huawei}


class Call(NamedTuple):
    """An operation, the arguments that its method needs, and the settings that its API's client needs."""

    target: Target
    needs: tuple[str, ...]
    settings: tuple[str, ...]

    @property
    def operation(self) -> Operation[Any, ..., Any]:
        return self.target.operation

    def run(self, options: argparse.Namespace, settings: dict[str, Any]) -> None:
        """Call the operation; for a listing, request the first page."""
        own = {name: getattr(options, name) for name in self.settings}
        client = FRONTS[self.target.vendor](**own, **settings)
        method = self.target.method(client)
        kinds = get_type_hints(method)
        found = method(**{name: _typed(kinds[name], getattr(options, name)) for name in self.needs})
        if isinstance(found, Listing):
            next(found.pages(), None)


def _typed(kind: Any, text: str) -> Any:
    return int(text) if kind is int and text.isdecimal() else text


def _call(target: Target) -> Call:
    parameters = inspect.signature(target.method(target.package.Client)).parameters
    needs = tuple(name for name, each in parameters.items() if each.default is each.empty and name != "self")
    # Of alternative parameters, the last one.
    needs += tuple(_python_name(target, names[-1]) for _, names in target.operation.constraints)
    return Call(target, needs, FRONTS[target.vendor].apis()[target.api].own_settings)


def _python_name(target: Target, name: str) -> str:
    schema: Any = target.operation.parameters
    return next(field.name for field in msgspec.structs.fields(schema) if field.encode_name == name)


# Other operations would change a real account, or return a real secret.
_READS: Final = ("Describe", "Get", "List", "Show")
CALLS: Final = {name: _call(each) for name, each in TARGETS.items() if each.operation.name.startswith(_READS)}


def record(call: Call, options: argparse.Namespace, replacements: Replacements) -> tuple[Path, Recording]:
    """Call an operation, and write its response.

    Raises:
        CloudkeysError: There is no response, or it doesn't match the spec.
        ValueError: The response can't be recorded; the message says why, without any of its text.
    """
    keeper = Keeper()
    settings = {"region": options.region, "base_url": options.base_url, "retry": RetryPolicy(attempts=1)}
    with contextlib.closing(keeper), contextlib.suppress(StatusError):
        call.run(options, settings | {"connections": Connections(transport=keeper)})
    response = keeper.last()
    prefix = urlsplit(options.base_url or "").path.rstrip("/")
    recording = mask(_recording(call.operation, response, prefix), replacements)
    found = findings(recording, [*_credentials(), *_ids(options), *_sent_secrets(response.request)])
    if found:
        raise ValueError("refused, since this looks like a secret: " + "; ".join(map(str, found)))
    return _written(recording, options.folder), recording


def _recording(operation: Operation[Any, ..., Any], response: httpx.Response, prefix: str) -> Recording:
    request = response.request
    try:
        body = response.content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("the body isn't UTF-8") from None
    headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
    source = f"recorded on {_today()}, masked"
    if "json" not in headers.get("Content-Type", ""):
        source += ": the response of a gateway"
    target = request.url.raw_path.decode("ascii").removeprefix(prefix)
    return Recording(
        operation=operation.full_name,
        source=source,
        request=RecordedRequest(method=request.method, target=target, headers=dict(operation.headers)),
        response=RecordedResponse(status=response.status_code, headers=headers, body=body),
    )


def _written(recording: Recording, folder: Path) -> Path:
    """Write a complete file or none."""
    package, _, name = recording.operation.partition(".")
    file = folder / package / f"{name}-{recording.response.status}-{_today()}.toml"
    text = recording_text(recording)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        draft = Path(scratch) / "draft"
        draft.write_text(text, encoding="utf-8", newline="\n")
        if load_recording(draft) != recording:
            raise ValueError("the file would be read back differently")
        draft.replace(file)
    return file


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _credentials() -> Iterator[str]:
    finders: list[Callable[[], AccessKey]] = [find_alibaba]
    finders += [lambda: find_huawei("basic")[0], lambda: find_huawei("global")[0]]
    for find in finders:
        with contextlib.suppress(CredentialsError):
            key = find()
            yield from filter(None, (key.access_key_id, key.secret, key.security_token))


def _ids(options: argparse.Namespace) -> list[str]:
    given = (getattr(options, name) for name in _wanted())
    return [text for text in given if text and len(text) >= _SHORTEST_ID]


def _wanted() -> dict[str, list[str]]:
    """Return the names of all arguments and settings, and which operations need each."""
    wanted: dict[str, list[str]] = {}
    for name, call in CALLS.items():
        for each in (*call.needs, *call.settings):
            wanted.setdefault(each, []).append(name)
    return wanted


def _sent_secrets(request: httpx.Request) -> list[str]:
    names = ("authorization", "x-security-token", "x-acs-security-token", "x-project-id", "x-domain-id")
    return [request.headers[name] for name in names if name in request.headers]


def _deviations(recording: Recording) -> list[str]:
    """Return how a recording differs from the spec: one of them needs a fix."""
    package, place = SPEC_OPERATIONS[recording.operation]
    status = recording.response.status
    if not {str(status), "default"} & place.operation["responses"].keys():
        return [f"the spec has no status {status}"]
    try:
        body = json.loads(recording.response.body)
    except ValueError:
        return ["the body isn't JSON"]
    return schema_errors(package, response_schema(place, status), body)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="record", description="Record the responses of a real account, masked.")
    parser.add_argument("operations", nargs="*", metavar="OPERATION", help=f"all by default: {', '.join(CALLS)}")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[2] / "recorded", help="where to write")
    parser.add_argument("--region", help="the region's ID, such as cn-hangzhou")
    parser.add_argument("--base-url", help="where to send requests, instead of to the region")
    for name, calls in _wanted().items():
        parser.add_argument(_option(name), help=f"for {', '.join(calls)}")
    options = parser.parse_args(arguments)
    options.operations = options.operations or list(CALLS)
    for name in options.operations:
        if name not in CALLS:
            parser.error(f"there is no operation {printable(name)}: choose from {', '.join(CALLS)}")
        missing = [_option(need) for need in CALLS[name].needs if getattr(options, need) is None]
        if missing:
            parser.error(f"{name} needs {', '.join(missing)}")
    return options


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the operations of the command line; return the exit status, 1 if an operation couldn't be recorded."""
    options = _options(arguments)
    failed, replacements = False, Replacements()
    for name in options.operations:
        try:
            file, recording = record(CALLS[name], options, replacements)
        except (CloudkeysError, ValueError, OSError) as error:
            failed = True
            print(f"{name}: not recorded: {printable(str(error))}", file=sys.stderr)
        else:
            print(f"{name}: {recording.response.status}, {printable(str(file))}")
            for deviation in _deviations(recording):
                print(f"{name}: differs from the spec: {printable(deviation)}")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
