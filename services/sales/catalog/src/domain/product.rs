//! The product: one document with its options and variants.
use super::slug::is_slug;
use kernel::{CategoryId, ProductId, VariantId};
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductState {
    Draft,
    Published,
    Retired,
}

/// What one chooses: a colour, a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductOption {
    pub name: String,
    pub values: Vec<String>,
}

/// One value of one option.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    pub option: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    pub id: VariantId,
    /// One value of each option, in their order. Empty when the product has no options.
    pub choices: Vec<Choice>,
    pub gtin: Option<String>,
    pub weight_grams: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub category: CategoryId,
    pub options: Vec<ProductOption>,
    pub variants: Vec<Variant>,
    pub state: ProductState,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductEvent {
    Drafted,
    Published,
    Changed,
    Retired,
}

/// What is wrong with a product, as people say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    Slug,
    Title,
    /// Two options of one name.
    TwoOptionsAlike,
    NoVariant,
    /// Two variants that choose alike, or one twice.
    TwoVariantsAlike,
    /// A variant names an option or a value that the product does not have, or leaves one out.
    Choices(VariantId),
    /// A variant that was there is left out.
    Gone(VariantId),
    /// A variant is named that is none of this product.
    Unknown(VariantId),
    Retired,
}

/// In characters. Lists are sorted by titles, and an index holds only so much.
pub const MOST_TITLE: usize = 200;

impl Product {
    /// A product is whole before it is kept: each variant chooses one value of each option, and no two choose alike.
    pub fn flaw(&self) -> Option<Flaw> {
        if !is_slug(&self.slug) {
            return Some(Flaw::Slug);
        }
        if self.title.trim().is_empty() || self.title.chars().count() > MOST_TITLE {
            return Some(Flaw::Title);
        }
        let names: BTreeSet<&str> = self.options.iter().map(|option| option.name.as_str()).collect();
        if names.len() < self.options.len() {
            return Some(Flaw::TwoOptionsAlike);
        }
        if self.variants.is_empty() {
            return Some(Flaw::NoVariant);
        }
        if let Some(odd) = self.variants.iter().find(|variant| !self.offers_choices(variant)) {
            return Some(Flaw::Choices(odd.id));
        }
        let choices: BTreeSet<&Vec<Choice>> = self.variants.iter().map(|v| &v.choices).collect();
        let ids: BTreeSet<VariantId> = self.variants.iter().map(|v| v.id).collect();
        (choices.len().min(ids.len()) < self.variants.len()).then_some(Flaw::TwoVariantsAlike)
    }

    fn offers_choices(&self, variant: &Variant) -> bool {
        variant.choices.len() == self.options.len()
            && variant
                .choices
                .iter()
                .zip(&self.options)
                .all(|(choice, option)| choice.option == option.name && option.values.contains(&choice.value))
    }

    /// In order: what it is, and why nothing happens when it is that already.
    pub fn publish(&self) -> Result<(Product, Vec<ProductEvent>), Flaw> {
        match (self.state, self.flaw()) {
            (_, Some(flaw)) => Err(flaw),
            (ProductState::Published, None) => Ok((self.clone(), vec![])),
            (ProductState::Retired, None) => Err(Flaw::Retired),
            (ProductState::Draft, None) => Ok((self.become_(ProductState::Published), vec![ProductEvent::Published])),
        }
    }

    pub fn retire(&self) -> (Product, Vec<ProductEvent>) {
        match self.state {
            ProductState::Retired => (self.clone(), vec![]),
            _ => (self.become_(ProductState::Retired), vec![ProductEvent::Retired]),
        }
    }

    /// `self` as it was, `new` as it shall be: the same product, its variants kept by their ids. None is left out: offers stand on
    /// them, and orders name them.
    pub fn change(&self, new: Product) -> Result<(Product, Vec<ProductEvent>), Flaw> {
        let new = Product { id: self.id, state: self.state, version: self.version + 1, ..new };
        let gone = self.variants.iter().find(|variant| new.variant(variant.id).is_none());
        match (self.state, new.flaw(), gone) {
            (ProductState::Retired, ..) => Err(Flaw::Retired),
            (_, Some(flaw), _) => Err(flaw),
            (_, None, Some(variant)) => Err(Flaw::Gone(variant.id)),
            (_, None, None) => Ok((new, vec![ProductEvent::Changed])),
        }
    }

