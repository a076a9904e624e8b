//! What the shop sells on a day: one product per stock code, as a file to import.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::plan::{Day, Line};

/// A product as the file to import names its columns.
#[derive(serde::Serialize)]
struct Row<'a> {
    code: &'a str,
    name: &'a str,
    price: String,
    stocked: bool,
    stock: Option<i64>,
    tax_rate: i64,
}

/// Writes the day's catalogue, every product of goods with `opening` whole units.
///
/// # Errors
/// When the file cannot be written.
pub fn write(day: &Day, opening: i64, path: &Path) -> Result<()> {
    let mut writer =
        csv::Writer::from_path(path).with_context(|| format!("cannot write {}", path.display()))?;
    for line in products(day) {
        // A price below zero is a correction's, not the catalogue's.
        let pence = line.price.rounded(2).max(0);
        writer.serialize(Row {
            code: &line.code,
            name: &line.name,
            price: format!("{}.{:02}", pence / 100, pence % 100),
            stocked: line.is_goods(),
            stock: line.is_goods().then_some(opening),
            tax_rate: 0,
        })?;
    }
    writer.flush()?;
    Ok(())
}

/// The line that tells most of each product: the first one with a price and a description.
fn products(day: &Day) -> Vec<&Line> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut best: Vec<&Line> = Vec::new();
    for line in day.invoices.iter().flat_map(|invoice| &invoice.lines) {
        match places.get(line.code.as_str()) {
            Some(&place) if told(best[place]) >= told(line) => {}
            Some(&place) => best[place] = line,
            None => {
                places.insert(&line.code, best.len());
                best.push(line);
            }
        }
    }
    best
}

fn told(line: &Line) -> u8 {
    let priced = line.price.rounded(2) > 0;
    u8::from(priced) * 2 + u8::from(line.name != line.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_named_and_priced_by_the_line_that_tells_most() {
        let rows = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
             1,85123A,,-1,2010-12-01 08:26:00,0.0,,UK\n\
             2,85123a,HEART,1,2010-12-01 08:26:00,2.55,,UK\n\
             3,85123A,HEART HOLDER,1,2010-12-01 08:26:00,2.95,,UK\n\
             3,85123A,HEART HOLDER,1,2010-12-01 08:26:00,3.95,,UK\n";
        let day = Day::parse("day.csv", rows.as_bytes()).unwrap();
        let found: Vec<_> = products(&day)
            .into_iter()
            .map(|line| {
                (
                    line.code.as_str(),
                    line.name.as_str(),
                    line.price.rounded(2),
                )
            })
            .collect();
        assert_eq!(
            found,
            [("85123A", "HEART HOLDER", 295), ("85123a", "HEART", 255)]
        );
    }
}
