use sync_core::{
    Body, CollectionName, Document, FieldPatch, Map, Millis, Op, ReadError, Record, RecordId,
    Records, Refusal, Value, map_of,
};

use crate::platform::MaybeSend;
use crate::query::{Query, QueryResult};
use crate::replica::Replica;
use crate::storage::MutationId;
use crate::{Env, RecordError};

/// A mutation in the making: what its builder may read, and the steps it makes.
///
/// It reads the view, its own steps not included.
pub struct Draft<'a> {
    pub(crate) replica: &'a Replica,
    pub(crate) now: Millis,
    pub(crate) env: &'a Env,
    pub(crate) counters: Map<String, Value>,
    pub(crate) ops: Vec<Op>,
    /// The refused mutation that this one takes the place of.
    pub(crate) instead_of: Vec<MutationId>,
}

/// What runs in the driver to make a mutation.
pub(crate) trait BuildFn:
    FnOnce(&mut Draft<'_>) -> Result<(), RecordError> + MaybeSend
{
}
impl<F: FnOnce(&mut Draft<'_>) -> Result<(), RecordError> + MaybeSend> BuildFn for F {}

impl Draft<'_> {
    /// The time of recording.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// A new id.
    pub fn new_id(&self) -> RecordId {
        RecordId::new(self.now, self.env.random())
    }

    /// Answers a query.
    pub fn query(&self, query: &Query) -> QueryResult {
        self.replica.view().query(query)
    }

    /// The value of a named counter: how often it was advanced. It lasts with this mutation.
    pub fn counter(&self, name: &str) -> u64 {
        let value = self.mark(name).and_then(Value::as_int).unwrap_or(0);
        u64::try_from(value).unwrap_or(0)
    }

    /// Advances a named counter and returns its new value: 1 the first time.
    pub fn advance(&mut self, name: &str) -> u64 {
        let next = self.counter(name) + 1;
        self.set_mark(name, Value::Int(next as i64));
        next
    }

    /// A named value that is kept with the outbox, such as the head of a chain.
    pub fn mark(&self, name: &str) -> Option<&Value> {
        self.counters
            .get(name)
            .or_else(|| self.replica.counter(name))
    }

    /// Sets a named value. It lasts exactly if this mutation does.
    pub fn set_mark(&mut self, name: &str, value: impl Into<Value>) {
        self.counters.insert(name.to_owned(), value.into());
    }

    /// Takes the place of a refused mutation: its entry leaves the attention list in the write that
    /// makes this one durable, and from then on it is only ever sent as void. Gives what it said,
    /// so that its ids can be used again.
    ///
    /// # Errors
    /// When it is not on the attention list (any more), or cannot be read.
    pub fn instead_of(&mut self, id: MutationId) -> Result<Body, RecordError> {
        let entry = self.replica.attention_on(id).ok_or_else(|| {
            let message = "this is not on the attention list any more";
            Refusal::new("nothing_to_repair", message)
        })?;
        let body = entry.envelope.open();
        let body = body.map_err(|error| Refusal::new("unsupported", error.to_string()))?;
        self.instead_of.push(id);
        Ok(body)
    }

    /// Adds a step as it is.
    pub fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// Adds steps as they are.
    pub fn extend(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.ops.extend(ops);
    }

    /// Makes a record.
    pub fn insert(&mut self, collection: &str, id: RecordId, doc: Document) {
        let collection = CollectionName::from(collection);
        self.push(Op::Insert {
            collection,
            id,
            doc,
        });
    }

    /// Changes fields of a record as the view shows it now; `None` takes a value away.
    ///
    /// A form that was filled in earlier states what it showed: [`Draft::patch_seen`].
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn patch(
        &mut self,
        collection: &str,
        id: RecordId,
        fields: impl IntoIterator<Item = (String, Option<Value>)>,
    ) -> Result<(), ReadError> {
        let seen = self.get(collection, id)?.map(|record| record.doc);
        let seen = seen.unwrap_or_default();
        self.patch_seen(collection, id, &seen, fields);
        Ok(())
    }

    /// Changes fields of a record that was shown with the values of `seen`.
    pub fn patch_seen(
        &mut self,
        collection: &str,
        id: RecordId,
        seen: &Document,
        fields: impl IntoIterator<Item = (String, Option<Value>)>,
    ) {
        let fields = map_of(fields.into_iter().map(|(name, now)| {
            let patch = FieldPatch::new(seen.get(&name).cloned(), now);
            (name, patch)
        }));
        let collection = CollectionName::from(collection);
        self.push(Op::Patch {
            collection,
            id,
            fields,
        });
    }

    /// Deletes a record as the view shows it now.
    ///
    /// # Errors
    /// A refusal `missing` where the view has no such record.
    pub fn delete(&mut self, collection: &str, id: RecordId) -> Result<(), RecordError> {
        let record = self.get(collection, id)?.filter(Record::is_live);
        let missing = || {
            Refusal::new(
                "missing",
                format!("there is no such record in {collection}"),
            )
        };
        let record = record.ok_or_else(missing)?;
        let schema = self.replica.domain().schema();
        let known = schema.collection(collection).ok_or_else(missing)?;
        let was = known.own(&record.doc).digest();
        let collection = CollectionName::from(collection);
        self.push(Op::Delete {
            collection,
            id,
            was,
        });
        Ok(())
    }

    /// Adds to an integer field.
    pub fn add(&mut self, collection: &str, id: RecordId, field: &str, delta: i64) {
        self.push(Op::Add {
            collection: CollectionName::from(collection),
            id,
            field: field.to_owned(),
            delta,
        });
    }

    /// The steps as they are recorded: fields that change nothing dropped, the confirmed value
    /// named where it differs from the one seen.
    pub(crate) fn finish(self) -> (Vec<Op>, Map<String, Value>) {
        let replica = self.replica;
        let ops = self.ops.into_iter().filter_map(|op| tidy(replica, op));
        (ops.collect(), self.counters)
    }
}

impl Records for Draft<'_> {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        self.replica.view().get(collection, id)
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        self.replica.view().find(collection, field, value)
    }
}

fn tidy(replica: &Replica, op: Op) -> Option<Op> {
    let Op::Patch {
        collection,
        id,
        mut fields,
    } = op
    else {
        return Some(op);
    };
    let confirmed = replica.base().get(&collection, id).ok().flatten();
    let shown = replica.view().get(&collection, id).ok().flatten();
    fields.retain(|_, patch| patch.was != patch.now);
    // Only own undecided work may stand between the confirmed value and the one seen: naming a
    // value that somebody else confirmed meanwhile would overwrite it unseen.
    if let (Some(confirmed), Some(shown)) = (confirmed, shown) {
        for (name, patch) in fields.iter_mut() {
            let value = confirmed.doc.get(name);
            let own = shown.doc.get(name) == patch.was.as_ref();
            if own && patch.base.is_none() && value != patch.was.as_ref() {
                patch.base = Some(value.cloned());
            }
        }
    }
    (!fields.is_empty()).then_some(Op::Patch {
        collection,
        id,
        fields,
    })
}
