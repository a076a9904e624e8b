-- When a device last stood level with the log, by the node's clock.
ALTER TABLE devices ADD COLUMN last_synced_at INTEGER;
