"""Deletes a venue's counts by bucket when its time zone changes, as its roll-ups are, and counts lost numbers too.

Every hour with a visit is marked, so that a server computes all counts again while it serves.
"""

from alembic import op

revision = "0022"
down_revision = "0024"
HOUR_MS = 3_600_000
FORGET = "DELETE FROM day_count WHERE venue = NEW.id;"


def upgrade() -> None:
    """The hours of the changed venue are marked by the trigger of its roll-ups."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER day_count_venue_zone AFTER UPDATE OF time_zone ON venue "
            f"WHEN OLD.time_zone <> NEW.time_zone BEGIN {FORGET} END"
        )
    else:
        op.execute(
            "CREATE FUNCTION day_count_venue_zone() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {FORGET} RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER day_count_venue_zone AFTER UPDATE OF time_zone ON venue FOR EACH ROW "
            "WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION day_count_venue_zone()"
        )
    op.execute("DELETE FROM day_count")
    op.execute(
        "INSERT INTO rollup_change (venue, hour) "
        f"SELECT DISTINCT venue, checked_in / {HOUR_MS} FROM visit "
        "WHERE checked_in IS NOT NULL AND EXISTS (SELECT 1 FROM organisation)"
    )
