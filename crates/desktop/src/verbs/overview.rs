//! Homes, charts and roles.

use crate::Desktop;
use crate::error::Error;
use crate::screens;
use crate::view::RoleView;
use crate::view::chart::ChartView;
use crate::view::home::{ClientHomeView, FreelancerHomeView};
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::mutation::{Mutation, OpenRole};

impl Desktop {
    /// The freelancer's home.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn freelancer_home(&self) -> Result<FreelancerHomeView, Error> {
        let counts = self.engine().await?.counts((self.clock)()).await;
        let snapshot = self.snapshot().await?;
        Ok(screens::freelancer_home(&snapshot, counts.attention))
    }

    /// The client's home.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn client_home(&self) -> Result<ClientHomeView, Error> {
        let counts = self.engine().await?.counts((self.clock)()).await;
        let snapshot = self.snapshot().await?;
        Ok(screens::client_home(&snapshot, counts.attention))
    }

    /// The three charts of a hat. Those of admins and moderators come from the server.
    ///
    /// # Errors
    /// [`Error::SignedOut`]; for these [`Error::Offline`].
    pub async fn charts(&self, role: RoleView) -> Result<Vec<ChartView>, Error> {
        match role {
            RoleView::Moderator | RoleView::Admin => self.admin_charts().await,
            RoleView::Freelancer | RoleView::Client => Ok(screens::charts(
                &self.snapshot().await?,
                role,
                self.utc_offset_minutes(),
            )),
        }
    }

    /// Takes on another role.
    ///
    /// # Errors
    /// [`Error::Denied`] when one has it already.
    pub async fn add_role(&self, role: RoleView) -> Result<(), Error> {
        let role = match role {
            RoleView::Freelancer => OpenRole::Freelancer,
            RoleView::Client => OpenRole::Client,
            RoleView::Moderator => {
                return Err(Denied::new(
                    Code::Forbidden,
                    "Ask an admin of this market to make you a moderator.",
                )
                .into());
            }
            RoleView::Admin => {
                return Err(Denied::new(
                    Code::Forbidden,
                    "To become an admin, enter the secret of the server.",
                )
                .into());
            }
        };
        self.act(Mutation::AddRole { role }).await
    }
}
