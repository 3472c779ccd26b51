//! The audit log over real databases: it is only added to, by several at once too, and shows where it was tampered with.

use crate::bed::{Bed, on_both, run};
use crate::samples::{ADA, BEN, alone, commit};
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::{Mutation, OpenRole, TrustedRole};
use guildhall_storage::server::{
    Act, AuditBroken, AuditHead, AuditKind, AuditNote, Job, Pool, ServerStore,
};
use uuid::Uuid;

on_both!(
    what_admins_do_is_in_the_log_with_the_act,
    a_line_cannot_be_changed_or_taken_out,
    a_line_that_was_changed_all_the_same_is_named,
    lines_of_many_at_once_stand_one_after_another,
);

fn note(text: &str) -> AuditNote {
    AuditNote {
        kind: AuditKind::SettingChanged,
        who: Some(ADA.0),
        whom: None,
        note: text.to_owned(),
    }
}

async fn verify(store: &ServerStore, kept: Option<AuditHead>) -> Result<AuditHead, AuditBroken> {
    store.audit().verify(kept).await.expect("is read")
}

async fn what_admins_do_is_in_the_log_with_the_act(bed: Bed) {
    let store = bed.open().await;
    assert_eq!(verify(&store, None).await, Ok(AuditHead::START));

    let grant = Job {
        account: ADA,
        system: true,
        device: None,
        acts: vec![Act {
            link: None,
            id: MutationId(Uuid::from_u128(900)),
            mutation: Ok(Mutation::GrantRole {
                person: ADA,
                role: TrustedRole::Admin,
                reason: "By the operator.".to_owned(),
            }),
        }],
    };
    commit(&store, &[grant]).await;
    let suspend = Mutation::SuspendPerson {
        person: BEN,
        reason: "Wrote to strangers.".to_owned(),
    };
    commit(&store, &[alone(ADA, 901, suspend.clone())]).await;
    // What was refused, and what was decided before, leaves no line.
    commit(
        &store,
        &[alone(ADA, 901, suspend.clone()), alone(ADA, 902, suspend)],
    )
    .await;
    let role = OpenRole::Freelancer;
    commit(&store, &[alone(ADA, 903, Mutation::AddRole { role })]).await;

    let lines = store.audit().after(0).await.expect("is read");
    let told: Vec<(&str, &str, &str, &str)> = lines
        .iter()
        .map(|line| (&*line.kind, &*line.who, &*line.whom, &*line.note))
        .collect();
    let (ada, ben) = (ADA.to_string(), BEN.to_string());
    assert_eq!(
        told,
        [
            ("role_changed", &*ada, "", "admin — By the operator."),
            ("suspended", &*ada, &*ben, "Wrote to strangers."),
            ("role_changed", &*ada, "", "freelancer"),
        ]
    );
    let head = store.audit().head().await.expect("is read");
    assert_eq!(verify(&store, Some(head)).await, Ok(head));
}

async fn a_line_cannot_be_changed_or_taken_out(bed: Bed) {
    let store = bed.open().await;
    store
        .audit()
        .add(&[note("one"), note("two")], 5)
        .await
        .expect("is added");
    for sql in [
        "update audit set note = 'nothing'",
        "delete from audit where seq = 2",
    ] {
        let refused = match store.pool() {
            Pool::Sqlite(pool) => sqlx::raw_sql(sql).execute(&pool).await.is_err(),
            Pool::Postgres(pool) => sqlx::raw_sql(sql).execute(&pool).await.is_err(),
        };
        assert!(refused, "{sql}");
    }
    assert_eq!(store.audit().after(0).await.expect("is read").len(), 2);
}

async fn a_line_that_was_changed_all_the_same_is_named(bed: Bed) {
    let store = bed.open().await;
    for batch in 0..11 {
        let notes: Vec<AuditNote> = (0..100)
            .map(|number| note(&format!("setting {batch}-{number}")))
            .collect();
        store.audit().add(&notes, batch).await.expect("is added");
    }
    let kept = store.audit().head().await.expect("is read");
    assert_eq!(verify(&store, Some(kept)).await, Ok(kept));
    open_the_lock(&store).await;

    run(&store, "delete from audit where seq > 1099").await;
    let cut = AuditBroken::Cut {
        ends: 1_099,
        had: 1_100,
    };
    assert_eq!(verify(&store, Some(kept)).await, Err(cut));
    assert!(verify(&store, None).await.is_ok(), "the chain itself holds");
    run(
        &store,
        "update audit set note = note || '!' where seq = 1050",
    )
    .await;
    assert_eq!(verify(&store, None).await, Err(AuditBroken::Changed(1_050)));
    run(&store, "delete from audit where seq = 7").await;
    assert_eq!(verify(&store, None).await, Err(AuditBroken::Missing(7)));
}

/// Takes away what keeps lines from being changed, as somebody with the database in their hands can.
async fn open_the_lock(store: &ServerStore) {
    match store.pool() {
        Pool::Sqlite(_) => run(store, "drop trigger audit_stays; drop trigger audit_keeps").await,
        Pool::Postgres(_) => run(store, "drop trigger audit_stays on audit").await,
    }
}

async fn lines_of_many_at_once_stand_one_after_another(bed: Bed) {
    let store = bed.open().await;
    let mut adding = Vec::new();
    for writer in 0..8 {
        let audit = store.audit();
        adding.push(tokio::spawn(async move {
            for number in 0..10 {
                let notes = [note(&format!("{writer}-{number}"))];
                audit.add(&notes, number).await.expect("is added");
            }
        }));
    }
    for added in adding {
        added.await.expect("does not panic");
    }
    let head = verify(&store, None).await.expect("holds");
    assert_eq!(head.seq, 80);
}
