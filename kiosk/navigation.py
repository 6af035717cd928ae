"""Navigation: which screen follows an answer. Pure data, so that every path can be read here."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Literal
from uuid import UUID

from kiosk.rules.setting_values import TemplateSettings
from kiosk.services.records.correction_records import Corrected, CorrectionOptions, UndoRefused, VisitChanged
from kiosk.services.records.host_records import HostSession, ListedHost, NewHost, NoAccess, Setup, Template
from kiosk.services.records.session_records import WeeklySession
from kiosk.services.records.visitor_records import (
    CameBack,
    CheckedIn,
    CheckedOut,
    DoorState,
    LockersElsewhere,
    NoSuchCode,
    NotOpen,
    PassChooses,
    PassSeen,
    RefusedPass,
    SessionFull,
    SeveralSessions,
    SteppedOut,
    Unconfirmed,
    VisitOver,
)
from kiosk.services.settings import EffectiveSettings


class Intent(Enum):
    """What a visitor or host can want on more than one screen."""

    COME_IN = auto()
    LEAVE = auto()
    STEP_OUT = auto()
    HOST = auto()
    HOME = auto()
    LANGUAGE = auto()
    ACCESS = auto()
    BACK = auto()


class CodeFor(Enum):
    """Why a code is asked for."""

    LEAVING = auto()
    STEPPING_OUT = auto()


@dataclass(frozen=True)
class SessionChoice:
    """Which of several sessions a party wants to join; None: the only one. ``pass_hash``: of the holder's pass."""

    session: UUID | None
    pass_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PartyChosen:
    """The party's size, and the session that it joins; None: the only one."""

    size: int
    session: UUID | None = None
    admitted_by: HostSession | None = None  # the host who lets it in over the capacity; the page stays the visitors'
    pass_hash: str | None = field(default=None, repr=False)  # of the holder's pass


@dataclass(frozen=True)
class Feeling:
    """A party has checked in and may say how it feels."""

    welcomed: CheckedIn


@dataclass(frozen=True)
class PassAsked:
    """A party has checked in and would like a pass."""

    welcomed: CheckedIn


@dataclass(frozen=True)
class HowLong:
    """A party has checked in and wants to say how long it can stay."""

    welcomed: CheckedIn


@dataclass(frozen=True)
class WhatsOn:
    """A visitor wants to see what is on now and next."""

    door: DoorState


@dataclass(frozen=True)
class CodeLost:
    """A code is lost: the host can help."""

    purpose: CodeFor


@dataclass(frozen=True)
class HelpAsked:
    """A number is needed: because two visits have this ``code``, or for a ``host`` in place of a lost code."""

    purpose: CodeFor
    code: str | None = None
    host: HostSession | None = None


@dataclass(frozen=True)
class CloseAsked:
    """A host wants to close the session that the board shows."""

    host: HostSession
    session: UUID | None


@dataclass(frozen=True)
class OverCapacityAsked:
    """A party is larger than the places left, and a host may let it in."""

    size: int
    session: UUID | None
    pass_hash: str | None = field(default=None, repr=False)  # of the holder's pass


@dataclass(frozen=True)
class SessionAsked:
    """A host wants to extend the session that the board shows, or change its capacity."""

    host: HostSession
    session: UUID


@dataclass(frozen=True)
class TimetableAsked:
    """A host wants to see the week's timetable."""

    host: HostSession


@dataclass(frozen=True)
class HostsAsked:
    """A lead wants to see the venue's hosts, or the list again after a change."""

    host: HostSession


@dataclass(frozen=True)
class WeeklyAsked:
    """A host wants to change a weekly series, or to make one from a template."""

    host: HostSession
    weekly: WeeklySession | Template


@dataclass(frozen=True)
class HostChosen:
    """A lead wants to change one of the hosts."""

    host: HostSession
    chosen: ListedHost


@dataclass(frozen=True)
class PinAsked:
    """What a host wants who has signed in by card takes the PIN too. ``following``: the page that it leads to."""

    following: "Destination"


@dataclass(frozen=True)
class PinGiven:
    """The PIN was typed, by this host."""

    following: "Destination"
    host: HostSession


