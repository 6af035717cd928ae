"""Counts answers on the mood by their change alone, and the visits of a deleted session under no zone and kind.

A change is all that reports ask for, and a quarter of the rows.
"""

from alembic import op

revision = "0036"
down_revision = "0031"
HOUR_MS = 3_600_000

CHANGES = """
INSERT INTO day_count (venue, day, measure, zone, session_kind, bucket, amount)
SELECT venue, day, 'mood_change', zone, session_kind, bucket % 10 - bucket / 10, sum(amount)
FROM day_count WHERE measure = 'moods' AND bucket > 10 AND bucket % 10 > 0
GROUP BY venue, day, zone, session_kind, bucket % 10 - bucket / 10
"""
SQLITE_MARK = f"""
INSERT INTO rollup_change (venue, hour)
SELECT DISTINCT visit.venue, visit.checked_in / {HOUR_MS} FROM visit
WHERE visit.session = OLD.id AND visit.venue = OLD.venue AND visit.checked_in IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM rollup_change AS marked
    WHERE marked.venue = visit.venue AND marked.hour = visit.checked_in / {HOUR_MS}
);
"""
POSTGRES_MARK = f"""
INSERT INTO rollup_change (venue, hour)
SELECT DISTINCT visit.venue, visit.checked_in / {HOUR_MS} FROM visit
JOIN old_rows ON old_rows.id = visit.session AND old_rows.venue = visit.venue
WHERE visit.checked_in IS NOT NULL;
"""


def upgrade() -> None:
    """Replace each pair of moods, 10 × the one before + the one after, by their difference; 0: not given."""
    op.execute(CHANGES)
    op.execute("DELETE FROM day_count WHERE measure = 'moods'")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER rollup_session_deleted AFTER DELETE ON session "
            f"WHEN EXISTS (SELECT 1 FROM organisation) BEGIN {SQLITE_MARK} END"
        )
    else:
        op.execute(
            "CREATE FUNCTION rollup_session_deleted() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {POSTGRES_MARK} RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER rollup_session_deleted AFTER DELETE ON session REFERENCING OLD TABLE AS old_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION rollup_session_deleted()"
        )
