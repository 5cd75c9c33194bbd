//! Shares of whole numbers. Every rounding of money in Souk is one of these two (`ledger.md` 1, 2).

/// `part · num / den`, rounded half up, away from nothing but down on ties below zero: `floor(x + 1/2)`.
/// Zero when there is nothing to share out (`den` is 0). Panics only beyond 128 bits, which minor units (53 bits) can't reach.
pub fn half_up(part: i64, num: i64, den: i64) -> i64 {
    if den == 0 {
        return 0;
    }
    let (n, d) = (i128::from(part) * i128::from(num), i128::from(den));
    let (n, d) = if d < 0 { (-n, -d) } else { (n, d) };
    i64::try_from((2 * n + d).div_euclid(2 * d)).unwrap_or(i64::MAX)
}

/// Splits `total` by `weights`: the floor of each share, and what is left over one by one to the largest remainders, ties to the
/// earlier. A weight of 0 gets nothing; if all are 0 nobody gets anything. `total` and weights are not negative.
pub fn largest_remainder(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum <= 0 || total <= 0 {
        return vec![0; weights.len()];
    }
    let exact = |w: &i64| i128::from(total) * i128::from(*w);
    let mut shares: Vec<i64> = weights.iter().map(|w| i64::try_from(exact(w) / sum).unwrap_or_default()).collect();
    let left = usize::try_from(total - shares.iter().sum::<i64>()).unwrap_or_default();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (-(exact(&weights[*at]) % sum), *at));
    for at in order.into_iter().take(left) {
        shares[at] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_go_up() {
        assert_eq!([half_up(1, 1, 2), half_up(3, 1, 2), half_up(-1, 1, 2), half_up(125, 333, 1000)], [1, 2, 0, 42]);
        assert_eq!(half_up(5, 5, 0), 0);
    }

    #[test]
    fn the_example_of_the_ledger() {
        assert_eq!(largest_remainder(1000, &[999, 1, 333]), [749, 1, 250]);
        assert_eq!(largest_remainder(1, &[1, 1]), [1, 0]);
        assert_eq!(largest_remainder(5, &[0, 0]), [0, 0]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_is_off_by_one(total in 0i64..1_000_000_000, weights in prop::collection::vec(0i64..1_000_000, 1..20)) {
            let shares = largest_remainder(total, &weights);
            let sum: i64 = weights.iter().sum();
            prop_assert_eq!(shares.iter().sum::<i64>(), if sum == 0 { 0 } else { total });
            for (share, weight) in shares.iter().zip(&weights) {
                let exact = if sum == 0 { 0.0 } else { total as f64 * *weight as f64 / sum as f64 };
                prop_assert!((*share as f64 - exact).abs() < 1.0 + 1e-6);
                prop_assert!(*weight > 0 || *share == 0);
            }
        }

        #[test]
        fn differences_of_a_growing_part_add_up(part in 0i64..1_000_000, den in 1i64..1_000_000, cuts in prop::collection::vec(0i64..1_000_000, 0..8)) {
            let mut steps: Vec<i64> = cuts.into_iter().map(|c| c % (den + 1)).chain([0, den]).collect();
            steps.sort_unstable();
            let given: i64 = steps.windows(2).map(|w| half_up(part, w[1], den) - half_up(part, w[0], den)).sum();
            prop_assert_eq!(given, part);
        }
    }
}
