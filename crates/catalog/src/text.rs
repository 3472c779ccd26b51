//! Folds what people type into the forms the vocabulary is looked up by.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text: compatibility forms and accents away, lower case, one space between words.
///
/// `+` and `#` stay, and so does a dot that something follows, because `C++`, `C#`, `.NET`
/// and `Node.js` are told apart by them. `&` reads as *and*.
pub fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    if text.is_ascii() {
        // Nothing to decompose, which takes most of the time.
        for letter in text.chars() {
            push_plain(&mut plain, letter.to_ascii_lowercase());
        }
    } else {
        for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
            for lower in letter.to_lowercase() {
                push_plain(&mut plain, lower);
            }
        }
    }

    let mut folded = String::with_capacity(plain.len());
    let mut letters = plain.chars().peekable();
    let mut gap = false;
    while let Some(letter) = letters.next() {
        let kept = letter.is_alphanumeric()
            || matches!(letter, '+' | '#')
            || (letter == '.' && letters.peek().is_some_and(|next| next.is_alphanumeric()));
        if kept {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(letter);
        } else {
            gap = true;
        }
    }
    folded
}

/// Adds one lower-case letter, written out where no accent can be taken off it.
fn push_plain(plain: &mut String, letter: char) {
    match letter {
        '\'' | '’' | '‘' | 'ʻ' => {}
        '&' => plain.push_str(" and "),
        'ß' => plain.push_str("ss"),
        'æ' => plain.push_str("ae"),
        'œ' => plain.push_str("oe"),
        'þ' => plain.push_str("th"),
        'ø' => plain.push('o'),
        'ł' => plain.push('l'),
        'đ' | 'ð' => plain.push('d'),
        'ı' => plain.push('i'),
        other => plain.push(other),
    }
}

/// British spellings anywhere in a word, and the American ones they are folded to.
const BRITISH: &[(&str, &str)] = &[
    ("isation", "ization"),
    ("ising", "izing"),
    ("yse", "yze"),
    ("elling", "eling"),
    ("ellery", "elry"),
    ("mould", "mold"),
    ("aluminium", "aluminum"),
    ("paediatric", "pediatric"),
    ("tyre", "tire"),
    ("colour", "color"),
    ("behaviour", "behavior"),
    ("labour", "labor"),
    ("humour", "humor"),
    ("licence", "license"),
    ("defence", "defense"),
];

/// British spellings at the end of a word only.
const BRITISH_ENDS: &[(&str, &str)] = &[
    ("ise", "ize"),
    ("tre", "ter"),
    ("logue", "log"),
    ("ramme", "ram"),
];

/// Gives one word the spelling shared by its British, American, plural and dotted forms.
pub fn stem(word: &str) -> String {
    let bare: String = word.chars().filter(|letter| *letter != '.').collect();
    let mut stem = singular(bare);
    for (british, american) in BRITISH {
        // No word is shorter than what is looked for in it.
        if stem.len() >= british.len() && stem.contains(british) {
            stem = stem.replace(british, american);
        }
    }
    for (british, american) in BRITISH_ENDS {
        if stem.len() > british.len() + 3 && stem.ends_with(british) {
            stem.truncate(stem.len() - british.len());
            stem.push_str(american);
        }
    }
    stem
}

fn singular(mut word: String) -> String {
    let end = |tail: &str| word.len() > tail.len() + 1 && word.ends_with(tail);
    if word.len() <= 3 || end("ss") || end("us") || end("is") {
        return word;
    }
    if end("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if end("ches") || end("shes") || end("sses") || end("xes") {
        word.truncate(word.len() - 2);
    } else if end("s") {
        word.truncate(word.len() - 1);
    }
    word
}

/// The two spelling keys of a folded text: the words run together, and the words sorted.
pub(crate) fn spelling_keys(folded: &str) -> [String; 2] {
    let mut words: Vec<String> = folded.split(' ').map(stem).collect();
    let together = words.concat();
    words.sort_unstable();
    [together, words.join(" ")]
}

/// The key under which the person and the work are the same: *translator*, *translation*.
pub(crate) fn role_key(folded: &str) -> String {
    let mut words: Vec<String> = folded
        .split(' ')
        .map(stem)
        .map(|word| match work_of(&word) {
            Some(work) => work.to_owned(),
            None => word,
        })
        .collect();
    if words.len() > 1 && words.last().is_some_and(|last| last == "service") {
        words.pop();
    }
    words.sort_unstable();
    words.join(" ")
}

