"""Who may do what in bidding: the acts, and for each the roles and how far they reach.

Permission is not policy: whether the rules allow an act now is asked in the act's own function.
Source: the permission matrix (BPR 6-10, 64; BL 5, 22; BLR 46), listed in docs/rules.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from market.kernel.actor import AUTHORITIES, PUBLIC_READ, SIGNED_IN, Permission, Role, Scope, Strength


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
    INVITEES_NAME = "bidding:invitees:name"
    INVITATION_READ = "bidding:invitation:read"
    SELECTION_APPROVE = "bidding:selection:approve"
    SELECTION_CONCLUDE = "bidding:selection:conclude"
    KEYHOLDERS_NAME = "bidding:keyholders:name"
    REHEARSAL_START = "bidding:rehearsal:start"
    REHEARSAL_ANSWER = "bidding:rehearsal:answer"
    TENDER_PUBLISH = "bidding:tender:publish"
    TENDER_AMEND = "bidding:tender:amend"
    TENDER_CLARIFY = "bidding:tender:clarify"
    DOCUMENTS_COLLECT = "bidding:documents:collect"
    QUESTION_ASK = "bidding:question:ask"
    HOLDERS_READ = "bidding:holders:read"
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
    BID_STAND = "bidding:bid:stand"
    BID_RECOVER = "bidding:bid:recover"
    BID_RESUPPLY = "bidding:bid:resupply"
    BID_READ_OPENED = "bidding:bid:read-opened"
    SHARES_RELEASE = "bidding:release"
    AWARD_READ = "bidding:award:read"
    NOTICE_READ = "bidding:notice:read"
    CONTRACT_READ = "bidding:contract:read"
    HANDOVER_READ = "bidding:handover:read"
    COMMITTEE_READ = "bidding:committee:read"
    COMMITTEE_NAME = "bidding:committee:name"
    COMMITTEE_SCREEN = "bidding:committee:screen"
    DRAW_BEGIN = "bidding:draw:begin"
    DRAW_COMMIT = "bidding:draw:commit"
    DRAW_TURN = "bidding:draw:turn"
    DRAW_REVEAL = "bidding:draw:reveal"
    DRAW_COMPLETE = "bidding:draw:complete"
    DRAW_VOID = "bidding:draw:void"
    SEAT_LEAVE = "bidding:seat:leave"
    SEAT_RECUSE = "bidding:seat:recuse"
    EVALUATION_START = "bidding:evaluation:start"
    EVALUATION_MARK = "bidding:evaluation:mark"
    EVALUATION_REJECT = "bidding:evaluation:reject"
    EVALUATION_REPORT = "bidding:evaluation:report"
    EVALUATION_SIGN = "bidding:evaluation:sign"
    EVALUATION_RANK = "bidding:evaluation:rank"
    ALERT_COMPARE = "bidding:alert:compare"
    ALERT_READ = "bidding:alert:read"
    ALERT_UPHOLD = "bidding:alert:uphold"
    ALERT_DISMISS = "bidding:alert:dismiss"
    ALERT_REFER = "bidding:alert:refer"
    ALERT_ANSWER = "bidding:alert:answer"
    DECISION_READ = "bidding:decision:read"
    DECISION_COUNT = "bidding:decision:count"
    EVALUATION_REDO = "bidding:evaluation:redo"
    TENDER_ANNUL = "bidding:tender:annul"
    REMEDY_READ = "bidding:remedy:read"
    OBJECTION_LODGE = "bidding:objection:lodge"
    OBJECTION_ANSWER = "bidding:objection:answer"
    OBJECTION_WITHDRAW = "bidding:objection:withdraw"
    OBJECTION_LAPSE = "bidding:objection:lapse"
    SUSPENSION_PROPOSE = "bidding:suspension:propose"
    SUSPENSION_ORDER = "bidding:suspension:order"
    SUSPENSION_LIFT = "bidding:suspension:lift"
    COMPLAINT_READ = "bidding:complaint:read"
    COMPLAINT_LODGE = "bidding:complaint:lodge"
    COMPLAINT_ACCEPT = "bidding:complaint:accept"
    COMPLAINT_REFUSE = "bidding:complaint:refuse"
    COMPLAINT_DECIDE = "bidding:complaint:decide"
    COMPLAINT_WITHDRAW = "bidding:complaint:withdraw"
    COMPLAINT_REVIEW = "bidding:complaint:review"
    COMPLAINT_LAPSE = "bidding:complaint:lapse"
    REPORT_READ = "bidding:report:read"
    REPORT_LODGE = "bidding:report:lodge"
    REPORT_ANSWER = "bidding:report:answer"
    REMEDY_RESCHEDULE = "bidding:remedy:reschedule"
    RECHECK_OPEN = "bidding:recheck:open"
    RECHECK_CLOSE = "bidding:recheck:close"
    DECISION_RECORD = "bidding:decision:record"
    DECISION_POST = "bidding:decision:post"
    DECISION_CHECK = "bidding:decision:check"
    DECISION_REVOKE = "bidding:decision:revoke"
    AWARD_PUBLISH = "bidding:award:publish"
    CONTRACT_DRAFT = "bidding:contract:draft"
    CONTRACT_SIGN = "bidding:contract:sign"
    CONTRACT_FILE = "bidding:contract:file"
    CONTRACT_ACKNOWLEDGE = "bidding:contract:acknowledge"
    CONTRACT_RETURN = "bidding:contract:return"
    CONTRACT_LAPSE = "bidding:contract:lapse"
    CONTRACT_RESCHEDULE = "bidding:contract:reschedule"
    CONTRACT_READ_WHOLE = "bidding:contract:read-whole"
    AWARD_REPORT = "bidding:award:report"
    AWARD_REPORT_READ = "bidding:award:read-report"
    AWARD_DECLINE = "bidding:award:decline"
    AWARD_CANCEL = "bidding:award:cancel"
    SECURITY_READ = "bidding:security:read"
    SECURITY_RECORD = "bidding:security:record"
    SECURITY_RETURN = "bidding:security:return"
    SECURITY_FORFEIT = "bidding:security:forfeit"
    HANDOVER_START = "bidding:handover:start"
    HANDOVER_INCOMING = "bidding:handover:incoming"
    HANDOVER_ADVANCE = "bidding:handover:advance"
    HANDOVER_LEFT = "bidding:handover:left"
    HANDOVER_ENTER = "bidding:handover:enter"
    HANDOVER_CONFIRM = "bidding:handover:confirm"
    HANDOVER_CONTEST = "bidding:handover:contest"
    HANDOVER_MEDIATE = "bidding:handover:mediate"
    HANDOVER_LAPSE = "bidding:handover:lapse"
    HANDOVER_REMIND = "bidding:handover:remind"
    HANDOVER_ORDER = "bidding:handover:order"
    HANDOVER_MISS = "bidding:handover:miss"
    HANDOVER_NOTIFY = "bidding:handover:notify"
    HANDOVER_STATE = "bidding:handover:state"
    HANDOVER_FINE = "bidding:handover:fine"
    HANDOVER_DROP = "bidding:handover:drop"
    HANDOVER_RESCHEDULE = "bidding:handover:reschedule"
    TERM_READ = "bidding:term:read"
    TERM_READ_DOCUMENT = "bidding:term:read-document"
    TERM_STATE = "bidding:term:state"
    TERM_SETTLE = "bidding:term:settle"
    TERM_DECLINE = "bidding:term:decline"
    TERM_DISMISS = "bidding:term:dismiss"
    TERM_REMIND = "bidding:term:remind"
    TERM_END = "bidding:term:end"
    EMERGENCY_APPOINT = "bidding:emergency:appoint"
    EMERGENCY_END = "bidding:emergency:end"
    EMERGENCY_LAPSE = "bidding:emergency:lapse"


_TENDERERS = frozenset({Role.COMMITTEE, Role.DEVELOPER})
_FILING = frozenset({Role.DISTRICT, Role.STREET})
_KEYHOLDERS = _TENDERERS | _FILING | {Role.COMMUNITY, Role.WITNESS}
_BIDDERS = frozenset({Role.ENTERPRISE})
_RECORDERS = frozenset({Role.COMMITTEE, Role.COMMUNITY})

_BY_TENDERER = Permission(_TENDERERS, Scope.ORGANISATION)
_BY_FILING = Permission(_FILING, Scope.DIVISION)
_BY_KEYHOLDER = Permission(_KEYHOLDERS, Scope.ORGANISATION, Strength.ALWAYS)
_BY_BIDDER = Permission(_BIDDERS, Scope.ANY)
_BY_RECORDER = Permission(_RECORDERS, Scope.DIVISION_OR_ORGANISATION)
_BY_SIDES_AND_AUTHORITIES = Permission(_TENDERERS | _BIDDERS | AUTHORITIES, Scope.DIVISION_OR_ORGANISATION)
_BY_COMMITTEE_AND_SUPERVISOR = Permission(_FILING | {Role.EXPERT})
_BY_CLOCK = Permission(frozenset({Role.PLATFORM}), Scope.ANY)
_BY_STREET = Permission(frozenset({Role.STREET}), Scope.DIVISION)
_BY_DISTRICT = Permission(frozenset({Role.DISTRICT}), Scope.DIVISION)
_BY_PARTY = Permission(_TENDERERS | _BIDDERS | {Role.STREET, Role.COMMUNITY}, Scope.DIVISION_OR_ORGANISATION)
_BY_MEMBER = Permission(_TENDERERS | {Role.EXPERT}, Scope.ANY)
"""Experts and representatives of the tenderer; whether one has a seat is asked by the act."""

_BY_DRAWER = Permission(_TENDERERS | _FILING | {Role.PLATFORM}, Scope.DIVISION_OR_ORGANISATION)
_BY_SUPERVISION = Permission(frozenset({Role.CITY, Role.DISTRICT}), Scope.DIVISION)
_COMPLAINANTS = _BIDDERS | _TENDERERS

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
    Act.INVITEES_NAME: _BY_TENDERER,
    Act.INVITATION_READ: Permission(_TENDERERS | _FILING | _BIDDERS, Scope.DIVISION_OR_ORGANISATION),
    Act.SELECTION_APPROVE: _BY_DISTRICT,
    Act.SELECTION_CONCLUDE: Permission(frozenset({Role.DEVELOPER}), Scope.ORGANISATION),
    Act.KEYHOLDERS_NAME: _BY_TENDERER,
    Act.REHEARSAL_START: _BY_TENDERER,
    Act.REHEARSAL_ANSWER: _BY_KEYHOLDER,
    Act.TENDER_PUBLISH: _BY_TENDERER,
    Act.TENDER_AMEND: _BY_TENDERER,
    Act.TENDER_CLARIFY: _BY_TENDERER,
    Act.DOCUMENTS_COLLECT: _BY_BIDDER,
    Act.QUESTION_ASK: _BY_BIDDER,
    Act.HOLDERS_READ: _BY_FILING,
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
    Act.BID_STAND: _BY_BIDDER,
    Act.BID_RECOVER: _BY_BIDDER,
    Act.BID_RESUPPLY: _BY_BIDDER,
    Act.BID_READ_OPENED: Permission(_TENDERERS | _FILING | _BIDDERS | {Role.EXPERT}, Scope.ANY),
    Act.SHARES_RELEASE: _BY_KEYHOLDER,
    Act.AWARD_READ: PUBLIC_READ,
    Act.NOTICE_READ: Permission(_TENDERERS | _BIDDERS, Scope.ORGANISATION),
    Act.CONTRACT_READ: PUBLIC_READ,
    Act.HANDOVER_READ: Permission(
        AUTHORITIES | _TENDERERS | _BIDDERS | {Role.ASSESSOR}, Scope.DIVISION_OR_ORGANISATION
    ),
    Act.COMMITTEE_READ: PUBLIC_READ,
    Act.COMMITTEE_NAME: _BY_TENDERER,
    Act.COMMITTEE_SCREEN: _BY_CLOCK,
    Act.DRAW_BEGIN: Permission(_TENDERERS | {Role.PLATFORM}, Scope.ORGANISATION),
    Act.DRAW_COMMIT: _BY_DRAWER,
    Act.DRAW_TURN: _BY_CLOCK,
    Act.DRAW_REVEAL: _BY_DRAWER,
    Act.DRAW_COMPLETE: _BY_CLOCK,
    Act.DRAW_VOID: _BY_CLOCK,
    Act.SEAT_LEAVE: _BY_MEMBER,
    Act.SEAT_RECUSE: _BY_FILING,
    Act.EVALUATION_START: _BY_TENDERER,
    Act.EVALUATION_MARK: _BY_MEMBER,
    Act.EVALUATION_REJECT: _BY_MEMBER,
    Act.EVALUATION_REPORT: _BY_TENDERER,
    Act.EVALUATION_SIGN: _BY_MEMBER,
    Act.EVALUATION_RANK: _BY_TENDERER,
    Act.EVALUATION_REDO: Permission(_TENDERERS | {Role.CITY, Role.DISTRICT}, Scope.DIVISION_OR_ORGANISATION),
    Act.TENDER_ANNUL: _BY_SUPERVISION,
    Act.REMEDY_READ: PUBLIC_READ,
    Act.OBJECTION_LODGE: _BY_BIDDER,
    Act.OBJECTION_ANSWER: _BY_TENDERER,
    Act.OBJECTION_WITHDRAW: Permission(_BIDDERS, Scope.ORGANISATION),
    Act.OBJECTION_LAPSE: _BY_CLOCK,
    Act.SUSPENSION_PROPOSE: _BY_STREET,
    Act.SUSPENSION_ORDER: _BY_SUPERVISION,
    Act.SUSPENSION_LIFT: _BY_SUPERVISION,
    Act.COMPLAINT_READ: Permission(_COMPLAINANTS | _FILING | {Role.CITY}, Scope.DIVISION_OR_ORGANISATION),
    Act.COMPLAINT_LODGE: Permission(_COMPLAINANTS, Scope.ANY),
    Act.COMPLAINT_ACCEPT: _BY_SUPERVISION,
    Act.COMPLAINT_REFUSE: _BY_SUPERVISION,
    Act.COMPLAINT_DECIDE: _BY_SUPERVISION,
    Act.COMPLAINT_WITHDRAW: Permission(_COMPLAINANTS, Scope.ORGANISATION),
    Act.COMPLAINT_REVIEW: _BY_SUPERVISION,
    Act.COMPLAINT_LAPSE: _BY_CLOCK,
    Act.REPORT_READ: Permission(SIGNED_IN),
    Act.REPORT_LODGE: Permission(SIGNED_IN - {Role.PLATFORM}),
    Act.REPORT_ANSWER: _BY_SUPERVISION,
    Act.REMEDY_RESCHEDULE: _BY_CLOCK,
    Act.RECHECK_OPEN: Permission(_TENDERERS | {Role.CITY, Role.DISTRICT}, Scope.DIVISION_OR_ORGANISATION),
    Act.RECHECK_CLOSE: Permission(frozenset({Role.EXPERT}), Scope.ANY),
    Act.ALERT_COMPARE: _BY_CLOCK,
    Act.ALERT_READ: _BY_COMMITTEE_AND_SUPERVISOR,
    Act.ALERT_UPHOLD: _BY_COMMITTEE_AND_SUPERVISOR,
    Act.ALERT_DISMISS: _BY_COMMITTEE_AND_SUPERVISOR,
    Act.ALERT_REFER: _BY_COMMITTEE_AND_SUPERVISOR,
    Act.ALERT_ANSWER: _BY_FILING,
    Act.DECISION_READ: PUBLIC_READ,
    Act.DECISION_COUNT: _BY_RECORDER,
    Act.DECISION_RECORD: _BY_RECORDER,
    Act.DECISION_POST: _BY_RECORDER,
    Act.DECISION_CHECK: Permission(_RECORDERS | {Role.STREET}, Scope.DIVISION_OR_ORGANISATION),
    Act.DECISION_REVOKE: _BY_STREET,
    Act.AWARD_PUBLISH: _BY_TENDERER,
    Act.CONTRACT_DRAFT: _BY_TENDERER,
    Act.CONTRACT_SIGN: Permission(_BIDDERS, Scope.ORGANISATION),
    Act.CONTRACT_FILE: Permission(_TENDERERS | _BIDDERS, Scope.ORGANISATION),
    Act.CONTRACT_ACKNOWLEDGE: _BY_FILING,
    Act.CONTRACT_RETURN: _BY_FILING,
    Act.CONTRACT_LAPSE: _BY_CLOCK,
    Act.CONTRACT_RESCHEDULE: _BY_CLOCK,
    Act.CONTRACT_READ_WHOLE: _BY_SIDES_AND_AUTHORITIES,
    Act.AWARD_REPORT: _BY_TENDERER,
    Act.AWARD_REPORT_READ: Permission(
        _TENDERERS | AUTHORITIES - {Role.COMMUNITY}, Scope.DIVISION_OR_ORGANISATION
    ),
    Act.AWARD_DECLINE: Permission(_BIDDERS, Scope.ORGANISATION),
    Act.AWARD_CANCEL: _BY_TENDERER,
    Act.SECURITY_READ: _BY_SIDES_AND_AUTHORITIES,
    Act.SECURITY_RECORD: _BY_TENDERER,
    Act.SECURITY_RETURN: _BY_TENDERER,
    Act.SECURITY_FORFEIT: _BY_TENDERER,
    Act.HANDOVER_START: _BY_TENDERER,
    Act.HANDOVER_INCOMING: _BY_TENDERER,
    Act.HANDOVER_ADVANCE: Permission(_TENDERERS | _BIDDERS, Scope.ORGANISATION),
    Act.HANDOVER_LEFT: _BY_TENDERER,
    Act.HANDOVER_ENTER: _BY_PARTY,
    Act.HANDOVER_CONFIRM: _BY_PARTY,
    Act.HANDOVER_CONTEST: Permission(_TENDERERS | _BIDDERS, Scope.ORGANISATION),
    Act.HANDOVER_MEDIATE: Permission(frozenset({Role.STREET, Role.COMMUNITY}), Scope.DIVISION),
    Act.HANDOVER_LAPSE: _BY_CLOCK,
    Act.HANDOVER_REMIND: _BY_STREET,
    Act.HANDOVER_ORDER: _BY_DISTRICT,
    Act.HANDOVER_MISS: _BY_CLOCK,
    Act.HANDOVER_NOTIFY: _BY_DISTRICT,
    Act.HANDOVER_STATE: Permission(_BIDDERS | {Role.DEVELOPER}, Scope.ORGANISATION),
    Act.HANDOVER_FINE: _BY_DISTRICT,
    Act.HANDOVER_DROP: _BY_DISTRICT,
    Act.HANDOVER_RESCHEDULE: _BY_CLOCK,
    Act.TERM_READ: PUBLIC_READ,
    Act.TERM_READ_DOCUMENT: _BY_SIDES_AND_AUTHORITIES,
    Act.TERM_STATE: Permission(frozenset({Role.COMMITTEE, Role.STREET}), Scope.DIVISION_OR_ORGANISATION),
    Act.TERM_SETTLE: Permission(frozenset({Role.COMMITTEE}), Scope.ORGANISATION),
    Act.TERM_DECLINE: Permission(_BIDDERS | {Role.DEVELOPER}, Scope.ORGANISATION),
    Act.TERM_DISMISS: Permission(frozenset({Role.COMMITTEE}), Scope.ORGANISATION),
    Act.TERM_REMIND: _BY_CLOCK,
    Act.TERM_END: _BY_CLOCK,
    Act.EMERGENCY_APPOINT: _BY_STREET,
    Act.EMERGENCY_END: _BY_STREET,
    Act.EMERGENCY_LAPSE: _BY_CLOCK,
}
"""Deny by default: an act without a row is refused by the guard."""
