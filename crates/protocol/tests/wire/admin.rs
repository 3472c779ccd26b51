//! Bodies of the admin's endpoints, of `/v1/me` and of `/v1/health`.

use crate::{is_refused, stays};
use guildhall_protocol::admin::{
    AdminAct, AdminActivity, AdminAudit, AdminEvent, AdminHome, AdminPerson, AdminRequest, Claim,
    Health, Me,
};

#[test]
fn who_one_is_and_whether_the_server_lives() {
    stays::<Health>(r#"{"status": "ok", "protocol": 1, "version": "0.1.0"}"#);
    stays::<Me>(
        r#"{"person": {"id": "00000000-0000-0000-0000-000000000001", "name": "Ada",
            "roles": {"freelancer": true, "client": true, "moderator": true, "admin": false}, "status": {"kind": "active"},
            "standing": {"stars": 0, "reviews": 0, "completed": 0, "cancelled": 0}, "joined": 1}}"#,
    );
}

#[test]
fn what_an_admin_sends() {
    stays::<Claim>(r#"{"secret": "AAAAA-BBBBB-CCCCC-DDDDD"}"#);
    stays::<AdminAct>(
        r#"{"id": "00000000-0000-0000-0000-000000000001", "name": "person.suspend",
            "args": {"person": "00000000-0000-0000-0000-000000000002", "reason": "Wrote to strangers."}}"#,
    );
    is_refused::<Claim>(r#"{"secret": "A", "more": 1}"#);
    is_refused::<AdminAct>(
        r#"{"id": "00000000-0000-0000-0000-000000000001", "name": "", "args": {}, "more": 1}"#,
    );
}

#[test]
fn what_an_admin_is_shown() {
    stays::<AdminHome>(
        r#"{"people": 1, "suspended": 2, "open_requests": 3, "requests": 4, "applications": 5,
            "running": 6, "completed": 7, "at": 8}"#,
    );
    stays::<AdminPerson>(
        r#"{"id": "00000000-0000-0000-0000-000000000001", "name": "Ada",
            "roles": {"freelancer": false, "client": true, "moderator": false, "admin": true}, "joined": 1, "suspended": null}"#,
    );
    stays::<AdminRequest>(
        r#"{"id": "00000000-0000-0000-0000-000000000001", "title": "A ledger", "client": "Ada",
            "stage": "removed", "applications": 2, "published": 1, "removed": "It sells something."}"#,
    );
    stays::<AdminActivity>(
        r#"{"id": "00000000-0000-0000-0000-000000000001", "at": 1, "who": "Ada", "kind": "person_suspended",
            "other": "Ben", "title": null, "note": "Wrote to strangers."}"#,
    );
    stays::<AdminAudit>(
        r#"{"number": 7, "at": 1, "kind": "suspended", "who": "Ada", "whom": "Ben", "note": "Wrote to strangers."}"#,
    );
    stays::<AdminEvent>(
        r#"{"at": 1, "kind": "applied", "actor": "00000000-0000-0000-0000-000000000001",
            "other": "00000000-0000-0000-0000-000000000004",
            "request": "00000000-0000-0000-0000-000000000002", "application": null}"#,
    );
}
