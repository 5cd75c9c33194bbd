//! The ids of what is imported: made of the files' own, so that a second import finds the first.
use kernel::{CategoryId, Id, LocationId, MethodId, OfferId, ProductId, UserId, VariantId, VendorId, ZoneId};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid, Variant, Version};

/// A UUID of version 8: the first 16 bytes of a digest of kind and name.
fn uuid(kind: &str, name: &str) -> Uuid {
    let digest = Sha256::digest(format!("souk.olist/{kind}/{name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_bytes(bytes).with_version(Version::Custom).with_variant(Variant::RFC4122).into_uuid()
}

fn id<K>(kind: &str, name: &str) -> Id<K> {
    Id::from_uuid(uuid(kind, name))
}

pub fn vendor(seller: &str) -> VendorId {
    id("vendor", seller)
}
/// Whoever acts for it.
pub fn owner(seller: &str) -> UserId {
    id("owner", seller)
}
pub fn location(seller: &str) -> LocationId {
    id("location", seller)
}
pub fn product(product: &str) -> ProductId {
    id("product", product)
}
pub fn variant(product: &str) -> VariantId {
    id("variant", product)
}
pub fn category(slug: &str) -> CategoryId {
    id("category", slug)
}
pub fn offer(seller: &str, product: &str) -> OfferId {
    id("offer", &format!("{seller}/{product}"))
}
pub fn person(unique: &str) -> UserId {
    id("person", unique)
}
/// Where the marketplace delivers.
pub fn zone() -> ZoneId {
    id("zone", "BR")
}
/// By which every vendor delivers.
pub fn method() -> MethodId {
    id("method", "recorded")
}

/// The attribute of an order that holds its status in the history.
pub const STATUS: &str = "olist.status";

const SELLER: &str = "seller-";

/// The address of its page: it keeps the seller's own id.
pub fn vendor_slug(seller: &str) -> String {
    format!("{SELLER}{seller}")
}
/// The other way round.
pub fn seller(slug: &str) -> Option<&str> {
    slug.strip_prefix(SELLER)
}
pub fn email(unique: &str) -> String {
    format!("{unique}@olist.invalid")
}
pub fn owner_email(seller: &str) -> String {
    format!("{seller}@sellers.olist.invalid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_is_the_same_id_for_ever() {
        assert_eq!(
            vendor("3442f8959a84dea7ee197c632cb2df15").uuid().to_string(),
            "d7fa7568-ab57-8c02-a9be-6fc1841b6748"
        );
        assert_ne!(vendor("a").uuid(), owner("a").uuid());
        assert_eq!(vendor("a").uuid().get_version_num(), 8);
    }

    #[test]
    fn a_vendors_page_names_its_seller() {
        assert_eq!(seller(&vendor_slug("3442f895")), Some("3442f895"));
        assert_eq!(seller("lamps"), None);
    }
}
