//! Random worlds, and who has what to do with a row of them, told from the rows alone: without scopes, without placements.

use crate::rows::{
    ADMIN, EARLIER, FREELANCER, NOW, OTHER_CLIENT, OTHER_FREELANCER, OWNER, Rows, admin, person,
    profile_text, request_text, terms,
};
use guildhall_domain::activity::{Activity, ActivityKind, Tally};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::bookmark::{Bookmark, Stance, Subject};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MessageId, OfferId, RequestId, ReviewId,
};
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::policy::{Relation, State, Thing};
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::review::Review;
use guildhall_domain::row::Row;
use uuid::Uuid;

pub(crate) const PEOPLE: [AccountId; 5] =
    [OWNER, OTHER_CLIENT, FREELANCER, OTHER_FREELANCER, ADMIN];

/// Chance that repeats itself: splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    fn coin(&mut self) -> bool {
        self.roll() & 1 == 1
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.roll(), self.roll())
    }

    fn somebody(&mut self) -> AccountId {
        PEOPLE[usize::try_from(self.below(5)).expect("is small")]
    }

    fn somebody_else(&mut self, than: AccountId) -> AccountId {
        loop {
            let found = self.somebody();
            if found != than {
                return found;
            }
        }
    }
}

/// A world of five people, some requests, threads and matches.
pub(crate) fn world(seed: u64) -> Rows {
    let mut dice = Dice(seed);
    let mut rows = Rows::default();
    for id in PEOPLE {
        rows.put(person(id, "Somebody", admin()));
        if dice.coin() {
            rows.put(Profile {
                id,
                text: profile_text(),
                saved: EARLIER,
            });
        }
    }
    for _ in 0..dice.below(4) {
        let id = RequestId(dice.id());
        let client = dice.somebody();
        rows.put(Request {
            id,
            client,
            text: request_text(),
            terms_version: 1,
            places: 1,
            hired: 0,
            stage: RequestStage::Open,
            published: EARLIER,
            changed: EARLIER,
        });
        for _ in 0..dice.below(3) {
            thread(&mut dice, &mut rows, id, client);
        }
        if dice.coin() {
            let owner = dice.somebody_else(client);
            let subject = Subject::Request {
                request: id,
                client,
            };
            bookmark(&mut dice, &mut rows, owner, subject);
        }
        for _ in 0..dice.below(3) {
            let freelancer = dice.somebody_else(client);
            rows.put(Recommendation {
                id: Recommendation::id_of(id, freelancer),
                request: id,
                client,
                freelancer,
                score_version: 1,
                score: 0,
                parts: [0; 5],
                for_client: dice.coin(),
                for_freelancer: dice.coin(),
                at: NOW,
                newcomer: None,
            });
        }
    }
    for _ in 0..dice.below(5) {
        traces(&mut dice, &mut rows);
    }
    rows
}

fn bookmark(dice: &mut Dice, rows: &mut Rows, owner: AccountId, subject: Subject) {
    rows.put(Bookmark {
        id: Bookmark::id_of(owner, subject.id()),
        owner,
        subject,
        stance: if dice.coin() {
            Stance::Saved
        } else {
            Stance::Hidden { because: None }
        },
        at: EARLIER,
    });
}

/// What two people have with each other, up to a random point.
fn thread(dice: &mut Dice, rows: &mut Rows, request: RequestId, client: AccountId) {
    let freelancer = dice.somebody_else(client);
    let application = ApplicationId::of(request, freelancer);
    rows.put(Application {
        id: application,
        request,
        client,
        freelancer,
        message: String::new(),
        price: crate::rows::euro(100),
        terms_version: 1,
        submitted: EARLIER,
        stage: ApplicationStage::Submitted,
    });
    for author in [client, freelancer] {
        if dice.coin() {
            rows.put(Message {
                id: MessageId(dice.id()),
                application,
                author,
                body: String::new(),
                attachments: Vec::new(),
                at: EARLIER,
            });
            rows.put(ReadMark {
                id: ReadMark::id_of(application, author),
                application,
                reader: author,
                up_to: EARLIER,
            });
        }
    }
    if dice.coin() {
        return;
    }
    let offer = OfferId(dice.id());
    rows.put(Offer {
        id: offer,
        application,
        request,
        client,
        freelancer,
        terms: terms(),
        sent: EARLIER,
        stage: OfferStage::Accepted { at: EARLIER },
    });
    let id = ContractId(dice.id());
    rows.put(Contract {
        id,
        offer,
        application,
        request,
        client,
        freelancer,
        title: String::new(),
        terms: terms(),
        began: EARLIER,
        stage: ContractStage::Completed { at: EARLIER },
    });
    for (author, subject) in [(client, freelancer), (freelancer, client)] {
        if dice.coin() {
            rows.put(Review {
                id: ReviewId::of(id, author),
                contract: id,
                author,
                subject,
                title: String::new(),
                stars: 4,
                text: String::new(),
                at: EARLIER,
                sealed: dice.coin(),
            });
        }
    }
}

