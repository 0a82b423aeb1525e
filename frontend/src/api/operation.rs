//! The shape of a mutation: a typed text with one root field, its one input, and the function that sends it.

/// A mutation with one `input`.
macro_rules! mutation {
    ($(#[$doc:meta])* $name:ident($type:ty) -> $payload:ty, $query:ident, $vars:ident, $vars_name:literal) => {
        #[derive(cynic::QueryVariables)]
        struct $vars {
            input: $type,
        }
        #[derive(cynic::QueryFragment)]
        #[cynic(graphql_type = "Mutation", variables = $vars_name)]
        #[expect(dead_code, reason = "it types the mutation; the answer is read as its one field")]
        struct $query {
            #[arguments(input: $input)]
            $name: $payload,
        }
        $(#[$doc])*
        pub fn $name(input: $type) -> Later<$payload> {
            root(&operation::<$query, $vars>(OperationType::Mutation, stringify!($query), &$vars { input }))
        }
    };
}

pub(super) use mutation;
