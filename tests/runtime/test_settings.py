"""Settings: read once, typed, and silent about secrets."""

from pathlib import Path

import pytest

from market.runtime import settings


def test_nothing_set_is_a_local_market_with_its_own_database() -> None:
    found = settings.load({})
    assert found.database.url is None
    assert found.server.origin == "http://127.0.0.1:8000"
    assert not found.server.secure
    assert not found.demo.enabled
    assert found.keys.folder == Path("var/keys").absolute()


def test_a_secret_shows_in_no_representation() -> None:
    found = settings.load({"DATABASE_URL": "postgresql://market:4711@db/market"})
    assert found.database.url is not None
    assert "4711" not in repr(found) + str(found) + str(found.database.url) + f"{found.database.url}"
    assert found.database.url.value.endswith("4711@db/market")


def test_https_makes_cookies_secure_and_proxies_are_listed() -> None:
    found = settings.load(
        {"MARKET_ORIGIN": "https://market.example/", "MARKET_PROXIES": "10.0.0.0/8, ::1/128"}
    )
    assert found.server.secure
    assert found.server.origin == "https://market.example"
    assert found.server.proxies == ("10.0.0.0/8", "::1/128")


@pytest.mark.parametrize(
    ("name", "value"), [("MARKET_PORT", "eighty"), ("MARKET_DEMO", "perhaps"), ("MARKET_PROT", "1")]
)
def test_a_wrong_value_or_name_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(settings.SettingError, match=name):
        settings.load({name: value})


def test_switches_are_read() -> None:
    found = settings.load({"MARKET_DEMO": "1", "MARKET_LIMITS": "0", "MARKET_POOL": "4"})
    assert (found.demo.enabled, found.server.limited, found.database.pool) == (True, False, 4)


MAIL = {"MARKET_SMTP_HOST": "mail.example", "MARKET_MAIL_FROM": "Market <post@market.example>"}


@pytest.mark.parametrize(("security", "port"), [("", 587), ("starttls", 587), ("tls", 465)])
def test_mail_is_off_until_a_server_is_named_and_then_kept_from_others(security: str, port: int) -> None:
    assert settings.load({}).mail is None
    found = settings.load(MAIL | {"MARKET_SMTP_SECURITY": security, "MARKET_SMTP_PASSWORD": "4711"}).mail
    assert found is not None
    assert found.port == port
    assert found.security is not settings.MailSecurity.NONE
    assert "4711" not in repr(found)


@pytest.mark.parametrize(("host", "allowed"), [("127.0.0.1", True), ("localhost", True), ("10.0.0.1", False)])
def test_letters_go_in_the_clear_to_this_very_machine_only(host: str, allowed: bool) -> None:  # noqa: FBT001
    given = MAIL | {"MARKET_SMTP_HOST": host, "MARKET_SMTP_SECURITY": "none"}
    if allowed:
        found = settings.load(given).mail
        assert found is not None
        assert found.port == 25
    else:
        with pytest.raises(settings.SettingError, match="MARKET_SMTP_SECURITY"):
            settings.load(given)


def test_a_mail_server_without_a_sender_is_refused() -> None:
    with pytest.raises(settings.SettingError, match="MARKET_MAIL_FROM"):
        settings.load({"MARKET_SMTP_HOST": "mail.example"})
