"""Every text of the wing exists in both languages; every refusal, value and act has its words."""

import importlib
import pkgutil
import re
import string
from pathlib import Path

import credit
from credit.domain import catalogue, evaluation, grade, list_entry, offer, record
from credit.domain.act import Act
from credit.domain.appraisal import moderation, recheck
from market.kernel.errors import MarketError
from market.runtime.web import i18n

ROOT = Path(credit.__file__).parent
CHINESE, ENGLISH = (i18n.read(ROOT / "locale" / f"{name}.po") for name in ("zh_Hans", "en"))
QUOTED = re.compile(r"""["'](credit\.[a-z_]+\.[A-Za-z0-9_.-]*[A-Za-z0-9_-])["']""")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def refusals(of: type[MarketError] = MarketError) -> set[str]:
    found = {of.code} if of.__module__.startswith("credit.") else set()
    return found.union(*(refusals(kind) for kind in of.__subclasses__()))


def test_both_languages_say_the_same_with_the_same_values() -> None:
    assert CHINESE.keys() == ENGLISH.keys()
    for key, text in CHINESE.items():
        assert placeholders(text) == placeholders(ENGLISH[key]), key
        assert not re.search(r"[!！]|Oops", text + ENGLISH[key])


def test_every_refusal_has_its_words() -> None:
    for module in pkgutil.walk_packages(credit.__path__, "credit."):
        if "piccolo" not in module.name:
            importlib.import_module(module.name)
    wanted = {f"error.{code}.{part}" for code in refusals() for part in ("title", "detail")}
    assert wanted == {key for key in CHINESE if key.startswith("error.")}


def test_every_value_shown_has_its_words() -> None:
    wanted = {f"credit.stage.{s.value}" for s in record.Stage}
    wanted |= {f"credit.severity.{s.value}" for s in catalogue.Severity}
    wanted |= {f"credit.subject.{s.value}" for s in catalogue.Subject}
    wanted |= {f"credit.recorder.{r.value}" for r in catalogue.Recorder}
    wanted |= {f"credit.mark.{m.value}" for m in catalogue.Mark}
    wanted |= {f"credit.evaluation.stage.{s.value}" for s in evaluation.Stage}
    wanted |= {f"credit.evaluation.part.{p.value}" for p in evaluation.Part}
    wanted |= {f"credit.recheck.stage.{s.value}" for s in recheck.Stage}
    wanted |= {f"credit.moderation.cause.{c.value}" for c in moderation.Cause}
    wanted |= {f"credit.list.stage.{s.value}" for s in list_entry.Stage}
    wanted |= {f"credit.grade.{g.value}" for g in grade.Grade if g is grade.Grade.UNRATED}
    offered = {*offer.RECORD_ACTS.values(), *offer.LIST_ACTS.values(), Act.RECORD_COMPLETE}
    offered |= {Act.RECORD_SHOW_MINOR, Act.LIST_STATE, Act.EVALUATION_SUBMIT, Act.EVALUATION_RELEASE}
    wanted |= {f"credit.act.{act.value.replace(':', '.')}" for act in offered}
    assert sorted(wanted - CHINESE.keys()) == []


def test_every_key_that_pages_and_services_name_exists() -> None:
    sources = [*ROOT.rglob("*.html"), *ROOT.rglob("*.py")]
    named = {
        key for path in sources for key in QUOTED.findall(path.read_text()) if "piccolo" not in str(path)
    }
    modules = {name for name in named if (ROOT / Path(*name.split(".")[1:])).with_suffix(".py").exists()}
    folders = {name for name in named if (ROOT / Path(*name.split(".")[1:])).is_dir()}
    unknown = {k for k in named - modules - folders if not k.endswith((".html", ".tables", "piccolo_app"))}
    assert sorted(unknown - CHINESE.keys()) == []


def test_every_branch_of_an_explanation_has_its_words() -> None:
    text = (ROOT / "domain" / "explanation.py").read_text()
    keys = set(re.findall(r'key="([a-z-]+)"', text)) | set(re.findall(r'"(quality[a-z-]*)"', text))
    keys |= {"line", "line-cap", "line-same-fact", "undisclosed", "exact"}
    assert len(keys) > 12
    assert sorted({f"credit.explain.{key}" for key in keys} - CHINESE.keys()) == []
