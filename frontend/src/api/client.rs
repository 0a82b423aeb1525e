//! One POST to `/graphql`. What is generic is as thin as it can be, because each operation gets its own copy of it.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;

use cynic::{GraphQlError, Operation};
use gloo_net::http::Request;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{ApiError, Code, Extensions};

thread_local! {
    static SIGNED_OUT: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

type Later<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

#[derive(Deserialize)]
struct Envelope {
    data: Option<Value>,
    errors: Option<Vec<GraphQlError<Extensions>>>,
}

/// Sets what happens when the server says that nobody is signed in any more.
pub fn on_signed_out(hook: impl Fn() + 'static) {
    SIGNED_OUT.with(|slot| *slot.borrow_mut() = Some(Box::new(hook)));
}

/// Sends an operation and reads its answer. Any error of the answer is an error of the whole: the server cannot be
/// reached, refuses, or answers with errors.
pub fn run<F, V>(operation: Operation<F, V>) -> Later<F>
where
    F: DeserializeOwned + 'static,
    V: Serialize,
{
    let answer = post(serde_json::to_string(&operation).unwrap_or_default());
    Box::pin(async move {
        let data = answer.await?;
        F::deserialize(data).map_err(|_| ApiError::garbled())
    })
}

/// Boxed, so that the copies of [`run`] share its one body.
fn post(body: String) -> Later<Value> {
    Box::pin(async move {
        let answer: Envelope =
            serde_json::from_str(&exchange(body).await?).map_err(|_| ApiError::garbled())?;
        match (answer.data, answer.errors) {
            (_, Some(errors)) if !errors.is_empty() => Err(told(ApiError::from_errors(errors))),
            (Some(data), _) => Ok(data),
            (None, _) => Err(ApiError::garbled()),
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
