use super::*;
use crate::domain::{Count, Kind, Movement, Shelf};
use proptest::prelude::*;

fn id<K>(n: u128) -> kernel::Id<K> {
    kernel::Id::from_uuid(uuid::Uuid::from_u128(n))
}
fn line(offer: u128, quantity: u32) -> Line {
    Line { offer: id(offer), quantity }
}
fn request(lines: &[(u128, u32)]) -> HoldRequest {
    let lines = lines.iter().map(|(offer, quantity)| line(*offer, *quantity)).collect();
    HoldRequest { id: id(1), order: id(2), lines, ttl: Duration::from_secs(900) }
}
fn free(offer: u128, location: u128, units: i64) -> Free {
    Free { offer: id(offer), location: id(location), vendor: id(9), units }
}
fn held(units: u32) -> Hold {
    Hold::place(&request(&[(7, units)]), &[free(7, 1, units.into())], Timestamp(0)).unwrap().0
}
fn committed(units: u32) -> Hold {
    let mut hold = held(units);
    hold.commit().unwrap();
    hold
}

#[test]
fn two_lines_of_one_offer_are_one_demand() {
    let refused = Hold::place(&request(&[(7, 3), (7, 3)]), &[free(7, 1, 5)], Timestamp(0));
    assert_eq!(refused.unwrap_err(), Refusal::Short(vec![id(7)]));
}

#[test]
fn no_units_are_no_hold() {
    assert_eq!(Hold::place(&request(&[(7, 0)]), &[free(7, 1, 5)], Timestamp(0)).unwrap_err(), Refusal::Empty);
}

