//! One POST to `/graphql`. What is generic is as thin as it can be, because each operation gets its own copy of it.

use std::cell::RefCell;
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;

use cynic::queries::{OperationType, build_executable_document};
use cynic::{QueryFragment, QueryVariables};
use gloo_net::http::Request;
use serde::Serialize;
use serde_json::Value;

use super::error::{ApiError, Code};
use super::json::{FromJson, fields, take};

thread_local! {
    static SIGNED_OUT: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// An answer that is on its way.
pub type Later<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// Sets what happens when the server says that nobody is signed in any more.
pub fn on_signed_out(hook: impl Fn() + 'static) {
    SIGNED_OUT.with(|slot| *slot.borrow_mut() = Some(Box::new(hook)));
}

/// An operation as it is sent: its text, checked against the schema, and its variables.
pub(super) struct Prepared {
    text: String,
    variables: String,
}

/// Writes an operation down.
pub(super) fn operation<F: QueryFragment, V: QueryVariables + Serialize>(
    kind: OperationType,
    name: &'static str,
    variables: &V,
) -> Prepared {
    Prepared {
        text: build_executable_document::<F, V>(kind, Some(name), HashSet::new(), None),
        variables: serde_json::to_string(variables).unwrap_or_default(),
    }
}

impl Prepared {
    /// The JSON of the request.
    pub(super) fn body(&self) -> String {
        let text = Value::from(self.text.as_str());
        format!(r#"{{"query":{text},"variables":{}}}"#, self.variables)
    }
}

/// Sends an operation and reads its answer as a whole. Any error of the answer is an error of the whole.
pub(super) fn whole<T: FromJson + 'static>(request: &Prepared) -> Later<T> {
    read(post(request.body(), false))
}

/// Sends an operation with one root field and reads that field's value. Null there means: not found.
pub(super) fn root<T: FromJson + 'static>(request: &Prepared) -> Later<T> {
    read(post(request.body(), true))
}

fn read<T: FromJson + 'static>(answer: Later<Value>) -> Later<T> {
    Box::pin(async move { T::from_json(answer.await?).ok_or_else(ApiError::garbled) })
}

fn post(body: String, one_field: bool) -> Later<Value> {
    Box::pin(async move {
        let answer: Value = serde_json::from_str(&exchange(body).await?).map_err(|_| ApiError::garbled())?;
        let mut answer = fields(answer).ok_or_else(ApiError::garbled)?;
        if let Value::Array(errors) = take(&mut answer, "errors")
            && !errors.is_empty()
        {
            return Err(told(ApiError::from_errors(errors)));
        }
        match take(&mut answer, "data") {
            Value::Object(data) if one_field => data
                .into_iter()
                .next()
                .map(|(_, value)| value)
                .filter(|v| !v.is_null())
                .ok_or_else(ApiError::not_found),
            Value::Null => Err(ApiError::garbled()),
            data => Ok(data),
        }
    })
}

async fn exchange(body: String) -> Result<String, ApiError> {
    let request = Request::post("/graphql")
        .header("Content-Type", "application/json")
        .body(body)
        .map_err(|_| ApiError::garbled())?;
    let response = request.send().await.map_err(|_| ApiError::offline())?;
    let text = response.text().await.map_err(|_| ApiError::offline())?;
    if !response.ok() && !text.starts_with('{') {
        return Err(ApiError::offline());
    }
    Ok(text)
}

fn told(error: ApiError) -> ApiError {
    if error.code == Code::Unauthenticated {
        SIGNED_OUT.with(|slot| {
            if let Some(hook) = slot.borrow().as_ref() {
                hook();
            }
        });
    }
    error
}
