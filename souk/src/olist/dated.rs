//! Amounts that hold from a time on: prices (rule 6) and recorded freight (rule 7).
use super::time::Moment;
use std::collections::BTreeMap;

/// The first amount holds from the start, without a time; each later one from its own instant on, half-open.
pub type History = Vec<(Option<Moment>, i64)>;

/// An amount that was seen at a time.
pub struct Sighting<K> {
    pub key: K,
    pub at: Moment,
    pub amount: i64,
}

/// The sightings in the order of their time; what is answered beside the histories are the places in `sightings` where one instant
/// shows a second amount: no history can tell both.
pub fn histories<K: Ord + Clone>(sightings: &[Sighting<K>]) -> (BTreeMap<K, History>, Vec<usize>) {
    let (mut table, mut contradicted) = (BTreeMap::<K, History>::new(), vec![]);
    let mut seen = BTreeMap::<K, (Moment, i64)>::new();
    for (n, Sighting { key, at, amount }) in sightings.iter().enumerate() {
        if seen.get(key).is_some_and(|(then, other)| then == at && other != amount) {
            contradicted.push(n);
            continue;
        }
        seen.insert(key.clone(), (*at, *amount));
        let history = table.entry(key.clone()).or_default();
        match history.last() {
            None => history.push((None, *amount)),
            Some((_, last)) if last != amount => history.push((Some(*at), *amount)),
            Some(_) => {}
        }
    }
    (table, contradicted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> Moment {
        Moment::parse(&format!("2018-01-01 {hour:02}:00:00")).unwrap()
    }
    fn seen(key: &str, hour: u32, amount: i64) -> Sighting<String> {
        Sighting { key: key.into(), at: at(hour), amount }
    }
    fn valid(history: &History, hour: u32) -> i64 {
        history.iter().rfind(|(from, _)| from.is_none_or(|from| from <= at(hour))).unwrap().1
    }

    #[test]
    fn an_amount_holds_from_its_sale_until_the_next_that_differs() {
        let sales = [seen("a", 1, 500), seen("b", 1, 7), seen("a", 2, 500), seen("a", 3, 600), seen("a", 5, 500)];
        let (table, contradicted) = histories(&sales);
        assert_eq!(contradicted, [0; 0]);
        assert_eq!(table["a"], [(None, 500), (Some(at(3)), 600), (Some(at(5)), 500)]);
        assert_eq!(table["b"], [(None, 7)]);
        assert_eq!([0, 2, 3, 4, 5].map(|hour| valid(&table["a"], hour)), [500, 500, 600, 600, 500], "half-open");
    }

    #[test]
    fn two_amounts_at_one_instant_are_named() {
        let sales = [seen("a", 1, 500), seen("a", 1, 500), seen("a", 1, 600), seen("a", 2, 600)];
        let (table, contradicted) = histories(&sales);
        assert_eq!(contradicted, [2]);
        assert_eq!(table["a"], [(None, 500), (Some(at(2)), 600)]);
    }
}
