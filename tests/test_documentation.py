"""The documentation names what exists, and all of it: commands, options, settings, messages, events, links and paths.

Where a page describes something in full, a heading names it (`### `hearth-server pair``) and the first column of the
tables below it, up to the next heading, has its parts.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from msgspec.inspect import StructType, Type, UnionType, VarTupleType, type_info

from kiosk import __main__ as kiosk_command
from kiosk.settings import KioskSettings
from sync import protocol
from sync.allocation import model
from sync.domain.events import KINDS, Entry, Event
from sync.server import __main__ as server_command
from sync.server.settings import ServerSettings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROGRAMS = {"hearth-kiosk": kiosk_command.main, "hearth-server": server_command.main}
OF_EVERY_COMMAND = "Options of every command"  # a heading
HELP = {"--help", "--version"}
MESSAGES = [
    protocol.EnrolRequest,
    protocol.Enrolled,
    protocol.Pushed,
    protocol.Feed,
    protocol.Heartbeat,
    protocol.HeartbeatAnswer,
    model.Grant,
    model.AllocationReport,
    model.Share,
    model.Amounts,
]

FENCED = re.compile(r"^```.*?$\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"(?<![\w/.<-])(?:kiosk|sync|tests|docs|config|assets)/[\w./*-]*[\w*]")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
SUBCOMMAND = re.compile(r"^ {4}([a-z-]+)\b", re.MULTILINE)
TARGET = re.compile(r"\bmake ([a-z-]+)")
COMMENT = re.compile(r"\s+#.*$")


@dataclass(frozen=True)
class Document:
    """A page: its text, and the code in it."""

    text: str

    @property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return FENCED.sub("", self.text)

    @property
    def code(self) -> list[str]:
        """The lines of its blocks, without comments and with continued lines joined, and its spans."""
        blocks = "\n".join(FENCED.findall(self.text)).replace("\\\n", " ")
        return [COMMENT.sub("", line) for line in blocks.splitlines()] + SPAN.findall(self.prose)

    @property
    def sections(self) -> dict[str, str]:
        """The text below each heading, up to the next one, by the heading without backticks."""
        titles_and_bodies = HEADING.split(self.prose)
        return {
            title.replace("`", ""): body
            for title, body in zip(titles_and_bodies[1::2], titles_and_bodies[2::2], strict=True)
        }


def read(*files: Path) -> Document:
    return Document("\n".join(file.read_text() for file in files))


CURRENT = [file for file in DOCUMENTS if file.name != "CHANGELOG.md"]  # which describes earlier releases
ALL = read(*CURRENT)
SECTIONS = {title: body for file in CURRENT for title, body in read(file).sections.items()}


def rows(section: str) -> list[list[str]]:
    """The cells of a section's tables, without their heads."""
    lines = [line.strip().strip("|").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines if not set("".join(line)) <= set("|- ")][1:]


def first_column(section: str) -> set[str]:
    """What the first column of a section's tables names as code."""
    return {name for row in rows(section) for name in SPAN.findall(row[0])}


# commands


