/**
 * The embedded store's tables. Rows are small on purpose: names are kept once and stand as numbers elsewhere, and keys of chunks, buckets
 * and slots are one integer: number × span + place within.
 */
export const span = {
  /** Chunks a scope: 264 million records. */
  chunks: 2 ** 20,
  /** Buckets of 128 riders: every u32. */
  buckets: 2 ** 25,
  /** Chunks of slots a cohort. */
  slots: 2 ** 8,
} as const

export const schema = `
CREATE TABLE IF NOT EXISTS scope (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS page_chunk (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS page_bucket (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);

-- recipients are apart: setting the due time must not rewrite 32 KiB
CREATE TABLE IF NOT EXISTS cohort (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, header BLOB NOT NULL, size INTEGER NOT NULL, due INTEGER);
CREATE INDEX IF NOT EXISTS cohort_due ON cohort (channel, due, id) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS cohort_recipients (cohort INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS cohort_slots (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS cohort_owner (cohort INTEGER PRIMARY KEY, epoch INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS cohort_message (
  cohort INTEGER NOT NULL, slot INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (cohort, slot)) WITHOUT ROWID;

-- next: the first number not yet given to an allocator; riders: how many have a record
CREATE TABLE IF NOT EXISTS operator (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next INTEGER NOT NULL DEFAULT 1, riders INTEGER NOT NULL DEFAULT 0);
-- an erased rider has neither number nor record, and keeps the position
CREATE TABLE IF NOT EXISTS rider (
  operator INTEGER NOT NULL, id TEXT NOT NULL, number INTEGER, position INTEGER NOT NULL, record BLOB,
  PRIMARY KEY (operator, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rider_number ON rider (operator, number) WHERE number IS NOT NULL;
CREATE TABLE IF NOT EXISTS address (
  operator INTEGER NOT NULL, hash BLOB NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (operator, hash)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS address_number ON address (operator, number);
CREATE TRIGGER IF NOT EXISTS rider_added AFTER INSERT ON rider WHEN new.record IS NOT NULL BEGIN
  UPDATE operator SET riders = riders + 1 WHERE number = new.operator;
END;
CREATE TRIGGER IF NOT EXISTS rider_changed AFTER UPDATE ON rider WHEN (old.record IS NULL) <> (new.record IS NULL) BEGIN
  UPDATE operator SET riders = riders + (old.record IS NULL) - (new.record IS NULL) WHERE number = new.operator;
END;

CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_expires ON state (expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS interned (
  name TEXT NOT NULL, place INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name, place), UNIQUE (name, value)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frozen (account TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;

-- this process is the only one: whoever held a lease before has died (a killed process must not blind the next one until its leases run out)
UPDATE lease SET expires = 0;
`
