"""The chain's tables, functions and policies, given to a journal that may have entries already."""

from shared.rows import Migration

# What an entry is hashed as. PostgreSQL writes jsonb in one way only, so this text is canonical.
DIGESTED = "jsonb_build_array(subject, said)::text"
CANONICAL = """jsonb_build_array(
    seq, xact::text, (extract(epoch FROM at) * 1000000)::bigint, request_id, role, unit, owner, act,
    resource_type, resource_id, visibility, shared_with, encode(digest, 'hex'))::text"""

# The owner of a table is bound by its policies, too, so for this one change they are lifted.
# Entries from before are their unit's own word: the policies let nobody write anything else.
GROW = """
SET LOCAL lock_timeout = '4s';
DROP TRIGGER keep_journal ON journal;
ALTER TABLE journal NO FORCE ROW LEVEL SECURITY,
    ADD COLUMN subject text, ADD COLUMN owner text,
    ADD COLUMN salt bytea, ADD COLUMN digest bytea,
    ALTER COLUMN said DROP NOT NULL;
WITH fresh AS MATERIALIZED (SELECT seq, uuid_send(gen_random_uuid()) AS salt FROM journal)
    UPDATE journal SET owner = unit, salt = fresh.salt,
        digest = sha256(fresh.salt || convert_to({digested}, 'UTF8'))
    FROM fresh WHERE fresh.seq = journal.seq;
ALTER TABLE journal FORCE ROW LEVEL SECURITY,
    ALTER COLUMN owner SET NOT NULL, ALTER COLUMN digest SET NOT NULL,
    ADD CONSTRAINT ck_journal_erased_wholly CHECK (
        (said IS NULL) = (salt IS NULL) AND (said IS NOT NULL OR subject IS NULL));
CREATE INDEX ix_journal_at ON journal USING brin (at);
"""

# Whoever writes an entry says neither when nor in which transaction: none can be dated back into
# what is sealed. `owner` is filled for a process of the version before, while both run.
# A dump restored into a young cluster would give numbers that lie before the last seal; no feed
# would tell these entries and no seal hold them, so nothing is written until it has caught up.
ENTER = """
CREATE FUNCTION enter_journal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.xact := pg_current_xact_id();
    IF NEW.xact <= (SELECT last_xact FROM public.seal ORDER BY n DESC LIMIT 1) THEN
        RAISE EXCEPTION 'this cluster is younger than its journal; kiezknoten journal catch-up'
            USING ERRCODE = '55000';
    END IF;
    NEW.at := now();
    NEW.owner := coalesce(NEW.owner, NEW.unit);
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.digest := sha256(NEW.salt
        || convert_to(jsonb_build_array(NEW.subject, NEW.said)::text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER enter_journal BEFORE INSERT ON journal
    FOR EACH ROW EXECUTE FUNCTION enter_journal();
"""

# One thing may be done to an entry: what is personal in it is emptied, all of it at once.
KEEP = """
CREATE TRIGGER keep_journal BEFORE DELETE OR TRUNCATE OR UPDATE OF
    seq, xact, at, request_id, role, unit, owner, act, resource_type, resource_id,
    visibility, shared_with, digest ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION keep_journal();
CREATE TRIGGER keep_entry BEFORE UPDATE ON journal FOR EACH ROW
    WHEN (NEW.subject IS NOT NULL OR NEW.said IS NOT NULL OR NEW.salt IS NOT NULL)
    EXECUTE FUNCTION keep_journal();
CREATE POLICY keeps ON journal FOR SELECT TO {part}_owner USING (true);
CREATE POLICY erases ON journal FOR UPDATE TO {part}_owner USING (true) WITH CHECK (said IS NULL);
"""

# `previous` is unique, so the chain cannot fork; the first seal stands on the part's name.
SEALS = """
CREATE TABLE seal (
    n bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_seal PRIMARY KEY,
    first_xact xid8 NOT NULL,
    first_seq bigint NOT NULL,
    last_xact xid8 NOT NULL,
    last_seq bigint NOT NULL,
    entries bigint NOT NULL CONSTRAINT ck_seal_entries CHECK (entries > 0),
    previous bytea NOT NULL CONSTRAINT uq_seal_previous UNIQUE,
    hash bytea NOT NULL CONSTRAINT uq_seal_hash UNIQUE,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION keep_seal() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'a seal is never changed' USING ERRCODE = '42501'; END $$;
CREATE TRIGGER keep_seal BEFORE UPDATE OR DELETE OR TRUNCATE ON seal
    FOR EACH STATEMENT EXECUTE FUNCTION keep_seal();
ALTER TABLE seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE seal FORCE ROW LEVEL SECURITY;
CREATE POLICY shown ON seal FOR SELECT USING (true);
CREATE POLICY seals ON seal FOR INSERT TO {part}_owner WITH CHECK (true);
GRANT SELECT ON seal TO {part}_service;
"""

