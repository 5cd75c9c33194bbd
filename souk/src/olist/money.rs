//! Amounts as the files write them, in centavos.

/// `58.9` is 5890. Never more than two digits behind the point, never negative.
pub fn cents(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is not an amount");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 2 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    format!("{whole}{part:0<2}").parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_centavo() {
        assert_eq!(["58.9", "58.90", "0.01", "144", "0.0"].map(|t| cents(t).unwrap()), [5890, 5890, 1, 14400, 0]);
        for wrong in ["", ".5", "-1.00", "1.234", "1,5", "1e3", "1.5.", " 1", "9999999999999"] {
            assert!(cents(wrong).is_err(), "{wrong}");
        }
    }
}
