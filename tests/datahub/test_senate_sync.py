"""Reading the Senate's systems: what is kept is what they say, however badly they say it."""

import pytest

from services.datahub.senate import queries
from services.datahub.senate.connectors.known import SOURCES
from services.datahub.senate.connectors.trouble import (
    Failing,
    Malformed,
    NotData,
    TokenRefused,
    Trouble,
    Unreachable,
)
from services.datahub.senate.rules import AlreadyRunning, Overtaken
from tests.datahub.partners import TABLES, Datahub, Partners

NAMES = sorted(SOURCES)


@pytest.mark.parametrize("name", NAMES)
async def test_what_is_kept_is_exactly_what_the_partner_knows(
    hub: Datahub, stub: Partners, name: str
) -> None:
    run = await hub.collect(name)

    assert run.new == run.seen == run.total == len(stub.truth(name)) > 50
    assert hub.kept(name) == stub.truth(name)


@pytest.mark.parametrize("name", NAMES)
async def test_a_second_run_changes_nothing(hub: Datahub, name: str) -> None:
    await hub.collect(name)
    before = hub.untouched(name)

    run = await hub.collect(name)

    assert (run.new, run.changed, run.gone, run.seen, run.failure) == (0, 0, 0, 0, None)
    assert run.pages == 0, "the partner's tag says that there is nothing to be read"
    assert hub.untouched(name) == before


@pytest.mark.parametrize("name", NAMES)
async def test_afterwards_only_what_changed_is_read(
    hub: Datahub, stub: Partners, name: str
) -> None:
    await hub.collect(name)
    stub.change(name, add=3, change=4, remove=2)

    run = await hub.collect(name)

    assert (run.new, run.changed, run.gone, run.seen) == (3, 4, 2, 9)
    assert hub.kept(name) == stub.truth(name)


async def test_what_was_read_a_moment_ago_is_read_again_and_left_alone(
    hub: Datahub, stub: Partners
) -> None:
    """The overlap finds late commits; what it finds twice is not touched."""
    await hub.collect("wofis")
    stub.change("wofis", change=3)
    await hub.collect("wofis")
    before = hub.untouched("wofis")
    (changed,) = stub.change("wofis", change=1)

    run = await hub.collect("wofis")

    assert (run.seen, run.changed, run.unchanged) in {(4, 1, 3), (3, 1, 2)}
    after = hub.untouched("wofis")
    assert [row for row in after if changed not in row[1]] == [
        row for row in before if changed not in row[1]
    ]


async def test_what_is_gone_there_is_kept_as_gone(hub: Datahub, stub: Partners) -> None:
    await hub.collect("sofis")
    (key,) = stub.change("sofis", remove=1)

    await hub.collect("sofis")

    assert key not in hub.kept("sofis")
    assert hub.rows("SELECT name <> '' FROM sofis_site WHERE gone_at = told_at") == [(True,)]


async def test_what_comes_back_is_there_again(hub: Datahub, stub: Partners) -> None:
    await hub.collect("wofis")
    system = stub.http.get("/_state").json()["wofis"]["records"]
    (key,) = stub.change("wofis", remove=1)
    await hub.collect("wofis")
    stub.change("wofis", restore=1)

    await hub.collect("wofis")

    assert key in hub.kept("wofis")
    assert len(hub.kept("wofis")) == len(system)


@pytest.mark.parametrize("mode", ["failing", "html", "cut"])
async def test_a_run_cut_off_by_its_partner_goes_on_from_its_last_page(
    hub: Datahub, stub: Partners, mode: str
) -> None:
    stub.steer("prisma", mode, after_pages=3)
    with pytest.raises(Trouble):
        await hub.collect("prisma")
    kept = hub.untouched("prisma")
    stub.steer("prisma", "normal")

    run = await hub.collect("prisma")

    assert len(kept) == 150
    assert [row for row in hub.untouched("prisma") if row in kept] == kept
    assert (run.before, run.new, run.pages) == (150, 202, 5)
    assert hub.kept("prisma") == stub.truth("prisma")


async def test_what_changes_between_the_pieces_of_a_run_is_not_lost(
    hub: Datahub, stub: Partners
) -> None:
    stub.steer("prisma", "failing", after_pages=3)
    with pytest.raises(Failing):
        await hub.collect("prisma")
    stub.steer("prisma", "normal")
    stub.change("prisma", add=5, change=60, remove=40)

    await hub.collect("prisma")
    await hub.collect("prisma")

    assert hub.kept("prisma") == stub.truth("prisma")


