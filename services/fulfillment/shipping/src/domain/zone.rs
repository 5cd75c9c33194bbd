//! Where something can be delivered to.
use kernel::{VendorId, ZoneId};

/// An address, as far as its delivery price depends on it. Upper case, without spaces and hyphens, whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    country: String,
    state: String,
    postcode: String,
}

/// A country, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166, two letters.
    pub country: String,
    /// Only this state of it.
    pub state: Option<String>,
    /// Only postcodes that begin so.
    pub postcode: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    pub id: ZoneId,
    /// `None`: the marketplace's. Vendors may use it and not change it.
    pub vendor: Option<VendorId>,
    pub name: String,
    pub places: Vec<Place>,
    pub version: i64,
}

/// Digits of a postcode by which freight was recorded (olist 7).
const PREFIX: usize = 5;

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

impl Destination {
    pub fn new(country: &str, state: &str, postcode: &str) -> Destination {
        Destination { country: plain(country), state: plain(state), postcode: plain(postcode) }
    }
    /// The first five characters of the postcode; all of a shorter one.
    pub fn prefix(&self) -> String {
        self.postcode.chars().take(PREFIX).collect()
    }
}

impl Place {
    pub fn new(country: &str, state: Option<&str>, postcode: Option<&str>) -> Place {
        let some = |text: Option<&str>| text.map(plain).filter(|text| !text.is_empty());
        Place { country: plain(country), state: some(state), postcode: some(postcode) }
    }
    pub fn covers(&self, to: &Destination) -> bool {
        self.country == to.country
            && self.state.as_ref().is_none_or(|state| *state == to.state)
            && self.postcode.as_ref().is_none_or(|start| to.postcode.starts_with(start))
    }
}

impl Zone {
    pub fn covers(&self, to: &Destination) -> bool {
        self.places.iter().any(|place| place.covers(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_country_or_a_part_of_it() {
        let berlin = Destination::new("de", "be", "10 115");
        for (place, covers) in [
            (Place::new("DE", None, None), true),
            (Place::new("de", Some("BE"), None), true),
            (Place::new("DE", Some("BY"), None), false),
            (Place::new("DE", None, Some("10-1")), true),
            (Place::new("DE", None, Some("11")), false),
            (Place::new("AT", None, None), false),
        ] {
            assert_eq!(place.covers(&berlin), covers, "{place:?}");
        }
    }

    #[test]
    fn freight_is_recorded_by_the_first_five_digits() {
        assert_eq!(Destination::new("BR", "SP", "01310-000").prefix(), "01310");
        assert_eq!(Destination::new("BR", "", "013").prefix(), "013");
    }
}
