//! What somebody says about a request or a freelancer, as an act.

use super::Unread;
use crate::view::bookmark::{BookmarkForm, StanceView};
use guildhall_domain::bookmark::{Because, Stance, Subject};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Mutation;
use uuid::Uuid;

/// Reads the form.
///
/// # Errors
/// `not_found` for what is no id; `validation` for a reason that is none.
pub fn bookmark(form: &BookmarkForm) -> Result<Mutation, Denied> {
    let parse = |text: &str| text.parse::<Uuid>();
    let about = parse(&form.about).map_err(|_| Denied::not_found("request or freelancer"))?;
    let stance = match form.stance {
        StanceView::None => return Ok(Mutation::RemoveBookmark { about }),
        StanceView::Saved => Stance::Saved,
        StanceView::Hidden => Stance::Hidden {
            because: because(&form.because)?,
        },
    };
    let subject = match &form.client {
        Some(client) => Subject::Request {
            request: RequestId(about),
            client: AccountId(parse(client).map_err(|_| Denied::not_found("client"))?),
        },
        None => Subject::Freelancer {
            freelancer: AccountId(about),
        },
    };
    Ok(Mutation::PutBookmark { subject, stance })
}

fn because(word: &str) -> Result<Option<Because>, Denied> {
    let mut unread = Unread::default();
    let because = match word {
        "" => None,
        "skills" => Some(Because::Skills),
        "place" => Some(Because::Place),
        "time" => Some(Because::Time),
        "rate" => Some(Because::Rate),
        "person" => Some(Because::Person),
        _ => {
            unread.note("/because", "unknown", "Choose a reason.");
            None
        }
    };
    unread.into_result(Ok(()))?;
    Ok(because)
}

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::denied::Code;

    fn form(about: &str, client: Option<&str>, because: &str) -> BookmarkForm {
        BookmarkForm {
            about: about.to_owned(),
            client: client.map(str::to_owned),
            stance: StanceView::Hidden,
            because: because.to_owned(),
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let id = Uuid::nil().to_string();
        let code = |form: &BookmarkForm| bookmark(form).expect_err("is refused").code;
        assert_eq!(code(&form("me", None, "")), Code::NotFound);
        assert_eq!(code(&form(&id, Some("you"), "")), Code::NotFound);
        assert_eq!(code(&form(&id, None, "the weather")), Code::Validation);
        for reason in ["", "skills", "place", "time", "rate", "person"] {
            assert!(bookmark(&form(&id, Some(&id), reason)).is_ok());
        }
    }
}
