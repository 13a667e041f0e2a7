//! Many callers at once. Left out: what exactly they get, which depends on who comes first.

use std::collections::BTreeSet;
use std::thread;

use mockscale::jiff::SignedDuration;
use mockscale::{Change, Cloud};

use super::conversation::{ACCOUNTS, Dice, NAMED, Step, Turn, World};
use super::view::broken;

const THREADS: u64 = 8;
/// How many steps each of them takes.
const STEPS: u64 = 250;

#[test]
fn many_callers_at_once_leave_a_cloud_whole() {
    let cloud = Cloud::builder().account(ACCOUNTS[1]).report().build();
    thread::scope(|scope| {
        for caller in 0..THREADS {
            let cloud = &cloud;
            scope.spawn(move || talk(cloud, caller));
        }
    });
    for account in ACCOUNTS {
        let cloud = cloud.as_account(account);
        // Whoever locked the account out would keep us from looking.
        cloud.support().restore_access();
        assert_eq!(broken(&cloud), [""; 0]);
    }
    let transcript = cloud.transcript();
    let numbers = transcript.exchanges().iter().map(|it| it.number);
    let count = transcript.len() as u64;
    assert!(count > THREADS * STEPS * 9 / 10, "only {count} calls");
    let successes = transcript.exchanges().iter();
    let successes = successes.filter(|it| it.status == 200 && !it.effects.is_empty());
    let changes = successes.count() as u64;
    assert!(
        changes > count / 20,
        "only {changes} of {count} calls did something"
    );
    assert!(
        numbers.eq(1..=count),
        "the numbers of the exchanges have holes"
    );
    let effects = transcript.exchanges().iter().flat_map(|it| &it.effects);
    let mut made = BTreeSet::new();
    let created = effects.filter(|it| it.change == Change::Created);
    for effect in created.filter(|it| !NAMED.contains(&&*it.kind)) {
        assert!(made.insert(&effect.id), "{} was made twice", effect.id);
    }
}

/// One caller's part: it knows what it was told itself, and what others made if it reads.
fn talk(cloud: &Cloud, caller: u64) {
    let mut dice = Dice::new(caller);
    let mut world = World::default();
    for _ in 0..STEPS {
        match Step::Chance(dice.next()).turn(&world) {
            Turn::Settle => {
                cloud.settle();
            }
            Turn::Advance => {
                cloud.advance(SignedDuration::from_secs(45));
            }
            Turn::Fork => drop(cloud.fork()),
            Turn::Call {
                account,
                operation,
                input,
                ..
            } => {
                let reply = cloud.as_account(account).call(&operation, input);
                assert!(
                    reply.status() < 500,
                    "{operation} answered {}",
                    reply.body()
                );
                world.hear(account, reply.body());
                if reply.status() == 401 {
                    // Somebody has locked the account out.
                    cloud.as_account(account).support().restore_access();
                }
            }
        }
    }
}
