//! A GraphQL request as JSON, checked before anything of it is parsed as GraphQL.

use async_graphql::{ErrorExtensionValues, Request, Response, ServerError, Variables};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::limits::{self, Refused};

/// Answers with more errors than these help nobody and grow with what a stranger sends.
const MAX_ERRORS: usize = 20;

/// What a client sends, on POST and on the WebSocket alike; extensions are not read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope {
    query: String,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
}

impl Envelope {
    /// The request for the schema, once its size, nesting and characters are within the limits.
    pub(super) fn into_request(self) -> Result<Request, Refused> {
        let variables = self.variables.unwrap_or_default();
        limits::check_document(&self.query)?;
        limits::check_variables(&variables)?;
        if self.operation_name.as_deref().is_some_and(|name| name.contains('\0')) {
            return Err(Refused::Nul(None));
        }
        let mut request = Request::new(self.query).variables(Variables::from_json(Value::Object(variables)));
        request.operation_name = self.operation_name.filter(|name| !name.is_empty());
        Ok(request)
    }
}

/// The errors that an answer may have.
pub(super) fn shorten(mut response: Response) -> Response {
    response.errors.truncate(MAX_ERRORS);
    response
}

impl Refused {
    /// The refusal in the form in which the API tells every error.
    pub(super) fn into_response(self) -> Response {
        let (code, message, field) = match self {
            Refused::TooComplex(message) => ("TOO_COMPLEX", message, None),
            Refused::Malformed(message) => ("BAD_USER_INPUT", message, None),
            Refused::Nul(field) => ("BAD_USER_INPUT", "Text cannot hold the character NUL.", field),
        };
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", code);
        if let Some(field) = field {
            extensions.set("field", field);
        }
        let mut error = ServerError::new(message, None);
        error.extensions = Some(extensions);
        Response::from_errors(vec![error])
    }
}
