"""The text of a pass: a random id that the organisation has signed, so that any kiosk knows a genuine one offline.

``HP1:`` and 135 letters of base32 (RFC 4648, upper case, without padding): 4 bytes that say which key, 16 random bytes,
and the Ed25519 signature (RFC 8032) of both. That is version 6 of a QR code at level M, in its alphanumeric mode. What
is stored and what travels is a keyed hash of the random bytes. docs/passes.md has the reasons.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

PREFIX = "HP1:"
KEY_ID_BYTES, RANDOM_BYTES, SIGNATURE_BYTES, SEED_BYTES, HASH_KEY_BYTES = 4, 16, 64, 32, 32
LETTERS = 135  # of base32 for 84 bytes
PASS_TEXT = re.compile(f"{PREFIX}[A-Z2-7]{{{LETTERS}}}")
SIGNED = b"hearth pass 1\0"  # begins every signed message, so that no other signature of the key makes a pass
HASHED = b"hearth pass hash 1\0"
HASHED_CARD = b"hearth card hash 1\0"
HASH_BYTES = 16

PublicKeys = Mapping[bytes, bytes]  # by key id


@dataclass(frozen=True)
class GenuinePass:
    """A pass that this organisation has signed. ``id``: its random bytes, which are stored nowhere."""

    id: bytes


@dataclass(frozen=True)
class NotGenuine:
    """``foreign``: signed by a key that is unknown here; ``damaged``: misread, or made up."""

    why: Literal["foreign", "damaged"]


def new_seed() -> bytes:
    """A new private key."""
    return secrets.token_bytes(SEED_BYTES)


def public_key(seed: bytes) -> bytes:
    """The public key of a private one, 32 bytes."""
    from nacl.signing import SigningKey

    return bytes(SigningKey(seed).verify_key)


def key_id(public: bytes) -> bytes:
    """Which key it is, as a pass says it."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


def by_id(public_keys: Iterable[bytes]) -> dict[bytes, bytes]:
    """Public keys by their ids."""
    return {key_id(public): public for public in public_keys}


def fingerprint(hash_key: bytes, public_keys: Iterable[bytes]) -> str:
    """Stands for all keys that a kiosk has of its organisation: another one means other keys."""
    return hmac.digest(hash_key, b"".join(sorted(public_keys)), "sha256")[:KEY_ID_BYTES].hex()


def new_pass(seed: bytes) -> str:
    """The text of a new pass, signed with this private key."""
    return sign(seed, secrets.token_bytes(RANDOM_BYTES))


def sign(seed: bytes, pass_id: bytes) -> str:
    """The text of the pass with these random bytes."""
    from nacl.signing import SigningKey

    content = key_id(public_key(seed)) + pass_id
    signature = SigningKey(seed).sign(SIGNED + content).signature
    return PREFIX + base64.b32encode(content + signature).decode().rstrip("=")


def check(text: str, public_keys: PublicKeys) -> GenuinePass | NotGenuine:
    """Whether this is a pass of the organisation with these keys."""
    content = _decode(text)
    if content is None:
        return NotGenuine("damaged")
    public = public_keys.get(content[:KEY_ID_BYTES])
    if public is None:
        return NotGenuine("foreign")
    return _verify(content, public)


def check_any(readings: Iterable[str], public_keys: PublicKeys) -> GenuinePass | NotGenuine:
    """The genuine one of the texts that a scan can be; a scanner that types may be set to another keyboard layout."""
    outcomes = [check(reading, public_keys) for reading in readings]
    for outcome in outcomes:
        if isinstance(outcome, GenuinePass):
            return outcome
    is_foreign = bool(outcomes) and all(outcome == NotGenuine("foreign") for outcome in outcomes)
    return NotGenuine("foreign" if is_foreign else "damaged")


def pass_hash(hash_key: bytes, pass_id: bytes) -> str:
    """What is stored and what travels of a pass: HMAC-SHA256 with the organisation's key, in hex."""
    return hmac.digest(hash_key, HASHED + pass_id, "sha256")[:HASH_BYTES].hex()


def card_hash(hash_key: bytes, card: str, generation: int = 0) -> str:
    """The same for a card that stands for a pass, by its normal form.

    ``generation``: how often its pass was forgotten; each time it becomes another pass.
    """
    return hmac.digest(hash_key, HASHED_CARD + f"{generation} {card}".encode(), "sha256")[:HASH_BYTES].hex()


def _decode(text: str) -> bytes | None:
    if not PASS_TEXT.fullmatch(text):
        return None
    try:
        content = base64.b32decode(text.removeprefix(PREFIX) + "=")
    except binascii.Error:
        return None
    # the last letter has three bits that mean nothing: only one way of writing a pass is accepted
    is_canonical = base64.b32encode(content).decode().rstrip("=") == text.removeprefix(PREFIX)
    return content if is_canonical else None


def _verify(content: bytes, public: bytes) -> GenuinePass | NotGenuine:
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    signed, signature = content[:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:]
    try:
        VerifyKey(public).verify(SIGNED + signed, signature)
    except BadSignatureError:
        return NotGenuine("damaged")
    return GenuinePass(signed[KEY_ID_BYTES:])
