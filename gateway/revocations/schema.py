"""Revocations as the API takes and shows them."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from shared.wire import Draft, Prose, View

# Taken as the token has it, without any tidying; a token with another kind does not hold at all.
Exact = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,255}$")]


class RevocationDraft(Draft):
    """Either one `token`, or all tokens so far of a `subject` at its `issuer`."""

    token: Annotated[Exact | None, Field(description="the token's claim jti")] = None
    subject: Annotated[Exact | None, Field(description="the tokens' claim sub")] = None
    issuer: Annotated[Exact | None, Field(description="the tokens' claim iss")] = None
    reason: Annotated[Prose, Field(min_length=3)]

    @model_validator(mode="after")
    def is_one_thing(self) -> Self:
        """A token or a subject, and with a subject the issuer by which it is one."""
        both_or_neither = (self.token is None) is (self.subject is None)
        if both_or_neither or (self.subject is None) is not (self.issuer is None):
            raise ValueError(
                "Bitte entweder `token` (jti) oder `subject` mit `issuer` angeben. | "
                "Please give either `token` (jti) or `subject` with `issuer`."
            )
        return self


class RevocationView(View):
    """What no longer holds, and why."""

    token: str | None
    subject: str | None
    issuer: str | None
    reason: str
