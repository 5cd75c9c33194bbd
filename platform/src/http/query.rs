//! What stands behind the `?`: a type of the route's own, or that type in a list, beside what every list takes.
use super::{
    Problem, json,
    schema::{Shape, resolved},
};
use kernel::error;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{any::TypeId, borrow::Cow};

/// How many items a page has when nobody says, and at most (api 4).
const LIMIT: u32 = 24;
const MOST: u32 = 100;

/// Reads a query string. Every type that serde reads and schemars describes is one; `()` takes no parameters.
pub trait Query: Sized + Send + 'static {
    fn read(text: &str) -> Result<Self, Problem>;
    fn shape() -> Option<Shape>;
    /// What a cursor is bound to: everything that decides which items a list has, and in which order.
    fn bound(text: &str) -> String {
        text.to_string()
    }
}

/// The query of a list: `limit`, `cursor` and `sort` are read here, what is left is the `filter`. `S` is the closed list of
/// orders, an enum with a default; without one the list takes no `sort`. (`#[serde(flatten)]` would not do: it lets unknown
/// parameters through.)
///
/// ```
/// # use platform::{http::{Answer, List, Listed, Read, View}, page::{Page, Slice}, store::StoreError};
/// # #[derive(serde::Serialize, schemars::JsonSchema)] struct LampView { name: String }
/// # impl View for LampView {}
/// # struct Lamps(Vec<String>);
/// # impl Lamps {
/// #     async fn bright(&self, _: u32, page: &Page<String>) -> Result<Slice<String, String>, StoreError> {
/// #         Ok(page.slice(self.0.clone(), |name| name.clone()))
/// #     }
/// # }
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Filter {
///     #[serde(default)]
///     watts: u32,
/// }
/// // get "/store/v1/lamps" open() => list_lamps;
/// async fn list_lamps(app: &Lamps, call: Read<(), Listed<Filter>>) -> Answer<List<LampView>> {
///     let page = call.page::<String>()?; // the place of an item: what the rows are sorted by
///     call.list(app.bright(call.query.filter.watts, &page).await, |name| LampView { name: name.clone() })
/// }
/// // In the store: `… WHERE name > $1 ORDER BY name LIMIT $2`, bound to `page.after` and `page.rows()`,
/// // then `page.slice(rows, |name| name.clone())`.
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed<Q = (), S = ()> {
    pub filter: Q,
    pub sort: S,
    pub(crate) limit: u32,
    pub(crate) cursor: Option<String>,
}

impl<T: DeserializeOwned + JsonSchema + Send + 'static> Query for T {
    fn read(text: &str) -> Result<T, Problem> {
        if !is_nothing::<T>() {
            return json::query(text);
        }
        match form_urlencoded::parse(text.as_bytes()).next() {
            Some((name, _)) => Err(unknown(&name)),
            None => json::body(Value::Null),
        }
    }
    fn shape() -> Option<Shape> {
        (!is_nothing::<T>()).then_some(|generator| generator.subschema_for::<T>())
    }
}

impl<Q, S> Query for Listed<Q, S>
where
    Q: DeserializeOwned + JsonSchema + Send + 'static,
    S: DeserializeOwned + JsonSchema + Default + Send + 'static,
{
    fn read(text: &str) -> Result<Self, Problem> {
        let (mut own, rest) = parted(text);
        let mut take = |name: &str| -> Result<Option<String>, Problem> {
            let mut values = own.extract_if(.., |(n, _)| n == name).map(|(_, value)| value);
            match (values.next(), values.next()) {
                (_, Some(_)) => Err(wrong(name, "duplicate", "stands there twice")),
                (one, None) => Ok(one),
            }
        };
        let limit = take("limit")?.map_or(Ok(LIMIT), |text| limit(&text))?;
        let cursor = take("cursor")?;
        let sort = match take("sort")? {
            None => S::default(),
            Some(_) if is_nothing::<S>() => return Err(unknown("sort")),
            Some(word) => json::body(word.into()).map_err(|_| wrong("sort", "value", "not an order of this list"))?,
        };
        Ok(Listed { filter: Q::read(&rest)?, sort, limit, cursor })
    }
    fn shape() -> Option<Shape> {
        Some(|generator| generator.subschema_for::<Self>())
    }
    fn bound(text: &str) -> String {
        let mut pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        pairs.retain(|(name, _)| name != "limit" && name != "cursor");
        pairs.sort();
        encoded(&pairs)
    }
}

