//! A list in pages (api 4), as ports and use cases see it: how many, after which place, and where the next page begins.

/// What is wanted of a list. `K` is the place of an item in its order: what the rows are sorted by, unique to the last of
/// its parts, such as `(Timestamp, OrderId)`. A cursor outside is such a place, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// 1 to 100.
    pub limit: u32,
    /// Items behind this place; from the start when there is none.
    pub after: Option<K>,
}

/// What was found, and the place of its last item if there is more behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T, K> {
    pub items: Vec<T>,
    pub next: Option<K>,
}

impl<K> Page<K> {
    pub fn first(limit: u32) -> Page<K> {
        Page { limit, after: None }
    }
    /// For `LIMIT`: one row more than is shown tells whether there is a next page, and no second query does.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }
    /// Of up to `rows()` items in order those that are shown; `place` says where one stands.
    pub fn slice<T>(&self, mut items: Vec<T>, place: impl Fn(&T) -> K) -> Slice<T, K> {
        let limit = self.limit as usize;
        let next = (items.len() > limit).then(|| place(&items[limit - 1]));
        items.truncate(limit);
        Slice { items, next }
    }
}

impl<T, K> Slice<T, K> {
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Slice<U, K> {
        Slice { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_more_than_shown_means_a_next_page() {
        let page = Page::first(2);
        assert_eq!(page.rows(), 3);
        assert_eq!(page.slice(vec![1, 2, 3], |n| *n), Slice { items: vec![1, 2], next: Some(2) });
        assert_eq!(page.slice(vec![1, 2], |n| *n), Slice { items: vec![1, 2], next: None });
        assert_eq!(page.slice(vec![], |n: &i32| *n).map(|n| n + 1), Slice { items: vec![], next: None });
    }
}
