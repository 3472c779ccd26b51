use super::*;
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::request::RequestStage;
use std::collections::BTreeMap;

const NOW: Timestamp = Timestamp(1_795_000_000_000);

#[test]
fn probe() {
    let began = std::time::Instant::now();
    let history = history(Size::default(), NOW).unwrap();
    eprintln!("{:?} acts {} rows {}", began.elapsed(), history.acts, history.rows.len());
    let mut tables: BTreeMap<_, usize> = BTreeMap::new();
    let mut kinds: BTreeMap<ActivityKind, usize> = BTreeMap::new();
    let mut stages: BTreeMap<String, usize> = BTreeMap::new();
    for row in &history.rows {
        *tables.entry(row.table()).or_default() += 1;
        if let Some(a) = Activity::in_row(row) { *kinds.entry(a.kind).or_default() += 1; }
        if let Some(r) = Request::in_row(row) {
            let s = match r.stage { RequestStage::Open => "open", RequestStage::Paused{..} => "paused", RequestStage::Filled{..} => "filled", RequestStage::Closed{..} => "closed", RequestStage::Cancelled{..} => "cancelled", RequestStage::Removed{..} => "removed" };
            *stages.entry(s.into()).or_default() += 1;
        }
    }
    eprintln!("{tables:?}\n{kinds:?}\n{stages:?}");
}

#[test]
fn probe_gates() {
    use guildhall_matching::*;
    let catalog = guildhall_catalog::Catalog::get();
    let history = history(Size::default(), NOW).unwrap();
    let people: BTreeMap<_, _> = history.rows.iter().filter_map(Person::in_row).map(|p| (p.id, p)).collect();
    let facts: Vec<_> = history.rows.iter().filter_map(Profile::in_row).map(|p| freelancer_facts(p, people[&p.id], catalog, NOW.day())).collect();
    let relations = relations(catalog);
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    let (mut none, mut few, mut n) = (0, 0, 0);
    for r in history.rows.iter().filter_map(Request::in_row).filter(|r| r.is_open()) {
        let f = request_facts(r, catalog);
        let ranked = rank_freelancers(&f, &facts, &relations, &Weights::default(), 1000);
        n += 1;
        if ranked.matches.is_empty() { none += 1; }
        if ranked.matches.len() < 5 { few += 1; }
        // among those meeting skills
        for e in ranked.excluded { let k = format!("{:?}", e.why); let k = k.split('(').next().unwrap().to_owned(); *total.entry(k).or_default() += e.count; }
        let s = r.text.work;
        *total.entry(format!("matches {s:?}")).or_default() += ranked.matches.len();
        *total.entry(format!("requests {s:?}")).or_default() += 1;
    }
    eprintln!("open {n} none {none} few {few} {total:?}");
}
