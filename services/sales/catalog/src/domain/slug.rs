//! Names for URLs.

/// Small letters, digits, single hyphens between them.
pub fn is_slug(text: &str) -> bool {
    (1..=120).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// `plain` is the title in ASCII already: how letters of other scripts are written is not this module's business.
pub fn slug(plain: &str) -> String {
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    slug.truncate(80);
    slug.trim_end_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_slugs() {
        assert_eq!(slug("  Teapot, 1.2 l -- blue!"), "teapot-1-2-l-blue");
        assert!(is_slug(&slug("A Chair")) && !is_slug("a--b") && !is_slug("") && !is_slug("Ü") && !is_slug("-a"));
    }
}