impl<Q: JsonSchema + 'static, S: JsonSchema + 'static> JsonSchema for Listed<Q, S> {
    fn schema_name() -> Cow<'static, str> {
        "Listed".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut whole = match is_nothing::<Q>() {
            true => json!({ "type": "object", "properties": {} }),
            false => resolved(generator, |g| g.subschema_for::<Q>()),
        };
        whole["properties"]["limit"] = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT, "description": "Items of a page." });
        whole["properties"]["cursor"] =
            json!({ "type": "string", "description": "`next` of the page before, with the same filter and sort." });
        if !is_nothing::<S>() {
            whole["properties"]["sort"] = generator.subschema_for::<S>().to_value();
        }
        whole["additionalProperties"] = json!(false);
        Schema::try_from(whole).unwrap_or_default()
    }
}

pub(super) fn is_nothing<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<()>()
}

type Pairs = Vec<(String, String)>;

/// What every list takes, and the rest as text again.
fn parted(text: &str) -> (Pairs, String) {
    let pairs = form_urlencoded::parse(text.as_bytes()).into_owned();
    let (own, rest): (Pairs, Pairs) = pairs.partition(|(name, _)| matches!(name.as_str(), "limit" | "cursor" | "sort"));
    (own, encoded(&rest))
}

fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn limit(text: &str) -> Result<u32, Problem> {
    let limit = text.parse().ok().filter(|n| (1..=MOST).contains(n));
    limit.ok_or_else(|| wrong("limit", "range", "1 to 100"))
}

pub(super) fn wrong(name: &str, code: &str, text: &str) -> Problem {
    let detail = format!("the query parameter {name} is not as it should be");
    Problem::new(error::invalid("invalid.parameter"), detail).at(format!("/{name}"), code, text)
}

fn unknown(name: &str) -> Problem {
    Problem::new(error::invalid("invalid.unknown_parameter"), "unknown query parameter").at(
        format!("/{name}"),
        "unknown_parameter",
        "this route takes no such parameter",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        watts: Option<u32>,
    }
    #[derive(Debug, Default, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Sort {
        #[default]
        Newest,
        PriceUp,
    }
    type Lamps = Listed<Filter, Sort>;

    #[test]
    fn a_list_reads_its_own_parameters_and_leaves_the_rest_to_the_filter() {
        let read = Lamps::read("watts=7&limit=3&sort=price_up&cursor=x").ok().unwrap();
        assert_eq!(
            read,
            Listed { filter: Filter { watts: Some(7) }, sort: Sort::PriceUp, limit: 3, cursor: Some("x".into()) }
        );
        let plain = Lamps::read("").ok().unwrap();
        assert_eq!((plain.limit, plain.sort, plain.cursor), (24, Sort::Newest, None));
        assert!(Listed::<(), ()>::read("limit=100").is_ok());
    }

    #[test]
    fn what_a_list_does_not_take_is_refused_with_its_name() {
        for (text, at) in [
            ("limit=0", "/limit"),
            ("limit=101", "/limit"),
            ("limit=x", "/limit"),
            ("limit=1&limit=2", "/limit"),
            ("sort=worst", "/sort"),
            ("watts=7&volts=1", "/volts"),
            ("watts=many", "/watts"),
        ] {
            let problem = Lamps::read(text).expect_err(text);
            assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (400, at), "{text}");
        }
        assert_eq!(Listed::<(), ()>::read("sort=newest").unwrap_err().errors[0].pointer, "/sort");
        assert_eq!(Listed::<(), ()>::read("q=1").unwrap_err().errors[0].pointer, "/q");
    }

    #[test]
    fn a_cursor_is_bound_to_filter_and_sort_in_any_order_but_not_to_the_limit() {
        assert_eq!(Lamps::bound("a=1&limit=3&b=2&cursor=x"), Lamps::bound("b=2&a=1&limit=9"));
        assert_ne!(Lamps::bound("a=1&sort=newest"), Lamps::bound("a=1&sort=price_up"));
        assert_ne!(Lamps::bound("a=1"), Lamps::bound("a=2"));
    }

    #[test]
    fn the_document_shows_them() {
        let mut generator = super::super::schema::generator(true);
        let schema = Lamps::shape().unwrap()(&mut generator).to_value();
        let names: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["cursor", "limit", "sort", "watts"]);
    }
}
