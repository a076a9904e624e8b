//! Goods held while a cart is paid.

use master_server::ledger::{Answer, CodeTerms, Command, Proof};
use sync_core::{
    Code, DeviceId, DeviceKind, Digest, Frame, Pushed, Quantity, RecordId, Reserve, ReserveItem,
    ReservedItem, WireError,
};

use crate::support::{Device, Master, World, record_id};

const UNIT: Quantity = Quantity::units(1);
const NOTHING: Quantity = Quantity(0);

fn wants(device: &Device, cart: RecordId, units: &[i64]) -> Reserve {
    let item = |units: &i64| ReserveItem {
        product: record_id("tea"),
        quantity: Quantity::units(*units),
    };
    Reserve {
        cart,
        items: units.iter().map(item).collect(),
        till: device.info.name.clone(),
    }
}

async fn hold(
    world: &World,
    device: &Device,
    cart: RecordId,
    units: &[i64],
) -> Result<Vec<ReservedItem>, WireError> {
    let reserve = wants(device, cart, units);
    let device = device.info.id;
    match world
        .ledger
        .command(Command::Reserve { device, reserve })
        .await?
    {
        Answer::Reserved(reserved) => Ok(reserved.items),
        other => panic!("{other:?}"),
    }
}

async fn held(world: &World, device: &Device, cart: RecordId) -> Quantity {
    hold(world, device, cart, &[1]).await.expect("answered")[0].held
}

/// A shop with one tea, and two tills.
async fn shop() -> (World, Device, Device) {
    let world = World::new();
    let (mut one, two) = (world.till("till 1").await, world.till("till 2").await);
    let tea = one.make("tea", 250);
    world.push(&[tea]).await.expect("decided");
    (world, one, two)
}

/// The sale of one tea, and the id that its cart has.
fn sale(till: &mut Device) -> (Pushed, RecordId) {
    let id = record_id(&format!("sale {} of {}", till.seq.0 + 1, till.info.id));
    (till.sell("tea"), id)
}

/// A dashboard that joined with a code for devices that only look.
async fn read_only(world: &World) -> Device {
    let (code, token) = (Digest::of(&[b"a code"]), Digest::of(&[b"a token"]));
    let open = Command::OpenCode {
        code,
        terms: CodeTerms {
            read_only: true,
            ..CodeTerms::default()
        },
        expires_at: world.now().plus(1_000),
    };
    world.ledger.command(open).await.expect("opened");
    let enrol = Command::Enrol {
        proof: Proof::Code(code),
        id: DeviceId::new(world.now(), [7; 10]),
        token,
        name: "board".to_owned(),
        kind: DeviceKind::Dashboard,
    };
    let info = world.ledger.enrol(enrol).await.expect("taken in");
    Device::new(info, String::new())
}

#[tokio::test]
async fn the_second_cart_learns_who_holds_the_last_unit() {
    let (world, one, two) = shop().await;
    assert_eq!(held(&world, &one, record_id("cart 1")).await, UNIT);
    let refused = hold(&world, &two, record_id("cart 2"), &[1])
        .await
        .expect("answered");
    let expected = ReservedItem {
        product: record_id("tea"),
        held: NOTHING,
        available: NOTHING,
        holder: Some("till 1".to_owned()),
    };
    assert_eq!(refused, [expected]);
    assert_eq!(
        held(&world, &one, record_id("cart 1")).await,
        UNIT,
        "renewed"
    );
}

#[tokio::test]
async fn goods_are_let_go_by_word_and_by_time() {
    let (world, one, two) = shop().await;
    let (cart, other) = (record_id("cart 1"), record_id("cart 2"));
    assert_eq!(held(&world, &one, cart).await, UNIT);
    assert_eq!(hold(&world, &one, cart, &[]).await.expect("answered"), []);
    assert_eq!(held(&world, &two, other).await, UNIT);
    world.pass(119_999);
    assert_eq!(held(&world, &one, cart).await, NOTHING);
    world.pass(1);
    assert_eq!(held(&world, &one, cart).await, UNIT);
}

