"""HTTP for items: parse, call, answer. Their list stands with `status`, which knows more."""

from uuid import UUID

from services.participation.items import actions, jobs, queries
from services.participation.items.schema import ItemDraft, ItemView, RecordDraft
from shared.access import CurrentCaller
from shared.database import Session
from shared.routing import SliceRouter

router = SliceRouter("items")


async def reread(session: Session, item_id: UUID) -> ItemView:
    """The item as it now stands."""
    item = await queries.one(session, item_id)
    (view,) = await actions.shown(session, [item])
    return view


@router.post("", act="item.submit")
async def submit(session: Session, caller: CurrentCaller, draft: ItemDraft) -> ItemView:
    """Submit a concern, an idea or a proposal.

    Without signing in the answer carries the header X-Contribution-Link: whoever holds that link
    speaks as the author. Where the item lies, and who may be responsible, is found out afterwards.
    """
    item = await actions.submit(session, caller, draft)
    await jobs.locate_later(session, item)
    return await reread(session, item.id)


@router.post("/records", act="item.record")
async def record(session: Session, caller: CurrentCaller, draft: RecordDraft) -> ItemView:
    """Write down a concern that came on paper, by telephone, by letter, at a desk or an event."""
    item = await actions.record(session, caller, draft)
    await jobs.locate_later(session, item)
    return await reread(session, item.id)


@router.get("/{item_id}", act="item.read")
async def read(session: Session, item_id: UUID) -> ItemView:
    """An item, where it lies and who may be responsible."""
    return await reread(session, item_id)


@router.post("/{item_id}/withdrawal", act="item.withdraw")
async def withdraw(session: Session, caller: CurrentCaller, item_id: UUID) -> ItemView:
    """Take back one's own item: its words are shown to nobody else any more."""
    item = await actions.withdraw(session, caller, item_id)
    return await reread(session, item.id)


@router.post("/records/{item_id}/withdrawal", act="item.retract")
async def retract(session: Session, caller: CurrentCaller, item_id: UUID) -> ItemView:
    """Take back what one's own unit had written down, because it was wrong or is no longer said."""
    item = await actions.withdraw(session, caller, item_id)
    return await reread(session, item.id)
