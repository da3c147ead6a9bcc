"""The panel itself: a widget that asks a view for its figures and draws them in the browser."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sectorlib.exceptions import SectorlibError, UnknownNameError
from sectorlib.explore.code import code_of
from sectorlib.explore.figures import figures_of
from sectorlib.explore.page import script, style, write_page
from sectorlib.explore.parts import parts_of, ranking_of, setup_of
from sectorlib.explore.view import View
from sectorlib.lab import open_study
from sectorlib.results import Results
from sectorlib.study import Study

#: What can be chosen.
_CHOICES = [field.name for field in fields(View) if field.name != "results"]


class Explorer(anywidget.AnyWidget):
    """A panel to explore a study; see :func:`explore`.

    Parameters
    ----------
    view : View
        What is shown first. ``explorer.view`` is what is shown now, and ``explorer.code`` the cell that shows the same.
    """

    _esm = (
        script() + "\nexport default { render: ({ model, el }) => sectorlibPanel(el, liveSource(model)) };\n"
    )
    _css = style()

    #: Shapes, names and choices of the first system of regions; of others they come with the answer.
    setup = traitlets.Dict().tag(sync=True)
    #: What is shown now; the panel and Python may both set it.
    choices = traitlets.Dict().tag(sync=True)
    #: What the first view shows, and its choices, so that the panel draws without asking.
    first = traitlets.Dict().tag(sync=True)
    #: Milliseconds that the last answer took in Python.
    answered_in = traitlets.Float(0.0)

    def __init__(self, view: View) -> None:
        self._views = {view.results.study.system: view.results}
        self._weights: dict[str, float] | None = None
        system = view.results.study.system
        for year in view.figures.years:  # so that the first view of changes waits for none
            view.figures.changes(year)
        self._setups = {system: setup_of(view, live=True)}
        choices = {**view.choices, "system": system}
        super().__init__(
            setup=self._setups[system], choices=choices, first={**parts_of(view), "choices": choices}
        )
        self.on_msg(self._answer)

    @property
    def view(self) -> View:
        """What is shown now."""
        chosen = {name: value for name, value in self.choices.items() if name != "system"}
        return View(self._results(self.choices["system"]), **chosen)

    @property
    def code(self) -> str:
        """A cell of Python that shows the same."""
        return code_of(self.view, self._weights)

    def to_html(self, path: str | Path) -> Path:
        """Write a page that shows the same without Python: every region, sector and measure of the year shown.

        Parameters
        ----------
        path : path
            Where to.

        Returns
        -------
        Path
        """
        return write_page(self.view, path)

    def _results(self, system: str) -> Results:
        if system not in self._views:
            study = next(iter(self._views.values())).study
            self._views[system] = Results(study.with_system(system))
        return self._views[system]

    def _answer(self, _: Any, message: Mapping[str, Any], __: Any = None) -> None:
        start = time.perf_counter()
        try:
            answer = self._answered(message)
        except SectorlibError as error:
            answer = {"error": str(error)}
        self.answered_in = 1000 * (time.perf_counter() - start)
        self.send({"id": message.get("id"), **answer, "took": self.answered_in})

    def _answered(self, message: Mapping[str, Any]) -> dict[str, Any]:
        kind = message["kind"]
        if kind == "view":
            return self._viewed(dict(message["choices"]), message.get("drawn", self.setup["system"]))
        if kind == "ranking":
            self._weights = {
                str(name): float(weight) for name, weight in message.get("weights", {}).items()
            } or None
            return ranking_of(self.view, self._weights)
        if kind == "code":
            return {"code": self.code}
        return {"csv": self.view.sectors().reset_index().to_csv(index=False)}

    def _viewed(self, choices: dict[str, Any], drawn: str) -> dict[str, Any]:
        """Answer a choice; with shapes and names if what was drawn is another system of regions."""
        system = choices.pop("system")
        results = self._results(system)
        if choices["region"] not in figures_of(results).names:
            choices = choices | ({"region": ""} if system != drawn else {})
        view = View(results, **choices)
        self.choices = {**view.choices, "system": system}
        answer: dict[str, Any] = {"parts": parts_of(view), "choices": self.choices}
        if system != drawn:
            if system not in self._setups:
                self._setups[system] = setup_of(view, live=True)
            answer["setup"] = self._setups[system]
        return answer


def explore(study: str | Path | Study | Results = "new-york", **choices: Any) -> Explorer:
    """A panel to explore a study in a notebook: map, bubbles, trend, table and ranking, linked.

    Choose a region, a sector, a measure, a year, what to compare with and the system of regions; click a county to see
    its sectors; move the weights of the criteria and see the ranking move. "Copy as code" gives a cell that shows
    the same. Nothing is asked of a network.

    Parameters
    ----------
    study : str, path, Study or Results
        The name of an example, a study file, a study, or its results.
    **choices
        What is shown first: region, sector, measure, year, benchmark; see :class:`View`.

    Returns
    -------
    Explorer
        Shown by a notebook. ``.view`` has the figures shown, ``.code`` the cell, ``.to_html(path)`` writes a page.

    Raises
    ------
    UnknownNameError, MissingFileError
        No such study or choice; the hint gives the nearest.
    """
    results = study if isinstance(study, Results) else Results(open_study(study))
    for name in choices:
        if name not in _CHOICES:
            raise UnknownNameError.unknown_name("choice", name, _CHOICES)
    return Explorer(View(results, **choices))
