"""What is known of a host, and its encryption with the venue key: nothing else leaves the venue's kiosks."""

import base64
import binascii
import unicodedata
from typing import Literal
from uuid import UUID

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from kiosk.rules import venue_key

HostRole = Literal["host", "lead"]  # a lead may also change settings, hosts and pairing, and void visits
HostField = Literal["name", "role", "pin", "card"]  # what one change concerns; a PIN is its salt and tag
MAX_NAME = 20  # characters
PADDED = 352  # bytes of every record, so that its length tells nothing
BETWEEN = " .-'’"  # beside letters, in a name


class HostRecord(msgspec.Struct, frozen=True):
    """A host's record. ``salt`` and ``tag``: of the PIN; the salt changes with the venue key.

    ``card``: the tag of the staff card (:func:`kiosk.rules.venue_key.card_tag`); empty: none.

    ``changed``: the fields that this record sets anew, all in a host's first one; the others are as they were known.
    """

    host: UUID
    name: str  # a first name or initials; empty: of a host that an earlier release made
    role: HostRole
    salt: bytes
    tag: bytes
    changed: tuple[HostField, ...] = ("name", "role", "pin")  # earlier releases did not say
    card: bytes = b""  # earlier releases knew none

    def __repr__(self) -> str:
        """Without the name, the PIN's hash and the card's tag, so that no log shows them."""
        return f"HostRecord(host={self.host!r})"


class NotSealed(Exception):
    """It was not encrypted with this key, or for another host."""


_decoder = msgspec.json.Decoder(HostRecord)


def seal(record: HostRecord, key: bytes) -> str:
    """Encrypt a record with a random nonce (NaCl secretbox: XSalsa20 and Poly1305), as base64."""
    text = msgspec.json.encode(record)
    assert len(text) <= PADDED
    box = SecretBox(venue_key.sealing_key(key))
    return base64.b64encode(box.encrypt(text.ljust(PADDED))).decode()


def unseal(sealed: str, key: bytes, host: UUID) -> HostRecord:
    """Decrypt the record of this host. Raises NotSealed."""
    try:
        text = SecretBox(venue_key.sealing_key(key)).decrypt(base64.b64decode(sealed, validate=True))
        record = _decoder.decode(text)
    except (CryptoError, binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise NotSealed(f"the record of host {host} can't be read: {error}") from error
    if record.host != host:
        raise NotSealed(f"the record of host {host} is another host's")
    return record


def merge(earlier: HostRecord, later: HostRecord) -> HostRecord:
    """The record after a later one: of the fields that are not changed by that one, the earlier values stay.

    So two leads at kiosks that are offline from each other, of whom one corrects a name and the other gives a new PIN,
    undo nothing of each other's.
    """
    is_new_pin = "pin" in later.changed
    return HostRecord(
        earlier.host,
        later.name if "name" in later.changed else earlier.name,
        later.role if "role" in later.changed else earlier.role,
        later.salt if is_new_pin else earlier.salt,
        later.tag if is_new_pin else earlier.tag,
        card=later.card if "card" in later.changed else earlier.card,
    )


def clean_name(name: str) -> str:
    """A name in the form in which it is stored. Raises ValueError where it is empty, too long or has other signs."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 0 < len(name) <= MAX_NAME or not any(map(str.isalpha, name)) or not all(map(_is_allowed, name)):
        raise ValueError(f"a host's name has 1 to {MAX_NAME} letters")
    return name


def _is_allowed(sign: str) -> bool:
    return sign in BETWEEN or unicodedata.category(sign)[0] in "LM"  # letters and their marks
