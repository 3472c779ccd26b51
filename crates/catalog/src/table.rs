//! Reads the embedded tables: tab-separated lines below one heading line.

/// The shipped skills.
pub(crate) const SKILLS: &str = include_str!("../data/skills.tsv");
/// The shipped kinds of service.
pub(crate) const CATEGORIES: &str = include_str!("../data/categories.tsv");
/// The shipped languages.
pub(crate) const LANGUAGES: &str = include_str!("../data/languages.tsv");
/// The shipped currencies.
pub(crate) const CURRENCIES: &str = include_str!("../data/currencies.tsv");
/// The shipped countries.
pub(crate) const COUNTRIES: &str = include_str!("../data/countries.tsv");
/// The shipped first-level regions of the countries that need them to tell towns apart.
pub(crate) const REGIONS: &str = include_str!("../data/regions.tsv");
/// The shipped towns and cities, the most populous first.
pub(crate) const PLACES: &str = include_str!("../data/places.tsv");

/// Yields the lines below the heading that have exactly `N` fields.
///
/// A malformed line is left out rather than brought down on the person at the screen;
/// the tests count that no shipped line is.
pub(crate) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).filter_map(|line| {
        let mut fields = [""; N];
        let mut parts = line.split('\t');
        for field in &mut fields {
            *field = parts.next()?;
        }
        parts.next().is_none().then_some(fields)
    })
}

/// Splits a field that holds several values.
pub(crate) fn values(field: &'static str, by: char) -> Box<[&'static str]> {
    field.split(by).filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_too_many_or_too_few_fields_is_left_out() {
        let read: Vec<_> = rows::<2>("a\tb\n1\t2\n3\n4\t5\t6\n7\t8\n").collect();
        assert_eq!(read, [["1", "2"], ["7", "8"]]);
    }

    #[test]
    fn no_shipped_line_is_left_out() {
        let lines = |table: &str| table.lines().count() - 1;
        assert_eq!(rows::<7>(SKILLS).count(), lines(SKILLS));
        assert_eq!(rows::<2>(CATEGORIES).count(), lines(CATEGORIES));
        assert_eq!(rows::<3>(LANGUAGES).count(), lines(LANGUAGES));
        assert_eq!(rows::<6>(CURRENCIES).count(), lines(CURRENCIES));
        assert_eq!(rows::<4>(COUNTRIES).count(), lines(COUNTRIES));
        assert_eq!(rows::<2>(REGIONS).count(), lines(REGIONS));
        assert_eq!(rows::<9>(PLACES).count(), lines(PLACES));
    }
}
