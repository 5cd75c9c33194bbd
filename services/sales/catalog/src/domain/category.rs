//! The tree in which products are found.
use kernel::CategoryId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    pub id: CategoryId,
    pub slug: String,
    pub name: String,
    pub parent: Option<CategoryId>,
    /// Among its siblings, smallest first.
    pub place: i64,
    pub version: i64,
}

impl Category {
    /// The slugs from the top down to this one. Ends at a parent that is missing or already seen, so a broken tree can't hang it.
    pub fn path(&self, all: &[Category]) -> Vec<String> {
        let (mut path, mut at) = (vec![self.slug.clone()], self.parent);
        while let Some(parent) = at.and_then(|id| all.iter().find(|c| c.id == id)) {
            if path.contains(&parent.slug) {
                break;
            }
            path.push(parent.slug.clone());
            at = parent.parent;
        }
        path.reverse();
        path
    }

    /// This one and everything below it.
    pub fn family(&self, all: &[Category]) -> Vec<CategoryId> {
        let below = all.iter().filter(|other| other.path(all).contains(&self.slug));
        below.map(|category| category.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(n: u128, parent: Option<u128>) -> Category {
        let id = |n| kernel::Id::from_uuid(uuid::Uuid::from_u128(n));
        Category { id: id(n), slug: format!("c{n}"), name: "c".into(), parent: parent.map(id), place: 0, version: 1 }
    }

    #[test]
    fn a_path_goes_from_the_top() {
        let all = [category(1, None), category(2, Some(1)), category(3, Some(2)), category(4, None)];
        assert_eq!(all[2].path(&all), ["c1", "c2", "c3"]);
        assert_eq!(all[0].family(&all).len(), 3);
    }

    #[test]
    fn a_circle_ends() {
        let all = [category(1, Some(2)), category(2, Some(1))];
        assert_eq!(all[0].path(&all), ["c2", "c1"]);
    }
}
