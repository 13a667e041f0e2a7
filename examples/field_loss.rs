//! What the models of the official SDK lose of the replies that they read: nothing of today's, and
//! some replies of an API that has grown altogether.
//!
//! `cargo run --example field_loss`

mod sdk_models;

use mockscale::{Cloud, FieldLoss, Loss, Shape};
use sdk_models::MODELS;

fn main() {
    let cloud = Cloud::new();
    println!("---- Replies with every optional field ----\n");
    println!("{}", report(&cloud, Shape::Maximal));
    println!("---- Objects with what is required only ----\n");
    println!("{}", report(&cloud, Shape::Sparse));

    println!("---- What it cannot read when the API grows ----\n");
    for (operation, of) in report(&cloud, Shape::Future).operations() {
        for lost in &of.fields {
            if let Loss::Unreadable { message } = &lost.loss {
                println!("{operation}: {}: {message}", lost.path);
            }
        }
    }

    println!("\n---- What a table of one operation looks like ----\n");
    let mut one = FieldLoss::new();
    let wire = cloud.sample_reply("ReadVmTypes", Shape::Maximal);
    println!("{}", one.compare_as::<by_hand::Reply>("ReadVmTypes", &wire));
}

/// Every read, as a reply of some shape, through the model of the SDK.
fn report(cloud: &Cloud, shape: Shape) -> FieldLoss {
    let mut report = FieldLoss::new();
    for (operation, compare) in MODELS.iter().filter(|(name, _)| name.starts_with("Read")) {
        let wire = cloud.sample_reply(operation, shape);
        compare(&mut report, operation, &wire);
    }
    report
}

/// Models as people write them.
mod by_hand {
    use serde::{Deserialize, Serialize};

    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "PascalCase")]
    pub(super) struct Reply {
        vm_types: Vec<VmType>,
    }

    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct VmType {
        #[serde(rename(deserialize = "VmTypeName", serialize = "Name"))]
        name: String,
        memory_size: f64,
        vcore_count: f64,
    }
}
