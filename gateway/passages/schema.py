"""Passages as the API shows them."""

from shared.wire import View


class PassageView(View):
    """Who (hat and unit) passed to do what, and the status it was answered with, if any was."""

    request_id: str
    role: str
    acting: str
    act: str
    act_class: str
    outcome: int | None
