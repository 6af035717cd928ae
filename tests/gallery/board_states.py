"""Board states that differ from another one in a few fields."""

from dataclasses import fields, replace

from kiosk.services.records.host_records import BoardState


def changed(board: BoardState, **changes: object) -> BoardState:
    """``board`` with these fields of its panels changed, whichever panel each is in."""
    panels = {field.name: getattr(board, field.name) for field in fields(board)}
    for field, value in changes.items():
        [panel] = [name for name, content in panels.items() if hasattr(content, field)]
        panels[panel] = replace(panels[panel], **{field: value})
    return BoardState(**panels)
