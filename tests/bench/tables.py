"""The results of a run as text: tables with medians, spread and ratios."""

from __future__ import annotations

from typing import Any, Final

from contenders import CONTENDERS

Results = dict[str, Any]

TABLES: Final[tuple[tuple[str, str, str, float, str], ...]] = (
    ("Installed: MB without byte code", "install", "mb", 1, "MB"),
    ("Installed: distributions", "install", "distributions", 1, ""),
    ("From start to end of a process that imports", "import", "ms", 1, "ms"),
    ("... and makes a client that is ready to send", "import and client", "ms", 1, "ms"),
    ("... its memory", "import and client", "peak_mb", 1, "MB"),
    ("... and calls once", "first call", "ms", 1, "ms"),
    ("Signed call, secrets, 100 items: CPU", "call secrets", "cpu_us", 1, "µs"),
    ("Signed call, secrets, 100 items: wall", "call secrets", "wall_us", 1, "µs"),
    ("Signed call, leaks, 100 items: CPU", "call leaks", "cpu_us", 1, "µs"),
    ("Signed call, access keys, 100 items: CPU", "call access_keys", "cpu_us", 1, "µs"),
    ("Signed call, one access key: CPU", "call access_key", "cpu_us", 1, "µs"),
    ("Signed call with a body of 1 KB, CreateSecretVersion: CPU", "call write", "cpu_us", 1, "µs"),
    ("Decoding 100 secrets", "decode secrets", "cpu_us", 1, "µs"),
    ("Decoding 100 leaks", "decode leaks", "cpu_us", 1, "µs"),
    ("One signature (httpx + msgspec: the hashing alone)", "sign", "cpu_us", 1, "µs"),
    ("Signing a request of httpx, header by header", "sign a request of httpx", "cpu_us", 1, "µs"),
    ("A million secrets, pages of 100", "drain secrets 1000000", "seconds", 1, "s"),
    ("... the memory at its peak", "drain secrets 1000000", "peak_mb", 1, "MB"),
    ("... the memory after 100 secrets", "drain secrets 100", "peak_mb", 1, "MB"),
    ("A million leaks, pages of 100", "drain leaks 1000000", "seconds", 1, "s"),
    ("... the memory at its peak", "drain leaks 1000000", "peak_mb", 1, "MB"),
    ("1 async call at a time: pages a second", "async 1", "pages_per_s", 1, "/s"),
    ("8 async calls in flight: pages a second", "async 8", "pages_per_s", 1, "/s"),
    ("64 async calls in flight: pages a second", "async 64", "pages_per_s", 1, "/s"),
    ("256 async calls in flight: pages a second", "async 256", "pages_per_s", 1, "/s"),
    ("1 async call of 100 leaks at a time: pages a second", "async leaks 1", "pages_per_s", 1, "/s"),
    ("8 async calls of 100 leaks in flight: pages a second", "async leaks 8", "pages_per_s", 1, "/s"),
    ("64 async calls of 100 leaks in flight: pages a second", "async leaks 64", "pages_per_s", 1, "/s"),
    ("16 async calls in flight over TLS: pages a second", "async TLS 16", "pages_per_s", 1, "/s"),
    ("1 async call at a time: CPU a page", "async 1", "cpu_us", 1, "µs"),
    ("8 async calls in flight: CPU a page", "async 8", "cpu_us", 1, "µs"),
    ("64 async calls in flight: CPU a page", "async 64", "cpu_us", 1, "µs"),
    ("1 thread: pages a second", "threads 1", "pages_per_s", 1, "/s"),
    ("8 threads: pages a second", "threads 8", "pages_per_s", 1, "/s"),
    ("64 threads: pages a second", "threads 64", "pages_per_s", 1, "/s"),
    ("Generating the clients, cold", "generate", "ms", 1000, "s"),
)
"""Each table: its title, what was measured, the unit of the results, what to divide by, and the unit that is shown."""


