//! A store in memory that decides like the master does.

use std::collections::BTreeMap;

use retail::{
    Cart, CartLine, CompletedSale, Employee, Issue, Money, Occasion, PaymentInput, Person, Product,
    Rate, Retail, Role, Sale, Series, ShopSettings, complete_sale, create_employee, import_product,
};
use sync_core::{
    Body, Case, Decision, DeviceId, DeviceInfo, DeviceKind, Digest, Document, Envelope, Hlc,
    Millis, Position, Quantity, ReadError, Record, RecordId, Records, Seq, Value, Verified, decide,
};

pub(crate) const NOW: Millis = Millis(1_291_200_000_000);

/// Records, devices and counters of one store.
pub(crate) struct Shop {
    pub(crate) records: Memory,
    pub(crate) settings: ShopSettings,
    position: u64,
    seqs: BTreeMap<DeviceId, u64>,
    heads: BTreeMap<DeviceId, (u64, Digest)>,
}

#[derive(Default)]
pub(crate) struct Memory(BTreeMap<(String, RecordId), Record>);

impl Records for Memory {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        Ok(self.0.get(&(collection.to_owned(), id)).cloned())
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        let known = &retail::schema().collections[collection];
        let indexed = known.indexes.iter().any(|index| index.fields == [field]);
        assert!(indexed, "{collection} have no index on {field} alone");
        let found = self.0.iter().filter(|((name, _), record)| {
            name == collection && record.is_live() && record.doc.get(field) == Some(value)
        });
        Ok(found.map(|(_, record)| record.clone()).collect())
    }
}

impl Memory {
    pub(crate) fn all(&self, collection: &str) -> Vec<Record> {
        let of = self.0.iter().filter(|((name, _), _)| name == collection);
        of.map(|(_, record)| record.clone()).collect()
    }

    /// Puts a record there as if it had always been.
    pub(crate) fn put(&mut self, collection: &str, id: RecordId, doc: Document) {
        let record = Record::inserted(id, Position(0), NOW, doc);
        self.0.insert((collection.to_owned(), id), record);
    }

    pub(crate) fn doc(&self, collection: &str, id: RecordId) -> Document {
        self.get(collection, id).unwrap().unwrap().doc
    }

    /// The kinds of the open tasks.
    pub(crate) fn tasks(&self) -> Vec<String> {
        let kind = |task: Record| task.doc.text("kind").unwrap().to_owned();
        self.all("tasks").into_iter().map(kind).collect()
    }
}

pub(crate) fn id(n: u64) -> RecordId {
    RecordId::derived(&[&n.to_be_bytes()])
}

pub(crate) fn node() -> DeviceInfo {
    device(0, DeviceKind::Node)
}

pub(crate) fn till(ordinal: u32) -> DeviceInfo {
    device(ordinal, DeviceKind::Till)
}

pub(crate) fn device(ordinal: u32, kind: DeviceKind) -> DeviceInfo {
    DeviceInfo {
        id: DeviceId::derived(&[b"device", &ordinal.to_be_bytes()]),
        kind,
        ordinal,
        name: format!("device {ordinal}"),
        read_only: false,
    }
}

pub(crate) fn product(code: &str, price: i64) -> Product {
    Product {
        name: format!("product {code}"),
        code: code.to_owned(),
        barcode: None,
        category: None,
        price: Money(price),
        cost: Some(Money(price.max(0) / 2)),
        tax_rate: Rate(2000),
        unit: "pc".to_owned(),
        stocked: true,
        reorder_level: None,
        archived: false,
    }
}

pub(crate) fn person(role: Role) -> Person {
    Person {
        id: employee_id(role),
        name: role.as_str().to_owned(),
        role,
        verified: Verified::Pin,
        approved_by: None,
    }
}

pub(crate) fn employee_id(role: Role) -> RecordId {
    RecordId::derived(&[b"employee", role.as_str().as_bytes()])
}

pub(crate) fn occasion(device: &DeviceInfo, role: Role) -> Occasion {
    Occasion {
        device: device.id,
        series: Series::of_ordinal(1, device.ordinal, 2),
        person: person(role),
        at: NOW,
    }
}

