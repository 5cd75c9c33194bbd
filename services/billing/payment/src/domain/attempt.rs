//! One try to authorize one card.
use kernel::{AttemptId, Timestamp};
use std::fmt;

/// How many cards a payment may be tried with (checkout, Participants).
pub const MOST_ATTEMPTS: usize = 5;

/// What stands for a card at the provider. It can't be printed, and it is forgotten once the attempt is definite.
#[derive(Clone, PartialEq, Eq)]
pub struct CardToken(String);

impl CardToken {
    /// 1 to 255 visible ASCII characters.
    pub fn new(text: &str) -> Option<CardToken> {
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| CardToken(text.to_string()))
    }
    /// For the provider's adapter and the attempt's row, nobody else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardToken(…)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// Written here, and perhaps there.
    Asked,
    /// The bank asks its customer.
    Waiting,
    Authorized,
    Declined,
    /// Left, dropped or taken back.
    Voided,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Declined,
    InsufficientFunds,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    /// 1 to `MOST_ATTEMPTS`.
    pub number: u32,
    pub state: AttemptState,
    /// Minor units of the payment's currency.
    pub amount: i64,
    pub card: Option<CardToken>,
    /// The provider's name for it.
    pub bank_id: Option<String>,
    pub problem: Option<Problem>,
    /// Where the bank asks its customer.
    pub action_url: Option<String>,
    /// The key of the call that asked for this card: a repeat finds its attempt.
    pub step: Option<String>,
    /// Machine time of the first call.
    pub asked_at: Timestamp,
}

impl Attempt {
    /// May still move money, as far as we know.
    pub fn is_live(&self) -> bool {
        matches!(self.state, AttemptState::Asked | AttemptState::Waiting | AttemptState::Authorized)
    }
    pub(super) fn become_(&mut self, state: AttemptState) {
        self.state = state;
        self.card = None;
        if state != AttemptState::Waiting {
            self.action_url = None;
        }
    }
}
