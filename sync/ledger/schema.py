"""The schema's version, and the migration of an older database: completely or not at all.

The steps are Alembic's revisions in ``migrations/versions``. They run inside the caller's transaction, on both
databases, without an environment file; Alembic is imported only where there is something to migrate.
"""

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from sync.errors import UserError

HEAD = "0039"  # the newest revision, so that the folder need not be read
MIGRATIONS = Path(__file__).parent / "migrations"
TABLE = "alembic_version"

log = logging.getLogger(__name__)


def version(connection: Connection) -> str | None:
    """The revision of a database; None without Alembic's table: it is new, or older than the first revision."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()


def is_known(revision: str) -> bool:
    """Whether that revision is one of this release's migrations."""
    return any((MIGRATIONS / "versions").glob(f"r{revision}_*.py"))


def has_tables(connection: Connection) -> bool:
    """Whether any release of Hearth has created its tables here."""
    return inspect(connection).has_table("entry")


def upgrade(connection: Connection, head: str = HEAD, migrations: Path = MIGRATIONS) -> None:
    """Migrate a database to ``head``. Raises UserError where a newer Hearth has made it.

    The caller's transaction excludes other writers, and is rolled back where a step fails.
    """
    current = version(connection)
    if current == head:
        return
    from alembic.config import Config  # importing it takes longer than opening a kiosk's ledger
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrations))
    revisions = {step.revision for step in scripts.walk_revisions()}
    if current is not None and current not in revisions:
        raise UserError(
            f"the database {connection.engine.url.database} was made by a newer Hearth (its schema is {current}, "
            f"this release knows {head}): install that release again"
        )
    log.info("bringing the database from schema %s to %s", current or "none", head)
    with EnvironmentContext(Config(), scripts) as environment:
        environment.configure(
            connection=connection,
            fn=lambda at, _context: scripts._upgrade_revs(head, at),  # as Alembic's documentation of this class does
            transactional_ddl=True,  # on SQLite too: store.py begins every transaction itself
        )
        environment.run_migrations()
