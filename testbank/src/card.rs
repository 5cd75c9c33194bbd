//! What a card does, as its token says. Every way in which a provider can fail has a card of its own.

/// What is asked of the bank about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Authorize,
    Capture,
    Void,
    Refund,
}

/// How a request or its answer gets lost. The caller never hears which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first request of a key never arrives; the next one works.
    Before,
    /// It is done, and the first answer is lost.
    After,
    /// It is under way for a while, with all its repeats, and then arrives, whatever happened meanwhile.
    Late,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    Good,
    Declined,
    Insufficient,
    /// 3-D Secure: its owner is asked first.
    Asks,
    /// Pending at first, decided later.
    Slow,
    SlowDeclined,
    /// Authorized, but the issuer drops the authorization before it is captured.
    Dropped,
    RefundFails,
    RefundSlow,
    RefundSlowFails,
    Lossy(Act, Fault),
}

const TOKENS: [(&str, Card); 22] = [
    ("tok_good", Card::Good),
    ("tok_declined", Card::Declined),
    ("tok_insufficient", Card::Insufficient),
    ("tok_3ds", Card::Asks),
    ("tok_slow", Card::Slow),
    ("tok_slow_declined", Card::SlowDeclined),
    ("tok_dropped", Card::Dropped),
    ("tok_refund_fails", Card::RefundFails),
    ("tok_refund_slow", Card::RefundSlow),
    ("tok_refund_slow_fails", Card::RefundSlowFails),
    ("tok_timeout_before", Card::Lossy(Act::Authorize, Fault::Before)),
    ("tok_timeout_after", Card::Lossy(Act::Authorize, Fault::After)),
    ("tok_late", Card::Lossy(Act::Authorize, Fault::Late)),
    ("tok_capture_timeout_before", Card::Lossy(Act::Capture, Fault::Before)),
    ("tok_capture_timeout_after", Card::Lossy(Act::Capture, Fault::After)),
    ("tok_capture_late", Card::Lossy(Act::Capture, Fault::Late)),
    ("tok_void_timeout_before", Card::Lossy(Act::Void, Fault::Before)),
    ("tok_void_timeout_after", Card::Lossy(Act::Void, Fault::After)),
    ("tok_void_late", Card::Lossy(Act::Void, Fault::Late)),
    ("tok_refund_timeout_before", Card::Lossy(Act::Refund, Fault::Before)),
    ("tok_refund_timeout_after", Card::Lossy(Act::Refund, Fault::After)),
    ("tok_refund_late", Card::Lossy(Act::Refund, Fault::Late)),
];

/// The cards of the hosted form: number, token, what it is for.
pub const NUMBERS: [(&str, &str, &str); 4] = [
    ("4242424242424242", "tok_good", "pays"),
    ("4000000000000002", "tok_declined", "is declined"),
    ("4000000000009995", "tok_insufficient", "has not enough money"),
    ("4000000000003220", "tok_3ds", "asks its owner first"),
];

/// Digits that the form puts behind a token, so that each card entered has one of its own.
const SERIAL: usize = 16;

impl Card {
    /// `tok_good`, or `tok_good_0f3c…` from the form.
    pub fn of(token: &str) -> Option<Card> {
        let is_serial = |tail: &str| tail.len() == SERIAL && tail.bytes().all(|b| b.is_ascii_hexdigit());
        let plain = token.rsplit_once('_').filter(|(_, tail)| is_serial(tail)).map_or(token, |(head, _)| head);
        TOKENS.iter().find(|(name, _)| *name == plain).map(|(_, card)| *card)
    }
    pub fn fault(self, act: Act) -> Option<Fault> {
        match self {
            Card::Lossy(of, fault) if of == act => Some(fault),
            _ => None,
        }
    }
}

/// The token of a number typed into the form; spaces don't count.
pub fn token(number: &str, serial: u64) -> Option<String> {
    let digits: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    NUMBERS.iter().find(|(known, ..)| *known == digits).map(|(_, token, _)| format!("{token}_{serial:016x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_a_token_of_the_same_card() {
        let token = token("4000 0000 0000 3220", 7).unwrap();
        assert_eq!((token.as_str(), Card::of(&token)), ("tok_3ds_0000000000000007", Some(Card::Asks)));
        assert_eq!(super::token("4111111111111111", 7), None);
        assert_eq!((Card::of("tok_gold"), Card::of("tok_good_7")), (None, None));
    }

    #[test]
    fn a_card_loses_only_what_its_name_says() {
        let card = Card::of("tok_capture_late").unwrap();
        assert_eq!((card.fault(Act::Capture), card.fault(Act::Authorize)), (Some(Fault::Late), None));
    }
}
