//! Who may do what: the one table, until policies are Rego.
use platform::actor::{
    Role::{PlatformAdmin, Support, VendorAdmin, VendorStaff},
    Table,
};

pub const TABLE: Table = Table(&[
    ("location.read", &[VendorStaff, VendorAdmin]),
    ("location.write", &[VendorStaff, VendorAdmin]),
    ("stock.read", &[VendorStaff, VendorAdmin]),
    ("stock.receive", &[VendorStaff, VendorAdmin]),
    ("stock.set", &[VendorStaff, VendorAdmin]),
    ("stock.transfer", &[VendorStaff, VendorAdmin]),
    ("prices.read", &[VendorStaff, VendorAdmin]),
    ("prices.set", &[VendorStaff, VendorAdmin]),
    ("coupons.create", &[PlatformAdmin]),
    ("coupons.read", &[PlatformAdmin]),
    ("profile.read", &[VendorStaff, VendorAdmin]),
    ("profile.change", &[VendorAdmin]),
    ("vendor.read", &[Support, PlatformAdmin]),
    ("vendor.manage", &[PlatformAdmin]),
    ("vendor.plan", &[PlatformAdmin]),
]);
