/**
 * The embedded log. `bytes` counts the partition's bytes up to and with the record, so that sizes need no summing; `ends` and `compactions`
 * remember what the dropped records told. Positions never return, also when a partition was emptied: stores compare them.
 */
export const schema = `
CREATE TABLE IF NOT EXISTS records (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
  key TEXT, value BLOB, appended_at INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (topic, partition, position)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_key ON records (topic, partition, key, position) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS tombstones ON records (topic, partition, position) WHERE value IS NULL;
CREATE TABLE IF NOT EXISTS ends (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS compactions (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positions (
  topic TEXT NOT NULL, consumers TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (topic, consumers, partition)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
  topic TEXT NOT NULL, consumers TEXT NOT NULL, partition INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, tries INTEGER NOT NULL,
  PRIMARY KEY (topic, consumers, partition)) STRICT, WITHOUT ROWID;
`