/// Lines, counts and reviews that lie there by themselves.
fn traces(dice: &mut Dice, rows: &mut Rows) {
    if dice.coin() {
        let owner = dice.somebody();
        let freelancer = dice.somebody_else(owner);
        bookmark(dice, rows, owner, Subject::Freelancer { freelancer });
    }
    let actor = dice.somebody();
    let contract = ContractId(dice.id());
    rows.put(Review {
        id: ReviewId::of(contract, actor),
        contract,
        author: actor,
        subject: dice.somebody_else(actor),
        title: String::new(),
        stars: 4,
        text: String::new(),
        at: EARLIER,
        sealed: dice.coin(),
    });
    let other = if dice.coin() {
        Some(dice.somebody())
    } else {
        None
    };
    rows.put(Activity {
        id: dice.id(),
        at: EARLIER,
        kind: if dice.coin() {
            ActivityKind::ProfileViewed
        } else {
            ActivityKind::MessageSent
        },
        actor,
        other,
        request: None,
        application: None,
        note: String::new(),
    });
    rows.put(Tally {
        id: dice.id(),
        owner: dice.somebody(),
        subject: dice.id(),
        kind: ActivityKind::ProfileViewed,
        day: NOW.day(),
        count: 1,
    });
}

/// What somebody has to do with a row, in every way there is.
pub(crate) fn relations(rows: &Rows, me: AccountId, row: &Row) -> Vec<Thing> {
    let mut found = Vec::new();
    let mut when = |holds: bool, relation, state| {
        if holds {
            found.push(Thing { relation, state });
        }
    };
    match row {
        Row::Person(it) => when(knows(rows, me, it.id), Relation::Knows, State::Plain),
        Row::Profile(it) => when(knows(rows, me, it.id), Relation::Knows, State::Plain),
        Row::Request(it) => when(knows_request(rows, me, it), Relation::Knows, State::Plain),
        Row::Application(it) => when(in_thread(rows, me, it.id), Relation::Party, State::Plain),
        Row::Offer(it) => when(
            in_thread(rows, me, it.application),
            Relation::Party,
            State::Plain,
        ),
        Row::Contract(it) => when(
            in_thread(rows, me, it.application),
            Relation::Party,
            State::Plain,
        ),
        Row::Message(it) => when(
            in_thread(rows, me, it.application),
            Relation::Party,
            State::Plain,
        ),
        Row::ReadMark(it) => when(it.reader == me, Relation::Owner, State::Plain),
        Row::Review(it) => {
            let state = if it.sealed {
                State::Sealed
            } else {
                State::Published
            };
            when(it.author == me, Relation::Owner, state);
            when(knows(rows, me, it.subject), Relation::Knows, state);
        }
        Row::Recommendation(it) => {
            let state = |listed| {
                if listed {
                    State::Listed
                } else {
                    State::Unlisted
                }
            };
            when(it.client == me, Relation::Client, state(it.for_client));
            let listed = state(it.for_freelancer);
            when(it.freelancer == me, Relation::Freelancer, listed);
        }
        Row::Activity(it) => {
            let state = if it.kind == ActivityKind::ProfileViewed {
                State::Glance
            } else {
                State::Plain
            };
            when(it.actor == me, Relation::Owner, state);
            let concerned = it.other == Some(me) && it.actor != me;
            when(concerned, Relation::Subject, state);
        }
        Row::Tally(it) => when(it.owner == me, Relation::Owner, State::Plain),
        Row::Bookmark(it) => when(it.owner == me, Relation::Owner, State::Plain),
    }
    found
}

/// One knows oneself, whom one has a thread with, and whom one was shown as a match.
fn knows(rows: &Rows, me: AccountId, whom: AccountId) -> bool {
    me == whom
        || rows.all().any(|row| match row {
            Row::Application(it) => {
                (it.client, it.freelancer) == (me, whom) || (it.freelancer, it.client) == (me, whom)
            }
            Row::Recommendation(it) => {
                (it.for_client && (it.client, it.freelancer) == (me, whom))
                    || (it.for_freelancer && (it.freelancer, it.client) == (me, whom))
            }
            Row::Bookmark(it) => (it.owner, it.subject.person()) == (me, whom),
            _ => false,
        })
}

/// One knows one's own requests, those one has applied to, and those one was shown as a match.
fn knows_request(rows: &Rows, me: AccountId, request: &Request) -> bool {
    request.client == me
        || rows.all().any(|row| match row {
            Row::Application(it) => (it.request, it.freelancer) == (request.id, me),
            Row::Recommendation(it) => {
                it.for_freelancer && (it.request, it.freelancer) == (request.id, me)
            }
            Row::Bookmark(it) => (it.subject.id(), it.owner) == (request.id.0, me),
            _ => false,
        })
}

fn in_thread(rows: &Rows, me: AccountId, thread: ApplicationId) -> bool {
    rows.find::<Application>(thread)
        .is_some_and(|it| it.client == me || it.freelancer == me)
}
