"""Adds rate limits, keyed hashes of pairing codes, links bound to a login, and merged streams."""

import hmac
from uuid import uuid4

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Uuid, column, insert, select, table, text

revision = "0008"
down_revision = "0007"
PURPOSE = b"pairing codes"  # the same as in sync/server/kiosks/pairing.py at the time of this step


def upgrade() -> None:
    """Open codes stay valid: the new hash is computed from the stored one, their SHA-256."""
    op.create_table(
        "rate_limit",
        Column("key_hash", String(64), primary_key=True),
        Column("tries", Integer, nullable=False),
        Column("until", BigInteger, nullable=False),
        Column("forget_at", BigInteger, nullable=False),
    )
    op.create_index("ix_rate_limit_forget_at", "rate_limit", ["forget_at"])
    _key_codes()
    op.add_column("login_link", Column("login", String(64)))
    op.drop_column("account", "failures")
    op.drop_column("account", "locked_until")
    op.add_column("stream", Column("successor", Uuid))


def _key_codes() -> None:
    connection = op.get_bind()
    codes = table(
        "pairing_code",
        column("code_hash"),
        column("venue", Uuid),
        column("zone", Uuid),
        column("expires_at"),
        column("used_at"),
    )
    rows = connection.execute(select(codes)).all()
    secret = connection.execute(text("SELECT secret FROM organisation")).scalar()
    op.drop_table("pairing_code")
    pairing_code = op.create_table(
        "pairing_code",
        Column("id", Uuid, primary_key=True),
        Column("code_hash", String(64), nullable=False, unique=True),
        Column("venue", Uuid, ForeignKey("venue.id"), nullable=False),
        Column("zone", Uuid, ForeignKey("zone.id"), nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
    )
    for row in rows:  # a code was made by a server, which has a secret
        hashed = _keyed(str(secret), row.code_hash)
        connection.execute(insert(pairing_code).values({**row._mapping, "id": uuid4(), "code_hash": hashed}))


def _keyed(secret: str, code_digest: str) -> str:
    key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
    return hmac.digest(key, code_digest.encode(), "sha256").hex()
