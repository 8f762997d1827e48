"""Who may do which act on parties: one row each, everything else is denied.

The rows follow the duties of the four levels (BPR 6 to 10): city and district keep the register of
enterprises, streets file committees and register residential areas, every body gives its own mandates.
"""

from enum import StrEnum

from market.kernel.actor import EVERYONE, PUBLIC_READ, SIGNED_IN, Permission, Role, Scope, Strength


class Act(StrEnum):
    """Acts on parties, as they stand in the audit log."""

    READ = "parties:register:read"
    SIGN_IN = "parties:session:open"
    SIGN_OUT = "parties:session:close"
    SWITCH = "parties:session:switch"
    PASSWORD = "parties:account:change-password"  # noqa: S105 - the name of an act
    FACTOR_READ = "parties:second-factor:read"
    FACTOR_GIVE = "parties:second-factor:give"
    FACTOR_BEGIN = "parties:second-factor:begin"
    FACTOR_CONFIRM = "parties:second-factor:confirm"
    FACTOR_REMOVE = "parties:second-factor:remove"
    FACTOR_CODES = "parties:second-factor:renew-codes"
    FACTOR_RECOVER = "parties:second-factor:recover"
    FACTOR_RESET = "parties:second-factor:reset"
    ACCOUNT_OPEN = "parties:account:open"
    ACCOUNT_CLOSE = "parties:account:close"
    CONTACT_READ = "parties:contact:read"
    MAIL_GIVE = "parties:mail-address:give"
    MAIL_CONFIRM = "parties:mail-address:confirm"
    MAIL_STOP = "parties:mail-address:stop"
    MAIL_REMOVE = "parties:mail-address:remove"
    FEED_MAKE = "parties:calendar-feed:make"
    FEED_REVOKE = "parties:calendar-feed:revoke"
    DIVISIONS_IMPORT = "parties:division:import"
    ORGANISATION_APPLY = "parties:organisation:apply"
    ORGANISATION_ESTABLISH = "parties:organisation:establish"
    ORGANISATION_ADMIT = "parties:organisation:admit"
    ORGANISATION_REFUSE = "parties:organisation:refuse"
    ORGANISATION_CLOSE = "parties:organisation:close"
    CONTROL_READ = "parties:control:read"
    CONTROL_STATE = "parties:control:state"
    CONTROL_END = "parties:control:end"
    CONTROL_CONFIRM = "parties:control:confirm"
    CONTROL_CORRECT = "parties:control:correct"
    CONTROL_WITHDRAW = "parties:control:withdraw"
    MANDATE_READ = "parties:mandate:read"
    MANDATE_GRANT = "parties:mandate:grant"
    MANDATE_GRANT_BELOW = "parties:mandate:grant-below"
    MANDATE_REVOKE = "parties:mandate:revoke"
    MANDATE_REVOKE_BELOW = "parties:mandate:revoke-below"
    EXPERT_READ = "parties:expert:read"
    EXPERT_ENTER = "parties:expert:enter"
    EXPERT_DECLARE = "parties:expert:declare"
    EXPERT_END = "parties:expert:end"
    COMMUNITY_REGISTER = "parties:community:register"
    COMMUNITY_CONFIRM = "parties:community:confirm"
    UNITS_IMPORT = "parties:unit-list:import"
    SIGNING_KEY_REGISTER = "parties:signing-key:register"
    SIGNING_KEY_REVOKE = "parties:signing-key:revoke"
    KEYHOLDER_KEY_REGISTER = "parties:keyholder-key:register"
    KEYHOLDER_KEY_REVOKE = "parties:keyholder-key:revoke"


_OWN = frozenset(
    {
        Role.CITY,
        Role.DISTRICT,
        Role.STREET,
        Role.COMMUNITY,
        Role.COMMITTEE,
        Role.ENTERPRISE,
        Role.DEVELOPER,
        Role.ASSESSOR,
    }
)
_ABOVE = Permission(frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.PLATFORM}), Scope.DIVISION)
_OWN_BODY = Permission(_OWN, Scope.ORGANISATION)
_HOLDERS = Permission(
    frozenset(
        {
            Role.DISTRICT,
            Role.STREET,
            Role.COMMUNITY,
            Role.COMMITTEE,
            Role.DEVELOPER,
            Role.WITNESS,
        }
    ),
    Scope.ORGANISATION,
    Strength.ALWAYS,
)
_THRESHOLD = Permission(EVERYONE, strength=Strength.NEVER)
"""What leads in or out: the session may still be weak, or only half open; the act asks whose it is."""
_ROSTERS = frozenset({Role.CITY, Role.DISTRICT})
_OWN_ACCOUNT = Permission(SIGNED_IN - {Role.PLATFORM})
_LINK = Permission(EVERYONE, strength=Strength.NEVER)
"""The secret in a mailed link is the right to follow it, whoever happens to be signed in."""
_BIDDERS = Permission(frozenset({Role.ENTERPRISE}), Scope.ORGANISATION)
_KEEPERS = Permission(_ROSTERS, Scope.DIVISION)
"""Who keeps the register of enterprises (BPR 6, 7)."""

