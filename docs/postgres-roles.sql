-- Two roles for Upheld on PostgreSQL: one owns the tables and migrates, the server signs in as the other, which can add
-- to the audit trail and neither change nor remove what is in it.
--
--   1. As a superuser, once:
--        CREATE ROLE upheld_owner LOGIN PASSWORD '…';
--        CREATE ROLE upheld_server LOGIN PASSWORD '…';
--        CREATE DATABASE upheld OWNER upheld_owner;
--   2. After every update of Upheld, first migrate as the owner:
--        upheld migrate --database-url postgres://upheld_owner:…@host/upheld
--      and then run this file as the owner:
--        psql postgres://upheld_owner:…@host/upheld -v server=upheld_server -f postgres-roles.sql
--   3. Serve as the other role:
--        upheld serve --database-url postgres://upheld_server:…@host/upheld
--
-- The page of the audit trail then says that the server has no right to change it.

GRANT USAGE ON SCHEMA public TO :server;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :server;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM :server;
REVOKE INSERT, DELETE, TRUNCATE ON audit_head FROM :server;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON seaql_migrations FROM :server;
