/// Methods whose proto says NO_SIDE_EFFECTS.
pub const READS: &[&str] = &[
    "/souk.catalog.v1.Catalog/Offers",
    "/souk.identity.v1.Identity/Keys",
    "/souk.identity.v1.Identity/Standing",
    "/souk.inventory.v1.Inventory/Availability",
    "/souk.order.v1.Orders/GetParty",
    "/souk.payment.v1.Payments/Get",
    "/souk.pricing.v1.Pricing/Price",
    "/souk.pricing.v1.Pricing/GetQuote",
    "/souk.shipping.v1.Shipping/Rates",
    "/souk.shipping.v1.Shipping/Parcels",
    "/souk.vendor.v1.Vendors/Terms",
];
