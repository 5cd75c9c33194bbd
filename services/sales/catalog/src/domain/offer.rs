//! One vendor's sale of one variant.
use super::{Product, ProductState};
use kernel::{OfferId, ProductId, VariantId, VendorId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferState {
    Draft,
    Submitted,
    Active,
    Paused,
    Rejected,
    Retired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    New,
    Used,
    Refurbished,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub id: OfferId,
    pub vendor: VendorId,
    pub variant: VariantId,
    pub product: ProductId,
    /// The vendor's own number.
    pub sku: String,
    pub condition: Condition,
    /// From the order to the parcel.
    pub handling_days: u32,
    pub state: OfferState,
    /// Why it was rejected.
    pub reason: String,
    pub version: i64,
}

/// What may be asked of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferMove {
    Submit,
    Approve,
    Reject { reason: String },
    Pause,
    Resume,
    Retire,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferEvent {
    /// Something that is only the vendor's and the operator's to know.
    Moved,
    Activated,
    Paused,
    Retired,
}

impl Offer {
    /// Only an active one of a published product is sold.
    pub fn is_sold(&self, product: &Product) -> bool {
        self.state == OfferState::Active && product.state == ProductState::Published
    }

    /// The state it was in, when the move is none of that state's.
    pub fn go(&self, step: OfferMove) -> Result<(Offer, Vec<OfferEvent>), OfferState> {
        use OfferState::{Active, Draft, Paused, Rejected, Retired, Submitted};
        let (to, event) = match (self.state, &step) {
            (Draft | Rejected, OfferMove::Submit) => (Submitted, OfferEvent::Moved),
            (Submitted, OfferMove::Approve) => (Active, OfferEvent::Activated),
            (Submitted, OfferMove::Reject { .. }) => (Rejected, OfferEvent::Moved),
            (Active, OfferMove::Pause) => (Paused, OfferEvent::Paused),
            (Paused, OfferMove::Resume) => (Active, OfferEvent::Activated),
            (Draft | Submitted | Active | Paused | Rejected, OfferMove::Retire) => (Retired, OfferEvent::Retired),
            (other, _) => return Err(other),
        };
        let reason = match step {
            OfferMove::Reject { reason } => reason,
            _ => String::new(),
        };
        Ok((Offer { state: to, reason, version: self.version + 1, ..self.clone() }, vec![event]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(state: OfferState) -> Offer {
        let id = uuid::Uuid::from_u128(1);
        Offer {
            id: kernel::Id::from_uuid(id),
            vendor: kernel::Id::from_uuid(id),
            variant: kernel::Id::from_uuid(id),
            product: kernel::Id::from_uuid(id),
            sku: "a".into(),
            condition: Condition::New,
            handling_days: 1,
            state,
            reason: String::new(),
            version: 1,
        }
    }

    #[test]
    fn only_what_was_approved_is_sold() {
        let (submitted, _) = offer(OfferState::Draft).go(OfferMove::Submit).unwrap();
        assert_eq!(offer(OfferState::Draft).go(OfferMove::Approve), Err(OfferState::Draft));
        let (active, events) = submitted.go(OfferMove::Approve).unwrap();
        assert_eq!((active.state, events), (OfferState::Active, vec![OfferEvent::Activated]));
        let (paused, _) = active.go(OfferMove::Pause).unwrap();
        assert_eq!(paused.go(OfferMove::Resume).unwrap().0.state, OfferState::Active);
    }

    #[test]
    fn a_rejection_says_why_until_it_is_submitted_again() {
        let (rejected, _) = offer(OfferState::Submitted).go(OfferMove::Reject { reason: "blurry".into() }).unwrap();
        assert_eq!(rejected.reason, "blurry");
        assert_eq!(rejected.go(OfferMove::Submit).unwrap().0.reason, "");
        assert_eq!(offer(OfferState::Retired).go(OfferMove::Submit), Err(OfferState::Retired));
    }
}
