//! What other services may ask of orders.
use super::convert;
use crate::app::Orders;
use contracts::order::{
    self as pb,
    orders_server::{Orders as Rpc, OrdersServer},
};
use platform::grpc::reply;
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct Grpc(Arc<Orders>);

pub fn server(app: Arc<Orders>) -> OrdersServer<Grpc> {
    OrdersServer::new(Grpc(app))
}

#[tonic::async_trait]
impl Rpc for Grpc {
    async fn get_party(&self, request: Request<pb::GetPartyRequest>) -> Result<Response<pb::Party>, Status> {
        let id = convert::party_id(request.get_ref())?;
        reply(self.0.party(id).await, convert::party)
    }
}
