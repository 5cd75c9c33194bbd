//! What delivery costs and promises, and how a parcel goes.
//!
//! ```text
//! prepared ──▶ dispatched ──▶ in transit ──▶ delivered
//!                  │ └────────────│─────────────▲
//!                  └──────────────┴──▶ returned
//! ```
//! A parcel only goes forward, by what its carrier tells. Delivered and returned are ends: what is told after them, or out of its
//! order, is written down as told and moves nothing. A delivered parcel that comes back is a return (RMA), not this one again.
mod method;
mod parcel;
mod promise;
mod rate;
mod zone;
pub use method::{Method, Pace, Rate, RecordedRate, WeightStep};
pub use parcel::{Event, Parcel, ParcelLine, ParcelState, Report, ReportKind, Shipment};
pub use promise::{DAY, Local};
pub use rate::{Goods, Priced, UnitRate};
pub use zone::{Destination, Place, Zone};
