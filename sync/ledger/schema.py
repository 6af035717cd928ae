"""Which shape a database has, and how an older one is brought to this release's: all at once or not at all.

The steps are Alembic's revisions in ``migrations/versions``. They run inside the caller's transaction, on both
databases, so that there is no environment file: Alembic is asked for by name, and only where there is something to do.
"""

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from sync.errors import UserError

HEAD = "0011"  # the newest revision, known without reading the folder
MIGRATIONS = Path(__file__).parent / "migrations"
TABLE = "alembic_version"

log = logging.getLogger(__name__)


def version(connection: Connection) -> str | None:
    """The revision a database is at; None where Alembic has never been: it is new, or older than the first one."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()


def is_known(revision: str) -> bool:
    """Whether this release's migrations lead from that revision on, or end there."""
    return any((MIGRATIONS / "versions").glob(f"r{revision}_*.py"))


def has_tables(connection: Connection) -> bool:
    """Whether a Hearth, of whatever release, has kept anything here."""
    return inspect(connection).has_table("entry")


def upgrade(connection: Connection, head: str = HEAD, migrations: Path = MIGRATIONS) -> None:
    """Bring a database to ``head``. Raises UserError where a newer Hearth has made it.

    The caller's transaction keeps others out, and takes everything back where a step fails.
    """
    have = version(connection)
    if have == head:
        return
    from alembic.config import Config  # takes longer than all the rest of a kiosk's ledger
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrations))
    known = {step.revision for step in scripts.walk_revisions()}
    if have is not None and have not in known:
        raise UserError(
            f"the database {connection.engine.url.database} was made by a newer Hearth (its schema is {have}, "
            f"this release knows {head}): install that release again"
        )
    log.info("bringing the database from schema %s to %s", have or "none", head)
    with EnvironmentContext(Config(), scripts) as environment:
        environment.configure(
            connection=connection,
            fn=lambda at, _context: scripts._upgrade_revs(head, at),  # as Alembic's documentation of this class does
            transactional_ddl=True,  # on SQLite too: engine.py begins every transaction itself
        )
        environment.run_migrations()