    fn become_(&self, state: ProductState) -> Product {
        Product { state, version: self.version + 1, ..self.clone() }
    }

    pub fn variant(&self, id: VariantId) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.id == id)
    }
}

impl Variant {
    /// "blue, XL"; nothing when there is nothing to choose.
    pub fn title(&self) -> String {
        self.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<K>(n: u128) -> kernel::Id<K> {
        kernel::Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn variant(n: u128, colour: &str) -> Variant {
        let choices = vec![Choice { option: "colour".into(), value: colour.into() }];
        Variant { id: id(n), choices, gtin: None, weight_grams: 100 }
    }
    fn shirt(variants: Vec<Variant>) -> Product {
        let options = vec![ProductOption { name: "colour".into(), values: vec!["blue".into(), "red".into()] }];
        Product {
            id: id(1),
            slug: "shirt".into(),
            title: "Shirt".into(),
            description: String::new(),
            category: id(2),
            options,
            variants,
            state: ProductState::Draft,
            version: 1,
        }
    }

    #[test]
    fn each_variant_chooses_one_value_of_each_option() {
        assert_eq!(shirt(vec![variant(1, "blue"), variant(2, "red")]).flaw(), None);
        assert_eq!(shirt(vec![variant(1, "green")]).flaw(), Some(Flaw::Choices(id(1))));
        assert_eq!(shirt(vec![variant(1, "blue"), variant(2, "blue")]).flaw(), Some(Flaw::TwoVariantsAlike));
        assert_eq!(shirt(vec![variant(1, "blue"), variant(1, "red")]).flaw(), Some(Flaw::TwoVariantsAlike));
        assert_eq!(shirt(vec![]).flaw(), Some(Flaw::NoVariant));
        let plain = Variant { choices: vec![], ..variant(1, "blue") };
        assert_eq!(shirt(vec![plain]).flaw(), Some(Flaw::Choices(id(1))), "one that chooses nothing");
        let mut twice = shirt(vec![variant(1, "blue")]);
        twice.options.push(twice.options[0].clone());
        assert_eq!(twice.flaw(), Some(Flaw::TwoOptionsAlike));
    }

    #[test]
    fn a_title_has_so_many_characters() {
        for (title, flaw) in [("", Some(Flaw::Title)), (" ", Some(Flaw::Title)), (&"ü".repeat(200), None)] {
            assert_eq!(Product { title: title.into(), ..shirt(vec![variant(1, "blue")]) }.flaw(), flaw, "{title}");
        }
        let long = Product { title: "x".repeat(201), ..shirt(vec![variant(1, "blue")]) };
        assert_eq!(long.flaw(), Some(Flaw::Title));
    }

    #[test]
    fn a_change_leaves_no_variant_out() {
        let old = shirt(vec![variant(1, "blue")]);
        let more = shirt(vec![variant(2, "red"), variant(1, "blue")]);
        let (changed, events) = old.change(more).unwrap();
        assert_eq!((changed.version, events), (2, vec![ProductEvent::Changed]));
        assert_eq!(changed.change(shirt(vec![variant(1, "blue")])), Err(Flaw::Gone(id(2))));
    }

    #[test]
    fn what_is_retired_stays_so() {
        let (published, events) = shirt(vec![variant(1, "blue")]).publish().unwrap();
        assert_eq!((published.state, events), (ProductState::Published, vec![ProductEvent::Published]));
        assert_eq!(published.publish().unwrap().1, vec![]);
        let (retired, _) = published.retire();
        assert_eq!(retired.publish(), Err(Flaw::Retired));
        assert_eq!(retired.change(published), Err(Flaw::Retired));
    }
}
