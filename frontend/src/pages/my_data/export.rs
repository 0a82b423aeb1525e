//! Everything as a file.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::api::{self, Export, ExportFormat, ExportMyDataInput};
use crate::components::{refused, waiting};
use crate::load::Sending;
use crate::session::use_session;

/// Two buttons, one for each format.
pub(super) fn export() -> AnyView {
    view! {
        <section class="group" aria-labelledby="export">
            <h2 id="export">"Take it along"</h2>
            <p class="hint">"Everything on this page as a file, with other people masked. You are asked once more who you are, and that you took it stands on the audit trail."</p>
            <div class="actions">
                {button(ExportFormat::Json, "Save as JSON")}
                {button(ExportFormat::Csv, "Save as CSV")}
            </div>
        </section>
    }
    .into_any()
}

fn button(format: ExportFormat, label: &'static str) -> AnyView {
    let session = use_session();
    let sending = Sending::new();
    let send = move |_| {
        let request = session.identity.confirmed(move || api::export_my_data(ExportMyDataInput { format }));
        sending.send(request, move |file| {
            let said = if save(&file).is_ok() { "Saved." } else { "The browser did not save the file." };
            session.toast(said);
        });
    };
    view! {
        <div>
            <button class="button" type="button" on:click=send>{waiting(sending, label)}</button>
            {refused(sending)}
        </div>
    }
    .into_any()
}

/// Hands a text to the browser to save.
fn save(file: &Export) -> Result<(), JsValue> {
    let parts = Array::of1(&JsValue::from_str(&file.content));
    let options = BlobPropertyBag::new();
    options.set_type(&file.media_type);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(&file.filename);
    link.click();
    Url::revoke_object_url(&address)
}
