//! Who sells, and on which terms.
//!
//! ```text
//! pending ──approve──▶ active ◀──▶ vacation
//!    │                   ▲ │          │
//!    │          reinstate│ ▼ suspend  │
//!    │                 suspended ◀────┘
//!    └──────────▶ terminated ◀── from every state, and nothing leads out
//! ```
//! Only an active vendor sells. The plan says what the platform takes; it is applied and frozen where an order accepts its quote, so a
//! new plan never changes a placed order (O9).
mod plan;
mod vendor;
pub use plan::{Plan, PlanFault, Rule};
pub use vendor::{Event, IllegalMove, Move, NewVendor, Profile, Slug, Status, TaxData, Vendor};
