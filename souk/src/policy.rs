//! Who may do what: the one table, until policies are Rego.
use platform::actor::{
    Role::{VendorAdmin, VendorStaff},
    Table,
};

pub const TABLE: Table = Table(&[("stock.set", &[VendorStaff, VendorAdmin])]);
