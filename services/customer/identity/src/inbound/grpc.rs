//! What the gateway asks.
use super::convert;
use crate::{Error, app::Identity};
use contracts::identity::{
    self as pb,
    identity_server::{Identity as Rpc, IdentityServer},
};
use platform::grpc::{reply, status};
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct Grpc(Arc<Identity>);

pub fn server(app: Arc<Identity>) -> IdentityServer<Grpc> {
    IdentityServer::new(Grpc(app))
}

#[tonic::async_trait]
impl Rpc for Grpc {
    async fn keys(&self, _: Request<pb::KeysRequest>) -> Result<Response<pb::KeysReply>, Status> {
        Ok(Response::new(pb::KeysReply { jwks: self.0.tokens.keys() }))
    }

    async fn standing(&self, request: Request<pb::StandingRequest>) -> Result<Response<pb::StandingReply>, Status> {
        let pb::StandingRequest { user, vendor } = request.into_inner();
        let user = user.parse().map_err(|_| status(&Error::NoUser))?;
        let found = self.0.user(user).await.and_then(|found| found.ok_or(Error::NoUser));
        reply(found.map(|user| (user, vendor.parse().ok())), |(user, vendor)| convert::standing(user, *vendor))
    }
}
