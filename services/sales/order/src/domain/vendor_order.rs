//! What one vendor sees, fulfils and is paid for: lines and parcels. Its state follows from the quantities of its lines.
use super::Refusal;
use kernel::{LineId, OfferId, ShipmentId, Timestamp, VendorId, VendorOrderId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VendorState {
    Placed,
    Confirmed,
    PartiallyShipped,
    Shipped,
    Delivered,
    Completed,
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorOrder {
    pub id: VendorOrderId,
    pub vendor: VendorId,
    /// The vendor's shop, as people read it.
    pub name: String,
    pub method: String,
    pub method_name: String,
    pub promised: Option<Timestamp>,
    pub shipping: i64,
    pub lines: Vec<Line>,
    pub parcels: Vec<Parcel>,
    pub state: VendorState,
    pub reason: Option<String>,
    /// When the last of it arrived.
    pub delivered_at: Option<Timestamp>,
    /// How many public events told of it.
    pub told: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: LineId,
    /// As the quote and the components number it.
    pub number: u32,
    pub offer: OfferId,
    pub title: String,
    pub sku: String,
    pub unit_price: i64,
    /// Of all units, after the vendor's own discount; the customer is charged `price − funded`.
    pub price: i64,
    pub funded: i64,
    pub ordered: u32,
    pub cancelled: u32,
    pub shipped: u32,
    pub delivered: u32,
    pub sent_back: u32,
    pub returned: u32,
}

/// So many units of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub line: LineId,
    pub quantity: u32,
}

/// So many units of an offer, as stock counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    pub offer: OfferId,
    pub quantity: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub id: ShipmentId,
    pub lines: Vec<Count>,
    pub carrier: String,
    pub tracking: Option<String>,
    pub state: ParcelState,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParcelState {
    Shipped,
    Delivered,
    SentBack,
}

impl Line {
    /// Units that may still be sent or cancelled.
    pub fn open(&self) -> u32 {
        self.ordered.saturating_sub(self.cancelled).saturating_sub(self.shipped)
    }
    /// No unit is with the customer, on its way, or still to come.
    pub fn is_gone(&self) -> bool {
        self.cancelled + self.sent_back == self.ordered
    }
    /// O11.
    pub fn adds_up(&self) -> bool {
        self.cancelled + self.shipped <= self.ordered
            && self.delivered + self.sent_back <= self.shipped
            && self.returned <= self.delivered
    }
    pub fn charge(&self) -> i64 {
        self.price - self.funded
    }
}

impl VendorOrder {
    /// What the customer is charged for it.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(Line::charge).sum::<i64>() + self.shipping
    }
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.iter().find(|l| l.id == id)
    }
    pub fn parcel(&self, id: ShipmentId) -> Option<&Parcel> {
        self.parcels.iter().find(|p| p.id == id)
    }
    pub fn is_gone(&self) -> bool {
        self.lines.iter().all(Line::is_gone)
    }
    pub fn has_shipped(&self) -> bool {
        self.lines.iter().any(|l| l.shipped > 0)
    }
    pub fn is_touched(&self) -> bool {
        self.lines.iter().any(|l| l.shipped > 0 || l.cancelled > 0)
    }
    pub fn is_closed(&self) -> bool {
        matches!(self.state, VendorState::Completed | VendorState::Cancelled)
    }
    /// Everything that may still be sent or cancelled.
    pub fn open(&self) -> Vec<Count> {
        let open = self.lines.iter().filter(|l| l.open() > 0);
        open.map(|l| Count { line: l.id, quantity: l.open() }).collect()
    }
    /// As `open`; when nothing is, what became of it.
    pub fn rest(&self) -> Result<Vec<Count>, Refusal> {
        match self.open() {
            open if !open.is_empty() => Ok(open),
            _ if self.has_shipped() => Err(Refusal::AlreadyShipped),
            _ => Err(Refusal::AlreadyCancelled),
        }
    }
    /// As stock counts them.
    pub fn units(&self, counts: &[Count]) -> Vec<Units> {
        let unit = |c: &Count| self.line(c.line).map(|l| Units { offer: l.offer, quantity: c.quantity });
        counts.iter().filter_map(unit).collect()
    }

    /// One count a line, in the order of the lines, all of them open. A unit that is gone or sent names what it became.
    pub fn fit(&self, wanted: &[Count]) -> Result<Vec<Count>, Refusal> {
        if wanted.iter().any(|w| self.line(w.line).is_none()) {
            return Err(Refusal::NoSuchLine);
        }
        let mut counts = vec![];
        for line in &self.lines {
            let asked = wanted.iter().filter(|w| w.line == line.id).map(|w| w.quantity);
            let quantity = asked.fold(0, u32::saturating_add);
            if quantity > line.open() {
                return Err(line.too_many(quantity));
            }
            if quantity > 0 {
                counts.push(Count { line: line.id, quantity });
            }
        }
        if counts.is_empty() { Err(Refusal::NoUnits) } else { Ok(counts) }
    }

    pub(super) fn count(&mut self, counts: &[Count], change: fn(&mut Line) -> &mut u32) {
        for count in counts {
            if let Some(line) = self.lines.iter_mut().find(|l| l.id == count.line) {
                let field = change(line);
                *field = field.saturating_add(count.quantity);
            }
        }
    }

    /// The counts of a parcel, which gets its new state.
    pub(super) fn arrived(&mut self, id: ShipmentId, state: ParcelState, at: Timestamp) -> Vec<Count> {
        let Some(parcel) = self.parcels.iter_mut().find(|p| p.id == id) else { return vec![] };
        (parcel.state, parcel.at) = (state, at);
        parcel.lines.clone()
    }

    /// The state that its quantities make. That everything is gone is told by an event of its own.
    pub(super) fn settle(&mut self, at: Timestamp) {
        let sum = |part: fn(&Line) -> u32| self.lines.iter().map(part).sum::<u32>();
        let (open, shipped) = (sum(Line::open), sum(|l| l.shipped));
        let (delivered, sent_back) = (sum(|l| l.delivered), sum(|l| l.sent_back));
        self.state = match () {
            _ if shipped == 0 => VendorState::Confirmed,
            _ if open > 0 => VendorState::PartiallyShipped,
            _ if delivered > 0 && delivered + sent_back == shipped => VendorState::Delivered,
            _ => VendorState::Shipped,
        };
        if self.state == VendorState::Delivered && self.delivered_at.is_none() {
            self.delivered_at = Some(at);
        }
    }
}

impl Line {
    fn too_many(&self, wanted: u32) -> Refusal {
        if wanted > self.ordered {
            Refusal::TooMany
        } else if self.shipped > 0 {
            Refusal::AlreadyShipped
        } else {
            Refusal::AlreadyCancelled
        }
    }
}
