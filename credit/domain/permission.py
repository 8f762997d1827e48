"""Who may do what in the credit wing, and how far; guards, buttons and services read this table.

Source: BPR 6-10 (duties of city, district, street and community). The item's own lowest recorder and approver
are policy, not permission: they stand in ``record``.
"""

from enum import StrEnum

from market.kernel.actor import EVERYONE, Permission, Role, Scope


class Act(StrEnum):
    """Acts of this wing, as they stand in the audit log."""

    RECORD_DRAFT = "credit:record:draft"
    RECORD_COMPLETE = "credit:record:complete"
    RECORD_SUBMIT = "credit:record:submit"
    RECORD_TAKE_UP = "credit:record:take-up"
    RECORD_POST_NOTICE = "credit:record:post-notice"
    RECORD_SERVE = "credit:record:serve"
    RECORD_STATE = "credit:record:state"
    RECORD_RECONSIDER = "credit:record:reconsider"
    RECORD_DECIDE = "credit:record:decide"
    RECORD_WARN = "credit:record:warn"
    RECORD_REJECT = "credit:record:reject"
    RECORD_REVOKE = "credit:record:revoke"
    RECORD_EXPIRE = "credit:record:expire"
    RECORD_REMIND = "credit:record:remind"
    RECORD_SHOW_MINOR = "credit:record:show-minor"
    EVIDENCE_REDACT = "credit:evidence:redact"
    EVIDENCE_CONFIRM = "credit:evidence:confirm"
    EVIDENCE_REFUSE = "credit:evidence:refuse"
    RECORD_REST = "credit:record:rest"
    RECORD_READ = "credit:record:read"
    RECORD_READ_OWN = "credit:record:read-own"
    RECORD_AUTOMATIC = "credit:record:automatic"
    INSTRUMENT_ENTER = "credit:instrument:enter"
    INSTRUMENT_ANNUL = "credit:instrument:annul"
    INSTRUMENT_CONFIRM = "credit:instrument:confirm"
    INSTRUMENT_DECLINE = "credit:instrument:decline"
    INSTRUMENT_FALL = "credit:instrument:fall"
    INSTRUMENT_REMIND = "credit:instrument:remind"
    INSTRUMENT_READ = "credit:instrument:read"
    RECORD_IMPORT = "credit:record:import"
    RECORD_IMPORT_UNDO = "credit:record:undo-import"
    EVALUATION_OPEN = "credit:evaluation:open"
    EVALUATION_MARK = "credit:evaluation:mark"
    EVALUATION_SUBMIT = "credit:evaluation:submit"
    EVALUATION_RELEASE = "credit:evaluation:release"
    EVALUATION_RETURN = "credit:evaluation:return"
    EVALUATION_READ = "credit:evaluation:read"
    EVALUATION_MODERATE = "credit:evaluation:moderate"
    RECORDERS_COMPARE = "credit:recorder:compare"
    EVALUATION_RECHECK = "credit:evaluation:recheck"
    EVALUATION_RESCORE = "credit:evaluation:rescore"
    EVALUATION_SETTLE = "credit:evaluation:settle"
    EVALUATION_RECHECK_LATE = "credit:evaluation:recheck-late"
    ASSESSOR_DECLARE = "credit:assessor:declare"
    ASSESSOR_LIST = "credit:assessor:list"
    ASSESSOR_COMPLAIN = "credit:assessor:complain"
    ASSESSOR_ANSWER = "credit:assessor:answer"
    ASSESSOR_ACCUSE = "credit:assessor:accuse"
    ASSESSOR_SERVE = "credit:assessor:serve"
    ASSESSOR_STATE = "credit:assessor:state"
    ASSESSOR_DECIDE = "credit:assessor:decide"
    ASSESSOR_READ = "credit:assessor:read"
    ASSESSMENT_DRAW = "credit:assessment:draw"
    ASSESSMENT_DELIVER = "credit:assessment:deliver"
    ASSESSMENT_DECLINE = "credit:assessment:decline"
    ASSESSMENT_LAPSE = "credit:assessment:lapse"
    ASSESSMENT_GRADE = "credit:assessment:grade"
    ASSESSMENT_READ = "credit:assessment:read"
    SURVEY_DRAW = "credit:survey:draw"
    SURVEY_VISIT = "credit:survey:visit"
    SURVEY_CLOSE = "credit:survey:close"
    SURVEY_READ = "credit:survey:read"
    SURVEY_LETTERS = "credit:survey:letters"
    SURVEY_ANSWER = "credit:survey:answer"
    PROJECT_ASSIGN = "credit:project:assign"
    PROJECT_END = "credit:project:end"
    LIST_OPEN = "credit:list:open"
    LIST_POST_NOTICE = "credit:list:post-notice"
    LIST_SERVE = "credit:list:serve"
    LIST_STATE = "credit:list:state"
    LIST_CALL_HEARING = "credit:list:call-hearing"
    LIST_HEAR = "credit:list:hear"
    LIST_REMOVE = "credit:list:remove"
    LIST_REMIND = "credit:list:remind"
    LIST_REVIEW = "credit:list:review"
    LIST_DECIDE = "credit:list:decide"
    LIST_ENLIST = "credit:list:enlist"
    LIST_EXPIRE = "credit:list:expire"
    LIST_REVOKE = "credit:list:revoke"
    LIST_READ = "credit:list:read"
    SCORE_PUBLISH = "credit:score:publish"
    CYCLE_CLOSE = "credit:cycle:close"
    CYCLE_PUBLISH = "credit:cycle:publish"
    CYCLE_READ = "credit:cycle:read"
    CYCLE_WATCH = "credit:cycle:watch"
    OBJECTION_FILE = "credit:objection:file"
    OBJECTION_CONTEST = "credit:objection:contest"
    OBJECTION_DISPUTE = "credit:objection:dispute"
    OBJECTION_EXTEND = "credit:objection:extend"
    OBJECTION_ANSWER = "credit:objection:answer"
    OBJECTION_READ = "credit:objection:read"
    OBJECTION_APPEAL = "credit:objection:appeal"
    OBJECTION_REVIEW = "credit:objection:review"
    OBJECTION_REMIND = "credit:objection:remind"
    SUCCESSOR_RAISE = "credit:successor:raise"
    SUCCESSOR_STATE = "credit:successor:state"
    SUCCESSOR_CLOSE = "credit:successor:close"
    MANAGER_OPEN = "credit:manager:open"
    MANAGER_POST_NOTICE = "credit:manager:post-notice"
    MANAGER_SERVE = "credit:manager:serve"
    MANAGER_STATE = "credit:manager:state"
    MANAGER_DECIDE = "credit:manager:decide"
    MANAGER_LIFT = "credit:manager:lift"
    MANAGER_EXPIRE = "credit:manager:expire"
    MANAGER_READ = "credit:manager:read"
    REPAIR_FILE = "credit:repair:file"
    REPAIR_ACCEPT = "credit:repair:accept"
    REPAIR_DECLINE = "credit:repair:decline"
    REPAIR_EXTEND = "credit:repair:extend"
    REPAIR_DECIDE = "credit:repair:decide"
    REPAIR_READ = "credit:repair:read"
    REPAIR_REMIND = "credit:repair:remind"
    NATIONAL_IMPORT = "credit:national:import"
    NATIONAL_READ = "credit:national:read"
    MEASURE_ISSUE = "credit:measure:issue"
    MEASURE_DECLINE = "credit:measure:decline"
    MEASURE_LIFT = "credit:measure:lift"
    MEASURE_FOLLOW = "credit:measure:follow"
    MEASURE_REMIND = "credit:measure:remind"
    MEASURE_READ = "credit:measure:read"
    FIGURES_IMPORT = "credit:figures:import"
    FIGURES_READ = "credit:figures:read"
    CASES_IMPORT = "credit:cases:import"
    CASES_UNDO = "credit:cases:undo"
    ORDER_PROPOSE = "credit:order:propose"
    ORDER_DECLINE = "credit:order:decline"
    ORDER_ISSUE = "credit:order:issue"
    ORDER_SERVE = "credit:order:serve"
    ORDER_STATE = "credit:order:state"
    ORDER_REPLY = "credit:order:reply"
    ORDER_EXTEND = "credit:order:extend"
    ORDER_RECHECK = "credit:order:recheck"
    ORDER_WITHDRAW = "credit:order:withdraw"
    ORDER_LAPSE = "credit:order:lapse"
    ORDER_READ = "credit:order:read"
    RISK_SET = "credit:risk:set"
    INSPECTION_PLAN = "credit:inspection:plan"
    INSPECTION_FOLLOW = "credit:inspection:follow"
    INSPECTION_CALL = "credit:inspection:call"
    INSPECTION_NAME = "credit:inspection:name"
    INSPECTION_ANNOUNCE = "credit:inspection:announce"
    INSPECTION_PHOTOGRAPH = "credit:inspection:photograph"
    INSPECTION_HOLD = "credit:inspection:hold"
    INSPECTION_PURSUE = "credit:inspection:pursue"
    INSPECTION_CANCEL = "credit:inspection:cancel"
    INSPECTION_STATE = "credit:inspection:state"
    INSPECTION_REMIND = "credit:inspection:remind"
    INSPECTION_READ = "credit:inspection:read"
    BAN_RECORD = "credit:ban:record"
    RULES_READ = "credit:rules:read"
    RULES_READ_DRAFT = "credit:rules:read-draft"
    RULES_DRAFT = "credit:rules:draft"
    RULES_EDIT = "credit:rules:edit"
    RULES_SIMULATE = "credit:rules:simulate"
    RULES_APPROVE = "credit:rules:approve"
    RULES_RETURN = "credit:rules:return"
    RULES_PUBLISH = "credit:rules:publish"
    RULES_WITHDRAW = "credit:rules:withdraw"
    RULES_ABANDON = "credit:rules:abandon"
    SCORE_READ = "credit:score:read"
    CALENDAR_FOLLOW = "credit:calendar:follow"


