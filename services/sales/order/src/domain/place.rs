//! The first event: a quote becomes an order, with one vendor order a vendor.
use super::{Attributes, Event, Happened, Line, Opened, Order, Quote, Refusal, VendorOrder, VendorState};
use kernel::{LineId, OrderId, PartyId, Timestamp, VendorId, VendorOrderId};
use std::collections::BTreeMap;

/// What the quote lacks to become an order. Ids are made outside.
#[derive(Clone, Debug)]
pub struct NewOrder {
    pub id: OrderId,
    pub party: PartyId,
    pub client_reference: Option<String>,
    pub attributes: Attributes,
    /// One for each vendor of the quote.
    pub vendor_orders: BTreeMap<VendorId, VendorOrderId>,
    /// One for each line of the quote, by its number.
    pub lines: BTreeMap<u32, LineId>,
}

impl Quote {
    pub fn vendors(&self) -> impl Iterator<Item = VendorId> {
        let mut vendors: Vec<_> = self.lines.iter().map(|l| l.vendor).collect();
        vendors.sort_unstable();
        vendors.dedup();
        vendors.into_iter()
    }
}

impl Order {
    /// The lines are the quote's, to the cent: they add up to its total, or pricing and we disagree about money.
    pub fn place(new: NewOrder, quote: &Quote, now: Timestamp) -> Result<(Order, Vec<Happened>), Refusal> {
        let owner = quote.owner.ok_or(Refusal::Unequal)?;
        let parts = new.vendor_orders.iter().map(|(vendor, id)| VendorOrder::of(quote, (*vendor, *id), &new.lines));
        let vendor_orders: Vec<_> = parts.filter(|v| !v.lines.is_empty()).collect();
        let lines: usize = vendor_orders.iter().map(|v| v.lines.len()).sum();
        let total: i64 = vendor_orders.iter().map(VendorOrder::total).sum();
        if lines == 0 || lines != quote.lines.len() || total != quote.total {
            return Err(Refusal::Unequal);
        }
        let opened = Opened {
            id: new.id,
            owner,
            cart: quote.cart,
            quote: quote.id,
            party: new.party,
            client_reference: new.client_reference,
            attributes: new.attributes,
            currency: quote.currency,
            total,
            vendor_orders,
        };
        let event = Event::Placed(Box::new(opened.clone()));
        Ok((Order::opened(opened, now), vec![event.at(now)]))
    }
}

impl VendorOrder {
    fn of(quote: &Quote, (vendor, id): (VendorId, VendorOrderId), ids: &BTreeMap<u32, LineId>) -> VendorOrder {
        let delivery = quote.deliveries.iter().find(|d| d.vendor == vendor);
        let text = |part: fn(&super::Delivery) -> &String| delivery.map(part).cloned().unwrap_or_default();
        let own = quote.lines.iter().filter(|l| l.vendor == vendor);
        VendorOrder {
            id,
            vendor,
            name: text(|d| &d.name),
            method: text(|d| &d.method),
            method_name: text(|d| &d.method_name),
            promised: delivery.and_then(|d| d.promised),
            shipping: delivery.map_or(0, |d| d.shipping),
            lines: own.filter_map(|l| Some(Line::of(l, *ids.get(&l.number)?))).collect(),
            parcels: vec![],
            state: VendorState::Placed,
            reason: None,
            delivered_at: None,
            told: 0,
        }
    }
}

impl Line {
    fn of(l: &super::QuoteLine, id: LineId) -> Line {
        let (cancelled, shipped, delivered, sent_back, returned) = (0, 0, 0, 0, 0);
        Line {
            id,
            number: l.number,
            offer: l.offer,
            title: l.title.clone(),
            sku: l.sku.clone(),
            unit_price: l.unit_price,
            price: l.price,
            funded: l.funded,
            ordered: l.quantity,
            cancelled,
            shipped,
            delivered,
            sent_back,
            returned,
        }
    }
}
