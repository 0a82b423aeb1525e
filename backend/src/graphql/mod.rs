//! The GraphQL API: thin objects over what the store lets the viewer see. No field decides about visibility here.

mod account;
mod audit;
mod course;
mod dates;
mod error;
mod guard;
mod history;
mod ids;
mod incident;
mod inputs;
mod loaders;
mod meeting;
mod mutation;
mod my_data;
mod organisation;
mod page;
mod person;
mod query;
mod recognition;
mod records;
mod request;
mod session;
mod subscription;
mod topic;
mod value;
mod words;

use async_graphql::{Request, Response, Schema, SchemaBuilder};
use futures_util::{Stream, StreamExt};
use upheld_store::{StatementCounter, Store};

pub(crate) use error::{error_response, is_unavailable};
pub(crate) use request::{ApiSettings, Client, CookieChange};

use loaders::Current;
use mutation::Mutation;
use query::Query;
use request::CookieJar;
use subscription::Events;

/// The API.
pub(crate) type ApiSchema = Schema<Query, Mutation, Events>;

/// How deep fields may nest.
const MAX_DEPTH: usize = 12;
/// Directives on one field.
const MAX_DIRECTIVES: usize = 4;
/// Twice the dearest page of our own client: a feed of 100 with everything on it.
const MAX_COMPLEXITY: usize = 16_000;

fn builder() -> SchemaBuilder<Query, Mutation, Events> {
    Schema::build(Query::default(), Mutation::default(), Events)
        .limit_depth(MAX_DEPTH)
        .limit_directives(MAX_DIRECTIVES)
        .limit_complexity(MAX_COMPLEXITY)
        .disable_suggestions()
}

/// The API over a store.
pub(crate) fn schema(store: Store, settings: ApiSettings) -> ApiSchema {
    builder().data(store).data(settings).finish()
}

/// The API's definition.
pub(crate) fn sdl() -> String {
    builder().finish().sdl()
}

/// Executes one request as its client; gives the answer, what becomes of the cookies, and the number of SQL statements.
pub(crate) async fn execute(
    schema: &ApiSchema,
    store: &Store,
    request: Request,
    client: Client,
) -> (Response, Option<CookieChange>, u32) {
    let counter = StatementCounter::default();
    let jar = CookieJar::default();
    let mut request = request;
    match request.parsed_query() {
        Err(e) => {
            let answer = Response::from_errors(vec![e]);
            return (error::with_codes(answer), None, 0);
        }
        Ok(document) => {
            if let Some(why) = guard::refusal(document) {
                return (error_response("TOO_COMPLEX", why), None, 0);
            }
        }
    }
    let request = prepare(schema, store, request, client, &counter).data(jar.clone());
    let response = counter.count(schema.execute(request)).await;
    (error::with_codes(response), jar.take(), counter.get())
}

/// Executes one subscription as its client.
pub(crate) fn subscribe(
    schema: &ApiSchema,
    store: &Store,
    request: Request,
    client: Client,
) -> impl Stream<Item = Response> + Send + 'static + use<> {
    let counter = StatementCounter::default();
    let request = prepare(schema, store, request, client, &counter).data(CookieJar::default());
    schema.execute_stream(request).map(error::with_codes)
}

/// Gives a request what belongs to it alone: the viewer's store and a loader of its own.
fn prepare(
    schema: &ApiSchema,
    store: &Store,
    request: Request,
    client: Client,
    counter: &StatementCounter,
) -> Request {
    let development = schema.data::<ApiSettings>().is_some_and(|s| s.development);
    let admin = client.viewer.as_ref().is_some_and(upheld_store::Viewer::is_admin);
    let mut request = request;
    if !development && !admin {
        request = request.disable_introspection();
    }
    let current = Current::default();
    if let Some(viewer) = client.viewer.clone() {
        current.set(store.reader(viewer), counter.clone());
    }
    request.data(current).data(counter.clone()).data(client)
}
