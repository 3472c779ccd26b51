//! What an admin sees and does. It needs the server; nothing of it is kept here.

mod counted;
mod sentences;

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
use counted::counted;
use guildhall_analytics::{Event as Counted, Now, Role};
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_protocol::account::SignIn;
use guildhall_protocol::admin::{
    AdminAct, AdminActivity, AdminAudit, AdminEvent, AdminHome, AdminPerson, AdminRequest,
    AdminSignOut, Claim,
};
use guildhall_protocol::path;
use guildhall_storage::StoreError;
use sentences::{audited, kind_name, nobody, sentence};
use serde::de::DeserializeOwned;
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
        let people: Vec<AdminPerson> = self.found(path::ADMIN_PEOPLE, &search).await?;
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
        let found: Vec<SignIn> = self.transport().await?.get_overseen(&path, "").await?;
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
            .post_overseen(&path, &AdminSignOut { reason })
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
            .post_overseen(&path, &AdminSignOut { reason })
            .await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Requests by title.
    ///
    /// # Errors
    /// As [`Desktop::admin_home`].
    pub async fn admin_requests(&self, search: String) -> Result<Vec<AdminRequestRow>, Error> {
        let requests: Vec<AdminRequest> = self.found(path::ADMIN_REQUESTS, &search).await?;
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
        let lines: Vec<AdminActivity> = self.found(path::ADMIN_ACTIVITY, &search).await?;
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
            .get_overseen(path::ADMIN_AUDIT, &search)
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

    /// What a list of the server's holds of what is looked for.
    async fn found<T: DeserializeOwned>(&self, path: &str, search: &str) -> Result<Vec<T>, Error> {
        self.transport().await?.get(path, search).await
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
            .post_overseen(path::ADMIN_ACT, &act)
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
