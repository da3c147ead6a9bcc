"""Papermill's engine for a process that has imported everything: cells run in it, without a kernel of their own.

Outputs are those that the same notebook gives in a kernel. One notebook runs in a process at a time, and in
a process of its own where there is fork (:mod:`sectorlib.reporting.server`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import nbformat
from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import activate_matplotlib
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.engines import Engine, papermill_engines
from traitlets import Type

#: The engine's name among papermill's.
NAME = "sectorlib"

#: As a kernel of IPython describes itself.
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": f"ipython{sys.version_info[0]}",
    "version": sys.version.split()[0],
}

#: The backend of matplotlib in a kernel.
_BACKEND = "module://matplotlib_inline.backend_inline"


class InProcessEngine(Engine):
    """Runs the cells of a notebook in this process, in an IPython shell of their own."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        on_cell_start: Callable[..., None] | None = None,
        **_: Any,
    ) -> None:
        """Run the cells in order, up to the first that fails; papermill raises for it.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            Papermill's notebook.
        kernel_name : str
            Not used: the process is the kernel.
        on_cell_start : callable, optional
            Called with each cell (``cell=``) before it runs.
        """
        with _shell() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    nb_man.cell_start(cell, index)
                    nb_man.cell_complete(cell, cell_index=index)
                    continue
                try:
                    nb_man.cell_start(cell, index)
                    if on_cell_start is not None:
                        on_cell_start(cell=cell)
                    _run_cell(shell, cell)
                except CellExecutionError as error:
                    nb_man.cell_exception(cell, cell_index=index, exception=error)
                    break
                finally:
                    nb_man.cell_complete(cell, cell_index=index)
        nb_man.nb.metadata["language_info"] = dict(_LANGUAGE)


papermill_engines.register(NAME, InProcessEngine)


def _run_cell(shell: Shell, cell: NotebookNode) -> None:
    outputs = shell.into(cell)
    result = shell.run_cell(cell.source, store_history=True)
    sys.stdout.flush()
    sys.stderr.flush()
    cell.execution_count = result.execution_count
    failed = [output for output in outputs if output.output_type == "error"]
    allowed = "raises-exception" in cell.metadata.get("tags", [])
    if failed and not allowed:
        last = failed[-1]
        raise CellExecutionError.from_cell_and_msg(
            cell, {"traceback": last.traceback, "ename": last.ename, "evalue": last.evalue}
        )


# The shell, and where its outputs go


class _Hook(DisplayHook):
    """Makes the value of a cell's last expression an output."""

    def start_displayhook(self) -> None:
        self._content: dict[str, Any] = {}

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        self._content = {"data": _clean(format_dict), "metadata": json_clean(md_dict or {})}

    def finish_displayhook(self) -> None:
        if self._content.get("data") and self.shell is not None:
            output = nbformat.v4.new_output("execute_result", **self._content)
            output.execution_count = self.prompt_count
            self.shell.gather(output)


class _Publisher(DisplayPublisher):
    """Makes what a cell displays an output."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: Any = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Add an output, or change those that were displayed under the same name."""
        content = {"data": _clean(data), "metadata": json_clean(metadata or {})}
        named = (transient or {}).get("display_id")
        if update:
            for output in self.shell.displayed.get(named, ()):
                output.update(nbformat.from_dict(content))
            return
        output = nbformat.v4.new_output("display_data", **content)
        self.shell.gather(output)
        if named:
            self.shell.displayed.setdefault(named, []).append(output)

    def clear_output(self, wait: bool = False) -> None:
        """Remove the cell's outputs; with ``wait``, when the next one comes."""
        self.shell.clear(wait)


class _Stream:
    """Standard output or error of a cell: what follows itself is one output."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, shell: Shell, name: str) -> None:
        self._shell = shell
        self.name = name

    def write(self, text: str) -> int:
        if text:
            self._shell.say(self.name, text)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("a cell's output is no file")


class Shell(InteractiveShell):
    """An IPython shell whose outputs become those of a notebook's cell."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def __init__(self, **kwargs: Any) -> None:
        self.displayed: dict[str, list[NotebookNode]] = {}
        self._outputs: list[NotebookNode] = []
        self._clear = False
        super().__init__(**kwargs)

    def into(self, cell: NotebookNode) -> list[NotebookNode]:
        """Let the outputs that follow be the cell's."""
        cell.outputs = []
        self._outputs = cell.outputs
        self._clear = False
        return self._outputs

    def gather(self, output: NotebookNode) -> None:
        """Add an output."""
        if self._clear:
            self.clear(False)
        self._outputs.append(output)

    def say(self, name: str, text: str) -> None:
        """Add text of a stream to the one before, or as an output."""
        last = self._outputs[-1] if self._outputs and not self._clear else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self.gather(nbformat.v4.new_output("stream", name=name, text=text))

    def clear(self, wait: bool) -> None:
        """Remove the cell's outputs."""
        self._clear = wait
        if not wait:
            self._outputs.clear()

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        # As a kernel sends it: IPython colors the lines.
        self.gather(
            nbformat.v4.new_output(
                "error", ename=str(etype.__name__), evalue=str(evalue), traceback=list(stb)
            )
        )

    def ask_exit(self) -> None:
        """A notebook that ends its kernel ends here."""
        raise SystemExit


def _clean(data: dict[str, Any]) -> dict[str, Any]:
    return json_clean(encode_images(data))


@contextmanager
def _shell() -> Iterator[Shell]:
    """A fresh shell; streams, hooks and this process's only shell are put back after it."""
    from matplotlib_inline.backend_inline import configure_inline_support

    before = sys.stdout, sys.stderr, sys.displayhook, sys.excepthook
    os.environ.setdefault("MPLBACKEND", _BACKEND)
    InteractiveShell.clear_instance()
    Shell.clear_instance()
    shell = Shell.instance(user_ns={}, colors="linux")
    if shell.history_manager is not None:
        shell.history_manager.enabled = False
    try:
        sys.stdout, sys.stderr = _Stream(shell, "stdout"), _Stream(shell, "stderr")
        import matplotlib.pyplot as plt

        activate_matplotlib(_BACKEND)
        configure_inline_support(shell, _BACKEND)
        yield shell
    finally:
        sys.stdout, sys.stderr, sys.displayhook, sys.excepthook = before
        plt.close("all")
        Shell.clear_instance()
