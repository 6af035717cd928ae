"""Keys of the ``local`` table that one package writes and another one reads."""

COPY = "copy"  # whether the server has refused this data folder as a copy of another kiosk's
PAIR_AGAIN = "pair again"  # whether the server refused this kiosk's token at the last request
DAMAGED = "damaged"  # the damage found in the database while it was in use; empty: none
REBUILT = "rebuilt"  # what the last rebuild of the database restored and lost
UNCOPIED = "backup"  # why there is no newer backup; empty: there is one
DEVICES = "devices"  # how the devices on wires were, when the kiosk that runs saw a change
LAST_ACT = "last act"  # ids of the entries of the last act that has several; later entries are acts by themselves
