//! What every storage has to do, as one list of cases.
