//! A path, and where each of its methods goes.
use crate::visitor::{self, Visitors};
use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header::ALLOW},
    response::{IntoResponse, Response},
};
use platform::{
    actor::Actor,
    context,
    http::{Audience, Problem, Spec},
    net::Offered,
};
use tower::ServiceExt;

#[derive(Default)]
pub struct Crossing(Vec<(Spec, Offered)>);

impl Crossing {
    pub fn add(&mut self, spec: Spec, service: Offered) -> Result<(), String> {
        if let Some((other, owner)) = self.0.iter().find(|(s, _)| s.method == spec.method) {
            let (method, path) = (&spec.method, spec.path);
            return Err(format!("{method} {path} of {} is {} of {} already", service.name, other.path, owner.name));
        }
        self.0.push((spec, service));
        Ok(())
    }

    pub async fn pass(&self, visitors: &Visitors, request: Request) -> Response {
        let wanted = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        match self.0.iter().find(|(spec, _)| spec.method == *wanted) {
            Some((spec, service)) => {
                send(spec, service, visitors, request).await.unwrap_or_else(IntoResponse::into_response)
            }
            None => self.other_method(request.method()),
        }
    }

    fn other_method(&self, method: &Method) -> Response {
        let mut response = match *method {
            Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
            _ => Problem::no_such_method().into_response(),
        };
        let mut methods: Vec<&str> = self.0.iter().map(|(spec, _)| spec.method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD")
        }
        methods.sort_unstable();
        if let Ok(value) = methods.join(",").parse() {
            response.headers_mut().insert(ALLOW, value);
        }
        response
    }
}

async fn send(spec: &Spec, service: &Offered, visitors: &Visitors, mut request: Request) -> Result<Response, Problem> {
    let actor = match spec.audience {
        // A provider proves itself by the signature over the body, to the service; what else it shows goes along.
        Some(Audience::Hooks) => Actor::anonymous(),
        _ => visitors.actor(request.headers_mut()).await?,
    };
    visitor::forget_claims(request.headers_mut());
    visitor::tell_address(&mut request);
    let head = request.headers_mut();
    head.insert("souk-actor", value(&visitors.seal().write(&actor, service.name))?);
    head.insert("traceparent", value(&context::child(&context::trace()))?);
    match service.door.clone().oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

fn value(text: &str) -> Result<HeaderValue, Problem> {
    text.parse().map_err(Problem::internal)
}
