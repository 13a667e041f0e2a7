//! Plays a conversation, and says what went wrong in it first.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use mockscale::cloud::invariant::View;
use mockscale::jiff::SignedDuration;
use mockscale::{Change, Cloud, Effect, Exchange, Pace, Served, Side, Value, json};

use super::conversation::{ACCOUNTS, Step, Turn, World};
use super::view::Seen;

/// After how many calls everything is looked at, watched or not.
const OFTEN: usize = 12;
/// How much of a failing conversation is shown, in exchanges.
const TAIL: usize = 6;
/// The statuses that the API answers.
const STATUSES: &[u16] = &[200, 400, 401, 403, 404, 405, 409, 424];
/// What the operations are called that may lock an account out.
const LOCKING: &str = "ApiAccess";

/// A conversation under way.
struct Play {
    cloud: Cloud,
    world: World,
    /// What was said, as it could be said again.
    script: String,
    /// Clouds that were left for a fork, and what they held then.
    left: Vec<(Cloud, Seen)>,
    calls: usize,
    tally: Tally,
}

/// How often each operation was called, and how often it succeeded.
pub(super) type Tally = BTreeMap<String, (usize, usize)>;

/// Plays a conversation and answers what was called.
///
/// # Errors
/// What does not hold, with the conversation.
pub(super) fn play(pace: Pace, steps: &[Step]) -> Result<Tally, String> {
    let start = "2024-05-06T07:08:09Z".parse().expect("an instant");
    let builder = Cloud::builder().start_at(start).pace(pace).report();
    let mut play = Play {
        cloud: builder.account(ACCOUNTS[1]).build(),
        world: World::default(),
        script: String::new(),
        left: Vec::new(),
        calls: 0,
        tally: Tally::new(),
    };
    let result = steps.iter().try_for_each(|step| play.step(step));
    let result = result.and_then(|()| play.end());
    match result {
        Ok(()) => Ok(play.tally),
        Err(fault) => {
            let tail = play.cloud.transcript().tail(TAIL);
            let script = play.script;
            Err(format!(
                "{fault}\n\npace {pace:?}, said:\n{script}\nthe last of it:\n\n{tail}"
            ))
        }
    }
}

impl Play {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step.turn(&self.world) {
            Turn::Settle => {
                self.cloud.settle();
                self.script.push_str("  (settled)\n");
                self.check()
            }
            Turn::Advance => {
                self.cloud.advance(SignedDuration::from_secs(45));
                self.script.push_str("  (45 seconds later)\n");
                self.check()
            }
            Turn::Fork => {
                let fork = self.cloud.fork();
                let left = std::mem::replace(&mut self.cloud, fork);
                let seen = Seen::of(&left);
                if let Some(difference) = seen.view.difference(&Seen::of(&self.cloud).view) {
                    return Err(format!("a fork differs: {difference}"));
                }
                self.left.push((left, seen));
                self.script.push_str("  (forked)\n");
                Ok(())
            }
            Turn::Call {
                account,
                operation,
                input,
                watched,
            } => self.call(account, &operation, input, watched),
        }
    }

    fn call(
        &mut self,
        account: &str,
        operation: &str,
        input: Value,
        watched: bool,
    ) -> Result<(), String> {
        let who = if account == ACCOUNTS[0] {
            ""
        } else {
            "(other account) "
        };
        let _ = writeln!(self.script, "  {who}{operation} {input}");
        let dry_run = input.get("DryRun") == Some(&Value::Bool(true));
        let cloud = self.cloud.as_account(account);
        let before = watched.then(|| Seen::of(&cloud));
        let reply = catch_unwind(AssertUnwindSafe(|| cloud.call(operation, input)))
            .map_err(|_| format!("{operation} panicked"))?;
        self.calls += 1;
        let tally = self.tally.entry(operation.to_owned()).or_default();
        tally.0 += 1;
        tally.1 += usize::from(reply.is_success());
        let exchange = self.last()?;
        check_exchange(&exchange, reply.status(), dry_run)?;
        self.world.learn(account, reply.body(), &exchange);
        // Whoever has locked themselves out is let in again, or nothing more would happen.
        let locked = operation.contains(LOCKING) && {
            let probe = cloud.fork();
            probe.report().call("ReadVms", json!({})).status() == 401
        };
        if locked {
            cloud.support().restore_access();
            return Ok(());
        }
        if let Some(before) = before {
            let after = Seen::of(&cloud);
            if (exchange.effects.is_empty() || dry_run)
                && let Some(difference) = before.view.difference(&after.view)
            {
                return Err(format!(
                    "a call without effects changed something: {difference}"
                ));
            }
            check_effects(&before.view, &after.view, &exchange)?;
            all_well(&after)?;
        } else if self.calls.is_multiple_of(OFTEN) {
            self.check()?;
        }
        Ok(())
    }

    /// The last exchange, whose number must be that of the call.
    fn last(&self) -> Result<Arc<Exchange>, String> {
        let transcript = self.cloud.transcript();
        let exchanges = transcript.exchanges();
        let last = exchanges.last().ok_or("nothing was recorded")?;
        if last.number == exchanges.len() as u64 {
            Ok(Arc::clone(last))
        } else {
            Err(format!(
                "exchange {} is called {}",
                exchanges.len(),
                last.number
            ))
        }
    }

    /// All is well by what the cloud itself holds, which is quickly told.
    fn check(&self) -> Result<(), String> {
        let broken = self.cloud.broken_invariants();
        let broken = broken.iter().map(ToString::to_string);
        let dangling = self.cloud.dangling();
        let dangling = dangling.iter().map(ToString::to_string);
        told(&broken.chain(dangling).collect::<Vec<_>>())
    }

    /// All is well by what a client of each account reads.
    fn look(&self) -> Result<(), String> {
        ACCOUNTS
            .iter()
            .try_for_each(|account| all_well(&Seen::of(&self.cloud.as_account(account))))
    }

    fn end(&self) -> Result<(), String> {
        self.check()?;
        self.look()?;
        for (left, seen) in &self.left {
            if let Some(difference) = seen.view.difference(&Seen::of(left).view) {
                return Err(format!(
                    "what was said to a fork changed its origin: {difference}"
                ));
            }
        }
        Ok(())
    }
}

