"""Ids carry their time and are unique."""

from sync.domain.ids import uuid7

NOON = 1_795_507_200_000


def test_an_id_is_a_uuid7_of_its_moment() -> None:
    made = uuid7(NOON)

    assert made.version == 7 and made.variant == "specified in RFC 4122"
    assert made.int >> 80 == NOON


def test_later_ids_sort_later_and_none_comes_twice() -> None:
    assert uuid7(NOON) < uuid7(NOON + 1)
    assert len({uuid7(NOON) for _ in range(10_000)}) == 10_000