#[tokio::test]
async fn a_sale_lets_go_of_its_own_cart_alone() {
    let (world, mut one, two) = shop().await;
    let (sold, cart) = sale(&mut one);
    assert_eq!(held(&world, &one, cart).await, UNIT);
    // The next customer's cart is rung up before the sale has arrived.
    assert_eq!(held(&world, &one, record_id("next")).await, NOTHING);
    assert_eq!(held(&world, &two, record_id("cart 2")).await, NOTHING);
    world.push(&[sold]).await.expect("decided");
    let left = hold(&world, &two, record_id("cart 2"), &[1])
        .await
        .expect("answered");
    assert_eq!(
        (left[0].held, &left[0].holder),
        (NOTHING, &None),
        "it is sold"
    );
    assert_eq!(
        held(&world, &one, cart).await,
        NOTHING,
        "overtaken by its sale"
    );
}

#[tokio::test]
async fn a_product_named_twice_is_counted_twice() {
    let (world, one, _) = shop().await;
    let twice = hold(&world, &one, record_id("cart 1"), &[1, 1])
        .await
        .expect("answered");
    assert_eq!((twice[0].held, twice[1].held), (UNIT, NOTHING));
    let more = hold(&world, &one, record_id("cart 1"), &[3])
        .await
        .expect("answered");
    assert_eq!((more[0].held, more[0].available), (UNIT, NOTHING));
}

#[tokio::test]
async fn what_nobody_counts_is_never_short() {
    let (world, one, _) = shop().await;
    let reserve = Reserve {
        cart: record_id("cart 1"),
        items: vec![ReserveItem {
            product: record_id("a service"),
            quantity: Quantity::units(7),
        }],
        till: "till 1".to_owned(),
    };
    let device = one.info.id;
    let answer = world
        .ledger
        .command(Command::Reserve { device, reserve })
        .await;
    let Ok(Answer::Reserved(reserved)) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(reserved.items[0].held, Quantity::units(7));
}

#[tokio::test]
async fn reservations_outlive_the_process() {
    let (mut world, one, two) = shop().await;
    assert_eq!(held(&world, &one, record_id("cart 1")).await, UNIT);
    world.reopen();
    assert_eq!(held(&world, &two, record_id("cart 2")).await, NOTHING);
}

#[tokio::test]
async fn who_may_not_sell_may_not_hold() {
    let (world, one, two) = shop().await;
    let less = hold(&world, &one, record_id("cart 1"), &[-1])
        .await
        .expect_err("refused");
    assert_eq!(less.code, Code::Validation);
    let revoke = Command::Revoke {
        device: two.info.id,
    };
    world.ledger.command(revoke).await.expect("done");
    let revoked = hold(&world, &two, record_id("cart 2"), &[1])
        .await
        .expect_err("refused");
    assert_eq!(revoked.code, Code::Unauthenticated);
    let board = read_only(&world).await;
    let looks = hold(&world, &board, record_id("cart 3"), &[1])
        .await
        .expect_err("refused");
    assert_eq!(looks.code, Code::Forbidden);
}

#[tokio::test]
async fn it_can_be_asked_over_the_socket() {
    let master = Master::start().await;
    let mut one = master.world.till("till 1").await;
    let tea = one.make("tea", 250);
    master.world.push(&[tea]).await.expect("decided");
    let mut link = master.online(&one).await;
    link.send(&Frame::Reserve(wants(&one, record_id("cart 1"), &[1])))
        .await;
    let Some(Frame::Reserved(reserved)) = link.next().await else {
        panic!("no answer")
    };
    assert_eq!(
        (reserved.cart, reserved.items[0].held),
        (record_id("cart 1"), UNIT)
    );
}
