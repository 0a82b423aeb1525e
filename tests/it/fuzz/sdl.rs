//! The published schema as the generator needs it.

use std::collections::HashMap;
use std::sync::LazyLock;

use graphql_parser::schema::{Definition, InputValue, Type, TypeDefinition, parse_schema};

pub(crate) static SDL: LazyLock<Sdl> = LazyLock::new(Sdl::read);

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) ty: Type<'static, String>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) ty: Type<'static, String>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Object(Vec<Field>),
    Input(Vec<Argument>),
    Enum(Vec<String>),
    Scalar,
}

#[derive(Debug)]
pub(crate) struct Sdl(HashMap<String, Kind>);

/// A place where the API takes a text: a root field, its argument, and the path of input fields below that.
#[derive(Debug, Clone)]
pub(crate) struct TextInput {
    pub(crate) mutation: bool,
    pub(crate) field: &'static str,
    pub(crate) argument: &'static str,
    pub(crate) path: Vec<&'static str>,
}

impl Sdl {
    fn read() -> Self {
        let text = include_str!("../../../backend/schema.graphql");
        let mut kinds = HashMap::new();
        for definition in parse_schema::<String>(text).expect("SDL").into_static().definitions {
            let Definition::TypeDefinition(definition) = definition else { continue };
            match definition {
                TypeDefinition::Object(t) => {
                    let field = |f: graphql_parser::schema::Field<'static, String>| Field {
                        name: f.name,
                        arguments: arguments(f.arguments),
                        ty: f.field_type,
                    };
                    kinds.insert(t.name, Kind::Object(t.fields.into_iter().map(field).collect()));
                }
                TypeDefinition::InputObject(t) => {
                    kinds.insert(t.name, Kind::Input(arguments(t.fields)));
                }
                TypeDefinition::Enum(t) => {
                    kinds.insert(t.name, Kind::Enum(t.values.into_iter().map(|v| v.name).collect()));
                }
                TypeDefinition::Scalar(t) => {
                    kinds.insert(t.name, Kind::Scalar);
                }
                TypeDefinition::Interface(_) | TypeDefinition::Union(_) => {
                    panic!("the generator does not know interfaces and unions yet")
                }
            }
        }
        Self(kinds)
    }

    pub(crate) fn kind(&self, name: &str) -> &Kind {
        self.0.get(name).unwrap_or(&Kind::Scalar)
    }

    pub(crate) fn fields(&self, object: &str) -> &[Field] {
        match self.0.get(object) {
            Some(Kind::Object(fields)) => fields,
            _ => &[],
        }
    }

    pub(crate) fn field(&self, object: &str, name: &str) -> &Field {
        let found = self.fields(object).iter().find(|f| f.name == name);
        found.unwrap_or_else(|| panic!("no {object}.{name}"))
    }

    /// Every argument and input field that takes a text or an id.
    pub(crate) fn text_inputs(&'static self) -> Vec<TextInput> {
        let mut all = Vec::new();
        for (root, mutation) in [("Query", false), ("Mutation", true)] {
            for field in self.fields(root) {
                for argument in &field.arguments {
                    let mut path = Vec::new();
                    self.texts_below(&argument.ty, &mut path, &mut |path| {
                        all.push(TextInput {
                            mutation,
                            field: &field.name,
                            argument: &argument.name,
                            path: path.to_vec(),
                        });
                    });
                }
            }
        }
        all
    }

    fn texts_below(
        &'static self,
        ty: &Type<'static, String>,
        path: &mut Vec<&'static str>,
        found: &mut impl FnMut(&[&'static str]),
    ) {
        let name = base(ty);
        match self.kind(name) {
            Kind::Input(fields) => {
                for field in fields {
                    path.push(&field.name);
                    self.texts_below(&field.ty, path, found);
                    path.pop();
                }
            }
            Kind::Scalar if ["String", "ID"].contains(&name) => found(path),
            _ => {}
        }
    }
}

fn arguments(list: Vec<InputValue<'static, String>>) -> Vec<Argument> {
    list.into_iter().map(|a| Argument { name: a.name, ty: a.value_type }).collect()
}

/// The named type inside of lists and non-nulls.
pub(crate) fn base<'t>(ty: &'t Type<'static, String>) -> &'t str {
    match ty {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => base(inner),
    }
}
