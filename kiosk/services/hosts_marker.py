"""A mark beside the database that this kiosk has had hosts: where they are lost, no passer-by may become the first."""

from dataclasses import dataclass
from pathlib import Path

NAME = "hosts-were-set"


@dataclass(frozen=True)
class HostsMarker:
    """An empty file in the data folder. ``file`` None: a context without a folder has no mark."""

    file: Path | None = None

    @property
    def is_set(self) -> bool:
        """Whether the kiosk has had hosts."""
        return self.file is not None and self.file.exists()

    def set(self) -> None:
        """Make the mark."""
        if self.file is not None:
            self.file.touch(mode=0o600)

    def clear(self) -> None:
        """Remove the mark, at the machine."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)
