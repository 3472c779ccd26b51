//! The server of a run: one or more nodes, each a whole server in memory, over one file.

use crate::cast::Cast;
use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_domain::time::Timestamp;
use guildhall_server::limit::Limits;
use guildhall_server::oauth::{OAuthConfig, Roles, Scope};
use guildhall_server::password::PasswordCost;
use guildhall_server::router;
use guildhall_server::state::Market;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt as _;

/// A running node.
pub(crate) struct Node {
    pub(crate) market: Arc<Market>,
    router: Router,
}

/// The nodes and their file.
pub(crate) struct Server {
    folder: PathBuf,
    pub(crate) nodes: Vec<Option<Node>>,
    clock: Arc<AtomicI64>,
}

/// What a node answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

impl Server {
    /// A server whose nodes are not started.
    pub(crate) fn new(folder: &Path, nodes: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            nodes: (0..nodes).map(|_| None).collect(),
            clock: Arc::new(AtomicI64::new(0)),
        }
    }

    /// The database that all nodes share.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("guildhall.db")
    }

    /// Lets its clock show this.
    pub(crate) fn set_clock(&self, now: i64) {
        self.clock.store(now, Ordering::Relaxed);
    }

    /// Starts a node.
    pub(crate) async fn start(&mut self, node: usize) -> Result<()> {
        let config = OAuthConfig {
            limits: Limits::OFF,
            password_cost: PasswordCost::CHEAP,
            ..OAuthConfig::new("http://localhost:4810")
        };
        let ticks = Arc::clone(&self.clock);
        let clock = Arc::new(move || Timestamp(ticks.load(Ordering::Relaxed)));
        let market = Market::open(&self.file(), config, clock).await?;
        let router = router(&market);
        self.nodes[node] = Some(Node { market, router });
        Ok(())
    }

    /// Ends a node as if its process were killed: what is in memory is gone.
    pub(crate) async fn kill(&mut self, node: usize) {
        if let Some(node) = self.nodes[node].take() {
            drop(node.router);
            // Its connections must be gone before the file is opened or copied; nothing is written by this.
            node.market.store.close().await;
        }
    }

    /// A node that runs.
    pub(crate) fn node(&self, node: usize) -> Option<&Node> {
        self.nodes[node].as_ref()
    }

    /// Any node that runs.
    pub(crate) fn any(&self) -> Option<&Node> {
        self.nodes.iter().flatten().next()
    }

    /// Lets the people of a run join.
    pub(crate) async fn settle(
        &self,
        cast: &Cast,
    ) -> Result<Vec<(MutationId, AccountId, Mutation)>> {
        let node = self.any().context("a node runs")?;
        let mut acts = Vec::new();
        for member in &cast.members {
            let roles = Roles {
                freelancer: member.roles.freelancer,
                client: member.roles.client,
            };
            let mut theirs = vec![Mutation::RegisterPerson {
                name: member.name.clone(),
                roles: guildhall_domain::person::Roles {
                    moderator: false,
                    admin: false,
                    ..member.roles
                },
            }];
            if member.roles.admin {
                theirs.push(Mutation::GrantRole {
                    person: member.account,
                    role: TrustedRole::Admin,
                    reason: "By the operator".to_owned(),
                });
            }
            for mutation in theirs {
                let id = guildhall_server::clock::mutation_id();
                let done = node
                    .market
                    .writer
                    .act(member.account, true, id, mutation.clone())
                    .await?;
                ensure!(done.is_ok(), "{mutation:?} was refused");
                acts.push((id, member.account, mutation));
            }
            let email = format!("{}@example.org", member.account);
            node.market
                .oauth
                .adopt_account(member.account.0, &email, &member.name, roles)
                .await?;
        }
        Ok(acts)
    }
}

impl Node {
    /// A fresh sign-in of an account.
    pub(crate) async fn sign_in(&self, account: AccountId, scope: Scope) -> Result<String> {
        Ok(self
            .market
            .oauth
            .issue_for(account.0, scope)
            .await?
            .access_token
            .clone())
    }

    /// Sends a request through the whole server: routes, sign-in, limits, codecs.
    pub(crate) async fn post(&self, path: &str, token: &str, body: Vec<u8>) -> Result<Answer> {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))?;
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await?.to_vec();
        Ok(Answer { status, body })
    }
}
