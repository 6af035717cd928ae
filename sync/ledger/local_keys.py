"""Under which keys a ledger remembers what one package writes and another one reads (the ``local`` table)."""

COPY = "copy"  # whether the server has said that this data folder is a copy of another kiosk's
PAIR_AGAIN = "pair again"  # whether the server did not take this kiosk's token when it was last asked
DAMAGED = "damaged"  # what was found wrong with the database while it was in use; empty: nothing
REBUILT = "rebuilt"  # what the last rebuild of the database kept and lost
UNCOPIED = "backup"  # why there is no newer backup; empty: there is one
