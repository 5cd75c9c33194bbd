//! The cart and its edits.
use kernel::{CartId, Currency, LineId, MethodId, OfferId, OrderId, UserId, VendorId};

pub const MOST_LINES: usize = 100;
pub const MOST_UNITS: u32 = 999;

/// Whose it is: nobody else's cart can be seen or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    User(UserId),
    /// SHA-256 of the token that was shown once.
    Guest([u8; 32]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    InCheckout(OrderId),
    Closed(OrderId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: LineId,
    pub offer: OfferId,
    pub quantity: u32,
    /// What a unit cost when it was put in, to say when that changed. Minor units; none when it had no price.
    pub seen_price: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    pub name: String,
    /// ISO 3166, two capital letters.
    pub country: String,
    pub state: String,
    pub city: String,
    pub postcode: String,
    pub street: String,
    pub phone: String,
}

/// How one vendor's part shall come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub vendor: VendorId,
    pub method: MethodId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub email: String,
    pub address: Address,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cart {
    pub id: CartId,
    pub owner: Owner,
    pub currency: Currency,
    /// Where it goes, as long as no address says it.
    pub country: Option<String>,
    pub lines: Vec<Line>,
    pub delivery: Option<Delivery>,
    pub coupon: String,
    pub state: State,
    pub version: i64,
}

/// What is put into a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Of the line, if the offer is not in it yet.
    pub id: LineId,
    pub offer: OfferId,
    pub quantity: u32,
    pub price: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    InCheckout(OrderId),
    Closed(OrderId),
    TooMany,
    NoLine,
    /// Nothing to buy.
    Empty,
    /// Nobody knows where to.
    NoDelivery,
}

impl Cart {
    pub fn new(id: CartId, owner: Owner, currency: Currency, country: Option<String>) -> Cart {
        let (lines, delivery, coupon) = Default::default();
        Cart { id, owner, currency, country, lines, delivery, coupon, state: State::Open, version: 1 }
    }

    /// Not from the placing of an order to its decision, and never again once it was bought with.
    pub fn takes_edits(&self) -> Result<(), Refusal> {
        match self.state {
            State::Open => Ok(()),
            State::InCheckout(order) => Err(Refusal::InCheckout(order)),
            State::Closed(order) => Err(Refusal::Closed(order)),
        }
    }

    fn edited(&self, change: impl FnOnce(&mut Cart) -> Result<(), Refusal>) -> Result<Cart, Refusal> {
        self.takes_edits()?;
        let mut cart = self.clone();
        change(&mut cart)?;
        cart.version += 1;
        Ok(cart)
    }

    /// An offer stands in one line: more of it is a bigger line.
    pub fn add(&self, added: &[Added]) -> Result<Cart, Refusal> {
        self.edited(|cart| {
            for new in added {
                match cart.lines.iter_mut().find(|line| line.offer == new.offer) {
                    Some(line) => line.quantity = line.quantity.saturating_add(new.quantity),
                    None => {
                        let Added { id, offer, quantity, price } = *new;
                        cart.lines.push(Line { id, offer, quantity, seen_price: price });
                    }
                }
            }
            let fits = cart.lines.len() <= MOST_LINES && cart.lines.iter().all(|line| line.quantity <= MOST_UNITS);
            if fits { Ok(()) } else { Err(Refusal::TooMany) }
        })
    }

    /// None of it takes the line out.
    pub fn set_quantity(&self, line: LineId, quantity: u32) -> Result<Cart, Refusal> {
        self.edited(|cart| {
            if quantity > MOST_UNITS {
                return Err(Refusal::TooMany);
            }
            let at = cart.lines.iter().position(|known| known.id == line).ok_or(Refusal::NoLine)?;
            match quantity {
                0 => drop(cart.lines.remove(at)),
                some => cart.lines[at].quantity = some,
            }
            Ok(())
        })
    }

    pub fn deliver(&self, delivery: Delivery) -> Result<Cart, Refusal> {
        self.edited(|cart| {
            cart.country = Some(delivery.address.country.clone());
            cart.delivery = Some(delivery);
            Ok(())
        })
    }

    pub fn redeem(&self, coupon: &str) -> Result<Cart, Refusal> {
        self.edited(|cart| {
            cart.coupon = coupon.trim().to_string();
            Ok(())
        })
    }

    /// What a quote is asked for.
    pub fn quotable(&self) -> Result<&Delivery, Refusal> {
        self.takes_edits()?;
        if self.lines.is_empty() {
            return Err(Refusal::Empty);
        }
        self.delivery.as_ref().ok_or(Refusal::NoDelivery)
    }

    /// An order of it was placed. What is closed stays so, whatever is told late.
    pub fn placed(&self, order: OrderId) -> Option<Cart> {
        matches!(self.state, State::Open).then(|| self.become_(State::InCheckout(order)))
    }
    pub fn confirmed(&self, order: OrderId) -> Option<Cart> {
        (!matches!(self.state, State::Closed(_))).then(|| self.become_(State::Closed(order)))
    }
    /// Another order's end does not open it.
    pub fn cancelled(&self, order: OrderId) -> Option<Cart> {
        (self.state == State::InCheckout(order)).then(|| self.become_(State::Open))
    }
    fn become_(&self, state: State) -> Cart {
        Cart { state, version: self.version + 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<K>(n: u128) -> kernel::Id<K> {
        kernel::Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn cart() -> Cart {
        Cart::new(id(1), Owner::Guest([7; 32]), Currency::EUR, None)
    }
    fn some(offer: u128, quantity: u32) -> Added {
        Added { id: id(offer + 100), offer: id(offer), quantity, price: Some(5) }
    }

    #[test]
    fn an_offer_stands_in_one_line() {
        let cart = cart().add(&[some(1, 2), some(2, 1), some(1, 3)]).unwrap();
        assert_eq!(cart.lines.iter().map(|l| l.quantity).collect::<Vec<_>>(), [5, 1]);
        assert_eq!(cart.version, 2);
        assert_eq!(cart.set_quantity(id(101), 0).unwrap().lines.len(), 1);
        assert_eq!(cart.set_quantity(id(9), 1), Err(Refusal::NoLine));
    }

    #[test]
    fn it_holds_so_much_and_no_more() {
        assert_eq!(cart().add(&[some(1, 999), some(1, 1)]), Err(Refusal::TooMany));
        let many: Vec<Added> = (0..101).map(|n| some(n, 1)).collect();
        assert_eq!(cart().add(&many), Err(Refusal::TooMany));
        assert_eq!(cart().add(&[some(1, u32::MAX), some(1, u32::MAX)]), Err(Refusal::TooMany));
    }

    #[test]
    fn in_checkout_it_takes_no_edits_until_the_order_is_decided() {
        let held = cart().placed(id(5)).unwrap();
        assert_eq!(held.add(&[some(1, 1)]), Err(Refusal::InCheckout(id(5))));
        assert_eq!(held.cancelled(id(6)), None, "another order's end");
        assert_eq!(held.cancelled(id(5)).unwrap().state, State::Open);
        let closed = held.confirmed(id(5)).unwrap();
        assert_eq!((closed.placed(id(6)), closed.cancelled(id(5))), (None, None));
        assert_eq!(cart().confirmed(id(5)).unwrap().state, State::Closed(id(5)), "the placing may be heard later");
    }

    #[test]
    fn a_quote_needs_lines_and_somewhere_to_go() {
        assert_eq!(cart().quotable(), Err(Refusal::Empty));
        assert_eq!(cart().add(&[some(1, 1)]).unwrap().quotable(), Err(Refusal::NoDelivery));
    }
}
