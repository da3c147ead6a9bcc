"""Every projection method by its name."""

from __future__ import annotations

from sectorlib.exceptions import UnknownNameError
from sectorlib.projection.combination import cautious, ensemble, pooled
from sectorlib.projection.methods import Method, damped_trend, drift, last_value, theta
from sectorlib.projection.neighbors import area_growth, base_growth, constant_share, shift_share
from sectorlib.projection.statistical import arima, ets

#: The methods by name.
METHODS: dict[str, Method] = {
    "last-value": last_value,
    "drift": drift,
    "damped-trend": damped_trend,
    "theta": theta,
    "ets": ets,
    "arima": arima,
    "constant-share": constant_share,
    "base-growth": base_growth,
    "area-growth": area_growth,
    "shift-share": shift_share,
    "pooled": pooled,
    "ensemble": ensemble,
    "cautious": cautious,
}


def method_named(name: str) -> Method:
    """A method by its name.

    Raises
    ------
    UnknownNameError
        There is none; the hint gives the nearest.

    Examples
    --------
    >>> method_named("damped trend")
    Traceback (most recent call last):
    sectorlib.exceptions.UnknownNameError: unknown projection method 'damped trend'
      expected: one of 13 projection method names
      hint: did you mean 'damped-trend'?
    """
    if name not in METHODS:
        raise UnknownNameError.unknown_name("projection method", name, METHODS)
    return METHODS[name]
