//! Bodies of searching.

use crate::{is_refused, stays};
use guildhall_protocol::find::{Find, FoundPage, FoundTalent, FoundWork, Near, Sort};

#[test]
fn a_question_may_leave_everything_out() {
    let nothing: Find = serde_json::from_str("{}").expect("is a question");
    assert_eq!(nothing, Find::default());
    assert_eq!(nothing.sort, Sort::Relevance);
    let near: Near =
        serde_json::from_str(r#"{"place": 1, "radius_km": 2}"#).expect("is around a place");
    assert!(!near.or_remote);
}

#[test]
fn a_question_with_everything() {
    stays::<Find>(
        r#"{"text": "k8s", "categories": ["it"], "skills": [1001], "work": ["remote", "on_site", "hybrid"],
            "near": {"place": 2879139, "radius_km": 50, "or_remote": true}, "countries": ["DE"],
            "from": "2026-12-01", "until": "2026-12-31",
            "rate": {"least": 5000, "most": null, "currency": "EUR", "or_open": true},
            "languages": ["de"], "stars": {"tenths": 45, "or_new": true}, "sort": "nearest",
            "after": "1.2.3", "limit": 10}"#,
    );
    is_refused::<Find>(r#"{"words": "k8s"}"#);
    is_refused::<Find>(r#"{"sort": "best"}"#);
    is_refused::<Find>(r#"{"near": {"place": 1, "radius_km": 70000}}"#);
}

#[test]
fn an_answer() {
    stays::<FoundPage>(
        r#"{"total": 3, "facets": {"categories": [{"value": "it", "count": 3}],
            "skills": [{"value": 1001, "count": 2}], "work": [{"value": "remote", "count": 1}],
            "countries": [{"value": "DE", "count": 0}]}, "next": "1.2",
            "understood": [{"word": "k8s", "skill": 1001, "meant": ["kubernete"]}]}"#,
    );
    let empty = r#""page": {"total": 0, "facets": {"categories": [], "skills": [], "work": [], "countries": []},
            "next": null, "understood": []}, "version": 7, "at": 8"#;
    let person = r#"{"id": "00000000-0000-0000-0000-000000000001", "name": "Ada",
            "roles": {"freelancer": true, "client": true, "moderator": false, "admin": false}, "status": {"kind": "active"},
            "standing": {"stars": 9, "reviews": 2, "completed": 2, "cancelled": 0}, "joined": 1}"#;
    stays::<FoundWork>(&format!(
        r#"{{{empty}, "results": [{{"km": null, "client": {person}, "request": {{"id": "00000000-0000-0000-0000-000000000002",
            "client": "00000000-0000-0000-0000-000000000001", "title": "A ledger", "description": "", "category": "it",
            "skills": [], "work": "remote", "place": null, "start": "2026-12-01", "end": "2026-12-31", "hours_per_week": 20,
            "budget": null, "time_zone": "Europe/Berlin", "languages": [], "terms_version": 1, "places": 1, "hired": 0,
            "stage": "open", "published": 1, "changed": 1}}}}]}}"#
    ));
    stays::<FoundTalent>(&format!(
        r#"{{{empty}, "results": [{{"km": 12, "person": {person}, "profile": {{"id": "00000000-0000-0000-0000-000000000001",
            "photo": null, "headline": "Keeps ledgers", "bio": "", "category": "it", "skills": [], "portfolio": [],
            "languages": [], "rate": null, "place": 2879139, "remote_only": false, "travel_radius_km": 0,
            "time_zone": "Europe/Berlin", "hours_per_week": 20, "free_from": null, "saved": 1}}}}]}}"#
    ));
}