# pg_temp is named last, or it would be searched first: the service may make temporary tables, and
# one called `seal` must not stand in for ours. The lock comes before the snapshot that reads.
SEAL_JOURNAL = """
CREATE FUNCTION seal_journal(most integer, OUT entries bigint, OUT head bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done seal%ROWTYPE;
    next seal%ROWTYPE;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('seal_journal', 0));
    SELECT * INTO done FROM seal ORDER BY n DESC LIMIT 1;
    next.previous := coalesce(done.hash, sha256(convert_to('{part}', 'UTF8')));
    SELECT count(*), sha256(next.previous || string_agg(entry.hash, '' ORDER BY place)),
           (array_agg(xact ORDER BY place))[1], (array_agg(seq ORDER BY place))[1],
           (array_agg(xact ORDER BY place DESC))[1], (array_agg(seq ORDER BY place DESC))[1]
      INTO next.entries, next.hash, next.first_xact, next.first_seq, next.last_xact, next.last_seq
      FROM (SELECT xact, seq, row_number() OVER (ORDER BY xact, seq) AS place,
                   sha256(convert_to({canonical}, 'UTF8')) AS hash
              FROM journal
             WHERE xact < pg_snapshot_xmin(pg_current_snapshot())
               AND (xact, seq) > (coalesce(done.last_xact, '0'), coalesce(done.last_seq, 0))
             ORDER BY xact, seq LIMIT most) AS entry;
    entries := next.entries;
    head := coalesce(next.hash, done.hash);
    IF entries > 0 THEN
        INSERT INTO seal (first_xact, first_seq, last_xact, last_seq, entries, previous, hash)
        VALUES (next.first_xact, next.first_seq, next.last_xact, next.last_seq, next.entries,
                next.previous, next.hash);
    END IF;
END $$;
REVOKE ALL ON FUNCTION seal_journal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_journal TO {part}_service;
"""

# Aggregates alone, of entries that the caller may not read: how often a role did an act, and how
# many of the records it wrote were another unit's word.
TALLY = """
CREATE FUNCTION journal_tally(since timestamptz, before timestamptz)
RETURNS TABLE (role text, act text, entries bigint, others bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT role, act, count(*), count(*) FILTER (WHERE owner <> unit)
      FROM journal WHERE at >= since AND at < before
     GROUP BY 1, 2 ORDER BY 1, 2 $$;
REVOKE ALL ON FUNCTION journal_tally FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_tally TO {part}_service;
"""

SHRINK = """
SET LOCAL lock_timeout = '4s';
DROP FUNCTION journal_tally, seal_journal;
DROP TABLE seal;
DROP FUNCTION keep_seal;
DROP POLICY keeps ON journal;
DROP POLICY erases ON journal;
DROP TRIGGER keep_entry ON journal;
DROP TRIGGER keep_journal ON journal;
DROP TRIGGER enter_journal ON journal;
DROP FUNCTION enter_journal;
ALTER TABLE journal NO FORCE ROW LEVEL SECURITY, DROP CONSTRAINT ck_journal_erased_wholly;
UPDATE journal SET said = '{}' WHERE said IS NULL;
ALTER TABLE journal FORCE ROW LEVEL SECURITY, ALTER COLUMN said SET NOT NULL,
    DROP COLUMN subject, DROP COLUMN owner, DROP COLUMN salt, DROP COLUMN digest;
DROP INDEX ix_journal_at;
CREATE TRIGGER keep_journal BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION keep_journal();
"""


def create(op: Migration, *, part: str) -> None:
    """Have the journal of `part` sealed from here on, with what it holds already."""
    for step in (GROW, SEALS, ENTER, KEEP, SEAL_JOURNAL, TALLY):
        op.execute(step.format(part=part, digested=DIGESTED, canonical=CANONICAL))


def remove(op: Migration) -> None:
    """Take the chain away again; what was erased stays erased."""
    op.execute(SHRINK)
