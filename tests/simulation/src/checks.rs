//! What must hold of everything that nodes say: answers to pushes, and deltas.

use crate::mirror::{as_seen_by, is_partly_hidden};
use crate::sim::{Sim, Step};
use crate::violation::{Checked, Violation, must};
use guildhall_domain::denied::Code;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row};
use guildhall_protocol::sync::{Delta, Push, PushAnswer, Verdict};
use guildhall_sync_core::pull;

impl Sim {
    /// What a push was answered is right.
    pub(crate) fn check_answer(
        &mut self,
        account: AccountId,
        push: &Push,
        answer: &PushAnswer,
        (before, after): (u64, u64),
        apart: bool,
    ) -> Step {
        // Acts that are tried one by one have their conclusions each.
        let step = if apart { 2 } else { 1 };
        self.note(&format!(
            "{before} -> {after}, {} decided, rest {:?}",
            answer.decisions.len(),
            answer.rest
        ));
        let mut version = before;
        for (sent, decision) in push.mutations.iter().zip(&answer.decisions) {
            must(
                sent.seq == decision.seq && sent.id == decision.id,
                "I5",
                || {
                    format!(
                        "{} was sent as {}, decided is {decision:?}",
                        sent.id, sent.seq
                    )
                },
            )?;
            self.counts.checked("I5");
            let place = (push.device, decision.seq);
            must(
                decision.seq == 1 || self.numbers.contains_key(&(push.device, decision.seq - 1)),
                "I5",
                || format!("{place:?} was decided before the one before it"),
            )?;
            if let Some(other) = self.numbers.insert(place, decision.id) {
                must(other == decision.id, "I21", || {
                    format!(
                        "{place:?} was {other} and is acknowledged as {}",
                        decision.id
                    )
                })?;
            }
            self.counts.checked("I21");
            if self
                .deeds
                .get(&decision.id)
                .is_some_and(|deed| deed.account != account)
            {
                let hidden = matches!(&decision.verdict, Verdict::Rejected { denied } if denied.code == Code::NotFound);
                must(hidden, "I9", || {
                    format!("{account} heard of somebody else's {decision:?}")
                })?;
                continue;
            }
            if let Some(known) = self.verdicts.get(&decision.id) {
                self.counts.checked("I4");
                must(*known == decision.verdict, "I4", || {
                    format!(
                        "{} was {known:?} and is {:?}",
                        decision.id, decision.verdict
                    )
                })?;
                continue;
            }
            match &decision.verdict {
                Verdict::Applied { version: at } if *at > before => {
                    self.counts.checked("I1");
                    must((version..=version + step).contains(at), "I1", || {
                        format!("version {at} comes after {version}")
                    })?;
                    version = *at;
                }
                Verdict::Applied { .. } => {}
                Verdict::Rejected { denied } => {
                    *self.counts.denied_there.entry(denied.code).or_default() += 1;
                }
            }
            self.note(&format!(
                "{} {:?}",
                decision.id,
                verdict_word(&decision.verdict)
            ));
            self.verdicts.insert(decision.id, decision.verdict.clone());
        }
        if !answer.decisions.is_empty() {
            // A disk that fails after the commit leaves acts decided of which nobody was told.
            must(after <= version + 1 || self.fault_every > 0, "I1", || {
                format!("the head is {after} after version {version}")
            })?;
        }
        // Where nothing at all was stored, the answer came too early.
        let which = if after == before { "I3" } else { "I1" };
        must(after >= version, which, || {
            format!("the head is {after}, and {version} was acknowledged")
        })?;
        must(after >= before, "I1", || {
            format!("the head went from {before} to {after}")
        })?;
        Ok(())
    }

    /// Nothing in the delta is hidden from this person, and every row is as it is stored. One from memory, or made ahead of time,
    /// may be of an earlier moment, of which only what still stands can be compared.
    pub(crate) async fn check_delta(
        &mut self,
        account: AccountId,
        delta: &Delta,
        is_earlier: bool,
    ) -> Step {
        self.mirror.follow().await?;
        let (told, head) = (delta.cursor.version, self.mirror.head);
        if told > head || (told < head && !is_earlier) {
            return Err(Violation::new("I1", format!("a reader sees {told} of {head}")).into());
        }
        self.counts.checked("I9");
        match self.hides_what_is_hidden(account, delta) {
            Ok(()) => Ok(()),
            Err(broken) => Err(self.because(broken).await),
        }
    }

    fn hides_what_is_hidden(&self, account: AccountId, delta: &Delta) -> Checked {
        let (told, head) = (delta.cursor.version, self.mirror.head);
        for row in &delta.rows {
            let key = Key {
                table: row.table,
                id: row.id,
            };
            let stands = self.mirror.rows.get(&key).map(|stored| stored.version);
            if told < head && stands != Some(row.version) {
                continue;
            }
            must(told < head || self.mirror.sees(account, key), "I9", || {
                format!("{key:?} was sent to {account}")
            })?;
            let stored = &self.mirror.rows[&key];
            let whole = row.body.get() == stored.body && !is_partly_hidden(account, &stored.row);
            let same = whole
                || Row::decode(row.table, row.body.get())
                    .is_ok_and(|sent| sent == as_seen_by(account, &stored.row));
            must(same, "I9", || {
                format!(
                    "{key:?} was sent as {}, stored is {}",
                    row.body.get(),
                    stored.body
                )
            })?;
        }
        Ok(())
    }
}

/// A page is no larger than was asked for, however much there is to tell.
pub(crate) fn is_bounded(delta: &Delta, page: pull::Page) -> Checked {
    let rows = delta.rows.iter().map(|row| row.scopes.len());
    let entries = rows.sum::<usize>() + delta.left.len();
    let before_last = delta.rows.iter().map(|row| row.body.get().len());
    let largest = before_last.clone().max().unwrap_or(0);
    let bytes = before_last.sum::<usize>();
    must(
        entries <= page.rows && bytes <= page.bytes.saturating_add(largest),
        "I20",
        || format!("a page of {entries} entries and {bytes} bytes, asked for were {page:?}"),
    )
}

fn verdict_word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Applied { version } => format!("applied at {version}"),
        Verdict::Rejected { denied } => denied.code.as_str().to_owned(),
    }
}
