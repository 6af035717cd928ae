"""The pages' languages: whole catalogues, days and numbers as each language writes them, and who gets which."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from html import unescape

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal

from assets.translate import PAGES, TextDomain, template
from sync.languages import LANGUAGES, SOURCE
from sync.server.reports.funder_report import ABOUT
from sync.server.reports.registry import REPORTS
from sync.server.reports.visit_rows import VISITS
from sync.server.web import i18n, words
from sync.server.web.days import read_day
from sync.server.web.languages import COOKIE, reader_of, reading_in
from tests.support.catalogues import check_complete, check_placeholders, check_plurals, read_catalogue

CODES = sorted(LANGUAGES.keys() - {SOURCE})
TAG = re.compile(r"</?(\w+)")
ADDRESS = re.compile(r'href="([^"]*)"|id="([^"]*)"')
DAY = date(2026, 11, 3)


@pytest.fixture
def engine():
    return "sqlite"


@pytest.fixture
def read_in() -> Iterator[Callable[[str], None]]:
    """Makes the test's reader one of this language."""
    with ExitStack() as stack:
        yield lambda code: stack.enter_context(reading_in(code))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("check", [check_complete, check_placeholders, check_plurals])
def test_the_pages_are_translated(code: str, check: Callable[[TextDomain, str], None]) -> None:
    check(PAGES, code)


def test_every_text_of_a_report_is_in_the_catalogues():
    texts = {VISITS.title, *ABOUT.values()}
    for report in REPORTS:
        texts |= {report.title, report.question, *report.notes}
    for table in (*REPORTS, VISITS):
        for column in table.columns:
            texts |= {column.heading, column.definition, column.unit, *column.labels.values()}

    assert texts - {""} <= {message.id for message in template(PAGES)}


@pytest.mark.parametrize("code", CODES)
def test_translations_have_the_tags_and_addresses_of_their_source(code):
    for message in read_catalogue(PAGES, code):
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for translation in [message.string] if isinstance(message.string, str) else message.string:
            assert sorted(TAG.findall(translation)) == sorted(TAG.findall(source)), translation
            assert sorted(ADDRESS.findall(translation)) == sorted(ADDRESS.findall(source)), translation


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_day_is_read_as_the_page_writes_it(code, read_in):
    read_in(code)
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]

    assert [read_day(words.full_day_words(day)) for day in days] == days


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "3. November 2026"),
        ("de", "3. Nov 2026"),
        ("fr", "3 nov. 2026"),
        ("fr", "3 novembre 2026"),
        ("es", "3 de noviembre de 2026"),
        ("nl", "3 november 2026"),
        ("ar", "3 نوفمبر 2026"),
        ("ar", "٣ نوفمبر ٢٠٢٦"),
        ("ar", "٢٠٢٦-١١-٠٣"),
        ("en", "3 Sept 2026"),
        ("de", "3 Nov 2026"),
    ],
)
def test_days_are_read_in_words(code, text, read_in):
    read_in(code)

    assert read_day(text) == (date(2026, 9, 3) if "Sept" in text else DAY)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("number", "decimals"), [(7, 0), (1126, 0), (1234567, 0), (4.5, 1), (-1234.56, 2)])
def test_numbers_follow_cldr(code, number, decimals, read_in):
    read_in(code)
    expected = format_decimal(number, "#,##0" + ("." + "0" * decimals if decimals else ""), i18n.locale())

    assert i18n.number_text(number, decimals).removeprefix("\N{LEFT-TO-RIGHT MARK}") == expected


@pytest.mark.parametrize("code", CODES)
def test_days_follow_cldr(code, read_in):
    read_in(code)

    assert words.period_words(DAY, DAY) == format_date(DAY, "long", locale=i18n.locale())


def test_outside_of_requests_texts_are_english():
    assert i18n.say("Kiosks") == "Kiosks" and words.period_words(DAY, DAY) == "3 November 2026"


@pytest.mark.parametrize("people", [1, 2, 3, 11, 100])
def test_arabic_has_its_own_plurals(people, read_in):
    read_in("ar")

    texts = {number: i18n.counted("{number} person", "{number} people", number) for number in (1, 2, 3, 11, 100)}

    assert len(set(texts.values())) == 5
    assert people < 3 or str(people) in texts[people]


@pytest.mark.parametrize(
    ("accepted", "chosen", "language"),
    [
        ("", "", "en"),
        ("de-CH,de;q=0.9,en;q=0.8", "", "de"),
        ("it,fr;q=0.5", "", "fr"),
        ("it", "", "en"),
        ("fr;q=0, de;q=0.1", "", "de"),
        ("de", "ar", "ar"),
        ("de", "xx", "de"),
    ],
)
@pytest.mark.parametrize("other", ["a=b", 'a[1]={"x": 1}', "=", "ü"])
def test_who_gets_which_language(accepted, chosen, language, other):
    headers = [(b"accept-language", accepted.encode()), (b"cookie", f"{other}; {COOKIE}={chosen}".encode())]

    reader = reader_of({"type": "http", "method": "GET", "path": "/plan", "query_string": b"x=1", "headers": headers})

    assert (reader.language, reader.address) == (language, "/plan?x=1")


def test_a_language_is_chosen_on_a_page_and_kept(central, signed_in):
    page = signed_in.get(f"{central.url}/kiosks", timeout=60)
    chosen = signed_in.post(
        f"{central.url}/language",
        data={"language": "ar", "back": "/kiosks"},
        headers={"Origin": central.url},
        timeout=60,
    )

    assert '<html lang="en" dir="ltr">' in page.text and page.headers["Content-Language"] == "en"
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))
    assert chosen.url == f"{central.url}/kiosks" and '<html lang="ar" dir="rtl">' in chosen.text
    assert "<h1>الأجهزة</h1>" in chosen.text
    assert 'lang="ar" dir="rtl"' in signed_in.get(f"{central.url}/account", timeout=60).text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example/", "", "/x\ny"])
def test_the_choice_of_a_language_leads_nowhere_else(central, signed_in, back):
    answer = signed_in.post(
        f"{central.url}/language",
        data={"language": "de", "back": back},
        headers={"Origin": central.url},
        allow_redirects=False,
        timeout=60,
    )

    assert answer.status_code == 303 and answer.headers["Location"] == "/today"


def test_errors_are_in_the_readers_language(central, signed_in):
    headers = {"Accept-Language": "de", "Accept": "text/html"}

    answer = signed_in.get(f"{central.url}/nothing", headers=headers, timeout=60)

    assert answer.status_code == 404 and "<h1>Nicht hier</h1>" in answer.text
    assert "Unter /nothing gibt es nichts." in unescape(answer.text)


def test_programs_get_the_same_files_in_every_language(central, signed_in):
    german = {"Accept-Language": "de"}
    for address in ("/report.csv", "/report.json?from=2026-11-01&to=2026-11-30", "/report.csv?report=stays"):
        answers = [signed_in.get(central.url + address, headers=headers, timeout=60) for headers in ({}, german)]

        assert answers[0].text == answers[1].text, address
