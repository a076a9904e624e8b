//! The drawer of this till.

mod shapes;

use retail::{
    BuildError, CashCount, CashKind, CashMovement, Counted, DrawerTotals, Money, Permission,
    ShiftClosing, close_drawer, closing_id, coins_of, collection, left_open, open_session, sum_of,
    take_over_till,
};
use sync_client::{Doc, Query};
use sync_core::{DeviceId, Document, Millis, Record, RecordId, Records};

use crate::error::TillError;
use crate::selling::is_there;
use crate::till::Till;

use shapes::{Amended, Closing, MovedCash, OpenDrawer, OpenElsewhere};
pub(crate) use shapes::{CashMove, CloseDrawer, DrawerCount, DrawerReport, DrawerState};

/// How many Z reports are worth a look back.
const REPORTS: usize = 100;

impl Till {
    /// Whether this till's drawer is open, what it is counted by, and for whoever may take it over
    /// what other tills have open.
    pub(crate) fn drawer(&self) -> Result<DrawerState, TillError> {
        let shop = self.shop()?;
        let open = self.open_session()?.map(|session| OpenDrawer {
            id: session.id,
            opened_at: time(&session.doc, "opened_at").unwrap_or_default(),
            opened_by: self.name_of(session.doc.text("employee")),
            float: money(&session.doc, "float"),
        });
        Ok(DrawerState {
            open,
            coins: coins_of(&shop.currency, shop.exponent),
            elsewhere: self.open_elsewhere()?,
        })
    }

    /// What other tills have open, the oldest drawer first.
    fn open_elsewhere(&self) -> Result<Vec<OpenElsewhere>, TillError> {
        let session = self.session();
        if !session.is_ok_and(|session| session.role.has(Permission::ManageDevices)) {
            return Ok(Vec::new());
        }
        let client = self.client()?;
        let open = Query::all(collection::DRAWER_SESSIONS).eq("status", "open");
        let drawers = client.query(&open.sort_by("opened_at")).items;
        let held = client.query(&Query::all(collection::HELD_SALES)).items;
        let me = self.device()?.id.to_string();
        let mut tills: Vec<&str> = Vec::new();
        for each in drawers.iter().chain(&held) {
            let till = each.doc.text("device").unwrap_or(&me);
            if till != me && !tills.contains(&till) {
                tills.push(till);
            }
        }
        let of = |till: &str, each: &&Doc| each.doc.text("device") == Some(till);
        let left = tills.into_iter().map(|till| {
            let drawer = drawers.iter().find(|each| of(till, each));
            let doc = drawer.map(|drawer| &drawer.doc);
            OpenElsewhere {
                device: till.to_owned(),
                till: doc.and_then(|doc| doc.text("till")).map(str::to_owned),
                opened_at: doc.and_then(|doc| time(doc, "opened_at")),
                opened_by: self.name_of(doc.and_then(|doc| doc.text("employee"))),
                held: held.iter().filter(|each| of(till, each)).count(),
            }
        });
        Ok(left.collect())
    }

    /// Takes over the open drawer and the held sales of another till.
    pub(crate) async fn take_over_till(&self, from: DeviceId) -> Result<(), TillError> {
        self.may("take_over_till")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("take_over_till", actor, move |draft| {
            let unread = |_| BuildError::Nothing;
            let left = left_open(draft, from).map_err(unread)?;
            let open = open_session(draft, occasion.device).map_err(unread)?;
            take_over_till(&occasion, from, &left, open.map(|session| session.id))
        })
        .await
    }

    pub(crate) async fn open_drawer(&self, id: RecordId, float: Money) -> Result<(), TillError> {
        self.may("open_drawer")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("open_drawer", actor, move |draft| {
            let open = open_session(draft, occasion.device).ok().flatten();
            retail::open_drawer(&occasion, id, float, open.map(|session| session.id))
        })
        .await
    }

    /// Records cash that went in or out, and opens the cash drawer for it. Asked twice with one id, it
    /// moved once.
    pub(crate) async fn move_cash(&self, input: CashMove) -> Result<(), TillError> {
        self.may("cash_movement")?;
        if input.movement.kind == CashKind::NoSale {
            return Err(TillError::invalid("malformed", "No cash moves with that."));
        }
        let client = self.client()?;
        if client.get(collection::CASH_MOVEMENTS, input.id).is_some() {
            return Ok(());
        }
        self.record_move(input).await?;
        self.pulse();
        Ok(())
    }

