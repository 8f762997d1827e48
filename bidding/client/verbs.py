"""The commands of the client: what must not run on the server.

Sealing, signing and verifying work on files without any server; what needs one takes ``--url``.
"""

import click

from bidding.client.verbs_bid import bid
from bidding.client.verbs_draw import draw
from bidding.client.verbs_keys import keys

VERBS: tuple[click.Command, ...] = (keys, bid, draw)
