"""The server's own tables beside the ledger's: venues, kiosks, accounts, rate limits. Times are ms since 1970 UTC.

Secrets that the server only has to recognise are stored as hashes: tokens and links, which are long and random, as
their SHA-256; pairing codes, which are short, as an HMAC with the organisation's secret.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
)

from sync.ledger.tables import metadata, series, session

organisation = Table(  # one row
    "organisation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("secret", String(64), nullable=False),  # hex; the server derives its keys from it
    Column("name", String(80)),  # null: not said
)

venue = Table(
    "venue",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("time_zone", String(64), nullable=False),  # an IANA name
)

zone = Table(
    "zone",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, ForeignKey("venue.id"), nullable=False),
    Column("name", String(80), nullable=False),
    UniqueConstraint("venue", "name"),
)

kiosk = Table(
    "kiosk",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, ForeignKey("venue.id"), nullable=False, index=True),
    Column("zone", Uuid, ForeignKey("zone.id"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("next_token_hash", String(64)),  # of the next token; null: none was offered
    Column("token_made_at", BigInteger),  # null: at enrolment
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("version", String(64)),
    Column("last_seen_at", BigInteger),
    Column("waiting", BigInteger),  # entries it still has to send, by its last heartbeat
    Column("reported_up_to", BigInteger),  # everything it wrote before this time has arrived
    Column("clock_sure", Boolean),
    Column("clock_offset", BigInteger),  # ms that it was ahead at its last heartbeat; null: not set, or not reported
    Column("device_hash", String(64), index=True),  # the same for all the pairings of one kiosk
    Column("device", String(64)),  # the one that serves as this kiosk; null: unknown
    Column("turn", String(32)),  # drawn when that device took over from another one
    Column("copied_after", BigInteger),  # a copy pushed entries as this kiosk between these feed positions
    Column("copied_up_to", BigInteger),
    Column("reads", JSON),  # the formats of slips that it reads; null: the first format only
    Column("devices", JSON),  # by name, how its devices are; null: it has reported none
    Column("feed_read", BigInteger),  # its position in the venue's feed, by its last heartbeat; null: not reported
    Index("kiosk_next_token", "next_token_hash", unique=True),
)

kiosk_device = Table(  # the devices that have served as a kiosk, one after the other or, from a copied folder, together
    "kiosk_device",
    metadata,
    Column("kiosk", Uuid, ForeignKey("kiosk.id"), primary_key=True),
    Column("device", String(64), primary_key=True),  # a keyed hash; the key never leaves the kiosk
    Column("number", Integer, nullable=False),  # in the order of their first requests
    Column("feed_position", BigInteger, nullable=False),  # the end of the venue's feed at that time
    Column("copy_found_at", BigInteger),  # null: not known to be a copy
)

day_rollup = Table(  # what is counted of a venue's day, by zone, kind and title of session; see reports/rollups.py
    "day_rollup",
    metadata,
    Column("venue", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("zone", String(64), primary_key=True),  # of the visit's session; empty: unknown
    Column("session_kind", String(16), primary_key=True),
    Column("title", String(80), primary_key=True),
    Column("sessions", Integer, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("phones", BigInteger, nullable=False),
    Column("kept", BigInteger, nullable=False),
    Column("phone_free_ms", BigInteger, nullable=False),  # of all people
    Column("estimated", Integer, nullable=False),
    Column("still_in", Integer, nullable=False),  # visits
    Column("changed_at", BigInteger, nullable=False),  # when the figures last changed
    Index("day_rollup_day", "day"),
)

day_count = Table(  # what is counted of a venue's day by bucket; see reports/day_counts.py
    "day_count",
    metadata,
    Column("venue", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("measure", String(16), primary_key=True),
    Column("zone", String(64), primary_key=True),  # of the visit's session; empty: unknown
    Column("session_kind", String(16), primary_key=True),
    Column("title", String(80), primary_key=True),
    Column("bucket", Integer, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Index("day_count_measure", "measure", "day", "bucket", "venue", "zone", "session_kind", "title", "amount"),
)

pass_day = Table(  # each pass that came to a venue on a day, once; see reports/pass_days.py
    "pass_day",
    metadata,
    Column("venue", Uuid, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # all days here as date.toordinal counts them
    Column("pass_id", Uuid, primary_key=True),  # the subject of the facts about the pass
    Column("before", Integer),  # its day before that one at this venue; null: it had never come here
    Column("is_second", Boolean, nullable=False),  # whether that was its first day here
    Column("before_anywhere", Integer),  # likewise at any venue of the organisation
    Column("is_second_anywhere", Boolean, nullable=False),
    Column("is_first_venue", Boolean, nullable=False),  # of the venues it came to on that day, by their ids
    Index("pass_day_pass", "pass_id", "day", "venue"),
    sqlite_with_rowid=False,  # the rows of a period of a venue are beside each other
)

return_count = Table(  # how many rows of pass_day are of a month, by what was before them
    "return_count",
    metadata,
    Column("venue", Uuid, primary_key=True),  # or ANYWHERE: of all venues together, each pass once a day
    Column("month", Integer, primary_key=True, autoincrement=False),  # 12 * year + month
    Column("before_month", Integer, primary_key=True, autoincrement=False),  # of the day before; 0: there was none
    Column("is_second", Boolean, primary_key=True),
    Column("gap", Integer, primary_key=True, autoincrement=False),  # how many days lay between, by their range
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

session_use = Table(  # how full each session was, by the day of its opening; see reports/session_uses.py
    "session_use",
    metadata,
    Column("venue", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("session", Uuid, primary_key=True),
    Column("zone", String(64), nullable=False),  # empty: unknown
    Column("session_kind", String(16), nullable=False),
    Column("title", String(80), nullable=False),
    Column("seats", Integer),  # null: it has no capacity
    Column("fullest", Integer, nullable=False),  # people who had a seat at once
    Column("taken_ms", BigInteger, nullable=False),  # the sum over seats of the time for which they were taken
    Column("open_ms", BigInteger, nullable=False),  # how long it was open
    Column("over_capacity", Integer, nullable=False),  # people
    Column("turned_away", Integer, nullable=False, server_default="0"),  # people
)

rollup_change = Table(  # the hours, from 1970 UTC, whose days have to be computed again; written by triggers
    "rollup_change",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("venue", Uuid, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Index("rollup_change_hour", "venue", "hour"),
)

calendar = Table(  # a venue's calendar that is fetched from its address; see planning/calendar_service.py
    "calendar",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, ForeignKey("venue.id"), nullable=False, index=True),
    Column("zone", Uuid, ForeignKey("zone.id"), nullable=False),  # of its sessions
    Column("name", String(80), nullable=False, unique=True),
    Column("address", Text, nullable=False),  # often a secret
    Column("rule", JSON, nullable=False),  # which events become sessions
    Column("session_kind", String(16), nullable=False),
    Column("capacity", Integer),
    Column("due_at", BigInteger, nullable=False),  # when it is fetched next
    Column("tried_at", BigInteger),  # the last fetch
    Column("read_at", BigInteger),  # when its content was last read
    Column("etag", String(200)),  # of that content
    Column("last_modified", String(200)),
    Column("problem", Text),  # of the last fetch; null: none
    Column("summary", JSON),  # of the content that was read last
)

calendar_session = Table(  # the sessions that were planned for a calendar, as it said them when it was last read
    "calendar_session",
    metadata,
    Column("calendar", Uuid, ForeignKey("calendar.id"), primary_key=True),
    Column("session", Uuid, primary_key=True),
    Column("series", Uuid, nullable=False),  # of the event
    Column("original_start", BigInteger, nullable=False),  # 0: the event doesn't repeat
    Column("title", String(80), nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("cancelled", Boolean, nullable=False),
)

published_calendar = Table(  # the address at which a venue's plans can be read; see planning/calendar_feed.py
    "published_calendar",
    metadata,
    Column("id", Uuid, primary_key=True),  # its token follows from it and the organisation's secret
    Column("venue", Uuid, ForeignKey("venue.id"), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
)

_open = and_(session.c.opened.is_not(None), session.c.closed.is_(None))
_waiting = and_(session.c.opened.is_(None), session.c.closed.is_(None))
Index("session_open_at", session.c.venue, sqlite_where=_open, postgresql_where=_open)  # whose seats are allocated
Index(  # likewise, before they open
    "session_waiting_at",
    session.c.venue,
    session.c.planned_start,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
_lasting = series.c.ended.is_(False)
Index("series_at", series.c.venue, sqlite_where=_lasting, postgresql_where=_lasting)

share = Table(  # what each kiosk may promise; the shares of a venue never overlap
    "share",
    metadata,
    Column("kiosk", Uuid, ForeignKey("kiosk.id"), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("granted", JSON, nullable=False),
    Column("spare", JSON, nullable=False),  # how much of it was free, by its last report
    Column("pouches", Integer, nullable=False),  # how many the venue has, by the kiosk's settings
    Column("lockers", Integer, nullable=False),
    Column("unconfirmed", Boolean),  # true: the database was restored, and the kiosk has not reported its share since
)

plan_reading = Table(  # when a kiosk had read its venue's feed up to here, and there was something planned in it
    "plan_reading",
    metadata,
    Column("kiosk", Uuid, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("read_at", BigInteger, nullable=False),
)

plan_group = Table(  # sessions that were planned together, and those of a series that were planned on their own
    "plan_group",
    metadata,
    Column("session", Uuid, primary_key=True),
    Column("group", Uuid, nullable=False, index=True),  # the series, or an id for this group alone
)

pairing_code = Table(
    "pairing_code",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),  # see pairing.py
    Column("venue", Uuid, ForeignKey("venue.id"), nullable=False),
    Column("zone", Uuid, ForeignKey("zone.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

dealt_pass = Table(  # passes that kiosks may issue offline: what a stolen kiosk holds can be revoked
    "dealt_pass",
    metadata,
    Column("id", Uuid, primary_key=True),  # the subject of facts about it; the pass itself is not kept
    Column("kiosk", Uuid, nullable=False),
    Column("dealt_at", BigInteger, nullable=False),
    Index("dealt_pass_at", "kiosk", "dealt_at"),
)

account = Table(
    "account",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),  # argon2id, with its parameters
)

login_link = Table(
    "login_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("login", String(64)),  # whose password it sets; null: it makes a new account
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

web_session = Table(
    "web_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", Uuid, ForeignKey("account.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

shared_month = Table(  # a venue's month as it was when it was first shared; see reports/protected_sums.py
    "shared_month",
    metadata,
    Column("venue", Uuid, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),  # 12 * year + month - 1
    Column("smallest", Integer, nullable=False),  # count that was shown
    Column("figures", JSON, nullable=False),
    Column("moods", JSON, nullable=False),  # answers by their change
)

shared_report = Table(  # a document for people outside, as it was when it was made; see reports/shared_reports.py
    "shared_report",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("venue", Uuid, nullable=False),  # or ANYWHERE: of all venues together
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("smallest", Integer, nullable=False),  # count that is shown
    Column("place", String(80), nullable=False),  # the venue's name at that time
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(64), nullable=False),  # a login name
    Column("says_people", Boolean, nullable=False),  # whether it has how many different people came
    Column("groups", JSON, nullable=False),  # of hidden counts, that it was the first to count
    Column("content", JSON, nullable=False),
    UniqueConstraint("venue", "first", "last", "smallest"),
)

shared_link = Table(  # a secret address at which a shared report can be read; see reports/shared_links.py
    "shared_link",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("report", Uuid, ForeignKey("shared_report.id"), nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(64), nullable=False),  # a login name
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

saved_report = Table(  # the filters of a report under a name; see reports/saved_reports.py
    "saved_report",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("report", String(32), nullable=False),  # its identifier
    Column("period", String(16), nullable=False),  # see reports/saved_periods.py
    Column("first", Date),  # of a fixed period; null: it is relative to the day
    Column("last", Date),
    Column("zone", Uuid, ForeignKey("zone.id")),  # of its only venue; null: all
    Column("kind", String(16)),
    Column("title", String(80)),  # of its sessions; null: all
)

saved_report_venue = Table(  # the venues of a saved report; those that have none are of all
    "saved_report_venue",
    metadata,
    Column("saved_report", Uuid, ForeignKey("saved_report.id"), primary_key=True),
    Column("venue", Uuid, ForeignKey("venue.id"), primary_key=True),
)

term = Table(  # a period that the organisation has named; see reports/terms.py
    "term",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
)

rate_limit = Table(  # see rate_limit.py
    "rate_limit",
    metadata,
    Column("key_hash", String(64), primary_key=True),  # of the limit's name and subject
    Column("tries", Integer, nullable=False),  # within the window, or failures since the last success
    Column("until", BigInteger, nullable=False),  # the end of the window, or of the lockout
    Column("forget_at", BigInteger, nullable=False, index=True),
)
