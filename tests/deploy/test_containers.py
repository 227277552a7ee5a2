"""The containers hold what they should and are told what they need, as far as that can be read."""

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic_settings import BaseSettings

from deploy.container import env, lock
from deploy.local.environment import environment
from deploy.local.forge import forge
from deploy.local.house import CHORES
from deploy.local.identity import IdentitySettings
from deploy.local.parts import PARTS, Part
from deploy.local.postgres import Cluster
from deploy.migrations import FOLDERS
from gateway.settings import GatewaySettings
from services.datahub.senate.stub.app import StubSettings
from services.datahub.settings import DatahubSettings
from services.participation.settings import ParticipationSettings
from services.registry.settings import RegistrySettings
from tests.deploy.images import ROOT, images

VARIABLE = re.compile(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}")
FILE = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(FILE)["services"]
IMAGES = images()
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
JOBS = {name for name, each in SERVICES.items() if each["restart"] == "no"}
FRESH = env.fresh()
SETTINGS: dict[str, type[BaseSettings]] = {
    "gateway": GatewaySettings,
    "registry": RegistrySettings,
    "datahub": DatahubSettings,
    "datahub-worker": DatahubSettings,
    "participation": ParticipationSettings,
    "participation-worker": ParticipationSettings,
    "partner": StubSettings,
    "identity": IdentitySettings,
}
# From an image's files and the installed packages, and from nowhere else.
WITHIN = """
import sys
sys.path[:] = [".", *(path for path in sys.path if "lib/python" in path), sys.argv[1]]
"""


def told(service: str) -> dict[str, str]:
    """A container's environment under fresh keys."""
    given = SERVICES[service].get("environment", {})
    return {
        name: VARIABLE.sub(lambda found: FRESH[found[1]], str(value))
        for name, value in given.items()
    }


def started(service: str) -> list[str]:
    """What a container starts."""
    each = SERVICES[service]
    return list(each.get("command") or IMAGES[each["build"]["target"]].command)


def within(folder: Path, script: str, *words: str) -> list[str]:
    """What a script says that runs on an image's files."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    # -S: or the checkout would be on the path, too, by the editable installation.
    command = [sys.executable, "-S", "-B", "-c", WITHIN + script, packages, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_process_of_make_up_is_a_container(part: Part) -> None:
    assert (part.factory or part.module) in started(part.name)
    assert started(part.name)[-len(part.options) :] == list(part.options) or not part.options


def test_every_setting_of_make_up_is_set_in_a_container(tmp_path: Path) -> None:
    ports = {part.name: 1 for part in PARTS}
    local = environment(ports, forge(), Cluster(tmp_path, durable=False))
    assert set(local) <= {name for part in PARTS for name in told(part.name)}


@pytest.mark.parametrize("service", SETTINGS)
def test_a_process_is_told_all_that_it_asks_for(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SETTINGS[service]
    prefix = settings.model_config["env_prefix"]
    for name in settings.model_fields:
        monkeypatch.delenv(f"{prefix}{name}".upper(), raising=False)
    for name, value in told(service).items():
        monkeypatch.setenv(name, value)
    assert settings()


def test_every_part_is_migrated_before_its_processes_begin() -> None:
    for part in FOLDERS:
        migrated = started(f"migrate-{part}")
        assert migrated == ["python", "-m", "deploy.migrations", part]
        assert f"{part.upper()}_OWNER_URL" in told(f"migrate-{part}")
        for process in (name for name in (part, f"{part}-worker") if name in SERVICES):
            assert f"migrate-{part}" in awaited(process)


def awaited(service: str) -> set[str]:
    """All that has to be done or healthy before a container begins."""
    direct = set(SERVICES[service].get("depends_on", ()))
    return direct.union(*(awaited(each) for each in direct))


def test_a_job_is_awaited_by_a_process_or_waiting_for_all_would_fail() -> None:
    running = SERVICES.keys() - JOBS
    assert set.union(*(awaited(name) for name in running)) >= JOBS


def test_nobody_is_told_a_password_or_key_of_others() -> None:
    mine = {
        **{f"{part}_{kind}".upper(): part for part in FOLDERS for kind in env.KINDS},
        "GATEWAY_SIGNING_KEY": "gateway",
        "GATEWAY_CONTRIBUTION_KEY": "gateway",
        "IDENTITY_KEY": "identity",
    }
    for service in OURS:
        whole = json.dumps(list(told(service).values()))
        for name, part in mine.items():
            secret = FRESH.get(name) or FRESH[f"{name}_PASSWORD"]
            known = secret in whole or json.dumps(secret)[1:-1] in whole
            owner = name.endswith("_OWNER")
            may = SERVICES[service]["build"]["target"] == part
            assert not known or (may and owner == service.startswith("migrate-")), (service, name)
        assert FRESH["DATABASE_PASSWORD"] not in whole


def test_every_role_has_a_password_of_its_own() -> None:
    given = json.loads(told("provision")["KIEZKNOTEN_ROLE_PASSWORDS"])
    assert given.keys() == {f"{part}_{kind}" for part in FOLDERS for kind in ("owner", "service")}
    assert all(FRESH[f"{role}_password".upper()] == given[role] for role in given)
    assert len(set(given.values())) == len(given)
    assert "KIEZKNOTEN_ROLE_PASSWORDS" in (ROOT / "deploy/provision.sql").read_text()


def test_the_example_names_every_secret_and_no_other() -> None:
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    asked = {name for name, how, _ in VARIABLE.findall(FILE) if how == ":?"}
    assert example == asked == set(FRESH)


def test_nothing_asked_for_has_a_way_to_be_empty() -> None:
    plain = {name for name, how, _ in VARIABLE.findall(FILE) if how == ":-"}
    assert plain == {"ADDRESS", "PORT", "IDENTITY_PORT"}
    assert "$" not in VARIABLE.sub("", FILE)


@pytest.mark.parametrize("service", OURS)
def test_a_container_has_no_more_rights_than_it_needs(service: str) -> None:
    each = SERVICES[service]
    assert each["read_only"] is True
    assert each["cap_drop"] == ["ALL"]
    assert "cap_add" not in each
    assert "no-new-privileges:true" in each["security_opt"]
    image = IMAGES[each["build"]["target"]]
    assert int(image.user) > 0
    assert image.environment["UVICORN_PROXY_HEADERS"] == "false"
    assert image.environment["UVICORN_SERVER_HEADER"] == "false"


def test_only_the_doors_are_open_and_only_on_this_machine() -> None:
    doors = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert doors.keys() == {"gateway", "identity"}
    for ports in doors.values():
        for port in ports:
            assert port.startswith(("127.0.0.1:", "${ADDRESS:-127.0.0.1}:"))
    near = {name for name, each in SERVICES.items() if "database" in each.get("networks", [])}
    assert near == SERVICES.keys() - {"partner", "identity"}
    assert yaml.safe_load(FILE)["networks"]["database"] == {"internal": True}


IMPORTED = """
from importlib import import_module
from pathlib import Path
for name in sys.argv[2:]:
    import_module(name)
