//! The PDF file of a quote beside its lines, as it is now.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Url;

use super::live::Live;
use crate::api::Request;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::feedback::Skeleton;
use crate::ui::tag::Tone;

/// An address of a file in this browser; it is given back with the last use of it.
fn give_back(address: Option<String>) {
    if let Some(address) = address {
        // Fails for no address of this browser only.
        let _ = Url::revoke_object_url(&address);
    }
}

/// The file, made anew with each version of the quote.
#[component]
pub fn Preview(
    /// The quote.
    live: Live,
) -> impl IntoView {
    let address = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None::<String>);
    let version = Memo::new(move |_| live.with(|quote| Some(quote.version())));
    Effect::new(move |_| {
        if version.get().is_none() {
            return;
        }
        let path = format!("/quotes/{}/pdf", live.id());
        spawn_local(async move {
            match Request::get(&path).file_of(live.api).await {
                Ok(file) => {
                    let made = Url::create_object_url_with_blob(&file).ok();
                    let former = address.try_update(|now| std::mem::replace(now, made));
                    give_back(former.flatten());
                    let _ = fault.try_set(None);
                }
                Err(error) => _ = fault.try_set(Some(error.text())),
            }
        });
    });
    on_cleanup(move || give_back(address.try_get_untracked().flatten()));
    view! {
        <section class="panel quote-preview" aria-label=k::commerce::PREVIEW>
            {move || fault.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {move || match address.get() {
                None => view! { <Skeleton lines=8/> }.into_any(),
                Some(src) => view! { <iframe src=src title=k::commerce::PREVIEW_OF></iframe> }.into_any(),
            }}
        </section>
    }
}
