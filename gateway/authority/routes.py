"""HTTP for the page: who may do what, and why."""

from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from gateway.authority import actions, rules
from gateway.authority.schema import ActView, ExplanationView
from gateway.portal.pages import Reader, page, reading
from shared.authority import PAGE, ActClass, Role
from shared.routing import ALSO_A_PAGE, SliceRouter

router = SliceRouter("authority")

Value = TypeVar("Value")
# A form without script sends what was left open as an empty text.
Left = Annotated[Value | None, BeforeValidator(lambda value: value or None)]
Service = Literal["gateway", "registry", "datahub", "participation"]
Reading = Annotated[Reader, Depends(reading)]
WORDS = {
    "acts": PAGE,
    "classes": rules.CLASSES,
    "services": rules.SERVICES,
    "called": rules.called,
}


@router.get("", act="authority.read", response_model=list[ActView], responses=ALSO_A_PAGE)
async def browse(
    reader: Reading,
    hat: Annotated[Left[Role], Query(description="acts that this role holds")] = None,
    act_class: Annotated[Left[ActClass], Query(alias="class")] = None,
    service: Annotated[Left[Service], Query(description="acts of this part")] = None,
) -> Response:
    """Who may do what: each act with its class, relations, alternative, and a cell for each hat."""
    rows = [actions.shown(act, hat) for act in rules.those(hat, act_class, service)]
    if not reader.html:
        return _answer(reader, [row.model_dump(mode="json") for row in rows])
    return page(
        "authority.html",
        reader,
        rows=rows,
        roles=[hat] if hat else list(Role),
        chosen={"hat": hat or "", "class": act_class or "", "service": service or ""},
        options=_options(reader.language),
        word=rules.OUTCOMES[reader.language],
        conditions=rules.CONDITIONS,
        **WORDS,
    )


@router.get("/check", act="authority.check", response_model=ExplanationView, responses=ALSO_A_PAGE)
async def check(
    reader: Reading,
    hat: Annotated[
        str,
        Query(description="a role, or role@unit", examples=["lead@06.jugendamt"], max_length=200),
    ],
    act: Annotated[str, Query(examples=["answer.publish"], max_length=200)],
) -> Response:
    """One cell of the page, explained: whether the hat may, on which conditions, and else who."""
    view = actions.told(rules.explained(hat, rules.act_named(act), reader.language))
    if not reader.html:
        return _answer(reader, view.model_dump(mode="json"))
    return page("authority_check.html", reader, view=view, roles=list(Role), **WORDS)


def _options(language: str) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in the form, each with its name."""
    return {
        "hat": [(role, rules.called(role, language)) for role in Role],
        "class": [(each, words[language]) for each, words in rules.CLASSES.items()],
        "service": [(each, words[language]) for each, words in rules.SERVICES.items()],
    }


def _answer(reader: Reader, document: Any) -> JSONResponse:
    return JSONResponse(document, headers=reader.headers)
