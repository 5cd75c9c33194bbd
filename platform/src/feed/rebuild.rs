//! Reading a log again from its start, into an emptied inbox.
use super::pb::{self, feed_client::FeedClient};
use crate::{
    grpc::Transport,
    store::{Store, StoreError},
};
use tonic::Status;

/// Why a consumer was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Rebuild {
    #[error("{consumer} can't be rebuilt: {log} no longer keeps its first facts")]
    Gone { consumer: &'static str, log: &'static str },
    #[error("{log} can't be read: {status}")]
    Away { log: &'static str, status: Status },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Empties inbox and places of a consumer, so that it reads its sources from the start, the running one too. Refused, with nothing
/// changed, when the start of a log is gone. Views are dropped by their service, best in one batch with `Batch::restart`.
pub async fn rebuild(
    store: &dyn Store,
    consumer: &'static str,
    logs: Vec<(&'static str, Transport)>,
) -> Result<(), Rebuild> {
    for (log, transport) in logs {
        is_whole(consumer, log, transport).await?;
    }
    Ok(store.restart(consumer).await?)
}

async fn is_whole(consumer: &'static str, log: &'static str, transport: Transport) -> Result<(), Rebuild> {
    let request = pb::ReadRequest { after: 0, types: vec![], limit: 1, wait_ms: 0 };
    let read = async { FeedClient::new(transport).read(request).await?.into_inner().message().await };
    match read.await {
        Ok(_) => Ok(()),
        Err(status) if status.code() == tonic::Code::OutOfRange => Err(Rebuild::Gone { consumer, log }),
        Err(status) => Err(Rebuild::Away { log, status }),
    }
}
