"""An executed notebook as one HTML page that needs nothing but itself.

``pages/templates/report/cells.html.j2`` turns cells into markup (no code, no prompts), and
``pages/templates/page.html.j2`` wraps it: heading, banner, contents, footer, style and, only where there is
an interactive chart, the Vega libraries, once. The classes that a notebook may use in its own markup
(cards, callouts, marks) are listed at the top of ``pages/templates/style.css``.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from threading import Lock
from typing import Any

import jinja2
import mistune
import vl_convert
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from sectorlib import pages
from sectorlib.exceptions import ReportError
from sectorlib.pages.imprint import Imprint
from sectorlib.pages.looks import tokens
from sectorlib.pages.markup import one_line
from sectorlib.pages.notebook import FIGURE_METADATA
from sectorlib.reporting import vega
from sectorlib.reporting.manifest import versions

_TEMPLATES = Path(pages.__file__).parent / "templates"

#: What a page shows of an output that comes in several forms: the first of these that it has.
_VEGALITE = "application/vnd.vegalite"
_PREFERRED = (_VEGALITE, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg")

#: Attributes through which a tag makes the browser fetch something by itself.
_FETCHING = {
    "src": ("audio", "embed", "iframe", "img", "input", "script", "source", "track", "video"),
    "srcset": ("img", "source"),
    "href": ("image", "link", "use"),
    "xlink:href": ("image", "use"),
    "data": ("object",),
    "poster": ("video",),
}
_CSS_URL = re.compile(r"""(?:@import\s+|url\()\s*['"]?\s*([^'")\s;]+)""", re.IGNORECASE)
_HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_ID = re.compile(r"""\sid\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A heading of the table of contents: the anchor it links to and its text."""

    anchor: str
    text: str


def report_page(
    notebook: NotebookNode,
    title: str,
    banner: str = "",
    up: str = "../index.html",
    said: Imprint | None = None,
) -> str:
    """One self-contained HTML page from an executed notebook.

    Markdown, HTML, SVG, PNG and interactive Vega-Lite charts are shown; code, prompts, warnings and
    the plain ``repr`` of a value are not. A level 1 heading is left out, since ``title`` is the page's, unless it says
    that it is the page's own (class ``page-title``);
    level 2 headings make the table of contents.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook (nbformat 4).
    title : str
        The page's heading and the browser's title.
    banner : str
        A line across the top, e.g. "Demonstration data: an invented state"; "" for none.
    up : str
        The page that lists this one among others; "" for none.
    said : Imprint, optional
        How to cite the page, its sources and its publisher.

    Returns
    -------
    str
        A whole HTML document. It makes no network request, and forbids the browser to make one.

    Raises
    ------
    ReportError
        An output would load something from outside the page.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> page = report_page(new_notebook(cells=[new_markdown_cell("## Jobs")]), "Ely")
    >>> '<h2 id="jobs">Jobs</h2>' in page, "<script src" in page
    (True, False)
    """
    exporter = _exporter()
    with _EXPORT:
        body, _ = exporter.from_notebook_node(notebook)
    _refuse_requests(body)
    body, contents = _anchor_headings(body)
    charts = [data for data in _outputs(notebook) if isinstance(data, Mapping)]
    return render(
        "page.html.j2",
        title=one_line(title),
        banner=one_line(banner),
        up=up,
        said=said,
        body=body,
        contents=contents,
        titled='class="page-title"' in body,
        libraries=_vega_bundle(_vegalite_version(charts[0])) if charts else "",
    )


def render(template: str, **values: Any) -> str:
    """Render one of the page templates, with the version every page carries.

    Parameters
    ----------
    template : str
        Its file name in ``pages/templates``.
    values
        What the template names.

    Returns
    -------
    str
    """
    return (
        _environment()
        .get_template(template)
        .render(version=versions().get("sectorlib", ""), tokens=tokens(), **values)
    )


# The template's way to outputs


def shown(output: Mapping[str, Any]) -> tuple[str, Any]:
    """The form of an output that a page shows: its mime type and its content, or ("", "") for nothing.

    Parameters
    ----------
    output : mapping
        An output of a code cell.

    Returns
    -------
    tuple of str and content

    Examples
    --------
    >>> shown({"data": {"text/plain": "'x'", "text/html": "<b>x</b>"}})
    ('text/html', '<b>x</b>')
    >>> shown({"data": {"text/plain": "<Axes: >"}})
    ('', '')
    """
    data = output.get("data", {})
    for preferred in _PREFERRED:
        for mime, content in data.items():
            if mime.startswith(preferred):
                return preferred, content
    return "", ""


def _outputs(notebook: NotebookNode) -> Iterator[Any]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield shown(output)[1]


def _figure_text(output: Mapping[str, Any]) -> dict[str, str]:
    text = output.get("metadata", {}).get(FIGURE_METADATA, {})
    return {"caption": text.get("caption", ""), "alt": text.get("alt", "")}


def picture_address(content: str, mime: str) -> str:
    """A picture as an address that holds it: SVG as text, others in base 64."""
    if mime == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    return f"data:{mime};base64,{content.strip().replace(chr(10), '')}"


def _markdown(source: str) -> str:
    # The parser that notebooks use by default reads "$45,000 ... $50,000" as a formula.
    return str(_markdown_parser()(source))


@cache
def _markdown_parser() -> mistune.Markdown:
    return mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "footnotes", "def_list"])


