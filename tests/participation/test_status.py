"""Where an item stands: the rule by itself, the rule as SQL, and what everybody reads."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.participation.status.rules import (
    MOST_HANDOVERS,
    Deed,
    Hop,
    Standing,
    Turn,
    story,
    whole_days,
)
from shared.authority import Hat, Role
from shared.database import Sessions
from tests.house import House
from tests.participation.concern import (
    COORDINATION,
    NOT_MINE,
    OFFICE,
    SGA,
    a_link,
    a_reply,
    a_routing,
    accepted,
    an_answer,
    an_item,
    finder,
    published,
    speaker,
    status,
    with_areas,
    with_ledger,
)

START = datetime(2026, 1, 5, tzinfo=UTC)
UNITS = ("06.a", "06.b", "06.c")
SAID = Hop(START, "link:x", "item.submit", Deed.SAID, UUID(int=0))
PASSED_ON = {"reason": "Gehört zum Park.", "named_unit": "06.umwelt_naturschutz"}
REPLIES = (Deed.ACCEPTED, Deed.NOT_MINE, Deed.PROPOSAL_WITHDRAWN)
FOLLOW_UPS = (Deed.PASSED_ON, Deed.ANSWERED)
OTHERS = ("06.jugendamt", "06.sozialamt", "06.gesundheitsamt")


class Desk:
    """Lets happen to an item what the other slices let happen, and nothing else."""

    def __init__(self) -> None:
        self.hops, self.at = [SAID], START
        self.asked: dict[UUID, str] = {}
        self.held: dict[UUID, str] = {}

    @property
    def possible(self) -> list[Deed]:
        """What can happen next."""
        replies, follow_ups = REPLIES if self.asked else (), FOLLOW_UPS if self.held else ()
        return [Deed.PROPOSED, *replies, *follow_ups, Deed.FOUND_OUT, Deed.SUMMARISED]

    def propose(self, row: UUID, addressee: str) -> None:
        """Ask a unit that is not being asked and does not hold the item."""
        if addressee not in [*self.asked.values(), *self.held.values()]:
            self.asked[row] = addressee
            self.note(Deed.PROPOSED, row, "06.spk", addressee=addressee)

    def reply(self, deed: Deed, row: UUID, of: UUID) -> None:
        """Somebody says something to a proposal that is open."""
        unit = self.asked.pop(of)
        if deed is Deed.ACCEPTED:
            self.held[of] = unit
        self.note(deed, row, unit, of=of)

    def go_on(self, deed: Deed, row: UUID, of: UUID) -> None:
        """A unit that holds the item answers, or passes it on."""
        unit = self.held[of]
        if deed is Deed.PASSED_ON:
            del self.held[of]
        self.note(deed, row, unit)

    def note(self, deed: Deed, row: UUID, unit: str, **more: Any) -> None:
        """It happened."""
        self.hops.append(Hop(self.at, unit, "x", deed, row, **more))


@st.composite
def lawful(draw: st.DrawFn) -> list[Hop]:
    """An item's hops, an hour or more apart; a withdrawal, if there is one, is the last."""
    desk = Desk()
    for number in range(1, draw(st.integers(0, 25)) + 1):
        desk.at += timedelta(hours=draw(st.integers(1, 48)))
        row = UUID(int=number)
        deed = draw(st.sampled_from(desk.possible))
        if deed in REPLIES:
            desk.reply(deed, row, draw(st.sampled_from([*desk.asked])))
        elif deed in FOLLOW_UPS:
            desk.go_on(deed, row, draw(st.sampled_from([*desk.held])))
        elif deed is Deed.PROPOSED:
            desk.propose(row, draw(st.sampled_from(UNITS)))
        else:
            desk.note(deed, row, "06.spk")
    if draw(st.integers(0, 9)) == 0:
        desk.at += timedelta(hours=1)
        desk.note(Deed.WITHDRAWN, UUID(int=99), SAID.unit)
    return desk.hops


def busy(hops: list[Hop]) -> set[str]:
    """The units that accepted and have since then neither answered nor passed on."""
    last = {
        hop.unit: hop.deed
        for hop in hops
        if hop.deed in {Deed.ACCEPTED, Deed.PASSED_ON, Deed.ANSWERED}
    }
    return {unit for unit, deed in last.items() if deed is Deed.ACCEPTED}


