//! What other services ask.
use super::convert;
use crate::app::Shipping;
use contracts::shipping::{
    self as pb,
    shipping_server::{Shipping as Rpc, ShippingServer},
};
use platform::grpc::reply;
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct Grpc(Arc<Shipping>);

pub fn server(app: Arc<Shipping>) -> ShippingServer<Grpc> {
    ShippingServer::new(Grpc(app))
}

#[tonic::async_trait]
impl Rpc for Grpc {
    async fn rates(&self, request: Request<pb::RatesRequest>) -> Result<Response<pb::RatesReply>, Status> {
        let enquiry = convert::enquiry(request.into_inner())?;
        reply(self.0.rate(enquiry).await, |rated| convert::rates(rated))
    }

    async fn parcels(&self, request: Request<pb::ParcelsRequest>) -> Result<Response<pb::ParcelsReply>, Status> {
        let order = convert::order(&request.get_ref().order)?;
        reply(self.0.order_parcels(order).await, |parcels| convert::parcels(parcels))
    }
}
