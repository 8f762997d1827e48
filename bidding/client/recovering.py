"""The bidder's way out when keyholders fail or lie: it releases the content key of its own envelope.

Source: docs/sealing.md sections 1 and 4.3.
"""

from bidding.client import hpke
from bidding.client.keys import PrivateKeys
from bidding.domain.sealed import opening, wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import Header, share_info
from market.kernel import digest
from market.kernel.errors import RuleError


class NotRecoverableError(RuleError):
    """The envelope has no recovery share for these keys, or it does not open to the committed key."""

    code = "not-recoverable"


def recover(header: Header, own: PrivateKeys) -> wire.Recover:
    """Open the recovery share of one's own envelope.

    Raises:
        NotRecoverableError: There is none for this key, it does not open, or it holds another key.
    """
    key_id = digest.key_id(own.opening_key)
    if header.recovery is None or header.recovery.key_id != key_id:
        raise NotRecoverableError("the envelope has no recovery share for this key")
    info = share_info(plain(header), (), key_id)
    key = hpke.open_with(bytes.fromhex(header.recovery.sealed), own.opening_private, info)
    if key is None or not opening.recovers(header, key.hex()):
        raise NotRecoverableError("the recovery share does not hold the committed key")
    return wire.Recover(commitment=header.commitment, content_key=key.hex())