@dataclass(frozen=True)
class HostNameAsked:
    """A lead wants to add a host, whose name is typed first."""

    host: HostSession


@dataclass(frozen=True)
class HostRenameAsked:
    """A lead wants to correct a host's name."""

    host: HostSession
    chosen: ListedHost


@dataclass(frozen=True)
class HostNamed:
    """The name of the host who is added."""

    host: HostSession
    name: str = field(repr=False)


@dataclass(frozen=True)
class PinsAsked:
    """A new PIN is wanted: for a host who is added, for one of the hosts, or (None) under a new key for all of them."""

    host: HostSession
    whom: NewHost | ListedHost | None


@dataclass(frozen=True)
class KeyAsked:
    """A lead wants to see the venue key."""

    host: HostSession


@dataclass(frozen=True)
class KeyEntryAsked:
    """The venue key of another kiosk is to be typed; ``host`` None: no host can sign in without it."""

    host: HostSession | None = None


@dataclass(frozen=True)
class SetupAsked:
    """The first start, or its first page again: which language."""


@dataclass(frozen=True)
class LanguageSet:
    """The venue's language was chosen. It leads to questions about the venue, the first host, or the venue key."""

    language: str
    following: "VenueAsked | FirstHostAsked | KeyEntryAsked"


@dataclass(frozen=True)
class VenueAsked:
    """The first start asks for the venue's name."""

    setup: Setup


@dataclass(frozen=True)
class ZoneAsked:
    """The first start asks for the zone's name."""

    setup: Setup


@dataclass(frozen=True)
class CountsAsked:
    """The first start asks for the numbers of pouches and lockers."""

    setup: Setup


@dataclass(frozen=True)
class FirstHostAsked:
    """The first start asks for the name of the first host."""

    setup: Setup


@dataclass(frozen=True)
class FirstPinAsked:
    """The first start shows the PIN of the first host."""

    setup: Setup


@dataclass(frozen=True)
class PairingAsked:
    """The first host may pair the kiosk with a server, now or later."""

    host: HostSession


@dataclass(frozen=True)
class ServerAsked:
    """The server's address is to be typed."""

    host: HostSession


@dataclass(frozen=True)
class PairingCodeAsked:
    """The pairing code is to be typed; ``code``: one that was scanned, to be confirmed."""

    host: HostSession
    server: str
    code: str = field(default="", repr=False)


@dataclass(frozen=True)
class CloseoutAsked:
    """A host wants to see what has not come back: of a closed session, or (None) of all ended visits."""

    host: HostSession
    session: UUID | None = None


@dataclass(frozen=True)
class EvacuateAsked:
    """Everybody has to leave; ``host`` is None where no PIN was asked for."""

    host: HostSession | None


@dataclass(frozen=True)
class RollCallAsked:
    """The roll call that is running is to be shown."""


@dataclass(frozen=True)
class RollCallEndAsked:
    """The roll call is to be ended, for which a host has to type a PIN."""


@dataclass(frozen=True)
class RollCallEnding:
    """A host may end the roll call; None: no host has a PIN here."""

    host: HostSession | None


@dataclass(frozen=True)
class CorrectAsked:
    """A host wants to correct a visit, of those that the digits find, or any. ``outcome``: of an act before."""

    host: HostSession
    sought: str = ""
    outcome: Corrected | VisitChanged | UndoRefused | None = None


@dataclass(frozen=True)
class FindAsked:
    """A host looks for a visit by a number."""

    host: HostSession


@dataclass(frozen=True)
class VisitAsked:
    """A host has chosen a visit. ``outcome``: of a correction before."""

    host: HostSession
    visit: UUID
    outcome: Corrected | None = None


@dataclass(frozen=True)
class CountAsked:
    """A host counts a party anew."""

    host: HostSession
    options: CorrectionOptions


@dataclass(frozen=True)
class NumbersAsked:
    """A host gives a party another number."""

    host: HostSession
    options: CorrectionOptions


@dataclass(frozen=True)
class TimeAsked:
    """A host says when a party has left."""

    host: HostSession
    options: CorrectionOptions


