"""Reports made by the workers of a Dask cluster that see the same files (extra ``cluster``).

A worker is given several reports at a time, which it makes as a single computer does: in forks of one warm process of its own.
So what that process takes to begin is spent once for all of them. If a worker is lost, others are given its reports
again, and leave those alone that are whole. See docs/cluster.md.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, TypeVar

from sectorlib.exceptions import ReportError
from sectorlib.extras import need
from sectorlib.reporting.workers import Ended

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Made = TypeVar("Made")

#: Seconds in which a scheduler has to answer.
_ANSWERS = 20

#: A worker is given at most so many reports at a time, and each worker about so many shares of all of them, so that none
#: is left with much to do when the others are done.
_MOST, _SHARES = 50, 4


def in_shares(items: Sequence[Item], workers: int) -> list[list[Item]]:
    """Items in shares, several for each worker.

    >>> [len(share) for share in in_shares(range(10), 1)], len(in_shares(range(3000), 8))
    ([3, 3, 3, 1], 60)
    """
    size = min(_MOST, max(1, ceil(len(items) / (_SHARES * max(1, workers)))))
    return [list(items[first : first + size]) for first in range(0, len(items), size)]


@contextmanager
def connected(scheduler: str) -> Iterator[Client]:
    """A connection to a scheduler.

    Parameters
    ----------
    scheduler : str
        Its address, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    MissingPackageError
        Dask is not installed.
    ReportError
        The address is none, or no scheduler answers there.
    """
    need("cluster")
    from distributed import Client
    from distributed.comm import get_address_host_port

    try:
        # A client that finds nobody goes on asking in the background.
        with socket.create_connection(get_address_host_port(scheduler), timeout=_ANSWERS):
            pass
        client = Client(scheduler, timeout=_ANSWERS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ReportError(
            f"no Dask scheduler answers at {scheduler}: {error}",
            "the address that `dask scheduler` prints, such as tcp://10.0.0.5:8786",
            "start `dask scheduler`, and `dask worker ADDRESS` on each computer that should work",
        ) from None
    with client:
        yield client


def answers(scheduler: str) -> None:
    """Refuse an address at which no scheduler answers; see :func:`connected`."""
    with connected(scheduler):
        pass


def on_cluster(
    make: Callable[[list[Item]], Made], items: Sequence[Item], scheduler: str
) -> Iterator[tuple[list[Item], Ended]]:
    """Have a cluster make something of items; each share is given when it is done.

    Parameters
    ----------
    make : callable
        What a worker does with a share of the items. It may be called again with the same ones, by another worker.
    items : sequence
        What it is done with.
    scheduler : str
        Address of a Dask scheduler.

    Yields
    ------
    list, Ended
        The items, and what came of them: a fault where the function raised, or too many workers were lost over them.
    """
    with connected(scheduler) as client:
        from distributed import as_completed

        shares = in_shares(items, len(client.scheduler_info()["workers"]))
        futures = {client.submit(make, share, pure=False): share for share in shares}
        try:
            for future in as_completed(futures, loop=client.loop):
                error = future.exception()
                yield futures[future], Ended(future.result()) if error is None else _ended(error)
        finally:
            client.cancel(list(futures))


def _ended(error: BaseException) -> Ended:
    name = type(error).__name__
    if name == "KilledWorker":
        return Ended(fault="Killed", message="each worker that tried it was lost, as when memory runs out")
    return Ended(fault=name, message=str(error))
