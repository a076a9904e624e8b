//! What screens ask and are answered, in the words of TypeScript.
//!
//! `cargo xtask types` writes it to `web/src/sync/generated.ts`; a test holds that file to the types
//! here. Only with the feature `types`.

mod layout;

use std::collections::BTreeMap;

use sync_core::{DeviceId, RecordId};
use ts_rs::{Config, TS, TypeVisitor};

/// What stands at the top of the file.
const HEAD: &str = "\
// Generated from the types of `till` and of the crates below it: `cargo xtask types` writes it anew.
// What is said about a type or a field stands in Rust, and is mended there.
import type { EmployeeChanges, EmployeeFields, Product } from \"./backend\";
";

/// The whole file.
///
/// # Errors
/// When two types of one name differ, with a sentence that names them.
pub fn generated() -> Result<String, String> {
    let config = Config::new().with_large_int("number");
    let mut all = Declared {
        config: &config,
        texts: BTreeMap::new(),
        clashes: Vec::new(),
    };
    roots(&mut all);
    if !all.clashes.is_empty() {
        let names = all.clashes.join(", ");
        return Err(format!("different types have the same name: {names}"));
    }
    let texts = all.texts.values().map(|(docs, declaration)| {
        let docs = docs.as_deref();
        format!("\n{}", layout::laid_out(docs, declaration))
    });
    Ok(HEAD.to_owned() + &texts.collect::<String>())
}

/// What methods take and answer; what these are made of is found by itself.
fn roots(all: &mut Declared<'_>) {
    all.visit::<RecordId>();
    all.visit::<DeviceId>();
    all.say(
        "Id",
        "An id of a record, a device, a person, …: a UUID as text.",
    );
    all.visit::<crate::audit::AuditPage>();
    all.visit::<crate::audit::AuditQuery>();
    all.visit::<crate::call::About>();
    all.visit::<crate::catalogue::SaveEmployee>();
    all.visit::<crate::customers::CreditCorrection>();
    all.visit::<crate::customers::CreditPayment>();
    all.visit::<crate::customers::CustomerCredit>();
    all.visit::<crate::customers::OverdueRow>();
    all.visit::<crate::devices::DeviceCode>();
    all.visit::<crate::devices::DeviceRow>();
    all.visit::<crate::devices::NewDevice>();
    all.visit::<crate::devices::StandIn>();
    all.visit::<crate::drawer::CashMove>();
    all.visit::<crate::drawer::CloseDrawer>();
    all.visit::<crate::drawer::DrawerCount>();
    all.visit::<crate::drawer::DrawerReport>();
    all.visit::<crate::drawer::DrawerState>();
    all.visit::<crate::error::TillError>();
    all.visit::<crate::host::Hosting>();
    all.visit::<crate::host::NearbyMaster>();
    all.visit::<crate::host::NewShop>();
    all.visit::<crate::import::ImportPart>();
    all.visit::<crate::import::ImportedLine>();
    all.visit::<crate::inbox::Chosen>();
    all.visit::<crate::inbox::Counted>();
    all.visit::<crate::inbox::Notice>();
    all.visit::<crate::inbox::ShownConflict>();
    all.visit::<crate::inbox::TaskEnd>();
    all.visit::<crate::inspect::AttentionRow>();
    all.visit::<crate::inspect::OutboxRow>();
    all.visit::<crate::inspect::ShopInfo>();
    all.visit::<crate::inspect::SyncPosition>();
    all.visit::<crate::people::LoginResult>();
    all.visit::<crate::people::LoginUser>();
    all.visit::<crate::people::OverrideResult>();
    all.visit::<crate::printer::Printed>();
    all.visit::<crate::printer::PrinterPorts>();
    all.visit::<crate::printing::Occasion>();
    all.visit::<crate::printing::Printing>();
    all.visit::<crate::receipts::ReceiptView>();
    all.visit::<crate::refunds::CompletedRefund>();
    all.visit::<crate::refunds::RefundInput>();
    all.visit::<crate::refunds::RefundQuote>();
    all.visit::<crate::refunds::RefundableSale>();
    all.visit::<crate::reserving::HeldElsewhere>();
    all.visit::<crate::selling::CompletedSale>();
    all.visit::<crate::selling::Priced>();
    all.visit::<crate::selling::ScanResult>();
    all.visit::<crate::status::StatusView>();
    all.visit::<crate::stock::ExpiringGoods>();
    all.visit::<crate::stock::ProductBatches>();
    all.visit::<crate::stock::StockChange>();
    all.visit::<crate::stock::WrittenOff>();
    all.visit::<retail::Cart>();
    all.visit::<retail::Choice>();
    all.visit::<retail::PaymentInput>();
    all.visit::<retail::Settlement>();
    all.visit::<sync_client::FrameEntry>();
    all.visit::<sync_client::SyncLogEntry>();
    all.visit::<sync_core::Value>();
}

/// The comment of a type and its declaration.
type Text = (Option<String>, String);

/// What was found so far, by name.
struct Declared<'a> {
    config: &'a Config,
    texts: BTreeMap<String, Text>,
    clashes: Vec<String>,
}

impl Declared<'_> {
    /// Says what a name means that several types share.
    fn say(&mut self, name: &str, docs: &str) {
        if let Some((own, _)) = self.texts.get_mut(name) {
            *own = Some(docs.to_owned());
        }
    }
}

impl TypeVisitor for Declared<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() {
            // Of the language itself.
            return;
        }
        let (name, declaration) = (T::ident(self.config), T::decl(self.config));
        if let Some((_, known)) = self.texts.get(&name) {
            if *known != declaration {
                self.clashes.push(name);
            }
            return;
        }
        self.texts.insert(name, (T::docs(), declaration));
        T::visit_dependencies(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_the_screens_says_what_rust_says() {
        let written = include_str!("../../web/src/sync/generated.ts");
        assert!(
            written == generated().expect("no two types share a name"),
            "web/src/sync/generated.ts is out of date: run `cargo xtask types`, and look at what \
             that changes for the screens"
        );
    }
}
