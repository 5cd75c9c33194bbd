//! By what a payment is paid.

/// Minor units, by tender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tenders {
    pub card: i64,
    pub wallet: i64,
    pub gift_card: i64,
}

impl Tenders {
    pub fn by_card(card: i64) -> Tenders {
        Tenders { card, ..Tenders::default() }
    }
    pub fn total(self) -> i64 {
        self.card + self.wallet + self.gift_card
    }
    pub(super) fn less(self, other: Tenders) -> Tenders {
        Tenders {
            card: self.card - other.card,
            wallet: self.wallet - other.wallet,
            gift_card: self.gift_card - other.gift_card,
        }
    }
    /// Rule 7: of what is left, the card first, then the wallet, then the gift card. What fits nowhere is asked of the card:
    /// its provider says no, and that is then the answer.
    pub(super) fn pay_back(self, money: i64) -> Tenders {
        let card = money.min(self.card.max(0));
        let wallet = (money - card).min(self.wallet.max(0));
        let gift_card = (money - card - wallet).min(self.gift_card.max(0));
        Tenders { card: money - wallet - gift_card, wallet, gift_card }
    }
}