/// Words for the person, and the work they do, all as [`stem`] leaves them.
const WORK: &[(&[&str], &str)] = &[
    (&["photographer", "photo"], "photography"),
    (&["videographer"], "videography"),
    (&["filmmaker"], "filmmaking"),
    (&["translator"], "translation"),
    (&["interpreter"], "interpreting"),
    (&["writer"], "writing"),
    (&["editor"], "editing"),
    (&["designer", "designing"], "design"),
    (&["developer", "dev"], "development"),
    (&["programmer"], "programming"),
    (&["engineer"], "engineering"),
    (&["manager"], "management"),
    (
        &["consultant", "advisor", "adviser", "advice"],
        "consulting",
    ),
    (&["analyst", "analytic"], "analysis"),
    (&["administrator", "admin"], "administration"),
    (&["animator"], "animation"),
    (&["illustrator"], "illustration"),
    (
        &[
            "teacher",
            "teaching",
            "tutor",
            "lesson",
            "class",
            "course",
            "instructor",
            "tuition",
        ],
        "tutoring",
    ),
    (&["trainer"], "training"),
    (&["coach"], "coaching"),
    (&["therapist"], "therapy"),
    (&["cleaner"], "cleaning"),
    (
        &["installer", "installing", "fitter", "fitting"],
        "installation",
    ),
    (
        &[
            "repairer",
            "repairing",
            "repairman",
            "technician",
            "mechanic",
        ],
        "repair",
    ),
    (&["planner"], "planning"),
    (&["organizer"], "organizing"),
    (&["decorator"], "decorating"),
    (&["driver"], "driving"),
    (&["producer"], "production"),
    (&["painter"], "painting"),
    (&["builder"], "building"),
    (&["maker"], "making"),
    (&["tester"], "testing"),
    (&["scientist"], "science"),
    (&["strategist"], "strategy"),
    (&["marketer"], "marketing"),
    (&["recruiter", "recruiting"], "recruitment"),
    (&["sitter"], "sitting"),
    (&["walker"], "walking"),
    (&["groomer"], "grooming"),
    (&["caterer"], "catering"),
    (&["baker"], "baking"),
    (&["modeler"], "modeling"),
    (&["maintainer"], "maintenance"),
    (&["architect"], "architecture"),
    (&["assistant", "assistance"], "support"),
    (&["restorer"], "restoration"),
];

/// The work done by the one a word names.
fn work_of(word: &str) -> Option<&'static str> {
    WORK.iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, work)| *work)
}

/// Whether a word of a folded text is only a version: `3.11`, `v2`, `8+`, `2023`, `5.x`.
pub(crate) fn is_version(word: &str) -> bool {
    let digits = word
        .strip_prefix('v')
        .unwrap_or(word)
        .trim_end_matches('+')
        .trim_end_matches(".x");
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits
            .chars()
            .all(|letter| letter.is_ascii_digit() || letter == '.')
}

/// Leaves the versions out: `python 3.11` and `python3` are both `python`.
pub(crate) fn without_versions(folded: &str) -> String {
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !is_version(word))
        .map(|word| {
            let bare = word.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.');
            let has_letters = bare.chars().filter(|letter| letter.is_alphabetic()).count() >= 3;
            if has_letters { bare } else { word }
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_tell_languages_apart_survive_folding() {
        assert_eq!(fold("  C++ "), "c++");
        assert_eq!(fold("C#"), "c#");
        assert_eq!(fold(".NET"), ".net");
        assert_eq!(fold("Node.js."), "node.js");
        assert_eq!(fold("R&D"), "r and d");
        assert_eq!(fold("Children's  CAFÉ — Zürich"), "childrens cafe zurich");
        assert_eq!(fold("ＲＥＡＣＴ"), "react");
        assert_eq!(fold("… --"), "");
    }

    #[test]
    fn plural_british_and_dotted_spellings_share_a_stem() {
        for (one, other) in [
            ("websites", "website"),
            ("optimisation", "optimization"),
            ("colours", "color"),
            ("modelling", "modeling"),
            ("companies", "company"),
            ("jewellery", "jewelry"),
            ("node.js", "nodejs"),
        ] {
            assert_eq!(stem(one), stem(other), "{one} and {other}");
        }
        assert_eq!(stem("css"), "css");
        assert_eq!(stem("aws"), "aws");
        assert_eq!(stem("business"), "business");
    }

    #[test]
    fn persons_and_their_work_are_given_as_stems() {
        for (words, work) in WORK {
            assert_eq!(&stem(work), work);
            for word in *words {
                assert_eq!(&stem(word), word);
            }
        }
    }

    #[test]
    fn versions_are_left_out_and_nothing_else() {
        for (with, without) in [
            ("python 3.11", "python"),
            ("python3", "python"),
            ("java 8+", "java"),
            ("angular v17", "angular"),
            ("vue 3.x", "vue"),
            ("s3", "s3"),
            ("3d modelling", "3d modelling"),
            ("c++", "c++"),
        ] {
            assert_eq!(without_versions(with), without);
        }
    }
}