@pytest.mark.parametrize("mode", ["duplicates", "shuffled", "slow"])
async def test_a_disorderly_partner_harms_nobody(hub: Datahub, stub: Partners, mode: str) -> None:
    stub.steer("prisma", mode, seconds=0.02)
    await hub.collect("prisma")
    stub.change("prisma", add=10, change=80, remove=30)
    stub.change("prisma", change=60)

    await hub.collect("prisma")

    assert hub.kept("prisma") == stub.truth("prisma")
    before = hub.untouched("prisma")
    run = await hub.collect("prisma")
    assert (run.new, run.changed, run.gone) == (0, 0, 0)
    assert hub.untouched("prisma") == before


@pytest.mark.parametrize(
    ("mode", "trouble"), [("failing", Failing), ("html", NotData), ("cut", Unreachable)]
)
async def test_a_partners_failure_has_a_name_and_leaves_nothing_half_done(
    hub: Datahub, stub: Partners, mode: str, trouble: type[Trouble]
) -> None:
    await hub.collect("wofis")
    before = hub.untouched("wofis")
    stub.change("wofis", change=5)
    stub.steer("wofis", mode)

    with pytest.raises(trouble):
        await hub.collect("wofis")

    assert hub.untouched("wofis") == before
    assert hub.runs("wofis")[-1] == (0, 0, 0, 0, 0, 0, trouble.code)


async def test_a_partner_that_is_too_slow_is_not_waited_for(hub: Datahub, stub: Partners) -> None:
    stub.steer("sofis", "slow", seconds=2)

    with pytest.raises(Unreachable):
        await hub.collect("sofis", patience=0.1)

    assert hub.runs("sofis")[-1][-1] == "unreachable"


async def test_a_partner_is_asked_again_before_it_is_given_up(hub: Datahub, stub: Partners) -> None:
    """One bad answer in the middle is not the end of a run."""
    stub.steer("prisma", "failing", after_pages=2, recovers_after=2)

    run = await hub.collect("prisma", pauses=(0.01, 0.01, 0.01))

    assert run.failure is None
    assert hub.kept("prisma") == stub.truth("prisma")


async def test_a_wrong_token_is_said_clearly_and_not_tried_again(
    hub: Datahub, stub: Partners
) -> None:
    with pytest.raises(TokenRefused, match="DATAHUB_PARTNER_TOKEN") as refused:
        await hub.collect("prisma", token="wrong", pauses=(60,))

    assert refused.value.detail == "HTTP 401"
    assert hub.runs("prisma") == [(0, 0, 0, 0, 0, 0, "token_refused")]


async def test_data_of_another_form_is_refused_with_its_place(hub: Datahub, stub: Partners) -> None:
    (key,) = stub.change("wofis", spoil=1)

    with pytest.raises(Malformed, match=f"record {key}: area_key"):
        await hub.collect("wofis")

    assert len(hub.kept("wofis")) == 50, "the page before was well, and is kept"
    assert key not in hub.kept("wofis")


async def test_a_cursor_that_leads_nowhere_any_more_does_not_end_the_run(
    hub: Datahub, stub: Partners
) -> None:
    stub.steer("prisma", "failing", after_pages=2)
    with pytest.raises(Failing):
        await hub.collect("prisma")
    stub.steer("prisma", "shuffled")

    run = await hub.collect("prisma")

    assert (run.new, run.unchanged) == (252, 100)
    assert hub.kept("prisma") == stub.truth("prisma")


async def test_two_runs_of_one_system_never_overlap(hub: Datahub) -> None:
    async with queries.alone(hub.sessions, "be.prisma"):
        with pytest.raises(AlreadyRunning):
            await hub.collect("prisma")
        assert await hub.collect("wofis")

    assert await hub.collect("prisma")


async def test_who_was_overtaken_keeps_nothing_more(hub: Datahub, stub: Partners) -> None:
    """A worker that slept while another took up its run must not go on where it was."""

    def overtake(_: object) -> None:
        hub.execute("UPDATE sync_run SET attempts = attempts + 1")

    with pytest.raises(Overtaken):
        await hub.collect("prisma", heard=overtake)

    assert hub.untouched("prisma") == []


async def test_what_changed_stands_in_the_journal_in_the_senates_name(
    hub: Datahub, stub: Partners
) -> None:
    await hub.collect("wofis")
    count = "SELECT unit, act, count(*) FROM journal WHERE resource_type = %s GROUP BY 1, 2"

    noted = hub.rows(count, TABLES["wofis"])

    assert noted == [("be.wofis", "senate.collect", len(stub.truth("wofis")))]
    assert hub.rows("SELECT 1 FROM journal WHERE said ? 'point'") == []
