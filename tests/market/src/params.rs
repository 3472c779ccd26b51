//! Every number of the simulated market, chosen once and before any score was measured in it. `docs/MARKET.md` gives the reasons.
//!
//! Shares are between 0 and 1, weeks are weeks of the run, money is in minor units of the reference currency an hour, utilities
//! have no unit: above 0 somebody says yes.

/// What a market is made with.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// Freelancers there are from the first week on.
    pub incumbents: u32,
    /// Freelancers who join in each later week.
    pub joining_a_week: u32,
    /// Requests published a week.
    pub requests_a_week: u32,
    /// Weeks at the beginning that are played but not counted, until running contracts and open requests have built up.
    pub warm_up_weeks: u32,
    /// Weeks whose requests are counted.
    pub counted_weeks: u32,
    /// Weeks that a request stays open without a hire.
    pub open_weeks: u32,
    /// Places of a policy's list; as many freelancers learn of the request. The product's own number.
    pub shown: usize,
    /// Requests that somebody looks at by themselves in a week in which they look, whatever the policy says.
    pub browsed: u32,
}

impl Params {
    /// The frozen market.
    pub const fn frozen() -> Self {
        Self {
            incumbents: 2_000,
            joining_a_week: 5,
            requests_a_week: 20,
            warm_up_weeks: 10,
            counted_weeks: 50,
            open_weeks: 4,
            shown: 50,
            browsed: 2,
        }
    }

    /// A small market of the same kind, for tests.
    pub const fn small() -> Self {
        Self {
            incumbents: 500,
            joining_a_week: 2,
            requests_a_week: 10,
            warm_up_weeks: 4,
            counted_weeks: 10,
            open_weeks: 4,
            shown: 50,
            browsed: 2,
        }
    }

    /// All weeks of a run: warm-up, counted, and as long as the last counted request may stay open.
    pub const fn weeks(&self) -> u32 {
        self.warm_up_weeks + self.counted_weeks + self.open_weeks
    }
}

/// Dimensions of taste: what a freelancer is like and a client likes, what work is like and a freelancer likes.
pub(crate) const TASTES: usize = 5;

/// How much a list's places are looked at: place `k` from 0 with `1 / (1 + EXAMINATION · k)`.
pub(crate) const EXAMINATION: f64 = 0.3;
/// Places of a list that `hit rate @10` and the shares of the first ten are about.
pub const FIRST_TEN: usize = 10;

pub(crate) mod people {
    /// Zipf offset of categories in an order drawn by the seed: thick and thin markets side by side.
    pub(crate) const CATEGORY_OFFSET: f64 = 1.0;
    /// Kinds of service that a market lives of, families of skills in each, and skills of a family that are traded.
    pub(crate) const CATEGORIES: usize = 5;
    pub(crate) const FAMILIES: usize = 6;
    pub(crate) const MEMBERS: usize = 8;
    /// Zipf offset of the families of skills in a category, and of the skills in a family.
    pub(crate) const FAMILY_OFFSET: f64 = 1.0;
    /// Share of people with a second family.
    pub(crate) const SECOND_FAMILY: f64 = 0.4;
    /// Skills of the own families: from, and so many more drawn.
    pub(crate) const OWN_SKILLS: (u32, u32) = (3, 5);
    /// Skills from anywhere in the category, at most.
    pub(crate) const OTHER_SKILLS: u32 = 3;
    /// Share of people who list what they cannot do: from so many, and so many more.
    pub(crate) const STUFFERS: f64 = 0.10;
    pub(crate) const STUFFED: (u32, u32) = (8, 13);
    /// Skills that people have and do not list, at most.
    pub(crate) const UNLISTED: u32 = 2;
    /// Ability for a claimed level, beginner to expert.
    pub(crate) const ABILITY: [f64; 4] = [0.30, 0.55, 0.80, 1.00];
    /// One's own habit of claiming too much or too little: mean and spread; and the spread from skill to skill.
    pub(crate) const CLAIM: (f64, f64) = (-0.05, 0.15);
    pub(crate) const CLAIM_BY_SKILL: f64 = 0.12;
    /// Ability in a skill that is listed only to be listed.
    pub(crate) const STUFFED_ABILITY: f64 = 0.20;
    /// Reliability: mean, what quality adds, spread, least, most.
    pub(crate) const RELIABILITY: [f64; 5] = [0.90, 0.06, 0.06, 0.40, 0.995];
    /// The least somebody accepts as a share of the rate they state: from, to.
    pub(crate) const RESERVATION: (f64, f64) = (0.75, 1.0);
    /// How often somebody looks into the marketplace in a week: from, to.
    pub(crate) const ACTIVE: (f64, f64) = (0.3, 1.0);
    /// Applications a week: one to so many.
    pub(crate) const APPLICATIONS: u32 = 4;
    /// Share of people who keep their stated hours true.
    pub(crate) const KEEPS_CALENDAR: f64 = 0.5;
    /// Share of people without any past contract, and the mean number of contracts of the others.
    pub(crate) const WITHOUT_PAST: f64 = 0.35;
    pub(crate) const PAST_MEAN: u32 = 8;
    /// Share of contracts that are reviewed.
    pub(crate) const REVIEWED: f64 = 0.8;
    /// Stars: where the mean of the stars lies, what quality and the client's utility add, and the spread.
    pub(crate) const STARS: [f64; 4] = [4.4, 0.3, 0.2, 0.6];
    /// How far somebody really travels as a share of what they state: from, to.
    pub(crate) const TRAVEL: (f64, f64) = (0.7, 1.5);
    /// Weeks without any contract after which somebody may leave, and the share that leaves a week from then on.
    pub(crate) const PATIENCE_WEEKS: u32 = 12;
    pub(crate) const LEAVING: f64 = 0.03;
    /// Share of people who live in the home country, and of those elsewhere in Europe; the others live anywhere.
    pub(crate) const AT_HOME: f64 = 0.75;
    pub(crate) const IN_EUROPE: f64 = 0.18;
    /// The country most live in.
    pub(crate) const HOME: &str = "DE";
    /// Towns and cities that people of one country come from.
    pub(crate) const TOWNS: usize = 6;
    /// Share of those not native who speak English for everyday work or better.
    pub(crate) const ENGLISH: f64 = 0.7;
    /// Share of people who work from afar only.
    pub(crate) const REMOTE_ONLY: f64 = 0.25;
    /// The rate of a category lies between these, and a person's around it: what levels add, and the spread.
    pub(crate) const RATES: (u32, u32) = (2_500, 8_000);
    pub(crate) const RATE_OF_PERSON: [f64; 3] = [0.6, 0.5, 0.15];
}

