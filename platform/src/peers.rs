//! Whom a service can call, and how: in this process, or at an address.
use crate::{
    context::Seal,
    grpc::{self, Breaker, Limits, Link, Transport, remote},
    start::StartError,
};
use std::{collections::BTreeMap, sync::Arc};

pub(crate) struct Peers {
    pub here: BTreeMap<&'static str, Transport>,
    pub addresses: BTreeMap<String, String>,
    pub seal: Seal,
    pub reads: &'static [&'static str],
}

impl Peers {
    pub fn link(
        &self,
        caller: &'static str,
        callee: &'static str,
        limits: Limits,
    ) -> Result<(Transport, Arc<Breaker>), StartError> {
        let inner = match (self.here.get(callee), self.addresses.get(callee)) {
            (Some(here), _) => here.clone(),
            (None, Some(at)) => {
                remote(callee, at).map_err(|why| StartError::Settings(format!("[net] {callee}: {why}")))?
            }
            (None, None) => return Err(StartError::NoCallee { caller, callee }),
        };
        let link = Link { caller, callee, seal: self.seal.clone(), reads: self.reads };
        Ok(grpc::client(link, limits, inner))
    }
}
