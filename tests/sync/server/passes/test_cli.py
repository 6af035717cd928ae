"""The commands for passes."""

import pytest

from sync.server import pass_keys
from sync.server.kiosks import pairing
from sync.server.storage import open_ledger

FILE = "pass-keys.json"


@pytest.fixture
def place(data, clock):
    """A data folder with a venue."""
    ledger = open_ledger(data, clock)
    pairing.make_code(ledger.store, "Mill café", None, "UTC", clock.read().at)
    ledger.close()
    return data


def test_keys_are_made_listed_and_retired(run, place):
    assert "There is no key yet" in run("passes", "list-keys", data=place).stdout
    made = run("passes", "new-key", data=place)
    assert "is in no backup" in " ".join(made.stdout.split()).replace("and in no", "is in no") and FILE in made.stdout
    assert FILE not in run("passes", "new-key", data=place).stdout, "said once"
    first, second = pass_keys.read(place / FILE).signing

    assert run("passes", "retire-key", first.id, data=place).returncode == 0

    states = {
        line.split()[0]: line.split()[-1] for line in run("passes", "list-keys", data=place).stdout.splitlines()[1:]
    }
    assert states == {first.id: "retired", second.id: "signs"}
    wrong = run("passes", "retire-key", "12345678", data=place)
    assert wrong.returncode == 2 and "list-keys" in wrong.stderr


def test_a_pass_is_revoked_by_its_id(run, place):
    answer = run("passes", "revoke", "8c552f2b-6c1d-5e44-9a52-0b8d1f7c3e21", data=place)

    assert answer.returncode == 0 and "is revoked" in answer.stdout
    refused = run("passes", "revoke", "HP1:ABC", data=place)
    assert refused.returncode == 2 and "scan it once more" in refused.stderr


def test_a_kiosk_that_was_dealt_nothing_holds_nothing(run, place):
    answer = run("passes", "revoke-unused", "--kiosk", "nowhere", data=place)

    assert answer.returncode == 2
