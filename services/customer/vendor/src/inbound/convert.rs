//! The one place that knows both sides.
mod messages;
mod plans;
mod views;
pub use messages::{terms, vendors};
pub use plans::{PlanBody, PlanView, plan_view, set_plan};
pub use views::{
    ActBody, ProfilePatch, ProfileView, ReasonBody, ShopView, VendorBody, VendorFilter, VendorView, change_profile,
    create_vendor, profile_view, reason, shop_view, status, vendor_view,
};

use platform::http::Problem;

/// Something in the body that its schema can't say.
fn wrong(pointer: &str, why: &str) -> Problem {
    Problem::invalid(why).at(pointer, "value", why)
}
