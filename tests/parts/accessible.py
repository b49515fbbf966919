"""Prints what a screen reader finds in the window, in order, as JSON: the library is the one
that Orca reads with."""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

# A tree without an end is no window of ours.
MOST = 3000

found = []


def walk(one, depth):
    if one is None or len(found) >= MOST:
        return
    states = one.get_state_set()
    found.append(
        {
            "depth": depth,
            "role": one.get_role_name(),
            "name": (one.get_name() or "").strip(),
            # An entry of a list that is only read cannot be chosen; a cell of a table that is
            # only read can, says WebKit.
            "usable": states.contains(Atspi.StateType.FOCUSABLE)
            or (
                one.get_role() == Atspi.Role.LIST_ITEM
                and states.contains(Atspi.StateType.SELECTABLE)
            ),
        }
    )
    for place in range(one.get_child_count()):
        walk(one.get_child_at_index(place), depth + 1)


Atspi.init()
desktop = Atspi.get_desktop(0)
for place in range(desktop.get_child_count()):
    program = desktop.get_child_at_index(place)
    if program is not None and program.get_name() == "latchkey":
        walk(program, 0)
json.dump(found, sys.stdout)
