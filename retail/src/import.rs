//! Products as a table of text: the columns of a file and what a line of it says.
//!
//! The master's command and the till's screen read the same files by the same rules.

mod decimal;

use sync_core::{Quantity, RecordId, Value};

use crate::{Fields, Money, Product, Rate};

/// A file's header lacks a column that every product needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header line has no column {names}")]
pub struct MissingColumn {
    /// What it may be called.
    pub names: String,
}

/// Where each column stands.
#[derive(Clone, Debug)]
pub struct ImportColumns {
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
pub struct ImportRow {
    /// The shop's own code, by which a product that is there is found.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The price of one unit.
    pub price: Money,
    /// The name of its category.
    pub category: Option<String>,
    /// What the scanner reads.
    pub barcode: Option<String>,
    /// The opening stock of a product that is new.
    pub stock: Option<Quantity>,
    /// Whether stock is kept.
    pub stocked: bool,
    /// What one unit cost the shop.
    pub cost: Option<Money>,
    /// Its tax.
    pub tax_rate: Option<Rate>,
    /// The name of the unit.
    pub unit: Option<String>,
}

impl ImportColumns {
    /// Finds the columns by their names, in any order.
    ///
    /// # Errors
    /// When a column is missing that every product needs.
    pub fn of<S: AsRef<str>>(header: &[S]) -> Result<Self, MissingColumn> {
        let find = |names: &[&str]| {
            header.iter().position(|column| {
                let column = column.as_ref().trim_start_matches('\u{feff}').trim();
                names.iter().any(|name| column.eq_ignore_ascii_case(name))
            })
        };
        let need = |names: &[&str]| {
            find(names).ok_or_else(|| MissingColumn {
                names: names.join(" or "),
            })
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

    /// Reads a line, its money in a currency of so many digits after the point.
    ///
    /// # Errors
    /// A sentence for whoever wrote the file.
    pub fn row<S: AsRef<str>>(&self, cells: &[S], exponent: u32) -> Result<ImportRow, String> {
        let cell = |column: Option<usize>| {
            let text = cells.get(column?).map_or("", |cell| cell.as_ref().trim());
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
        Ok(ImportRow {
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

impl ImportRow {
    /// The product, where it is new.
    pub fn product(&self, category: Option<RecordId>) -> Product {
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
    pub fn changes(&self, category: Option<RecordId>) -> Fields {
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
