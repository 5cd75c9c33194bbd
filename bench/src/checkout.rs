//! One checkout as a client sends it: cart, three lines of three vendors, delivery, quote, order. Every answer is checked.
use crate::{http::Http, shop::Stall};

/// A buyer with a connection and keys of their own.
pub struct Buyer {
    http: Http,
    name: String,
    dice: u64,
    sent: u64,
}

impl Buyer {
    pub fn new(address: &str, name: String, seed: u64) -> Buyer {
        Buyer { http: Http::to(address), name, dice: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, sent: 0 }
    }

    pub fn buys(&mut self, stalls: &[Stall]) {
        let picked = self.three(stalls);
        let cart = self.http.send(("POST", "/store/v1/carts"), "", r#"{"currency":"EUR","country":"DE"}"#).expect(201);
        let (id, token) = (cart.text("id").to_string(), format!("souk-cart-token: {}\r\n", cart.text("token")));
        let path = |rest: &str| format!("/store/v1/carts/{id}{rest}");

        let each = |one: fn(&Stall) -> String| picked.map(one).join(",");
        let lines = format!(r#"{{"lines":[{}]}}"#, each(|s| format!(r#"{{"offer":"{}","quantity":1}}"#, s.offer)));
        let filled = self.keyed(("POST", &path("/lines")), &token, &lines).expect(200);
        let choices = each(|s| format!(r#"{{"vendor":"{}","method":"{}"}}"#, s.vendor, s.method));
        let delivery = format!(
            r#"{{"email":"b@example.com","address":{{"name":"B","country":"DE","city":"Berlin","postcode":"10115","street":"Torstr. 1"}},"choices":[{choices}]}}"#
        );
        let seen = format!("{token}if-match: {}\r\n", filled.etag);
        self.keyed(("PUT", &path("/delivery")), &seen, &delivery).expect(200);
        let quote = self.keyed(("POST", &path("/quote")), &token, "{}").expect(201);
        let order = format!(r#"{{"quote":"{}","payment":{{"card_token":"tok_good"}}}}"#, quote.text("id"));
        let order = self.keyed(("POST", "/store/v1/orders"), &token, &order).expect(201);
        assert_eq!(order.text("state"), "confirmed", "{}", order.body);
    }

    fn keyed(&mut self, what: (&str, &str), headers: &str, json: &str) -> crate::http::Reply {
        self.sent += 1;
        let headers = format!("idempotency-key: {}-{}\r\n{headers}", self.name, self.sent);
        self.http.send(what, &headers, json)
    }

    /// Of different vendors.
    fn three<'a>(&mut self, stalls: &'a [Stall]) -> [&'a Stall; 3] {
        let first = self.throw(stalls.len());
        let second = (first + 1 + self.throw(stalls.len() - 2)) % stalls.len();
        let third = (0..stalls.len()).map(|n| (second + 1 + n) % stalls.len()).find(|n| *n != first && *n != second);
        [&stalls[first], &stalls[second], &stalls[third.expect("three stalls")]]
    }

    fn throw(&mut self, sides: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice % sides as u64) as usize
    }
}
