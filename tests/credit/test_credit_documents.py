"""The page about credit names every flag, and every data file it speaks of is there."""

from pathlib import Path

from credit.domain.catalogue import Flag

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "credit.md").read_text(encoding="utf-8")


def test_every_flag_is_explained() -> None:
    short = TEXT.replace("`…_IF_DEATH`", "`EXIT_TRIGGER_IF_DEATH`").replace(
        "`…_IF_REPEAT`", "`EXIT_TRIGGER_IF_REPEAT`"
    )
    assert [flag.value for flag in Flag if f"`{flag.value}`" not in short] == []


def test_every_module_named_is_there() -> None:
    named = [
        part.split("::")[0] for part in TEXT.split("`") if part.startswith("credit/") and part.endswith(".py")
    ]
    assert len(named) > 6
    assert [name for name in named if not (ROOT / name).exists()] == []
