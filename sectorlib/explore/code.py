"""A view as code: a cell of sectorlib calls that gives the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sectorlib.explore.view import View
from sectorlib.resources import data_path
from sectorlib.study import EXAMPLES, Study, load_study


def code_of(view: View, weights: Mapping[str, float] | None = None) -> str:
    """Lines of Python that open the study and show the view.

    Parameters
    ----------
    view : View
        What is shown.
    weights : mapping, optional
        Weights of the criteria, if they were moved.

    Returns
    -------
    str

    Examples
    --------
    >>> import sectorlib as sl
    >>> print(code_of(View(sl.Results(sl.example("new-york")), region="36055", sector="31-33")))
    import sectorlib as sl
    from sectorlib.explore import View
    <BLANKLINE>
    results = sl.Results(sl.example('new-york'))
    view = View(
        results,
        region='36055',
        sector='31-33',
        measure='location_quotient',
        year=2017,
        benchmark='nation',
    )
    view.map()
    <BLANKLINE>
    view.bubble()  # also view.trend(), view.table(), and the frames view.values(), view.sectors(), view.history()
    """
    study = view.results.study
    chosen = "".join(f"    {name}={value!r},\n" for name, value in view.choices.items())
    lines = [
        "import sectorlib as sl",
        "from sectorlib.explore import View",
        "",
        f"results = sl.Results({_opened(study)})",
        f"view = View(\n    results,\n{chosen})",
        "view.map()",
        "",
        "view.bubble()  # also view.trend(), view.table(), and the frames view.values(), view.sectors(), view.history()",
    ]
    if weights:
        lines += ["", f"weights = {dict(weights)!r}", "view.ranking(weights)"]
    return "\n".join(lines)


def _opened(study: Study) -> str:
    path = Path(study.path).resolve()
    for name, example in EXAMPLES.items():
        if data_path(*example.folder, "study.yaml").resolve() == path:
            opened = f"sl.example({name!r})"
            break
    else:
        opened = f"sl.load_study({str(path)!r})"
    as_read = load_study(path).system
    return opened if study.system == as_read else f"{opened}.with_system({study.system!r})"
