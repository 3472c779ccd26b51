//! What can be found: a request or a freelancer, as the index keeps it.

use guildhall_domain::request::Work;

/// Where in an entry a text stands; the nearer to its head, the more a word there counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The title of a request, the headline of a freelancer.
    Head,
    /// What a freelancer is called.
    Name,
    /// The names of skills, and of the kind of service.
    Skills,
    /// Everything else that was written.
    Body,
}

impl Field {
    /// How much a word in it counts.
    pub(crate) const fn boost(self) -> u32 {
        match self {
            Self::Head => 6,
            Self::Name => 5,
            Self::Skills => 4,
            Self::Body => 1,
        }
    }

    /// How many words are usual in it: in longer ones each counts less.
    pub(crate) const fn usual_words(self) -> u32 {
        match self {
            Self::Head => 6,
            Self::Name => 2,
            Self::Skills => 12,
            Self::Body => 80,
        }
    }
}

/// A text of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Where it stands.
    pub field: Field,
    /// As it was written.
    pub text: String,
}

/// A skill of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkillUse {
    /// Its vocabulary id.
    pub skill: u32,
    /// A must-have of a request, an own skill of a freelancer; false for nice to have.
    pub firm: bool,
}

/// The ways in which the work can be done, as a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ways(pub(crate) u8);

impl Ways {
    /// Every way to work, in the order of the counts.
    pub const ALL: [Work; 3] = [Work::OnSite, Work::Hybrid, Work::Remote];
    /// What takes somebody to a place.
    pub(crate) const SOMEWHERE: Self = Self(0b011);
    /// What can be done from anywhere.
    pub(crate) const ANYWHERE: Self = Self(0b100);

    /// The set of these.
    pub fn of(ways: &[Work]) -> Self {
        let bit = |work: &Work| match work {
            Work::OnSite => 0b001,
            Work::Hybrid => 0b010,
            Work::Remote => 0b100,
        };
        Self(ways.iter().fold(0, |set, work| set | bit(work)))
    }

    /// True when both have one in common.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A request or a freelancer, as far as searching reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id (the 128 bits of its UUID).
    pub id: u128,
    /// Whose it is: nobody finds what is their own.
    pub owner: u128,
    /// What is found by its words.
    pub texts: Vec<Text>,
    /// The place of its category among those of the catalog.
    pub category: Option<u16>,
    /// Its skills; those the vocabulary does not know are found by their words only.
    pub skills: Vec<SkillUse>,
    /// How the work can be done.
    pub ways: Ways,
    /// Where: a point on the unit sphere of 32,767 steps.
    pub at: Option<[i16; 3]>,
    /// The place of its country among those of the catalog.
    pub country: Option<u16>,
    /// The day the work begins, or somebody is free from; days since 1970.
    pub start: i32,
    /// The day the work ends.
    pub end: i32,
    /// The rate an hour in minor units of the reference currency.
    pub rate: Option<i64>,
    /// One bit for each language of the catalog.
    pub languages: u128,
    /// The mean of the stars in tenths; none without a review.
    pub stars: Option<u8>,
    /// When it was published or last saved, in Unix milliseconds.
    pub since: i64,
}
