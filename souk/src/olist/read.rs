//! From a folder into memory: gzip, CSV, each row with its line; and what tells this folder from another.
use super::row::{At, Fault, Record, Source};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fs::File, io::BufReader, path::Path};

/// The orders that count, where not all of the folder do (rule 3).
pub type Only = Option<BTreeSet<String>>;

/// `Err`: this is no such folder. Rows that can't be read are faults of what is answered.
pub fn folder(dir: &Path) -> Result<Source, String> {
    let mut faults = vec![];
    Ok(Source {
        customers: sheet(dir, &mut faults)?,
        orders: sheet(dir, &mut faults)?,
        items: sheet(dir, &mut faults)?,
        payments: sheet(dir, &mut faults)?,
        products: sheet(dir, &mut faults)?,
        sellers: sheet(dir, &mut faults)?,
        translations: sheet(dir, &mut faults)?,
        faults,
    })
}

/// Order ids, one a line.
pub fn only(file: &Path) -> Result<Only, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(Some(text.split_whitespace().map(str::to_string).collect()))
}

fn sheet<T: Record>(dir: &Path, faults: &mut Vec<Fault>) -> Result<Vec<At<T>>, String> {
    let path = dir.join(format!("{}.csv.gz", T::FILE));
    let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let file = File::open(&path).map_err(|e| wrong(&e))?;
    let mut csv = csv::Reader::from_reader(MultiGzDecoder::new(BufReader::new(file)));
    let head = csv.headers().map_err(|e| wrong(&e))?.clone();
    if let Some(missing) = T::COLUMNS.iter().find(|column| !head.iter().any(|name| name == **column)) {
        return Err(wrong(&format!("there is no column {missing}")));
    }
    let (mut rows, mut record) = (vec![], csv::StringRecord::new());
    loop {
        let line = csv.position().line();
        match csv.read_record(&mut record) {
            Ok(false) => return Ok(rows),
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                match record.deserialize(Some(&head)) {
                    Ok(row) => rows.push(At { line, row }),
                    Err(e) => faults.push(Fault { file: T::FILE, line, why: e.to_string() }),
                }
            }
            Err(e) if e.is_io_error() => return Err(wrong(&e)),
            Err(e) => {
                let line = e.position().map_or(line, csv::Position::line);
                faults.push(Fault { file: T::FILE, line, why: said(e.kind()) });
            }
        }
    }
}

/// Without the place: the fault has it.
fn said(kind: &csv::ErrorKind) -> String {
    match kind {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("{len} fields, not {expected_len}"),
        csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_string(),
        other => format!("not a row: {other:?}"),
    }
}

/// The same for the same files and the same choice of orders, wherever they lie (rule 3).
pub fn identity(source: &Source, only: &Only) -> String {
    let mut hash = Sha256::new();
    let sizes = [source.customers.len(), source.items.len(), source.payments.len(), source.products.len()];
    sizes.into_iter().chain([source.sellers.len()]).for_each(|rows| hash.update(rows.to_be_bytes()));
    let counts = |id: &&str| only.as_ref().is_none_or(|only| only.contains(*id));
    let ids: BTreeSet<&str> = source.orders.iter().map(|order| order.row.order_id.as_str()).filter(counts).collect();
    ids.into_iter().for_each(|id| hash.update(format!("{id}\n")));
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::olist::sample;

    #[test]
    fn a_row_knows_its_line_also_behind_a_break_and_a_bad_row() {
        let dir = sample::folder();
        let sellers = "seller_id,seller_zip_code_prefix,seller_city,seller_state\n\
            s1,01310,\"sao\npaulo\",SP\ns2,01310\ns3,01310,ol\u{e1},SP\n";
        sample::write(&dir, "sellers", sellers.as_bytes());
        let source = folder(&dir).unwrap();
        let lines: Vec<_> = source.sellers.iter().map(|s| (s.line, s.row.seller_city.as_str())).collect();
        assert_eq!(lines, [(2, "sao\npaulo"), (5, "olá")]);
        let faults: Vec<String> = source.faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults, ["sellers.csv.gz:4: 2 fields, not 4"]);
    }

    #[test]
    fn another_choice_of_orders_is_another_folder() {
        let source = folder(&sample::folder()).unwrap();
        let some = |ids: &[&str]| Some(ids.iter().map(ToString::to_string).collect());
        assert_eq!(identity(&source, &None), identity(&source, &some(&["o1", "o2"])));
        assert_ne!(identity(&source, &None), identity(&source, &some(&["o1"])));
    }

    #[test]
    fn a_file_or_a_column_that_is_missing_is_said() {
        let dir = sample::folder();
        sample::write(&dir, "products", b"product_id,product_weight_g\n");
        assert!(folder(&dir).unwrap_err().ends_with("products.csv.gz: there is no column product_category_name"));
        std::fs::write(dir.join("products.csv.gz"), "not gzip").unwrap();
        assert!(folder(&dir).unwrap_err().contains("products.csv.gz"));
        std::fs::remove_file(dir.join("orders.csv.gz")).unwrap();
        assert!(folder(&dir).unwrap_err().contains("orders.csv.gz"));
    }
}
