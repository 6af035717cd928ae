"""The organisation's keys for passes, in a file of their own: neither the database nor a backup of it has them.

With the file and a backup one could tell which card belongs to which visits, so keep its copies elsewhere than the
backups. docs/passes.md says what each key is for.
"""

import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, structs

from sync import pass_tokens
from sync.data_dir import prepare
from sync.errors import UserError
from sync.pass_tokens import HASH_KEY_BYTES, SEED_BYTES, PublicKeys

NAME = "pass-keys.json"
PRIVATE = 0o600
Seed = Annotated[str, Meta(pattern=f"^[0-9a-f]{{{2 * SEED_BYTES}}}$")]
HashKey = Annotated[str, Meta(pattern=f"^[0-9a-f]{{{2 * HASH_KEY_BYTES}}}$")]


class SigningKeyRecord(Struct, frozen=True):
    """One of the keys. ``retired``: passes that it has signed are valid no more."""

    seed: Seed
    made_at: int  # ms since 1970 UTC
    retired: bool = False

    @property
    def public(self) -> bytes:
        """Its public key."""
        return pass_tokens.public_key(bytes.fromhex(self.seed))

    @property
    def id(self) -> str:
        """Its id, as commands show it."""
        return pass_tokens.key_id(self.public).hex()


class KeyFileContent(Struct, frozen=True):
    """What the file has. ``signing``: the newest last, which signs."""

    hash_key: HashKey
    signing: tuple[SigningKeyRecord, ...] = ()


@dataclass(frozen=True)
class PassKeys:
    """The keys in use. ``fingerprint``: changes whenever kiosks have to learn new ones."""

    hash_key: bytes
    public_keys: tuple[bytes, ...]
    seed: bytes | None  # that signs; None: all keys are retired
    fingerprint: str

    @property
    def by_id(self) -> PublicKeys:
        """The public keys by their ids."""
        return pass_tokens.by_id(self.public_keys)


def read(file: Path) -> KeyFileContent | None:
    """The content of the file; None where there is none. Raises UserError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeyFileContent)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{file}: can't be read ({error.strerror}); look at its owner and mode") from error
    except msgspec.DecodeError as error:
        raise UserError(f"{file} is no file of keys for passes: put a copy of the right one there") from error


def add_key(file: Path, now: int) -> SigningKeyRecord:
    """Make a new key, which signs from now on; makes the file where there is none. Raises UserError."""
    content = read(file) or KeyFileContent(secrets.token_hex(HASH_KEY_BYTES))
    key = SigningKeyRecord(pass_tokens.new_seed().hex(), now)
    _write(file, structs.replace(content, signing=(*content.signing, key)))
    return key


def retire_key(file: Path, key_id: str) -> SigningKeyRecord:
    """Let a key's passes be valid no more. Raises UserError."""
    content = read(file)
    keys = content.signing if content else ()
    if content is None or key_id not in [key.id for key in keys]:
        raise UserError(f"no key is called {key_id}; `hearth-server passes list-keys` shows them")
    changed = tuple(structs.replace(key, retired=True) if key.id == key_id else key for key in keys)
    _write(file, structs.replace(content, signing=changed))
    return next(key for key in changed if key.id == key_id)


def keys_of(content: KeyFileContent) -> PassKeys:
    """The keys that are in use."""
    valid = [key for key in content.signing if not key.retired]
    public_keys = tuple(key.public for key in valid)
    seed = bytes.fromhex(valid[-1].seed) if valid else None
    return PassKeys(bytes.fromhex(content.hash_key), public_keys, seed, _fingerprint(content.hash_key, public_keys))


def _fingerprint(hash_key: str, public_keys: Sequence[bytes]) -> str:
    return pass_tokens.fingerprint(bytes.fromhex(hash_key), public_keys)


def _write(file: Path, content: KeyFileContent) -> None:
    """Replace the file atomically and durably."""
    prepare(file.parent)
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as target:
            target.write(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
            target.flush()
            os.fsync(target.fileno())
        new.replace(file)
        _sync_folder(file.parent)
    except OSError as error:
        raise UserError(f"{file}: can't be written ({error.strerror}); nothing was changed") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class PassKeyring:
    """The keys as the file has them now: a running server sees what a command has changed. Thread-safe."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._keys: PassKeys | None = None

    def read(self) -> PassKeys | None:
        """The keys; None: the organisation has no passes. Raises UserError."""
        with self._lock:
            version = self._read_version()
            if version != self._version:
                content = read(self.file)
                self._keys, self._version = keys_of(content) if content else None, version
            return self._keys

    def _read_version(self) -> tuple[int, int] | None:
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino
