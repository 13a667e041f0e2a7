//! Who says whatever comes to mind.

use std::time::Instant;

use mockscale::Cloud;
use mockscale::jiff::SignedDuration;

use crate::client::Client;
use crate::conversation::{ACCOUNTS, Dice, Step, Turn, World};
use crate::watch::Watch;

/// After how many steps a client looks at the whole cloud.
const OFTEN: u64 = 200;

/// Random calls until the end: it knows what it was told itself, and what others made if it reads.
pub(crate) async fn wander(cloud: &Cloud, number: u64, until: Instant, watch: &Watch) {
    let clients = ACCOUNTS.map(|account| (account, Client::of(&cloud.as_account(account))));
    let mut dice = Dice::new(number);
    let mut world = World::default();
    let mut steps = 0;
    while Instant::now() < until {
        steps += 1;
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
                let mut clients = clients.iter();
                let client = clients.find(|(of, _)| *of == account);
                let (_, client) = client.expect("one of the accounts");
                let (status, body) = client.call(&operation, &input).await;
                world.hear(account, &body);
                if status == 401 {
                    // Somebody has locked the account out.
                    cloud.as_account(account).support().restore_access();
                }
            }
        }
        if steps % OFTEN == 0 {
            watch.look(cloud);
        }
    }
}
