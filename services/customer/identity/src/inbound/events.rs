//! What identity hears of others.
use crate::app::Identity;
use contracts::vendor;
use platform::{
    feed::Subscription,
    store::{Seen, StoreError},
};
use std::sync::Arc;

pub fn subscription(app: &Arc<Identity>) -> Subscription {
    Subscription::to("vendor", "identity.vendor")
        .on(app, |app, fact: vendor::VendorApproved, seen| async move { approved(&app, fact, seen).await })
}

async fn approved(app: &Identity, fact: vendor::VendorApproved, seen: Seen) -> Result<(), StoreError> {
    let broken = |e: kernel::id::NotAnId| StoreError::Broken(e.to_string());
    if fact.owner.is_empty() {
        return app.people.hear(seen).await;
    }
    app.make_admin(fact.owner.parse().map_err(broken)?, fact.vendor.parse().map_err(broken)?, seen).await
}
