//! What those who sell and deliver ask of offers.
use super::convert;
use crate::app::Catalog;
use contracts::catalog::{
    self as pb,
    catalog_server::{Catalog as Rpc, CatalogServer},
};
use platform::grpc::reply;
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct Grpc(Arc<Catalog>);

pub fn server(app: Arc<Catalog>) -> CatalogServer<Grpc> {
    CatalogServer::new(Grpc(app))
}

#[tonic::async_trait]
impl Rpc for Grpc {
    async fn offers(&self, request: Request<pb::OffersRequest>) -> Result<Response<pb::OffersReply>, Status> {
        let ids: Vec<_> = request.into_inner().offers.iter().filter_map(|id| id.parse().ok()).collect();
        reply(self.0.offers(&ids).await, |(offers, tree)| convert::offers(offers, tree))
    }
}