#[test]
fn one_offer_comes_from_two_places_before_it_is_short() {
    let stock = [free(7, 1, 2), free(7, 2, 2)];
    let (hold, _) = Hold::place(&request(&[(7, 3)]), &stock, Timestamp(0)).unwrap();
    assert_eq!(hold.allocations.iter().map(|a| a.quantity).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn a_committed_hold_never_expires_and_an_expired_one_is_never_committed() {
    let hold = held(1);
    let late = hold.expires + Duration::from_secs(1);
    let (mut committed, mut expired) = (hold.clone(), hold);
    committed.commit().unwrap();
    assert!(committed.expire(late).is_empty());
    assert_eq!(expired.expire(late).len(), 1);
    assert_eq!(expired.commit(), Err(IllegalMove::From(HoldState::Expired)));
    assert_eq!(expired.ship(&[line(7, 1)]), Err(IllegalMove::From(HoldState::Expired)));
}

#[test]
fn what_is_released_in_part_stays_committed_until_nothing_is_open() {
    let mut hold = committed(3);
    hold.release_units(&[line(7, 1)]).unwrap();
    assert_eq!(hold.state, HoldState::Committed);
    assert_eq!(hold.release_units(&[line(7, 3)]), Err(IllegalMove::Beyond(id(7))), "two are open");
    hold.release_units(&[line(7, 1), line(7, 1)]).unwrap();
    assert_eq!(hold.state, HoldState::Ended);
    assert_eq!(hold.release_units(&[line(7, 1)]), Err(IllegalMove::From(HoldState::Ended)));
    assert_eq!(held(1).release_units(&[line(7, 1)]), Err(IllegalMove::From(HoldState::Held)));
}

/// The undo of the whole hold and the release of a part of it are on their way together.
#[test]
fn what_the_undo_freed_with_the_rest_is_released_already() {
    let mut hold = committed(3);
    hold.ship(&[line(7, 1)]).unwrap();
    hold.release();
    let before = hold.clone();
    assert_eq!(hold.release_units(&[line(7, 2)]), Ok(vec![]));
    assert_eq!(hold.release_units(&[line(7, 3)]), Err(IllegalMove::Beyond(id(7))), "one was shipped");
    assert_eq!(hold, before);
}

#[test]
fn a_refused_move_changes_nothing() {
    let mut hold = committed(3);
    let before = hold.clone();
    assert!(hold.release_units(&[line(7, 4)]).is_err() && hold.ship(&[line(7, 4)]).is_err());
    assert!(hold.take_back(&[line(7, 4)], "k").is_err() && hold.ship(&[line(8, 1)]).is_err());
    assert_eq!(hold, before);
    assert_eq!(hold.ship(&[]), Ok(vec![]), "an empty parcel moves nothing");
    assert_eq!(hold, before);
}

/// The order was cancelled after its parcel left, and the news of the parcel is slower than the undo.
#[test]
fn what_was_freed_before_the_news_of_its_parcel_counts_as_shipped() {
    let mut hold = committed(3);
    hold.release();
    let events = hold.ship(&[line(7, 2)]).unwrap();
    let Event::Shipped(gone) = &events[0] else { panic!("{events:?}") };
    assert_eq!((gone[0].portion.quantity, gone[0].promised), (2, 0), "on hand falls, held fell before");
    let a = &hold.allocations[0];
    assert_eq!((a.shipped, a.released, a.open(), hold.state), (2, 1, 0, HoldState::Released));
}

#[test]
fn units_come_back_to_where_they_left_from() {
    let stock = [free(7, 1, 2), free(7, 2, 2)];
    let (mut hold, _) = Hold::place(&request(&[(7, 4)]), &stock, Timestamp(0)).unwrap();
    hold.commit().unwrap();
    hold.ship(&[line(7, 3)]).unwrap();
    hold.take_back(&[line(7, 2)], "a").unwrap();
    let events = hold.take_back(&[line(7, 1)], "b").unwrap();
    let Event::Returned(back) = &events[0] else { panic!("{events:?}") };
    assert_eq!((back.portions[0].location, back.cause.as_str()), (id(2), "b"));
    assert_eq!(hold.state, HoldState::Committed, "one is still to be sent");
}

#[test]
fn units_may_come_back_before_the_news_that_they_left() {
    let mut hold = committed(2);
    hold.take_back(&[line(7, 2)], "k").unwrap();
    assert_eq!(hold.take_back(&[line(7, 1)], "l"), Err(IllegalMove::Beyond(id(7))));
    hold.ship(&[line(7, 2)]).unwrap();
    assert_eq!((hold.state, hold.allocations[0].returned), (HoldState::Ended, 2));
}

/// Shelves and holds of one offer, moved as a store moves them.
struct World {
    shelves: Vec<Shelf>,
    book: Vec<Vec<Movement>>,
    holds: Vec<Hold>,
}

impl World {
    fn new(units: &[i64]) -> World {
        let empty = |n: usize| Shelf::empty(id(7), id(n as u128), id(9), 0);
        let mut world = World { shelves: (0..units.len()).map(empty).collect(), book: vec![], holds: vec![] };
        world.book = vec![vec![]; units.len()];
        units.iter().enumerate().for_each(|(place, units)| world.recount(place, *units));
        world
    }
    fn recount(&mut self, place: usize, on_hand: i64) {
        let moved = self.shelves[place].count(&Count { on_hand, backorder: None, low_mark: None });
        self.shelves[place] = moved.after;
        self.book[place].extend(moved.movements);
    }
    fn place(&mut self, quantity: u32) -> Result<usize, Refusal> {
        let view = |s: &Shelf| Free { offer: s.offer, location: s.location, vendor: s.vendor, units: s.free() };
        let stock: Vec<_> = self.shelves.iter().map(view).collect();
        let short = self.shelves.iter().map(Shelf::shortage).sum::<i64>();
        let (hold, events) = Hold::place(&request(&[(7, quantity)]), &stock, Timestamp(0))?;
        self.apply(&events);
        assert_eq!(self.shelves.iter().map(Shelf::shortage).sum::<i64>(), short, "I2: a hold never makes a shortage");
        self.holds.push(hold);
        Ok(self.holds.len() - 1)
    }
    fn apply(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Committed => {}
                Event::Reserved(portions) => portions.iter().for_each(|p| self.shift(p, 0, 1, Kind::Adjusted)),
                Event::Released { portions, .. } => portions.iter().for_each(|p| self.shift(p, 0, -1, Kind::Adjusted)),
                Event::Returned(back) => back.portions.iter().for_each(|p| self.shift(p, 1, 0, Kind::Returned)),
                Event::Shipped(gone) => gone.iter().for_each(|d| {
                    self.shift(&d.portion, -1, 0, Kind::Shipped);
                    self.shift(&Portion { quantity: d.promised, ..d.portion }, 0, -1, Kind::Adjusted);
                }),
            }
        }
    }
    fn shift(&mut self, p: &Portion, on_hand: i64, held: i64, kind: Kind) {
        let place = self.shelves.iter().position(|s| s.location == p.location).unwrap();
        let quantity = i64::from(p.quantity);
        self.shelves[place].on_hand += on_hand * quantity;
        self.shelves[place].held += held * quantity;
        if on_hand != 0 {
            let (quantity, cause) = (on_hand * quantity, String::new());
            self.book[place].push(Movement { kind, quantity, cause });
        }
    }
    fn on(&mut self, hold: usize, act: impl FnOnce(&mut Hold) -> Result<Vec<Event>, IllegalMove>) -> bool {
        let done = act(&mut self.holds[hold]);
        done.map(|events| self.apply(&events)).is_ok()
    }
    /// I1, I3, and that a hold which is over keeps nothing.
    fn adds_up(&self) {
        for (shelf, book) in self.shelves.iter().zip(&self.book) {
            assert_eq!(shelf.on_hand, book.iter().map(|m| m.quantity).sum::<i64>(), "I1");
            let here = self.holds.iter().flat_map(|h| &h.allocations).filter(|a| a.location == shelf.location);
            assert_eq!(shelf.held, here.map(|a| i64::from(a.open())).sum::<i64>(), "I3");
            assert!(shelf.held >= 0);
        }
        for hold in &self.holds {
            let open: u32 = hold.allocations.iter().map(Allocation::open).sum();
            assert_eq!(open > 0, matches!(hold.state, HoldState::Held | HoldState::Committed), "{hold:?}");
        }
    }
}

