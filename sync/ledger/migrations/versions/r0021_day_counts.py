"""Adds what is counted of a venue's day by bucket: arrivals and departures by hour, stays by length, moods.

Every hour with a visit is marked, so that a server computes the counts of what it has already while it serves.
"""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, Integer, String, Uuid

revision = "0021"
down_revision = "0020"
HOUR_MS = 3_600_000
FORGET = "DELETE FROM day_count WHERE venue = NEW.id;"  # r0018 marks its hours


def upgrade() -> None:
    """A kiosk has the table too, empty."""
    op.create_table(
        "day_count",
        Column("venue", Uuid, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("measure", String(16), primary_key=True),
        Column("zone", String(64), primary_key=True),
        Column("session_kind", String(16), primary_key=True),
        Column("bucket", Integer, primary_key=True),
        Column("amount", BigInteger, nullable=False),
    )
    columns = ["measure", "day", "bucket", "venue", "zone", "session_kind", "amount"]  # all: reports read it alone
    op.create_index("day_count_measure", "day_count", columns)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER rollup_counts_venue_zone AFTER UPDATE OF time_zone ON venue "
            f"WHEN OLD.time_zone <> NEW.time_zone BEGIN {FORGET} END"
        )
    else:
        op.execute(
            "CREATE FUNCTION rollup_counts_venue_zone() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {FORGET} RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER rollup_counts_venue_zone AFTER UPDATE OF time_zone ON venue FOR EACH ROW "
            "WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION rollup_counts_venue_zone()"
        )
    op.execute(
        "INSERT INTO rollup_change (venue, hour) "
        f"SELECT DISTINCT venue, checked_in / {HOUR_MS} FROM visit "
        "WHERE checked_in IS NOT NULL AND EXISTS (SELECT 1 FROM organisation)"
    )
