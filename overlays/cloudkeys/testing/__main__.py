"""`python -m cloudkeys.testing`: the fake cloud as an HTTP server, for programs in any language."""

from __future__ import annotations

import argparse
import contextlib
import errno
import functools
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from cloudkeys.testing.control import Control
from cloudkeys.testing.data_file import fill
from cloudkeys.testing.examples import example_access_key, example_leak, example_secret
from cloudkeys.testing.fake_cloud import FakeCloud
from cloudkeys.testing.http.listeners import is_loopback
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.state import PROJECT_ID
from cloudkeys.testing.vendors.iam_users import user_ids

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the program is interrupted.

    Args:
        arguments: The arguments of the command line; None for the program's own.

    Raises:
        SystemExit: The arguments or the data file are wrong, the host belongs to another machine, or the port is taken.
    """
    options = _parser().parse_args(arguments)
    try:
        control = Control(functools.partial(_make_cloud, options))
        # A server that other machines reach has no control paths.
        handler = control.respond if is_loopback(options.host) else control.cloud.respond
        with serving(handler, options.host, options.port) as url, contextlib.suppress(KeyboardInterrupt):
            print(_greeting(control.cloud, url), flush=True)
            threading.Event().wait()
    except (OSError, ValueError) as error:
        is_taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        hint = "; use --port 0 for any free port" if is_taken else ""
        sys.exit(f"cloudkeys.testing: {error}{hint}")


def _make_cloud(options: argparse.Namespace) -> FakeCloud:
    cloud = FakeCloud(
        leaks=[example_leak(number) for number in range(1, options.leaks + 1)],
        access_keys=[example_access_key(number) for number in range(1, options.access_keys + 1)],
        secrets={PROJECT_ID: [example_secret(number) for number in range(1, options.secrets + 1)]},
    )
    if options.data is not None:
        fill(cloud, options.data)
    return cloud


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cloudkeys.testing",
        description="Serve a fake of Alibaba Cloud and Huawei Cloud over HTTP.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address or name to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="the port; 0 for any free port (default: %(default)s)")
    parser.add_argument("--leaks", type=int, default=0, metavar="N", help="number of example leaks")
    parser.add_argument("--access-keys", type=int, default=0, metavar="N", help="number of example access keys")
    parser.add_argument("--secrets", type=int, default=0, metavar="N", help="number of example secrets")
    parser.add_argument("--data", type=Path, metavar="FILE", help="a TOML file with your own data and faults")
    return parser


def _greeting(cloud: FakeCloud, url: str) -> str:
    lines = {
        "base URL": url,
        "AccessKey pair of Alibaba Cloud": f"{cloud.alibaba_key.access_key_id} {cloud.alibaba_key.secret}",
        "access key of Huawei Cloud": f"{cloud.huawei_key.access_key_id} {cloud.huawei_key.secret}",
        "user, password, account": f"{cloud.password.user} {cloud.password.password} {cloud.password.domain}",
        "project": PROJECT_ID,
        "account ID": cloud.domain_id,
        "IAM users": ", ".join(sorted(user_ids(cloud))) or "none",
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())


if __name__ == "__main__":
    main()
