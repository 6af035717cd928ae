"""An entry without effect is found by its id: a kiosk looks for it whenever it learns, however many there are."""

from alembic import op
from sqlalchemy import column

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Partial, so that it costs nothing where entries can be read; they are found by their subject."""
    some = column("quarantined").is_not(None)
    op.create_index("entry_quarantined_id", "entry", ["id"], sqlite_where=some, postgresql_where=some)
