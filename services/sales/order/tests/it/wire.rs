//! The net between the order service and its participants: it loses, holds, doubles and delays what is sent, and kills who sends.
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use platform::grpc::Transport;
use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::{Notify, oneshot};
use tonic::{Code, Status, body::Body, service::Routes};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

/// What happens to a call.
#[derive(Clone, Debug)]
pub enum Fate {
    Deliver,
    LoseRequest,
    /// Done there; nobody hears of it.
    LoseAnswer,
    /// Under way; it lands when the test says so.
    Delay,
    Twice,
    CrashBefore,
    CrashAfter,
    /// Answered by the net, not delivered.
    Answer(Code, &'static str),
}

/// `method`, what happens to it, and how often.
#[derive(Clone, Debug)]
pub struct Rule {
    pub method: &'static str,
    pub fate: Fate,
    pub times: usize,
}

#[derive(Default)]
pub struct Net {
    pub rules: Mutex<Vec<Rule>>,
    pub log: Mutex<Vec<Heard>>,
    late: Mutex<Vec<Sent>>,
    routes: Mutex<Option<Routes>>,
    gate: Mutex<Option<Vec<Waiting>>>,
    arrived: Notify,
}

/// A call that reached its participant: what, and whether the answer was a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub method: String,
    pub code: Code,
}

#[derive(Clone)]
struct Sent {
    method: String,
    head: Arc<http::request::Parts>,
    body: bytes::Bytes,
}

struct Waiting {
    method: String,
    fate: oneshot::Sender<Fate>,
}

/// A process: dead, it hears and sends nothing more.
#[derive(Default)]
pub struct Life {
    dead: AtomicBool,
}

impl Life {
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }
    pub fn end(&self) {
        self.dead.store(true, Ordering::SeqCst)
    }
}

impl Net {
    pub fn connect(&self, routes: Routes) {
        *self.routes.lock().unwrap() = Some(routes.prepare());
    }
    pub fn rule(&self, method: &'static str, fate: Fate, times: usize) {
        self.rules.lock().unwrap().push(Rule { method, fate, times });
    }
    pub fn heal(&self) {
        self.rules.lock().unwrap().clear();
    }
    pub fn heard(&self, method: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|h| h.method == method).count()
    }

    /// What one process sends over.
    pub fn transport(self: &Arc<Self>, life: &Arc<Life>) -> Transport {
        let (net, life) = (self.clone(), life.clone());
        BoxCloneSyncService::new(service_fn(move |request: Request<Body>| {
            let (net, life) = (net.clone(), life.clone());
            async move { net.pass(request, &life).await }
        }))
    }

    async fn pass(&self, request: Request<Body>, life: &Life) -> Result<Response<Body>, Status> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let method = head.uri.path().rsplit('/').next().unwrap_or_default().to_string();
        let sent = Sent { method, head: Arc::new(head), body };
        if life.is_dead() {
            pending::<()>().await;
        }
        let fate = match self.ruled(&sent.method) {
            Some(fate) => fate,
            None => self.gated(&sent.method).await,
        };
        match fate {
            Fate::Deliver => self.deliver(&sent).await,
            Fate::LoseRequest => Err(Status::unavailable("lost on the way there")),
            Fate::LoseAnswer => {
                let _ = self.deliver(&sent).await;
                Err(Status::deadline_exceeded("lost on the way back"))
            }
            Fate::Delay => {
                self.late.lock().unwrap().push(sent);
                Err(Status::deadline_exceeded("still under way"))
            }
            Fate::Twice => {
                let first = self.deliver(&sent).await;
                let _ = self.deliver(&sent).await;
                first
            }
            Fate::CrashBefore => {
                life.end();
                pending().await
            }
            Fate::CrashAfter => {
                let _ = self.deliver(&sent).await;
                life.end();
                pending().await
            }
            Fate::Answer(code, souk_code) => {
                let mut status = Status::new(code, souk_code);
                status.metadata_mut().insert("souk-code", souk_code.parse().unwrap());
                Err(status)
            }
        }
    }

    fn ruled(&self, method: &str) -> Option<Fate> {
        let mut rules = self.rules.lock().unwrap();
        let rule = rules.iter_mut().find(|r| r.method == method && r.times > 0)?;
        rule.times -= 1;
        Some(rule.fate.clone())
    }

    async fn gated(&self, method: &str) -> Fate {
        let decided = {
            let mut gate = self.gate.lock().unwrap();
            let Some(waiting) = gate.as_mut() else { return Fate::Deliver };
            let (fate, decided) = oneshot::channel();
            waiting.push(Waiting { method: method.to_string(), fate });
            decided
        };
        self.arrived.notify_one();
        decided.await.unwrap_or(Fate::Deliver)
    }

    async fn deliver(&self, sent: &Sent) -> Result<Response<Body>, Status> {
        let routes = self.routes.lock().unwrap().clone().expect("connected");
        let mut request = Request::new(Body::new(Full::new(sent.body.clone()).map_err(|never| match never {})));
        *request.uri_mut() = sent.head.uri.clone();
        *request.method_mut() = sent.head.method.clone();
        *request.headers_mut() = sent.head.headers.clone();
        let Ok(response) = routes.oneshot(request).await;
        let code = response.headers().get("grpc-status").map_or(Code::Ok, |s| Code::from_bytes(s.as_bytes()));
        self.log.lock().unwrap().push(Heard { method: sent.method.clone(), code });
        Ok(response.map(Body::new))
    }

    /// What was under way lands now.
    pub async fn land(&self) -> Vec<Heard> {
        let late: Vec<Sent> = self.late.lock().unwrap().drain(..).collect();
        let before = self.log.lock().unwrap().len();
        for sent in late {
            let _ = self.deliver(&sent).await;
        }
        self.log.lock().unwrap()[before..].to_vec()
    }

    /// From here on every call waits until the test says what becomes of it.
    pub fn close_gate(&self) {
        *self.gate.lock().unwrap() = Some(vec![]);
    }
    pub fn open_gate(&self) {
        drop(self.gate.lock().unwrap().take()); // whoever waits is delivered
    }
    /// Who waits at the gate dies there.
    pub fn crash(&self) {
        let waiting = self.gate.lock().unwrap().as_mut().map(std::mem::take).unwrap_or_default();
        waiting.into_iter().for_each(|call| drop(call.fate.send(Fate::CrashBefore)));
    }
    /// Lets all calls of this method at the gate go on so, as soon as there is one. What was asked before goes the way of `passed`.
    pub async fn let_pass(&self, method: &str, fate: Fate, passed: (&[&str], Fate)) {
        let waited = async {
            loop {
                let mut found = false;
                if let Some(waiting) = self.gate.lock().unwrap().as_mut() {
                    for call in waiting.extract_if(.., |w| w.method == method || passed.0.contains(&w.method.as_str()))
                    {
                        let own = call.method == method;
                        found |= own;
                        let _ = call.fate.send(if own { fate.clone() } else { passed.1.clone() });
                    }
                }
                if found {
                    return;
                }
                self.arrived.notified().await;
            }
        };
        let seen = tokio::time::timeout(std::time::Duration::from_secs(5), waited).await;
        assert!(seen.is_ok(), "nobody calls {method}");
    }
}