pub(crate) fn cart(n: u64, lines: Vec<CartLine>) -> Cart {
    Cart {
        id: id(n),
        lines,
        discount: None,
        customer: None,
        approvals: Vec::new(),
    }
}

pub(crate) fn cash(amount: i64) -> PaymentInput {
    PaymentInput::Cash {
        tendered: Money(amount),
    }
}

pub(crate) fn card(amount: i64) -> PaymentInput {
    PaymentInput::Card {
        amount: Money(amount),
    }
}

impl Shop {
    /// A shop with somebody in every role.
    pub(crate) fn open() -> Self {
        let mut shop = Self {
            records: Memory::default(),
            settings: ShopSettings::default(),
            position: 0,
            seqs: BTreeMap::new(),
            heads: BTreeMap::new(),
        };
        for role in Role::ALL {
            let employee = Employee {
                name: role.as_str().to_owned(),
                role,
                active: true,
                email: None,
            };
            let by = Occasion::system(node().id, NOW);
            let body = create_employee(&by, employee_id(role), &employee).unwrap();
            shop.accept(&node(), &body);
        }
        shop
    }

    /// A product with opening stock, in whole units.
    pub(crate) fn stock(&mut self, code: &str, price: i64, units: i64) -> (RecordId, Product) {
        let product = product(code, price);
        let id = retail::id_of_code(code);
        let by = Occasion::system(node().id, NOW);
        let body = import_product(&by, id, &product, Quantity::units(units)).unwrap();
        self.accept(&node(), &body);
        (id, product)
    }

    pub(crate) fn decide(&mut self, device: &DeviceInfo, body: &Body) -> Decision {
        let seq = self.seqs.entry(device.id).or_default();
        *seq += 1;
        self.position += 1;
        let at = Hlc::at(NOW);
        let case = Case {
            role: sync_core::Role::Master,
            device,
            seq: Seq(*seq),
            at,
            position: Position(self.position),
            now: NOW,
        };
        let sealed = Envelope::seal(device.id, Seq(*seq), at, retail::FORMAT, body.encode());
        let decision = decide(&Retail, &self.records, &case, &sealed).unwrap();
        for change in &decision.changes {
            let key = (change.collection.to_string(), change.record.id);
            self.records.0.insert(key, change.record.clone());
        }
        decision
    }

    /// Decides what nothing may speak against.
    pub(crate) fn accept(&mut self, device: &DeviceInfo, body: &Body) {
        let decision = self.decide(device, body);
        assert_eq!(decision.refusal, None);
        assert_eq!(decision.verdict, sync_core::Verdict::Accepted);
        assert_eq!(decision.flags, vec![]);
    }

    /// The next number and head of a till.
    pub(crate) fn issue(&mut self, device: &DeviceInfo) -> Issue {
        let (count, previous) = self.heads.entry(device.id).or_insert((0, Digest::ZERO));
        *count += 1;
        Issue {
            count: *count,
            previous: *previous,
            session: None,
        }
    }

    pub(crate) fn move_head(&mut self, device: &DeviceInfo, head: Digest) {
        self.heads.get_mut(&device.id).unwrap().1 = head;
    }

    pub(crate) fn complete(
        &mut self,
        device: &DeviceInfo,
        cart: &Cart,
        paid: &[PaymentInput],
    ) -> CompletedSale {
        let issue = self.issue(device);
        let by = occasion(device, Role::Owner);
        let done = complete_sale(&by, &self.settings, cart, paid, None, issue).unwrap();
        self.move_head(device, done.head);
        done
    }

    /// Sells so many whole units of a product, paid in cash.
    pub(crate) fn sell(
        &mut self,
        device: &DeviceInfo,
        n: u64,
        (product, record): &(RecordId, Product),
        units: i64,
    ) -> (Sale, Decision) {
        let line = CartLine::of(id(n + 1_000_000), *product, record, Quantity::units(units));
        let cart = cart(n, vec![line]);
        let done = self.complete(device, &cart, &[cash(record.price.0 * units)]);
        let decision = self.decide(device, &done.body);
        (done.sale, decision)
    }

    pub(crate) fn on_hand(&self, product: RecordId) -> Quantity {
        retail::on_hand(&self.records, product).unwrap()
    }
}
