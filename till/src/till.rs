//! What every call needs: the client, the shop, and who is logged in.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use retail::{Approval, Ask, BuildError, Occasion, Permission, Series, ShopSettings, authorise};
use sync_client::platform::{MaybeSend, now, oneshot, watch};
use sync_client::{Client, Draft, SyncLog};
use sync_core::{Actor, Body, Class, DeviceInfo, RecordId, Verified};

use crate::error::{TillError, refusal};
use crate::history;
use crate::host::{Host, Work};
use crate::kept::Kept;
use crate::lookup::LookedUp;
use crate::people::Session;

/// One open till.
pub struct Till {
    pub(crate) host: Rc<dyn Host>,
    /// Who is logged in.
    pub(crate) session: RefCell<Option<Session>>,
    /// What others lent since the screens were opened, by its token.
    pub(crate) lent: RefCell<BTreeMap<String, Approval>>,
    /// What others lent to carts that were put aside since then, by the held sale. Not in the record:
    /// an approval is only worth something where it was given.
    pub(crate) held_with: RefCell<BTreeMap<RecordId, Vec<Approval>>>,
    /// Sales that this till does not hold, since the screens were opened.
    pub(crate) looked_up: RefCell<BTreeMap<RecordId, LookedUp>>,
    /// What was handed to the printer by itself since the screens were opened.
    pub(crate) printed: RefCell<BTreeSet<RecordId>>,
    /// What came out of a printer since then: what comes out again is a copy.
    pub(crate) on_paper: RefCell<BTreeSet<RecordId>>,
    /// What this device did about its synchronisation.
    pub(crate) log: Rc<RefCell<SyncLog>>,
    /// What ends each live query.
    pub(crate) subscriptions: RefCell<BTreeMap<u32, oneshot::Sender<()>>>,
    pub(crate) next_subscription: Cell<u32>,
}

impl Till {
    /// A till that works where it is let. Returns once it is known whether that is here.
    pub async fn open(host: Rc<dyn Host>) -> Self {
        let mut work = host.work();
        // A host that is gone has decided as well.
        let _ = work.wait_for(|work| !matches!(work, Work::Opening)).await;
        let log = history::kept(&*host).await;
        Self::with(host, Rc::new(RefCell::new(log)))
    }

    fn with(host: Rc<dyn Host>, log: Rc<RefCell<SyncLog>>) -> Self {
        Self {
            host,
            session: RefCell::default(),
            lent: RefCell::default(),
            held_with: RefCell::default(),
            looked_up: RefCell::default(),
            printed: RefCell::default(),
            on_paper: RefCell::default(),
            log,
            subscriptions: RefCell::default(),
            next_subscription: Cell::new(1),
        }
    }

    /// The same till for other screens: what is done on one is at once on the other, but each has its
    /// own person, loans and live queries.
    pub fn beside(&self) -> Self {
        Self::with(Rc::clone(&self.host), Rc::clone(&self.log))
    }

    /// The screens are gone: nobody is logged in, nobody listens. The till goes on.
    pub fn leave(&self) {
        self.session.replace(None);
        self.subscriptions.take();
    }

    /// Remembers what outlives a restart, until the till is closed.
    pub async fn run(&self) {
        futures_util::future::join(history::remember(self), history::follow(self)).await;
    }

    /// The screens begin anew: nobody is logged in, nobody listens, and a till that could not be
    /// opened is opened again.
    pub async fn begin(&self) {
        self.session.replace(None);
        self.lent.take();
        self.held_with.take();
        self.looked_up.take();
        self.printed.take();
        self.on_paper.take();
        self.subscriptions.take();
        if matches!(&*self.work().borrow(), Work::Failed { .. }) {
            // Why it failed again is part of the status.
            let _ = self.take_over().await;
        }
    }

    /// Ends the work and gives the storage back.
    pub async fn close(&self) {
        self.subscriptions.take();
        let mut work = self.work();
        self.host.close();
        // A host that is gone is closed as well.
        let _ = work.wait_for(|work| matches!(work, Work::Closed)).await;
    }

    /// Makes this till work here: takes over from another tab, or tries again after it failed.
    pub(crate) async fn take_over(&self) -> Result<(), TillError> {
        let mut work = self.work();
        if matches!(&*work.borrow_and_update(), Work::Active(_)) {
            return Ok(());
        }
        self.host.take_over();
        let _ = work.changed().await;
        let waits = |work: &Work| matches!(work, Work::Waiting { .. } | Work::Opening);
        let _ = work.wait_for(|work| !waits(work)).await;
        self.client().map(drop)
    }

