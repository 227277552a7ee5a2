"""The chain of seals: whoever changes what is sealed is found out, whatever they may do."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import sessions_on
from shared.sealing import seal_all
from tests.conftest import admin
from tests.house import House


async def test_what_is_settled_is_sealed_once(
    own_database: Callable[[str], str], own_engine: Callable[[str], AsyncEngine]
) -> None:
    sessions = sessions_on(own_engine("registry"))
    house = House({"registry": sessions})
    for _ in range(3):
        await house.a_request("06.spk", "06.jugendamt")
    first = await seal_all(sessions, "registry", 2)
    second = await seal_all(sessions, "registry")
    assert first.entries == 3
    assert second == (0, first.head)
    from deploy.journal.verifying import verify
    from deploy.journal.erasing import erase_subject
    from tests.conftest import login

    with login(own_database("registry"), "registry_owner") as c:
        print(verify(c, "registry"))
    with login(own_database("registry"), "registry_owner") as c:
        print(erase_subject(c, "registry", "somebody"))
    with login(own_database("registry"), "registry_owner") as c:
        print(verify(c, "registry", anchor=first.head))
    with admin(own_database("registry")) as eyes:
        print(eyes.execute("table seal").fetchall())
        print(eyes.execute("table journal").fetchall())
        print(eyes.execute("select * from journal_tally('-infinity', 'infinity')").fetchall())