print(*(each for each in Path().rglob("*.py")))
"""
OFFERED = """
from deploy.command import app
from typer.main import get_command
print(*get_command(app).commands)
"""
HELD = {
    "gateway": ("gateway/",),
    "registry": ("services/registry/",),
    "datahub": ("services/datahub/",),
    "participation": ("services/participation/",),
    "partner": ("services/datahub/senate/stub/",),
    "identity": ("deploy/local/",),
}


@pytest.mark.parametrize("target", HELD)
def test_an_image_holds_shared_and_its_one_part(target: str, tmp_path: Path) -> None:
    IMAGES[target].lay_out(tmp_path)
    begins = [
        part.module or part.factory.split(":")[0]
        for part in PARTS
        if SERVICES[part.name]["build"]["target"] == target
    ]
    if target in FOLDERS:
        begins.append("deploy.migrations")
    if target == "identity":
        begins.append("deploy.container.env")
    files = within(tmp_path, IMPORTED, *begins)
    for file in files:
        shared = ("shared/", "deploy/container/", "deploy/journal/")
        ours = file.startswith((*shared, *HELD[target]))
        assert ours or file.endswith("__init__.py") or Path(file).parent == Path("deploy"), file


@pytest.mark.parametrize(
    ("target", "offers"),
    [
        ("registry", {"seed", "journal"}),
        ("datahub", {"areas", "senate", "journal"}),
        ("gateway", {"journal"}),
        ("identity", {"hats", "token"}),
    ],
)
def test_an_image_offers_its_own_commands(target: str, offers: set[str], tmp_path: Path) -> None:
    IMAGES[target].lay_out(tmp_path)
    assert set(within(tmp_path, OFFERED)) == offers


def test_the_chores_of_make_up_are_jobs() -> None:
    jobs = [started(name) for name in JOBS if name in OURS]
    for _, _, module, *words in CHORES:
        command = ["kiezknoten"] if module == "deploy.command" else ["python", "-m", module]
        assert any(job[: len(command) + len(words)] == [*command, *words] for job in jobs)


def test_the_lock_knows_what_running_needs() -> None:
    text = (ROOT / "requirements.lock").read_text()
    project = distribution("kiezknoten").requires or []
    wanted = [r for r in map(Requirement, project) if not r.marker or r.marker.evaluate()]
    running = lock.blocks(lock.part(text, [each.name for each in wanted]))
    assert installed(wanted) == running.keys()
    assert not {"pytest", "mypy", "ruff", "hatchling"} & running.keys()
    assert all("--hash=sha256:" in entry for entry in running.values())


# The lock is for every Python from 3.11.0 on, and a few packages are needed by the first ones only.
OLDEST = {"python_full_version": "3.11.0"}


def installed(wanted: list[Requirement]) -> set[str]:
    """What is needed by what the installed packages themselves say, extras and all."""
    found: dict[str, set[str]] = {}
    todo = list(wanted)
    while todo:
        each = todo.pop()
        extras = {"", *each.extras}
        name = canonicalize_name(each.name)
        if extras <= found.get(name, set()):
            continue
        known = found.setdefault(name, set())
        known |= extras
        for text in distribution(name).requires or []:
            more = Requirement(text)
            if not more.marker or any(more.marker.evaluate(OLDEST | {"extra": e}) for e in known):
                todo.append(more)
    return set(found)