# Interactive charts


def script_json(data: Mapping[str, Any]) -> str:
    """Data as the content of a script element: no ``<`` can end it.

    >>> script_json({"name": "</script>"})
    '{"name":"\\\\u003c/script>"}'
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _spec_json(spec: Mapping[str, Any]) -> str:
    _refuse_remote_data(spec)
    return script_json(spec)


def static_chart(spec: Mapping[str, Any]) -> str:
    """A Vega-Lite chart as an SVG picture, as an address that holds it."""
    return picture_address(vega.picture(spec, _vegalite_version(spec)), "image/svg+xml")


def _vegalite_version(spec: Mapping[str, Any]) -> str:
    """The Vega-Lite version at hand that is nearest to the one a chart was made for."""
    at_hand = vl_convert.get_vegalite_versions()
    wanted = re.search(r"/v(\d+)\.(\d+)", str(spec.get("$schema", "")))
    if wanted and f"{wanted[1]}.{wanted[2]}" in at_hand:
        return f"{wanted[1]}.{wanted[2]}"
    same_major = [v for v in at_hand if wanted and v.startswith(f"{wanted[1]}.")]
    return (same_major or at_hand)[-1]


# Jinja and the exporter keep state while they render.
_EXPORT = Lock()


def _vega_bundle(version: str) -> str:
    return vega.bundle((_TEMPLATES / "charts.js").read_text(encoding="utf-8"), version)


# Contents


def _anchor_headings(body: str) -> tuple[str, list[Heading]]:
    """Give every heading an anchor, leave level 1 out, and list level 2."""
    contents: list[Heading] = []
    taken: set[str] = set()

    def anchored(match: re.Match[str]) -> str:
        level, attributes, inner = match.groups()
        if level == "1":
            return match.group(0) if "page-title" in attributes else ""
        text = unescape(re.sub(r"<[^>]+>", "", inner)).strip()
        own = _ID.search(attributes)
        anchor = (own[1] or own[2]) if own else _free_anchor(text, taken)
        taken.add(anchor)
        if level == "2":
            contents.append(Heading(anchor, text))
        given = attributes if own else f' id="{escape(anchor)}"{attributes}'
        return f"<h{level}{given}>{inner}</h{level}>"

    return _HEADING.sub(anchored, body), contents


def _free_anchor(text: str, taken: set[str]) -> str:
    stem = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "section"
    return next(a for a in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if a not in taken)


# Nothing from outside


class _References(HTMLParser):
    """Collects what the browser would fetch by itself; links that a reader may follow are none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if tag in _FETCHING.get(name, ()):
                self._note(value or "")
            elif name == "style":
                self._note_css(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._note_css(data)

    def _note_css(self, text: str) -> None:
        for url in _CSS_URL.findall(text):
            self._note(url)

    def _note(self, url: str) -> None:
        if url.strip() and not url.strip().startswith(("data:", "#")):
            self.found.append(url.strip())


def _refuse_requests(body: str) -> None:
    references = _References()
    references.feed(body)
    references.close()
    if references.found:
        raise _outside(references.found[0])


def _refuse_remote_data(spec: Any) -> None:
    """Raise if a chart's data or image marks lie at an address."""
    if isinstance(spec, Mapping):
        url = spec.get("url")
        if isinstance(url, str) and not url.startswith("data:"):
            raise _outside(url)
    children = spec.values() if isinstance(spec, Mapping) else spec if isinstance(spec, list) else ()
    for child in children:
        _refuse_remote_data(child)


def _outside(url: str) -> ReportError:
    return ReportError(
        f"an output of the notebook loads {url[:200]}",
        "a page that needs no network: everything inside the output",
        "embed the data or image in the output (for altair call sectorlib.pages.notebook.setup() first)",
    )


# The machinery


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


@cache
def _exporter() -> TemplateExporter:
    exporter = TemplateExporter(
        extra_template_basedirs=[str(_TEMPLATES)], template_name="report", template_file="cells.html.j2"
    )
    filters = {
        "shown": shown,
        "figure_text": _figure_text,
        "data_uri": picture_address,
        "markdown": _markdown,
        "script_json": _spec_json,
        "static_chart": static_chart,
    }
    for name, function in filters.items():
        exporter.register_filter(name, function)
    return exporter
