"""One look for every page: named colors, sizes and spaces, for light, dark and print.

Markup and charts name a token, and a page says once what each token is. A color means the same everywhere: the accent
is the region, gray is context, and warm is a loss or a caution.
"""

from __future__ import annotations

#: Colors by name: on light paper, and on a dark screen. Each text color has a contrast of 4.5 or more on paper and wash.
COLORS = {
    "ink": ("#16202c", "#e8edf3"),
    "quiet": ("#52606f", "#a9b6c4"),
    "line": ("#dde3ea", "#33404e"),
    "wash": ("#f4f7fa", "#1a242e"),
    "paper": ("#ffffff", "#11181f"),
    "accent": ("#0b5cab", "#6cb2ff"),
    "accent-soft": ("#9fc3e6", "#2f5f8f"),
    "accent-wash": ("#e8f1fa", "#16283a"),
    "context": ("#7b8794", "#8d9aa8"),
    "context-soft": ("#d3dae2", "#3c4a58"),
    "warm": ("#a8480b", "#f0a35e"),
    "warm-wash": ("#fdf3e3", "#2c2416"),
    "warm-line": ("#d98a1f", "#b9812f"),
    "good": ("#0b6b58", "#4fd1b5"),
    "bad": ("#a33400", "#ff9b7a"),
    # Pay tiers, low to high: one hue from light to dark, so that they also print in gray.
    "tier-low": ("#f1b04c", "#c98a2a"),
    "tier-middle": ("#a9b8c6", "#8d9bab"),
    "tier-high": ("#0b5cab", "#6cb2ff"),
}

#: Sizes of type (four), spaces, and the widest line of text and page.
SIZES = {
    "small": ".8125rem",
    "body": ".9375rem",
    "title": "1.25rem",
    "display": "2rem",
    "space": "1rem",
    "wide-space": "1.5rem",
    "measure": "46rem",
    "page": "78rem",
}

#: Names that style sheets used before a token meant one thing.
_ALSO = {
    "blue": "accent", "blue-wash": "accent-wash", "orange": "warm", "orange-wash": "warm-wash",
    "orange-line": "warm-line", "red": "bad", "green": "good",
}  # fmt: skip


def color(name: str) -> str:
    """A token as an attribute of SVG takes it, with the light color for where no style sheet is.

    >>> color("accent")
    'var(--accent,#0b5cab)'
    """
    if name == "none" or name.startswith("#"):  # nothing, or the same in light and dark
        return name
    return f"var(--{name},{COLORS[name][0]})"


def tokens() -> str:
    """The style sheet of all tokens: light, dark where the reader or the system asks for it, and light on paper.

    >>> "--accent:#0b5cab" in tokens() and "prefers-color-scheme: dark" in tokens()
    True
    """
    light = ";".join(f"--{name}:{pair[0]}" for name, pair in COLORS.items())
    dark = ";".join(f"--{name}:{pair[1]}" for name, pair in COLORS.items())
    sizes = ";".join(f"--{name}:{size}" for name, size in SIZES.items())
    also = ";".join(f"--{name}:var(--{of})" for name, of in _ALSO.items())
    return (
        f":root{{{light};{sizes};{also};color-scheme:light}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark};color-scheme:dark}}}}\n"
        f"@media screen and (prefers-color-scheme: dark){{:root:not([data-theme=light]){{{dark};color-scheme:dark}}}}\n"
    )
