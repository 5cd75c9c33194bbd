//! How a list is asked for and answered (api 4).
use super::{
    Problem,
    call::{Answer, Call, Reply, View},
    query::{Listed, wrong},
};
use crate::page::{Page, Slice};
use kernel::Coded;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ListOf{V}")]
pub struct List<V> {
    pub items: Vec<V>,
    /// The `cursor` of the next page; `null` at the end.
    pub next: Option<String>,
}

impl<V: Serialize + JsonSchema> View for List<V> {}

impl<B, P, Q, S> Call<B, P, Listed<Q, S>> {
    /// Which page is asked for. `K` is the place of an item in the list's order.
    pub fn page<K: DeserializeOwned>(&self) -> Result<Page<K>, Problem> {
        let place =
            |text: &String| self.cursors.read(text).ok_or_else(|| wrong("cursor", "cursor", "not of this list"));
        Ok(Page { limit: self.query.limit, after: self.query.cursor.as_ref().map(place).transpose()? })
    }
    /// For lists what `show` is for one thing.
    pub fn list<T, K, V, E>(&self, found: Result<Slice<T, K>, E>, view: impl Fn(&T) -> V) -> Answer<List<V>>
    where
        K: Serialize,
        V: Serialize + JsonSchema,
        E: Coded,
    {
        let slice = found.map_err(|e| Problem::of(&e))?;
        let next = slice.next.map(|place| self.cursors.write(&place));
        Ok(Reply::of(self.status, &List { items: slice.items.iter().map(view).collect(), next }))
    }
}
