"""Adds which pass came on which of a venue's days, how often passes came back, by month, and how full sessions were.

What r0018's triggers mark is computed again for these too. A visit also marks the hour in which its session opened,
which may be on another day. Besides, in the same transaction: a pass that is forgotten
is replaced by a random id in all its rows, whose days are marked; and a venue that gets another time zone has the days
marked on which its rows are now.
"""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Uuid

revision = "0026"
down_revision = "0024"
HOUR_MS = 3_600_000
FIRST_ORDINAL = 719_163  # of 1970-01-01, as date.toordinal counts

# Whatever the time zone, the first or the last UTC hour of a date is in the venue's day of that date.
MARK_DAYS = f"""
INSERT INTO rollup_change (venue, hour)
SELECT venue, (day - {FIRST_ORDINAL}) * 24 FROM pass_day WHERE {{where}}
UNION SELECT venue, (day - {FIRST_ORDINAL}) * 24 + 23 FROM pass_day WHERE {{where}};
"""
OF_PASS = "pass_id = NEW.id"
FORGET = f"{MARK_DAYS.format(where=OF_PASS)} UPDATE pass_day SET pass_id = {{random}} WHERE {OF_PASS};"
OTHER_ZONE = f"{MARK_DAYS.format(where='venue = NEW.id')} DELETE FROM session_use WHERE venue = NEW.id;"
OPENED = f"""
SELECT session.venue, session.opened / {HOUR_MS} AS hour FROM session JOIN {{rows}} AS changed
ON session.id = changed.session AND session.venue = changed.venue WHERE session.opened IS NOT NULL
"""
SQLITE_OPENED = """
INSERT INTO rollup_change (venue, hour)
SELECT opened.venue, opened.hour FROM ({opened}) AS opened WHERE NOT EXISTS (
    SELECT 1 FROM rollup_change AS marked WHERE marked.venue = opened.venue AND marked.hour = opened.hour
);
"""
TRIGGERS = (  # name, event, condition, statements
    ("rollup_pass_forgotten_insert", "INSERT ON pass", "NEW.forgotten", FORGET),
    ("rollup_pass_forgotten_update", "UPDATE ON pass", "NEW.forgotten AND NOT OLD.forgotten", FORGET),
    ("rollup_passes_venue_zone", "UPDATE OF time_zone ON venue", "OLD.time_zone <> NEW.time_zone", OTHER_ZONE),
)


def upgrade() -> None:
    """A server computes the rows of what it has already while it serves; a kiosk has the tables too, empty."""
    op.create_table(
        "pass_day",
        Column("venue", Uuid, primary_key=True),
        Column("day", Integer, primary_key=True, autoincrement=False),
        Column("pass_id", Uuid, primary_key=True),
        Column("before", Integer),
        Column("is_second", Boolean, nullable=False),
        Column("before_anywhere", Integer),
        Column("is_second_anywhere", Boolean, nullable=False),
        Column("is_first_venue", Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("pass_day_pass", "pass_day", ["pass_id", "day", "venue"])
    op.create_table(
        "return_count",
        Column("venue", Uuid, primary_key=True),
        Column("month", Integer, primary_key=True, autoincrement=False),
        Column("before_month", Integer, primary_key=True, autoincrement=False),
        Column("is_second", Boolean, primary_key=True),
        Column("gap", Integer, primary_key=True, autoincrement=False),
        Column("amount", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "session_use",
        Column("venue", Uuid, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("session", Uuid, primary_key=True),
        Column("zone", String(64), nullable=False),
        Column("session_kind", String(16), nullable=False),
        Column("seats", Integer),
        Column("fullest", Integer, nullable=False),
        Column("taken_ms", BigInteger, nullable=False),
        Column("open_ms", BigInteger, nullable=False),
        Column("over_capacity", Integer, nullable=False),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    random = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    for name, event, condition, statements in TRIGGERS:
        body = statements.format(random=random)
        if is_sqlite:
            op.execute(f"CREATE TRIGGER {name} AFTER {event} WHEN {condition} BEGIN {body} END")
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {name}()")
    _create_sqlite_opened() if is_sqlite else _create_postgres_opened()
    op.execute(
        "INSERT INTO rollup_change (venue, hour) "
        f"SELECT DISTINCT venue, checked_in / {HOUR_MS} FROM visit "
        "WHERE checked_in IS NOT NULL AND EXISTS (SELECT 1 FROM organisation) "
        f"UNION SELECT venue, opened / {HOUR_MS} FROM session "
        "WHERE opened IS NOT NULL AND EXISTS (SELECT 1 FROM organisation)"
    )


def _create_sqlite_opened() -> None:
    rows = {name: f"(SELECT {name}.session AS session, {name}.venue AS venue)" for name in ("OLD", "NEW")}
    for event, changed in (("INSERT", ("NEW",)), ("UPDATE", ("NEW", "OLD")), ("DELETE", ("OLD",))):
        opened = " UNION ".join(OPENED.format(rows=rows[name]) for name in changed)
        op.execute(
            f"CREATE TRIGGER rollup_seats_{event.lower()} AFTER {event} ON visit "
            f"WHEN EXISTS (SELECT 1 FROM organisation) BEGIN {SQLITE_OPENED.format(opened=opened)} END"
        )


def _create_postgres_opened() -> None:
    """One call a statement, which has the rows before and after it."""
    old, new = (
        "INSERT INTO rollup_change (venue, hour) "
        f"SELECT DISTINCT venue, hour FROM ({OPENED.format(rows=rows)}) AS opened;"
        for rows in ("old_rows", "new_rows")
    )
    op.execute(
        "CREATE FUNCTION rollup_seats_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {old} END IF; IF TG_OP <> 'DELETE' THEN {new} END IF; RETURN NULL; END $$"
    )
    for event, referencing in (
        ("INSERT", "NEW TABLE AS new_rows"),
        ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("DELETE", "OLD TABLE AS old_rows"),
    ):
        op.execute(
            f"CREATE TRIGGER rollup_seats_{event.lower()} AFTER {event} ON visit REFERENCING {referencing} "
            "FOR EACH STATEMENT EXECUTE FUNCTION rollup_seats_changed()"
        )
