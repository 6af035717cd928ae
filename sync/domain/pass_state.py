"""The state of a pass: a card or code that knows a person again without a name."""

from uuid import UUID

from msgspec import Struct


class PassState(Struct, frozen=True, gc=False):
    """A row. ``id`` follows from the keyed hash, which is not in it: nothing here leads to a visit."""

    id: UUID
    issued: bool = False
    revoked: bool = False
    forgotten: bool = False
    forgotten_at: int | None = None  # ms since 1970 UTC, the earliest

    @property
    def is_valid(self) -> bool:
        """Whether it still opens the door."""
        return not (self.revoked or self.forgotten)