/// `S…` of the scenarios: a line of three, four on the shelf.
fn scenario() -> (World, usize) {
    let mut world = World::new(&[4]);
    let hold = world.place(3).unwrap();
    assert!(world.on(hold, Hold::commit));
    (world, hold)
}
fn outcome(world: &World) -> (u32, u32, u32, i64, i64, i64) {
    world.adds_up();
    let (a, s) = (&world.holds[0].allocations[0], &world.shelves[0]);
    (a.shipped, a.released, a.open(), s.on_hand, s.held, s.shortage())
}

#[test]
fn s01_two_of_three_shipped_one_cancelled() {
    let (mut world, hold) = scenario();
    assert!(world.on(hold, |h| h.ship(&[line(7, 2)])) && world.on(hold, |h| h.release_units(&[line(7, 1)])));
    assert_eq!(outcome(&world), (2, 1, 0, 2, 0, 0));
}

#[test]
fn s02_a_cancel_that_no_longer_fits_is_refused() {
    let (mut world, hold) = scenario();
    assert!(world.on(hold, |h| h.ship(&[line(7, 2)])));
    assert!(!world.on(hold, |h| h.release_units(&[line(7, 2)])));
    assert_eq!(outcome(&world), (2, 0, 1, 2, 1, 0));
}

#[test]
fn s04_a_recount_below_held_is_taken_and_new_holds_are_refused() {
    let (mut world, _) = scenario();
    world.recount(0, 1);
    assert_eq!(outcome(&world), (0, 0, 3, 1, 3, 2));
    assert_eq!(world.place(1), Err(Refusal::Short(vec![id(7)])));
}

#[test]
fn s05_a_shortage_ends_by_cancelling() {
    let (mut world, hold) = scenario();
    world.recount(0, 1);
    assert!(world.on(hold, |h| h.release_units(&[line(7, 2)])));
    assert_eq!(outcome(&world), (0, 2, 1, 1, 1, 0));
}

#[test]
fn s06_a_parcel_leaves_although_the_recount_said_less() {
    let (mut world, hold) = scenario();
    world.recount(0, 1);
    assert!(world.on(hold, |h| h.ship(&[line(7, 2)])));
    assert_eq!(outcome(&world), (2, 0, 1, -1, 1, 2));
}

#[derive(Clone, Debug)]
enum Act {
    Place(u32),
    Commit,
    Release,
    Cancel(u32),
    Ship(u32),
    TakeBack(u32),
    Expire,
    Recount(i64),
}

fn acts() -> impl Strategy<Value = Vec<(Act, prop::sample::Index)>> {
    let act = prop_oneof![
        3 => (1u32..6).prop_map(Act::Place),
        3 => Just(Act::Commit),
        1 => Just(Act::Release),
        2 => (0u32..4).prop_map(Act::Cancel),
        3 => (0u32..4).prop_map(Act::Ship),
        2 => (0u32..4).prop_map(Act::TakeBack),
        1 => Just(Act::Expire),
        1 => (0i64..12).prop_map(Act::Recount),
    ];
    prop::collection::vec((act, any::<prop::sample::Index>()), 1..60)
}

proptest! {
    #[test]
    fn whatever_happens_in_whatever_order_held_and_on_hand_add_up(acts in acts()) {
        let mut world = World::new(&[6, 3]);
        for (act, which) in acts {
            match act {
                Act::Place(units) => drop(world.place(units)),
                Act::Recount(units) => world.recount(which.index(2), units),
                _ if world.holds.is_empty() => {}
                act => {
                    let hold = which.index(world.holds.len());
                    let late = world.holds[hold].expires;
                    world.on(hold, |h| match act {
                        Act::Commit => h.commit(),
                        Act::Release => Ok(h.release()),
                        Act::Cancel(units) => h.release_units(&[line(7, units)]),
                        Act::Ship(units) => h.ship(&[line(7, units)]),
                        Act::TakeBack(units) => h.take_back(&[line(7, units)], "k"),
                        _ => Ok(h.expire(late)),
                    });
                }
            }
            world.adds_up();
        }
    }
}
