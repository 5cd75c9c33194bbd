//! What a handler may ask of the actor, and the no that it becomes.
use super::Problem;
use crate::actor::Actor;
use kernel::{UserId, VendorId};

impl Actor {
    /// The user of this token, for what only somebody with an account may do.
    pub fn user(&self) -> Result<UserId, Problem> {
        self.user.ok_or_else(|| Problem::unauthenticated("sign in first"))
    }
    /// The vendor's scope: from the token, never from the request.
    pub fn vendor(&self) -> Result<VendorId, Problem> {
        self.vendor.ok_or_else(|| Problem::forbidden("the token names no vendor"))
    }
}
