"""Adds whether a session is for practice; the roll-ups of its visits' days follow when that becomes known."""

from alembic import op
from sqlalchemy import Boolean, Column, false, text

revision = "0024"
down_revision = "0023"
HOUR_MS = 3_600_000

SQLITE_MARK = f"""
INSERT INTO rollup_change (venue, hour)
SELECT DISTINCT visit.venue, visit.checked_in / {HOUR_MS} FROM visit
WHERE visit.session = NEW.id AND visit.venue = NEW.venue AND visit.checked_in IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM rollup_change AS marked
    WHERE marked.venue = visit.venue AND marked.hour = visit.checked_in / {HOUR_MS}
);
"""
POSTGRES_MARK = f"""
INSERT INTO rollup_change (venue, hour)
SELECT DISTINCT visit.venue, visit.checked_in / {HOUR_MS} FROM visit
JOIN new_rows ON new_rows.id = visit.session AND new_rows.venue = visit.venue
JOIN old_rows ON old_rows.id = new_rows.id AND old_rows.venue = new_rows.venue
WHERE visit.checked_in IS NOT NULL AND old_rows.practice <> new_rows.practice;
"""


def upgrade() -> None:
    """No session of earlier releases is for practice."""
    op.add_column("session", Column("practice", Boolean, nullable=False, server_default=false()))
    is_1, is_true = text("practice IS 1"), text("practice IS true")
    op.create_index("session_practice", "session", ["id", "venue"], sqlite_where=is_1, postgresql_where=is_true)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER rollup_session_practice AFTER UPDATE ON session "
            "WHEN EXISTS (SELECT 1 FROM organisation) AND OLD.practice IS NOT NEW.practice "
            f"BEGIN {SQLITE_MARK} END"
        )
    else:
        op.execute(
            "CREATE FUNCTION rollup_session_practice() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {POSTGRES_MARK} RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER rollup_session_practice AFTER UPDATE ON session "
            "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION rollup_session_practice()"
        )
