"""Page classes by page name; each is imported when it is first shown, to start quickly."""

from pkgutil import resolve_name

from kiosk.ui.screens.shared.page import Page

PAGES = {
    "welcome": "kiosk.ui.screens.visitor.welcome:Welcome",
    "party": "kiosk.ui.screens.visitor.party:Party",
    "which": "kiosk.ui.screens.visitor.which_session:Which",
    "whats_on": "kiosk.ui.screens.visitor.whats_on:WhatsOnNow",
    "stow": "kiosk.ui.screens.visitor.stow:Stow",
    "reach": "kiosk.ui.screens.visitor.reach:Reach",
    "confirmed": "kiosk.ui.screens.visitor.confirmed:Confirmed",
    "how_long": "kiosk.ui.screens.visitor.how_long:HowLongCanYouStay",
    "feeling": "kiosk.ui.screens.visitor.feeling:FeelingBefore",
    "code": "kiosk.ui.screens.visitor.code:Code",
    "number": "kiosk.ui.screens.visitor.pouch_number:Number",
    "thanks": "kiosk.ui.screens.visitor.thanks:Thanks",
    "stepped": "kiosk.ui.screens.visitor.stepped:Stepped",
    "my_pass": "kiosk.ui.screens.visitor.my_pass:MyPass",
    "get_pass": "kiosk.ui.screens.visitor.get_pass:GetPass",
    "idle": "kiosk.ui.screens.visitor.idle:IdleScreen",
    "setup_language": "kiosk.ui.screens.host.setup_language:SetupLanguage",
    "setup_counts": "kiosk.ui.screens.host.setup_counts:SetupCounts",
    "setup_pairing": "kiosk.ui.screens.host.setup_pairing:SetupPairing",
    "host_pin": "kiosk.ui.screens.host.host_pin:HostPin",
    "board": "kiosk.ui.screens.host.board:Board",
    "hosts": "kiosk.ui.screens.host.hosts:Hosts",
    "host": "kiosk.ui.screens.host.one_host:OneHost",
    "text_entry": "kiosk.ui.screens.host.text_entry:TextEntry",
    "host_role": "kiosk.ui.screens.host.host_role:ChooseRole",
    "new_pin": "kiosk.ui.screens.host.new_pin:ShowNewPin",
    "venue_key": "kiosk.ui.screens.host.venue_key:ShowVenueKey",
    "type_key": "kiosk.ui.screens.host.type_key:TypeVenueKey",
    "settings": "kiosk.ui.screens.host.settings_menu:SettingsMenu",
    "settings_screen": "kiosk.ui.screens.host.settings_screen:ScreenSettings",
    "setting_choice": "kiosk.ui.screens.host.setting_choice:ChooseSetting",
    "settings_stow": "kiosk.ui.screens.host.settings_stow:StowNumbers",
    "settings_templates": "kiosk.ui.screens.host.settings_templates:TemplateList",
    "settings_template": "kiosk.ui.screens.host.settings_templates:OneTemplate",
    "settings_server": "kiosk.ui.screens.host.settings_server:ServerPage",
    "settings_health": "kiosk.ui.screens.host.settings_health:HealthPage",
    "sure": "kiosk.ui.screens.host.sure:Sure",
    "close": "kiosk.ui.screens.host.close_session:Close",
    "correct": "kiosk.ui.screens.host.correct:Correct",
    "correct_number": "kiosk.ui.screens.host.correct_number:CorrectNumber",
    "correct_visit": "kiosk.ui.screens.host.correct_visit:CorrectVisit",
    "correct_count": "kiosk.ui.screens.host.correct_count:CorrectCount",
    "correct_pouch": "kiosk.ui.screens.host.correct_pouch:CorrectPouch",
    "correct_time": "kiosk.ui.screens.host.correct_time:CorrectTime",
    "correct_split": "kiosk.ui.screens.host.correct_split:CorrectSplit",
    "evacuation": "kiosk.ui.screens.host.evacuation:EvacuationPage",
    "evacuation_end": "kiosk.ui.screens.host.evacuation_end:EvacuationEnd",
    "open_all": "kiosk.ui.screens.host.open_all:OpenAllLockers",
    "lockers": "kiosk.ui.screens.host.lockers:LockersPage",
    "session": "kiosk.ui.screens.host.session:RunningSession",
    "timetable": "kiosk.ui.screens.host.timetable:WeekTimetable",
    "weekly": "kiosk.ui.screens.host.weekly:Weekly",
    "closeout": "kiosk.ui.screens.host.outstanding:Outstanding",
    "language": "kiosk.ui.screens.shared.language:Language",
    "access": "kiosk.ui.screens.shared.access:Access",
    "notice": "kiosk.ui.screens.shared.notice:Notice",
}


def find(name: str) -> type[Page]:
    """The page's class. Raises KeyError for an unknown name."""
    page: type[Page] = resolve_name(PAGES[name])
    return page
