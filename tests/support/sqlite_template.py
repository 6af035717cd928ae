"""New SQLite databases as copies of one file that was migrated once; tests of migrations create their own."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sync.ledger.store import open_sqlite


@dataclass(frozen=True)
class SqliteTemplate:
    """An empty database at this release's schema."""

    file: Path

    def copy_to(self, file: Path) -> Path:
        """Copy it to ``file`` unless there is something already; creates the folder. Returns ``file``."""
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(self.file, file)
        return file


def make_template(folder: Path) -> SqliteTemplate:
    """Migrate a new database in this folder."""
    file = folder / "template.db"
    open_sqlite(file).close()
    return SqliteTemplate(file)
