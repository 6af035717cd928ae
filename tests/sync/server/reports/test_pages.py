"""The page of a report, and its downloads with the same figures."""

import csv
import io
import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from sync.server.web.days import NotADay, read_day
from sync.server.web.words import moment_words, period_words

HOUR = 60 * 60 * 1000


@pytest.fixture
def evening(central):
    """Two venues with visits today; one kiosk has been silent since this morning."""
    for venue, size in (("Mill café", 3), ("Garden house", 2)):
        kiosk = central.kiosk(venue)
        kiosk.open_session(central.now - 3 * HOUR)
        kiosk.visit(central.now - 3 * HOUR, minutes=75, size=size, kept=1)
        kiosk.push()
    kiosk.beat()


def page(central, reader, path="/"):
    return reader.get(central.url + path, timeout=60)


def test_the_page_shows_totals_and_completeness(central, signed_in, evening):
    shown = page(central, signed_in)

    assert shown.status_code == 200
    text = " ".join(re.sub(r"<[^>]+>", " ", shown.text).split())
    assert "Reported up to today 08:00 by 1 of 2 kiosks. Silent: Mill café, Main room (since today 06:15)." in text
    assert text.index("Reported up to") < text.index("Sessions")
    assert "People by day: 5 in all" in shown.text
    assert "Mill café 1 1 3 1 1 2.50 h 0 today 06:15" in text
    assert "By week By day By month CSV CSV for Excel Excel JSON" in text
    assert "23 – 24 November 2026 2 2 5 2 2 3.75 h 0" in text


def test_page_csv_and_json_have_the_same_rows(central, signed_in, evening):
    address = re.search(r'href="(/report\.csv\?[^"]+)"', page(central, signed_in).text)[1].replace("&amp;", "&")

    table = list(csv.DictReader(io.StringIO(page(central, signed_in, address).text, newline="")))
    listed = page(central, signed_in, address.replace(".csv", ".json")).json()["rows"]

    assert len(listed) == 2
    assert table == [{name: str(value) for name, value in row.items()} for row in listed]
    assert [row["venue"] for row in listed] == [row.venue for row in central.attendance(date(2026, 11, 24))]


def test_one_venue_and_period(central, signed_in, evening):
    shown = page(central, signed_in, "/?from=2026-11-24&to=2026-11-24&venue=Garden+house")

    assert "24 November 2026," in shown.text and ">Mill café</th>" not in shown.text
    assert 'href="/report.csv?from=2026-11-24&amp;to=2026-11-24&amp;venue=Garden+house"' in shown.text


def test_an_earlier_period_is_complete(central, signed_in, evening):
    assert "<b>Complete:</b> all 2 kiosks" in page(central, signed_in, "/?from=2026-11-01&to=2026-11-20").text


def test_an_empty_period_has_its_own_text(central, signed_in, evening):
    assert "Nobody came in this period" in page(central, signed_in, "/?from=2026-01-01&to=2026-01-02").text


@pytest.mark.parametrize("query", ["from=nonsense", "from=2026-11-24&to=2026-11-20", "to=9999-12-31", "venue=Nowhere"])
def test_invalid_filters_are_explained(central, signed_in, evening, query):
    shown = page(central, signed_in, f"/?{query}")

    assert shown.status_code == 400
    assert "without what could not be read" in shown.text and 'class="error"' in shown.text
    assert page(central, signed_in, f"/report.json?{query}").status_code in (400, 404)


def test_a_wrong_field_keeps_all_other_choices(central, signed_in, evening):
    text = page(central, signed_in, "/?from=1+Nov+2026&to=32.11.2026&venue=mill+caf%C3%A9&kind=event&report=stays").text

    assert 'name="from" value="1 Nov 2026"' in text and 'name="to" value="32.11.2026"' in text
    assert 'aria-invalid="true" aria-describedby="error-to"' in text
    assert 'value="Mill café" checked> Mill café' in text and '<option value="event" selected>' in text
    assert '<option value="stays" selected>' in text


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("de", "3. Nov. 2026"),
        ("es", "3 nov 2026"),
        ("ar", "3 نوفمبر 2026"),
        ("en-US,en;q=0.5", "11 Mar 2026"),
        ("en-GB", "3 Nov 2026"),
        ("", "03/11/2026"),
    ],
)
def test_days_are_read_as_the_reader_writes_them(central, signed_in, evening, language, day):
    headers = {"Accept-Language": language}

    text = signed_in.get(f"{central.url}/?from=03/11/2026&to=20.11.2026", headers=headers, timeout=60).text

    assert f'name="from" value="{day}"' in text and 'name="to" value="20' in text


@pytest.mark.parametrize("period", ["from=1970-01-02&to=9998-12-31", "from=2026-11-24&to=2026-11-24"])
def test_any_period_has_a_picture(central, signed_in, evening, period):
    text = page(central, signed_in, f"/?{period}").text

    assert text.count('<svg role="img" aria-label="People by ') == 2, "for wide and for narrow screens"


def test_names_are_escaped(central, signed_in):
    kiosk = central.kiosk("<script>alert(1)</script>")
    kiosk.visit(central.now, minutes=1)
    kiosk.push()

    assert "<script" not in page(central, signed_in).text
    assert "<script" not in page(central, signed_in, "/kiosks").text


