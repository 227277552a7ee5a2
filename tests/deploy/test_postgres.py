"""The private PostgreSQL comes up whatever was left behind, and lets in only who has business."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import create_engine, text

from deploy.local import binaries
from deploy.local.postgres import Cluster
from deploy.local.trouble import Trouble
from tests.deploy.places import a_place

pytestmark = pytest.mark.xdist_group("postgres")


def admin(cluster: Cluster, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(
        host=str(cluster.socket), port=5432, user="postgres", dbname=database, autocommit=True
    )


def value(cluster: Cluster, question: str) -> object:
    with admin(cluster) as connection:
        row = connection.execute(question).fetchone()
    assert row
    return row[0]


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A running one, provisioned."""
    with a_place() as place:
        cluster = Cluster(place / "postgres", durable=False)
        cluster.up()
        cluster.provision()
        yield cluster
        cluster.remove()


@pytest.fixture
def own() -> Iterator[Cluster]:
    """One to mistreat."""
    with a_place() as place:
        cluster = Cluster(place / "postgres", durable=True)
        yield cluster
        cluster.remove()


def test_it_is_started_once(cluster: Cluster) -> None:
    assert cluster.up() is False


def test_it_can_be_provisioned_again(cluster: Cluster) -> None:
    cluster.provision()


def test_its_address_leads_there_from_a_path_with_a_space(cluster: Cluster) -> None:
    assert " " in str(cluster.data)
    engine = create_engine(cluster.url("datahub", "datahub_service"))
    with engine.connect() as connection:
        who = connection.execute(text("SELECT current_user, PostGIS_Version()")).one()
    engine.dispose()
    assert who[0] == "datahub_service"


def test_it_listens_on_no_network_address(cluster: Cluster) -> None:
    assert value(cluster, "SHOW listen_addresses") == ""


def test_nobody_else_can_reach_its_socket(cluster: Cluster) -> None:
    assert cluster.socket.stat().st_mode & 0o077 == 0
    assert cluster.home.stat().st_mode & 0o077 == 0


def test_no_role_of_ours_can_pass_a_row_policy(cluster: Cluster) -> None:
    mighty = "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
    assert value(cluster, "SELECT count(*) FROM pg_roles WHERE rolcanlogin") == 1 + 8
    names = f"SELECT array_agg(rolname::text) FROM pg_roles WHERE {mighty}"
    assert value(cluster, names) == ["postgres"]


@pytest.mark.parametrize("role", ["registry_service", "registry_owner"])
def test_a_service_cannot_enter_anothers_database(cluster: Cluster, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(host=str(cluster.socket), port=5432, user=role, dbname="datahub")


def test_a_service_makes_no_tables(cluster: Cluster) -> None:
    with (
        psycopg.connect(
            host=str(cluster.socket), port=5432, user="registry_service", dbname="registry"
        ) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine ()")


@pytest.mark.parametrize(("owner", "expected"), [("registry", False), ("participation", True)])
def test_any_database_can_get_what_its_owners_has(
    cluster: Cluster, owner: str, expected: bool
) -> None:
    with admin(cluster) as connection:
        connection.execute(f"CREATE DATABASE trial OWNER {owner}_owner".encode())
        try:
            cluster.extend("trial")
            with admin(cluster, "trial") as inside:
                found = {name for (name,) in inside.execute("SELECT extname FROM pg_extension")}
        finally:
            connection.execute("DROP DATABASE trial WITH (FORCE)")
    assert {"btree_gist", "pg_trgm", "unaccent"} <= found
    assert ("postgis" in found) is expected


def test_tests_do_not_wait_for_the_disk_and_people_do(cluster: Cluster, own: Cluster) -> None:
    own.up()
    assert value(cluster, "SHOW fsync") == "off"
    assert value(own, "SHOW fsync") == "on"


def test_a_killed_server_comes_back_with_its_data(own: Cluster) -> None:
    own.up()
    with admin(own) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    busy = admin(own)
    computing = threading.Thread(target=_compute_until_cut_off, args=(busy,))
    computing.start()
    active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query ~ 'sqrt'"
    while value(own, f"{active} AND pid <> pg_backend_pid()") == 0:
        time.sleep(0.05)

    os.kill(postmaster(own), signal.SIGKILL)

    assert own.up() is True
    computing.join()
    assert value(own, "SELECT number FROM kept") == 7


def _compute_until_cut_off(connection: psycopg.Connection) -> None:
    # Deep in a computation, a backend does not notice that its server is gone.
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT sum(sqrt(n)) FROM generate_series(1, 100000000000) AS n")


def test_a_process_that_inherited_the_number_is_not_taken_for_the_server(own: Cluster) -> None:
    own.up()
    claim = (own.data / "postmaster.pid").read_text()
    own.down()
    user = own.account.user if own.account.is_another else None
    with subprocess.Popen(["sleep", "60"], user=user) as heir:
        stale = claim.replace(claim.split("\n", 1)[0], str(heir.pid), 1)
        for name in (own.data / "postmaster.pid", own.socket / ".s.PGSQL.5432.lock"):
            name.write_text(stale)
        try:
            assert own.up() is True
            assert postmaster(own) != heir.pid
            assert heir.poll() is None
        finally:
            heir.kill()


def test_a_creation_that_was_cut_off_is_begun_again(own: Cluster) -> None:
    (own.home / "data.half").mkdir(parents=True)
    (own.home / "data.half/PG_VERSION").write_text("15\n")
    own.data.mkdir()
    (own.data / "base").mkdir()

    assert own.up() is True


def test_a_socket_that_was_tidied_away_comes_back(own: Cluster) -> None:
    own.up()
    (own.socket / ".s.PGSQL.5432").unlink()

    assert own.up() is True
    assert value(own, "SELECT 1") == 1


def test_stopping_what_never_ran_is_harmless(own: Cluster) -> None:
    assert own.down() is False


def test_it_does_not_use_a_socket_folder_of_somebody_else(own: Cluster) -> None:
    if own.account.user == os.getuid():
        pytest.skip("only root can give a folder to somebody else")
    own.socket.mkdir()
    os.chown(own.socket, 1, 1)
    try:
        with pytest.raises(Trouble, match="belongs to somebody else"):
            own.up()
    finally:
        own.socket.rmdir()


def test_data_that_its_user_could_not_reach_lie_outside(tmp_path: Path) -> None:
    if os.getuid():
        pytest.skip("only root runs it as another user")
    tmp_path.chmod(0o700)
    cluster = Cluster(tmp_path / "postgres", durable=False)
    try:
        assert cluster.up() is True
        assert cluster.home.parent == Path("/var/lib/kiezknoten")
    finally:
        cluster.remove()
    assert not cluster.home.exists()
    assert not cluster.folder.is_symlink()


def test_data_of_a_version_that_is_gone_are_not_given_to_another(own: Cluster) -> None:
    own.data.mkdir(parents=True)
    (own.data / "PG_VERSION").write_text("14\n")

    with pytest.raises(Trouble, match="PostgreSQL 14"):
        own.up()


def test_the_server_that_was_asked_for_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = binaries.found()
    monkeypatch.setenv("PG_BIN", str(usual.folder))
    monkeypatch.setattr(binaries, "DEBIANS", Path("/nowhere"))
    monkeypatch.setenv("PATH", "/nowhere")

    assert binaries.found() == usual