    /// Opens the cash drawer without a sale, and says so in its report first.
    ///
    /// # Errors
    /// `no_cash_drawer` where none is set up here; what the printer says where it did not open: that
    /// somebody wanted it is recorded all the same.
    pub(crate) async fn open_cash_drawer(
        &self,
        id: RecordId,
        reason: String,
    ) -> Result<(), TillError> {
        self.may("cash_movement")?;
        if !self.has_cash_drawer() {
            let message = "No cash drawer is set up at this till's printer, under Settings.";
            return Err(TillError::invalid("no_cash_drawer", message));
        }
        let movement = CashMovement {
            kind: CashKind::NoSale,
            amount: Money::ZERO,
            reason,
        };
        self.record_move(CashMove { id, movement }).await?;
        self.open_pulse().await
    }

    async fn record_move(&self, input: CashMove) -> Result<(), TillError> {
        let session = self.open_session()?.ok_or_else(none_open)?.id;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("cash_movement", actor, move |draft| {
            if is_there(draft, collection::CASH_MOVEMENTS, input.id) {
                return Err(BuildError::Nothing);
            }
            let seen = whole(draft, session)?;
            retail::cash_movement(&occasion, input.id, (session, &seen), &input.movement)
        })
        .await
    }

    /// What a count comes to, beside what should be there.
    pub(crate) fn count_drawer(&self, counts: &[CashCount]) -> Result<DrawerCount, TillError> {
        self.may("close_drawer")?;
        let session = self.open_session()?.ok_or_else(none_open)?.doc;
        let float = money(&session, "float");
        let expected = DrawerTotals::of(&session).expected(float);
        let counted = sum_of(counts);
        Ok(DrawerCount {
            expected,
            counted,
            difference: counted - expected,
        })
    }

    /// Closes the drawer, with the master there or not. Asked twice, there is one report.
    pub(crate) async fn close_drawer(&self, input: CloseDrawer) -> Result<DrawerReport, TillError> {
        self.may("close_drawer")?;
        let (session, report) = (input.session, closing_id(input.session));
        let is_closed = |till: &Self| -> Result<bool, TillError> {
            let client = till.client()?;
            Ok(client.get(collection::SHIFT_CLOSINGS, report).is_some())
        };
        if !is_closed(self)? {
            let occasion = self.occasion(&[])?;
            let actor = occasion.person.actor();
            let recorded = self.record("close_drawer", actor, move |draft| {
                let seen = whole(draft, session)?;
                let number = draft.advance(&occasion.series.counter(Counted::Closings));
                let reason = input.reason.as_deref();
                let seen = (session, &seen);
                Ok(close_drawer(&occasion, seen, &input.counts, reason, number)?.body)
            });
            let recorded = recorded.await;
            // A second press that came in between finds the report there: that is the answer.
            if !is_closed(self)? {
                recorded?;
            }
        }
        self.drawer_report(session)
    }

    /// What went through a drawer: an X report of one that is open, for whoever may see sums; the Z
    /// report of one that is closed.
    pub(crate) fn drawer_report(&self, session: RecordId) -> Result<DrawerReport, TillError> {
        let client = self.client()?;
        let closing = client.get(collection::SHIFT_CLOSINGS, closing_id(session));
        if closing.is_none() && !self.session()?.role.has(Permission::ViewReports) {
            // Whoever counts a drawer does not know what should be in it.
            return Err(TillError::denied(Permission::ViewReports));
        }
        self.report_of(session, closing)
    }

    /// The last Z reports of all tills.
    pub(crate) fn drawer_reports(&self) -> Result<Vec<DrawerReport>, TillError> {
        let query = Query::all(collection::SHIFT_CLOSINGS);
        let query = query.sort_by_desc("closed_at").window(0, REPORTS);
        let closings = self.client()?.query(&query).items.into_iter();
        let reports = closings.filter_map(|closing| {
            let session = closing.doc.text("session")?.parse().ok()?;
            Some(self.report_of(session, Some(closing)))
        });
        reports.collect()
    }

