//! A product as the document that is kept.
use crate::domain::{Choice, Product, ProductOption, Variant};
use kernel::VariantId;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Document {
    description: String,
    options: Vec<OptionPart>,
    variants: Vec<VariantPart>,
}

#[derive(Serialize, Deserialize)]
struct OptionPart {
    name: String,
    values: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct VariantPart {
    id: VariantId,
    /// Option and value.
    choices: Vec<(String, String)>,
    gtin: Option<String>,
    weight_grams: u32,
}

impl Document {
    pub fn of(product: &Product) -> Document {
        let variant = |v: &Variant| VariantPart {
            id: v.id,
            choices: v.choices.iter().map(|c| (c.option.clone(), c.value.clone())).collect(),
            gtin: v.gtin.clone(),
            weight_grams: v.weight_grams,
        };
        let option = |o: &ProductOption| OptionPart { name: o.name.clone(), values: o.values.clone() };
        Document {
            description: product.description.clone(),
            options: product.options.iter().map(option).collect(),
            variants: product.variants.iter().map(variant).collect(),
        }
    }
    /// Into the rest of its row.
    pub fn into(self, product: Product) -> Product {
        let choice = |(option, value)| Choice { option, value };
        let variant = |v: VariantPart| Variant {
            id: v.id,
            choices: v.choices.into_iter().map(choice).collect(),
            gtin: v.gtin,
            weight_grams: v.weight_grams,
        };
        let option = |o: OptionPart| ProductOption { name: o.name, values: o.values };
        Product {
            description: self.description,
            options: self.options.into_iter().map(option).collect(),
            variants: self.variants.into_iter().map(variant).collect(),
            ..product
        }
    }
}
