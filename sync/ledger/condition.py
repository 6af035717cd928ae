"""The condition of the database and its disk, found by the maintenance thread and shown on the host's board."""

from dataclasses import dataclass
from typing import Literal

StorageFault = Literal["damaged", "disk", "backup full", "backup failed"]


@dataclass
class StorageCondition:
    """Held in memory, because a full disk could not store it. One thread writes it, any may read it.

    ``damaged``: the file is rebuilt at the next start. ``disk``: the file can't be read now. ``backup full`` and
    ``backup failed``: the file is sound, and there is no space for a copy or making it fails.
    """

    trouble: StorageFault | None = None
