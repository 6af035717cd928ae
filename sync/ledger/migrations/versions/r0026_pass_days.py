"""Adds which pass came on which of a venue's days, and how often passes came back, by month.

What r0018's triggers mark is computed again for these too. Besides, in the same transaction: a pass that is forgotten
is replaced by a random id in all its rows, whose days are marked; and a venue that gets another time zone has the days
marked on which its rows are now.
"""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, Uuid

revision = "0026"
down_revision = "0023"
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
OTHER_ZONE = MARK_DAYS.format(where="venue = NEW.id")
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
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {name}()"
            )
    op.execute(
        "INSERT INTO rollup_change (venue, hour) "
        f"SELECT DISTINCT venue, checked_in / {HOUR_MS} FROM visit "
        "WHERE checked_in IS NOT NULL AND EXISTS (SELECT 1 FROM organisation)"
    )
