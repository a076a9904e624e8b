//! Roads that a test makes and breaks.
