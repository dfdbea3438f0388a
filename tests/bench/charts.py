"""The results of a run as charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from contenders import CONTENDERS
from matplotlib.figure import Figure
from tables import BARS

if TYPE_CHECKING:
    from pathlib import Path

Results = dict[str, Any]
_GRAY = "#7c8590"
COLORS = {
    "ours": "#0b6e4f",
    "ours_aiohttp": "#2a9d8f",
    "old": "#8ab17d",
    "bare_httpx": "#6c757d",
    "stock_client": "#b08900",
    "huawei_sdk": "#c1121f",
    "alibaba_sdk": "#e36414",
    "aiohttp_alone": "#3a5a98",
    "raw_socket": "#adb5bd",
}


def draw(results: Results, folder: Path) -> None:
    """Write `chart.svg`, the main results, and `growth.svg`, how cost grows.

    Args:
        results: What the bench measured.
        folder: Where to write.
    """
    # The same results give the same file.
    mpl.rcParams.update({"svg.hashsalt": "cloudkeys", "svg.fonttype": "none", "font.size": 9})
    # The background is the page's, light or dark: this gray is readable on both.
    mpl.rc("text", color=_GRAY)
    mpl.rc("axes", labelcolor=_GRAY, titlecolor=_GRAY, edgecolor=_GRAY)
    mpl.rc("xtick", color=_GRAY)
    mpl.rc("ytick", color=_GRAY)
    mpl.rc("legend", frameon=False)
    _save(_bars(results["measured"]), folder / "chart.svg")
    _save(_growth(results["measured"]), folder / "growth.svg")


def _save(figure: Figure, file: Path) -> None:
    figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)


def _bars(measured: Results) -> Figure:
    bars = [bar for bar in BARS if bar[0] in measured]
    figure = Figure(figsize=(7, 1.4 * len(bars)), layout="constrained")
    for axis, (what, unit, title) in zip(figure.subplots(len(bars), 1).flat, bars, strict=True):
        found = measured[what]
        names = [name for name in reversed(found) if name != "raw_socket"]
        values = [found[name][unit]["median"] for name in names]
        drawn = axis.barh([CONTENDERS[name].title for name in names], values, color=[COLORS[name] for name in names])
        axis.bar_label(drawn, fmt="{:,.0f}", padding=3)
        axis.set_title(title, loc="left", fontweight="bold")
        axis.spines[["top", "right", "bottom"]].set_visible(False)
        axis.xaxis.set_visible(False)
        axis.margins(x=0.15)
    return figure


def _growth(measured: Results) -> Figure:
    figure = Figure(figsize=(7, 6.6), layout="constrained")
    axes = figure.subplots(2, 2)
    _lines(axes[0, 0], measured, "drain secrets {}", [10**power for power in range(2, 7)], "seconds")
    axes[0, 0].set(title="Listing secrets, s: lower is better", xlabel="items")
    _lines(axes[0, 1], measured, "drain secrets {}", [10**power for power in range(2, 7)], "peak_mb")
    axes[0, 1].set(title="... peak memory, MB: lower is better", xlabel="items", yscale="linear", ylim=(0, None))
    _lines(axes[1, 0], measured, "page size {}", [10, 50, 100, 500, 1000], "seconds")
    axes[1, 0].set(title="10,000 secrets, s: lower is better", xlabel="items on a page")
    _lines(axes[1, 1], measured, "async {}", [1, 8, 64, 256], "pages_per_s")
    axes[1, 1].set(title="Pages per second: higher is better", xlabel="async calls in flight")
    for axis in axes.flat:
        axis.grid(alpha=0.3)
    figure.legend(*axes[1, 1].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _lines(axis: Any, measured: Results, what: str, places: list[int], unit: str) -> None:
    found = {place: measured[what.format(place)] for place in places if what.format(place) in measured}
    for name in dict.fromkeys(name for units in found.values() for name in units):
        known = [place for place in found if name in found[place]]
        values = [found[place][name][unit]["median"] for place in known]
        axis.plot(known, values, marker="o", markersize=3, color=COLORS[name], label=CONTENDERS[name].title)
    axis.set(xscale="log", yscale="log")
