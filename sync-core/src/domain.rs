use crate::{
    Body, Case, CollectionName, DeviceId, Document, Map, Millis, Op, Quantity, ReadError, RecordId,
    Records, Refusal, Schema, Value,
};

/// What the machinery has to know of a business: its collections, its rules, its projections.
///
/// Everything here is pure: the same input gives the same answer on every node, today and at a
/// replay in ten years.
pub trait Domain: Send + Sync + 'static {
    /// The collections.
    fn schema(&self) -> &Schema;

    /// Reads a body of an older format.
    ///
    /// # Errors
    /// When the format is not known.
    fn upcast(&self, format: u32, body: Body) -> Result<Body, Refusal> {
        if format == self.schema().format {
            return Ok(body);
        }
        Err(Refusal::new(
            "unsupported",
            format!("format {format} is not known"),
        ))
    }

    /// Judges a mutation by permission and rules, given the records before it and as they would be
    /// after it.
    ///
    /// # Errors
    /// When the records cannot be read.
    fn judge(
        &self,
        case: &Case<'_>,
        body: &Body,
        before: &dyn Records,
        after: &dyn Records,
    ) -> Result<Judgement, ReadError>;

    /// How much there is of a thing that carts reserve; `None` where nobody counts it.
    ///
    /// # Errors
    /// When the records cannot be read.
    fn in_stock(
        &self,
        records: &dyn Records,
        thing: RecordId,
    ) -> Result<Option<Quantity>, ReadError> {
        let _ = (records, thing);
        Ok(None)
    }

    /// The mutation whose only step this would be, where a program that knows nothing of the
    /// business may write a record by itself; `None` where it may not.
    fn mutation_of(&self, _op: &Op) -> Option<&'static str> {
        None
    }

    /// What the master does by itself from time to time: letting go of what concerns nobody any more.
    ///
    /// # Errors
    /// When the records cannot be read.
    fn upkeep(
        &self,
        node: DeviceId,
        records: &dyn Records,
        now: Millis,
    ) -> Result<Option<Body>, ReadError> {
        let _ = (node, records, now);
        Ok(None)
    }

    /// What the master ends by itself as soon as it arises, such as a conflict for which there is a
    /// rule: mutations, each with the record that it ends. Looked for after every batch in which the
    /// master raised something.
    ///
    /// # Errors
    /// When the records cannot be read.
    fn settle(
        &self,
        node: DeviceId,
        records: &dyn Records,
        now: Millis,
    ) -> Result<Vec<(RecordId, Body)>, ReadError> {
        let _ = (node, records, now);
        Ok(Vec::new())
    }

    /// What a master whose log begins anew says first, such as a notice for everybody; nothing by
    /// default. It is decided in the step that begins the log, so nobody meets the new log without it.
    fn announce(&self, node: DeviceId, now: Millis) -> Option<Body> {
        let _ = (node, now);
        None
    }

    /// What a fact adds up to elsewhere: stock, totals, balances.
    fn project(&self, collection: &str, id: RecordId, fact: &Document) -> Vec<Projection>;
}

/// What the rules say of a mutation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What speaks against it. A mutation without facts is rejected for the first of these; one
    /// with facts is flagged, and what is not a fact in it is withheld.
    pub objections: Vec<Objection>,
    /// What the master shall raise.
    pub causes: Vec<Cause>,
}

/// One thing that speaks against a mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The op at fault, from 0; `None` where it is the whole mutation.
    pub op: Option<usize>,
    /// Why.
    pub refusal: Refusal,
}

/// A reason for a task or a notice. One that is open for the same kind and subject is extended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// For whom.
    pub raise: CauseKind,
    /// What kind of thing happened, such as `oversold`.
    pub kind: String,
    /// What it is about: a record's id or a field's key.
    pub subject: String,
    /// The op it comes from, from 0.
    pub op: usize,
    /// A sentence for people.
    pub message: String,
    /// What else they need to know.
    pub details: Document,
    /// Until when a notice concerns anybody; for good where absent.
    pub until: Option<Millis>,
}

/// For whom a cause is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseKind {
    /// A manager, in the inbox.
    Task,
    /// Everyone, at once.
    Notice,
}

/// What one fact does to one derived record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Where.
    pub collection: CollectionName,
    /// Which record; derived from its key, or an existing one's.
    pub id: RecordId,
    /// Per field what happens to it.
    pub fields: Map<String, Projected>,
}

/// What a projection does to a field. The order of facts does not matter for any of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projected {
    /// Adds to an integer that starts at 0.
    Add(i64),
    /// Keeps the largest.
    Max(i64),
    /// Names what the record is about; the same in every fact for this id.
    Key(Value),
}
