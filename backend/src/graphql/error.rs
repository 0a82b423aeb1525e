//! How errors leave the server: a code, a field where there is one, and never an internal text.

use async_graphql::{Context, Error, ErrorExtensionValues, ErrorExtensions, Response, ServerError, Value};
use upheld_domain::FieldError;
use upheld_store::StoreError;

const INTERNAL: &str = "Something went wrong on our side. Nothing was saved; please try again.";

/// An error with its code.
pub(crate) fn coded(code: &str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, e| e.set("code", code))
}

/// Nobody is signed in.
pub(crate) fn unauthenticated() -> Error {
    coded("UNAUTHENTICATED", "Please sign in.")
}

/// One field that needs mending.
pub(crate) fn bad_field(field: &str, message: &str) -> Error {
    of_field(&FieldError::new(field, message))
}

fn of_field(e: &FieldError) -> Error {
    Error::new(e.message.clone()).extend_with(|_, x| {
        x.set("code", "BAD_USER_INPUT");
        x.set("field", e.field.clone());
    })
}

/// The error of the store as the client reads it. Of several fields the first is the answer's error; the others are
/// added beside it, so that a form can show all.
pub(crate) fn fail(ctx: &Context<'_>, e: StoreError) -> Error {
    let message = e.to_string();
    match e {
        StoreError::NotFound => coded("NOT_FOUND", message),
        StoreError::Forbidden(_) => coded("FORBIDDEN", message),
        StoreError::Conflict(_) => coded("CONFLICT", message),
        StoreError::Unauthenticated(_) => coded("UNAUTHENTICATED", message),
        StoreError::SecondFactorRequired => coded("SECOND_FACTOR_REQUIRED", message),
        StoreError::ConfirmIdentity => coded("CONFIRM_IDENTITY", message),
        StoreError::RateLimited(seconds) => coded("RATE_LIMITED", message)
            .extend_with(|_, x| x.set("retryAfter", i32::try_from(seconds).unwrap_or(i32::MAX))),
        StoreError::Unavailable => coded("UNAVAILABLE", message),
        StoreError::Internal(text) => {
            tracing::error!(fault = %text, "a request failed");
            coded("INTERNAL", INTERNAL)
        }
        StoreError::Invalid(fields) => {
            // The returned error comes last in the answer, so that it is the last field of the form.
            let Some((last, others)) = fields.split_last() else { return coded("INTERNAL", INTERNAL) };
            for other in others {
                ctx.add_error(ctx.set_error_path(of_field(other).into_server_error(ctx.item.pos)));
            }
            of_field(last)
        }
    }
}

/// Gives a code to the errors that the GraphQL library makes itself: what it refuses is too complex or wrong input.
pub(crate) fn with_codes(mut response: Response) -> Response {
    for error in &mut response.errors {
        if has_code(error) {
            continue;
        }
        let heavy = [
            "too complex",
            "nested too deep",
            "recursion depth",
            "directives on the field",
            "number of directives",
        ];
        let code =
            if heavy.iter().any(|h| error.message.contains(h)) { "TOO_COMPLEX" } else { "BAD_USER_INPUT" };
        error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
    }
    response
}

fn has_code(error: &ServerError) -> bool {
    error.extensions.as_ref().and_then(|e| e.get("code")).is_some_and(|v| matches!(v, Value::String(_)))
}

/// Whether the database could not serve a part of the answer.
pub(crate) fn is_unavailable(response: &Response) -> bool {
    let unavailable = Value::from("UNAVAILABLE");
    response.errors.iter().any(|e| e.extensions.as_ref().and_then(|x| x.get("code")) == Some(&unavailable))
}

/// An answer that is one error, for refusals before execution.
pub(crate) fn error_response(code: &str, message: &str) -> Response {
    Response::from_errors(vec![coded(code, message).into_server_error(async_graphql::Pos::default())])
}
