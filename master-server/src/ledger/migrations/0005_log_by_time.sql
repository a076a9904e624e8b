-- What was decided after a time is found without reading the log.
CREATE INDEX log_by_time ON log (decided_at);
