//! A replay as text: a line that sums it up, then a block for each exchange that differs.

use std::fmt;

use serde_json::Value;

use super::outcome::{Class, Counts, Difference, Outcome, Replay, Replayed};

/// The most of a value that is shown, in characters.
const LONGEST: usize = 160;

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.counts();
        let said = match self.exchanges.len() {
            1 => "1 exchange".to_owned(),
            count => format!("{count} exchanges"),
        };
        let differing = self.exchanges.iter().filter(|it| !it.outcome.is_match());
        let differing = differing.count() - counts.unsent - counts.failed;
        match differing {
            0 if counts.unsent + counts.failed == 0 => write!(f, "the replay of {said} matches")?,
            0 => write!(f, "in the replay of {said} no answer differs")?,
            _ => write!(f, "the replay of {said} differs in {differing}")?,
        }
        write!(f, ": {}", Sum(counts))?;
        for (count, what) in [(counts.unsent, "not sent"), (counts.failed, "not answered")] {
            if count > 0 {
                write!(f, "; {count} {what}")?;
            }
        }
        for note in &self.notes {
            write!(f, "\n({note})")?;
        }
        for exchange in &self.exchanges {
            if !matches!(exchange.outcome, Outcome::NotReached) && !exchange.outcome.is_match() {
                write!(f, "\n\n{exchange}")?;
            }
        }
        let mut left = self
            .exchanges
            .iter()
            .filter(|it| it.outcome == Outcome::NotReached);
        if let Some(first) = left.next() {
            let first = first.number;
            match left.next_back() {
                Some(last) => write!(f, "\n\n#{first} to #{} were", last.number)?,
                None => write!(f, "\n\n#{first} was")?,
            }
            f.write_str(" not sent after that")?;
        }
        Ok(())
    }
}

/// How many places are of which class.
struct Sum(Counts);

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(counts) = self;
        write!(
            f,
            "{} places match, {} vary, {} missing, {} extra, {} mismatched",
            counts.matches, counts.varies, counts.missing, counts.extra, counts.mismatches
        )
    }
}

/// The exchange and every difference, a line each.
impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {}", self.number, self.operation)?;
        match &self.outcome {
            Outcome::Unsent(why) => write!(f, "\n  not sent: {why}"),
            Outcome::Failed(error) => write!(f, "\n  no answer: {error}"),
            Outcome::NotReached => f.write_str("\n  not sent after an earlier failure"),
            Outcome::Answered { places, .. } => {
                let differences = places.iter().filter(|it| it.class != Class::Varies);
                differences
                    .into_iter()
                    .try_for_each(|it| write!(f, "\n  {it}"))
            }
        }
    }
}

/// `mismatch  Vms[0].State: "running" → "pending"`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<9} {}: ", self.class.name(), self.place)?;
        match (&self.recorded, &self.found) {
            (Some(recorded), Some(found)) => write!(f, "{} → {}", Brief(recorded), Brief(found))?,
            (Some(only), None) | (None, Some(only)) => write!(f, "{}", Brief(only))?,
            (None, None) => {}
        }
        match &self.note {
            Some(note) => write!(f, " ({note})"),
            None => Ok(()),
        }
    }
}

/// A value in one line that is not too long.
struct Brief<'v>(&'v Value);

impl fmt::Display for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(f, "{}…", &text[..end]),
            None => f.write_str(&text),
        }
    }
}