def test_kiosks(central, signed_in, evening):
    shown = " ".join(re.sub(r"<[^>]+>", " ", page(central, signed_in, "/kiosks").text).split())

    assert "Garden house Main room in touch 0.1.0 0 0 today 08:00 today 08:00" in shown
    assert "Mill café Main room behind – – 0 today 08:00 today 06:15" in shown


@pytest.mark.parametrize("path", ["/", "/kiosks", "/report.csv"])
def test_pages_and_downloads_require_signing_in(central, browser, path):
    assert page(central, browser, path).url == f"{central.url}/login"


@pytest.mark.parametrize("name", ["dm-serif-display", "atkinson-hyperlegible", "atkinson-hyperlegible-bold"])
def test_fonts_are_ours(central, browser, name):
    style = page(central, browser, "/static/hearth.css").text

    assert f"/static/fonts/{name}.ttf" in style and "http" not in style
    assert len(page(central, browser, f"/static/fonts/{name}.ttf").content) > 10_000


def test_moments_are_formatted_relative_to_now(central):
    zone, now = ZoneInfo("UTC"), central.now
    texts = [moment_words(now - days * 24 * HOUR, zone, now) for days in (0, 1, 3, 20, 400)]

    assert texts == ["today 08:00", "yesterday 08:00", "Sat 08:00", "4 Nov 08:00", "20 Oct 2025 08:00"]
    assert period_words(date(2026, 11, 1), date(2026, 11, 30)) == "November 2026"
    assert period_words(date(2026, 11, 3), date(2026, 11, 4)) == "3 – 4 November 2026"
    assert period_words(date(2025, 12, 3), date(2026, 1, 4)) == "3 Dec 2025 – 4 Jan 2026"


def test_times_are_labelled_where_venues_have_several_time_zones(central, signed_in, evening):
    assert "time)" not in page(central, signed_in).text
    central.code("Kyoto house", time_zone="Asia/Tokyo")
    kiosk = central.kiosk("Kyoto house")
    kiosk.visit(central.now - 3 * HOUR, minutes=30)
    kiosk.push()

    report = " ".join(re.sub(r"<[^>]+>", " ", page(central, signed_in).text).split())
    fleet = " ".join(re.sub(r"<[^>]+>", " ", page(central, signed_in, "/kiosks").text).split())

    assert (
        "Silent: Kyoto house, Main room (since today 14:30, Tokyo time); Mill café, Main room (since today 06:15, UTC)"
        in report
    )
    assert "Kyoto house Tokyo time 0 1 1 1 0 0.50 h 0 today 14:30" in report
    assert "Kyoto house Tokyo time Main room behind" in fleet


def test_several_venues_have_totals_each(central, signed_in, evening):
    both = " ".join(re.sub(r"<[^>]+>", " ", page(central, signed_in).text).split())
    venue_page = page(central, signed_in, "/?venue=Mill+caf%C3%A9").text

    assert "By venue Venue Sessions" in both
    assert "Mill café 1 1 3 1 1 2.50 h 0 today 06:15" in both
    assert "By venue" not in venue_page and "By day<" in venue_page


def test_an_unknown_venue_is_explained_and_all_are_shown(central, signed_in, evening):
    shown = page(central, signed_in, "/?venue=Mil+cafe").text

    assert "No venue is called “Mil cafe”; did you mean “Mill café”?" in shown
    assert "all venues</h1>" in shown and "People by day: 5 in all" in shown


@pytest.mark.parametrize("venue", ["mill+CAF%C3%89", "+Mill+cafe%CC%81+"])
def test_a_venue_is_found_in_any_spelling(central, signed_in, evening, venue):
    assert "Mill café</h1>" in page(central, signed_in, f"/?venue={venue}").text


def test_days_are_typed_as_they_are_shown(central, signed_in, evening):
    shown = page(central, signed_in, "/?from=3+Nov+2026&to=24+nov+2026").text

    assert 'name="from" value="3 Nov 2026"' in shown and 'name="to" value="24 Nov 2026"' in shown
    assert 'href="/report.csv?from=2026-11-03&amp;to=2026-11-24"' in shown


def test_kiosks_of_one_zone_have_different_names(central, signed_in, evening):
    central.clock.move(minutes=1)
    central.kiosk("Mill café")
    text = page(central, signed_in, "/kiosks").text

    assert ">Main room 1<" in text and ">Main room 2<" in text


@pytest.mark.parametrize("text", ["31 Feb 2026", "3 Foo 2026", "2026-13-01", "Nov 2026", "1 Jan 1900", ""])
def test_a_malformed_day_is_refused(text):
    with pytest.raises(NotADay):
        read_day(text)


def test_days_of_which_no_pdf_is_made_are_written_as_all_others(central, kiosk, signed_in):
    address = f"{central.url}/report.pdf?from=2026-11-01&to=2026-11-30"

    refused = signed_in.get(address, headers={"Accept": "text/html"}, timeout=60)

    assert refused.status_code == 400 and 'id="error-to"' in refused.text
    assert 'name="from" value="1 Nov 2026"' in refused.text and 'name="to" value="30 Nov 2026"' in refused.text