@given(lawful())
def test_an_item_is_with_exactly_those_who_accepted_and_owe_an_answer(hops: list[Hop]) -> None:
    told = story(hops)

    holders = busy(hops)
    if hops[-1].deed is Deed.WITHDRAWN:
        assert (told.standing, told.waiting) == (Standing.WITHDRAWN, [])
    else:
        assert (told.standing is Standing.WITH) == bool(holders)
    if told.standing is Standing.WITH:
        assert {each.unit for each in told.waiting} == holders
    assert {each.unit for each in told.held if each.until is None} == holders


@given(lawful())
def test_each_step_is_the_story_so_far(hops: list[Hop]) -> None:
    told = story(hops)

    for number, step in enumerate(told.steps, start=1):
        so_far = story(hops[:number])
        assert (step.standing, step.waiting) == (so_far.standing, so_far.waiting)


@given(lawful())
def test_it_stands_so_since_its_standing_last_changed(hops: list[Hop]) -> None:
    told = story(hops)

    changes = [
        after.hop.at for before, after in pairwise(told.steps) if before.standing != after.standing
    ]
    assert told.since == (changes[-1] if changes else START)


@given(lawful())
def test_it_is_a_units_turn_exactly_if_one_is_waited_for(hops: list[Hop]) -> None:
    for step in story(hops).steps:
        assert (step.turn is Turn.UNITS) == bool(step.waiting)


@given(lawful())
def test_a_summary_changes_nothing(hops: list[Hop]) -> None:
    without = [hop for hop in hops if hop.deed is not Deed.SUMMARISED]

    told, plain = story(hops), story(without)

    assert (told.standing, told.since, told.waiting) == (plain.standing, plain.since, plain.waiting)


@given(lawful())
def test_nothing_is_resolved_by_silence(hops: list[Hop]) -> None:
    """The rule knows no clock: without a further word nothing changes but the count of days."""
    told = story(hops)

    assert told.since <= hops[-1].at
    assert whole_days(told.since, told.since + timedelta(days=400, hours=5)) == 400


@given(lawful())
def test_three_hand_overs_bring_it_before_the_working_group(hops: list[Hop]) -> None:
    told = story(hops)

    handed = sum(hop.deed in {Deed.NOT_MINE, Deed.PASSED_ON} for hop in hops)
    assert told.handovers == handed
    stuck = handed >= MOST_HANDOVERS and not told.answers and not busy(hops)
    assert (told.standing is Standing.AGENDA) == (stuck and hops[-1].deed is not Deed.WITHDRAWN)


@given(lawful())
def test_who_held_an_item_held_it_for_a_time(hops: list[Hop]) -> None:
    assert all(each.until is None or each.since < each.until for each in story(hops).held)


async def handed_over(house: House, times: int, **more: Any) -> dict[str, Any]:
    """An item that so many offices have not seen as theirs."""
    item = await an_item(house, **more)
    for addressee in OTHERS[:times]:
        await a_reply(house, await a_routing(house, item, addressee), NOT_MINE)
    return item


async def scenes(house: House, seek: Any) -> dict[str, Standing]:
    """Items in every standing, and on the borders between them."""
    made: dict[str, Standing] = {}

    def keep(item: dict[str, Any], standing: Standing) -> dict[str, Any]:
        made[item["id"]] = standing
        return item

    keep(await an_item(house), Standing.RECEIVED)
    found = keep(await an_item(house, topics=[]), Standing.IN_REVIEW)
    await seek.find_out(UUID(found["id"]), "job")
    await a_routing(house, keep(await an_item(house), Standing.PROPOSED))
    await accepted(house, keep(await an_item(house), Standing.WITH))
    keep(await handed_over(house, 2), Standing.RECEIVED)
    stuck = keep(await handed_over(house, 3), Standing.AGENDA)
    await a_routing(house, stuck)
    taken = keep(await handed_over(house, 3), Standing.WITH)
    await accepted(house, taken)

    answered = keep(await an_item(house), Standing.ANSWERED)
    routing = await accepted(house, answered)
    await published(house, await an_answer(house, answered))
    asked_again = keep(await an_item(house), Standing.PROPOSED)
    await accepted(house, asked_again)
    await published(house, await an_answer(house, asked_again))
    await a_routing(house, asked_again, "06.jugendamt")
    drafted = keep(await an_item(house), Standing.WITH)
    await accepted(house, drafted)
    await an_answer(house, drafted)
    await speaker(house, OFFICE).post(f"/routings/{routing['id']}/handovers", json=PASSED_ON)
    back_again = keep(await an_item(house), Standing.WITH)
    first = await accepted(house, back_again)
    await published(house, await an_answer(house, back_again))
    await speaker(house, OFFICE).post(f"/routings/{first['id']}/handovers", json=PASSED_ON)
    await accepted(house, back_again)

    link = await a_link(house)
    gone = keep(await an_item(house, link=link), Standing.WITHDRAWN)
    await accepted(house, gone)
    await speaker(house, **{"x-contribution-link": link}).post(f"/items/{gone['id']}/withdrawal")
    taken_back = keep(await an_item(house), Standing.RECEIVED)
    routing = await a_routing(house, taken_back)
    await speaker(house, COORDINATION).post(f"/routings/{routing['id']}/withdrawal")
    return made


