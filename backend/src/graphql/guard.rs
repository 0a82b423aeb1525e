//! What is refused before anything is executed: too many root fields, and more than one sign-in in a document.

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};

/// Root fields of one operation.
const MAX_ROOT_FIELDS: usize = 20;
/// Fields that check a secret; one in a document, so that a throttle counts tries and not requests.
const SECRET_FIELDS: [&str; 10] = [
    "signIn",
    "acceptInvite",
    "setUp",
    "resetPassword",
    "changePassword",
    "startSecondFactor",
    "confirmSecondFactor",
    "newRecoveryCodes",
    "endSecondFactor",
    "confirmIdentity",
];

/// Why a document is refused.
pub(crate) fn refusal(document: &ExecutableDocument) -> Option<&'static str> {
    let mut secrets = 0;
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set.node;
        let root = root_fields(set, document, 0);
        if root.len() > MAX_ROOT_FIELDS {
            return Some("Please ask for at most 20 root fields at once.");
        }
        if operation.node.ty == OperationType::Mutation {
            secrets += root.iter().filter(|name| SECRET_FIELDS.contains(&name.as_str())).count();
        }
    }
    (secrets > 1).then_some("Please sign in once in a document.")
}

/// The names of the root fields, those of fragments too, as often as they are written.
fn root_fields(set: &SelectionSet, document: &ExecutableDocument, depth: usize) -> Vec<String> {
    if depth > 8 {
        // Deeper nesting of fragments at the root serves nobody; the count refuses it.
        return vec![String::new(); MAX_ROOT_FIELDS + 1];
    }
    let mut names = Vec::new();
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => names.push(field.node.name.node.to_string()),
            Selection::InlineFragment(fragment) => {
                names.extend(root_fields(&fragment.node.selection_set.node, document, depth + 1));
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    names.extend(root_fields(&fragment.node.selection_set.node, document, depth + 1));
                }
            }
        }
        if names.len() > MAX_ROOT_FIELDS {
            break;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    fn refused(text: &str) -> bool {
        super::refusal(&parse_query(text).unwrap()).is_some()
    }

    #[test]
    fn one_sign_in_in_a_document() {
        let one = "signIn(input: {email: \"a\", password: \"b\"}) { viewer { id } }";
        assert!(!refused(&format!("mutation {{ {one} }}")));
        assert!(refused(&format!("mutation {{ a: {one} b: {one} }}")));
        assert!(refused(&format!("mutation {{ ...F b: {one} }} fragment F on Mutation {{ a: {one} }}")));
        assert!(refused(&format!("mutation A {{ {one} }} mutation B {{ {one} }}")));
    }

    #[test]
    fn root_fields_are_counted_with_their_aliases() {
        let many = |n: usize| (0..n).map(|i| format!("a{i}: viewer {{ id }} ")).collect::<String>();
        assert!(!refused(&format!("{{ {} }}", many(20))));
        assert!(refused(&format!("{{ {} }}", many(21))));
    }
}
