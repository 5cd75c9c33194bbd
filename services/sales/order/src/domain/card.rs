//! A card as the provider's token. It opens money, so nothing prints it (T6).
use std::fmt;

#[derive(Clone, Default, PartialEq, Eq)]
pub struct CardToken(String);

impl CardToken {
    pub fn new(token: String) -> CardToken {
        CardToken(token)
    }
    /// For the call that pays and the row that keeps it until the decision; nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// Nothing to charge, so none was given.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_token_is_never_printed() {
        let shown = format!("{:?} {:#?}", CardToken::new("tok_good".into()), Some(CardToken::new("tok_good".into())));
        assert!(!shown.contains("good"), "{shown}");
    }
}
