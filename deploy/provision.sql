-- The platform's roles and databases. For psql, as a superuser; may be run again at any time.
\set ON_ERROR_STOP on

-- An owner migrates. A service has no DDL and no way round the row policies.
SELECT format('CREATE ROLE %I', part || '_' || kind)
  FROM unnest(ARRAY['registry', 'datahub', 'participation', 'gateway']) AS part,
       unnest(ARRAY['owner', 'service']) AS kind
 WHERE to_regrole(part || '_' || kind) IS NULL
\gexec
SELECT format(
         'ALTER ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION',
         rolname)
  FROM pg_roles
 WHERE rolname ~ '^(registry|datahub|participation|gateway)_(owner|service)$'
\gexec

-- Only where the server is reached over a network; on a private socket the folder is the lock.
-- A password for each role, or whoever has one service's would have them all: {"role": "password"}.
\getenv passwords KIEZKNOTEN_ROLE_PASSWORDS
\if :{?passwords}
SELECT format('ALTER ROLE %I PASSWORD %L', rolname, given.value)
  FROM json_each_text(:'passwords') AS given
  JOIN pg_roles ON rolname = given.key
 WHERE rolname ~ '^(registry|datahub|participation|gateway)_(owner|service)$'
\gexec
\endif

-- From template0 with a named locale: the same order of words on every machine.
SELECT format(
         'CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''',
         part, part || '_owner')
  FROM unnest(ARRAY['registry', 'datahub', 'participation', 'gateway']) AS part
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = part)
\gexec
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;

\connect registry
\ir database.sql
\connect datahub
\ir database.sql
\connect participation
\ir database.sql
\connect gateway
\ir database.sql
