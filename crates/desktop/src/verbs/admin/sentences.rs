//! Lines of the logs as sentences.

use crate::screens::words;
use guildhall_domain::activity::ActivityKind;
use guildhall_protocol::admin::{AdminActivity, AdminAudit};

/// A line of the activity as a sentence.
pub(super) fn sentence(line: &AdminActivity) -> String {
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
pub(super) fn nobody(kind: &str) -> &'static str {
    match kind {
        "invited" | "setting_changed" => "The operator",
        _ => "Nobody",
    }
}

/// A line of the audit log as a sentence. A server may write kinds that this desktop does not know.
pub(super) fn audited(line: &AdminAudit) -> String {
    let whom = line.whom.as_deref();
    let person = whom.unwrap_or("somebody");
    match line.kind.as_str() {
        "signed_in" => "signed in".to_owned(),
        "oversight_begun" => "signed in once more to keep order".to_owned(),
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
pub(super) fn kind_name(kind: ActivityKind) -> &'static str {
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
                "oversight_begun",
                None,
                "",
                "signed in once more to keep order",
            ),
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
