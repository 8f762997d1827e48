"""Who may do what in bidding: the acts, and for each the roles and how far they reach.

Permission is not policy: whether the rules allow an act now is asked in the act's own function.
Source: the permission matrix (BPR 6-10, 64; BL 5, 22; BLR 46), listed in docs/rules.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from market.kernel.actor import PUBLIC_READ, SIGNED_IN, Permission, Role, Scope


class Act(StrEnum):
    """Every act of the wing; the value stands in the audit log."""

    TENDER_READ = "bidding:tender:read"
    OPENING_READ = "bidding:opening:read"
    CATALOGUE_READ = "bidding:catalogue:read"
    CATALOGUE_PUBLISH = "bidding:catalogue:publish"
    WORKSPACE_READ = "bidding:workspace:read"
    TENDER_DRAFT = "bidding:tender:draft"
    TENDER_FILE = "bidding:tender:file"
    FILING_ACCEPT = "bidding:filing:accept"
    FILING_RETURN = "bidding:filing:return"
    KEYHOLDERS_NAME = "bidding:keyholders:name"
    REHEARSAL_START = "bidding:rehearsal:start"
    REHEARSAL_ANSWER = "bidding:rehearsal:answer"
    TENDER_PUBLISH = "bidding:tender:publish"
    TENDER_ISSUE = "bidding:tender:issue"
    TENDER_CLOSE = "bidding:tender:close"
    TENDER_FREEZE = "bidding:tender:freeze"
    TENDER_OPEN = "bidding:tender:open"
    WINDOW_EXTEND = "bidding:window:extend"
    TENDER_FAIL = "bidding:tender:fail"
    TENDER_TERMINATE = "bidding:tender:terminate"
    TENDER_RETENDER = "bidding:tender:retender"
    CIPHERTEXTS_DELETE = "bidding:ciphertexts:delete"
    BID_UPLOAD = "bidding:bid:upload"
    BID_SUBMIT = "bidding:bid:submit"
    BID_WITHDRAW = "bidding:bid:withdraw"
    BID_READ_OWN = "bidding:bid:read-own"
    BID_RECOVER = "bidding:bid:recover"
    BID_RESUPPLY = "bidding:bid:resupply"
    BID_READ_OPENED = "bidding:bid:read-opened"
    SHARES_RELEASE = "bidding:release"
    AWARD_READ = "bidding:award:read"
    NOTICE_READ = "bidding:notice:read"
    CONTRACT_READ = "bidding:contract:read"
    HANDOVER_READ = "bidding:handover:read"
    EVALUATION_START = "bidding:evaluation:start"
    EVALUATION_MARK = "bidding:evaluation:mark"
    EVALUATION_REJECT = "bidding:evaluation:reject"
    EVALUATION_RANK = "bidding:evaluation:rank"
    DECISION_RECORD = "bidding:decision:record"
    AWARD_PUBLISH = "bidding:award:publish"
    CONTRACT_DRAFT = "bidding:contract:draft"
    CONTRACT_SIGN = "bidding:contract:sign"
    HANDOVER_START = "bidding:handover:start"
    HANDOVER_ADVANCE = "bidding:handover:advance"
    HANDOVER_CONFIRM = "bidding:handover:confirm"
    HANDOVER_LAPSE = "bidding:handover:lapse"
    HANDOVER_RESCHEDULE = "bidding:handover:reschedule"


_TENDERERS = frozenset({Role.COMMITTEE, Role.DEVELOPER})
_FILING = frozenset({Role.DISTRICT, Role.STREET})
_KEYHOLDERS = frozenset(
    {Role.DISTRICT, Role.STREET, Role.COMMUNITY, Role.COMMITTEE, Role.DEVELOPER, Role.WITNESS}
)
_BIDDERS = frozenset({Role.ENTERPRISE})

_BY_TENDERER = Permission(_TENDERERS, Scope.ORGANISATION)
_BY_FILING = Permission(_FILING, Scope.DIVISION)
_BY_KEYHOLDER = Permission(_KEYHOLDERS, Scope.ORGANISATION)
_BY_BIDDER = Permission(_BIDDERS, Scope.ANY)
_BY_CLOCK = Permission(frozenset({Role.PLATFORM}), Scope.ANY)

PERMISSIONS: Final[Mapping[Act, Permission]] = {
    Act.TENDER_READ: PUBLIC_READ,
    Act.OPENING_READ: PUBLIC_READ,
    Act.CATALOGUE_READ: PUBLIC_READ,
    Act.CATALOGUE_PUBLISH: Permission(frozenset({Role.CITY}), Scope.ANY),
    Act.WORKSPACE_READ: Permission(SIGNED_IN),
    Act.TENDER_DRAFT: _BY_TENDERER,
    Act.TENDER_FILE: _BY_TENDERER,
    Act.FILING_ACCEPT: _BY_FILING,
    Act.FILING_RETURN: _BY_FILING,
    Act.KEYHOLDERS_NAME: _BY_TENDERER,
    Act.REHEARSAL_START: _BY_TENDERER,
    Act.REHEARSAL_ANSWER: _BY_KEYHOLDER,
    Act.TENDER_PUBLISH: _BY_TENDERER,
    Act.TENDER_ISSUE: _BY_CLOCK,
    Act.TENDER_CLOSE: _BY_CLOCK,
    Act.TENDER_FREEZE: _BY_CLOCK,
    Act.TENDER_OPEN: _BY_CLOCK,
    Act.WINDOW_EXTEND: _BY_CLOCK,
    Act.TENDER_FAIL: Permission(_TENDERERS | {Role.PLATFORM}, Scope.ORGANISATION),
    Act.TENDER_TERMINATE: _BY_TENDERER,
    Act.TENDER_RETENDER: _BY_TENDERER,
    Act.CIPHERTEXTS_DELETE: _BY_CLOCK,
    Act.BID_UPLOAD: _BY_BIDDER,
    Act.BID_SUBMIT: _BY_BIDDER,
    Act.BID_WITHDRAW: _BY_BIDDER,
    Act.BID_READ_OWN: _BY_BIDDER,
    Act.BID_RECOVER: _BY_BIDDER,
    Act.BID_RESUPPLY: _BY_BIDDER,
    Act.BID_READ_OPENED: Permission(
        frozenset({Role.DISTRICT, Role.STREET, Role.EXPERT, Role.COMMITTEE, Role.DEVELOPER, Role.ENTERPRISE}),
        Scope.ANY,
    ),
    Act.SHARES_RELEASE: _BY_KEYHOLDER,
    Act.AWARD_READ: PUBLIC_READ,
    Act.NOTICE_READ: Permission(_TENDERERS | _BIDDERS, Scope.ORGANISATION),
    Act.CONTRACT_READ: PUBLIC_READ,
    Act.HANDOVER_READ: PUBLIC_READ,
    Act.EVALUATION_START: _BY_TENDERER,
    Act.EVALUATION_MARK: Permission(frozenset({Role.EXPERT}), Scope.ANY),
    Act.EVALUATION_REJECT: Permission(frozenset({Role.EXPERT}), Scope.ANY),
    Act.EVALUATION_RANK: _BY_TENDERER,
    Act.DECISION_RECORD: Permission(
        frozenset({Role.COMMITTEE, Role.COMMUNITY}), Scope.DIVISION_OR_ORGANISATION
    ),
    Act.AWARD_PUBLISH: _BY_TENDERER,
    Act.CONTRACT_DRAFT: _BY_TENDERER,
    Act.CONTRACT_SIGN: Permission(_BIDDERS, Scope.ORGANISATION),
    Act.HANDOVER_START: _BY_TENDERER,
    Act.HANDOVER_ADVANCE: Permission(_TENDERERS | _BIDDERS, Scope.ORGANISATION),
    Act.HANDOVER_CONFIRM: Permission(
        _TENDERERS | _BIDDERS | {Role.STREET, Role.COMMUNITY}, Scope.DIVISION_OR_ORGANISATION
    ),
    Act.HANDOVER_LAPSE: _BY_CLOCK,
    Act.HANDOVER_RESCHEDULE: _BY_CLOCK,
}
"""Deny by default: an act without a row is refused by the guard."""
