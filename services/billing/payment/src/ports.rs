//! What the use cases need of the world.
use crate::{
    domain::{CardToken, Event, Payment, Payout, PayoutEvent, PayoutTold, Told},
    views::{Balance, Posted, Queued},
};
use kernel::{AttemptId, Currency, OrderId, PayoutId, Timestamp, VendorId};
use platform::{
    page::{Page, Slice},
    store::{Change, StoreError},
};
use uuid::Uuid;

pub type PaymentChange<'a> = Change<'a, Payment, Event>;
pub type PayoutChange<'a> = Change<'a, Payout, PayoutEvent>;

#[platform::async_trait]
pub trait Payments: Send + Sync {
    async fn find(&self, order: OrderId) -> Result<Option<Payment>, StoreError>;
    /// Whose attempt it is.
    async fn order_of(&self, attempt: AttemptId) -> Result<Option<OrderId>, StoreError>;
    /// The payment, what its events touched, their transactions, what is held of wallet and gift card, the outbox and the
    /// operator's queue, in one batch, or nothing. `Stale` when the payment changed since it was read (or was there already),
    /// when a cap or a wallet does not allow it. Without events only `tries` and `due` are written.
    async fn save(&self, change: PaymentChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// Orders whose payments have an errand due by this machine time, the oldest first, not all at once.
    async fn due(&self, now: Timestamp) -> Result<Vec<OrderId>, StoreError>;
    /// Takes an errand for a while. It saves work, it protects nothing. False: somebody else has it.
    async fn claim(&self, order: OrderId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError>;
    /// When the next errand is due.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;
}

#[platform::async_trait]
pub trait Payouts: Send + Sync {
    /// What a vendor is owed and no payout has claimed.
    async fn unclaimed(&self, vendor: VendorId, currency: Currency) -> Result<i64, StoreError>;
    async fn find(&self, id: PayoutId) -> Result<Option<Payout>, StoreError>;
    /// By the bank's name for it.
    async fn named(&self, bank_id: &str) -> Result<Option<Payout>, StoreError>;
    /// The payout, its transactions and its claims in one batch, or nothing. `Stale` when the payout changed, when something
    /// was posted since `unclaimed` was read, or while another payout of this vendor and currency is being asked for.
    async fn save(&self, change: PayoutChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    async fn due(&self, now: Timestamp) -> Result<Vec<PayoutId>, StoreError>;
    async fn claim(&self, id: PayoutId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError>;
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;
}

/// What people are shown of the ledger.
#[platform::async_trait]
pub trait Statements: Send + Sync {
    /// One a currency.
    async fn balances(&self, vendor: VendorId) -> Result<Vec<Balance>, StoreError>;
    /// The newest first.
    async fn entries(
        &self,
        vendor: VendorId,
        page: &Page<(Uuid, i64)>,
    ) -> Result<Slice<Posted, (Uuid, i64)>, StoreError>;
    /// The oldest first.
    async fn queue(
        &self,
        page: &Page<(Timestamp, String, String)>,
    ) -> Result<Slice<Queued, (Timestamp, String, String)>, StoreError>;
}

/// One call to the provider, with the key it has for ever: derived from order, attempt and act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    pub key: String,
    pub order: OrderId,
    pub attempt: AttemptId,
    /// The provider's name of the attempt, once it told one.
    pub bank_id: Option<String>,
    /// Minor units.
    pub amount: i64,
    pub currency: Currency,
}

/// The card provider. Every act may be asked again with the same key and takes effect once. Only a definite no is `No`; a lost
/// answer, a timeout and a fault are `Unknown`.
#[platform::async_trait]
pub trait Provider: Send + Sync {
    async fn authorize(&self, asking: &Asking, card: &CardToken) -> Told;
    async fn capture(&self, asking: &Asking) -> Told;
    /// Whether or not the attempt ever arrived.
    async fn void(&self, asking: &Asking) -> Told;
    async fn refund(&self, asking: &Asking) -> Told;
    async fn look_up(&self, attempt: AttemptId) -> Told;
}

/// Who pays vendors out.
#[platform::async_trait]
pub trait PayoutBank: Send + Sync {
    /// The payout's id is its key, for ever.
    async fn pay_out(&self, payout: &Payout) -> PayoutTold;
    async fn look_up(&self, bank_id: &str) -> PayoutTold;
}
