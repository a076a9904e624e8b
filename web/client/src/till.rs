//! What every call needs: the client, the shop, and who is logged in.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use retail::{Approval, Ask, BuildError, Occasion, Permission, Series, ShopSettings, authorise};
use sync_client::platform::now;
use sync_client::{Client, Draft, SyncLog};
use sync_core::{Actor, Body, Class, DeviceInfo, RecordId, Verified};

use crate::error::{TillError, refusal};
use crate::lookup::LookedUp;
use crate::people::Session;
use crate::tabs::{Tab, Tabs};
use crate::tries::TriesDb;

/// One open till.
pub(crate) struct Till {
    pub(crate) tabs: Rc<Tabs>,
    pub(crate) url: String,
    pub(crate) tries: TriesDb,
    /// Who is logged in.
    pub(crate) session: RefCell<Option<Session>>,
    /// What others lent since this module was loaded, by its token.
    pub(crate) lent: RefCell<BTreeMap<String, Approval>>,
    /// What others lent to carts that were put aside since then, by the held sale. Not in the record:
    /// an approval is only worth something where it was given.
    pub(crate) held_with: RefCell<BTreeMap<RecordId, Vec<Approval>>>,
    /// Sales that this till does not hold, since this module was loaded.
    pub(crate) looked_up: RefCell<BTreeMap<RecordId, LookedUp>>,
    /// What this device did about its synchronisation.
    pub(crate) log: RefCell<SyncLog>,
    /// What ends each live query.
    pub(crate) subscriptions: RefCell<BTreeMap<u32, tokio::sync::oneshot::Sender<()>>>,
    pub(crate) next_subscription: Cell<u32>,
}

impl Till {
    /// The client, if this tab is the one that works.
    pub(crate) fn client(&self) -> Result<Client, TillError> {
        match &*self.tabs.state().borrow() {
            Tab::Active(client) => Ok(client.clone()),
            Tab::Failed { error, .. } => Err(error.clone()),
            Tab::Opening | Tab::Waiting { .. } => Err(TillError::new(
                "other_tab",
                Class::Wait,
                "The till is open in another tab. Take over here to go on.",
            )),
            Tab::Closed => Err(TillError::new(
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
        build: impl FnOnce(&mut Draft<'_>) -> Result<Body, BuildError> + 'static,
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
