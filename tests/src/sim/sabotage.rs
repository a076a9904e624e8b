//! Guarantees broken on purpose, to show that somebody notices.

/// Which part does not keep its word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Sabotage {
    /// None of them.
    #[default]
    None,
    /// Disks say that the outbox is synced when it is not.
    LyingDisks,
    /// A master that crashes goes on from its last backup as if nothing were missing.
    ForgetfulMaster,
    /// The master lets whoever comes last overwrite a price, whatever they saw.
    CarelessMerge,
    /// A master lets a till of the store next door in as if it were its own.
    OpenHouse,
    /// The master forgets what it wrote into its audit.
    ForgottenAudit,
    /// The master takes what is sold off the stock twice.
    DoubleStock,
    /// Somebody does what no seed decides.
    Whim,
}
