//! The desktop without a window as a process of its own: commands come as JSON lines, answers go out as words.
//!
//! `core FOLDER SERVER`. Whoever starts it is its keychain and its browser: the first line hands in what the keychain holds, and
//! `keychain ENTRY SECRET` on the way out asks to keep something; `open LINK` asks to open a link. So no token touches a file.
//! `acknowledged ID` is printed when the app would show an act as done: it is on the disk by then.

use guildhall_desktop::forms::request::blank_request;
use guildhall_desktop::sign_in::{Secret, Vault, VaultError, VaultKey, system_clock};
use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::request::{RequestForm, WantedSkillForm};
use guildhall_desktop::view::session::{LinkView, SignInView};
use guildhall_desktop::{Desktop, Error, Event, Setup};
use guildhall_domain::time::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;
use tokio::sync::mpsc;

/// What can be asked of it.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Command {
    /// What the keychain holds; the first line.
    Keychain {
        entries: BTreeMap<String, String>,
        pace: Option<Pace>,
    },
    /// Signs in; done when everything has been fetched.
    SignIn,
    /// Writes a message.
    Send {
        id: String,
        thread: String,
        text: String,
    },
    /// Publishes a request under this id.
    Publish {
        id: String,
        request: String,
        title: String,
    },
    /// Changes the title of a request.
    Edit {
        id: String,
        request: String,
        title: String,
    },
    /// Waits until a thread is there.
    AwaitThread { thread: String },
    /// Waits until nothing waits.
    Settle,
}

/// How slow the keychain is; one that has a pace says when it begins to keep something, and when it has.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pace {
    before_ms: u64,
    after_ms: u64,
}

/// The keychain: memory here, and the same kept by whoever started this.
struct Handed {
    held: Mutex<BTreeMap<String, Vec<u8>>>,
    pace: Option<Pace>,
}

impl Handed {
    fn held(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for Handed {
    fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
        self.held()
            .get(&key.entry())
            .cloned()
            .map(Secret::new)
            .transpose()
    }

    fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        if let Some(pace) = self.pace {
            say(&format!("keeping {}", key.entry()));
            sleep(Duration::from_millis(pace.before_ms));
        }
        self.held().insert(key.entry(), secret.reveal().to_owned());
        let words = String::from_utf8_lossy(secret.reveal()).into_owned();
        say(&format!("keychain {} {words}", key.entry()));
        if let Some(pace) = self.pace {
            say(&format!("kept {}", key.entry()));
            sleep(Duration::from_millis(pace.after_ms));
        }
        Ok(())
    }

    fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
        self.held().remove(&key.entry());
        say(&format!("forgotten {}", key.entry()));
        Ok(())
    }

    fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }
}

/// Prints a line at once.
fn say(line: &str) {
    // Whoever started this may be gone; then nobody minds.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

struct Core {
    desktop: Arc<Desktop>,
    events: mpsc::UnboundedReceiver<Event>,
    server: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(server)) = (arguments.next(), arguments.next()) else {
        return Err("usage: core FOLDER SERVER".into());
    };
    let mut commands = commands();
    let Some(Command::Keychain { entries, pace }) = commands.recv().await else {
        return Err("the first line hands in the keychain".into());
    };
    let held = entries
        .into_iter()
        .map(|(entry, words)| (entry, words.into_bytes()))
        .collect();
    let (sender, events) = mpsc::unbounded_channel();
    let setup = Setup {
        clock: guildhall_desktop::sign_in::system_clock(),
        folder: PathBuf::from(folder),
        profile: String::new(),
        vault: Box::new(Handed {
            held: Mutex::new(held),
            pace,
        }),
        opener: Arc::new(|link: &str| {
            say(&format!("open {link}"));
            Ok(())
        }),
        events: sender,
    };
    let desktop = Desktop::open(setup).await?;
    say("ready");
    let mut core = Core {
        desktop,
        events,
        server,
    };
    while let Some(command) = commands.recv().await {
        core.obey(command).await?;
    }
    core.desktop.close().await;
    Ok(())
}

/// Reads commands on a thread of its own, until the input ends.
fn commands() -> mpsc::UnboundedReceiver<Command> {
    let (sender, commands) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            match serde_json::from_str(&line) {
                Ok(command) => {
                    if sender.send(command).is_err() {
                        return;
                    }
                }
                Err(error) => say(&format!("unreadable {error}")),
            }
        }
    });
    commands
}

impl Core {
    async fn obey(&mut self, command: Command) -> Result<(), Error> {
        match command {
            Command::Keychain { .. } => {}
            Command::SignIn => {
                self.desktop.sign_in(self.server.clone()).await?;
                let account = self.signed_in().await?;
                say(&format!("signed_in {account}"));
            }
            Command::Send { id, thread, text } => {
                let done = self.desktop.message_send(thread, text).await;
                answer(&id, done);
            }
            Command::Publish { id, request, title } => {
                let form = self.form(title).await?;
                answer(&id, self.desktop.request_publish(request, form).await);
            }
            Command::Edit { id, request, title } => {
                let form = self.form(title).await?;
                answer(&id, self.desktop.request_edit(request, form).await);
            }
            Command::AwaitThread { thread } => {
                while !self
                    .desktop
                    .threads(RoleView::Client)
                    .await?
                    .iter()
                    .any(|row| row.id == thread)
                {
                    self.something_happens().await?;
                }
                say("thread");
            }
            Command::Settle => {
                self.desktop.outbox_retry().await?;
                let attention = loop {
                    let sync = self.desktop.sync_state().await?;
                    if sync.link == LinkView::UpToDate && sync.waiting == 0 {
                        break sync.attention;
                    }
                    self.something_happens().await?;
                };
                say(&format!("settled {attention}"));
            }
        }
        Ok(())
    }

    async fn signed_in(&mut self) -> Result<String, Error> {
        loop {
            if let SignInView::SignedIn { me } = self.desktop.session().await?.state
                && self.desktop.sync_state().await?.link == LinkView::UpToDate
            {
                return Ok(me.id);
            }
            self.something_happens().await?;
        }
    }

    async fn something_happens(&mut self) -> Result<(), Error> {
        self.events.recv().await.map(drop).ok_or(Error::SignedOut)
    }

    async fn form(&self, title: String) -> Result<RequestForm, Error> {
        let today = Timestamp(system_clock()()).day();
        let skills = self.desktop.resolve_skills("Rust".to_owned()).await?;
        let wanted = |skill: guildhall_desktop::view::profile::HeldSkillForm| WantedSkillForm {
            skill: skill.skill,
            name: skill.name,
            must: true,
            level: "intermediate".to_owned(),
        };
        Ok(RequestForm {
            title,
            description: "What there is to do.".to_owned(),
            category: "software".to_owned(),
            skills: skills.into_iter().map(wanted).collect(),
            ..blank_request(today, "Europe/Berlin")
        })
    }
}

fn answer(id: &str, done: Result<(), Error>) {
    match done {
        Ok(()) => say(&format!("acknowledged {id}")),
        Err(error) => say(&format!("refused {id} {}: {error}", error.code())),
    }
}
