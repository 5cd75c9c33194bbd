//! What vendors, support and operators may ask of money, and where the provider rings.
use super::{
    hook::{self, Bell},
    show::{self, BalanceView, EntryView, PaymentView, PayoutView, QueueView},
};
use crate::{
    app::{PayOut, Payments},
    domain::Payout,
};
use kernel::{Currency, OrderId, PayoutId, VendorId};
use platform::http::{Answer, Call, List, Listed, Nothing, RawCall, Read, Routes};
use schemars::JsonSchema;
use serde::Deserialize;

/// Whom to pay.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutBody {
    pub vendor: VendorId,
    pub currency: Currency,
}

pub fn routes() -> Routes<Payments> {
    platform::routes! {
        /// What the vendor is owed, by currency.
        get "/vendor/v1/balance" allow("balance.read") => read_balance;
        /// The same, entry by entry with what caused it, the newest first.
        get "/vendor/v1/balance/entries" allow("balance.read") => list_entries;
        /// The payment of an order: attempts, splits, components, refunds, disputes.
        get "/admin/v1/payments/{order}" allow("payment.read") => read_payment;
        /// What only a person can decide, the oldest first.
        get "/admin/v1/payment-queue" allow("payment.queue") => list_queue;
        /// Pays a vendor everything it is owed in one currency.
        post "/admin/v1/payouts" allow("payout.create") creates() => create_payout;
        /// One payout.
        get "/admin/v1/payouts/{payout}" allow("payout.read") => read_payout;
        /// The test bank says that one of its records changed.
        post "/hooks/v1/payment/test" => hear_testbank;
    }
}

async fn read_balance(app: &Payments, call: Read) -> Answer<BalanceView> {
    let vendor = call.actor.vendor()?;
    call.show(app.balances(vendor).await.map(Some), show::balance)
}

async fn list_entries(app: &Payments, call: Read<(), Listed>) -> Answer<List<EntryView>> {
    let (vendor, page) = (call.actor.vendor()?, call.page()?);
    call.list(app.entries(vendor, &page).await, show::entry)
}

async fn read_payment(app: &Payments, call: Read<OrderId>) -> Answer<PaymentView> {
    call.show(app.find(call.path).await, show::payment)
}

async fn list_queue(app: &Payments, call: Read<(), Listed>) -> Answer<List<QueueView>> {
    let page = call.page()?;
    call.list(app.queue(&page).await, show::queued)
}

async fn create_payout(app: &Payments, call: Call<PayoutBody>) -> Answer<PayoutView> {
    let ask = call.ask::<Payout, PayoutView>(show::payout);
    let PayoutBody { vendor, currency } = call.body;
    let command = PayOut { id: PayoutId::from_uuid(uuid::Uuid::now_v7()), vendor, currency };
    ask.answer(app.pay_out(command, &ask).await)
}

async fn read_payout(app: &Payments, call: Read<PayoutId>) -> Answer<PayoutView> {
    call.show(app.find_payout(call.path).await, show::payout)
}

async fn hear_testbank(app: &Payments, call: RawCall) -> Answer<Nothing> {
    let heard = match hook::read(&call, app)? {
        Bell::Attempt(attempt) => app.hear_doorbell(attempt).await,
        Bell::Payout(bank_id) => app.hear_payout_bell(&bank_id).await,
        Bell::Stranger => Ok(()),
    };
    call.answer(heard, |()| Nothing)
}
