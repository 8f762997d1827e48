"""What a bidder's client checks before it seals: that the notice's keyholders are the logged ones.

Source: docs/sealing.md section 1.
"""

from collections.abc import Collection

from bidding.domain.sealed import wire
from bidding.domain.sealed.envelope import TenderVersion, version_faults
from bidding.domain.sealed.frozen_list import Keys, checkpoint_signed, proof_faults
from market.kernel import digest
from market.kernel.errors import RuleError


class NoticeRefusedError(RuleError):
    """Nothing is sealed for this notice; ``context["faults"]`` names everything that is wrong with it."""

    code = "notice-refused"


def fingerprints(version: TenderVersion) -> dict[str, str]:
    """Return the fingerprint of each keyholder's opening key by institution, as notice and PDF print them."""
    return {h.institution: digest.fingerprint(h.opening_key) for h in version.keyholders}


def check(notice: wire.Notice, keys: Keys, *, expected: Collection[str] = ()) -> TenderVersion:
    """Return the version to seal for.

    Args:
        expected: Fingerprints from the printed notice; when given, they must be exactly the keyholders'.

    Raises:
        NoticeRefusedError: The version is not what the public log holds, or not what was expected.
    """
    version, proof, faults = notice.version, notice.proof, version_faults(notice.version)
    if proof is None:
        faults.append("not-logged")
    else:
        faults += proof_faults(proof, notice.checkpoint, keys)
    checks = {
        "version-digest": notice.version_digest == version.digest,
        "subject": proof is None or proof.leaf.entry.subject == version.digest,
        "checkpoint-signature": checkpoint_signed(notice.checkpoint, keys),
        "fingerprint": not expected or set(expected) == set(fingerprints(version).values()),
    }
    faults += [code for code, holds in checks.items() if not holds]
    if faults:
        raise NoticeRefusedError("nothing is sealed: " + ", ".join(faults), faults=faults)
    return version
