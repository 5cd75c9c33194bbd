//! People on SQLite and PostgreSQL.
use crate::{
    domain::{Event, Grant, RoleName, User},
    outbound::events,
    ports::{Act, ActPlace, People, UserChange},
};
use kernel::{Clock, Timestamp, UserId, VendorId};
use platform::{
    clock::SystemClock,
    page::Page,
    store::{Change, Mark, Seen, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, Value, params};
use uuid::Uuid;

const FIND: &str = "SELECT u.id, u.email, u.name, u.suspended, u.version, r.role, r.vendor
    FROM users u LEFT JOIN roles r ON r.user_id = u.id WHERE u.id = $1";
const FIND_BY_EMAIL: &str = "SELECT u.id, u.email, u.name, u.suspended, u.version, r.role, r.vendor
    FROM users u LEFT JOIN roles r ON r.user_id = u.id WHERE u.email = $1";
const OPEN: &str = "INSERT INTO users (id, email, name, suspended, version, at) VALUES ($1, $2, $3, $4, $5, $6)";
const MOVE: &str = "UPDATE users SET suspended = $2, version = $3 WHERE id = $1 AND version = $3 - 1";
const DROP_ROLES: &str = "DELETE FROM roles WHERE user_id = $1";
const ROLE: &str = "INSERT INTO roles (user_id, role, vendor) VALUES ($1, $2, $3)";
const IMPORT: &str = "INSERT INTO users (id, email, name, suspended, version, at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING";
/// Who was changed since is left alone: an import gives nothing back that was taken away.
const IMPORT_ROLE: &str = "INSERT INTO roles (user_id, role, vendor)
    SELECT id, $2, $3 FROM users WHERE id = $1 AND version = 1 ON CONFLICT DO NOTHING";
const LOG: &str = "INSERT INTO acts (id, operator, user_id, vendor, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
const ACTS: &str = "SELECT id, operator, user_id, vendor, reason, at FROM acts WHERE (at, id) < ($1, $2)
    ORDER BY at DESC, id DESC LIMIT $3";

pub struct SqlPeople(pub Db);

#[platform::async_trait]
impl People for SqlPeople {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(user(&self.0.read(FIND, params![id]).await?)?)
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        Ok(user(&self.0.read(FIND_BY_EMAIL, params![email]).await?)?)
    }

    async fn save(&self, change: UserChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: user, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        if events.contains(&Event::Registered) {
            batch.push(OPEN, row(user, now)).expect_rows(1);
        } else if !events.is_empty() {
            batch.push(MOVE, params![user.id, user.suspended, user.version]).expect_rows(1);
            batch.push(DROP_ROLES, params![user.id]);
        }
        if !events.is_empty() {
            for grant in &user.grants {
                batch.push(ROLE, role(user.id, grant));
            }
        }
        batch.outbox(events::facts(user, &events, now));
        self.0.save(batch).await
    }

    async fn import(&self, users: &[User], now: Timestamp) -> Result<(), StoreError> {
        for part in users.chunks(500) {
            let mut batch = Batch::new();
            for user in part {
                batch.push(IMPORT, row(user, now));
                for grant in &user.grants {
                    batch.push(IMPORT_ROLE, role(user.id, grant));
                }
            }
            self.0.save(batch).await?;
        }
        Ok(())
    }

    async fn hear(&self, message: Seen) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.marks(vec![Mark::Seen(message)], now());
        self.0.save(batch).await
    }

    async fn log(&self, act: &Act) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        let Act { id, operator, user, vendor, reason, at } = act.clone();
        batch.push(LOG, params![id, operator, user, text(vendor), reason, at]);
        self.0.save(batch).await
    }

    async fn acts(&self, page: &Page<ActPlace>) -> Result<Vec<Act>, StoreError> {
        let (at, id) = page.after.unwrap_or((END_OF_TIME, Uuid::max()));
        let rows = self.0.read(ACTS, params![at, id, page.rows()]).await?;
        Ok(rows.iter().map(act).collect::<Result<_, _>>()?)
    }
}

/// Later than anything, and still a time for both databases.
const END_OF_TIME: Timestamp = Timestamp(i64::MAX / 2);

/// An inbox row carries the machine's time: it is kept by it.
fn now() -> Timestamp {
    SystemClock.now()
}

fn row(user: &User, now: Timestamp) -> Vec<Value> {
    params![user.id, user.email.clone(), user.name.clone(), user.suspended, user.version, now]
}

fn role(user: UserId, grant: &Grant) -> Vec<Value> {
    params![user, grant.role.as_str(), text(grant.vendor)]
}

/// No vendor is the empty text: NULL would not count in a key.
fn text(vendor: Option<VendorId>) -> String {
    vendor.map(|vendor| vendor.to_string()).unwrap_or_default()
}

fn vendor(row: &Row) -> Result<Option<VendorId>, SqlError> {
    let text: String = row.get("vendor")?;
    let parsed = (!text.is_empty()).then(|| text.parse()).transpose();
    parsed.map_err(|e: kernel::id::NotAnId| SqlError::Broken(format!("vendor: {e}")))
}

fn user(rows: &[Row]) -> Result<Option<User>, SqlError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut grants = std::collections::BTreeSet::new();
    for row in rows {
        let Some(name) = row.get::<Option<String>>("role")? else { continue };
        let role = RoleName::parse(&name).ok_or_else(|| SqlError::Broken(format!("roles.role is {name}")))?;
        grants.insert(Grant { role, vendor: vendor(row)? });
    }
    Ok(Some(User {
        id: first.get("id")?,
        email: first.get("email")?,
        name: first.get("name")?,
        grants,
        suspended: first.get("suspended")?,
        version: first.get("version")?,
    }))
}

fn act(row: &Row) -> Result<Act, SqlError> {
    Ok(Act {
        id: row.get("id")?,
        operator: row.get("operator")?,
        user: row.get("user_id")?,
        vendor: vendor(row)?,
        reason: row.get("reason")?,
        at: row.get("at")?,
    })
}
