//! The gateway's port over identity's client.
use contracts::identity::{KeysRequest, StandingRequest, identity_client::IdentityClient};
use gateway::Accounts;
use kernel::{UserId, VendorId};
use platform::{
    actor::{Role, Roles},
    context::Context,
    grpc::Transport,
    http::Problem,
};
use tonic::{Code, Status};

pub struct Identity(IdentityClient<Transport>);

impl Identity {
    pub fn over(transport: Transport) -> Identity {
        Identity(IdentityClient::new(transport))
    }
}

#[platform::async_trait]
impl Accounts for Identity {
    async fn keys(&self) -> Result<String, Problem> {
        let mut identity = self.0.clone();
        let reply = Context::background("gateway").scope(identity.keys(KeysRequest {})).await;
        Ok(reply.map_err(away)?.into_inner().jwks)
    }

    async fn standing(&self, user: UserId, vendor: Option<VendorId>) -> Result<Option<Roles>, Problem> {
        let vendor = vendor.map(|vendor| vendor.to_string()).unwrap_or_default();
        let (mut identity, message) = (self.0.clone(), StandingRequest { user: user.to_string(), vendor });
        match Context::background("gateway").scope(identity.standing(message)).await {
            Ok(reply) => {
                let reply = reply.into_inner();
                let roles: Vec<Role> = reply.roles.iter().filter_map(|role| role.parse().ok()).collect();
                Ok((!reply.suspended).then(|| Roles::of(&roles)))
            }
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(away(status)),
        }
    }
}

fn away(status: Status) -> Problem {
    Problem::new(kernel::error::unavailable("identity_away"), "who you are can't be found out right now")
        .caused_by(status)
}
