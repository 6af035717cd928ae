"""Indexes the ids of quarantined entries, which a kiosk looks for with every page of the feed."""

from alembic import op
from sqlalchemy import column

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Partial, so that it costs nothing for readable entries, which are found by their subject."""
    quarantined = column("quarantined").is_not(None)
    op.create_index("entry_quarantined_id", "entry", ["id"], sqlite_where=quarantined, postgresql_where=quarantined)
