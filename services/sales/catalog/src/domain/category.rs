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

/// A category where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub category: Category,
    /// From the top down to its parent, as they were when it was put there.
    pub above: Vec<Category>,
}

impl Category {
    /// From the top down to its parent. Ends at a parent that is missing or already seen, so a broken tree can't hang it.
    pub fn above<'a>(&self, all: &'a [Category]) -> Vec<&'a Category> {
        let (mut above, mut at): (Vec<&Category>, _) = (vec![], self.parent);
        while let Some(parent) = at.and_then(|id| all.iter().find(|c| c.id == id)) {
            if parent.id == self.id || above.iter().any(|seen| seen.id == parent.id) {
                break;
            }
            above.push(parent);
            at = parent.parent;
        }
        above.reverse();
        above
    }

    /// The slugs from the top down to this one.
    pub fn path(&self, all: &[Category]) -> Vec<String> {
        let above = self.above(all).into_iter().map(|category| category.slug.clone());
        above.chain([self.slug.clone()]).collect()
    }

    /// This one and everything below it.
    pub fn family(&self, all: &[Category]) -> Vec<CategoryId> {
        let is_below = |other: &&Category| other.above(all).iter().any(|category| category.id == self.id);
        let below = all.iter().filter(is_below).map(|category| category.id);
        below.chain([self.id]).collect()
    }

    /// Puts it there, or at the top. `None` when it would stand below itself: from the top nobody would ever find it.
    pub fn below(self, parent: Option<&Category>, all: &[Category]) -> Option<Branch> {
        let above: Vec<Category> = match parent {
            Some(parent) => parent.above(all).into_iter().chain([parent]).cloned().collect(),
            None => vec![],
        };
        let fits = above.iter().all(|category| category.id != self.id);
        fits.then(|| Branch { category: Category { parent: parent.map(|parent| parent.id), ..self }, above })
    }
}

impl Branch {
    /// The slugs from the top down to this one.
    pub fn path(&self) -> Vec<String> {
        self.above.iter().chain([&self.category]).map(|category| category.slug.clone()).collect()
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
        assert_eq!((all[0].family(&all).len(), all[2].family(&all)), (3, vec![all[2].id]));
    }

    #[test]
    fn a_circle_ends() {
        let all = [category(1, Some(2)), category(2, Some(1))];
        assert_eq!(all[0].path(&all), ["c2", "c1"]);
    }

    #[test]
    fn nothing_stands_below_itself_or_below_what_is_below_it() {
        let all = [category(1, None), category(2, Some(1)), category(3, Some(2)), category(4, None)];
        for parent in &all[..3] {
            assert_eq!(all[0].clone().below(Some(parent), &all), None, "{}", parent.slug);
        }
        let moved = all[0].clone().below(Some(&all[3]), &all).unwrap();
        assert_eq!((moved.path(), moved.category.parent), (vec!["c4".into(), "c1".into()], Some(all[3].id)));
        assert_eq!(all[2].clone().below(Some(&all[0]), &all).unwrap().path(), ["c1", "c3"], "up is fine");
        assert_eq!(all[2].clone().below(None, &all).unwrap().category.parent, None);
    }
}
