//! What carriers tell: `/hooks/v1/shipping/simulated`.
use super::{convert, signature};
use crate::app::Shipping;
use platform::http::{Answer, Nothing, Problem, RawCall};

/// The signature comes first, over the bytes as they came. A parcel that is not known yet is `not_found`: a carrier tells again.
pub async fn hear_simulated(app: &Shipping, call: RawCall) -> Answer<Nothing> {
    let secret = &app.config.carrier_secret;
    let header = call.head.get(signature::HEADER).and_then(|header| header.to_str().ok()).unwrap_or_default();
    if secret.is_empty() || !signature::verify(secret, header, &call.body) {
        return Err(Problem::unauthenticated("the signature is not that of this carrier"));
    }
    let told = convert::told(&call.body)?;
    call.answer(app.track_parcel(told).await, |_| Nothing)
}
