"""The Jupyter kernel that reports run in: always the Python that runs sectorlib."""

from __future__ import annotations

from threading import Lock
from typing import Any, ClassVar
from weakref import WeakSet

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Integer, Unicode

#: Environment variables by which numerical libraries take the number of their threads.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class InterpreterKernelManager(AsyncKernelManager):
    """Starts kernels from the running interpreter, whatever kernels are or are not installed.

    An installed kernel named ``python3`` may belong to another environment, and a fresh environment may
    have none. History is off: kernels that start together would wait for one database.

    Examples
    --------
    >>> import sys
    >>> InterpreterKernelManager().kernel_spec.argv[0] == sys.executable
    True
    """

    threads = Integer(1, help="threads that a kernel's numerical libraries may use").tag(config=True)
    folder = Unicode(".", help="folder that a kernel works in").tag(config=True)
    _all: ClassVar[WeakSet[InterpreterKernelManager]] = WeakSet()
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self._lock:
            self._all.add(self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """How to start the kernel."""
        return KernelSpec(
            **get_kernel_dict(["--HistoryManager.enabled=False"]),
            env={variable: str(self.threads) for variable in _THREAD_VARIABLES},
        )

    async def _async_start_kernel(self, **kwargs: Any) -> None:
        # Not papermill's `cwd`, which changes the folder of the whole process while reports run side by side.
        await super()._async_start_kernel(**{"cwd": self.folder, **kwargs})

    start_kernel = _async_start_kernel

    @classmethod
    def kill_all(cls) -> None:
        """Kill every kernel that still runs, at once; whoever waits for one gets an error."""
        with cls._lock:
            managers = list(cls._all)
        for manager in managers:
            process = getattr(manager.provisioner, "process", None)
            if process is not None and process.poll() is None:
                process.kill()
