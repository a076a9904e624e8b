-- A code can be for a device that may look but not write.
ALTER TABLE enrolment_codes ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;
