-- Each mutation goes to as few places of the file as there can be, since each is a page to write.

-- The log keeps number, hash and verdict of everything that was decided. What is kept apart is only
-- what an answer says beyond its verdict; the text goes after 90 days, the row stays for good.
CREATE TABLE outcomes (
    position INTEGER PRIMARY KEY,
    decided_at INTEGER NOT NULL,
    outcome TEXT
) STRICT;

INSERT INTO outcomes (position, decided_at, outcome)
SELECT position, decided_at, outcome FROM decided
WHERE outcome IS NULL
   OR json_type(outcome, '$.refusal') IS NOT NULL
   OR json_type(outcome, '$.withheld') IS NOT NULL
   OR json_type(outcome, '$.flags') IS NOT NULL;

DROP TABLE decided;

-- No number of a device is decided twice; positions follow from it, as both only rise.
DROP INDEX log_of_device;
CREATE UNIQUE INDEX log_of_device ON log (device, seq);

-- Most entries are decisions: whoever looks for those goes by number.
DROP INDEX audit_of_kind;
CREATE INDEX audit_of_kind ON audit (kind, number) WHERE kind <> 'decision';

-- The indexes of records are made anew: of fields that a record need not have, they hold only those
-- that have them.
DELETE FROM meta WHERE key = 'schema';
