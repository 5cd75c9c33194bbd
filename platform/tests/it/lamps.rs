//! A service of lamps: its use cases do what their command says, so a test can say it.
use crate::shelf::Shelf;
use kernel::{Code, Coded, OfferId, error};
use platform::{
    ask::Ask,
    http::{Answer, Call, List, Listed, Nothing, Problem, RawCall, Read, Routes, View, saying},
    page::{Page, Slice},
    store::{Change, StoreError},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;
use uuid::Uuid;

pub struct Lamps {
    pub shelf: Arc<Shelf>,
    pub made: AtomicU32,
    /// What "slow" waits for.
    pub gate: Arc<Notify>,
    /// What the factory sent.
    pub heard: std::sync::Mutex<Vec<String>>,
}

#[derive(Clone, Debug)]
pub enum No {
    TooBright,
    Contended,
    Away,
    Broken,
    Priced,
    Stale,
    Store(StoreError),
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            No::TooBright => "no lamp is so bright",
            No::Contended => "others were faster",
            No::Away => "the factory can't be reached",
            No::Broken => "row 7 of table lamp is broken",
            No::Priced => "the price has changed",
            No::Stale => "changed since it was read",
            No::Store(error) => return error.fmt(f),
        })
    }
}

impl Coded for No {
    fn code(&self) -> Code {
        match self {
            No::TooBright => error::refused("lamp.too_bright"),
            No::Contended => error::conflict("contended"),
            No::Away => error::unavailable("factory.away"),
            No::Broken => error::internal("lamp.broken"),
            No::Priced => error::conflict("lamp.price_changed"),
            No::Stale => error::stale("lamp.stale"),
            No::Store(error) => error.code(),
        }
    }
    fn retry_after(&self) -> Option<Duration> {
        matches!(self, No::Away).then_some(Duration::from_secs(7))
    }
    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        match self {
            No::Priced => [("quote".into(), 5.into()), ("code".into(), "stolen".into())].into_iter().collect(),
            _ => Default::default(),
        }
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LampBody {
    pub name: String,
    #[serde(default)]
    pub watts: i64,
    #[serde(default)]
    pub parts: Vec<Part>,
    #[serde(default)]
    pub shape: Option<Shape>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub what: String,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Round,
    Long,
}

#[derive(Clone, Debug)]
pub struct Lamp {
    pub id: OfferId,
    pub name: String,
    pub number: u32,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
pub struct LampView {
    pub id: OfferId,
    pub name: String,
    pub number: u32,
}

/// A lamp with its place and its version.
#[derive(Serialize, JsonSchema)]
pub struct WholeView {
    pub id: OfferId,
    pub name: String,
    pub number: u32,
    #[serde(skip)]
    pub version: u64,
}

impl View for LampView {}
impl View for WholeView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/store/v1/lamps/{}", self.id))
    }
}

fn lamp_view(lamp: &Lamp) -> LampView {
    LampView { id: lamp.id, name: lamp.name.clone(), number: lamp.number }
}
pub fn whole_view(lamp: &Lamp) -> WholeView {
    WholeView { id: lamp.id, name: lamp.name.clone(), number: lamp.number, version: lamp.version }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    pub below: Option<u32>,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Up,
    Down,
}

pub fn routes() -> Routes<Lamps> {
    platform::routes! {
        /// Makes a lamp.
        post "/store/v1/lamps"            allow("lamp.make") creates() => make;
        /// Wishes for one that takes long to make.
        post "/store/v1/wishes"           allow("lamp.make") creates() slow() => wish;
        /// Lamps by their number.
        get  "/store/v1/lamps"            open() => list;
        /// One lamp.
        get  "/store/v1/lamps/{lamp}"     open() => read;
        /// Changes a lamp as it was read.
        put  "/vendor/v1/lamps/{lamp}"    allow("lamp.change") if_match() => change;
        /// Drops it.
        delete "/vendor/v1/lamps/{lamp}"  allow("lamp.change") => drop_lamp;
        /// Opens a cart of lamps: who does is nobody yet.
        post "/store/v1/baskets"          open() unkeyed() => basket;
        /// The factory says what became of an order.
        post "/hooks/v1/lamps/factory"    => hear;
    }
}

async fn make(app: &Lamps, call: Call<LampBody>) -> Answer<WholeView> {
    let ask = call.ask(whole_view);
    ask.answer(app.make(call.body.clone(), &ask).await)
}

async fn wish(app: &Lamps, call: Call<LampBody>) -> Answer<WholeView> {
    let ask = call.ask(whole_view);
    match app.wish(call.body.clone(), &ask).await {
        Ok(lamp) => ask.later(&lamp),
        Err(error) => ask.answer(Err(error)),
    }
}

async fn list(app: &Lamps, call: Read<(), Listed<Filter, Sort>>) -> Answer<List<LampView>> {
    let page = call.page::<u32>()?;
    call.list(app.list(&call.query, &page), lamp_view)
}

async fn read(app: &Lamps, call: Read<OfferId>) -> Answer<WholeView> {
    match call.path {
        id if id == lost() => call.show(Err::<Option<Lamp>, _>(No::Broken), whole_view),
        id if id == app.known().id => call.show(Ok::<_, No>(Some(app.known())), whole_view),
        _ => call.show(Ok::<_, No>(None), whole_view),
    }
}

