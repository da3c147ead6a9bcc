"""Target sectors as weighted NAICS codes in named segments: reading the catalogue and a study's own sectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sectorlib import naics
from sectorlib.exceptions import TableError, UnknownIndustryError, UnknownNameError
from sectorlib.industry_names import industry_of, name_key
from sectorlib.membership import check_membership
from sectorlib.resources import EachKeyOnce, data_path

#: Columns of a table of sectors.
COLUMNS = ["sector", "title", "segment", "industry", "weight", "note", "reference", "share_of_parent"]

#: The segment of a plain NAICS code.
_WHOLE = "whole"


def load_sectors(path: Path | None = None) -> pd.DataFrame:
    """The catalogue of target sectors, or the catalogue with a file's own sectors among them.

    Parameters
    ----------
    path : Path, optional
        A YAML file in the form of ``data/sectors.yaml``. Its sectors are added; one of the same name takes the
        catalogue's place. ``leave_out: [name, ...]`` drops sectors of the catalogue, ``leave_out: all`` every one.

    Returns
    -------
    DataFrame
        Columns sector, title, segment, industry, weight (share of the industry's jobs that counts), note and
        reference (the segment's where it has one), share_of_parent (of a 4-digit code in its 3-digit industry,
        where known; used where a study sees three digits only). One row a code.

    Raises
    ------
    TableError
        A weight is outside [0, 1], a code stands inside another code of its sector, or the file has another form.
    UnknownIndustryError
        A code that no NAICS vintage has.

    Examples
    --------
    >>> sectors = load_sectors()
    >>> sectors.loc[sectors["sector"] == "forest-products", ["segment", "industry", "weight"]]
             segment industry  weight
    ...  traditional      113     1.0
    ...  traditional      321     1.0
    ...  traditional      337     1.0
    ... higher-value      322     1.0
    """
    shipped = _read(data_path("sectors.yaml"))
    catalogue = _rows(shipped, "data/sectors.yaml")
    if path is not None:
        own = _read(path)
        left_out = own.get("leave_out", [])
        names = catalogue["sector"].unique()
        for name in left_out if left_out != "all" else []:
            if name not in names:
                raise UnknownNameError.unknown_name("sector", name, names)
        mine = _rows(own, path.name)
        drop = names if left_out == "all" else [*left_out, *mine["sector"].unique()]
        shares = {**_shares(shipped), **_shares(own)}
        catalogue = pd.concat([catalogue[~catalogue["sector"].isin(drop)], mine], ignore_index=True)
        catalogue["share_of_parent"] = catalogue["industry"].map(shares).astype(float)
    return check_sectors(catalogue)


def check_sectors(sectors: pd.DataFrame) -> pd.DataFrame:
    """Return a table of sectors unchanged if it is one, else raise.

    Raises
    ------
    TableError
        A weight is outside [0, 1], or a code stands inside another code of its sector.
    UnknownIndustryError
        A code that no NAICS vintage has.

    Examples
    --------
    >>> wrong = load_sectors().head(1).assign(weight=1.5)
    >>> check_sectors(wrong)
    Traceback (most recent call last):
    sectorlib.exceptions.TableError: sector 'advanced-manufacturing' gives 333 a weight of 1.5
      expected: a weight in [0, 1]: the share of the code's jobs that counts
      hint: 0.2 counts a fifth of the code's jobs; a code that counts whole has weight 1
    """
    naics.require_known(sectors["industry"])
    for row in sectors[~sectors["weight"].between(0, 1)].itertuples():
        raise TableError(
            f"sector {row.sector!r} gives {row.industry} a weight of {row.weight:g}",
            "a weight in [0, 1]: the share of the code's jobs that counts",
            "0.2 counts a fifth of the code's jobs; a code that counts whole has weight 1",
        )
    for name, rows in sectors.groupby("sector", sort=False):
        codes = set(rows["industry"])
        for code in rows["industry"]:
            if naics.level(code) in ("total", "domain", "supersector"):
                raise TableError(
                    f"sector {str(name)!r} holds {code}, {naics.title(code).lower()}",
                    "codes of sectors (2 digits, 31-33) or below",
                    "list the sectors it is made of",
                )
            inside = next((above for above in codes_above(code) if above in codes), None)
            if inside is not None:
                raise TableError(
                    f"sector {str(name)!r} holds {inside} and {code}, which is inside it",
                    "codes that do not overlap within a sector, so that no job counts twice",
                    f"leave out {code}, or list the parts of {inside} that belong",
                )
        split = rows.groupby("industry")["weight"].sum()
        if (split > 1 + 1e-9).any():
            code = split.index[split > 1 + 1e-9][0]
            raise TableError(
                f"segments of sector {str(name)!r} give {code} weights of {split[code]:g} in all",
                "at most 1 over the segments of a sector",
                f"split {code} over the segments, or leave it in one of them",
            )
    return sectors


def sector_rows(sectors: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one sector, however it is named: see :func:`find_sector`.

    Raises
    ------
    UnknownNameError
        No such sector and no such code, or several that the name may mean; the hint lists them.

    Examples
    --------
    >>> sector_rows(load_sectors(), "622")[["sector", "title", "segment", "weight"]]
      sector      title segment  weight
    0    622  Hospitals   whole     1.0
    """
    found = find_sector(sectors, name)
    rows = sectors[sectors["sector"] == found]
    return rows.reset_index(drop=True) if len(rows) else _of_codes([found])


def find_sector(sectors: pd.DataFrame, name: str) -> str:
    """The sector that people mean by a name: its name in the table of sectors, or a NAICS code.

    The table comes first: its names and titles, in capitals or not. Then a code, alone or with its title, and the title
    of an industry. Last, words of a title, if only one sector or industry has them all.

    Parameters
    ----------
    sectors : DataFrame
        As :func:`load_sectors` gives them.
    name : str
        A name or title of the table, a NAICS code, the title of an industry, or words of one of these titles.

    Returns
    -------
    str
        The name of a sector of the table, or a NAICS code.

    Raises
    ------
    UnknownNameError
        Nothing has that name, or several have its words; the hint lists them.

    Examples
    --------
    >>> sectors = load_sectors()
    >>> [find_sector(sectors, name) for name in ("Health care", "manufacturing", "31", "tourism")]
    ['health-care', '31-33', '31-33', 'tourism-and-hospitality']
    >>> find_sector(sectors, "crop")
    Traceback (most recent call last):
    sectorlib.exceptions.UnknownNameError: 'crop' may be one of 2 sectors
      expected: the name of one, or its NAICS code
      hint: choose 111 (Crop production) or 1151 (Support for crop production)
    """
    text = str(name).strip()
    if (sectors["sector"] == text).any():
        return text
    code = naics.normalize(text)
    if code[:2].isdigit() and _is_known(code):
        return code
    named = _named(sectors, name_key(text)) or _with_words(sectors, name_key(text).split())
    if len(named) == 1:
        return next(iter(named))
    if named:
        raise _ambiguous(text, named)
    valid = [*sectors["sector"].unique(), *sectors["title"].unique(), *map(naics.title, naics.SECTORS)]
    raise UnknownNameError.unknown_name("sector", name, dict.fromkeys(valid))


def known_sectors(sectors: pd.DataFrame) -> dict[str, str]:
    """Every name and title that a sector of a table goes by, with its name.

    >>> known_sectors(load_sectors())["Health care"]
    'health-care'
    """
    names = dict(zip(sectors["title"], sectors["sector"], strict=True))
    return names | {name: name for name in sectors["sector"]}


def naics_sectors() -> pd.DataFrame:
    """The NAICS sectors as a table of sectors: together they are the economy, each job in one.

    >>> table = naics_sectors()
    >>> len(table), table["title"].iloc[4]
    (21, 'Manufacturing')
    """
    return _of_codes(list(naics.SECTORS))


def sector_membership(sectors: pd.DataFrame, name: str) -> pd.DataFrame:
    """A sector's codes as a membership, for :func:`sectorlib.aggregate`.

    A code's weights over segments are added up. The codes are those of the definition; :func:`compose` also sees
    to codes that a study does not have.

    Parameters
    ----------
    sectors : DataFrame
        As :func:`load_sectors` gives them.
    name : str
        A sector's name or title, or a NAICS code.

    Returns
    -------
    DataFrame
        Columns member (industry code), group (sector name), weight, title, system ("sector").

    Raises
    ------
    UnknownNameError
        No such sector and no such code.

    Examples
    --------
    >>> sector_membership(load_sectors(), "Construction")
      member         group  weight         title  system
    0    236  construction     1.0  Construction  sector
    1    237  construction     1.0  Construction  sector
    2    238  construction     1.0  Construction  sector
    """
    return _membership(sector_rows(sectors, name))


def segments_as_sectors(sectors: pd.DataFrame) -> pd.DataFrame:
    """Each segment as a sector of its own, named ``sector: segment``, to be measured beside the whole.

    >>> parts = segments_as_sectors(load_sectors())
    >>> parts.loc[parts["industry"] == "334", "sector"].to_list()
    ['advanced-manufacturing: higher-value']
    """
    return sectors.assign(
        sector=sectors["sector"] + ": " + sectors["segment"],
        title=sectors["title"] + ", " + sectors["segment"],
    )


# --- parts -------------------------------------------------------------------------------------------

#: Choices that an error lists.
_MOST_CHOICES = 8


def _is_known(code: str) -> bool:
    try:
        naics.require_known(pd.Series([code]))
    except UnknownIndustryError:
        return False
    return True


def _is_industry(code: str) -> bool:
    """Whether a code is a sector or below: a supersector has the name of a sector that it is not."""
    return naics.level(code) not in ("total", "domain", "supersector")


def _titles(sectors: pd.DataFrame) -> dict[str, str]:
    """Every sector of the table and every industry, with its title."""
    industries = {code: title for code, title in naics.titles().items() if _is_industry(code)}
    return dict(zip(sectors["sector"], sectors["title"], strict=True)) | industries


def _named(sectors: pd.DataFrame, key: str) -> dict[str, str]:
    """What goes by a name: of the table, else an industry by its title or another of its names."""
    own = sectors[sectors["title"].map(name_key).eq(key) | sectors["sector"].map(name_key).eq(key)]
    if len(own):
        return dict(zip(own["sector"], own["title"], strict=True))
    titles = _titles(sectors)
    industries = _widest({code: title for code, title in titles.items() if name_key(title) == key})
    known = industry_of(key)
    if not industries and known is not None and known[1] is None and _is_industry(known[0]):
        return {known[0]: naics.title(known[0])}
    return industries


def _with_words(sectors: pd.DataFrame, words: list[str]) -> dict[str, str]:
    """What has every word in its title, in the singular or the plural."""
    wanted = {_singular(word) for word in words}
    if not wanted:
        return {}
    return _widest(
        {
            code: title
            for code, title in _titles(sectors).items()
            if wanted <= {_singular(word) for word in name_key(title).split()}
        }
    )


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _widest(titles: dict[str, str]) -> dict[str, str]:
    """Industries that lie in none of the others."""
    return {code: title for code, title in titles.items() if not set(codes_above(code)) & set(titles)}


def _ambiguous(name: str, found: dict[str, str]) -> UnknownNameError:
    choices = [f"{code} ({title})" for code, title in found.items()]
    more = len(choices) - _MOST_CHOICES
    text = ", ".join(choices[:_MOST_CHOICES])
    text = f"{text} and {more} more" if more > 0 else " or ".join(text.rsplit(", ", 1))
    return UnknownNameError(
        f"{name!r} may be one of {len(choices)} sectors",
        "the name of one, or its NAICS code",
        f"choose {text}",
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=EachKeyOnce)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path.name} cannot be read as YAML: {error}",
            "one mapping with each name and code once",
            "see docs/targeting.md for the form",
        ) from None
    if not isinstance(content, dict) or not isinstance(content.get("sectors"), dict):
        raise TableError(
            f"{path.name} has no mapping `sectors`",
            "sectors: {name: {title, note, reference, segments: {name: {note, industries: {code: weight}}}}}",
            "see docs/targeting.md for the form",
        )
    return content


