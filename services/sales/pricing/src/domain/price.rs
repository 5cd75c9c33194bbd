//! What one offer costs, in each currency, from when on.
use kernel::{Currency, OfferId, Timestamp, VendorId};

/// Holds from `from` until the next one of its currency begins. The amount is of one unit, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub currency: Currency,
    pub from: Timestamp,
    pub amount: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceList {
    pub offer: OfferId,
    pub vendor: VendorId,
    /// By currency, then by time.
    pub prices: Vec<Price>,
    /// Raised by each edit of the vendor, 0 before the first; a dated price that begins leaves it, so nobody's edit is outdated by the clock.
    pub version: i64,
    /// How many changes were told so far.
    pub told: i64,
    /// When the first price begins that was not told yet.
    pub due: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceEvent {
    /// The vendor wrote it down.
    Set(Price),
    /// From now on the offer costs this. `number` counts the changes of the offer from 1 on.
    Changed { currency: Currency, amount: i64, number: i64 },
}

/// What was is part of placed orders' story and is not written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InThePast;

impl PriceList {
    /// Before anything was ever priced.
    pub fn empty(offer: OfferId, vendor: VendorId) -> PriceList {
        PriceList { offer, vendor, prices: vec![], version: 0, told: 0, due: None }
    }

    /// A list as it is known from elsewhere, past prices too. Told is what holds now; the vendor has not edited it yet.
    pub fn imported(
        offer: OfferId,
        vendor: VendorId,
        prices: &[Price],
        now: Timestamp,
    ) -> (PriceList, Vec<PriceEvent>) {
        let mut list = PriceList::empty(offer, vendor);
        let mut events: Vec<_> = prices.iter().map(|p| PriceEvent::Set(*p)).collect();
        prices.iter().for_each(|p| list.put(*p));
        let mut currencies: Vec<_> = list.prices.iter().map(|p| p.currency).collect();
        currencies.dedup();
        for currency in currencies {
            events.extend(list.at(currency, now).map(|p| p.amount).map(|amount| list.tell(currency, amount)));
        }
        list.due = list.next(now);
        (list, events)
    }

    /// What it costs at a time.
    pub fn at(&self, currency: Currency, time: Timestamp) -> Option<Price> {
        self.prices.iter().rfind(|p| p.currency == currency && p.from <= time).copied()
    }

    /// One price of one beginning; the same beginning again replaces it.
    pub fn set(&self, price: Price, now: Timestamp) -> Result<(PriceList, Vec<PriceEvent>), InThePast> {
        if price.from < now {
            return Err(InThePast);
        }
        let mut list = self.clone();
        let mut events = list.begin(now);
        let before = list.at(price.currency, now).map(|p| p.amount);
        list.put(price);
        list.version += 1;
        events.push(PriceEvent::Set(price));
        if price.from == now && before != Some(price.amount) {
            events.push(list.tell(price.currency, price.amount));
        }
        list.due = list.next(now);
        Ok((list, events))
    }

    /// The dated prices that began by now and were not told yet, in the order of their time; what changes nothing is not told.
    pub fn begin(&mut self, now: Timestamp) -> Vec<PriceEvent> {
        let Some(due) = self.due.filter(|due| *due <= now) else { return vec![] };
        let mut begun: Vec<Price> = self.prices.iter().filter(|p| (due..=now).contains(&p.from)).copied().collect();
        begun.sort_by_key(|p| (p.from, p.currency));
        let mut events = vec![];
        for price in begun {
            let before = self.prices.iter().rfind(|p| p.currency == price.currency && p.from < price.from);
            if before.map(|p| p.amount) != Some(price.amount) {
                events.push(self.tell(price.currency, price.amount));
            }
        }
        self.due = self.next(now);
        events
    }

    fn put(&mut self, price: Price) {
        self.prices.retain(|p| (p.currency, p.from) != (price.currency, price.from));
        self.prices.push(price);
        self.prices.sort_by_key(|p| (p.currency, p.from));
    }
    fn tell(&mut self, currency: Currency, amount: i64) -> PriceEvent {
        self.told += 1;
        PriceEvent::Changed { currency, amount, number: self.told }
    }
    fn next(&self, now: Timestamp) -> Option<Timestamp> {
        self.prices.iter().map(|p| p.from).filter(|from| *from > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> PriceList {
        let id = uuid::Uuid::from_u128(7);
        PriceList::empty(kernel::Id::from_uuid(id), kernel::Id::from_uuid(id))
    }
    fn eur(from: i64, amount: i64) -> Price {
        Price { currency: Currency::EUR, from: Timestamp(from), amount }
    }
    fn changed(amount: i64, number: i64) -> PriceEvent {
        PriceEvent::Changed { currency: Currency::EUR, amount, number }
    }
    fn amount(list: &PriceList, at: i64) -> Option<i64> {
        list.at(Currency::EUR, Timestamp(at)).map(|p| p.amount)
    }

    #[test]
    fn a_price_holds_from_its_beginning_until_the_next_one() {
        let (list, told) = list().set(eur(10, 500), Timestamp(10)).unwrap();
        assert_eq!(told, [PriceEvent::Set(eur(10, 500)), changed(500, 1)]);
        let (list, told) = list.set(eur(20, 700), Timestamp(10)).unwrap();
        assert_eq!((told.len(), list.due, list.version), (1, Some(Timestamp(20)), 2));
        assert_eq!([9, 10, 19, 20].map(|at| amount(&list, at)), [None, Some(500), Some(500), Some(700)]);
        assert_eq!(list.set(eur(19, 1), Timestamp(20)), Err(InThePast));
    }

    #[test]
    fn what_began_is_told_once_in_order_and_only_if_it_changes_something() {
        let now = Timestamp(1);
        let (list, _) = list().set(eur(1, 500), now).unwrap();
        let (list, _) = list.set(eur(5, 500), now).unwrap();
        let (list, _) = list.set(eur(7, 600), now).unwrap();
        let (mut list, _) = list.set(eur(9, 650), now).unwrap();
        assert!(list.clone().begin(Timestamp(4)).is_empty());
        assert_eq!(list.begin(Timestamp(8)), [changed(600, 2)]);
        assert_eq!((list.due, list.begin(Timestamp(8))), (Some(Timestamp(9)), vec![]));
        assert_eq!(list.version, 4, "the clock outdates nobody's edit");
    }

    #[test]
    fn an_edit_tells_what_began_before_it_first() {
        let (list, _) = list().set(eur(1, 500), Timestamp(1)).unwrap();
        let (list, _) = list.set(eur(5, 600), Timestamp(1)).unwrap();
        let (list, events) = list.set(eur(9, 550), Timestamp(9)).unwrap();
        assert_eq!(events, [changed(600, 2), PriceEvent::Set(eur(9, 550)), changed(550, 3)]);
        assert_eq!(list.due, None);
    }

    #[test]
    fn an_import_knows_the_past_and_tells_the_present() {
        let id = uuid::Uuid::from_u128(7);
        let prices = [eur(1, 100), eur(3, 200), eur(9, 300)];
        let now = Timestamp(4);
        let (list, events) = PriceList::imported(kernel::Id::from_uuid(id), kernel::Id::from_uuid(id), &prices, now);
        assert_eq!(events.last(), Some(&changed(200, 1)));
        assert_eq!((list.due, amount(&list, 2)), (Some(Timestamp(9)), Some(100)));
    }
}
