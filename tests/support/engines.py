"""Which tests run on both engines in the soak alone, as what they look at is above the database.

Pages, signing in, connections and limits are tried on SQLite in each run. What reads or writes in its own way on an
engine, as the ledger, pushes, allocation and the reports' figures, always runs on both.
"""

SQLITE_ENOUGH = (
    "tests/sync/server/auth/test_pages.py",
    "tests/sync/server/auth/test_account_pages.py",
    "tests/sync/server/auth/test_sign_in_limits.py",
    "tests/sync/server/auth/test_cli.py",
    "tests/sync/server/kiosks/test_device_identity.py",
    "tests/sync/server/kiosks/test_pairing_pages.py",
    "tests/sync/server/kiosks/test_restored_database.py",
    "tests/sync/server/reports/test_pages.py",
    "tests/sync/server/reports/test_saved_reports.py",
    "tests/sync/server/reports/test_shared_links.py",
    "tests/sync/server/reports/test_terms.py",
    "tests/sync/server/test_cleaned_output.py",
    "tests/sync/server/web/test_problems.py",
)
ALSO_ON_POSTGRES = (  # what a restore leaves behind differs by engine, and how documents and terms are stored
    "test_a_kiosk_receives_all_entries_below_its_last_position",
    "test_kiosks_without_new_entries_send_again_what_they_sent_since_the_backup",
    "test_our_own_restore_grants_nothing_although_no_kiosk_has_more",
    "test_what_was_shared_stays_as_it_was",
    "test_several_people_who_share_at_once_share_one_document",
    "test_a_document_is_read_as_it_was_stored",
    "test_a_saved_report_is_always_current",
    "test_a_term_is_changed_on_its_page_and_may_overlap_what_it_was",
)


def is_left_to_the_soak(nodeid: str) -> bool:
    """Whether a test is left out of a usual run."""
    path, _, name = nodeid.partition("::")
    test, _, parameters = name.partition("[")
    return "postgres" in parameters and path in SQLITE_ENOUGH and test not in ALSO_ON_POSTGRES
