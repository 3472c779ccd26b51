//! How long it takes to rank everybody for one request, and what a publish costs with all that follows from it.

use crate::bed::{Bed, act, all, redated, size, system_now};
use crate::figure::{Figure, Sample};
use anyhow::{Result, ensure};
use guildhall_catalog::Catalog;
use guildhall_domain::id::RequestId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::Request;
use guildhall_matching::{
    FreelancerFacts, Weights, freelancer_facts, rank_freelancers, relations, request_facts,
};
use guildhall_server::demo::history;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;
use uuid::Uuid;

pub(crate) const SMALL: &str = "road.match_2k_ms";
pub(crate) const LARGE: &str = "road.match_20k_ms";

const TIMES: usize = 5;
/// How many are shown.
const SHOWN: usize = 50;
const PUBLISHED: usize = 40;

/// Ranks so many freelancers for every request of the demo market, from memory.
pub(crate) async fn measure(name: &'static str, freelancers: usize) -> Result<Figure> {
    let now = system_now();
    let rows = history(size(freelancers), now)?.rows;
    let catalog = Catalog::get();
    let (relations, weights) = (relations(catalog), Weights::default());
    let people: BTreeMap<_, &Person> = all::<Person>(&rows)
        .map(|person| (person.id, person))
        .collect();
    let everybody: Vec<FreelancerFacts> = all::<Profile>(&rows)
        .filter_map(|profile| {
            let person = people.get(&profile.id)?;
            Some(freelancer_facts(profile, person, catalog, now.day()))
        })
        .collect();
    ensure!(everybody.len() >= freelancers, "the market is too small");

    let mut took = Vec::new();
    let mut found = 0;
    let mut requests = 0;
    for request in all::<Request>(&rows) {
        let request = Request {
            text: redated(&request.text, now),
            ..request.clone()
        };
        let facts = request_facts(&request, catalog);
        requests += 1;
        for _ in 0..TIMES {
            let begun = Instant::now();
            let ranking = rank_freelancers(
                black_box(&facts),
                everybody.iter(),
                &relations,
                &weights,
                SHOWN,
            );
            took.push(begun.elapsed());
            found += black_box(ranking).matches.len();
        }
    }
    ensure!(requests >= 100, "the market has hardly any requests");
    let took = Sample::of(took);
    let published = publishes(freelancers).await?;
    Ok(Figure::new(
        name,
        took.median(),
        "ms",
        format!(
            "n={}, {requests} requests over {} freelancers in memory, least {:.2}, p99 {:.2}, most {:.2}, {} shown on average; \
             the whole publish in the writer, with match rows and commit on disk: median {:.1} ms, most {:.1} (n={})",
            took.count(),
            everybody.len(),
            took.least(),
            took.permille(990),
            took.most(),
            found / took.count(),
            published.median(),
            published.most(),
            published.count(),
        ),
    ))
}

/// Publishes through the writer, one at a time.
async fn publishes(freelancers: usize) -> Result<Sample> {
    let bed = Bed::lay(freelancers).await?;
    let market = bed.open().await?;
    let client = bed.client()?;
    let mut took = Vec::new();
    for text in bed.wishes().take(PUBLISHED) {
        let publish = Mutation::PublishRequest {
            id: RequestId(Uuid::now_v7()),
            text: Box::new(text),
        };
        let begun = Instant::now();
        act(&market, client, publish).await?;
        took.push(begun.elapsed());
    }
    market.store.close().await;
    Ok(Sample::of(took))
}