pub(crate) mod demand {
    /// Share of requests of the place kinds: remote, on site; the rest is hybrid.
    pub(crate) const REMOTE: f64 = 0.65;
    pub(crate) const ON_SITE: f64 = 0.20;
    /// Must-haves: one to so many. Nice-to-haves: none to so many. Must-haves are of the request's own
    /// family; of the others this share.
    pub(crate) const MUSTS: u32 = 3;
    pub(crate) const NICE: u32 = 3;
    pub(crate) const OF_FAMILY: f64 = 0.8;
    /// Share of requests that ask for English, and of those that ask for the client's own language.
    pub(crate) const ENGLISH: f64 = 0.35;
    pub(crate) const OWN_LANGUAGE: f64 = 0.25;
    /// Share of clients who mean the language they ask for.
    pub(crate) const MEANS_LANGUAGE: f64 = 0.8;
    /// Share of requests that need a skill nobody wrote down.
    pub(crate) const UNWRITTEN: f64 = 0.3;
    /// Budget around the category's rate: floor, what levels add, spread; and the share of requests without one.
    pub(crate) const BUDGET: [f64; 3] = [0.70, 0.5, 0.2];
    pub(crate) const NO_BUDGET: f64 = 0.15;
    /// What a client would really pay as a share of the budget: from, to.
    pub(crate) const WOULD_PAY: (f64, f64) = (0.9, 1.25);
    /// Hours a week and weeks: from, and so many more drawn.
    pub(crate) const HOURS: (u32, u32) = (6, 31);
    pub(crate) const WEEKS: (u32, u32) = (1, 12);
    /// Share of requests with two places.
    pub(crate) const TWO_PLACES: f64 = 0.1;
    /// How much a client minds the price: from, to.
    pub(crate) const ELASTICITY: (f64, f64) = (0.5, 3.0);
    /// What a client must feel before they hire: mean and spread.
    pub(crate) const BAR: (f64, f64) = (0.4, 0.4);
    /// Share of readers who go down a list and stop at the first good one; the others jump by place.
    pub(crate) const CASCADE: f64 = 0.5;
    /// How wrong a client is about an application they have read.
    pub(crate) const MISJUDGED: f64 = 0.35;
}

pub(crate) mod truth {
    /// What another skill is worth where one is needed: narrower, broader, sibling. Not what the score believes.
    pub(crate) const TRANSFER: [f64; 3] = [0.80, 0.45, 0.50];
    /// Ability beyond what is needed still helps, up to so much.
    pub(crate) const ENOUGH: f64 = 1.2;
    /// Below this share of a must-have nobody can do the work.
    pub(crate) const CANNOT: f64 = 0.5;
    /// From this share of every must-have on an applicant is qualified.
    pub(crate) const QUALIFIED: f64 = 0.8;
    /// The client's utility: ability around its middle, quality, taste; price around its middle; missing common hours.
    pub(crate) const ABILITY: (f64, f64) = (2.5, 0.80);
    pub(crate) const QUALITY: f64 = 0.35;
    pub(crate) const TASTE: f64 = 0.45;
    pub(crate) const PRICE: f64 = 0.85;
    pub(crate) const APART: f64 = 0.6;
    /// The freelancer's utility: what working at all is worth; pay around its middle; taste; the way; being busy.
    pub(crate) const WORK: f64 = 0.30;
    pub(crate) const PAY: (f64, f64) = (1.5, 1.10);
    pub(crate) const KIND: f64 = 0.60;
    pub(crate) const WAY: f64 = 0.6;
    pub(crate) const BUSY: f64 = 0.8;
    /// Ability as they see it themselves: the spread, and the share of a must-have below which they do not apply.
    pub(crate) const SELF_IMAGE: f64 = 0.20;
    pub(crate) const DARES: f64 = 0.6;
    /// True hours a week as a share of those stated: from, to.
    pub(crate) const HOURS: (f64, f64) = (0.7, 1.2);
    /// The share of the hours asked for that must truly be free.
    pub(crate) const FREE: f64 = 0.5;
}
