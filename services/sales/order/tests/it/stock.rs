//! Inventory as `checkout.md` has it: all lines or none, demand summed, expiry from held only, a tombstone for what never came.
use super::pricing::{No, no, stepped};
use contracts::inventory::{self as pb, inventory_server::Inventory as Rpc};
use kernel::{Clock, Timestamp, error};
use platform::grpc::status;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};
use tonic::{Request, Response, Status};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Held,
    Committed,
    Ended,
    Released,
    Expired,
}

#[derive(Clone, Debug)]
pub struct Hold {
    pub state: State,
    pub expires: Timestamp,
    /// Offer → quantity, shipped, released.
    pub parts: BTreeMap<String, [i64; 3]>,
}

#[derive(Default)]
pub struct Shelves {
    /// Offer → on hand, held.
    pub stock: BTreeMap<String, [i64; 2]>,
    pub holds: BTreeMap<String, Hold>,
    /// Steps undone before they came.
    pub undone: BTreeSet<String>,
    pub effects: BTreeMap<String, u32>,
    pub moved: BTreeSet<String>,
}

#[derive(Clone)]
pub struct Stock {
    pub shelves: Arc<Mutex<Shelves>>,
    pub clock: Arc<dyn Clock>,
}

const TTL: Duration = Duration::from_secs(900);

impl Shelves {
    pub fn expire(&mut self, now: Timestamp) {
        let due = self.holds.values_mut().filter(|h| h.state == State::Held && h.expires <= now);
        for hold in due {
            hold.state = State::Expired;
            free(hold, &mut self.stock);
        }
    }
    /// What left the vendor's hands: a fact.
    pub fn ship(&mut self, order: &str, lines: &[(String, i64)]) {
        let hold = self.holds.get_mut(order).expect("a hold");
        for (offer, quantity) in lines {
            hold.parts.get_mut(offer).unwrap()[1] += quantity;
            let shelf = self.stock.get_mut(offer).unwrap();
            *shelf = [shelf[0] - quantity, shelf[1] - quantity];
        }
        if hold.parts.values().all(|p| p[0] == p[1] + p[2]) {
            hold.state = State::Ended;
        }
    }
    pub fn held(&self) -> i64 {
        self.stock.values().map(|s| s[1]).sum()
    }
}

fn free(hold: &mut Hold, stock: &mut BTreeMap<String, [i64; 2]>) {
    for (offer, part) in &mut hold.parts {
        let open = part[0] - part[1] - part[2];
        part[2] += open;
        stock.get_mut(offer).unwrap()[1] -= open;
    }
}

fn shown(order: &str, hold: &Hold) -> Response<pb::Hold> {
    Response::new(pb::Hold {
        id: String::new(),
        order: order.into(),
        state: format!("{:?}", hold.state).to_lowercase(),
        allocations: vec![],
        expires_us: hold.expires.0,
    })
}

#[tonic::async_trait]
impl Rpc for Stock {
    async fn place_hold(&self, request: Request<pb::PlaceHoldRequest>) -> Result<Response<pb::Hold>, Status> {
        let order = request.get_ref().order.clone();
        stepped(&request, &format!("{order}/hold"));
        let s = &mut *self.shelves.lock().unwrap();
        if s.undone.contains(&order) {
            return Err(no(error::refused("step_undone")));
        }
        if let Some(hold) = s.holds.get(&order) {
            return Ok(shown(&order, hold));
        }
        let mut demand: BTreeMap<String, i64> = BTreeMap::new();
        for line in &request.get_ref().lines {
            *demand.entry(line.offer.clone()).or_default() += i64::from(line.quantity);
        }
        let short = demand.iter().filter(|(offer, n)| s.stock.get(*offer).is_none_or(|[on, held]| on - held < **n));
        let short: Vec<&str> = short.map(|(offer, _)| offer.as_str()).collect();
        if !short.is_empty() {
            return Err(status(&No(error::refused("inventory.short"), format!("not enough of {}", short.join(", ")))));
        }
        for (offer, n) in &demand {
            s.stock.get_mut(offer).unwrap()[1] += n;
        }
        *s.effects.entry(order.clone()).or_default() += 1;
        let parts = demand.into_iter().map(|(offer, n)| (offer, [n, 0, 0])).collect();
        let hold = Hold { state: State::Held, expires: self.clock.now() + TTL, parts };
        s.holds.insert(order.clone(), hold.clone());
        Ok(shown(&order, &hold))
    }

