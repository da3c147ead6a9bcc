"""What ``pip install`` leaves out unless it is asked for: the extras of the package, and what each brings."""

from __future__ import annotations

from importlib.util import find_spec

from sectorlib.exceptions import MissingPackageError

#: Packages that each extra brings, by the name under which they are imported.
EXTRAS = {
    "reports": (
        "adjustText", "altair", "great_tables", "IPython", "ipykernel", "jinja2", "jupyter_client", "jupyter_core",
        "markdown_it", "matplotlib", "matplotlib_inline", "mistune", "nbclient", "nbconvert", "nbformat", "nh3", "papermill", "seaborn",
        "traitlets", "vl_convert", "websocket", "xlsxwriter",
    ),
    "lab": ("altair", "anywidget", "jupyterlab", "matplotlib", "seaborn", "traitlets", "vl_convert"),
    "cluster": ("distributed",),
}  # fmt: skip


def need(extra: str) -> None:
    """Go on only if what an extra brings is installed.

    Parameters
    ----------
    extra : str
        One of :data:`EXTRAS`.

    Raises
    ------
    MissingPackageError
        A package of it is missing; the hint is the command that installs it.

    Examples
    --------
    >>> need("reports")
    """
    missing = [name for name in EXTRAS[extra] if find_spec(name) is None]
    if missing:
        raise missing_package(extra, missing)


def missing_package(extra: str, missing: list[str]) -> MissingPackageError:
    """The error for packages of an extra that are not installed.

    >>> missing_package("reports", ["altair"]).hint
    "pip install 'sectorlib[reports]'"
    """
    return MissingPackageError(
        f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed",
        f"the packages of the extra `{extra}`",
        f"pip install 'sectorlib[{extra}]'",
    )


def extra_of(package: str) -> str | None:
    """The extra that brings a package; None if none does.

    >>> extra_of("papermill"), extra_of("pandas")
    ('reports', None)
    """
    return next((extra for extra, brings in EXTRAS.items() if package in brings), None)
