"""The tables of kiosk and server: the journals' entries, and the rows that are folded from them.

A row belongs to a subject at a venue: it is folded from the entries of that venue's own kiosks and of the server alone,
so that a kiosk of another venue that has learnt the id of a visit, session or boot can't change its row. On a kiosk all
entries are of its own venue, which is stored as null or LOCAL_VENUE.
"""

from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    column,
    false,
)

LOCAL_VENUE = UUID(int=0)  # the venue of every row on a kiosk

metadata = MetaData()


def _partial(name: str, *columns: str, where: ColumnElement[bool], unique: bool = False) -> Index:
    """A partial index: writing a row outside it costs nothing.

    The migrations create it on PostgreSQL too: its argument here would import that dialect whenever a kiosk starts.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where)


journal = Table(
    "journal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kiosk", Uuid, index=True),  # which writes it; null: this ledger itself
    Column("current", Boolean, nullable=False, default=False),  # the one this ledger writes into
    Column("last_seq", BigInteger, nullable=False, default=0),
    Column("acknowledged", BigInteger, nullable=False, default=0),  # by the server
)

entry = Table(
    "entry",
    metadata,
    Column("journal", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    Column("tick", BigInteger, nullable=False, index=True),
    Column("kind", String(64), nullable=False),
    Column("subject", Uuid, index=True),  # null: not readable
    Column("boot", Uuid),
    Column("sure", Boolean),  # whether its clock was set
    Column("quarantined", Text),  # why it has no effect; null: it has
    Column("line", Text, nullable=False),  # the whole entry, as it was written
    Column("stream", Uuid),  # the venue that it belongs to, in whose feed it is; null: LOCAL_VENUE
    Column("position", BigInteger),  # in the feed; null: it is not in it (yet)
    Column(
        "mark", BigInteger
    ),  # random, of the transaction that assigned the position; null: none, or by an older release
    Column("pass_id", Uuid),  # of the pass that it names: what has to be rewritten when that is forgotten
    _partial("entry_stream_position", "stream", "position", where=column("position").is_not(None), unique=True),
    _partial("entry_quarantined", "quarantined", where=column("quarantined").is_not(None)),
    _partial("entry_quarantined_id", "id", where=column("quarantined").is_not(None)),
    _partial("entry_unsure", "boot", where=column("sure").is_(False)),
    _partial("entry_pass", "pass_id", where=column("pass_id").is_not(None)),
    _partial("entry_kiosk_revoked", "tick", where=column("kind") == "kiosk.revoked"),
)

stream = Table(  # the server's: how far each venue's feed goes
    "stream",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("last_position", BigInteger, nullable=False),
    Column("mark", BigInteger),  # of that position
    Column("successor", Uuid),  # the stream that this one was merged into
)

anchor = Table(
    "anchor",
    metadata,
    Column("boot", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("source", String(16), nullable=False),
    Column("error", BigInteger, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("journal", Uuid),
    Column("zone", String(64)),
    Column("title", String(80), nullable=False),
    Column("session_kind", String(16), nullable=False),
    Column("capacity", Integer),
    Column("planned_start", BigInteger, index=True),
    Column("planned_end", BigInteger),
    Column("rhythm", JSON, nullable=False),
    Column("opened_by", String(64)),
    Column("opened", BigInteger, index=True),
    Column("closed", BigInteger),
    Column("estimated", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("stow_ways", JSON(none_as_null=True)),
    Column("firm_limit", Integer),
    Column("closes_itself", Boolean),
    Column("practice", Boolean, nullable=False, server_default=false()),
    Column("closeout", Boolean, nullable=False),
    Column("turned_away", Integer, nullable=False, server_default="0"),
    _partial("session_open", "opened", where=column("closed").is_(None)),
    _partial("session_practice", "id", "venue", where=column("practice").is_(True)),
)

series = Table(  # weekly, by hosts and coordinators
    "series",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("journal", Uuid),
    Column("zone", String(64)),
    Column("title", String(80), nullable=False),
    Column("session_kind", String(16), nullable=False),
    Column("weekdays", JSON, nullable=False),
    Column("start_minute", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("capacity", Integer),
    Column("rhythm", JSON, nullable=False),
    Column("stow_ways", JSON(none_as_null=True)),
    Column("firm_limit", Integer),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("skipped_days", JSON, nullable=False),
    Column("opens_itself", Boolean, nullable=False),
    Column("closes_itself", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
)

visit = Table(
    "visit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("code", String(4), nullable=False),
    Column("journal", Uuid),
    Column("session", Uuid, index=True),
    Column("party_size", Integer, nullable=False),
    Column("phones", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("stow", String(8), nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("language", String(35)),
    Column("pass", String(128), key="pass_"),
    Column("checked_in", BigInteger),
    Column("checked_out", BigInteger),
    Column("stay", BigInteger),
    Column("phone_free", BigInteger),
    Column("on_break", Boolean, nullable=False),
    Column("taken_early", Boolean, nullable=False),
    Column("voided", Boolean, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("before", Integer),
    Column("after", Integer),
    Column("lost", JSON, nullable=False),
    Column("over_capacity", Boolean, nullable=False),
    Column("split_from", Uuid),
    Column("phones_back", Integer, nullable=False),
    Column("phones_lost", Integer, nullable=False),
    Column("held", JSON, nullable=False),
    Column("outstanding", Boolean, nullable=False),
    Index("visit_checked_in_at", "venue", "checked_in"),
    _partial("visit_pass", "venue", "pass_", "checked_in", where=column("pass").is_not(None)),
    _partial("visit_with_pass", "venue", "checked_in", "pass_", where=column("pass").is_not(None)),
    _partial("visit_outstanding", "venue", "checked_in", where=column("outstanding").is_(True)),
)

configuration = Table(  # of a venue, by its coordinator
    "configuration",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("name", String(80)),
    Column("time_zone", String(64)),
    Column("pouches", Integer),
    Column("lockers", Integer),
    Column("reach", String(80)),
    Column("zones", JSON(none_as_null=True)),  # with the names that they have now
)

evacuation = Table(
    "evacuation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("journal", Uuid),
    Column("zone", String(64)),
    Column("sessions", JSON, nullable=False),
    Column("started", BigInteger),
    Column("ended", BigInteger),
    Column("estimated", Boolean, nullable=False),
    Column("out", JSON, nullable=False),
    Column("staff_out", Integer, nullable=False),
)

host = Table(
    "host",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("number", Integer),
    Column("seals", JSON, nullable=False),  # encrypted with keys that only the venue's kiosks have
    Column("removed", Boolean, nullable=False),
)

pass_state = Table(  # what was said of passes; no row leads to a visit
    "pass",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, primary_key=True),
    Column("issued", Boolean, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("forgotten", Boolean, nullable=False),
    Column("forgotten_at", BigInteger),
    _partial("pass_ended", "id", where=column("revoked").is_(True) | column("forgotten").is_(True)),
)

local = Table(  # values that stay on this machine: the enrolment, the venue key
    "local",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", JSON, nullable=False),
)