@dataclass(frozen=True)
class SplitAsked:
    """A host says which part of a party leaves earlier."""

    host: HostSession
    options: CorrectionOptions


@dataclass(frozen=True)
class SettingsAsked:
    """A host wants to see the settings, or their sections again."""

    host: HostSession


@dataclass(frozen=True)
class LockersAsked:
    """A host wants to see the lockers on boards, and to open one."""

    host: HostSession


@dataclass(frozen=True)
class OpenAllAsked:
    """All lockers are to be opened, for which a host has to type a PIN."""


@dataclass(frozen=True)
class AllLockersAsked:
    """A host may open all lockers; None: no host has a PIN here."""

    host: HostSession | None


@dataclass(frozen=True)
class ScreenSettingsAsked:
    """A lead wants to see the settings of screen and sound."""

    host: HostSession


@dataclass(frozen=True)
class SettingAsked:
    """A lead wants to choose a value for one of them."""

    host: HostSession
    name: str


@dataclass(frozen=True)
class PanelChanged:
    """A lead has chosen a value, which the screen shows at once."""

    host: HostSession
    effective: EffectiveSettings


@dataclass(frozen=True)
class StowSettingsAsked:
    """A lead wants to change the numbers of pouches and lockers."""

    host: HostSession


@dataclass(frozen=True)
class PhoneAsked:
    """A lead wants to type the venue's telephone; ``number`` is the present one."""

    host: HostSession
    number: str


@dataclass(frozen=True)
class TemplatesAsked:
    """A lead wants to see the templates."""

    host: HostSession


@dataclass(frozen=True)
class TemplateAsked:
    """A lead wants to change the template at that place."""

    host: HostSession
    place: int


@dataclass(frozen=True)
class TemplateTitleAsked:
    """A lead wants to type a template's title; ``place`` None: it is added."""

    host: HostSession
    place: int | None
    template: TemplateSettings


@dataclass(frozen=True)
class TemplatePartAsked:
    """A lead wants to choose a template's kind, length or capacity."""

    host: HostSession
    place: int
    name: str
    template: TemplateSettings


@dataclass(frozen=True)
class ServerSettingsAsked:
    """A lead wants to see the connection to the server."""

    host: HostSession


@dataclass(frozen=True)
class HealthAsked:
    """A lead wants to see the kiosk's health."""

    host: HostSession


@dataclass(frozen=True)
class SureAsked:
    """A lead wants something that is asked about once more."""

    host: HostSession
    act: Literal["unpair", "restart", "power_off"]


@dataclass(frozen=True)
class RestartAsked:
    """A lead wants the program to restart."""

    host: HostSession


@dataclass(frozen=True)
class Idle:
    """The welcome page has had no input for a while."""

    venue: str


@dataclass(frozen=True)
class Detour:
    """A screen to show in the middle of another, which is restored afterwards."""

    screen: str
    argument: object


@dataclass(frozen=True)
class Failure:
    """A request failed and nothing was confirmed; ``disk``: the ledger could not be written."""

    disk: bool


@dataclass(frozen=True)
class Destination:
    """A screen, and the record that it shows."""

    screen: str
    argument: object = None