_PROPOSERS = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.COMMUNITY, Role.COMMITTEE, Role.PLATFORM})
_APPROVERS = frozenset({Role.CITY, Role.DISTRICT, Role.STREET})
_SUPERVISORS = frozenset({Role.CITY, Role.DISTRICT})
_READERS = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.COMMUNITY})
_MARKERS = frozenset({Role.STREET, Role.COMMUNITY, Role.COMMITTEE})
_PLATFORM = frozenset({Role.PLATFORM})
_CITY = frozenset({Role.CITY})
_ENTERPRISE = frozenset({Role.ENTERPRISE})
_ENTERING = frozenset({Role.DISTRICT, Role.STREET})
_ASSESSOR = frozenset({Role.ASSESSOR})
_COMPLAINING = frozenset({Role.ENTERPRISE, Role.COMMITTEE, Role.STREET, Role.COMMUNITY})
_CORRECTING = frozenset({Role.ENTERPRISE, Role.DEVELOPER})

_OWN = Scope.ORGANISATION
_AREA = Scope.DIVISION

PERMISSIONS: dict[Act, Permission] = {
    Act.RECORD_DRAFT: Permission(_PROPOSERS, _AREA),
    Act.RECORD_COMPLETE: Permission(_PROPOSERS, _AREA),
    Act.RECORD_SUBMIT: Permission(_PROPOSERS, _AREA),
    Act.RECORD_TAKE_UP: Permission(_APPROVERS, _AREA),
    Act.RECORD_POST_NOTICE: Permission(_APPROVERS, _AREA),
    Act.RECORD_SERVE: Permission(_ENTERPRISE | _PLATFORM, _OWN),
    Act.RECORD_STATE: Permission(_ENTERPRISE, _OWN),
    Act.RECORD_RECONSIDER: Permission(_APPROVERS, _AREA),
    Act.RECORD_DECIDE: Permission(_APPROVERS, _AREA),
    Act.RECORD_WARN: Permission(_APPROVERS, _AREA),
    Act.RECORD_REJECT: Permission(_APPROVERS, _AREA),
    Act.RECORD_REVOKE: Permission(_SUPERVISORS, _AREA),
    Act.RECORD_EXPIRE: Permission(_PLATFORM),
    Act.RECORD_REMIND: Permission(_PLATFORM),
    Act.RECORD_SHOW_MINOR: Permission(_APPROVERS, _AREA),
    Act.EVIDENCE_REDACT: Permission(_APPROVERS, _AREA),
    Act.EVIDENCE_CONFIRM: Permission(_APPROVERS, _AREA),
    Act.EVIDENCE_REFUSE: Permission(_APPROVERS, _AREA),
    Act.RECORD_READ: Permission(_READERS | {Role.COMMITTEE}, _AREA),
    Act.RECORD_READ_OWN: Permission(_ENTERPRISE, _OWN),
    Act.RECORD_AUTOMATIC: Permission(_PLATFORM),
    Act.RECORD_REST: Permission(_PROPOSERS, _AREA),
    Act.INSTRUMENT_ENTER: Permission(_ENTERING, _AREA),
    Act.INSTRUMENT_ANNUL: Permission(_ENTERING, _AREA),
    Act.INSTRUMENT_CONFIRM: Permission(_ENTERING, _AREA),
    Act.INSTRUMENT_DECLINE: Permission(_ENTERING, _AREA),
    Act.INSTRUMENT_FALL: Permission(_SUPERVISORS | _PLATFORM, _AREA),
    Act.INSTRUMENT_REMIND: Permission(_PLATFORM),
    Act.INSTRUMENT_READ: Permission(_APPROVERS | _ENTERPRISE, Scope.DIVISION_OR_ORGANISATION),
    Act.RECORD_IMPORT: Permission(_READERS, _AREA),
    Act.RECORD_IMPORT_UNDO: Permission(_READERS, _AREA),
    Act.EVALUATION_OPEN: Permission(frozenset({Role.STREET}), _AREA),
    Act.EVALUATION_MARK: Permission(_MARKERS, _AREA),
    Act.EVALUATION_SUBMIT: Permission(frozenset({Role.STREET}), _AREA),
    Act.EVALUATION_RELEASE: Permission(frozenset({Role.STREET, Role.DISTRICT}), _AREA),
    Act.EVALUATION_RETURN: Permission(frozenset({Role.STREET, Role.DISTRICT}), _AREA),
    Act.EVALUATION_READ: Permission(
        _READERS | {Role.COMMITTEE, Role.ENTERPRISE}, Scope.DIVISION_OR_ORGANISATION
    ),
    Act.EVALUATION_MODERATE: Permission(_SUPERVISORS, _AREA),
    Act.RECORDERS_COMPARE: Permission(_SUPERVISORS, _AREA),
    Act.EVALUATION_RECHECK: Permission(frozenset({Role.DISTRICT}), _AREA),
    Act.EVALUATION_RESCORE: Permission(frozenset({Role.STREET, Role.DISTRICT}), _AREA),
    Act.EVALUATION_SETTLE: Permission(frozenset({Role.DISTRICT}), _AREA),
    Act.EVALUATION_RECHECK_LATE: Permission(_PLATFORM),
    Act.ASSESSOR_DECLARE: Permission(_ASSESSOR, _OWN),
    Act.ASSESSOR_LIST: Permission(_SUPERVISORS, _AREA),
    Act.ASSESSOR_COMPLAIN: Permission(_COMPLAINING),
    Act.ASSESSOR_ANSWER: Permission(_SUPERVISORS, _AREA),
    Act.ASSESSOR_ACCUSE: Permission(_SUPERVISORS, _AREA),
    Act.ASSESSOR_SERVE: Permission(_ASSESSOR | _PLATFORM, _OWN),
    Act.ASSESSOR_STATE: Permission(_ASSESSOR, _OWN),
    Act.ASSESSOR_DECIDE: Permission(_SUPERVISORS, _AREA),
    Act.ASSESSOR_READ: Permission(EVERYONE),
    Act.ASSESSMENT_DRAW: Permission(_READERS - _CITY, _AREA),
    Act.ASSESSMENT_DELIVER: Permission(_ASSESSOR, _OWN),
    Act.ASSESSMENT_DECLINE: Permission(_ASSESSOR, _OWN),
    Act.ASSESSMENT_LAPSE: Permission(_PLATFORM),
    Act.ASSESSMENT_GRADE: Permission(frozenset({Role.DISTRICT}), _AREA),
    Act.ASSESSMENT_READ: Permission(_READERS | _ASSESSOR, Scope.DIVISION_OR_ORGANISATION),
    Act.SURVEY_DRAW: Permission(frozenset({Role.STREET}), _AREA),
    Act.SURVEY_VISIT: Permission(frozenset({Role.STREET, Role.COMMUNITY}), _AREA),
    Act.SURVEY_CLOSE: Permission(frozenset({Role.STREET}), _AREA),
    Act.SURVEY_READ: Permission(_READERS | {Role.COMMITTEE}, _AREA),
    Act.SURVEY_LETTERS: Permission(frozenset({Role.STREET, Role.COMMUNITY}), _AREA),
    Act.SURVEY_ANSWER: Permission(EVERYONE),
    Act.PROJECT_ASSIGN: Permission(frozenset({Role.STREET, Role.DISTRICT, Role.PLATFORM}), _AREA),
    Act.PROJECT_END: Permission(frozenset({Role.STREET, Role.DISTRICT, Role.PLATFORM}), _AREA),
    Act.LIST_OPEN: Permission(_SUPERVISORS | _PLATFORM, _AREA),
    Act.LIST_POST_NOTICE: Permission(_CITY, _AREA),
    Act.LIST_SERVE: Permission(_ENTERPRISE | _PLATFORM, _OWN),
    Act.LIST_STATE: Permission(_ENTERPRISE, _OWN),
    Act.LIST_CALL_HEARING: Permission(_SUPERVISORS, _AREA),
    Act.LIST_HEAR: Permission(_SUPERVISORS, _AREA),
    Act.LIST_REMOVE: Permission(_ENTERPRISE, _OWN),
    Act.LIST_REMIND: Permission(_PLATFORM),
    Act.LIST_REVIEW: Permission(_SUPERVISORS, _AREA),
    Act.LIST_DECIDE: Permission(_CITY, _AREA),
    Act.LIST_ENLIST: Permission(_CITY, _AREA),
    Act.LIST_EXPIRE: Permission(_PLATFORM),
    Act.LIST_REVOKE: Permission(_CITY, _AREA),
    Act.LIST_READ: Permission(EVERYONE),
    Act.SCORE_PUBLISH: Permission(_CITY, _AREA),
    Act.CYCLE_CLOSE: Permission(_CITY),
    Act.CYCLE_PUBLISH: Permission(_CITY),
    Act.CYCLE_READ: Permission(EVERYONE),
    Act.CYCLE_WATCH: Permission(_SUPERVISORS),
    Act.OBJECTION_FILE: Permission(_ENTERPRISE | {Role.COMMITTEE}, Scope.DIVISION_OR_ORGANISATION),
    Act.OBJECTION_CONTEST: Permission(_ENTERPRISE, _OWN),
    Act.OBJECTION_DISPUTE: Permission(_ENTERPRISE, _OWN),
    Act.OBJECTION_EXTEND: Permission(_APPROVERS, _AREA),
    Act.OBJECTION_ANSWER: Permission(_APPROVERS, _AREA),
    Act.OBJECTION_READ: Permission(_APPROVERS | _ENTERPRISE, Scope.DIVISION_OR_ORGANISATION),
    Act.OBJECTION_APPEAL: Permission(_ENTERPRISE | {Role.COMMITTEE}, Scope.DIVISION_OR_ORGANISATION),
    Act.OBJECTION_REVIEW: Permission(_SUPERVISORS, _AREA),
    Act.OBJECTION_REMIND: Permission(_PLATFORM),
    Act.SUCCESSOR_RAISE: Permission(_PLATFORM),
    Act.SUCCESSOR_STATE: Permission(_ENTERPRISE, _OWN),
    Act.SUCCESSOR_CLOSE: Permission(frozenset({Role.DISTRICT}), _AREA),
    Act.MANAGER_OPEN: Permission(_PLATFORM),
    Act.MANAGER_POST_NOTICE: Permission(frozenset({Role.DISTRICT}), _AREA),
    Act.MANAGER_SERVE: Permission(_ENTERPRISE | _PLATFORM, _OWN),
    Act.MANAGER_STATE: Permission(_ENTERPRISE, _OWN),
    Act.MANAGER_DECIDE: Permission(frozenset({Role.DISTRICT}), _AREA),
    Act.MANAGER_LIFT: Permission(frozenset({Role.DISTRICT}), _AREA),
    Act.MANAGER_EXPIRE: Permission(_PLATFORM),
    Act.MANAGER_READ: Permission(_APPROVERS | _ENTERPRISE, Scope.DIVISION_OR_ORGANISATION),
    Act.REPAIR_FILE: Permission(_ENTERPRISE, _OWN),
    Act.REPAIR_ACCEPT: Permission(_APPROVERS, _AREA),
    Act.REPAIR_DECLINE: Permission(_APPROVERS, _AREA),
    Act.REPAIR_EXTEND: Permission(_APPROVERS, _AREA),
    Act.REPAIR_DECIDE: Permission(_APPROVERS, _AREA),
    Act.REPAIR_READ: Permission(_APPROVERS | _ENTERPRISE, Scope.DIVISION_OR_ORGANISATION),
    Act.REPAIR_REMIND: Permission(_PLATFORM),
    Act.NATIONAL_IMPORT: Permission(_CITY),
    Act.NATIONAL_READ: Permission(EVERYONE),
    Act.MEASURE_ISSUE: Permission(_APPROVERS, _AREA),
    Act.MEASURE_DECLINE: Permission(_APPROVERS, _AREA),
    Act.MEASURE_LIFT: Permission(_APPROVERS, _AREA),
    Act.MEASURE_FOLLOW: Permission(_PLATFORM),
    Act.MEASURE_REMIND: Permission(_PLATFORM),
    Act.MEASURE_READ: Permission(_APPROVERS, _AREA),
    Act.FIGURES_IMPORT: Permission(_SUPERVISORS, _AREA),
    Act.FIGURES_READ: Permission(_READERS, _AREA),
    Act.CASES_IMPORT: Permission(_SUPERVISORS, _AREA),
    Act.CASES_UNDO: Permission(_SUPERVISORS, _AREA),
    Act.ORDER_PROPOSE: Permission(_PROPOSERS - _PLATFORM, _AREA),
    Act.ORDER_DECLINE: Permission(_APPROVERS, _AREA),
    Act.ORDER_ISSUE: Permission(_APPROVERS, _AREA),
    Act.ORDER_SERVE: Permission(_CORRECTING | _PLATFORM, _OWN),
    Act.ORDER_STATE: Permission(_CORRECTING, _OWN),
    Act.ORDER_REPLY: Permission(_CORRECTING, _OWN),
    Act.ORDER_EXTEND: Permission(_APPROVERS, _AREA),
    Act.ORDER_RECHECK: Permission(_APPROVERS, _AREA),
    Act.ORDER_WITHDRAW: Permission(_APPROVERS, _AREA),
    Act.ORDER_LAPSE: Permission(_PLATFORM),
    Act.ORDER_READ: Permission(_READERS | _CORRECTING | {Role.COMMITTEE}, Scope.DIVISION_OR_ORGANISATION),
    Act.RISK_SET: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_PLAN: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_FOLLOW: Permission(_PLATFORM),
    Act.INSPECTION_CALL: Permission(_PLATFORM),
    Act.INSPECTION_NAME: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_ANNOUNCE: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_PHOTOGRAPH: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_HOLD: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_PURSUE: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_CANCEL: Permission(_APPROVERS, _AREA),
    Act.INSPECTION_STATE: Permission(_ENTERPRISE, _OWN),
    Act.INSPECTION_REMIND: Permission(_PLATFORM),
    Act.INSPECTION_READ: Permission(_APPROVERS | _ENTERPRISE, Scope.DIVISION_OR_ORGANISATION),
    Act.BAN_RECORD: Permission(_SUPERVISORS, _AREA),
    Act.RULES_READ: Permission(EVERYONE),
    Act.RULES_READ_DRAFT: Permission(_SUPERVISORS),
    Act.RULES_DRAFT: Permission(_CITY),
    Act.RULES_EDIT: Permission(_CITY),
    Act.RULES_SIMULATE: Permission(_CITY),
    Act.RULES_APPROVE: Permission(_CITY),
    Act.RULES_RETURN: Permission(_CITY),
    Act.RULES_PUBLISH: Permission(_CITY),
    Act.RULES_WITHDRAW: Permission(_CITY),
    Act.RULES_ABANDON: Permission(_CITY),
    Act.SCORE_READ: Permission(EVERYONE),
    Act.CALENDAR_FOLLOW: Permission(_PLATFORM),
}
"""Act -> who may. An act without an entry is refused to everybody."""
