//! Guarantees broken on purpose, to show that somebody notices.

/// Which part does not keep its word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Sabotage {
    /// None of them.
    #[default]
    None,
    /// Disks say that the outbox is synced when it is not.
    LyingDisks,
    /// A tab whose storage was taken over writes all the same.
    OpenToAll,
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
    /// The master counts what is paid out of a drawer as what came in.
    DeepDrawer,
    /// A till takes a number too many for a Z report now and then.
    Miscounts,
    /// The master forgets a tenth of what customers pay of what they owe.
    ForgivenDebt,
    /// The master takes goods off the product where it should off their batch.
    MixedBatches,
    /// A till believes that nothing expires.
    Timeless,
    /// The master does not tell of what comes after a drawer was closed, nor of debts over the limit.
    DeafMaster,
    /// Somebody does what no seed decides.
    Whim,
}
