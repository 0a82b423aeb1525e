//! The one HTML page: its placeholders become the addresses of the files.

use crate::workspace::Outcome;

/// Puts each address where the page names its file as `{{name}}`.
pub(crate) fn fill(template: &str, addresses: &[(String, String)]) -> Outcome<String> {
    let mut page = template.to_owned();
    for (name, address) in addresses {
        page = page.replace(&format!("{{{{{name}}}}}"), address);
    }
    match page.split_once("{{") {
        None => Ok(page),
        Some((_, rest)) => {
            let name = rest.split("}}").next().unwrap_or_default();
            Err(format!("frontend/index.html names {{{{{name}}}}}, which the bundle does not have"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn every_placeholder_is_filled() {
        let addresses = [("app.js".to_owned(), "/assets/app-1.js".to_owned())];
        assert_eq!(
            fill("<a href=\"{{app.js}}\">", &addresses),
            Ok("<a href=\"/assets/app-1.js\">".to_owned())
        );
        assert!(fill("{{app.css}}", &addresses).is_err_and(|problem| problem.contains("app.css")));
    }
}
