//! What people are shown of the ledger.
use super::read::{currency, each};
use crate::{
    ports::Statements,
    views::{Balance, Posted, Queued},
};
use kernel::{Timestamp, VendorId};
use platform::{
    page::{Page, Slice},
    store::StoreError,
};
use platform_sql::{Db, Row, SqlError, params};
use uuid::Uuid;

const BALANCES: &str = "SELECT currency,
    CAST(-sum(CASE WHEN account = 'payable' THEN amount ELSE 0 END) AS bigint) AS payable,
    CAST(-sum(CASE WHEN account = 'frozen' THEN amount ELSE 0 END) AS bigint) AS frozen,
    CAST(-sum(CASE WHEN account = 'reserve' THEN amount ELSE 0 END) AS bigint) AS reserve,
    CAST(-sum(CASE WHEN account = 'payouts_in_transit' THEN amount ELSE 0 END) AS bigint) AS in_transit
    FROM entries WHERE party = $1 GROUP BY currency ORDER BY currency";
const NEWEST: &str = "SELECT tx, n, account, kind, cause, currency, -amount AS amount, at FROM entries
    WHERE party = $1 ORDER BY tx DESC, n DESC LIMIT $2";
const OLDER: &str = "SELECT tx, n, account, kind, cause, currency, -amount AS amount, at FROM entries
    WHERE party = $1 AND (tx, n) < ($3, $4) ORDER BY tx DESC, n DESC LIMIT $2";
const OLDEST: &str = "SELECT subject, kind, why, at FROM queue ORDER BY at, subject, kind LIMIT $1";
const LATER: &str = "SELECT subject, kind, why, at FROM queue WHERE (at, subject, kind) > ($2, $3, $4)
    ORDER BY at, subject, kind LIMIT $1";

pub struct SqlStatements(pub Db);

#[platform::async_trait]
impl Statements for SqlStatements {
    async fn balances(&self, vendor: VendorId) -> Result<Vec<Balance>, StoreError> {
        Ok(each(&self.0.read(BALANCES, params![vendor]).await?, balance)?)
    }

    async fn entries(
        &self,
        vendor: VendorId,
        page: &Page<(Uuid, i64)>,
    ) -> Result<Slice<Posted, (Uuid, i64)>, StoreError> {
        let rows = match page.after {
            None => self.0.read(NEWEST, params![vendor, page.rows()]).await?,
            Some((tx, n)) => self.0.read(OLDER, params![vendor, page.rows(), tx, n]).await?,
        };
        Ok(page.slice(each(&rows, posted)?, |entry| (entry.transaction, entry.line)))
    }

    async fn queue(
        &self,
        page: &Page<(Timestamp, String, String)>,
    ) -> Result<Slice<Queued, (Timestamp, String, String)>, StoreError> {
        let rows = match page.after.clone() {
            None => self.0.read(OLDEST, params![page.rows()]).await?,
            Some((at, subject, kind)) => self.0.read(LATER, params![page.rows(), at, subject, kind]).await?,
        };
        Ok(page.slice(each(&rows, queued)?, |q| (q.at, q.subject.clone(), q.kind.clone())))
    }
}

fn balance(row: &Row) -> Result<Balance, SqlError> {
    Ok(Balance {
        currency: currency(row)?,
        payable: row.get("payable")?,
        frozen: row.get("frozen")?,
        reserve: row.get("reserve")?,
        in_transit: row.get("in_transit")?,
    })
}

fn posted(row: &Row) -> Result<Posted, SqlError> {
    Ok(Posted {
        transaction: row.get("tx")?,
        line: row.get("n")?,
        account: row.get("account")?,
        kind: row.get("kind")?,
        cause: row.get("cause")?,
        currency: currency(row)?,
        amount: row.get("amount")?,
        at: row.get("at")?,
    })
}

fn queued(row: &Row) -> Result<Queued, SqlError> {
    Ok(Queued { subject: row.get("subject")?, kind: row.get("kind")?, why: row.get("why")?, at: row.get("at")? })
}
