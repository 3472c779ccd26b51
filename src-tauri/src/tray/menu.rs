//! What the tray menu says, as a value. On Linux a tray icon hears no clicks, so everything must be in the menu.

/// How many matches the menu lists.
pub const LISTED_MATCHES: usize = 3;
/// How many characters of a title fit before the menu grows too wide.
const TITLE_LENGTH: usize = 40;

/// What the menu depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether somebody is signed in.
    pub is_signed_in: bool,
    /// The best matches, best first.
    pub matches: Vec<Match>,
    /// How many acts wait to be sent.
    pub waiting: u32,
    /// How many acts were refused.
    pub attention: u32,
    /// Whether the person paused syncing.
    pub is_paused: bool,
}

/// A request that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What it is called.
    pub title: String,
    /// The fit in whole percent.
    pub percent: u32,
    /// Where it is shown.
    pub route: String,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A heading that cannot be clicked.
    Heading(String),
    /// A line that does something.
    Act(Act, String),
    /// A thin line.
    Rule,
}

/// What clicking a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Shows the window.
    Open,
    /// Shows the window at a route.
    Show(String),
    /// Pauses syncing.
    GoOffline,
    /// Resumes syncing.
    GoOnline,
    /// Ends the app.
    Quit,
}

const SHOW: &str = "show:";

impl Act {
    /// The id of the menu line; [`Self::from_id`] reads it back.
    pub fn id(&self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::Show(route) => format!("{SHOW}{route}"),
            Self::GoOffline => "offline".to_owned(),
            Self::GoOnline => "online".to_owned(),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// What a click on the line with this id does.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "open" => Some(Self::Open),
            "offline" => Some(Self::GoOffline),
            "online" => Some(Self::GoOnline),
            "quit" => Some(Self::Quit),
            _ => id
                .strip_prefix(SHOW)
                .map(|route| Self::Show(route.to_owned())),
        }
    }
}

/// Writes the menu.
pub fn menu(standing: &Standing) -> Vec<Item> {
    let act = |act, label: &str| Item::Act(act, label.to_owned());
    let mut items = Vec::new();
    if standing.is_signed_in {
        items.extend(matches(&standing.matches));
        items.extend(outbox(standing));
    }
    items.push(act(Act::Open, "Open Guildhall"));
    if standing.is_signed_in {
        items.push(if standing.is_paused {
            act(Act::GoOnline, "Go online")
        } else {
            act(Act::GoOffline, "Go offline")
        });
    }
    items.push(Item::Rule);
    items.push(act(Act::Quit, "Quit"));
    items
}

fn matches(matches: &[Match]) -> Vec<Item> {
    if matches.is_empty() {
        return Vec::new();
    }
    let listed = matches.iter().take(LISTED_MATCHES).map(|found| {
        Item::Act(
            Act::Show(found.route.clone()),
            format!("{}, {} %", shortened(&found.title), found.percent),
        )
    });
    std::iter::once(Item::Heading("Best matches".to_owned()))
        .chain(listed)
        .chain([Item::Rule])
        .collect()
}

fn outbox(standing: &Standing) -> Vec<Item> {
    let to_outbox = |label| Item::Act(Act::Show("/outbox".to_owned()), label);
    let mut items = Vec::new();
    match standing.attention {
        0 => {}
        1 => items.push(to_outbox("1 change needs attention".to_owned())),
        many => items.push(to_outbox(format!("{many} changes need attention"))),
    }
    match standing.waiting {
        0 => {}
        1 => items.push(to_outbox("1 change waiting to be sent".to_owned())),
        many => items.push(to_outbox(format!("{many} changes waiting to be sent"))),
    }
    if !items.is_empty() {
        items.push(Item::Rule);
    }
    items
}

fn shortened(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() <= TITLE_LENGTH {
        return title;
    }
    let kept: String = title.chars().take(TITLE_LENGTH - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(standing: &Standing) -> Vec<String> {
        menu(standing)
            .into_iter()
            .map(|item| match item {
                Item::Heading(label) => format!("# {label}"),
                Item::Act(act, label) => format!("{label} -> {}", act.id()),
                Item::Rule => "--".to_owned(),
            })
            .collect()
    }

    fn found(n: u32) -> Match {
        Match {
            title: format!("Job {n}"),
            percent: 90 - n,
            route: format!("/opportunities/{n}"),
        }
    }

    #[test]
    fn before_sign_in_one_can_open_and_quit() {
        assert_eq!(
            lines(&Standing::default()),
            ["Open Guildhall -> open", "--", "Quit -> quit"]
        );
    }

    #[test]
    fn a_quiet_day_lists_nothing_to_do() {
        let standing = Standing {
            is_signed_in: true,
            ..Standing::default()
        };

        assert_eq!(
            lines(&standing),
            [
                "Open Guildhall -> open",
                "Go offline -> offline",
                "--",
                "Quit -> quit"
            ]
        );
    }

    #[test]
    fn the_three_best_matches_and_what_waits_come_first() {
        let standing = Standing {
            is_signed_in: true,
            matches: (1..=4).map(found).collect(),
            waiting: 2,
            attention: 1,
            is_paused: true,
        };

        assert_eq!(
            lines(&standing),
            [
                "# Best matches",
                "Job 1, 89 % -> show:/opportunities/1",
                "Job 2, 88 % -> show:/opportunities/2",
                "Job 3, 87 % -> show:/opportunities/3",
                "--",
                "1 change needs attention -> show:/outbox",
                "2 changes waiting to be sent -> show:/outbox",
                "--",
                "Open Guildhall -> open",
                "Go online -> online",
                "--",
                "Quit -> quit",
            ]
        );
    }

    #[test]
    fn what_belongs_to_a_session_is_hidden_without_one() {
        let standing = Standing {
            matches: vec![found(1)],
            waiting: 3,
            ..Standing::default()
        };

        assert_eq!(menu(&standing), menu(&Standing::default()));
    }

    #[test]
    fn a_long_title_is_cut_at_a_character() {
        let long = "Ü".repeat(TITLE_LENGTH + 1);

        assert_eq!(
            shortened(&long),
            format!("{}…", "Ü".repeat(TITLE_LENGTH - 1))
        );
        assert_eq!(shortened("two\nlines"), "two lines");
    }

    #[test]
    fn every_act_is_read_back_from_its_id() {
        for act in [
            Act::Open,
            Act::Show("/a:b".into()),
            Act::GoOffline,
            Act::GoOnline,
            Act::Quit,
        ] {
            assert_eq!(Act::from_id(&act.id()), Some(act));
        }
        assert_eq!(Act::from_id("else"), None);
    }
}
