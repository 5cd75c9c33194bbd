//! Steps of the order's saga. The payment's row answers repeats, so no step is kept anywhere else.
use super::convert;
use crate::app::Payments;
use contracts::payment::{
    self as pb,
    payments_server::{Payments as Rpc, PaymentsServer},
};
use platform::grpc::{reply, status};
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct Grpc(Arc<Payments>);

pub fn server(app: Arc<Payments>) -> PaymentsServer<Grpc> {
    PaymentsServer::new(Grpc(app))
}

#[tonic::async_trait]
impl Rpc for Grpc {
    async fn authorize(&self, request: Request<pb::AuthorizeRequest>) -> Result<Response<pb::AuthorizeReply>, Status> {
        let command = convert::authorize(request.into_inner())?;
        reply(self.0.authorize(command).await, convert::authorized)
    }

    async fn take(&self, request: Request<pb::TakeRequest>) -> Result<Response<pb::TakeReply>, Status> {
        let order = convert::order(&request.get_ref().order)?;
        reply(self.0.take(order).await, convert::taken)
    }

    async fn void(&self, request: Request<pb::VoidRequest>) -> Result<Response<pb::VoidReply>, Status> {
        let command = convert::void(request.into_inner())?;
        reply(self.0.void(command).await, convert::voided)
    }

    async fn add_attempt(
        &self,
        request: Request<pb::AddAttemptRequest>,
    ) -> Result<Response<pb::AuthorizeReply>, Status> {
        let command = convert::add_attempt(request)?;
        reply(self.0.add_attempt(command).await, convert::authorized)
    }

    async fn refund(&self, request: Request<pb::RefundRequest>) -> Result<Response<pb::RefundReply>, Status> {
        let command = convert::refund(request)?;
        reply(self.0.refund(command).await, convert::refunded)
    }

    async fn get(&self, request: Request<pb::GetRequest>) -> Result<Response<pb::Payment>, Status> {
        let order = convert::order(&request.get_ref().order)?;
        let found = self.0.find(order).await.map_err(|e| status(&e))?;
        reply(found.ok_or(crate::Error::NoPayment), convert::payment)
    }
}
