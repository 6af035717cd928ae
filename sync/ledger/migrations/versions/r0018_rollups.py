"""Adds the roll-ups of a venue's days, and the triggers that say which of them have to be computed again.

The triggers act where there is an organisation: on a server. They see every change of a row, whatever has made it.
An hour is counted from 1970 UTC; which days of the venue it belongs to follows from the venue's time zone.
"""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, Integer, String, Uuid

revision = "0018"
down_revision = "0017"
HOUR_MS = 3_600_000

ALL_HOURS = f"""
INSERT INTO rollup_change (venue, hour)
SELECT venue, checked_in / {HOUR_MS} FROM visit WHERE checked_in IS NOT NULL{{where}}
UNION SELECT venue, opened / {HOUR_MS} FROM session WHERE opened IS NOT NULL{{where}}
"""
SQLITE_MARK = f"""
INSERT INTO rollup_change (venue, hour)
SELECT DISTINCT changed.venue, changed.at / {HOUR_MS} FROM ({{changed}}) AS changed
WHERE changed.at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM rollup_change AS marked WHERE marked.venue = changed.venue AND marked.hour = changed.at / {HOUR_MS}
);
"""
ON_SERVER = "WHEN EXISTS (SELECT 1 FROM organisation)"
VISITS_OF_SESSION = "SELECT venue, checked_in AS at FROM visit WHERE session = NEW.id AND venue = NEW.venue"
POSTGRES_MARK = f"""
INSERT INTO rollup_change (venue, hour)
SELECT DISTINCT venue, {{at}} / {HOUR_MS} FROM {{rows}} WHERE {{at}} IS NOT NULL;
"""


def upgrade() -> None:
    """A server computes the roll-ups of what it has already while it serves."""
    op.create_table(
        "day_rollup",
        Column("venue", Uuid, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("zone", String(64), primary_key=True),
        Column("session_kind", String(16), primary_key=True),
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
    number = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts by itself there
    op.create_table(
        "rollup_change",
        Column("id", number, primary_key=True, autoincrement=True),
        Column("venue", Uuid, nullable=False),
        Column("hour", BigInteger, nullable=False),
    )
    op.create_index("rollup_change_hour", "rollup_change", ["venue", "hour"])
    op.drop_index("ix_visit_checked_in", "visit")
    op.create_index("visit_checked_in_at", "visit", ["venue", "checked_in"])
    op.execute(ALL_HOURS.format(where=" AND EXISTS (SELECT 1 FROM organisation)"))
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_triggers()
    else:
        _create_postgres_triggers()


def _create_sqlite_triggers() -> None:
    old, new = "SELECT OLD.venue, OLD.{at} AS at", "SELECT NEW.venue AS venue, NEW.{at} AS at"
    for table, at in (("visit", "checked_in"), ("session", "opened")):
        changes = {
            "INSERT": [new.format(at=at)],
            "UPDATE": [new.format(at=at), old.format(at=at)],
            "DELETE": [old.format(at=at).replace("OLD.venue", "OLD.venue AS venue")],
        }
        for event, sources in changes.items():
            _create_sqlite_trigger(f"rollup_{table}_{event.lower()}", f"{event} ON {table}", ON_SERVER, sources)
    is_moved = f"{ON_SERVER} AND (OLD.zone IS NOT NEW.zone OR OLD.session_kind IS NOT NEW.session_kind)"
    _create_sqlite_trigger("rollup_session_moved", "UPDATE ON session", is_moved, [VISITS_OF_SESSION])
    _create_sqlite_trigger("rollup_session_known", "INSERT ON session", ON_SERVER, [VISITS_OF_SESSION])
    op.execute(
        "CREATE TRIGGER rollup_venue_zone AFTER UPDATE OF time_zone ON venue WHEN OLD.time_zone <> NEW.time_zone "
        f"BEGIN DELETE FROM day_rollup WHERE venue = NEW.id; {ALL_HOURS.format(where=' AND venue = NEW.id')}; END"
    )


def _create_sqlite_trigger(name: str, event: str, condition: str, sources: list[str]) -> None:
    mark = SQLITE_MARK.format(changed=" UNION ".join(sources))
    op.execute(f"CREATE TRIGGER {name} AFTER {event} {condition} BEGIN {mark} END")


def _create_postgres_triggers() -> None:
    for table, at in (("visit", "checked_in"), ("session", "opened")):
        old, new = (POSTGRES_MARK.format(at=at, rows=rows) for rows in ("old_rows", "new_rows"))
        _create_function(
            f"rollup_{table}_changed",
            f"IF TG_OP <> 'INSERT' THEN {old} END IF; IF TG_OP <> 'DELETE' THEN {new} END IF;",
        )
        for event in ("INSERT", "UPDATE", "DELETE"):
            _create_postgres_trigger(f"rollup_{table}_{event.lower()}", table, event, f"rollup_{table}_changed")
    visits = "(SELECT visit.venue, visit.checked_in FROM visit JOIN {rows} AS changed ON changed.id = visit.session"
    visits += " AND changed.venue = visit.venue) AS visits"
    moved = visits.format(
        rows="(SELECT new_rows.* FROM new_rows JOIN old_rows ON old_rows.id = new_rows.id"
        " AND old_rows.venue = new_rows.venue AND (old_rows.zone IS DISTINCT FROM new_rows.zone"
        " OR old_rows.session_kind IS DISTINCT FROM new_rows.session_kind))"
    )
    _create_function("rollup_session_moved", POSTGRES_MARK.format(at="checked_in", rows=moved))
    known = visits.format(rows="new_rows")
    _create_function("rollup_session_known", POSTGRES_MARK.format(at="checked_in", rows=known))
    _create_postgres_trigger("rollup_session_moved", "session", "UPDATE", "rollup_session_moved")
    _create_postgres_trigger("rollup_session_known", "session", "INSERT", "rollup_session_known")
    rezoned = ALL_HOURS.format(where=" AND venue = NEW.id")
    _create_function("rollup_venue_zone", f"DELETE FROM day_rollup WHERE venue = NEW.id; {rezoned};")
    op.execute(
        "CREATE TRIGGER rollup_venue_zone AFTER UPDATE OF time_zone ON venue FOR EACH ROW "
        "WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION rollup_venue_zone()"
    )


def _create_function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")


def _create_postgres_trigger(name: str, table: str, event: str, function: str) -> None:
    """One call a statement, which has the rows before and after it."""
    rows = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
    referencing = rows.get(event, f"{rows['DELETE']} {rows['INSERT']}")
    op.execute(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {referencing} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
