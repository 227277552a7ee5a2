"""One visit to the gateway and what it costs: by address who is not known, by name who is."""

from collections.abc import Mapping

from starlette.types import Scope

from gateway.rates.addresses import Addresses
from gateway.rates.rates import Fields, Policy, Standing, fields

LONGEST_NAME = 200
SIGNING_IN = b"authorization"
CREDENTIALS = frozenset({SIGNING_IN, b"x-contribution-link", b"x-acting-as"})


class Rates:
    """The policies: for each address, for each subject, for changes, for tokens that fail."""

    def __init__(
        self, addresses: Addresses, address: Policy, subject: Policy, changes: Policy, tries: Policy
    ) -> None:
        self.addresses = addresses
        self.address, self.subject, self.changes, self.tries = address, subject, changes, tries

    def visit(self, scope: Scope) -> "Visit":
        """Somebody is there."""
        return Visit(self, self.addresses.of(scope))


class Visit:
    """What one caller takes with one request.

    Who signs in is counted by their name: a whole office may stand behind one address. Tokens that
    do not hold are counted by address, and whoever brings too many is no longer heard.
    """

    __slots__ = ("_address", "_rates", "_signs_in", "_taken", "shows_credentials")

    def __init__(self, rates: Rates, address: str) -> None:
        self._rates, self._address = rates, address
        self._taken: list[Standing] = []
        self._signs_in = self.shows_credentials = False

    def begins(self, said: Mapping[bytes, bytes]) -> None:
        """Go on if the address has not had too much."""
        self._signs_in = SIGNING_IN in said
        self.shows_credentials = not CREDENTIALS.isdisjoint(said)
        if self._signs_in:
            self._rates.tries.look(self._address).must_be_left()
        else:
            self._takes(self._rates.address, self._address)

    def fails(self) -> None:
        """It came to nothing before a subject was known that could be charged."""
        if self._signs_in:
            self._takes(self._rates.tries, self._address)

    def is_of(self, subject: str, *, changing: bool) -> None:
        """Go on if the subject has not had too much, of changes least of all."""
        name = subject[:LONGEST_NAME] if self._signs_in else self._address
        if self._signs_in:
            self._takes(self._rates.subject, name)
        if changing:
            self._takes(self._rates.changes, name)

    @property
    def fields(self) -> Fields:
        """What the answer says of it."""
        return fields(self._taken)

    def _takes(self, policy: Policy, name: str) -> None:
        standing = policy.take(name)
        self._taken.append(standing)
        standing.must_be_left()
