"""Counts what roll-ups count by the session's title too, answers on the mood by their change, and deleted sessions.

The tables are made anew, as titles are part of their keys: a server computes all days again while it serves. An amended
title marks the days of the session's visits, and so does a session that is deleted.
"""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, Integer, String, Uuid

revision = "0036"
down_revision = "0031"
HOUR_MS = 3_600_000

MARK = f"""
INSERT INTO rollup_change (venue, hour)
SELECT DISTINCT visit.venue, visit.checked_in / {HOUR_MS} FROM visit {{of_session}}
"""
SQLITE_MARK = (
    MARK.format(of_session="WHERE visit.session = OLD.id AND visit.venue = OLD.venue AND visit.checked_in IS NOT NULL")
    + f"""AND NOT EXISTS (
    SELECT 1 FROM rollup_change AS marked
    WHERE marked.venue = visit.venue AND marked.hour = visit.checked_in / {HOUR_MS}
);
"""
)
POSTGRES_MARK = MARK.format(
    of_session="JOIN old_rows ON old_rows.id = visit.session AND old_rows.venue = visit.venue {changed} "
    "WHERE visit.checked_in IS NOT NULL;"
)
RETITLED = (
    "JOIN new_rows ON new_rows.id = old_rows.id AND new_rows.venue = old_rows.venue "
    "AND new_rows.title <> old_rows.title"
)
ROWS = {"DELETE": "OLD TABLE AS old_rows", "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows"}
TRIGGERS = (  # name, event, condition on SQLite, join on PostgreSQL
    ("rollup_session_deleted", "DELETE", "", ""),
    ("rollup_session_retitled", "UPDATE", "AND OLD.title <> NEW.title", RETITLED),
)


def upgrade() -> None:
    """Make the tables anew, and mark all hours as changed where there is an organisation."""
    _make_tables()
    for name, event, condition, changed in TRIGGERS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON session "
                f"WHEN EXISTS (SELECT 1 FROM organisation) {condition} BEGIN {SQLITE_MARK} END"
            )
            continue
        body = POSTGRES_MARK.format(changed=changed)
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON session REFERENCING {ROWS[event]} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    op.execute("DELETE FROM rollup_change")
    op.execute(
        "INSERT INTO rollup_change (venue, hour) "
        f"SELECT DISTINCT venue, checked_in / {HOUR_MS} FROM visit "
        "WHERE checked_in IS NOT NULL AND EXISTS (SELECT 1 FROM organisation) "
        f"UNION SELECT venue, opened / {HOUR_MS} FROM session "
        "WHERE opened IS NOT NULL AND EXISTS (SELECT 1 FROM organisation)"
    )


def _make_tables() -> None:
    for table in ("day_rollup", "day_count", "session_use"):
        op.drop_table(table)
    op.create_table(
        "day_rollup",
        Column("venue", Uuid, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("zone", String(64), primary_key=True),
        Column("session_kind", String(16), primary_key=True),
        Column("title", String(80), primary_key=True),
        Column("sessions", Integer, nullable=False),
        Column("visits", Integer, nullable=False),
        Column("people", BigInteger, nullable=False),
        Column("phones", BigInteger, nullable=False),
        Column("kept", BigInteger, nullable=False),
        Column("phone_free_ms", BigInteger, nullable=False),
        Column("estimated", Integer, nullable=False),
        Column("still_in", Integer, nullable=False),
        Column("changed_at", BigInteger, nullable=False),
    )
    op.create_index("day_rollup_day", "day_rollup", ["day"])
    op.create_table(
        "day_count",
        Column("venue", Uuid, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("measure", String(16), primary_key=True),
        Column("zone", String(64), primary_key=True),
        Column("session_kind", String(16), primary_key=True),
        Column("title", String(80), primary_key=True),
        Column("bucket", Integer, primary_key=True),
        Column("amount", BigInteger, nullable=False),
    )
    columns = ["measure", "day", "bucket", "venue", "zone", "session_kind", "title", "amount"]
    op.create_index("day_count_measure", "day_count", columns)
    op.create_table(
        "session_use",
        Column("venue", Uuid, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("session", Uuid, primary_key=True),
        Column("zone", String(64), nullable=False),
        Column("session_kind", String(16), nullable=False),
        Column("title", String(80), nullable=False),
        Column("seats", Integer),
        Column("fullest", Integer, nullable=False),
        Column("taken_ms", BigInteger, nullable=False),
        Column("open_ms", BigInteger, nullable=False),
        Column("over_capacity", Integer, nullable=False),
    )
    op.add_column("saved_report", Column("title", String(80)))
