"""Takes the spaces from the ends of sessions' titles, and all but one of several in a row, as folding does now.

A server's triggers mark the days of a session whose title changes.
"""

from alembic import op
from sqlalchemy import String, Uuid, bindparam, column, select, table, update

revision = "0039"
down_revision = "0038"

SESSION = table("session", column("id", Uuid), column("venue", Uuid), column("title", String))


def upgrade() -> None:
    """Write the titles that change; the facts stay as they are."""
    connection = op.get_bind()
    session = SESSION.c
    is_row = (session.id == bindparam("of_id")) & (session.venue == bindparam("of_venue"))
    changes = [
        {"of_id": id, "of_venue": venue, "title": spaced}
        for id, venue, title in connection.execute(select(session.id, session.venue, session.title))
        if (spaced := " ".join(title.split())) != title
    ]
    if changes:
        connection.execute(update(SESSION).where(is_row).values(title=bindparam("title")), changes)
