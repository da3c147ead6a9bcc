"""What people who know a region write about it: Markdown files beside the study, merged into its page.

A region's file is ``narratives/<address>.md``, after the name of its report's folder. Pages read it each time they are
made, so that what was written stays when figures change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sectorlib.exceptions import LayoutError, MissingFileError, nearest
from sectorlib.pages.address import addresses
from sectorlib.pages.markup import one_line
from sectorlib.results import Results
from sectorlib.sources.pictures import picture

#: The folder beside the study file.
FOLDER = "narratives"

#: The headings of a new file; what is left empty is not shown.
HEADINGS = (
    "What the figures do not show",
    "What employers have said",
    "Who already works together",
    "What we suggest",
)

_HINT = """\
<!-- {name}. Write below each heading; a heading with nothing below it is not shown, and neither is this note.
     Markdown: **bold**, lists with -, tables, links, and images that lie beside this file: ![what it shows](picture.png) -->
"""

#: The largest level of headings inside the chapter, whose own is 2.
_LEVEL = 3

#: Bytes that pictures of one narrative may have together: a page is to be sent by mail.
_MOST = 2_000_000

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

_TAGS = {
    "p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "s", "a", "blockquote", "code", "pre", "table", "thead",
    "tbody", "tr", "th", "td", "img", "br", "hr",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}


@dataclass(frozen=True)
class Narrative:
    """A narrative as a page shows it.

    Parameters
    ----------
    markup : str
        Clean markup; "" where nothing is written.
    files : tuple of Path
        The file and the pictures that it shows.
    """

    markup: str
    files: tuple[Path, ...] = ()


def region_addresses(results: Results) -> dict[str, str]:
    """The address of each region of a study, by code: its folder, and the name of its narrative."""
    known = results["regions"].drop_duplicates("area")
    return addresses(
        {str(code): one_line(name) for code, name in zip(known["area"], known["area_name"], strict=True)}
    )


def narrative_path(results: Results, area: str) -> Path:
    """Where a region's narrative is, or would be."""
    return results.study.path.parent / FOLDER / f"{region_addresses(results)[area]}.md"


def narrative(results: Results, area: str) -> Narrative:
    """What has been written about a region.

    Parameters
    ----------
    results : Results
        The study's results.
    area : str
        The region's code.

    Returns
    -------
    Narrative
        Empty where there is no file, or nothing below its headings.

    Raises
    ------
    LayoutError, MissingFileError
        As in :func:`read_narrative`.
    """
    path = narrative_path(results, area)
    return read_narrative(path) if path.is_file() else Narrative("")


def read_narrative(path: Path) -> Narrative:
    """A Markdown file as clean markup, with its pictures inside.

    No markup, script or style of the file comes through as such: it is text. Links open what they say; nothing is loaded.

    Parameters
    ----------
    path : Path
        The file, in UTF-8. Its pictures lie in its folder or below.

    Returns
    -------
    Narrative

    Raises
    ------
    MissingFileError
        A picture is not there.
    LayoutError
        A picture lies elsewhere or is none, the pictures are too large, or the file is not UTF-8.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ely.md"
    >>> _ = path.write_text("# Talks\\n\\n<script>1</script> *Two* mills.\\n\\n# Empty\\n")
    >>> read_narrative(path).markup
    '<h3>Talks</h3>\\n<p>&lt;script&gt;1&lt;/script&gt; <em>Two</em> mills.</p>\\n'
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise LayoutError(
            f"{path.name} is not in UTF-8", "a Markdown file in UTF-8", "save it as UTF-8"
        ) from None
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = _without_empty(parser.parse(_COMMENT.sub("", text)))
    if not tokens:
        return Narrative("", (path,))
    pictures: dict[Path, str] = {}
    least = min((int(token.tag[1:]) for token in tokens if token.type == "heading_open"), default=1)
    for token in _all(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) - least + _LEVEL, 6)}"
        elif token.type == "image":
            file = _picture_file(path, str(token.attrs["src"]))
            pictures[file] = pictures.get(file) or picture(file)
            token.attrs["src"] = pictures[file]
    size = sum(file.stat().st_size for file in pictures)
    if size > _MOST:
        raise LayoutError(
            f"the pictures of {path.name} have {size:,} bytes together",
            f"{_MOST:,} at most",
            "save them smaller",
        )
    rendered = parser.renderer.render(tokens, parser.options, {})
    return Narrative(_clean(rendered), (path, *pictures))


def write_narratives(results: Results) -> list[Path]:
    """Write an empty narrative with headings for each region of a study that has none.

    Parameters
    ----------
    results : Results
        The study's results.

    Returns
    -------
    list of Path
        The files that were written; what is there already is left as it is.
    """
    made = []
    known = results["regions"].drop_duplicates("area").set_index("area")["area_name"]
    for area, name in known.items():
        path = narrative_path(results, str(area))
        path.parent.mkdir(parents=True, exist_ok=True)
        shown = one_line(name).replace("--", "\N{EN DASH}")  # two hyphens may not stand in a comment
        text = _HINT.format(name=shown) + "".join(f"\n## {heading}\n" for heading in HEADINGS)
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            continue
        made.append(path)
    return made


def _without_empty(tokens: list[Token]) -> list[Token]:
    """The tokens without headings that have nothing below them."""
    kept: list[Token] = []
    waiting: list[list[Token]] = []
    at = 0
    while at < len(tokens):
        if tokens[at].type == "heading_open":
            level = int(tokens[at].tag[1:])
            waiting = [heading for heading in waiting if int(heading[0].tag[1:]) < level] + [
                tokens[at : at + 3]
            ]
            at += 3
            continue
        kept += [token for heading in waiting for token in heading]
        waiting = []
        kept.append(tokens[at])
        at += 1
    return kept


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _picture_file(path: Path, source: str) -> Path:
    """The file that a picture's address in a narrative leads to."""
    from urllib.parse import unquote

    folder = path.parent.resolve()
    file = (folder / unquote(source)).resolve()
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", source) or not file.is_relative_to(folder):
        raise LayoutError(
            f"{path.name} shows the picture {source[:100]}",
            f"a picture in the folder {FOLDER} or below, so that the page needs nothing from outside",
            "save the picture there, and write its name",
        )
    if not file.is_file():
        near = nearest(file.name, [p.name for p in file.parent.iterdir()]) if file.parent.is_dir() else []
        raise MissingFileError(
            f"{path.name} shows the picture {source[:100]}, which is not there",
            f"a picture in the folder {FOLDER}",
            f"did you mean {near[0]}?" if near else f"put it beside {path.name}",
        )
    return file


def _clean(markup: str) -> str:
    def kept(tag: str, name: str, value: str) -> str | None:
        inside = value.startswith("data:image/")
        if (tag, name) == ("img", "src"):
            return value if inside else None
        return None if (tag, name) == ("a", "href") and value.startswith("data:") else value

    return nh3.clean(
        markup, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=kept,
        url_schemes={"http", "https", "mailto", "data"}, link_rel="noopener noreferrer",
    )  # fmt: skip
