//! A connection over plain requests, for networks that let no socket through.
