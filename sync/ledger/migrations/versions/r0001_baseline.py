"""Creates the tables of the first release with migrations, except those that an older database has already."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    column,
)
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Journals and rows for every ledger; the server's own tables too, which stay empty on a kiosk."""
    _journals()
    _rows()
    _fleet()
    _accounts()


def _table(name: str, *items: SchemaItem) -> None:
    op.create_table(name, *items, if_not_exists=True)


def _index(table: str, of: str) -> None:
    op.create_index(f"ix_{table}_{of}", table, [of], if_not_exists=True)


def _journals() -> None:
    _table(
        "journal",
        Column("id", Uuid, primary_key=True),
        Column("kiosk", Uuid),
        Column("current", Boolean, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("acknowledged", BigInteger, nullable=False),
    )
    _index("journal", "kiosk")
    _table(
        "entry",
        Column("journal", Uuid, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("id", Uuid, nullable=False),
        Column("tick", BigInteger, nullable=False),
        Column("kind", String(64), nullable=False),
        Column("subject", Uuid),
        Column("boot", Uuid),
        Column("sure", Boolean),
        Column("quarantined", Text),
        Column("line", Text, nullable=False),
    )
    for of in ("id", "tick", "subject", "boot"):
        _index("entry", of)
    some = column("quarantined").is_not(None)
    op.create_index(
        "entry_quarantined", "entry", ["quarantined"], sqlite_where=some, postgresql_where=some, if_not_exists=True
    )


def _rows() -> None:
    _table(
        "anchor",
        Column("boot", Uuid, primary_key=True),
        Column("offset", BigInteger, nullable=False),
        Column("source", String(16), nullable=False),
        Column("error", BigInteger, nullable=False),
    )
    _table(
        "session",
        Column("id", Uuid, primary_key=True),
        Column("journal", Uuid),
        Column("zone", String(64)),
        Column("title", String(80), nullable=False),
        Column("session_kind", String(16), nullable=False),
        Column("capacity", Integer),
        Column("planned_end", BigInteger),
        Column("rhythm", JSON, nullable=False),
        Column("opened_by", String(64)),
        Column("opened", BigInteger),
        Column("closed", BigInteger),
        Column("estimated", Boolean, nullable=False),
    )
    _index("session", "opened")
    _visits()
    _table("local", Column("key", String(32), primary_key=True), Column("value", JSON, nullable=False))


def _visits() -> None:
    _table(
        "visit",
        Column("id", Uuid, primary_key=True),
        Column("code", String(4), nullable=False),
        Column("journal", Uuid),
        Column("session", Uuid),
        Column("party_size", Integer, nullable=False),
        Column("phones", Integer, nullable=False),
        Column("kept", Integer, nullable=False),
        Column("stow", String(8), nullable=False),
        Column("numbers", JSON, nullable=False),
        Column("language", String(35)),
        Column("pass", String(128)),
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
    )
    _index("visit", "session")
    _index("visit", "checked_in")


def _fleet() -> None:
    _table("organisation", Column("id", Uuid, primary_key=True), Column("secret", String(64), nullable=False))
    _table(
        "venue",
        Column("id", Uuid, primary_key=True),
        Column("name", String(80), nullable=False, unique=True),
        Column("time_zone", String(64), nullable=False),
    )
    _table(
        "zone",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, ForeignKey("venue.id"), nullable=False),
        Column("name", String(80), nullable=False),
        UniqueConstraint("venue", "name"),
    )
    _table(
        "kiosk",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, ForeignKey("venue.id"), nullable=False),
        Column("zone", Uuid, ForeignKey("zone.id"), nullable=False),
        Column("token_hash", String(64), nullable=False, unique=True),
        Column("enrolled_at", BigInteger, nullable=False),
        Column("revoked_at", BigInteger),
        Column("version", String(64)),
        Column("last_seen_at", BigInteger),
        Column("waiting", BigInteger),
        Column("reported_up_to", BigInteger),
        Column("clock_sure", Boolean),
    )
    _index("kiosk", "venue")


def _accounts() -> None:
    _table(
        "pairing_code",
        Column("code_hash", String(64), primary_key=True),
        Column("venue", Uuid, ForeignKey("venue.id"), nullable=False),
        Column("zone", Uuid, ForeignKey("zone.id"), nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
    )
    _table(
        "account",
        Column("id", Uuid, primary_key=True),
        Column("login", String(64), nullable=False, unique=True),
        Column("password_hash", Text, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("locked_until", BigInteger),
    )
    _table(
        "login_link",
        Column("token_hash", String(64), primary_key=True),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
    )
    _table(
        "web_session",
        Column("token_hash", String(64), primary_key=True),
        Column("account", Uuid, ForeignKey("account.id"), nullable=False),
        Column("expires_at", BigInteger, nullable=False),
    )
