"""What is wrong with the database's disk just now, as its caretaker has found and the host's board shows."""

from dataclasses import dataclass
from typing import Literal

StorageFault = Literal["damaged", "disk", "backup full", "backup failed"]


@dataclass
class StorageCondition:
    """Kept in memory: a full disk could not keep it. One thread writes it, any may read it.

    ``damaged``: the file is rebuilt at the next start. ``disk``: the file can't be read now. ``backup full`` and
    ``backup failed``: the file is sound, and there is no room for a copy or it can't be made.
    """

    trouble: StorageFault | None = None
