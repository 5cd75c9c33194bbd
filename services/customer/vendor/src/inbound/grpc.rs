//! What pricing and cart ask of vendors.
use super::convert;
use crate::app::Vendors;
use contracts::vendor::{
    self as pb,
    vendors_server::{Vendors as Rpc, VendorsServer},
};
use platform::grpc::reply;
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct Grpc(Arc<Vendors>);

pub fn server(app: Arc<Vendors>) -> VendorsServer<Grpc> {
    VendorsServer::new(Grpc(app))
}

#[tonic::async_trait]
impl Rpc for Grpc {
    async fn terms(&self, request: Request<pb::TermsRequest>) -> Result<Response<pb::TermsReply>, Status> {
        let ids = convert::vendors(request.into_inner())?;
        reply(self.0.terms(&ids).await, |found| convert::terms(found))
    }
}
