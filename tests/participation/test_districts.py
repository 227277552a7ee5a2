"""A database that knew one district alone learns that there are others, and loses no reader."""

from collections.abc import Callable

from alembic import command

from deploy.migrations import config
from tests.conftest import admin, url

ONE_DISTRICT = """ALTER POLICY reads ON item USING (visibility = 'public'
    OR unit = (SELECT caller_unit()) OR visibility = 'internal' AND (SELECT caller_is_staff()))"""
SAID = """INSERT INTO item (id, unit, visibility, shared_with, created_at, modified_at, topics,
        areas, language, channel)
    SELECT gen_random_uuid(), unit, visibility, '{06.participation}', now(), now(), '{}', '{}',
        'de', 'web'
    FROM (VALUES ('link:a', 'internal'), ('link:b', 'public'), ('06.sga', 'internal'))
        AS said (unit, visibility)"""


def test_what_residents_told_the_offices_stays_readable(
    own_database: Callable[[str], str],
) -> None:
    name = own_database("participation")
    settings = config("participation", url(name, "participation_owner"))
    command.downgrade(settings, "0102_heads")
    with admin(name) as eyes:
        eyes.execute(ONE_DISTRICT)
        eyes.execute(SAID)

        command.upgrade(settings, "0103_districts")

        told = eyes.execute("SELECT unit, shared_with FROM item ORDER BY unit").fetchall()
        forced = eyes.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'item'")
        assert forced.fetchone() == (True,)
        reads = eyes.execute(
            "SELECT qual FROM pg_policies WHERE tablename = 'item' AND policyname = 'reads'"
        )
        assert "caller_district" in str(reads.fetchone())
    machine = "06.participation"
    assert told == [("06.sga", [machine]), ("link:a", [machine, "06"]), ("link:b", [machine])]
