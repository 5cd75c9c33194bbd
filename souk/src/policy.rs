//! Who may do what: the one table, until policies are Rego.
use platform::actor::{
    Role::{Anonymous, Customer, PlatformAdmin, Support, VendorAdmin, VendorStaff},
    Table,
};

pub const TABLE: Table = Table(&[
    ("cart.read", &[Anonymous, Customer]),
    ("cart.write", &[Anonymous, Customer]),
    ("offer.read", &[VendorStaff, VendorAdmin]),
    ("offer.write", &[VendorStaff, VendorAdmin]),
    ("offer.approve", &[PlatformAdmin]),
    ("catalog.manage", &[PlatformAdmin]),
    ("user.read", &[Support, PlatformAdmin]),
    ("user.manage", &[PlatformAdmin]),
    ("user.act_as", &[Support, PlatformAdmin]),
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
