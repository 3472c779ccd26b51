//! What an admin sees and does. It needs the server; nothing of it is kept here.

use super::{account, id};
use crate::Desktop;
use crate::error::Error;
use crate::event::Event;
use crate::screens::{self, words};
use crate::view::account::SignInRow;
use crate::view::admin::{
    AdminActivityRow, AdminHomeView, AdminPersonRow, AdminRequestRow, CountView,
};
use crate::view::chart::ChartView;
use guildhall_analytics::{Event as Counted, Kind, Now, Role};
use guildhall_domain::activity::ActivityKind;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_protocol::account::SignIn;
use guildhall_protocol::admin::{
    AdminAct, AdminActivity, AdminAudit, AdminEvent, AdminHome, AdminPerson, AdminRequest,
    AdminSignOut, Claim,
};
use guildhall_protocol::path;
use guildhall_storage::StoreError;
use serde_json::json;
use serde_json::value::to_raw_value;
use uuid::Uuid;

/// How many lines of the log the home shows.
const LATEST: usize = 12;

impl Desktop {
    /// Turns the server's one-time secret into the admin role.
    ///
    /// # Errors
    /// [`Error::Problem`] when the secret is wrong.
    pub async fn claim_admin(&self, secret: String) -> Result<(), Error> {
        self.transport()
            .await?
            .post_quietly(path::ADMIN_CLAIM, &Claim { secret })
            .await?;
        self.tell(Event::SessionChanged);
        Ok(())
    }

    /// Counts and the newest activity.
    ///
    /// # Errors
    /// [`Error::Offline`], or [`Error::Problem`] for somebody who is no admin.
    pub async fn admin_home(&self) -> Result<AdminHomeView, Error> {
        let transport = self.transport().await?;
        let home: AdminHome = transport.get(path::ADMIN_HOME, "").await?;
        let mut activity = self.admin_activity(String::new()).await?;
        activity.truncate(LATEST);
        let count = |label: &str, value: u32, line: String| CountView {
            label: label.to_owned(),
            value,
            line,
        };
        Ok(AdminHomeView {
            counts: vec![
                count(
                    "People",
                    home.people,
                    format!("{} suspended", home.suspended),
                ),
                count(
                    "Open requests",
                    home.open_requests,
                    format!("{} ever published", home.requests),
                ),
                count("Applications", home.applications, "all time".to_owned()),
                count(
                    "Running contracts",
                    home.running,
                    format!("{} completed", home.completed),
                ),
            ],
            activity,
            as_of: screens::milliseconds(home.at),
        })
    }

    /// People by name.
    ///
    /// # Errors
    /// As [`Desktop::admin_home`].
    pub async fn admin_people(&self, search: String) -> Result<Vec<AdminPersonRow>, Error> {
        let people: Vec<AdminPerson> = self
            .transport()
            .await?
            .get(path::ADMIN_PEOPLE, &search)
            .await?;
        Ok(people
            .into_iter()
            .map(|person| AdminPersonRow {
                id: person.id.to_string(),
                name: person.name,
                roles: screens::roles(person.roles),
                joined: screens::milliseconds(person.joined),
                suspended: person.suspended,
            })
            .collect())
    }

    /// Where somebody is signed in, the one last used first.
    ///
    /// # Errors
    /// As [`Desktop::admin_home`].
    pub async fn admin_sign_ins(&self, person: String) -> Result<Vec<SignInRow>, Error> {
        let person: AccountId = id(&person, "person")?;
        let path = path::ADMIN_SIGN_INS.replace("{id}", &person.to_string());
        let found: Vec<SignIn> = self.transport().await?.get(&path, "").await?;
        Ok(found.into_iter().map(account::row).collect())
    }

