"""The moment a study is read: now, or the moment that the environment states."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def now() -> datetime:
    """The current moment in UTC, or the environment's ``SOURCE_DATE_EPOCH``.

    Returns
    -------
    datetime
        Aware, in UTC, whole seconds. With ``SOURCE_DATE_EPOCH`` (seconds since 1970) two runs read the same
        moment (reproducible-builds.org, "SOURCE_DATE_EPOCH", version 1.1).

    Examples
    --------
    >>> now().utcoffset().total_seconds()
    0.0
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.replace(microsecond=0)