fn all_well(seen: &Seen) -> Result<(), String> {
    told(&seen.broken())
}

fn told(faults: &[String]) -> Result<(), String> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// What holds of every exchange by itself.
fn check_exchange(exchange: &Exchange, status: u16, dry_run: bool) -> Result<(), String> {
    let name = &exchange.operation;
    if exchange.status != status || !STATUSES.contains(&status) {
        return Err(format!("{name} answered with status {status}"));
    }
    if exchange.served == Some(Served::Gap) {
        return Err(format!("{name} is said to be served, and is not"));
    }
    let ours = exchange
        .violations
        .iter()
        .find(|it| it.breach.side == Side::Reply);
    if let Some(violation) = ours {
        return Err(violation.to_string());
    }
    let may_change = match status {
        // After a refusal, what was transient about the resource may be over.
        200 | 409 => !dry_run,
        _ => false,
    };
    if !may_change && !exchange.effects.is_empty() {
        return Err(format!(
            "{name} ({status}) has effects: {:?}",
            exchange.effects
        ));
    }
    let made = exchange
        .effects
        .iter()
        .find(|it| it.change == Change::Created);
    match made {
        Some(made) if status == 409 => Err(format!("a refused {name} made {}", made.id)),
        _ => Ok(()),
    }
}

/// What a call says that it did against what can be read before and after it.
fn check_effects(before: &View, after: &View, exchange: &Exchange) -> Result<(), String> {
    let name = &exchange.operation;
    let has = |kind: &str, id: &str, fits: fn(&Effect) -> bool| {
        let mut effects = exchange.effects.iter();
        effects.any(|it| it.kind == kind && it.id == id && fits(it))
    };
    let ids = |view: &View| {
        let named = view.identified().filter(|(kind, ..)| *kind != "VmStates");
        named
            .map(|(kind, id, _)| (kind.to_owned(), id.to_owned()))
            .collect::<std::collections::BTreeSet<_>>()
    };
    let (old, new) = (ids(before), ids(after));
    for (kind, id) in new.difference(&old) {
        if !has(kind, id, |it| it.change == Change::Created) {
            return Err(format!("{name} made the {kind} {id} and does not say so"));
        }
    }
    // What goes with a VM goes when it has shut down: before the next call, be it a read.
    let ends_a_vm = exchange.effects.iter().any(
        |it| matches!(&it.change, Change::Scheduled { to: Some(to), .. } if to == "terminated"),
    );
    for (kind, id) in old.difference(&new) {
        let ends = |it: &Effect| {
            matches!(
                it.change,
                Change::Deleted | Change::Scheduled { to: None, .. }
            )
        };
        if !ends_a_vm && !has(kind, id, ends) {
            return Err(format!(
                "{name} deleted the {kind} {id} and does not say so"
            ));
        }
    }
    for effect in &exchange.effects {
        let key = (effect.kind.to_string(), effect.id.clone());
        if effect.change == Change::Deleted && new.contains(&key) {
            return Err(format!(
                "{name} says it deleted {}, which is there",
                effect.id
            ));
        }
    }
    Ok(())
}