    fn report_of(
        &self,
        session: RecordId,
        closing: Option<Doc>,
    ) -> Result<DrawerReport, TillError> {
        let client = self.client()?;
        let standing = client.get(collection::DRAWER_SESSIONS, session);
        let pending = closing.as_ref().is_some_and(|closing| closing.pending);
        let closing: Option<ShiftClosing> = match closing {
            Some(closing) => {
                let typed = closing.doc.to_typed();
                Some(typed.map_err(|e| TillError::internal(&e.to_string()))?)
            }
            None => None,
        };
        let doc = standing.map(|standing| standing.doc).unwrap_or_default();
        if closing.is_none() && doc.is_empty() {
            return Err(TillError::missing("drawer"));
        }
        let float = money(&doc, "float");
        let now = DrawerTotals::of(&doc);
        let totals = closing.as_ref().map_or(now, |closing| closing.totals);
        let amended = (totals != now && !doc.is_empty()).then(|| Amended {
            totals: now,
            expected: now.expected(float),
        });
        let till = match &closing {
            Some(closing) => closing.till.clone(),
            None => self.series()?.till_name(),
        };
        let expected = match &closing {
            Some(closing) => closing.expected,
            None => now.expected(float),
        };
        let end = closing.map(|closing| {
            let by = closing.employee.map(|id| id.to_string());
            Closing {
                number: closing.number,
                at: closing.closed_at,
                by: self.name_of(by.as_deref()),
                counted: closing.counted,
                difference: closing.difference,
                reason: closing.reason,
                counts: counts(&closing.denominations),
            }
        });
        Ok(DrawerReport {
            session,
            shop: self.shop()?.name,
            till,
            opened_at: time(&doc, "opened_at"),
            opened_by: self.name_of(doc.text("employee")),
            float,
            totals,
            expected,
            amended,
            closing: end,
            moves: self.moves(session)?,
            pending,
        })
    }

    /// Cash that went in and out, oldest first.
    fn moves(&self, session: RecordId) -> Result<Vec<MovedCash>, TillError> {
        let query = Query::all(collection::CASH_MOVEMENTS).eq("session", session.to_string());
        let mut moves = self.client()?.query(&query).items;
        moves.sort_by_key(|each| (each.doc.int("moved_at"), each.id));
        let shown = moves.iter().map(|each| MovedCash {
            id: each.id,
            kind: each.doc.text("kind").unwrap_or_default().to_owned(),
            amount: money(&each.doc, "amount"),
            reason: each.doc.text("reason").unwrap_or_default().to_owned(),
            at: time(&each.doc, "moved_at").unwrap_or_default(),
            by: self.name_of(each.doc.text("employee")),
        });
        Ok(shown.collect())
    }

    fn open_session(&self) -> Result<Option<Record>, TillError> {
        let device = self.device()?.id;
        Ok(self
            .client()?
            .read(|records| open_session(records, device))?)
    }

    /// What people call an employee.
    fn name_of(&self, employee: Option<&str>) -> Option<String> {
        let id = employee?.parse().ok()?;
        let person = self.client().ok()?.get(collection::EMPLOYEES, id)?;
        person.doc.text("name").map(str::to_owned)
    }
}

/// A session with what is derived for it, as the view shows it while a mutation is made.
fn whole(records: &dyn Records, session: RecordId) -> Result<Document, BuildError> {
    let record = records.get(collection::DRAWER_SESSIONS, session);
    let record = record.ok().flatten().filter(Record::is_live);
    record.map(|record| record.doc).ok_or(BuildError::Nothing)
}

/// Coins and notes as they were counted, the largest first.
fn counts(denominations: &Document) -> Vec<CashCount> {
    let read = |(value, count): (&str, &sync_core::Value)| {
        Some(CashCount {
            value: Money(value.parse().ok()?),
            count: u32::try_from(count.as_int()?).ok()?,
        })
    };
    let mut counts: Vec<CashCount> = denominations.iter().filter_map(read).collect();
    counts.sort_unstable_by_key(|each| std::cmp::Reverse(each.value));
    counts
}

fn money(doc: &Document, field: &str) -> Money {
    Money(doc.int(field).unwrap_or(0))
}

fn time(doc: &Document, field: &str) -> Option<Millis> {
    doc.int(field)?.try_into().ok().map(Millis)
}

fn none_open() -> TillError {
    TillError::invalid("no_drawer", "This till's drawer is not open.")
}
