"""Adds rotation of kiosks' tokens: when a token was issued, and the next one."""

from alembic import op
from sqlalchemy import BigInteger, Column, String, inspect

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Tokens are as old as their enrolment until they are exchanged."""
    if "token_made_at" in {column["name"] for column in inspect(op.get_bind()).get_columns("kiosk")}:
        return
    op.add_column("kiosk", Column("next_token_hash", String(64)))
    op.add_column("kiosk", Column("token_made_at", BigInteger))
    op.create_index("kiosk_next_token", "kiosk", ["next_token_hash"], unique=True)