    /// Where people look at the screens, connection and storage are probed at once.
    pub(crate) fn set_visible(&self, visible: bool) {
        self.host.set_visible(visible);
        if let Ok(client) = self.client()
            && visible
        {
            client.wake();
        }
    }

    /// Whether this till works here, now and from now on.
    pub fn work(&self) -> watch::Receiver<Work> {
        self.host.work()
    }

    /// What is kept beside the records.
    pub(crate) fn kept(&self) -> Kept<'_> {
        Kept(&*self.host)
    }

    /// The client, where this till works here.
    pub(crate) fn client(&self) -> Result<Client, TillError> {
        match &*self.work().borrow() {
            Work::Active(client) => Ok(client.clone()),
            Work::Failed { error, .. } => Err(error.clone()),
            Work::Opening => Err(TillError::new(
                "opening",
                Class::Wait,
                "The till is being opened.",
            )),
            Work::Waiting { .. } => Err(TillError::new(
                "other_tab",
                Class::Wait,
                "The till is open in another tab. Take over here to go on.",
            )),
            Work::Closed => Err(TillError::new(
                "closed",
                Class::Fatal,
                "The till is closed.",
            )),
        }
    }

    pub(crate) fn session(&self) -> Result<Session, TillError> {
        self.session
            .borrow()
            .clone()
            .ok_or_else(TillError::logged_out)
    }

    pub(crate) fn shop(&self) -> Result<ShopSettings, TillError> {
        let shop = self.client()?.read(|records| ShopSettings::read(records))?;
        Ok(shop)
    }

    pub(crate) fn device(&self) -> Result<DeviceInfo, TillError> {
        let status = self.client()?.status();
        let device = status.borrow().device.clone();
        device.ok_or_else(|| {
            let message = "This till has not joined a shop yet.";
            TillError::new("not_enrolled", Class::NeedsAuth, message)
        })
    }

    /// The series that this till's documents are numbered in.
    pub(crate) fn series(&self) -> Result<Series, TillError> {
        let device = self.device()?;
        let cursor = self.client()?.position().cursor;
        let generation = cursor.map_or(0, |cursor| cursor.log_id.generation);
        let generation = u32::try_from(generation).unwrap_or(u32::MAX);
        let store = self.shop()?.store_number;
        Ok(Series::of_ordinal(store, device.ordinal, generation))
    }

    /// Who does something now, and where.
    pub(crate) fn occasion(&self, approvals: &[Approval]) -> Result<Occasion, TillError> {
        let mut person = self.session()?.person(Verified::Pin)?;
        person.approved_by = approvals.first().map(|lent| lent.employee_id);
        Ok(Occasion {
            device: self.device()?.id,
            series: self.series()?,
            person,
            at: now(),
        })
    }

    /// Whether who is logged in may do a thing that has no limits.
    pub(crate) fn may(&self, mutation: &str) -> Result<(), TillError> {
        let role = self.session()?.role;
        let lacking = authorise(role, mutation, &Ask::default());
        match lacking.as_deref() {
            Some([]) => Ok(()),
            Some([permission, ..]) => Err(TillError::denied(*permission)),
            None => Err(TillError::denied(Permission::EditSettings)),
        }
    }

    /// Keeps of the approvals in a cart those that were really lent here.
    pub(crate) fn checked(&self, approvals: &[Approval]) -> Vec<Approval> {
        let lent = self.lent.borrow();
        let known = approvals.iter().filter_map(|each| lent.get(&each.token));
        known.cloned().collect()
    }

    /// Records what a builder makes.
    pub(crate) async fn record(
        &self,
        name: &str,
        actor: Actor,
        build: impl FnOnce(&mut Draft<'_>) -> Result<Body, BuildError> + MaybeSend + 'static,
    ) -> Result<(), TillError> {
        let client = self.client()?;
        let recorded = client.record(name, actor, |draft| {
            let body = build(draft).map_err(|error| refusal(&error))?;
            draft.extend(body.ops);
            Ok(())
        });
        recorded.await?;
        Ok(())
    }
}

/// An id as screens hand it over.
pub(crate) fn id(text: &str) -> Result<RecordId, TillError> {
    Ok(text.parse()?)
}