HOME = Destination("welcome")
FIRST_START = Destination("setup_language", SetupAsked())
INTENTS = {  # lead to the same destination from every screen
    Intent.HOME: HOME,
    Intent.COME_IN: Destination("party"),
    Intent.LEAVE: Destination("code", CodeFor.LEAVING),
    Intent.STEP_OUT: Destination("code", CodeFor.STEPPING_OUT),
    Intent.HOST: Destination("host_pin"),
}
NO_ENTRY = {SeveralSessions: "which", SessionFull: "notice", NotOpen: "notice"}
AFTER_PASS = {CheckedIn: "confirmed", PassChooses: "party", PassSeen: "my_pass", RefusedPass: "notice", **NO_ENTRY}
AFTER_SCAN = {
    CheckedOut: "thanks",
    CameBack: "stepped",
    LockersElsewhere: "notice",
    NoSuchCode: "notice",
    Unconfirmed: "code",
    **AFTER_PASS,
}
AT_DOOR = {HostSession: "board", **AFTER_SCAN}  # where a host signs in by card
CORRECTED = {VisitAsked: "correct_visit", CorrectAsked: "correct"}
ANSWERS: dict[str, dict[type, str]] = {  # by screen: the screen that each type of answer leads to
    "welcome": {SeveralSessions: "which", WhatsOn: "whats_on", RollCallAsked: "evacuation", **AT_DOOR},
    "whats_on": AT_DOOR,
    "thanks": AT_DOOR,
    "stepped": AT_DOOR,
    "notice": {OverCapacityAsked: "host_pin", KeyEntryAsked: "type_key", EvacuateAsked: "evacuation", **AT_DOOR},
    "which": {SessionChoice: "party", **AFTER_PASS},
    "my_pass": AFTER_SCAN,
    "party": {PartyChosen: "stow", **NO_ENTRY},
    "stow": {CheckedIn: "confirmed", SessionChoice: "party", **NO_ENTRY},
    "confirmed": {Feeling: "feeling", PassAsked: "get_pass"},
    "get_pass": {Feeling: "feeling"},
    "feeling": {HowLong: "how_long"},
    "how_long": {Feeling: "feeling"},
    "code": {SteppedOut: "stepped", CodeLost: "host_pin", HelpAsked: "number", VisitOver: "notice", **AFTER_SCAN},
    "number": {SteppedOut: "stepped", VisitOver: "notice", **AFTER_SCAN},
    "host_pin": {
        HostSession: "board",
        HelpAsked: "number",
        KeyEntryAsked: "type_key",
        SetupAsked: "setup_language",
        NoAccess: "notice",
        PartyChosen: "stow",
        EvacuateAsked: "evacuation",
        RollCallAsked: "evacuation",
        RollCallEnding: "evacuation_end",
        AllLockersAsked: "open_all",
    },
    "setup_language": {VenueAsked: "text_entry", FirstHostAsked: "text_entry", KeyEntryAsked: "type_key"},
    "setup_counts": {ZoneAsked: "text_entry", FirstHostAsked: "text_entry"},
    "setup_pairing": {ServerAsked: "text_entry", PairingCodeAsked: "text_entry", HostSession: "board"},
    "idle": AT_DOOR,
    "board": {
        CloseAsked: "close",
        HostsAsked: "hosts",
        SettingsAsked: "settings",
        SessionAsked: "session",
        TimetableAsked: "timetable",
        CloseoutAsked: "closeout",
        CorrectAsked: "correct",
        EvacuateAsked: "evacuation",
        HelpAsked: "number",
    },
    "settings": {
        HostSession: "board",
        ScreenSettingsAsked: "settings_screen",
        StowSettingsAsked: "settings_stow",
        PhoneAsked: "text_entry",
        TemplatesAsked: "settings_templates",
        HostsAsked: "hosts",
        ServerSettingsAsked: "settings_server",
        HealthAsked: "settings_health",
        LockersAsked: "lockers",
    },
    "lockers": {SettingsAsked: "settings"},
    "settings_screen": {SettingsAsked: "settings", SettingAsked: "setting_choice"},
    "setting_choice": {
        PanelChanged: "settings_screen",
        ScreenSettingsAsked: "settings_screen",
        TemplateAsked: "settings_template",
    },
    "settings_stow": {SettingsAsked: "settings"},
    "settings_templates": {
        SettingsAsked: "settings",
        TimetableAsked: "timetable",
        TemplateAsked: "settings_template",
        TemplateTitleAsked: "text_entry",
    },
    "settings_template": {
        TemplatesAsked: "settings_templates",
        TemplateTitleAsked: "text_entry",
        TemplatePartAsked: "setting_choice",
    },
    "settings_server": {SettingsAsked: "settings", PairingAsked: "setup_pairing", SureAsked: "sure"},
    "settings_health": {SettingsAsked: "settings", SureAsked: "sure"},
    "sure": {ServerSettingsAsked: "settings_server", HealthAsked: "settings_health"},
    "close": {HostSession: "board"},
    "hosts": {
        HostSession: "board",
        HostChosen: "host",
        HostNameAsked: "text_entry",
        PinsAsked: "new_pin",
        KeyAsked: "venue_key",
        KeyEntryAsked: "type_key",
    },
    "host": {HostsAsked: "hosts", PinsAsked: "new_pin", HostRenameAsked: "text_entry"},
    "text_entry": {
        HostNamed: "host_role",
        HostChosen: "host",
        SettingsAsked: "settings",
        TemplatesAsked: "settings_templates",
        TemplateAsked: "settings_template",
        HostsAsked: "hosts",
        SetupAsked: "setup_language",
        VenueAsked: "text_entry",
        ZoneAsked: "text_entry",
        CountsAsked: "setup_counts",
        FirstPinAsked: "new_pin",
        PairingAsked: "setup_pairing",
        ServerAsked: "text_entry",
        PairingCodeAsked: "text_entry",
        HostSession: "board",
    },
    "host_role": {PinsAsked: "new_pin", HostsAsked: "hosts"},
    "new_pin": {
        HostsAsked: "hosts",
        FirstHostAsked: "text_entry",
        PairingAsked: "setup_pairing",
        KeyEntryAsked: "type_key",
        HostSession: "board",
    },
    "venue_key": {HostsAsked: "hosts", KeyEntryAsked: "type_key"},
    "type_key": {HostsAsked: "hosts"},
    "session": {HostSession: "board", CloseAsked: "close"},
    "timetable": {HostSession: "board", WeeklyAsked: "weekly"},
    "weekly": {TimetableAsked: "timetable"},
    "first_pin": {HostSession: "board"},
    "closeout": {HostSession: "board"},
    "correct": {HostSession: "board", FindAsked: "correct_number", VisitAsked: "correct_visit"},
    "correct_number": CORRECTED,
    "correct_visit": {
        CorrectAsked: "correct",
        PinAsked: "host_pin",
        CountAsked: "correct_count",
        NumbersAsked: "correct_pouch",
        TimeAsked: "correct_time",
        SplitAsked: "correct_split",
    },
    "correct_count": CORRECTED,
    "correct_pouch": CORRECTED,
    "correct_time": CORRECTED,
    "correct_split": CORRECTED,
    "evacuation": {
        RollCallEndAsked: "host_pin",
        RollCallEnding: "evacuation_end",
        OpenAllAsked: "host_pin",
        AllLockersAsked: "open_all",
    },
    "open_all": {RollCallAsked: "evacuation"},
    "evacuation_end": {HostSession: "board", RollCallAsked: "evacuation"},
}
SIGN_IN = frozenset(screen for screen, answers in ANSWERS.items() if answers.items() >= AT_DOOR.items())
SIGN_IN |= {"host_pin"}  # the screens on which a host signs in
LEADS_ONLY = frozenset({"settings", "hosts"})  # from which every other page for leads is reached
SCREENS = {(screen, answer): after for screen, answers in ANSWERS.items() for answer, after in answers.items()}


