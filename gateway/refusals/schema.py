"""Refusals as the API shows them."""

from shared.wire import View


class RefusalView(View):
    """Who (hat and unit) wanted to do what, and which rule refused it."""

    request_id: str
    role: str
    asking: str
    act: str
    act_class: str
    rule: str
