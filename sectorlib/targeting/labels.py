"""What places in a ranking are called: ties, clear leads, close calls, and where data are limited."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.resources import definitions
from sectorlib.targeting.panels import SectorPanels, suppressed_share

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip


def named_places(ranks: pd.DataFrame, limited: pd.Series | None = None) -> pd.DataFrame:
    """The place of each sector in words, and whether the first place is a clear lead or a close call.

    Parameters
    ----------
    ranks : DataFrame
        Columns area, score and share_first of :func:`sectorlib.targeting.rank_sectors`.
    limited : Series of bool, optional
        On the index of ``ranks``: whether the sector's data are limited (:func:`limited_data`). Its stability cannot be
        judged then, so that its lead is not called clear. By default no sector's are.

    Returns
    -------
    DataFrame
        On the index of ``ranks``: ``place`` ("First", "Tied for second"), where scores tie that pages show as the same
        number, and ``label`` of sectors in the first place (``data/labels.yaml``): "Clear lead" if it is not tied and
        first in at least 80 % of simulations, and its data are not limited; "Close call" if another is first in at least
        20 %, else empty. Empty too where an area ranks one sector alone.

    Examples
    --------
    >>> ranks = pd.DataFrame({
    ...     "area": ["A", "A", "A", "B", "B"], "score": [71.2, 60.4, 59.6, 66.0, 64.0],
    ...     "share_first": [0.85, 0.1, 0.05, 0.6, 0.4]})
    >>> named_places(ranks).to_numpy().tolist()[:2]
    [['First', 'Clear lead'], ['Tied for second', '']]

    One year of data does not show whether a lead lasts.

    >>> named_places(ranks, limited=pd.Series(True, ranks.index))["label"].to_list()
    ['', '', '', 'Close call', '']
    """
    terms = definitions("labels")
    shown = ranks["score"].round(int(terms["ties"]["value"]))
    number = shown.groupby(ranks["area"]).rank(method="min", ascending=False)
    tied = shown.groupby([ranks["area"], shown]).transform("size") > 1
    word = number.map({place: ordinal(int(place)) for place in number.dropna().unique()}).astype("str")
    place = ("tied for " + word).where(tied, word)
    share = ranks["share_first"]
    by_area = share.groupby(ranks["area"])
    others = by_area.transform(_most_of_others)
    stable = True if limited is None else ~limited.reindex(ranks.index).fillna(True).astype(bool)
    clear = ~tied & (share >= terms["clear_lead"]["value"]) & (by_area.transform("size") > 1) & stable
    close = others >= terms["close_call"]["value"]
    names = [terms[name]["label"] for name in ("clear_lead", "close_call")]
    label = np.select([(number == 1) & clear, (number == 1) & close], names, "")
    return pd.DataFrame({"place": place.str.capitalize(), "label": label}, index=ranks.index)


def ordinal(number: int) -> str:
    """A place in words up to the tenth, then in figures.

    >>> ordinal(2), ordinal(11), ordinal(22)
    ('second', '11th', '22nd')
    """
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def limited_data(panels: SectorPanels) -> pd.DataFrame:
    """Where a sector's figures rest on few data: much of its jobs is not published, or the years are few.

    Parameters
    ----------
    panels : SectorPanels
        What :func:`sectorlib.targeting.sector_panels` gives, of estimates with the published bounds beside them.

    Returns
    -------
    DataFrame
        Columns area, sector, suppressed_share (share of the latest year's jobs that is estimated; missing where no jobs
        are known) and limited_data: over a third is, or the data have fewer than three years (``data/labels.yaml``).

    Examples
    --------
    >>> from sectorlib import data_path, load_study, sectors
    >>> from sectorlib.targeting import sector_panels
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> one_year = study.panel[study.panel["year"] == 2023]
    >>> panels = sector_panels(
    ...     one_year, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> bool(limited_data(panels)["limited_data"].all())
    True
    """
    terms = definitions("labels")["limited_data"]
    rows = panels.areas[panels.areas["year"] == panels.year]
    share = suppressed_share(rows).mask(rows["employment"] == 0, 0.0)
    much = ~(share <= terms["withheld"]["value"])  # what is not known at all is limited too
    few = panels.areas["year"].nunique() < terms["years"]["value"]
    return pd.DataFrame(
        {
            "area": rows["area"],
            "sector": rows["industry"],
            "suppressed_share": share,
            "limited_data": much | few,
        }
    ).reset_index(drop=True)


def _most_of_others(shares: pd.Series) -> pd.Series:
    """The largest of the other shares, for each."""
    if len(shares) < 2:
        return shares * 0.0
    second, first = np.sort(shares.to_numpy())[-2:]
    largest = np.arange(len(shares)) == int(np.argmax(shares.to_numpy()))
    return pd.Series(np.where(largest, second, first), index=shares.index)
