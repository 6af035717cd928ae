"""The feed: which stream an entry is told in, and where in it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Uuid, inspect

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nothing is told of what was stored before: its kiosks are where it came from."""
    if inspect(op.get_bind()).has_table("stream"):
        return  # made when there was a feed, but no migrations yet
    op.create_table("stream", Column("id", Uuid, primary_key=True), Column("last_position", BigInteger, nullable=False))
    op.add_column("entry", Column("stream", Uuid))
    op.add_column("entry", Column("position", BigInteger))
    op.create_index("entry_stream_position", "entry", ["stream", "position"], unique=True)