    async fn undo_hold(&self, request: Request<pb::UndoHoldRequest>) -> Result<Response<pb::UndoHoldReply>, Status> {
        let order = request.get_ref().order.clone();
        stepped(&request, &format!("{order}/hold"));
        let s = &mut *self.shelves.lock().unwrap();
        s.undone.insert(order.clone());
        if let Some(hold) = s.holds.get_mut(&order)
            && matches!(hold.state, State::Held | State::Committed)
        {
            hold.state = State::Released;
            free(hold, &mut s.stock);
        }
        Ok(Response::new(pb::UndoHoldReply {}))
    }

    async fn commit_hold(&self, request: Request<pb::CommitHoldRequest>) -> Result<Response<pb::Hold>, Status> {
        let order = request.get_ref().order.clone();
        stepped(&request, &format!("{order}/commit"));
        let s = &mut *self.shelves.lock().unwrap();
        let hold = s.holds.get_mut(&order).ok_or(no(error::not_found("inventory.no_hold")))?;
        match hold.state {
            State::Committed | State::Ended => {}
            State::Held if hold.parts.keys().any(|offer| s.stock[offer][1] > s.stock[offer][0]) => {
                return Err(no(error::refused("inventory.short")));
            }
            State::Held => hold.state = State::Committed,
            State::Released | State::Expired => return Err(no(error::refused("inventory.illegal_move"))),
        }
        Ok(shown(&order, hold))
    }

    async fn release_units(&self, request: Request<pb::ReleaseUnitsRequest>) -> Result<Response<pb::Hold>, Status> {
        let key = request.metadata().get("souk-step").unwrap().to_str().unwrap().to_string();
        let order = request.get_ref().order.clone();
        let s = &mut *self.shelves.lock().unwrap();
        let hold = s.holds.get_mut(&order).ok_or(no(error::not_found("inventory.no_hold")))?;
        if s.moved.insert(key) {
            for line in &request.get_ref().lines {
                let part = hold.parts.get_mut(&line.offer).unwrap();
                part[2] += i64::from(line.quantity);
                assert!(part[1] + part[2] <= part[0], "more released than is open");
                s.stock.get_mut(&line.offer).unwrap()[1] -= i64::from(line.quantity);
            }
        }
        if hold.state == State::Committed && hold.parts.values().all(|p| p[0] == p[1] + p[2]) {
            hold.state = State::Ended;
        }
        Ok(shown(&order, hold))
    }

    async fn return_units(&self, request: Request<pb::ReturnUnitsRequest>) -> Result<Response<pb::Hold>, Status> {
        let key = request.metadata().get("souk-step").unwrap().to_str().unwrap().to_string();
        let order = request.get_ref().order.clone();
        let s = &mut *self.shelves.lock().unwrap();
        let hold = s.holds.get(&order).ok_or(no(error::not_found("inventory.no_hold")))?.clone();
        if s.moved.insert(key) {
            for line in &request.get_ref().lines {
                s.stock.get_mut(&line.offer).unwrap()[0] += i64::from(line.quantity);
            }
        }
        Ok(shown(&order, &hold))
    }

    async fn availability(
        &self,
        _: Request<pb::AvailabilityRequest>,
    ) -> Result<Response<pb::AvailabilityReply>, Status> {
        Err(Status::aborted("orders never ask"))
    }
}
