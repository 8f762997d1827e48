"""Who stands ready when the demonstration opens: offices on four levels, and one account for every role.

Names are made up and say so (示例, 演示); divisions are real. Passwords are printed: it is a demonstration.
"""

import msgspec

from market.kernel.actor import Role
from market.parties.public import OrganisationKind

CITY = "110000"
DISTRICT = "110105"
STREET = "110105001"
COMMUNITY = "110105001024"


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the demonstration.

    Attributes:
        login: Name to sign in with.
        person: Made-up name of the person.
        look: Page to begin with.
        of: Log-in name of the colleague whose office it is; empty for the first of an office.
    """

    login: str
    person: str
    role: Role
    look: str = "/workspace"
    of: str = ""


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """A body that another one files, with its first person.

    Attributes:
        above: Log-in name of the officer who files it.
    """

    kind: OrganisationKind
    name: str
    division: str
    above: str
    first: Post


OPERATOR = Post(login="operator", person="演示运维员", role=Role.OPERATOR, look="/log")
CITY_OFFICER = Post(login="city", person="演示市级甲", role=Role.CITY, look="/credit/records")

OFFICES = (
    Office(
        kind=OrganisationKind.AUTHORITY,
        name="示例朝阳区物业主管部门",
        division=DISTRICT,
        above="city",
        first=Post(login="district", person="演示区级甲", role=Role.DISTRICT, look="/credit/records"),
    ),
    Office(
        kind=OrganisationKind.AUTHORITY,
        name="示例建外街道办事处",
        division=STREET,
        above="district",
        first=Post(login="street", person="演示街道甲", role=Role.STREET),
    ),
    Office(
        kind=OrganisationKind.AUTHORITY,
        name="示例南郎家园社区居委会",
        division=COMMUNITY,
        above="street",
        first=Post(login="community", person="演示社区甲", role=Role.COMMUNITY, look="/credit/evaluations"),
    ),
    Office(
        kind=OrganisationKind.WITNESS,
        name="示例公证见证处",
        division=DISTRICT,
        above="city",
        first=Post(login="witness", person="演示见证甲", role=Role.WITNESS, look="/tenders?stage=opening"),
    ),
    Office(
        kind=OrganisationKind.ASSOCIATION,
        name="示例物业管理协会",
        division=CITY,
        above="city",
        first=Post(login="association", person="演示协会甲", role=Role.ASSOCIATION, look="/exit-list"),
    ),
)

COLLEAGUES = (
    Post(login="city2", person="演示市级乙", role=Role.CITY, of="city", look="/exit-list"),
    Post(login="district2", person="演示区级乙", role=Role.DISTRICT, of="district", look="/credit/records"),
    Post(login="street2", person="演示街道乙", role=Role.STREET, of="street", look="/credit/evaluations"),
    Post(login="street3", person="演示街道丙", role=Role.STREET, of="street", look="/credit/evaluations"),
)

EXPERTS = ("expert", *(f"expert{number}" for number in range(2, 15)))
"""On the city's roster, each of another made-up employer, so that every draw finds seats and reserves."""

ON_ROSTER = tuple(
    Post(
        login=login,
        person=f"演示专家{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[place]}",
        role=Role.EXPERT,
        of="city",
    )
    for place, login in enumerate(EXPERTS)
)

KEYHOLDERS = ("street", "district", "witness")
"""Who holds a key besides the tenderer: the supervising authority, and a witness from elsewhere."""


def offices() -> tuple[Post, ...]:
    """Return every account that exists before the first committee and enterprise come."""
    return (OPERATOR, CITY_OFFICER, *(office.first for office in OFFICES), *COLLEAGUES, *ON_ROSTER)
