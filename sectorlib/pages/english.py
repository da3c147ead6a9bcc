"""Lists, plurals and names in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: From this many names on, a sentence gives their number.
_MANY = 6

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence; by semicolons where a name has a comma, or of several one has an *and*.

    >>> listed(["a", "b", "c"]), listed(["a, b", "c"]), listed(["food and drink", "care", "wood"])
    ('a, b and c', 'a, b; c', 'food and drink; care; wood')
    """
    if any("," in name or (" and " in name and len(names) > 2) for name in names):
        return "; ".join(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def few_or_count(names: Sequence[str], what: str) -> str:
    """A few names, or of many only the number.

    >>> few_or_count(["Utilities", "Mining"], "sectors"), few_or_count(list("abcdef"), "sectors")
    ('Utilities and Mining', '6 sectors')
    """
    return f"{len(names)} {what}" if len(names) >= _MANY else listed(names)


def number(count: float) -> str:
    """A count in a sentence: a word up to nine.

    >>> number(3), number(12)
    ('three', '12')
    """
    return _NUMBERS[int(count)] if count == int(count) and count < len(_NUMBERS) else f"{count:,.0f}"


def counted(count: float, one: str) -> str:
    """A count with its noun.

    >>> counted(1, "county"), counted(9, "county"), counted(2, "workforce region")
    ('one county', 'nine counties', 'two workforce regions')
    """
    return f"{number(count)} {one if count == 1 else plural(one)}"


def plural(noun: str) -> str:
    """Several of a noun.

    >>> plural("county"), plural("workforce region"), plural("board (by blocks)")
    ('counties', 'workforce regions', 'boards (by blocks)')
    """
    head, tail = re.fullmatch(r"(.*?)([\s\d(].*[\d)])?", noun, re.DOTALL).groups("")  # type: ignore[union-attr]
    return (head[:-1] + "ies" if re.search("[^aeiou]y$", head) else head + "s") + tail


def capital(text: str) -> str:
    """A text with a capital first letter.

    >>> capital("health care in New York")
    'Health care in New York'
    """
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """A title inside a sentence: its first letter small, unless the first word is an abbreviation or a name of two.

    >>> small("Health care"), small("IT and telecommunications"), small("Consumer Price Index")
    ('health care', 'IT and telecommunications', 'Consumer Price Index')
    """
    first, _, rest = text.partition(" ")
    return text if first[1:].lower() != first[1:] or rest[:1].isupper() else text[:1].lower() + text[1:]


def short_county(name: str) -> str:
    """A county's name without its state.

    >>> short_county("Monroe County, NY"), short_county("Alder")
    ('Monroe County', 'Alder')
    """
    return name.rsplit(", ", 1)[0]


def counties(names: Sequence[str], most: int | None = None) -> str:
    """Counties in a sentence, "County" said once.

    >>> counties(["Monroe County", "Ontario County", "Wayne County"])
    'Monroe, Ontario and Wayne Counties'
    >>> counties(["Orleans Parish"]), counties(["Monroe County", "Ontario County", "Wayne County"], 2)
    ('Orleans Parish', 'Monroe and Ontario Counties and one more')
    """
    more = len(names) - most if most is not None and len(names) > most else 0
    shown = list(names[: len(names) - more])
    if len(shown) > 1 and all(name.endswith(" County") for name in shown):
        text = listed([name.removesuffix(" County") for name in shown]) + " Counties"
    else:
        text = listed(shown)
    return text + (f" and {number(more)} more" if more else "")