    /// Signs somebody out everywhere.
    ///
    /// # Errors
    /// [`Error::Problem`] without a reason, and as [`Desktop::admin_home`].
    pub async fn admin_sign_out(&self, person: String, reason: String) -> Result<(), Error> {
        let person: AccountId = id(&person, "person")?;
        let path = path::ADMIN_SIGN_INS_END.replace("{id}", &person.to_string());
        self.transport()
            .await?
            .post_quietly(&path, &AdminSignOut { reason })
            .await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Signs somebody out on one computer.
    ///
    /// # Errors
    /// As [`Desktop::admin_sign_out`].
    pub async fn admin_end_sign_in(
        &self,
        person: String,
        sign_in: String,
        reason: String,
    ) -> Result<(), Error> {
        let person: AccountId = id(&person, "person")?;
        let sign_in: Uuid = id(&sign_in, "sign-in")?;
        let path = path::ADMIN_SIGN_IN_END
            .replace("{id}", &person.to_string())
            .replace("{sign_in}", &sign_in.to_string());
        self.transport()
            .await?
            .post_quietly(&path, &AdminSignOut { reason })
            .await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Requests by title.
    ///
    /// # Errors
    /// As [`Desktop::admin_home`].
    pub async fn admin_requests(&self, search: String) -> Result<Vec<AdminRequestRow>, Error> {
        let requests: Vec<AdminRequest> = self
            .transport()
            .await?
            .get(path::ADMIN_REQUESTS, &search)
            .await?;
        Ok(requests
            .into_iter()
            .map(|request| AdminRequestRow {
                id: request.id.to_string(),
                title: request.title,
                client: request.client,
                stage: words::capitalised(&request.stage),
                applications: request.applications,
                published: screens::milliseconds(request.published),
                removed: request.removed,
            })
            .collect())
    }

    /// The activity log.
    ///
    /// # Errors
    /// As [`Desktop::admin_home`].
    pub async fn admin_activity(&self, search: String) -> Result<Vec<AdminActivityRow>, Error> {
        let lines: Vec<AdminActivity> = self
            .transport()
            .await?
            .get(path::ADMIN_ACTIVITY, &search)
            .await?;
        Ok(lines
            .into_iter()
            .map(|line| AdminActivityRow {
                id: line.id.to_string(),
                at: screens::milliseconds(line.at),
                what: sentence(&line),
                who: line.who,
                kind: kind_name(line.kind).to_owned(),
            })
            .collect())
    }

    /// The audit log: what happened to accounts and roles.
    ///
    /// # Errors
    /// As [`Desktop::admin_home`].
    pub async fn admin_audit(&self, search: String) -> Result<Vec<AdminActivityRow>, Error> {
        let lines: Vec<AdminAudit> = self
            .transport()
            .await?
            .get(path::ADMIN_AUDIT, &search)
            .await?;
        Ok(lines
            .into_iter()
            .map(|line| AdminActivityRow {
                id: line.number.to_string(),
                at: screens::milliseconds(line.at),
                what: audited(&line),
                who: line.who.unwrap_or_else(|| nobody(&line.kind).to_owned()),
                kind: line.kind,
            })
            .collect())
    }

    /// Suspends a person.
    ///
    /// # Errors
    /// [`Error::Problem`] when the reason is missing or it is done already.
    pub async fn admin_suspend(&self, person: String, reason: String) -> Result<(), Error> {
        self.moderate(
            "person.suspend",
            json!({ "person": person, "reason": reason }),
        )
        .await
    }

    /// Lifts a suspension.
    ///
    /// # Errors
    /// As [`Desktop::admin_suspend`].
    pub async fn admin_restore(&self, person: String, reason: String) -> Result<(), Error> {
        self.moderate(
            "person.restore",
            json!({ "person": person, "reason": reason }),
        )
        .await
    }

    /// Takes a request down.
    ///
    /// # Errors
    /// As [`Desktop::admin_suspend`].
    pub async fn admin_remove_request(&self, request: String, reason: String) -> Result<(), Error> {
        self.moderate("request.remove", json!({ "id": request, "reason": reason }))
            .await
    }

    async fn moderate(&self, name: &str, args: serde_json::Value) -> Result<(), Error> {
        let args = to_raw_value(&args).map_err(StoreError::from)?;
        let act = AdminAct {
            id: MutationId(Uuid::now_v7()),
            name: name.to_owned(),
            args,
        };
        self.transport()
            .await?
            .post_quietly(path::ADMIN_ACT, &act)
            .await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// The three charts of the whole marketplace.
    ///
    /// # Errors
    /// As [`Desktop::admin_home`].
    pub async fn admin_charts(&self) -> Result<Vec<ChartView>, Error> {
        let events: Vec<AdminEvent> = self.transport().await?.get(path::ADMIN_EVENTS, "").await?;
        let counted: Vec<Counted> = events.iter().flat_map(counted).collect();
        let now = Now {
            at_ms: (self.clock)().0,
            utc_offset_minutes: self.utc_offset_minutes(),
        };
        Ok(screens::drawn_charts(&counted, Role::Admin, now))
    }
}

/// An event as the charts count it. A message is sent by one and received by the other: the thread of each is their own.
fn counted(event: &AdminEvent) -> Vec<Counted> {
    let thread = event.application.unwrap_or_default().as_u128();
    let kind = match event.kind {
        ActivityKind::RequestViewed => Kind::Viewed,
        ActivityKind::Applied => Kind::Applied,
        ActivityKind::OfferMade => Kind::Offered,
        ActivityKind::OfferAccepted => Kind::Accepted,
        ActivityKind::DeliveryAccepted => Kind::Completed,
        ActivityKind::RequestPublished => Kind::Published,
        ActivityKind::Reviewed => Kind::Reviewed,
        ActivityKind::MessageSent => Kind::MessageSent {
            thread: thread ^ event.actor.0.as_u128(),
        },
        ActivityKind::Joined
        | ActivityKind::ProfileSaved
        | ActivityKind::RequestEdited
        | ActivityKind::RequestPaused
        | ActivityKind::RequestResumed
        | ActivityKind::RequestCancelled
        | ActivityKind::RequestRemoved
        | ActivityKind::RequestExpired
        | ActivityKind::ProfileViewed
        | ActivityKind::ApplicationViewed
        | ActivityKind::ApplicationWithdrawn
        | ActivityKind::ApplicationShortlisted
        | ActivityKind::ApplicationDeclined
        | ActivityKind::OfferRevoked
        | ActivityKind::OfferDeclined
        | ActivityKind::Delivered
        | ActivityKind::ChangesRequested
        | ActivityKind::ContractCancelled
        | ActivityKind::PersonSuspended
        | ActivityKind::PersonRestored
        | ActivityKind::RoleChanged
        | ActivityKind::RoleTaken => return Vec::new(),
    };
    let one = |kind| Counted {
        at_ms: event.at.0,
        kind,
        request: event.request.map_or(0, |id| id.0.as_u128()),
        application: event.application.map(|id| id.as_u128()),
        weight: 1,
    };
    match (event.kind, event.other) {
        (ActivityKind::MessageSent, Some(other)) => {
            vec![
                one(kind),
                one(Kind::MessageReceived {
                    thread: thread ^ other.0.as_u128(),
                }),
            ]
        }
        _ => vec![one(kind)],
    }
}

fn sentence(line: &AdminActivity) -> String {
    let title = line
        .title
        .as_deref()
        .map_or_else(|| "a request".to_owned(), words::quoted);
    let other = line.other.as_deref().unwrap_or("somebody");
    match line.kind {
        ActivityKind::Joined => "joined".to_owned(),
        ActivityKind::ProfileSaved => "saved their profile".to_owned(),
        ActivityKind::RequestPublished => format!("published {title}"),
        ActivityKind::RequestEdited => format!("changed {title}"),
        ActivityKind::RequestPaused => format!("paused {title}"),
        ActivityKind::RequestResumed => format!("reopened {title}"),
        ActivityKind::RequestCancelled => format!("cancelled {title}"),
        ActivityKind::RequestExpired => format!("let {title} run out"),
        ActivityKind::RequestRemoved => format!("removed {title}: {}", line.note),
        ActivityKind::RequestViewed => format!("opened {title}"),
        ActivityKind::ProfileViewed => format!("opened the profile of {other}"),
        ActivityKind::ApplicationViewed => format!("opened the application of {other} to {title}"),
        ActivityKind::Applied => format!("applied to {title}"),
        ActivityKind::ApplicationWithdrawn => format!("withdrew from {title}"),
        ActivityKind::ApplicationShortlisted => format!("shortlisted {other} for {title}"),
        ActivityKind::ApplicationDeclined => format!("declined {other} for {title}"),
        ActivityKind::OfferMade => format!("made {other} an offer for {title}"),
        ActivityKind::OfferRevoked => format!("took an offer back from {other}"),
        ActivityKind::OfferAccepted => format!("accepted the offer of {other} for {title}"),
        ActivityKind::OfferDeclined => format!("declined the offer of {other} for {title}"),
        ActivityKind::MessageSent => format!("wrote to {other}"),
        ActivityKind::Delivered => format!("delivered {title}"),
        ActivityKind::ChangesRequested => format!("asked {other} for changes to {title}"),
        ActivityKind::DeliveryAccepted => format!("accepted the work of {other} on {title}"),
        ActivityKind::ContractCancelled => {
            format!("cancelled the contract with {other} on {title}")
        }
        ActivityKind::Reviewed => format!("reviewed {other}"),
        ActivityKind::PersonSuspended => format!("suspended {other}: {}", line.note),
        ActivityKind::PersonRestored => format!("restored {other}: {}", line.note),
        ActivityKind::RoleChanged => trusted(line.other.as_deref(), &line.note),
        ActivityKind::RoleTaken => distrusted(line.other.as_deref(), &line.note),
    }
}

/// That somebody got a role: by themselves or from the operator, or from an admin.
fn trusted(whom: Option<&str>, role: &str) -> String {
    match whom {
        None => format!("became {role}"),
        Some(whom) => format!("gave {whom} a role: {role}"),
    }
}

/// That somebody lost a role.
fn distrusted(whom: Option<&str>, role: &str) -> String {
    match whom {
        None => format!("lost a role: {role}"),
        Some(whom) => format!("took a role from {whom}: {role}"),
    }
}

/// What stands for a name where nobody was signed in.
fn nobody(kind: &str) -> &'static str {
    match kind {
        "invited" | "setting_changed" => "The operator",
        _ => "Nobody",
    }
}

/// A line of the audit log as a sentence. A server may write kinds that this desktop does not know.
fn audited(line: &AdminAudit) -> String {
    let whom = line.whom.as_deref();
    let person = whom.unwrap_or("somebody");
    match line.kind.as_str() {
        "signed_in" => "signed in".to_owned(),
        "sign_ins_failed" => {
            let account = whom.unwrap_or("an address that has no account");
            let s = if line.note == "1" { "" } else { "s" };
            format!(
                "could sign in as {account}: {} wrong password{s}",
                line.note
            )
        }
        "signed_out" => format!("signed {person} out everywhere: {}", line.note),
        "sign_in_ended" => format!("signed {person} out on one computer: {}", line.note),
        "invited" => match line.note.as_str() {
            "accepted" => "accepted an invitation".to_owned(),
            "taken back" => "took an invitation back".to_owned(),
            "came to nothing" => "accepted an invitation, which came to nothing".to_owned(),
            made => format!("made an invitation {made}"),
        },
        "setting_changed" => format!("set {}", line.note),
        "password_set" => "got another password".to_owned(),
        "second_factor_on" => "is asked for a code after the password".to_owned(),
        "second_factor_off" => "is asked for no code after the password any more".to_owned(),
        "recovery_codes_renewed" => "got other recovery codes".to_owned(),
        "passkey_added" => format!("added the passkey {}", line.note),
        "passkey_removed" => format!("removed the passkey {}", line.note),
        "token_made" => format!("made an API token: {}", line.note),
        "token_revoked" => format!("revoked the API token {}", line.note),
        "identity_linked" => format!("can sign in through {}", line.note),
        "identity_unlinked" => format!("can sign in through {} no more", line.note),
        "provider_refused" => format!("was refused at a provider: {}", line.note),
        "exported" => "took along what is held about them".to_owned(),
        "leave_asked" => "asked to be deleted".to_owned(),
        "leave_taken_back" => "stays after all".to_owned(),
        "erased" => "was deleted".to_owned(),
        "role_changed" => trusted(whom, &line.note),
        "role_taken" => distrusted(whom, &line.note),
        "suspended" => format!("suspended {person}: {}", line.note),
        "restored" => format!("restored {person}: {}", line.note),
        // The note begins with the title, as it was at that time.
        "request_removed" => format!("removed {}", line.note),
        other => {
            let mut sentence = other.replace('_', " ");
            for more in [whom.unwrap_or_default(), line.note.as_str()] {
                if !more.is_empty() {
                    sentence.push_str(": ");
                    sentence.push_str(more);
                }
            }
            sentence
        }
    }
}

/// The group a line belongs to.
fn kind_name(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Joined
        | ActivityKind::RoleChanged
        | ActivityKind::RoleTaken
        | ActivityKind::ProfileSaved => "account",
        ActivityKind::RequestPublished
        | ActivityKind::RequestEdited
        | ActivityKind::RequestPaused
        | ActivityKind::RequestResumed
        | ActivityKind::RequestExpired
        | ActivityKind::RequestCancelled => "request",
        ActivityKind::RequestViewed
        | ActivityKind::ProfileViewed
        | ActivityKind::ApplicationViewed => "view",
        ActivityKind::Applied
        | ActivityKind::ApplicationWithdrawn
        | ActivityKind::ApplicationShortlisted
        | ActivityKind::ApplicationDeclined => "application",
        ActivityKind::OfferMade
        | ActivityKind::OfferRevoked
        | ActivityKind::OfferAccepted
        | ActivityKind::OfferDeclined => "offer",
        ActivityKind::MessageSent => "message",
        ActivityKind::Delivered
        | ActivityKind::ChangesRequested
        | ActivityKind::DeliveryAccepted
        | ActivityKind::ContractCancelled => "contract",
        ActivityKind::Reviewed => "review",
        ActivityKind::RequestRemoved
        | ActivityKind::PersonSuspended
        | ActivityKind::PersonRestored => "moderation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::time::Timestamp;

    fn told(kind: &str, whom: Option<&str>, note: &str) -> String {
        audited(&AdminAudit {
            number: 1,
            at: Timestamp(0),
            kind: kind.to_owned(),
            who: None,
            whom: whom.map(str::to_owned),
            note: note.to_owned(),
        })
    }

    #[test]
    fn lines_of_the_audit_log_are_sentences_after_a_name() {
        let ben = Some("Ben");
        for (kind, whom, note, sentence) in [
            ("signed_in", None, "password", "signed in"),
            (
                "sign_ins_failed",
                ben,
                "1",
                "could sign in as Ben: 1 wrong password",
            ),
            (
                "sign_ins_failed",
                None,
                "3",
                "could sign in as an address that has no account: 3 wrong passwords",
            ),
            ("role_changed", None, "freelancer", "became freelancer"),
            (
                "role_changed",
                ben,
                "moderator — Knows the trade",
                "gave Ben a role: moderator — Knows the trade",
            ),
            (
                "role_taken",
                ben,
                "admin — Has left",
                "took a role from Ben: admin — Has left",
            ),
            (
                "role_taken",
                None,
                "admin — By the operator",
                "lost a role: admin — By the operator",
            ),
            ("suspended", ben, "Spam.", "suspended Ben: Spam."),
            (
                "signed_out",
                ben,
                "Lost.",
                "signed Ben out everywhere: Lost.",
            ),
            (
                "invited",
                Some("0192"),
                "for 2 accounts",
                "made an invitation for 2 accounts",
            ),
            (
                "invited",
                Some("0192"),
                "accepted",
                "accepted an invitation",
            ),
            (
                "setting_changed",
                None,
                "registration: open",
                "set registration: open",
            ),
            (
                "of_a_later_server",
                ben,
                "Why.",
                "of a later server: Ben: Why.",
            ),
            ("of_a_later_server", None, "", "of a later server"),
        ] {
            assert_eq!(told(kind, whom, note), sentence);
        }
    }
}