SUMMARY: Final[tuple[tuple[str, str, str], ...]] = (
    ("distributions installed", "install", "distributions"),
    ("MB installed", "install", "mb"),
    ("import and a ready client, ms", "import and client", "ms"),
    ("the memory of that, MB", "import and client", "peak_mb"),
    ("signed call, 100 secrets, µs of CPU", "call secrets", "cpu_us"),
    ("signed call, 100 leaks, µs of CPU", "call leaks", "cpu_us"),
    ("signed call with a body, µs of CPU", "call write", "cpu_us"),
    ("decoding 100 secrets, µs", "decode secrets", "cpu_us"),
    ("a signature, µs", "sign", "cpu_us"),
    ("a million secrets, s", "drain secrets 1000000", "seconds"),
    ("a million leaks, s", "drain leaks 1000000", "seconds"),
    ("64 async calls in flight, pages/s", "async 64", "pages_per_s"),
    ("16 over TLS, pages/s", "async TLS 16", "pages_per_s"),
)
"""The rows of the summary: their title, what was measured, and the unit."""
COLUMNS: Final = {
    "ours": "cloudkeys",
    "ours_aiohttp": "with aiohttp",
    "old": "old",
    "bare_httpx": "httpx+msgspec",
    "stock_client": "stock client",
    "huawei_sdk": "Huawei's",
    "alibaba_sdk": "Alibaba's",
}


BARS: Final = (
    ("import and client", "ms", "Import and first client, ms: lower is better"),
    ("call secrets", "cpu_us", "Signed call, 100 secrets, µs of CPU: lower is better"),
    ("call leaks", "cpu_us", "Signed call, 100 leaks, µs of CPU: lower is better"),
    ("call write", "cpu_us", "Signed call that sends a body, µs of CPU: lower is better"),
    ("drain secrets 1000000", "seconds", "A million secrets, s: lower is better"),
    ("async 64", "pages_per_s", "64 async calls in flight, pages per second: higher is better"),
    ("async TLS 16", "pages_per_s", "16 async calls over TLS, pages per second: higher is better"),
)
"""What the bars of the chart show: what was measured, the number of it, and the title."""


def summary(results: Results) -> str:
    """Return the main results as one table, medians alone.

    Args:
        results: What the bench measured.
    """
    names = [name for name in COLUMNS if name in results["measured"]["install"]]
    lines = ["".ljust(37) + "".join(COLUMNS[name].rjust(15) for name in names)]
    for title, measured, unit in SUMMARY:
        if (found := results["measured"].get(measured)) is None:
            continue
        values = [found[name][unit]["median"] if name in found else None for name in names]
        cells = ["-" if value is None else f"{value:,.{_digits(value)}f}" for value in values]
        lines.append(title.ljust(37) + "".join(cell.rjust(15) for cell in cells))
    return "\n".join(lines) + "\n"


def tables(results: Results) -> str:
    """Return all tables as text.

    Args:
        results: What the bench measured.
    """
    machine, served = results["machine"], results["server"]
    microseconds = served["cpu_seconds"] / served["answered"] * 1e6
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}",
        f"The server took {microseconds:.0f} µs of CPU time for each of {served['answered']:,} requests.",
        "",
        summary(results),
    ]
    for title, measured, unit, divisor, shown in TABLES:
        if unit in results["measured"].get(measured, {}).get("ours", {}):
            lines += _table(title, results["measured"][measured], unit, divisor, shown)
    return "\n".join([*lines, *_own_tools(results["measured"])])


def _own_tools(measured: Results) -> list[str]:
    """Return the table of the project's own tools: how they grow with the specs, and the fake cloud."""
    programs = [what for what in measured if what.startswith("tool ")]
    counts = list(dict.fromkeys(count for what in programs for count in measured[what]))
    lines = [_row("Page tools, a new process: seconds for", *(f"{count} ops" for count in counts))] if counts else []
    for what in programs:
        seconds = [measured[what][count]["ms"]["median"] / 1000 for count in counts]
        lines.append(_row(f"  {what.removeprefix('tool ')}", *(f"{value:.2f}" for value in seconds)))
    if "fake cloud" in measured:
        lines += ["", _row("Fake cloud, signed calls of 100 secrets", "calls/s")]
        lines += [
            _row(f"  {way}", f"{found['calls_per_s']['median']:,.0f}") for way, found in measured["fake cloud"].items()
        ]
    return [*lines, ""] if lines else []


def _table(title: str, found: Results, unit: str, divisor: float, shown: str) -> list[str]:
    ours = found["ours"][unit]["median"]
    lines = [_row(title, f"median {shown}".strip(), "least", "greatest", "ratio")]
    for name, units in found.items():
        value = units[unit]
        numbers = [f"{value[key] / divisor:,.{_digits(value[key] / divisor)}f}" for key in ("median", "low", "high")]
        lines.append(_row(f"  {CONTENDERS[name].title}", *numbers, f"{value['median'] / ours:.2f}"))
    return [*lines, ""]


def _row(*cells: str) -> str:
    first, *rest = cells
    return (first.ljust(52) + "".join(cell.rjust(11) for cell in rest)).rstrip()


def _digits(value: float) -> int:
    return 0 if value >= 100 else 1 if value >= 10 else 2
