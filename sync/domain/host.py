"""A host as the facts know it: a number, and records that only the venue's kiosks can decrypt."""

from uuid import UUID

from msgspec import Struct


class Seal(Struct, frozen=True):
    """A host's last record under one venue key. ``since``: the tick of the first one under it."""

    key: str
    sealed: str
    since: int


class SealedHost(Struct, frozen=True):
    """A row. ``number``: as it was drawn (``sync/domain/host_numbers.py`` says which one is shown).

    ``seals``: the last of each key, the latest one last; empty where only the removal has arrived.
    """

    id: UUID
    number: int | None = None
    seals: tuple[Seal, ...] = ()
    removed: bool = False

    @property
    def key(self) -> str | None:
        """The id of the key under which the host was sealed last."""
        return self.seals[-1].key if self.seals else None
