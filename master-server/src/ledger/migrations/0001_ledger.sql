CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    id BLOB PRIMARY KEY,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    read_only INTEGER NOT NULL DEFAULT 0,
    token_hash BLOB UNIQUE,
    high_water INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER,
    closed_at INTEGER,
    replaced_by BLOB,
    last_seen INTEGER,
    app TEXT,
    pending INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX devices_ordinal ON devices (ordinal) WHERE kind <> 'node';

CREATE TABLE enrolment_codes (
    code_hash BLOB PRIMARY KEY,
    kind TEXT,
    name TEXT,
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- The outcome's text goes after 90 days; the pair and its hash stay for good.
CREATE TABLE decided (
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    position INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    void INTEGER NOT NULL,
    outcome TEXT,
    PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX decided_kept ON decided (decided_at) WHERE outcome IS NOT NULL;

-- First issues of mutations that were decided under another id or seq.
CREATE TABLE origins (
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    as_device BLOB NOT NULL,
    as_seq INTEGER NOT NULL,
    PRIMARY KEY (device, seq, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
    position INTEGER PRIMARY KEY,
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    clamped INTEGER NOT NULL,
    format INTEGER,
    origin_device BLOB,
    origin_seq INTEGER,
    origin_hash BLOB,
    body TEXT,
    verdict TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;

CREATE INDEX log_of_device ON log (device, position, seq);

CREATE TABLE log_changes (
    position INTEGER NOT NULL,
    number INTEGER NOT NULL,
    collection TEXT NOT NULL,
    day INTEGER,
    change TEXT NOT NULL,
    PRIMARY KEY (position, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE checksums (
    collection TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    sum TEXT NOT NULL,
    PRIMARY KEY (collection, bucket)
) STRICT, WITHOUT ROWID;

-- Salt and payload lie beside the chain: they can be erased and the chain still holds.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    device BLOB,
    actor TEXT,
    position INTEGER,
    payload_digest BLOB NOT NULL,
    digest BLOB NOT NULL,
    salt BLOB,
    payload TEXT
) STRICT;

CREATE INDEX audit_of_kind ON audit (kind, number);
CREATE INDEX audit_of_device ON audit (device, number);
CREATE INDEX audit_of_actor ON audit (actor, number);
