//! Cursors: a place in a list, signed and bound to what makes the list (api 4).
use crate::context::{Seal, same};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// Signs places of one list: a cursor of another route, filter or sort is none here.
#[derive(Clone)]
pub(crate) struct Cursors {
    pub seal: Seal,
    pub bound: String,
}

impl Cursors {
    pub fn write<K: Serialize>(&self, place: &K) -> String {
        let place = serde_json::to_vec(place).expect("places serialize"); // can't fail: a place is a row's sort key
        let mut bytes = self.mac(&place).to_vec();
        bytes.extend(place);
        URL_SAFE_NO_PAD.encode(bytes)
    }
    pub fn read<K: DeserializeOwned>(&self, text: &str) -> Option<K> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (mac, place) = bytes.split_at_checked(16)?;
        same(mac, &self.mac(place)).then(|| serde_json::from_slice(place).ok())?
    }
    fn mac(&self, place: &[u8]) -> [u8; 16] {
        self.seal.mac(&[self.bound.as_bytes(), b"\0", place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursors(secret: &str, bound: &str) -> Cursors {
        Cursors { seal: Seal::of(secret.as_bytes()), bound: bound.into() }
    }

    #[test]
    fn a_cursor_opens_the_list_it_came_from_and_no_other() {
        let own = cursors("s", "GET /store/v1/lamps\0watts=7");
        let text = own.write(&(5i64, "lamp".to_string()));
        assert_eq!(own.read(&text), Some((5i64, "lamp".to_string())));
        assert_eq!(cursors("s", "GET /store/v1/lamps\0watts=8").read::<(i64, String)>(&text), None);
        assert_eq!(cursors("other", &own.bound).read::<(i64, String)>(&text), None);
    }

    #[test]
    fn what_was_changed_on_the_way_opens_nothing() {
        let own = cursors("s", "l");
        let text = own.write(&5i64);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(own.read::<i64>(&changed), (changed == text).then_some(5), "{at}");
        }
        for text in ["", "A", "AAAA", "not base64 !", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(own.read::<i64>(text), None, "{text}");
        }
    }
}
