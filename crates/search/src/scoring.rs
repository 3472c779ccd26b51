//! How well an entry meets words: BM25F in whole numbers.
//!
//! Two things are fixed that the formula usually takes from the collection: the usual lengths of fields, and, while somebody turns
//! pages, the weights of the words. So the score of an entry that did not change is the same on each page.

use crate::entry::{Entry, Field};
use crate::words::Keys;

/// How soon saying a word again counts less (`k1` of BM25, in 256ths).
const SATURATION: u32 = 512;
/// A skill that is held or must be had, as an impact.
const FIRM: u8 = 200;
/// A skill that is nice to have.
const LOOSE: u8 = 140;
/// A word that only begins so counts so many 256ths.
pub(crate) const BEGINS: u32 = 160;
/// A word that is so many errors away counts so many 256ths.
pub(crate) const ERRORS: [u32; 3] = [256, 128, 96];

/// How often a word stands in a field of so many words.
pub(crate) type Occurrence = (Field, u32, u32);

/// The impact of a word: `255 · w / (w + 512)`, at least 1, where `w` is the sum over the fields of
/// `boost · times · 65,536 / (64 + 192 · words of the field / usual words)`, in 256ths.
///
/// That is the saturated term weight of BM25F (Robertson, Zaragoza 2009) with `b` = 3/4.
pub fn impact(occurrences: impl IntoIterator<Item = Occurrence>) -> u8 {
    let weight = occurrences
        .into_iter()
        .map(|(field, times, length)| {
            let long = 64 + 192_u64 * u64::from(length) / u64::from(field.usual_words());
            u64::from(field.boost()) * u64::from(times) * 65_536 / long
        })
        .sum::<u64>();
    let saturated = 255 * weight / (weight + u64::from(SATURATION)).max(1);
    u8::try_from(saturated.max(1)).unwrap_or(u8::MAX)
}

/// The impact of a skill.
pub(crate) fn skill_impact(firm: bool) -> u8 {
    if firm { FIRM } else { LOOSE }
}

/// The weight of a word that `found` of `all` entries meet: `1 + log2((all + 1) / (found + 1))` in 256ths, the logarithm as a
/// straight line between powers of two.
pub fn word_weight(found: u32, all: u32) -> u32 {
    256 + log2_256(u64::from(all) + 1).saturating_sub(log2_256(u64::from(found) + 1))
}

/// The binary logarithm of a number from 1 on, in 256ths.
fn log2_256(number: u64) -> u32 {
    let whole = number.max(1).ilog2();
    let above = number.max(1) - (1 << whole);
    whole * 256 + u32::try_from((above << 8) >> whole).unwrap_or(0)
}

/// The words of an entry with the impact of each, in the order of their letters.
pub(crate) fn impacts(entry: &Entry, keys: &mut Keys) -> Vec<(String, u8)> {
    let mut all: Vec<(String, Field)> = Vec::new();
    for text in &entry.texts {
        all.extend(
            keys.words(&text.text)
                .into_iter()
                .map(|word| (word, text.field)),
        );
    }
    let length = |field: Field| {
        let in_it = all.iter().filter(|(_, other)| *other == field).count();
        u32::try_from(in_it).unwrap_or(u32::MAX)
    };
    let lengths =
        [Field::Head, Field::Name, Field::Skills, Field::Body].map(|field| (field, length(field)));
    all.sort_unstable();
    let same_word = |one: &(String, Field), other: &(String, Field)| one.0 == other.0;
    let impact_of = |uses: &[(String, Field)]| {
        let occurrences = lengths.into_iter().filter_map(|(field, length)| {
            let times = uses.iter().filter(|(_, other)| *other == field).count();
            (times > 0).then_some((field, u32::try_from(times).unwrap_or(u32::MAX), length))
        });
        let word = uses.first().map(|(word, _)| word.clone());
        (word.unwrap_or_default(), impact(occurrences))
    };
    all.chunk_by(same_word).map(impact_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_counts_more_than_the_body_and_saying_it_again_a_little() {
        let head = impact([(Field::Head, 1, 6)]);
        let body = impact([(Field::Body, 1, 80)]);
        let often = impact([(Field::Body, 40, 80)]);
        assert_eq!((head, body), (191, 85));
        assert!(body < often && often < 255);
        assert!(impact([(Field::Body, 1, 800)]) < body, "in a long text");
        assert_eq!(impact([(Field::Body, 1, u32::MAX)]), 1);
        assert_eq!(impact([(Field::Head, u32::MAX, 1)]), 254);
    }

    #[test]
    fn rare_words_weigh_more() {
        assert_eq!(word_weight(1_023, 1_023), 256);
        assert_eq!(word_weight(0, 1_023), 256 * 11);
        assert_eq!(word_weight(511, 1_023), 512);
        assert_eq!(log2_256(3), 256 + 128);
        assert_eq!(word_weight(9, 3), 256, "never less than one");
    }
}
