"""What a report's notebook needs: output that a page can hold, figures with captions and alternative text."""

from __future__ import annotations

from typing import Any

from sectorlib.progress import show_progress

#: Key in an output's metadata that carries what a page shows with a figure.
FIGURE_METADATA = "sectorlib"

#: The newest name under which JupyterLab itself draws a Vega-Lite chart, without a network. (The name
#: that altair 6 gives its charts is refused by nbformat.) The chart's own ``$schema`` tells its version.
_VEGALITE = "application/vnd.vegalite.v5+json"


def setup() -> None:
    """Make charts come out as what a page can hold without a network; call it in the notebook's first cell.

    Altair charts become Vega-Lite specifications with their data inside (of any length); matplotlib
    figures become SVG, the same bytes for the same figure.

    Examples
    --------
    >>> setup()
    >>> import altair
    >>> altair.renderers.active
    'report'
    """
    import altair
    import matplotlib
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    show_progress(False)
    altair.renderers.register("report", _chart_output)
    altair.renderers.enable("report")
    altair.data_transformers.disable_max_rows()
    matplotlib.rcParams["svg.hashsalt"] = "sectorlib"
    matplotlib.rcParams["text.parse_math"] = False  # a dollar sign in a name is a dollar sign
    if _in_notebook():
        set_matplotlib_formats("svg", metadata={"Date": None})


def show(figure: Any, caption: str = "", alt: str = "") -> None:
    """Display a figure with a caption below it and words for those who cannot see it.

    Parameters
    ----------
    figure : matplotlib Figure, altair chart, or anything a notebook can display
        The figure. A matplotlib figure is closed, so that it is not shown a second time.
    caption : str
        Plain text printed below the figure.
    alt : str
        What the figure shows, for screen readers; the caption where it is not given.

    Examples
    --------
    >>> show("a figure", caption="Jobs by sector.")
    a figure
    """
    from IPython.display import display

    display(figure, metadata={FIGURE_METADATA: {"caption": caption, "alt": alt or caption}})
    if type(figure).__module__.startswith("matplotlib"):
        import matplotlib.pyplot as plt

        plt.close(figure)


def _chart_output(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {_VEGALITE: spec, "text/plain": "An interactive chart."}


def _in_notebook() -> bool:
    from IPython import get_ipython

    return get_ipython() is not None