@pytest.fixture
def commands(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The options of each command, as its --help prints them: "hearth-server account list" has --config and --data."""
    monkeypatch.setenv("COLUMNS", "200")
    options_by_command: dict[str, set[str]] = {}
    for program, main in PROGRAMS.items():
        collect(program, main, [], capsys, options_by_command)
    return options_by_command


def collect(
    program: str,
    main: Callable[[list[str]], int],
    words: list[str],
    capsys: pytest.CaptureFixture[str],
    options_by_command: dict[str, set[str]],
) -> None:
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    text = capsys.readouterr().out
    if "COMMAND" not in text:
        options_by_command[" ".join([program, *words])] = set(OPTION.findall(text.partition("example:")[0])) - HELP
        return
    for name in SUBCOMMAND.findall(text):
        collect(program, main, [*words, name], capsys, options_by_command)


def test_every_command_has_a_section_with_its_options(commands: dict[str, set[str]]) -> None:
    described = {title: options_in(body) for title, body in SECTIONS.items() if title.startswith(tuple(PROGRAMS))}
    shared = options_in(SECTIONS[OF_EVERY_COMMAND])
    server = [options for command, options in commands.items() if command.startswith("hearth-server")]

    assert shared == set.intersection(*server)
    assert described == {
        command: options - shared if command.startswith("hearth-server") else options
        for command, options in commands.items()
    }


def options_in(section: str) -> set[str]:
    return {option for name in first_column(section) for option in OPTION.findall(name)}


def test_every_command_that_is_named_exists(commands: dict[str, set[str]]) -> None:
    wrong = [line for line in ALL.code for part in calls(line) if not is_call(part, commands)]
    assert not wrong


def calls(line: str) -> list[str]:
    """The calls of our programs in a line of code."""
    return re.findall(r"(?:^|[ /;])(hearth-(?:kiosk|server)(?: .*)?)$", line)


def is_call(call: str, commands: dict[str, set[str]]) -> bool:
    program, *words = call.split()
    options = set(OPTION.findall(call))
    if not words or set(words) <= HELP:
        return program in PROGRAMS
    command = next((name for name in (" ".join([program, *words[:n]]) for n in (2, 1)) if name in commands), None)
    if command is None:  # a group of commands: hearth-server account --help
        return any(name.startswith(f"{program} {words[0]} ") for name in commands) and set(words[1:]) <= HELP
    return options <= commands[command] | HELP


def test_every_option_that_is_named_exists(commands: dict[str, set[str]]) -> None:
    existing = set().union(*commands.values(), HELP)
    named = {option for span in SPAN.findall(ALL.prose) if span.startswith("--") for option in OPTION.findall(span)}
    assert named <= existing


# settings


def fields_of(struct: type[msgspec.Struct]) -> dict[str, object]:
    """The default of each field; ``msgspec.NODEFAULT`` where it has none."""
    return {field.name: field.default for field in msgspec.structs.fields(struct)}


def nested(of: Type) -> type[msgspec.Struct] | None:
    """The struct that a setting is, or a list of settings is made of."""
    inner = of.item_type if isinstance(of, VarTupleType) else of
    return inner.cls if isinstance(inner, StructType) else None


def kinds_of(of: Type) -> list[StructType]:
    """The structs that a tag tells apart."""
    types = of.types if isinstance(of, UnionType) else (of,)
    return [kind for kind in types if isinstance(kind, StructType) and kind.tag]


def settings() -> dict[str, type[msgspec.Struct]]:
    """The sections of both settings files, by the heading that describes each."""
    kiosk = type_info(KioskSettings)
    assert isinstance(kiosk, StructType)
    structs_by_table: dict[str, type[msgspec.Struct]] = {"server.toml": ServerSettings}
    for field in kiosk.fields:
        if isinstance(field.type, VarTupleType) and kinds_of(field.type.item_type):
            for kind in kinds_of(field.type.item_type):
                structs_by_table[f'[[{field.name}]], kind = "{kind.tag}"'] = kind.cls
            continue
        struct = nested(field.type)
        assert struct is not None, f"{field.name} is outside of a section"
        structs_by_table[f"[[{field.name}]]" if isinstance(field.type, VarTupleType) else f"[{field.name}]"] = struct
    return structs_by_table


@pytest.mark.parametrize("heading", settings())
def test_every_setting_is_described_with_its_default(heading: str) -> None:
    described = {row[0].strip("`"): default_in(row[1]) for row in rows(SECTIONS[heading])}
    assert described == fields_of(settings()[heading])


def default_in(cell: str) -> object:
    if cell in ("none", "required"):
        return None if cell == "none" else msgspec.NODEFAULT
    value = tomllib.loads(f"value = {cell.strip('`')}")["value"]
    return tuple(value) if isinstance(value, list) else value


def test_no_section_of_settings_is_invented() -> None:
    named = {title for title in SECTIONS if title.startswith("[")}
    assert named == settings().keys() - {"server.toml"}


@pytest.mark.parametrize(
    ("file", "structs"),
    [("kiosk.toml", [s for h, s in settings().items() if h.startswith("[")]), ("server.toml", [ServerSettings])],
)
def test_every_setting_is_in_the_example(file: str, structs: list[type[msgspec.Struct]]) -> None:
    text = (ROOT / "config" / file).read_text()
    tags = {struct.__struct_config__.tag_field for struct in structs if struct.__struct_config__.tag_field}
    keys = {key for struct in structs for key in fields_of(struct)} | tags
    assert set(re.findall(r"^(?:# )?([a-z_]+) =", text, re.MULTILINE)) == keys


# protocol


def json_names(struct: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(struct)}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_every_field_of_a_message_is_described(message: type[msgspec.Struct]) -> None:
    assert first_column(SECTIONS[message.__name__]) == json_names(message)


def test_every_field_of_an_entry_is_described() -> None:
    assert first_column(SECTIONS["Entries"]) == json_names(Entry)


def test_every_kind_of_event_is_described_with_its_fields() -> None:
    described = {row[0].strip("`"): row[2] for row in rows(SECTIONS["Kinds of events"])}

    assert described.keys() == {kind for kind, _ in KINDS}
    for event in KINDS.values():
        assert mentions(described[event.kind], json_names(event)), event.kind


def mentions(cell: str, names: Iterable[str]) -> bool:
    return set(names) <= set(SPAN.findall(cell))


def test_headers_of_the_protocol_are_described() -> None:
    named = first_column(SECTIONS["Rules for every request"])
    assert {protocol.DEVICE_HEADER, protocol.TURN_HEADER, protocol.UNSENT_FROM} <= named


def test_the_server_alone_states_what_is_marked_so() -> None:
    marked = {row[0].strip("`") for row in rows(SECTIONS["Kinds of events"]) if "server only" in row[2]}
    assert marked == {"session.planned", "session.cancelled", "venue.configured", "kiosk.revoked"}
    assert all(issubclass(event, Event) for event in KINDS.values())


# links and paths


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    broken = []
    for link in LINK.findall(read(file).prose):
        if link.startswith(("http://", "https://", "/")):
            continue
        place, _, anchor = link.partition("#")
        target = file.parent / place if place else file
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def anchors(file: Path) -> set[str]:
    """The headings' addresses, as GitHub makes them."""
    titles = (title.lower().replace("`", "") for title in HEADING.findall(read(file).prose))
    return {re.sub(r"[^\w\- ]", "", title).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_paths_exist(file: Path) -> None:
    paths = {path for line in read(file).code for path in PATH.findall(line)}
    assert not {path for path in paths if not any(ROOT.glob(path))}


def test_every_page_is_reached_from_the_readme() -> None:
    linked = {(ROOT / link.partition("#")[0]).resolve() for link in LINK.findall((ROOT / "README.md").read_text())}
    assert {file for file in DOCUMENTS if file.name != "README.md"} <= linked


@pytest.mark.parametrize("package", ["kiosk", "sync"])
def test_every_package_is_on_the_map(package: str) -> None:
    packages = {file.parent.relative_to(ROOT).as_posix() for file in (ROOT / package).rglob("__init__.py")}
    code = "\n".join(read(ROOT / "docs" / "architecture.md").code)
    assert not {name for name in packages if not re.search(rf"(?<![\w/]){name}(?![\w])", code)}


def test_files_of_the_makefile_exist() -> None:
    words = (ROOT / "Makefile").read_text().split()
    named = {word for word in words if re.fullmatch(r"(tests|config|kiosk|sync|assets)(/\w+)+(\.py)?", word)}
    assert {"tests/faults", "config/prepare.py"} <= named
    assert not {name for name in named if not (ROOT / name).exists()}


def test_targets_of_make_exist_and_are_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    named = {target for line in ALL.code for target in TARGET.findall(line)}
    assert named == explained | (named & {"help"})
