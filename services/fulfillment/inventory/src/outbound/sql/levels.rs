//! StockLow, StockDepleted, StockRestocked: decided by the row as the write before them in the batch left it (tables 7). The row's
//! version numbers them, and of the three at most one can be true of one version.
use crate::{domain::Portion, outbound::events::Levels};
use kernel::Timestamp;
use platform_sql::{Batch, params};

/// `$8` is by how much what is free fell, `$9` by how much the mark fell: what the row was before is what it is, and these.
const FELL: &str = "INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
    SELECT $1, 'stock', $2, version, CASE WHEN on_hand + backorder > held THEN $3 ELSE $4 END, $5, $6, $7
    FROM stock WHERE offer = $10 AND location = $11 AND (
        on_hand + backorder - held <= 0 AND on_hand + backorder - held + $8 > 0
        OR on_hand + backorder - held BETWEEN 1 AND low_mark AND on_hand + backorder - held + $8 > low_mark + $9)
    RETURNING position, type";
/// Above the mark again.
const ROSE: &str = "INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
    SELECT $1, 'stock', $2, version, $3, $4, $5, $6
    FROM stock WHERE offer = $9 AND location = $10
        AND on_hand + backorder - held > low_mark AND on_hand + backorder - held + $7 <= low_mark + $8
    RETURNING position, type";
/// Something again, but not much.
const ROSE_A_LITTLE: &str =
    "INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
    SELECT $1, 'stock', $2, version, $3, $4, $5, $6
    FROM stock WHERE offer = $8 AND location = $9
        AND on_hand + backorder - held BETWEEN 1 AND low_mark AND on_hand + backorder - held + $7 <= 0
    RETURNING position, type";

/// By how much a write lowered what is free and the mark; negative when it raised them.
#[derive(Clone, Copy, Default)]
pub(super) struct Fall {
    pub free: i64,
    pub mark: i64,
}

/// After the statement that moved the row. `at` names the row; its quantity says nothing here.
pub(super) fn tell(batch: &mut Batch, at: &Portion, fall: Fall, now: Timestamp) {
    let levels = Levels::of(at, now);
    let row = params![at.offer, at.location];
    if fall.free > 0 || fall.mark < 0 {
        let (low, none) = (levels.low, levels.depleted);
        // Low and depleted say the same of the shelf, so the bytes are the same; only what they are called differs.
        let fact = params![low.id, low.subject, low.kind, none.kind, low.payload.to_vec(), low.trace, now];
        batch.push(FELL, [fact, params![fall.free, fall.mark], row.clone()].concat()).announces();
    }
    let fact = |f: platform::store::Fact| params![f.id, f.subject, f.kind, f.payload.to_vec(), f.trace, now];
    if fall.free < 0 || fall.mark > 0 {
        batch.push(ROSE, [fact(levels.restocked), params![fall.free, fall.mark], row.clone()].concat()).announces();
    }
    if fall.free < 0 {
        batch.push(ROSE_A_LITTLE, [fact(levels.restocked_low), params![fall.free], row].concat()).announces();
    }
}
