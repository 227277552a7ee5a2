"""The page as people and programs read it, and each of its cells explained."""

from html.parser import HTMLParser
from typing import Any

import pytest

from gateway.authority import rules
from gateway.contracts import documents
from shared.authority import PAGE, ActClass, Hat, Permit, PermitIf, Refuse, Role, decide
from tests.house import House

CHECK = "/authority/check"


async def asked(house: House, path: str, **params: str) -> Any:
    answer = await house.as_(at="").get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_without_a_filter_every_act_has_a_cell_for_every_hat(house: House) -> None:
    rows = await asked(house, "/authority")

    assert [row["act"] for row in rows] == list(PAGE)
    assert all(list(row["hats"]) == list(Role) for row in rows)
    assert all(row["de"] and row["en"] for row in rows)


@pytest.mark.parametrize(
    ("asking", "wanted"),
    [
        ({"hat": "lead"}, lambda act: Role.LEAD in act.roles),
        ({"class": "decide"}, lambda act: act.act_class is ActClass.DECIDE),
        ({"service": "datahub"}, lambda act: act.service == "datahub"),
        ({"hat": "district_coordination", "class": "own"}, lambda _: False),
        ({"hat": "", "class": "", "service": ""}, lambda _: True),
    ],
    ids=["hat", "class", "service", "both", "nothing"],
)
async def test_a_filter_leaves_what_was_asked_for(
    house: House, asking: dict[str, str], wanted: Any
) -> None:
    rows = await asked(house, "/authority", **asking)

    assert [row["act"] for row in rows] == [act.id for act in PAGE.values() if wanted(act)]


@pytest.mark.parametrize("name", ["hat", "class", "service"])
async def test_an_unknown_value_is_refused_with_those_that_there_are(
    house: House, name: str
) -> None:
    answer = await house.as_(at="").get("/authority", params={name: "boss"})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert error["pointer"] == f"/{name}"
    known = {"hat": "lead", "class": "decide", "service": "registry"}[name]
    assert f"'{known}'" in error["detail"]


def test_the_parts_on_the_page_are_the_parts_there_are() -> None:
    assert set(rules.SERVICES) == set(documents()) == {act.service for act in PAGE.values()}


@pytest.mark.parametrize("act", PAGE.values(), ids=lambda act: act.id)
@pytest.mark.parametrize("unit", ["", "@06.jugendamt"], ids=["role", "hat"])
def test_an_explanation_says_what_is_decided(act: Any, unit: str) -> None:
    for role in Role:
        said = rules.explained(f"{role}{unit}", act, "en")
        decision = decide(Hat(role, "06.jugendamt"), act)

        assert said.outcome == {Permit: "permit", PermitIf: "if", Refuse: "refuse"}[type(decision)]
        relations = decision.relations if isinstance(decision, PermitIf) else ()
        assert tuple(each.relation for each in said.conditions) == relations
        assert all(each.sentence in said.sentence for each in said.conditions)
        refused = decision if isinstance(decision, Refuse) else None
        assert (said.alternative and said.alternative.act) == (refused and refused.alternative)
        assert said.reason == (refused and refused.reason)
        assert said.who_may == tuple(sorted(act.roles))


async def test_a_refusal_to_the_coordination_says_why_and_what_is_open(house: House) -> None:
    said = await asked(
        house, CHECK, hat="district_coordination@06.spk", act="answer.publish", lang="en"
    )

    assert said["outcome"] == "refuse"
    assert said["sentence"] == (
        "district coordination (06.spk) may not publish an answer. "
        "The coordination invites, asks and proposes; it never instructs."
    )
    assert said["who_may"] == ["lead"]
    assert said["alternative"] == {"act": "answer.summarise", "doing": "sum up in one's own words"}


async def test_a_condition_is_explained_in_a_sentence(house: House) -> None:
    said = await asked(house, CHECK, hat="neighbourhood_coordination", act="answer.summarise")

    assert said["outcome"] == "if"
    assert [each["relation"] for each in said["conditions"]] == ["own-unit", "in-region"]
    assert "Bezirksregionen" in said["sentence"]


@pytest.mark.parametrize(
    ("asking", "refusal", "named"),
    [
        ({"hat": "boss", "act": "answer.publish"}, "unknown-hat", "lead"),
        ({"hat": "lead@", "act": "answer.publish"}, "unknown-hat", "lead"),
        ({"hat": "lead", "act": "answer.publsh"}, "unknown-act", "answer.publish"),
    ],
)
async def test_what_is_not_on_the_page_is_refused_with_what_is(
    house: House, asking: dict[str, str], refusal: str, named: str
) -> None:
    answer = await house.as_(at="").get(CHECK, params=asking)

    assert answer.status_code == 422
    assert answer.json()["type"] == f"/problems/{refusal}"
    assert named in answer.json()["allowed"]


class Read(HTMLParser):
    """A page as a reader without eyes and without script meets it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [attrs for name, attrs in self.tags if name == tag]


async def read(house: House, path: str, **headers: str) -> tuple[Read, str]:
    answer = await house.as_(at="", accept="text/html", **headers).get(path)
    assert answer.status_code == 200
    assert answer.headers["vary"] == "Accept, Accept-Language"
    return Read(answer.text), answer.text


async def test_the_table_is_read_without_eyes_and_without_script(house: House) -> None:
    page, text = await read(house, "/authority")

    assert page.all("script") == []
    assert len(page.all("caption")) == 1
    heads = [head.get("scope") for head in page.all("th")]
    assert heads.count("row") == len(PAGE)
    assert heads.count("col") == len(Role) + 5
    assert len(page.all("td")) == len(PAGE) * (len(Role) + 4)
    # The column of a cell is told by its head, and what it says by a word and not by its colour.
    assert text.count('<span class="spoken">nein</span>') == text.count('class="refuse"') > 0
    assert {"role": "region", "tabindex": "0"}.items() <= page.all("div")[0].items()


async def test_the_form_keeps_what_was_chosen(house: House) -> None:
    page, _ = await read(house, "/authority?hat=lead&class=decide&service=")

    assert page.all("form")[0]["method"] == "get"
    chosen = [option["value"] for option in page.all("option") if "selected" in option]
    assert chosen == ["lead", "decide"]
    links = [link["href"] for link in page.all("a")]
    assert any("hat=lead&class=decide" in str(link) and "lang=en" in str(link) for link in links)


@pytest.mark.parametrize(
    ("path", "asked", "language", "word"),
    [
        ("/authority", "", "de", "Wer darf was"),
        ("/authority", "en", "en", "Who may do what"),
        ("/authority?lang=en", "de", "en", "Who may do what"),
        (f"{CHECK}?hat=lead&act=answer.publish", "en", "en", "Yes, if …"),
        (f"{CHECK}?hat=lead&act=answer.publish&lang=de", "en", "de", "Ja, wenn …"),
    ],
)
async def test_pages_speak_the_readers_language(
    house: House, path: str, asked: str, language: str, word: str
) -> None:
    page, text = await read(house, path, **{"accept-language": asked})

    assert f"<h1>{word}</h1>" in text
    assert page.all("html")[0]["lang"] == language


async def test_a_unit_with_markup_in_its_name_stays_text(house: House) -> None:
    page, text = await read(house, f"{CHECK}?hat=lead@<script>alert(1)</script>&act=answer.publish")

    assert page.all("script") == []
    assert "&lt;script&gt;" in text
