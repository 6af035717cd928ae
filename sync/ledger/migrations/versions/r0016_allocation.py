"""Adds the indexes by which a venue's plans, series and outstanding visits are found at every heartbeat."""

from alembic import op
from sqlalchemy import column, text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Outstanding visits are found by venue; on a kiosk all are of one venue."""
    waiting = text("opened IS NULL AND closed IS NULL")
    op.create_index(
        "session_waiting_at", "session", ["venue", "planned_start"], sqlite_where=waiting, postgresql_where=waiting
    )
    not_ended = column("ended").is_(False)
    op.create_index("series_at", "series", ["venue"], sqlite_where=not_ended, postgresql_where=not_ended)
    op.drop_index("visit_outstanding", "visit")
    is_outstanding = column("outstanding").is_(True)
    op.create_index(
        "visit_outstanding",
        "visit",
        ["venue", "checked_in"],
        sqlite_where=is_outstanding,
        postgresql_where=is_outstanding,
    )
