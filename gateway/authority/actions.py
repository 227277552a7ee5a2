"""The page and its cells, made ready to be shown."""

from gateway.authority.rules import Explanation, cell
from gateway.authority.schema import ActView, ExplanationView
from shared.authority import Act, Role


def shown(act: Act, hat: Role | None) -> ActView:
    """An act with its cells, or with the one of `hat`."""
    facts = {name: getattr(act, name) for name in ActView.model_fields if hasattr(act, name)}
    hats = {role: cell(role, act) for role in Role if hat in (None, role)}
    return ActView.model_validate(facts | {"act": act.id, "hats": hats})


def told(explanation: Explanation) -> ExplanationView:
    """An explanation as it is shown."""
    act = explanation.act
    return ExplanationView.model_validate(
        {name: getattr(explanation, name) for name in Explanation.__slots__}
        | {"act": act.id, "act_class": act.act_class, "service": act.service},
        from_attributes=True,
    )
