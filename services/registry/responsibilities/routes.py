"""HTTP for the ledger of responsibilities: parse, call, answer."""

from shared.routing import SliceRouter

router = SliceRouter("responsibilities")
