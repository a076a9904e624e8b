//! One line of the file.

use anyhow::{Context, Result};
use csv::StringRecord;
use retail::{Fields, Money, Product, Rate};
use sync_core::{Quantity, RecordId, Value};

use crate::shop::decimal;

/// Where each column stands.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    code: usize,
    name: usize,
    price: usize,
    category: Option<usize>,
    barcode: Option<usize>,
    stock: Option<usize>,
    stocked: Option<usize>,
    cost: Option<usize>,
    tax_rate: Option<usize>,
    unit: Option<usize>,
}

/// A product as its line says; `None` where the file has no such column or an empty cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) price: Money,
    pub(super) category: Option<String>,
    pub(super) barcode: Option<String>,
    pub(super) stock: Option<Quantity>,
    pub(super) stocked: bool,
    pub(super) cost: Option<Money>,
    pub(super) tax_rate: Option<Rate>,
    pub(super) unit: Option<String>,
}

impl Columns {
    /// Finds the columns by their names, in any order.
    pub(crate) fn of(header: &StringRecord) -> Result<Self> {
        let find = |names: &[&str]| {
            header.iter().position(|column| {
                let column = column.trim_start_matches('\u{feff}');
                names.iter().any(|name| column.eq_ignore_ascii_case(name))
            })
        };
        let need = |names: &[&str]| {
            find(names)
                .with_context(|| format!("the header line has no column {}", names.join(" or ")))
        };
        Ok(Self {
            code: need(&["code", "sku"])?,
            name: need(&["name"])?,
            price: need(&["price"])?,
            category: find(&["category"]),
            barcode: find(&["barcode", "ean"]),
            stock: find(&["stock"]),
            stocked: find(&["stocked"]),
            cost: find(&["cost"]),
            tax_rate: find(&["tax_rate"]),
            unit: find(&["unit"]),
        })
    }

    /// Reads a line. The error is a sentence for whoever wrote the file.
    pub(super) fn row(&self, record: &StringRecord, exponent: u32) -> Result<Row, String> {
        let cell = |column: Option<usize>| {
            let text = record.get(column?).unwrap_or_default();
            (!text.is_empty()).then_some(text)
        };
        let need = |column: usize, name: &str| {
            cell(Some(column))
                .map(str::to_owned)
                .ok_or_else(|| format!("{name} is missing"))
        };
        let number = |column: Option<usize>, name: &str, digits: u32| {
            cell(column)
                .map(|text| decimal::read(text, digits).map_err(|e| format!("{name}: {e}")))
                .transpose()
        };
        let percent = cell(self.tax_rate).map(|text| text.trim_end_matches('%').trim());
        let percent =
            percent.map(|text| decimal::read(text, 2).map_err(|e| format!("tax_rate: {e}")));
        let stock = number(self.stock, "stock", 3)?.map(Quantity);
        let stocked = match cell(self.stocked).map(str::to_ascii_lowercase).as_deref() {
            Some("true" | "yes" | "1") => true,
            Some("false" | "no" | "0") => false,
            Some(other) => return Err(format!("stocked: {other:?} is neither true nor false")),
            None => stock.is_some() || self.stock.is_none(),
        };
        Ok(Row {
            code: need(self.code, "code")?,
            name: need(self.name, "name")?,
            price: Money(
                decimal::read(&need(self.price, "price")?, exponent)
                    .map_err(|e| format!("price: {e}"))?,
            ),
            category: cell(self.category).map(str::to_owned),
            barcode: cell(self.barcode).map(str::to_owned),
            stock,
            stocked,
            cost: number(self.cost, "cost", exponent)?.map(Money),
            tax_rate: percent.transpose()?.map(Rate),
            unit: cell(self.unit).map(str::to_owned),
        })
    }
}

impl Row {
    /// The product, where it is new.
    pub(super) fn product(&self, category: Option<RecordId>) -> Product {
        Product {
            name: self.name.clone(),
            code: self.code.clone(),
            barcode: self.barcode.clone(),
            category,
            price: self.price,
            cost: self.cost,
            tax_rate: self.tax_rate.unwrap_or(Rate(0)),
            unit: self.unit.clone().unwrap_or_else(|| "pc".to_owned()),
            stocked: self.stocked,
            reorder_level: None,
            archived: false,
        }
    }

    /// What the line says of a product that is there. An empty cell says nothing.
    pub(super) fn changes(&self, category: Option<RecordId>) -> Fields {
        let mut changes = vec![
            ("name", Some(Value::Text(self.name.clone()))),
            ("price", Some(Value::Int(self.price.0))),
        ];
        let mut say = |name, value: Option<Value>| {
            if value.is_some() {
                changes.push((name, value));
            }
        };
        say("barcode", self.barcode.clone().map(Value::Text));
        say("category", category.map(|id| Value::Text(id.to_string())));
        say("cost", self.cost.map(|cost| Value::Int(cost.0)));
        say("tax_rate", self.tax_rate.map(|rate| Value::Int(rate.0)));
        say("unit", self.unit.clone().map(Value::Text));
        changes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}
