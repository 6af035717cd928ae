"""A pass is genuine exactly as it was signed: no other text is, and no text makes the check fail."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from sync import pass_tokens
from sync.pass_tokens import GenuinePass, NotGenuine

SEED, OTHER_SEED = bytes(range(32)), bytes(range(1, 33))
KEYS = pass_tokens.by_id([pass_tokens.public_key(SEED)])
PASS_ID = bytes(range(100, 116))
PASS = pass_tokens.sign(SEED, PASS_ID)
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DAMAGED = NotGenuine("damaged")


def test_a_signed_pass_is_genuine() -> None:
    assert pass_tokens.check(PASS, KEYS) == GenuinePass(PASS_ID)
    assert pass_tokens.check(pass_tokens.new_pass(SEED), KEYS) != pass_tokens.check(pass_tokens.new_pass(SEED), KEYS)


@pytest.mark.parametrize("number", range(50))
def test_a_qr_code_of_version_6_at_level_m_holds_a_pass(number: int) -> None:
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(pass_tokens.new_pass(SEED))
    code.make(fit=True)

    assert code.version == 6


def test_a_key_that_is_unknown_here_makes_a_pass_foreign() -> None:
    assert pass_tokens.check(pass_tokens.new_pass(OTHER_SEED), KEYS) == NotGenuine("foreign")
    assert pass_tokens.check(PASS, {}) == NotGenuine("foreign")


def test_after_a_rotation_passes_of_both_keys_are_genuine() -> None:
    keys = pass_tokens.by_id([pass_tokens.public_key(SEED), pass_tokens.public_key(OTHER_SEED)])

    assert isinstance(pass_tokens.check(PASS, keys), GenuinePass)
    assert isinstance(pass_tokens.check(pass_tokens.new_pass(OTHER_SEED), keys), GenuinePass)


@given(st.integers(4, 138), st.sampled_from(BASE32))
def test_no_wrong_letter_makes_a_pass(place: int, letter: str) -> None:
    changed = PASS[:place] + letter + PASS[place + 1 :]
    if changed != PASS:
        assert isinstance(pass_tokens.check(changed, KEYS), NotGenuine)


@given(st.integers(4, 137))
def test_no_two_swapped_letters_make_a_pass(place: int) -> None:
    changed = PASS[:place] + PASS[place + 1] + PASS[place] + PASS[place + 2 :]
    if changed != PASS:
        assert isinstance(pass_tokens.check(changed, KEYS), NotGenuine)


@given(st.integers(0, 84 * 8 - 1))
def test_no_flipped_bit_makes_a_pass(bit: int) -> None:
    content = bytearray(base64.b32decode(PASS.removeprefix("HP1:") + "="))
    content[bit // 8] ^= 1 << bit % 8

    changed = "HP1:" + base64.b32encode(bytes(content)).decode().rstrip("=")

    assert isinstance(pass_tokens.check(changed, KEYS), NotGenuine)


@given(st.one_of(st.text(), st.text(alphabet=BASE32, min_size=130, max_size=140).map("HP1:".__add__)))
def test_no_other_text_is_a_pass(text: str) -> None:
    assert isinstance(pass_tokens.check(text, KEYS), NotGenuine)


def test_of_the_readings_of_a_scan_the_genuine_one_counts() -> None:
    swapped = PASS.translate(str.maketrans("YZ", "ZY"))
    foreign = pass_tokens.new_pass(OTHER_SEED)

    assert pass_tokens.check_any([swapped, PASS], KEYS) == GenuinePass(PASS_ID)
    assert pass_tokens.check_any([foreign], KEYS) == NotGenuine("foreign")
    assert pass_tokens.check_any([PASS[:-1] + "A", foreign], KEYS) == DAMAGED
    assert pass_tokens.check_any([], KEYS) == DAMAGED


def test_a_signature_of_something_else_makes_no_pass() -> None:
    """The organisation's key may one day sign other messages: none of them is a pass."""
    from nacl.signing import SigningKey

    content = pass_tokens.key_id(pass_tokens.public_key(SEED)) + PASS_ID
    signature = SigningKey(SEED).sign(content).signature
    text = "HP1:" + base64.b32encode(content + signature).decode().rstrip("=")

    assert pass_tokens.check(text, KEYS) == DAMAGED


def test_the_hash_depends_on_the_key_and_the_pass_alone() -> None:
    hashes = {pass_tokens.pass_hash(key, id) for key in (b"a" * 32, b"b" * 32) for id in (PASS_ID, bytes(16))}

    assert len(hashes) == 4 and all(len(pass_hash) == 32 for pass_hash in hashes)
    assert pass_tokens.pass_hash(b"a" * 32, PASS_ID) in hashes