def _rows(content: dict[str, Any], source: str) -> pd.DataFrame:
    shares = _shares(content)
    rows = []
    for name, sector in content["sectors"].items():
        try:
            for segment, part in sector["segments"].items():
                for code, weight in part["industries"].items():
                    note, reference = (part.get(k, sector[k]) for k in ("note", "reference"))
                    rows.append(
                        (name, sector["title"], segment, naics.normalize(code), weight, note, reference)
                    )
        except (KeyError, TypeError, AttributeError) as error:
            raise TableError(
                f"sector {name!r} of {source} cannot be read: {error}",
                "title, note, reference and segments, each with industries: {code: weight}",
                "see docs/targeting.md for the form; a sector without segments has one, such as traditional",
            ) from None
    frame = pd.DataFrame(rows, columns=COLUMNS[:-1])
    wrong = frame[~frame["weight"].map(lambda w: isinstance(w, (int, float)))]
    if len(wrong):
        raise TableError(
            f"sector {wrong['sector'].iloc[0]!r} of {source} gives {wrong['industry'].iloc[0]} the weight "
            f"{wrong['weight'].iloc[0]!r}",
            "a number in [0, 1]",
            "write weights without quotes",
        )
    frame["weight"] = frame["weight"].astype(float)
    text = [c for c in frame.columns if c != "weight"]
    frame[text] = frame[text].astype("str").apply(lambda column: column.str.strip())
    frame["share_of_parent"] = frame["industry"].map(shares).astype(float)
    return frame


def _shares(content: dict[str, Any]) -> dict[str, float]:
    return content.get("shares_of_parent", {}).get("value", {})


def _of_codes(codes: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sector": codes,
            "title": [naics.title(code) for code in codes],
            "segment": _WHOLE,
            "industry": codes,
            "weight": 1.0,
            "note": "A NAICS code, a sector of itself",
            "reference": "U.S. Office of Management and Budget, North American Industry Classification System",
            "share_of_parent": np.nan,
        }
    )


def codes_above(code: str) -> list[str]:
    """The codes that one lies in, up to its sector.

    >>> codes_above("3345"), codes_above("62")
    (['334', '31-33'], [])
    """
    out = []
    up = naics.parent(code)
    while up is not None and up != naics.TOTAL:
        out.append(up)
        up = naics.parent(up)
    return out


def _membership(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.iloc[0]
    weights = rows.groupby("industry")["weight"].sum().clip(upper=1).reset_index()
    table = weights.set_axis(["member", "weight"], axis=1).assign(
        group=first["sector"], title=first["title"], system="sector"
    )
    return check_membership(table[["member", "group", "weight", "title", "system"]], partial=True)
