//! `admin people`: who is in the marketplace.

use guildhall_domain::person::Person;
use guildhall_storage::server::ServerStore;

/// How many are printed at most.
const LINES: u32 = 200;

/// Prints them; the e-mail comes first, because the other commands ask for it.
#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(super) async fn list(store: &ServerStore, search: &str) -> anyhow::Result<()> {
    let found = store.search_people(search, LINES).await?;
    if found.is_empty() {
        if search.is_empty() {
            println!("there is nobody yet");
        } else {
            println!("there is nobody whose name contains {search}");
        }
        return Ok(());
    }
    println!("e-mail\tname\troles\tstate\tid");
    let accounts = store.accounts();
    for person in found {
        // Whoever has no account cannot sign in.
        let email = accounts.email(person.id.0).await?;
        println!("{}\t{}", email.as_deref().unwrap_or("-"), line(&person));
    }
    Ok(())
}

fn line(person: &Person) -> String {
    let named = [
        (person.roles.freelancer, "freelancer"),
        (person.roles.client, "client"),
        (person.roles.moderator, "moderator"),
        (person.roles.admin, "admin"),
    ];
    let roles: Vec<&str> = named
        .into_iter()
        .filter_map(|(has, name)| has.then_some(name))
        .collect();
    let state = if person.is_suspended() {
        "suspended"
    } else {
        "active"
    };
    format!(
        "{}\t{}\t{state}\t{}",
        person.name,
        roles.join(","),
        person.id
    )
}
