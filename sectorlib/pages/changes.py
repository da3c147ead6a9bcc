"""What changed between two editions of a study's reports, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sectorlib.pages.english import listed


def cause_in_words(kinds: Mapping[str, Sequence[str]], unknown: Sequence[str]) -> str:
    """Which kinds of things changed, and whether they explain every difference.

    Parameters
    ----------
    kinds : mapping of str to sequence of str
        What changed of each kind: data, definitions, methods.
    unknown : sequence of str
        Kinds of which the previous edition did not record enough to tell.

    Returns
    -------
    str

    Examples
    --------
    >>> cause_in_words({"data": ["the panel"], "definitions": [], "methods": []}, [])
    'Only the data changed, so these explain every difference.'
    """
    names = [name for name, changed in kinds.items() if changed]
    what = (
        f"The previous edition did not record its {listed(list(unknown))}; they may have changed."
        if unknown
        else ""
    )
    if not names:
        said = "" if unknown else "Neither data, definitions nor methods changed."
    elif len(names) == 1 and not unknown:
        said = f"Only the {names[0]} changed, so {'they' if names[0] != 'data' else 'these'} explain every difference."
    else:
        said = f"What changed: {listed(names)}. Each may have moved a short list."
    return " ".join(part for part in (said, what) if part)


def changes_in_words(few: int, every: int, cause: str) -> str:
    """How many short lists changed of all that were compared, and the cause.

    >>> changes_in_words(0, 9, "Neither data, definitions nor methods changed.")
    'No short list changed (9 regions compared). Neither data, definitions nor methods changed.'
    """
    if not few:
        return f"No short list changed ({every} regions compared). {cause}"
    return f"{few} of {every} short lists changed. {cause}"
