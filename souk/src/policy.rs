//! Who may do what: the one table, until policies are Rego.
use platform::actor::{
    Role::{PlatformAdmin, VendorAdmin, VendorStaff},
    Table,
};

pub const TABLE: Table = Table(&[
    ("stock.set", &[VendorStaff, VendorAdmin]),
    ("prices.read", &[VendorStaff, VendorAdmin]),
    ("prices.set", &[VendorStaff, VendorAdmin]),
    ("coupons.create", &[PlatformAdmin]),
    ("coupons.read", &[PlatformAdmin]),
]);
