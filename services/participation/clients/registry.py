"""What participation asks the registry: who is responsible for a topic in an area."""

import httpx
from pydantic import BaseModel

from services.participation.clients.away import answering, problem_of


class Sentences(BaseModel):
    """The same sentences in both languages."""

    de: str
    en: str


class Looked(BaseModel):
    """The part of the ledger's answer that is kept."""

    lead: str | None
    involved: list[str]
    gap: bool
    explanation: Sentences


class Advice(BaseModel):
    """Whom the ledger names, and why; `gap` where it names no lead."""

    lead: str | None
    involved: list[str]
    gap: bool
    explanation_de: str
    explanation_en: str


def unknown(topic: str) -> Advice:
    """What can be said of a topic that the ledger does not know: that nobody leads it."""
    return Advice(
        lead=None,
        involved=[],
        gap=True,
        explanation_de=f"Ein Thema „{topic}“ kennt das Zuständigkeitsverzeichnis nicht.",
        explanation_en=f"The ledger of responsibilities knows no topic “{topic}”.",
    )


class Ledger:
    """The registry's ledger of responsibilities, reached through the gateway."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def advice(self, topic: str, area: str) -> Advice:
        """Who is responsible; raises PartAway where that cannot be said now."""
        wanted = {"topic": topic, "area": area}
        async with answering("registry"):
            answer = await self._client.get("/registry/v1/responsibilities/lookup", params=wanted)
            if problem_of(answer) == "unknown-topic":
                return unknown(topic)
            said = Looked.model_validate(answer.raise_for_status().json())
        return Advice(
            lead=said.lead,
            involved=said.involved,
            gap=said.gap,
            explanation_de=said.explanation.de,
            explanation_en=said.explanation.en,
        )
