"""What PostgreSQL's own catalogue says about ways past the row policies."""

from dataclasses import dataclass

import psycopg

# Extensions bring their own; they hold nothing of ours.
OURS = """NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = {oid} AND d.deptype = 'e')"""
NOT_SYSTEM = "nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_%'"
RELATIONS = f"""SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {NOT_SYSTEM} AND {OURS.format(oid="c.oid")}"""
FUNCTIONS = f"""SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE {NOT_SYSTEM} AND {OURS.format(oid="p.oid")}"""
DEFINER = """CREATE FUNCTION door() RETURNS bigint LANGUAGE sql SECURITY DEFINER {more}
    AS $$ SELECT count(*) FROM request $$"""


@dataclass(frozen=True)
class Rule:
    """What must not be found, and a door that would be; `name` is what is then found."""

    search: str
    door: str
    name: str = "door"


RULES = {
    "D5 view that reads as its owner": Rule(
        f"""{RELATIONS} AND relkind = 'v'
            AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)""",
        "CREATE VIEW door AS SELECT * FROM request",
    ),
    "D6 materialised view": Rule(
        f"{RELATIONS} AND relkind = 'm'",
        "CREATE MATERIALIZED VIEW door AS SELECT * FROM request",
    ),
    "D7 function of its owner's rights with a loose search path": Rule(
        f"""{FUNCTIONS} AND prosecdef AND NOT EXISTS (
            SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search\\_path=%')""",
        DEFINER.format(more=""),
    ),
    "D7 function of its owner's rights for everybody": Rule(
        f"""{FUNCTIONS} AND prosecdef AND EXISTS (
            SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) AS may
            WHERE may.grantee = 0 AND may.privilege_type = 'EXECUTE')""",
        DEFINER.format(more="SET search_path = pg_catalog, public, pg_temp"),
    ),
    "D8 something that a service owns": Rule(
        f"{RELATIONS} AND pg_get_userbyid(relowner) LIKE '%\\_service'"
        f" UNION ALL {FUNCTIONS} AND pg_get_userbyid(proowner) LIKE '%\\_service'",
        "CREATE TABLE door (); ALTER TABLE door OWNER TO registry_service",
    ),
    "D8 login that no policy binds": Rule(
        """SELECT rolname FROM pg_roles WHERE rolname <> 'postgres' AND rolname NOT LIKE 'pg\\_%'
            AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)""",
        "CREATE ROLE door LOGIN BYPASSRLS",
    ),
    "D8 service that can become its owner": Rule(
        """SELECT member::regrole::text FROM pg_auth_members
            WHERE member::regrole::text LIKE '%\\_service'""",
        "GRANT registry_owner TO registry_service",
        "registry_service",
    ),
    "D13 table without forced policies": Rule(
        f"""{RELATIONS} AND relkind IN ('r', 'p') AND nspname <> 'jobs'
            AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity
            AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))""",
        "CREATE TABLE door ()",
    ),
}


def broken(eyes: psycopg.Connection, rule: str) -> list[str]:
    """What stands in the database that must not."""
    return [str(name) for (name,) in eyes.execute(RULES[rule].search.encode()).fetchall()]
