//! Reading a log again from its start, into emptied views and an emptied inbox.
use super::{
    Reading,
    pb::{self, feed_client::FeedClient},
};
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

/// Empties the views of these consumers of one store, their inbox and places, so that they read their logs from the start, the
/// running ones too. Refused, with nothing changed, when the start of a log is gone.
pub async fn rebuild(store: &dyn Store, consumers: &[(&Reading, Transport)]) -> Result<(), Rebuild> {
    for (reading, log) in consumers {
        is_whole(reading, log.clone()).await?;
    }
    for (reading, _) in consumers {
        store.restart(reading.consumer, reading.views).await?;
    }
    Ok(())
}

async fn is_whole(reading: &Reading, transport: Transport) -> Result<(), Rebuild> {
    let (consumer, log) = (reading.consumer, reading.source);
    let request = pb::ReadRequest { after: 0, types: vec![], limit: 1, wait_ms: 0 };
    let read = async { FeedClient::new(transport).read(request).await?.into_inner().message().await };
    match read.await {
        Ok(_) => Ok(()),
        Err(status) if status.code() == tonic::Code::OutOfRange => Err(Rebuild::Gone { consumer, log }),
        Err(status) => Err(Rebuild::Away { log, status }),
    }
}
