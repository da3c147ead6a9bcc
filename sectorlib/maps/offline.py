"""Altair charts that a notebook shows without a network."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import altair as alt

#: The renderer that Altair begins with. It loads Vega from a network, so it is the one that is replaced.
_FROM_A_NETWORK = "default"

_LABELED = re.compile(r'<path aria-label="([^"]*)"([^>]*)/>')
_PLACE_OF_CLIP = re.compile(r'(id="|url\(#)clip')


class _Offline:
    """Shown as a drawing where nobody has chosen a renderer of Altair; with the renderer chosen, else."""

    def _repr_mimebundle_(
        self, *args: Any, **kwargs: Any
    ) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]]:
        if alt.renderers.active != _FROM_A_NETWORK:
            return super()._repr_mimebundle_(*args, **kwargs)  # type: ignore[misc]
        drawing = svg(self)
        return {
            "text/html": f'<div style="max-width:100%;overflow-x:auto">{_with_hints(drawing)}</div>',
            "image/svg+xml": drawing,
            "text/plain": "A map.",
        }


class OfflineLayerChart(_Offline, alt.LayerChart):
    """Layers that a notebook shows without a network."""


class OfflineHConcatChart(_Offline, alt.HConcatChart):
    """Charts side by side that a notebook shows without a network."""


def svg(chart: Any) -> str:
    """A chart as a drawing; nothing is loaded from a network.

    Parameters
    ----------
    chart : Altair chart
        With its data inside.

    Returns
    -------
    str
        SVG.

    Examples
    --------
    >>> data = alt.InlineData([{"jobs": 1}])
    >>> svg(alt.Chart(data).mark_point().encode(x="jobs:Q")).startswith("<svg")
    True
    """
    import vl_convert

    with alt.data_transformers.disable_max_rows():
        drawing = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    # Drawings stand beside each other on a page, where what they cut with needs names of its own.
    own = hashlib.sha256(drawing.encode()).hexdigest()[:8]
    return _PLACE_OF_CLIP.sub(rf"\g<1>m{own}-", drawing)


def _with_hints(drawing: str) -> str:
    """The drawing with what it tells screen readers as hints under the pointer too."""
    return _LABELED.sub(_with_hint, drawing)


def _with_hint(path: re.Match[str]) -> str:
    label, rest = path.groups()
    if label.startswith("fill:"):  # Vega's own description of a color
        return path.group()
    return f'<path aria-label="{label}"{rest}><title>{label}</title></path>'