async fn change(app: &Lamps, call: Call<LampBody, OfferId>) -> Answer<WholeView> {
    let ask = call.ask(whole_view);
    let version = call.version.unwrap_or_default();
    ask.answer(app.change(call.body.clone(), version, &ask))
}

async fn drop_lamp(app: &Lamps, call: Call<(), OfferId>) -> Answer<Nothing> {
    let ask = call.ask(|_: &Lamp| Nothing);
    ask.answer(app.make(LampBody { name: "gone".into(), watts: 0, parts: vec![], shape: None }, &ask).await)
}

async fn basket(app: &Lamps, call: Call<LampBody>) -> Answer<WholeView> {
    let ask = call.ask(whole_view);
    ask.answer(app.make(call.body.clone(), &ask).await)
}

async fn hear(app: &Lamps, call: RawCall) -> Answer<Nothing> {
    if call.head.get("x-signature").is_none_or(|s| s != "right") {
        return Err(Problem::unauthenticated("not signed by the factory"));
    }
    app.heard.lock().unwrap().push(String::from_utf8_lossy(&call.body).into_owned());
    call.answer(Ok::<_, No>(()), |()| Nothing)
}

/// Reading this one fails inside.
pub fn lost() -> OfferId {
    OfferId::from_uuid(Uuid::from_u128(13))
}

impl Lamps {
    pub fn known(&self) -> Lamp {
        Lamp { id: OfferId::from_uuid(Uuid::from_u128(7)), name: "known".into(), number: 7, version: 3 }
    }
    fn lamp(&self, name: String) -> Lamp {
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        Lamp { id: OfferId::from_uuid(Uuid::from_u128(number.into())), name, number, version: 1 }
    }
    async fn make(&self, body: LampBody, ask: &Ask<Lamp>) -> Result<Lamp, No> {
        match body.name.as_str() {
            "contended" => return Err(No::Contended),
            "away" => return Err(No::Away),
            "broken" => return Err(No::Broken),
            "priced" => return Err(No::Priced),
            "panic" => panic!("row 8 of table lamp"),
            "slow" => self.gate.notified().await,
            "forgetful" => return Ok(self.lamp(body.name)),
            _ => {}
        }
        let is_one = body.parts.iter().all(|part| !part.what.is_empty());
        if body.watts > 100 || !is_one || matches!(body.shape, Some(Shape::Long)) {
            return Err(No::TooBright);
        }
        let lamp = self.lamp(body.name);
        self.shelf.write(Change::<_, ()>::new(&lamp, vec![]).answering(ask).marks).map_err(No::Store)?;
        Ok(lamp)
    }
    /// Takes the key and leaves the rest for later.
    async fn wish(&self, body: LampBody, ask: &Ask<Lamp>) -> Result<Lamp, No> {
        let lamp = self.lamp(body.name);
        self.shelf.write(Change::<_, ()>::new(&lamp, vec![]).claiming(ask, lamp.id).marks).map_err(No::Store)?;
        if lamp.name == "contended" {
            return Err(No::Contended);
        }
        let (shelf, ask, gate, decided) = (self.shelf.clone(), ask.clone(), self.gate.clone(), lamp.clone());
        tokio::spawn(async move {
            gate.notified().await;
            let change = Change::<_, ()>::new(&decided, vec![]);
            let change =
                if decided.name == "dark" { change.refusing(&ask, &No::TooBright) } else { change.answering(&ask) };
            shelf.write(change.marks)
        });
        Ok(lamp)
    }
    fn change(&self, body: LampBody, version: u64, ask: &Ask<Lamp>) -> Result<Lamp, No> {
        if version != 3 {
            return Err(No::Stale);
        }
        let lamp = Lamp { name: body.name, version: version + 1, ..self.known() };
        self.shelf.write(Change::<_, ()>::new(&lamp, vec![]).answering(ask).marks).map_err(No::Store)?;
        Ok(lamp)
    }
    /// Lamps number 1 to 60.
    fn list(&self, wanted: &Listed<Filter, Sort>, page: &Page<u32>) -> Result<Slice<Lamp, u32>, No> {
        let below = wanted.filter.below.unwrap_or(61);
        let mut numbers: Vec<u32> = (1..below.min(61)).collect();
        if wanted.sort == Sort::Down {
            numbers.reverse();
        }
        let from = page.after.map_or(0, |after| numbers.iter().position(|n| *n == after).map_or(0, |at| at + 1));
        let rows = numbers.into_iter().skip(from).take(page.rows() as usize);
        let lamp =
            |number: u32| Lamp { id: OfferId::from_uuid(Uuid::from_u128(number.into())), number, ..self.known() };
        Ok(page.slice(rows.map(lamp).collect(), |lamp| lamp.number))
    }
}

/// How a process that takes the work over says the answer.
pub fn said_later() -> impl Fn(platform::ask::Outcome<'_, Lamp>) -> platform::ask::Said + Clone {
    saying(201, whole_view)
}