def after(screen: str, answer: object) -> Destination:
    """Where ``answer``, given on ``screen``, leads. Raises LookupError for an answer that screen doesn't give."""
    if isinstance(answer, Intent) and answer in INTENTS:
        return INTENTS[answer]
    if isinstance(answer, Failure):
        return Destination("notice", answer)
    if destination := SCREENS.get((screen, type(answer))):
        return _with_pin(Destination(destination, answer))
    raise LookupError(f"{screen} has no answer {answer!r}")


def _with_pin(destination: Destination) -> Destination:
    """The page for the PIN first, where a lead who has signed in by card goes to a page for leads."""
    host = host_of(destination.argument)
    if host and host.by_card and host.role == "lead" and destination.screen in LEADS_ONLY:
        return Destination("host_pin", PinAsked(destination))
    return destination


def host_of(argument: object) -> HostSession | None:
    """The host who has signed in for a page with this argument; None: no host has."""
    host = argument if isinstance(argument, HostSession) else getattr(argument, "host", None)
    return host if isinstance(host, HostSession) else None


def signed_in_again(destination: Destination, host: HostSession) -> Destination:
    """The page that was left, for the session of a host who has typed the PIN again."""
    argument: Any = destination.argument
    return replace(destination, argument=host if isinstance(argument, HostSession) else replace(argument, host=host))
