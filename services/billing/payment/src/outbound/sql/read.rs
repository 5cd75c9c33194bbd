//! Rows → payment. A row that contradicts the model is an error of its own.
use super::names::{optional, read};
use crate::domain::{
    Attempt, CardToken, Payment, Terms,
    ledger::{Charge, Component, Dispute, DisputePart, Parts, Refund, RefundPart, Tenders},
};
use kernel::Currency;
use platform_sql::{Row, SqlError};

pub fn each<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, SqlError>) -> Result<Vec<T>, SqlError> {
    rows.iter().map(read).collect()
}

pub fn currency(row: &Row) -> Result<Currency, SqlError> {
    let text: String = row.get("currency")?;
    text.parse().map_err(|why| SqlError::Broken(format!("currency {text}: {why}")))
}

pub fn payment(row: &Row) -> Result<Payment, SqlError> {
    let has_terms = row.get::<Option<Vec<u8>>>("fingerprint")?.is_some();
    Ok(Payment {
        id: row.get("id")?,
        order: row.get("order_id")?,
        state: read(row, "state")?,
        reason: row.get("reason")?,
        terms: if has_terms { Some(terms(row)?) } else { None },
        attempts: vec![],
        authorized_at: row.get("authorized_at")?,
        captured_at: row.get("captured_at")?,
        since: row.get("since")?,
        tries: row.get("tries")?,
        due: row.get("due")?,
        version: row.get("version")?,
    })
}

fn terms(row: &Row) -> Result<Terms, SqlError> {
    let charge = Charge {
        currency: currency(row)?,
        customer: row.get("customer")?,
        tenders: tenders(row)?,
        components: vec![],
        refunds: vec![],
        disputes: vec![],
    };
    Ok(Terms {
        fingerprint: fingerprint(row)?,
        client_reference: row.get("client_reference")?,
        gift_card: row.get("gift_card")?,
        charge,
    })
}

fn tenders(row: &Row) -> Result<Tenders, SqlError> {
    Ok(Tenders { card: row.get("card")?, wallet: row.get("wallet")?, gift_card: row.get("gift")? })
}

fn fingerprint(row: &Row) -> Result<[u8; 32], SqlError> {
    let print: Vec<u8> = row.get("fingerprint")?;
    print.try_into().map_err(|_| SqlError::Broken("a fingerprint of another length".into()))
}

pub fn attempt(row: &Row) -> Result<Attempt, SqlError> {
    Ok(Attempt {
        id: row.get("id")?,
        number: row.get("number")?,
        state: read(row, "state")?,
        amount: row.get("amount")?,
        card: row.get::<Option<String>>("card_token")?.and_then(|text| CardToken::new(&text)),
        bank_id: row.get("bank_id")?,
        problem: optional(row, "problem")?,
        action_url: row.get("action_url")?,
        step: row.get("step")?,
        asked_at: row.get("asked_at")?,
    })
}

pub fn component(row: &Row) -> Result<Component, SqlError> {
    let frozen = Parts {
        funded: row.get("funded")?,
        commission: row.get("commission")?,
        commission_tax: row.get("commission_tax")?,
        marketplace_tax: row.get("marketplace_tax")?,
    };
    let given = Parts {
        funded: row.get("given_funded")?,
        commission: row.get("given_commission")?,
        commission_tax: row.get("given_commission_tax")?,
        marketplace_tax: row.get("given_marketplace_tax")?,
    };
    Ok(Component {
        id: row.get("id")?,
        vendor: row.get("vendor")?,
        line: row.get("line")?,
        units: row.get("units")?,
        price: row.get("price")?,
        frozen,
        given,
        back: row.get("back")?,
        refunding: row.get("refunding")?,
        disputed: row.get("disputed")?,
        goodwill: row.get("goodwill")?,
        units_back: row.get("units_back")?,
    })
}

/// A row a part; a refund without parts has one row without a component.
pub fn refunds(rows: &[Row]) -> Result<Vec<Refund>, SqlError> {
    let mut refunds: Vec<Refund> = vec![];
    for row in rows {
        let id = row.get("id")?;
        if refunds.last().is_none_or(|r| r.id != id) {
            refunds.push(refund(row)?);
        }
        if let (Some(refund), Some(component)) = (refunds.last_mut(), row.get("component")?) {
            let (amount, units, moves) = (row.get("amount")?, row.get("units")?, row.get("moves")?);
            refund.parts.push(RefundPart { component, amount, units, moves });
        }
    }
    Ok(refunds)
}

fn refund(row: &Row) -> Result<Refund, SqlError> {
    Ok(Refund {
        id: row.get("id")?,
        kind: read(row, "kind")?,
        state: read(row, "state")?,
        key: row.get("key")?,
        fingerprint: fingerprint(row)?,
        reason: row.get("reason")?,
        parts: vec![],
        money: tenders(row)?,
        unplaced: row.get("unplaced")?,
        asked_at: row.get("asked_at")?,
        at: row.get("at")?,
    })
}

pub fn disputes(rows: &[Row]) -> Result<Vec<Dispute>, SqlError> {
    let mut disputes: Vec<Dispute> = vec![];
    for row in rows {
        let id = row.get("id")?;
        if disputes.last().is_none_or(|d| d.id != id) {
            disputes.push(dispute(row)?);
        }
        if let (Some(dispute), Some(component)) = (disputes.last_mut(), row.get("component")?) {
            let (amount, frozen) = (row.get("amount")?, row.get("frozen")?);
            dispute.parts.push(DisputePart { component, amount, frozen });
        }
    }
    Ok(disputes)
}

fn dispute(row: &Row) -> Result<Dispute, SqlError> {
    Ok(Dispute {
        id: row.get("id")?,
        bank_id: row.get("bank_id")?,
        state: read(row, "state")?,
        amount: row.get("disputed")?,
        parts: vec![],
        unplaced: row.get("unplaced")?,
        at: row.get("at")?,
    })
}
