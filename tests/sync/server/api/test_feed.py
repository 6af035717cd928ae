"""GET /v1/feed: entries of the venue's other kiosks, and no others."""

import pytest
import requests


def feed(kiosk, **query):
    return requests.get(f"{kiosk.central.url}/v1/feed", params=query, headers=kiosk.headers, timeout=60)


@pytest.fixture
def sibling(central):
    return central.kiosk("Mill café")


def test_the_feed_has_the_entries_of_the_venues_other_kiosks(kiosk, sibling):
    kiosk.visit(at=kiosk.central.now, minutes=30)
    kiosk.push()

    answer = feed(sibling, after=0)

    assert answer.status_code == 200
    assert [entry["kind"] for entry in answer.json()["entries"]] == ["visit.checked_in", "visit.checked_out"]
    rest = feed(sibling, after=answer.json()["position"]).json()
    assert (rest["entries"], rest["position"]) == ([], 2)


def test_a_page_has_its_limit(kiosk, sibling):
    for _ in range(3):
        kiosk.visit(at=kiosk.central.now, minutes=None)
    kiosk.push()

    pages = [feed(sibling, after=after, limit=2).json() for after in (0, 2)]

    assert [(len(page["entries"]), page["position"]) for page in pages] == [(2, 2), (1, 3)]


def test_own_entries_are_passed_over(kiosk):
    kiosk.visit(at=kiosk.central.now, minutes=None)
    kiosk.push()

    page = feed(kiosk).json()
    assert (page["entries"], page["position"]) == ([], 1)


def test_a_kiosk_that_lost_its_disk_reads_its_own_entries(kiosk, sibling):
    kiosk.visit(at=kiosk.central.now, minutes=30)
    kiosk.push()
    sibling.visit(at=kiosk.central.now, minutes=None)
    sibling.push()

    page = feed(kiosk, own=True).json()

    assert [entry["id"] for entry in page["entries"]] == [str(entry.id) for entry in kiosk.written]
    assert (page["position"], page["own"]) == (3, True)
    rest = feed(kiosk, own=True, after=3).json()
    assert (rest["entries"], rest["position"], rest["own"]) == ([], 3, True)


def test_another_venue_receives_nothing(central, kiosk):
    kiosk.visit(at=central.now, minutes=None)
    kiosk.push()

    assert feed(central.kiosk("Library East")).json() == {"entries": [], "position": 0}


def test_without_a_token_there_is_nothing(central):
    assert requests.get(f"{central.url}/v1/feed", timeout=60).status_code == 401


@pytest.mark.parametrize(
    "query", [{"after": -1}, {"after": "x"}, {"limit": 0}, {"limit": 1001}, {"own": "x"}, {"after": 2**70}]
)
def test_an_invalid_query_is_refused(kiosk, problem, query):
    answer = feed(kiosk, **query)

    assert problem(answer)["status"] == 400
