"""Adds the feed: the stream of each entry, and its position."""

from alembic import op
from sqlalchemy import BigInteger, Column, Uuid, inspect

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Entries that were stored before get no position: their kiosks have them."""
    if inspect(op.get_bind()).has_table("stream"):
        return  # created by a release with the feed and without migrations
    op.create_table("stream", Column("id", Uuid, primary_key=True), Column("last_position", BigInteger, nullable=False))
    op.add_column("entry", Column("stream", Uuid))
    op.add_column("entry", Column("position", BigInteger))
    op.create_index("entry_stream_position", "entry", ["stream", "position"], unique=True)
