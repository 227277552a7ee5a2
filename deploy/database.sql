-- What every database of the platform has, whatever it is called: its owner tells which part it
-- belongs to. For psql, as a superuser; may be run again at any time.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
SELECT 'CREATE EXTENSION IF NOT EXISTS postgis'
  FROM pg_database
 WHERE datname = current_database()
   AND pg_get_userbyid(datdba) IN ('datahub_owner', 'participation_owner')
\gexec
-- Row policies let only what is leakproof use an index; without this every search by place reads
-- its whole table. `&&` compares two boxes: it raises nothing and tells nothing.
SELECT 'ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF'
  FROM pg_extension
 WHERE extname = 'postgis'
\gexec

-- No service enters another's database. TEMPORARY: row-level security refuses COPY, which
-- therefore goes to a staging table first.
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', datname,
              replace(pg_get_userbyid(datdba), '_owner', '_service'))
  FROM pg_database
 WHERE datname = current_database() AND pg_get_userbyid(datdba) LIKE '%\_owner'
\gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