async def test_items_are_found_by_the_very_standing_that_they_are_shown_with(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await with_areas(house)
    expected = await scenes(house, finder(house, sessions["participation"]))

    shown = (await speaker(house).get("/items", params={"limit": 1000})).json()["items"]
    told = {each["id"]: each["standing"] for each in shown if each["id"] in expected}
    found = {
        each["id"]: standing
        for standing in Standing
        for each in (await speaker(house).get("/items", params={"standing": standing})).json()[
            "items"
        ]
        if each["id"] in expected
    }

    assert told == expected
    assert found == expected
    assert set(expected.values()) == set(Standing)


async def test_no_answer_yet_is_a_status_with_its_days_and_whose_turn_it_is(house: House) -> None:
    item = await an_item(house)
    await accepted(house, item)

    told = await status(house, item)

    assert (told["standing"], told["turn"], told["days"]) == ("with", "units", 0)
    (waiting,) = told["waiting"]
    assert (waiting["unit"], waiting["since"], waiting["days"]) == (SGA, told["since"], 0)
    assert told["sentence"]["de"].startswith("Noch keine Antwort; seit ")
    assert f"with {SGA} (days: 0)" in told["sentence"]["en"]


async def test_a_concern_goes_from_the_first_word_to_the_answer_and_every_hop_is_seen(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await with_areas(house)
    await with_ledger(house)
    item = await an_item(house)
    await finder(house, sessions["participation"]).find_out(UUID(item["id"]), "job")
    first = await a_routing(house, item, "06.jugendamt")
    await a_reply(house, first, NOT_MINE)
    await accepted(house, item)
    await published(house, await an_answer(house, item))
    await speaker(house, COORDINATION).post(
        f"/items/{item['id']}/summaries", json={"text": "Kurz: Es wird gebaut."}
    )

    thread = (await speaker(house).get(f"/items/{item['id']}/thread")).json()

    told = [(hop["unit"], hop["act"], hop["standing"], hop["turn"]) for hop in thread["hops"]]
    assert told == [
        (item["unit"], "item.submit", "received", "machine"),
        ("06.participation", "item.locate", "in_review", "coordination"),
        ("06.participation", "item.locate", "in_review", "coordination"),
        ("06.spk", "routing.propose", "proposed", "units"),
        ("06.jugendamt", "routing.reply", "in_review", "coordination"),
        ("06.spk", "routing.propose", "proposed", "units"),
        ("06.sga", "routing.reply", "with", "units"),
        ("06.sga", "answer.publish", "answered", "nobody"),
        ("06.spk", "answer.summarise", "answered", "nobody"),
    ]
    assert [hop["at"] for hop in thread["hops"]] == sorted(hop["at"] for hop in thread["hops"])
    assert thread["hops"][4]["named_unit"] == "06.other"
    (held,) = thread["held"]
    assert (held["unit"], held["since"] < held["until"]) == (SGA, True)


async def test_a_draft_leaves_no_trace_in_what_others_read(house: House) -> None:
    item = await an_item(house)
    await accepted(house, item)
    path = f"/items/{item['id']}"
    before = [(await speaker(house).get(f"{path}/{each}")).json() for each in ("status", "thread")]

    await an_answer(house, item)

    after = [(await speaker(house).get(f"{path}/{each}")).json() for each in ("status", "thread")]
    assert after == before


async def test_the_way_of_an_internal_item_is_the_same_for_staff_and_author(house: House) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link, visibility="internal")
    await accepted(house, item)
    await published(house, await an_answer(house, item))
    path = f"/items/{item['id']}/thread"

    staff = await speaker(house, Hat(Role.SPECIALIST, "06.sozialamt")).get(path)
    author = await speaker(house, **{"x-contribution-link": link}).get(path)

    assert staff.json() == author.json()
    assert staff.json()["standing"] == "answered"
    assert (await speaker(house).get(path)).status_code == 404
