//! What the demo's client looks for.

use guildhall_domain::request::Work;

/// What she looks for.
pub(super) struct Wish {
    pub(super) days_ago: i64,
    pub(super) category: &'static str,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) must: &'static [&'static str],
    pub(super) nice: &'static [&'static str],
    pub(super) work: Work,
    pub(super) hours: u8,
    pub(super) weeks: i32,
    /// Days until it begins.
    pub(super) lead: i32,
    /// Euros an hour.
    pub(super) budget: i64,
}

pub(super) const ROOMS: Wish = Wish {
    days_ago: 4,
    category: "software",
    title: "Booking page with payments for our workshop rooms",
    text: "We run an open workshop house: a joinery, a letterpress, a pottery and two rooms for courses. Hours are booked by telephone and \
paid in cash, and both take more time than the craft. We would like a page on which members and guests can book a place at a bench, \
pay, and cancel in time.\n\nThere is a list of rules on two pages, a patient group of testers, and a small server that we run \
ourselves. Two afternoons a week with us in Leipzig would be good, the rest from wherever you like.",
    must: &["TypeScript", "PostgreSQL"],
    nice: &["React", "Node.js", "Web accessibility"],
    work: Work::Hybrid,
    hours: 20,
    weeks: 8,
    lead: 24,
    budget: 85,
};

pub(super) const PIECES: Wish = Wish {
    days_ago: 9,
    category: "photo-video",
    title: "Photographs of forty masterpieces",
    text: "Forty pieces that apprentices made for their final examination, from a spiral staircase to a pair of shoes. They stand in our \
hall in Leipzig until spring. We want one plain and one close picture of each, for a book and for the wall.",
    must: &["Product photography"],
    nice: &["Photo retouching", "Adobe Photoshop"],
    work: Work::OnSite,
    hours: 16,
    weeks: 2,
    lead: 30,
    budget: 78,
};

pub(super) const BOOK: Wish = Wish {
    days_ago: 1,
    category: "writing",
    title: "Editor for a book about vanished trades",
    text: "Eighteen portraits of people who learned trades that no longer exist, written by six authors who all love adjectives. About \
240,000 characters in English. We look for an editor who makes one book of it.",
    must: &["Editing"],
    nice: &["Book editing", "Proofreading"],
    work: Work::Remote,
    hours: 14,
    weeks: 6,
    lead: 34,
    budget: 55,
};

pub(super) const POSTERS: Wish = Wish {
    days_ago: 52,
    category: "design",
    title: "Poster series for the open workshop days",
    text: "Six posters from one idea: wood, lead, clay, wool, iron, bread. Printed in two colours on our own press, so it may be simple \
and must be good.",
    must: &["Graphic design", "Poster design"],
    nice: &["Typography", "Print design"],
    work: Work::Remote,
    hours: 12,
    weeks: 5,
    lead: 12,
    budget: 70,
};

pub(super) const BOOKS: Wish = Wish {
    days_ago: 68,
    category: "accounting",
    title: "Bookkeeping for the second half of the year",
    text: "About ninety receipts a month, three rooms that pay rent, one shop, and grants that want a report. Documents are scanned \
and named.",
    must: &["Bookkeeping"],
    nice: &["Invoicing", "Accounting"],
    work: Work::Remote,
    hours: 6,
    weeks: 26,
    lead: 14,
    budget: 52,
};

pub(super) const BEES: Wish = Wish {
    days_ago: 26,
    category: "garden",
    title: "Somebody who looks after the plants on our roof",
    text: "A roof of 300 square metres with beds, a shed and a view. Watering, pruning, and telling us what grows where.",
    must: &["Gardening"],
    nice: &["Pruning", "Vegetable gardening"],
    work: Work::OnSite,
    hours: 4,
    weeks: 20,
    lead: 60,
    budget: 40,
};

/// Finished jobs, with what she wrote and what was written of her.
pub(super) const FINISHED: [(Wish, u8, &str, &str); 3] = [
    (
        Wish {
            days_ago: 252,
            category: "trades",
            title: "Wire the new machine room",
            text: "A planer, two saws, a dust extractor and light that does not flicker. Plans are there, the inspection is booked.",
            must: &["Electrical work"],
            nice: &["Socket installation", "Electrical inspection"],
            work: Work::OnSite,
            hours: 24,
            weeks: 2,
            lead: 12,
            budget: 68,
        },
        5,
        "Passed the inspection at the first try. Every fuse is labelled, and the apprentices got a lesson on top.",
        "Well prepared, coffee at nine, paid in the same week.",
    ),
    (
        Wish {
            days_ago: 171,
            category: "design",
            title: "Logo and signs for the workshop house",
            text: "Something that can be carved, cast, printed and sewn. Eight signs for doors, one for the street.",
            must: &["Logo design", "Graphic design"],
            nice: &["Brand design", "Typography"],
            work: Work::Remote,
            hours: 12,
            weeks: 4,
            lead: 10,
            budget: 72,
        },
        4,
        "A mark that every workshop likes to make, which is rare here. The signs took one round more than planned.",
        "People who know their material and say what they think.",
    ),
    (
        Wish {
            days_ago: 98,
            category: "teaching",
            title: "German course for our apprentices",
            text: "Five apprentices from three countries, mornings at eight, words for tools, safety and lunch.",
            must: &["German teaching"],
            nice: &["Language teaching", "Conversation practice"],
            work: Work::OnSite,
            hours: 6,
            weeks: 6,
            lead: 9,
            budget: 45,
        },
        5,
        "After six weeks they explained the band saw to me, correctly. Warm and well prepared.",
        "A lovely group and a house that takes learning seriously.",
    ),
];
