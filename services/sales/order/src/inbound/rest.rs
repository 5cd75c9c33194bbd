//! What customers, vendors and support may ask of orders.
use super::{
    body::{
        AtQuery, CancelOrderBody, CancelUnitsBody, OrdersFilter, PayOrderBody, PlaceOrderBody, RefundBody,
        ShipmentBody, VendorOrdersFilter,
    },
    convert,
    view::{AdminOrderView, OrderSummaryView, OrderView, TroubleView, VendorOrderSummaryView, VendorPartView},
};
use crate::{
    Error,
    app::{Orders, Says},
    domain::State,
    ports::Shown,
};
use kernel::{OrderId, VendorOrderId};
use platform::http::{Answer, Asking, Call, List, Listed, Read, Routes, saying};
use std::sync::Arc;

pub fn routes() -> Routes<Orders> {
    platform::routes! {
        /// Places an order on a quote. 201 when it is confirmed; 202 while it is not decided, at once with `awaiting_payment` when
        /// the customer has something to do, else after two seconds: follow `Location`.
        post "/store/v1/orders" allow("order.place") creates() slow() => place_order;
        /// The customer's orders, newest first.
        get "/store/v1/orders" allow("order.read") => list_orders;
        /// One order of the customer, as it is or as it was at a time.
        get "/store/v1/orders/{order}" allow("order.read") => read_order;
        /// Another card, when the one before was declined or left.
        post "/store/v1/orders/{order}/payment" allow("order.pay") slow() => pay_order;
        /// Cancels all of it, or the vendor orders named. What was shipped can't be cancelled.
        post "/store/v1/orders/{order}/cancel" allow("order.cancel") slow() => cancel_order;

        /// The vendor's orders, newest first.
        get "/vendor/v1/orders" allow("vendor_order.read") => list_vendor_orders;
        /// One order as its vendor sees it, with whom it goes to.
        get "/vendor/v1/orders/{vendor_order}" allow("vendor_order.read") => read_vendor_order;
        /// A parcel was handed over.
        post "/vendor/v1/orders/{vendor_order}/shipments" allow("vendor_order.ship") => ship_units;
        /// Units that can't be sent, or everything that is open. Their money goes back.
        post "/vendor/v1/orders/{vendor_order}/cancel" allow("vendor_order.cancel") => cancel_units;

        /// All orders, newest first.
        get "/admin/v1/orders" allow("orders.read") => list_all_orders;
        /// One order with its components and refunds, as it is or as it was at a time.
        get "/admin/v1/orders/{order}" allow("orders.read") => read_any_order;
        /// Gives money back, per component. The answer says what was asked; the money follows.
        post "/admin/v1/orders/{order}/refunds" allow("orders.refund") => refund_order;
        /// What an operator has to settle: refunds refused for good, orders that nobody can decide.
        get "/admin/v1/order-queue" allow("orders.queue") => list_troubles;
    }
}

/// How the doors that wait for a decision say it, also when the request is long gone.
pub fn says() -> Says {
    Says {
        place: Arc::new(saying(201, convert::order_view)),
        pay: Arc::new(saying(200, convert::order_view)),
        cancel: Arc::new(saying(200, convert::order_view)),
    }
}

async fn place_order(app: &Orders, call: Call<PlaceOrderBody>) -> Answer<OrderView> {
    let ask = call.ask(convert::order_view);
    let command = convert::place_order(call)?;
    decided(&ask, app.place_order(command, &ask).await)
}

async fn pay_order(app: &Orders, call: Call<PayOrderBody, OrderId>) -> Answer<OrderView> {
    let ask = call.ask(convert::order_view);
    let command = convert::pay_order(call)?;
    decided(&ask, app.pay_order(command, &ask).await)
}

async fn cancel_order(app: &Orders, call: Call<CancelOrderBody, OrderId>) -> Answer<OrderView> {
    let ask = call.ask(convert::order_view);
    let command = convert::cancel_order(call)?;
    decided(&ask, app.cancel_order(command, &ask).await)
}

/// Undecided, or still undoing, when patience ended: 202 and where to look.
fn decided(ask: &Asking<Shown, OrderView>, outcome: Result<Shown, Error>) -> Answer<OrderView> {
    match outcome {
        Ok(shown) if matches!(shown.state, State::Placed | State::Cancelling) => ask.later(&shown),
        outcome => ask.answer(outcome),
    }
}

async fn list_orders(app: &Orders, call: Read<(), Listed>) -> Answer<List<OrderSummaryView>> {
    let page = call.page()?;
    call.list(app.list_orders(convert::asker(&call.actor), &page).await, convert::summary_view)
}

async fn read_order(app: &Orders, call: Read<OrderId, AtQuery>) -> Answer<OrderView> {
    let found = app.read_order(call.path, convert::asker(&call.actor), call.query.at).await;
    call.show(found.map(Some), convert::addressed_view)
}

async fn list_vendor_orders(
    app: &Orders,
    call: Read<(), Listed<VendorOrdersFilter>>,
) -> Answer<List<VendorOrderSummaryView>> {
    let (page, state) = (call.page()?, call.query.filter.state.map(convert::vendor_state));
    let found = app.list_vendor_orders(call.actor.vendor()?, state, &page).await;
    call.list(found, convert::vendor_summary_view)
}

async fn read_vendor_order(app: &Orders, call: Read<VendorOrderId>) -> Answer<VendorPartView> {
    let found = app.read_vendor_order(call.path, call.actor.vendor()?).await;
    call.show(found.map(Some), convert::read_vendor_view)
}

async fn ship_units(app: &Orders, call: Call<ShipmentBody, VendorOrderId>) -> Answer<VendorPartView> {
    let ask = call.ask(convert::vendor_view);
    let command = convert::ship_units(call)?;
    ask.answer(app.ship_units(command, &ask).await)
}

async fn cancel_units(app: &Orders, call: Call<CancelUnitsBody, VendorOrderId>) -> Answer<VendorPartView> {
    let ask = call.ask(convert::vendor_view);
    let command = convert::cancel_units(call)?;
    ask.answer(app.cancel_units(command, &ask).await)
}

async fn list_all_orders(app: &Orders, call: Read<(), Listed<OrdersFilter>>) -> Answer<List<OrderSummaryView>> {
    let page = call.page()?;
    let found = app.list_all_orders(call.query.filter.client_reference.as_deref(), &page).await;
    call.list(found, convert::summary_view)
}

async fn read_any_order(app: &Orders, call: Read<OrderId, AtQuery>) -> Answer<AdminOrderView> {
    let found = app.read_any_order(call.path, call.query.at).await;
    call.show(found.map(Some), convert::read_admin_view)
}

async fn refund_order(app: &Orders, call: Call<RefundBody, OrderId>) -> Answer<AdminOrderView> {
    let ask = call.ask(convert::admin_view);
    let command = convert::refund_order(call)?;
    ask.answer(app.refund_order(command, &ask).await)
}

async fn list_troubles(app: &Orders, call: Read<(), Listed>) -> Answer<List<TroubleView>> {
    let page = call.page()?;
    call.list(app.list_troubles(&page).await, convert::trouble_view)
}
