"""Frames of locker boards: the vectors that were captured or computed, noise, and any bytes at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.locker_frames import (
    LONGEST,
    QUERY,
    UNLOCK,
    BoardStates,
    ChannelStatus,
    find_frames,
    query,
    unlock,
    with_bcc,
)


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (unlock(1, 1), "8A 01 01 11 9B"),
        (unlock(1, 24), "8A 01 18 11 82"),
        (unlock(2, 1), "8A 02 01 11 98"),
        (query(1, 1), "80 01 01 33 B3"),
        (query(1), "80 01 00 33 B2"),
    ],
)
def test_requests_are_as_documented(request_bytes: bytes, expected: str) -> None:
    assert request_bytes == bytes.fromhex(expected)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("8A 01 01 00 8A", ChannelStatus(UNLOCK, 1, 1, 0x00)),
        ("8A 01 01 11 9B", ChannelStatus(UNLOCK, 1, 1, 0x11)),
        ("80 01 01 11 91", ChannelStatus(QUERY, 1, 1, 0x11)),
        ("80 01 01 00 80", ChannelStatus(QUERY, 1, 1, 0x00)),
    ],
)
def test_replies_about_one_channel(reply: str, expected: ChannelStatus) -> None:
    assert find_frames(bytes.fromhex(reply), wants_states=False) == ([expected], b"")


@pytest.mark.parametrize(
    ("reply", "bits"), [("80 01 00 00 00 33 B2", 0), ("80 01 00 00 01 33 B3", 1), ("80 01 05 33 B7", 5)]
)
def test_replies_about_all_channels(reply: str, bits: int) -> None:
    frames, rest = find_frames(bytes.fromhex(reply), wants_states=True)
    assert frames == [BoardStates(1, bits)] and rest == b""


def test_all_doors_of_a_board_can_not_be_opened_at_once() -> None:
    with pytest.raises(ValueError, match="every door"):
        unlock(1, 0)


def test_a_reply_about_all_that_looks_like_one_about_a_channel_is_read_as_what_was_asked_for() -> None:
    reply = with_bcc(QUERY, 1, 0x10, 0x00, QUERY ^ 1 ^ 0x10, 0x33)  # its first five bytes have a right check byte
    assert find_frames(reply, wants_states=True)[0] == [BoardStates(1, 0x100091)]


def test_the_echo_of_a_query_of_one_channel_is_no_reply() -> None:
    assert find_frames(query(1, 1), wants_states=False)[0] == []


@given(noise=st.binary(max_size=40), board=st.integers(1, 31), channel=st.integers(1, 24))
def test_a_frame_after_noise_is_found(noise: bytes, board: int, channel: int) -> None:
    frame = with_bcc(UNLOCK, board, channel, 0x11)
    frames, _ = find_frames(bytes(byte & 0x7F for byte in noise) + frame, wants_states=False)
    assert frames == [ChannelStatus(UNLOCK, board, channel, 0x11)]


@given(data=st.binary(max_size=400), wants_states=st.booleans())
def test_any_bytes_are_read_without_an_error_and_little_is_kept(data: bytes, wants_states: bool) -> None:
    frames, rest = find_frames(data, wants_states)
    assert len(rest) <= LONGEST and len(frames) <= len(data) // 5 + 1
