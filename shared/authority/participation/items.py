"""Who may do what with items."""

from shared.authority.acts import EQUALS, EVERYONE, OWN_UNIT, PEOPLE, SERVICE, Act, ActClass

ACTS = (
    Act("item.read", ActClass.PUBLIC, EVERYONE, de="die Anliegen lesen", en="read the items"),
    Act(
        "item.submit",
        ActClass.CONTRIBUTE,
        PEOPLE,
        OWN_UNIT,
        de="ein Anliegen einbringen",
        en="submit an item",
    ),
    # What was said at a desk, on paper or by telephone is written down by who heard it.
    Act(
        "item.record",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        de="ein gehörtes Anliegen aufschreiben",
        en="write down an item that one heard",
    ),
    Act(
        "item.retract",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        de="ein aufgeschriebenes Anliegen zurücknehmen",
        en="take back an item that one wrote down",
    ),
    Act(
        "item.withdraw",
        ActClass.CONTRIBUTE,
        PEOPLE,
        OWN_UNIT,
        de="das eigene Anliegen zurückziehen",
        en="withdraw one's own item",
    ),
    # What a machine finds out about an item is its own row beside the item.
    Act(
        "item.locate",
        ActClass.EXCHANGE,
        SERVICE,
        OWN_UNIT,
        by_job=True,
        de="ein Anliegen verorten",
        en="locate an item",
    ),
)
