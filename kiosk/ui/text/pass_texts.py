"""Sentences about passes."""

from typing import Literal

from kiosk.services.records.visitor_records import PassMade, PassNotMade, PassSeen, PassWays
from kiosk.ui.text.i18n import say


def refused_pass(
    why: Literal["foreign", "damaged", "revoked", "forgotten", "in_twice", "blank_card"],
) -> tuple[str, str]:
    """The heading and the text for a pass that opens no door here."""
    match why:
        case "foreign":
            return say("This pass is from another house."), say("You are welcome all the same: touch “Come in”.")
        case "revoked":
            return say("This pass has ended."), say("You are welcome all the same: touch “Come in”, or ask your host.")
        case "forgotten":
            return say("This pass is forgotten."), say("Nobody knows it any more. You can come in without one.")
        case "blank_card":
            return (
                say("We don’t know this card."),
                say("Your four numbers work, or ask your host. Come in by touch if you are new."),
            )
        case "in_twice":
            return (
                say("This pass is in twice."),
                say("Leave with your slip, or with the number of your pouch. Your host helps you."),
            )
    return say("This pass can’t be read."), say("Hold it up flat once more, or come in without it.")


def where_heading(seen: PassSeen) -> str:
    """Where the holder of a pass is."""
    match seen.where:
        case "in":
            return say("You are in.")
        case "out":
            return say("You are out.")
    return say("We are closed just now.")


def what_next(seen: PassSeen) -> str:
    """What the next scan does."""
    match seen.where:
        case "in":
            return say("Scan your pass once more when you leave.")
        case "out":
            return say("Scan your pass in a minute if you want to come in again.")
    return say("Your pass is good. Come back when we are open.")


def offer(ways: PassWays) -> str:
    """What a pass is good for, or how a card becomes one."""
    if ways.teaches:
        return say("No name is on it. Lay a blank card on the reader, and it is your pass.")
    return say("No name is on it. With it you come in and leave by one scan.")


def made(outcome: PassMade | PassNotMade) -> tuple[str, str]:
    """The heading and the text after a pass was asked for."""
    match outcome:
        case PassMade("printed"):
            return say("Your pass is being printed."), say("Scan it when you leave, and whenever you come again.")
        case PassMade():
            return say("This card is your pass."), say("Show it when you leave, and whenever you come again.")
        case PassNotMade("taken"):
            return say("This card is a pass already."), say(
                "Take another one, or do without: your code works as always."
            )
    return say("No pass just now."), say("Your code works as always. Ask for one next time.")