PERMISSIONS: dict[Act, Permission] = {
    Act.READ: PUBLIC_READ,
    Act.SIGN_IN: _THRESHOLD,
    Act.SIGN_OUT: _THRESHOLD,
    Act.SWITCH: _THRESHOLD,
    Act.PASSWORD: Permission(SIGNED_IN),
    Act.FACTOR_READ: _THRESHOLD,
    Act.FACTOR_GIVE: _THRESHOLD,
    Act.FACTOR_BEGIN: _THRESHOLD,
    Act.FACTOR_CONFIRM: _THRESHOLD,
    Act.FACTOR_REMOVE: _THRESHOLD,
    Act.FACTOR_CODES: _THRESHOLD,
    Act.FACTOR_RECOVER: _THRESHOLD,
    Act.FACTOR_RESET: Permission(_OWN | {Role.PLATFORM}, Scope.DIVISION_OR_ORGANISATION, Strength.ALWAYS),
    Act.ACCOUNT_OPEN: Permission(_OWN | {Role.PLATFORM, Role.PUBLIC}),
    Act.ACCOUNT_CLOSE: Permission(SIGNED_IN),
    Act.CONTACT_READ: _OWN_ACCOUNT,
    Act.MAIL_GIVE: _OWN_ACCOUNT,
    Act.MAIL_CONFIRM: _LINK,
    Act.MAIL_STOP: _LINK,
    Act.MAIL_REMOVE: _OWN_ACCOUNT,
    Act.FEED_MAKE: _OWN_ACCOUNT,
    Act.FEED_REVOKE: _OWN_ACCOUNT,
    Act.DIVISIONS_IMPORT: Permission(frozenset({Role.PLATFORM})),
    Act.ORGANISATION_APPLY: Permission(
        frozenset({Role.PUBLIC, Role.COMMITTEE, Role.ENTERPRISE, Role.DEVELOPER, Role.ASSESSOR})
    ),
    Act.ORGANISATION_ESTABLISH: _ABOVE,
    Act.ORGANISATION_ADMIT: _ABOVE,
    Act.ORGANISATION_REFUSE: _ABOVE,
    Act.ORGANISATION_CLOSE: _ABOVE,
    Act.CONTROL_READ: Permission(
        frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.ENTERPRISE}), Scope.DIVISION_OR_ORGANISATION
    ),
    Act.CONTROL_STATE: _BIDDERS,
    Act.CONTROL_END: _BIDDERS,
    Act.CONTROL_CONFIRM: _KEEPERS,
    Act.CONTROL_CORRECT: _KEEPERS,
    Act.CONTROL_WITHDRAW: _KEEPERS,
    Act.MANDATE_READ: _OWN_BODY,
    Act.MANDATE_GRANT: _OWN_BODY,
    Act.MANDATE_GRANT_BELOW: _ABOVE,
    Act.MANDATE_REVOKE: _OWN_BODY,
    Act.MANDATE_REVOKE_BELOW: _ABOVE,
    Act.EXPERT_READ: Permission(_ROSTERS | {Role.EXPERT}, Scope.ORGANISATION),
    Act.EXPERT_ENTER: Permission(_ROSTERS, Scope.ORGANISATION),
    Act.EXPERT_DECLARE: Permission(frozenset({Role.EXPERT})),
    Act.EXPERT_END: Permission(_ROSTERS, Scope.ORGANISATION),
    Act.COMMUNITY_REGISTER: Permission(
        frozenset({Role.STREET, Role.COMMITTEE, Role.ENTERPRISE, Role.DEVELOPER}), Scope.DIVISION
    ),
    Act.COMMUNITY_CONFIRM: Permission(frozenset({Role.DISTRICT}), Scope.DIVISION),
    Act.UNITS_IMPORT: Permission(
        frozenset({Role.STREET, Role.COMMITTEE, Role.DEVELOPER}), Scope.DIVISION_OR_ORGANISATION
    ),
    Act.SIGNING_KEY_REGISTER: _BIDDERS,
    Act.SIGNING_KEY_REVOKE: _BIDDERS,
    Act.KEYHOLDER_KEY_REGISTER: _HOLDERS,
    Act.KEYHOLDER_KEY_REVOKE: _HOLDERS,
}
