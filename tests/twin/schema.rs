//! The API's definition, as the server under test prints it: what can be asked, and with what.

use std::collections::{BTreeMap, BTreeSet};

use graphql_parser::schema::{Definition, Document, Type, TypeDefinition, parse_schema};

use crate::harness::program;

pub(crate) type Ty = Type<'static, String>;

/// An argument of a field, or a field of an input.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) optional: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) arguments: Vec<Input>,
}

/// The types by name.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) objects: BTreeMap<String, Vec<Field>>,
    pub(crate) inputs: BTreeMap<String, Vec<Input>>,
    pub(crate) enums: BTreeMap<String, Vec<String>>,
}

pub(crate) fn named(ty: &Ty) -> &str {
    match ty {
        Type::NamedType(name) => name,
        Type::ListType(of) | Type::NonNullType(of) => named(of),
    }
}

pub(crate) fn is_list(ty: &Ty) -> bool {
    match ty {
        Type::NamedType(_) => false,
        Type::ListType(_) => true,
        Type::NonNullType(of) => is_list(of),
    }
}

pub(crate) fn nullable(ty: &Ty) -> bool {
    !matches!(ty, Type::NonNullType(_))
}

impl Schema {
    /// Reads the schema that the program prints.
    pub(crate) fn read() -> Self {
        let out = program().arg("schema").output().unwrap();
        assert!(out.status.success(), "the program prints no schema");
        let text = String::from_utf8(out.stdout).unwrap();
        let document: Document<'static, String> = parse_schema::<String>(&text).unwrap().into_static();
        let mut schema = Self::default();
        for definition in document.definitions {
            let Definition::TypeDefinition(ty) = definition else { continue };
            match ty {
                TypeDefinition::Object(o) => {
                    let fields = o.fields.into_iter().map(|f| Field {
                        name: f.name,
                        ty: f.field_type,
                        arguments: f.arguments.into_iter().map(Input::of).collect(),
                    });
                    schema.objects.insert(o.name, fields.collect());
                }
                TypeDefinition::InputObject(i) => {
                    schema.inputs.insert(i.name, i.fields.into_iter().map(Input::of).collect());
                }
                TypeDefinition::Enum(e) => {
                    schema.enums.insert(e.name, e.values.into_iter().map(|v| v.name).collect());
                }
                TypeDefinition::Scalar(_) => {}
                TypeDefinition::Interface(_) | TypeDefinition::Union(_) => {
                    panic!("the corpus does not know how to select an interface or a union: teach it")
                }
            }
        }
        schema
    }

    pub(crate) fn fields(&self, object: &str) -> &[Field] {
        self.objects.get(object).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn field(&self, object: &str, name: &str) -> Option<&Field> {
        self.fields(object).iter().find(|f| f.name == name)
    }

    pub(crate) fn is_object(&self, ty: &Ty) -> bool {
        self.objects.contains_key(named(ty))
    }

    /// The type that a field leads to; for a page that of its rows.
    pub(crate) fn leads_to<'s>(&'s self, field: &'s Field) -> &'s str {
        let name = named(&field.ty);
        if self.is_page(name) { named(&self.field(name, "nodes").unwrap().ty) } else { name }
    }

    pub(crate) fn is_page(&self, object: &str) -> bool {
        object.ends_with("Connection") && self.field(object, "nodes").is_some()
    }

    /// Every field that an answer can hold, as `Type.field`.
    pub(crate) fn all_fields(&self) -> BTreeSet<String> {
        self.objects
            .iter()
            .flat_map(|(o, fields)| fields.iter().map(move |f| format!("{o}.{}", f.name)))
            .collect()
    }
}

impl Input {
    fn of(value: graphql_parser::schema::InputValue<'static, String>) -> Self {
        let optional = value.default_value.is_some() || nullable(&value.value_type);
        Self { name: value.name, ty: value.value_type, optional }
    }
}

impl Field {
    pub(crate) fn has(&self, argument: &str) -> bool {
        self.arguments.iter().any(|a| a.name == argument)
    }
}
