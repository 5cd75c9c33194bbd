//! What carts ask, and steps of the order's saga.
use super::convert;
use crate::app::Pricing;
use contracts::pricing::{
    self as pb,
    pricing_server::{Pricing as Rpc, PricingServer},
};
use platform::grpc::{ask, reply, undo};
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct Grpc(Arc<Pricing>);

pub fn server(app: Arc<Pricing>) -> PricingServer<Grpc> {
    PricingServer::new(Grpc(app))
}

#[tonic::async_trait]
impl Rpc for Grpc {
    async fn price(&self, request: Request<pb::PriceRequest>) -> Result<Response<pb::PriceReply>, Status> {
        let asked = convert::price_asked(request.into_inner())?;
        reply(self.0.price(&asked).await, convert::price_reply)
    }

    async fn make_quote(&self, request: Request<pb::MakeQuoteRequest>) -> Result<Response<pb::Quote>, Status> {
        let ask = ask(&request, convert::quote);
        let command = convert::make_quote(request.into_inner())?;
        ask.reply(self.0.make_quote(command, &ask).await).await
    }

    async fn get_quote(&self, request: Request<pb::GetQuoteRequest>) -> Result<Response<pb::Quote>, Status> {
        let id = convert::quote_id(&request.get_ref().quote)?;
        reply(self.0.quote(id).await, convert::quote)
    }

    async fn accept(&self, request: Request<pb::AcceptRequest>) -> Result<Response<pb::Acceptance>, Status> {
        let ask = ask(&request, convert::acceptance);
        let command = convert::accept(request.get_ref())?;
        ask.reply(self.0.accept(command, &ask).await).await
    }

    async fn undo_accept(
        &self,
        request: Request<pb::UndoAcceptRequest>,
    ) -> Result<Response<pb::UndoAcceptReply>, Status> {
        let undo = undo(&request)?;
        let order = convert::order(&request.get_ref().order)?;
        reply(self.0.undo_accept(order, &undo).await, |()| pb::UndoAcceptReply {})
    }
}
