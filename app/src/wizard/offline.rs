//! The wizard without network: what cannot be sent waits on the device, and one goes on.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;

use super::{
    browser::{Desk, RETRY, Then, Wire},
    state::Saving,
    steps,
};
use crate::{
    api::{Acted, SaveRequest, Saved, Screen, step},
    client::Problem,
    device,
};

impl Desk {
    pub(super) fn slug(self) -> String {
        self.wizard.page.with_value(|page| page.slug.clone())
    }

    /// On a form that has just come: what waits on the device is sent, then shown in it.
    pub(super) fn arrive(self) {
        let slug = self.slug();
        spawn_local(async move {
            let waits = device::call("pending", &slug, JsValue::NULL).await;
            if waits.is_ok_and(|waits| !waits.is_empty())
                && self.waiting.try_set_value(true).is_none()
            {
                self.deliver(true);
            }
        });
    }

    /// Sends what waits, as soon as nothing else is on the way. `stale`: the form on show does
    /// not have it yet.
    pub(super) fn deliver(self, stale: bool) {
        if self.waiting.try_get_value() != Some(true) || self.wire.get_value() != Wire::Idle {
            return;
        }
        self.wire.set_value(Wire::Saving);
        let slug = self.slug();
        spawn_local(async move {
            let answer = device::sync(&slug).await;
            if self.wire.try_set_value(Wire::Idle).is_some() {
                return; // The page is gone.
            }
            match answer {
                Ok(synced) => self.delivered(synced, stale),
                Err(problem) if problem.status == 0 => self.left_here(),
                Err(problem) => self.refused(problem),
            }
        });
    }

    fn delivered(self, synced: Option<Saved>, stale: bool) {
        self.waiting.set_value(false);
        // Another tab has sent it: what came of it is not on show here.
        let stale = stale || synced.is_none();
        if let Some(synced) = synced {
            self.wizard.version.set(synced.version);
            self.wizard.saving.set(Saving::Done(synced.saved_at));
        }
        // Steps whose contents only the server knows are asked for again.
        let told = self.wizard.page.with_value(|page| {
            let shown = page.step.as_str();
            shown == step::SUMMARY || shown == step::ATTACHMENTS
        });
        let shown = self.navigator.shown();
        let asked = self.then.with_value(Option::is_some);
        if asked || !(stale || told) {
            self.follow_up();
        } else if !self.saves_first(Then::Visit(shown.clone())) {
            self.navigator.fetch(shown);
        }
    }

    /// Nothing is on the way, all is on the device: told, and tried again.
    pub(super) fn left_here(self) {
        self.wizard.saving.set(Saving::OnDevice);
        match self.take_then() {
            // There the answer is the same.
            Some(Then::Send(_)) => self.navigator.stay(),
            Some(Then::Visit(path)) => self.navigator.fetch(path),
            Some(Then::Act(action)) => self.act(action),
            None => {}
        }
        set_timeout(move || self.deliver(false), RETRY);
    }

    /// What waits is sent before `request`, which then starts from the version that results.
    pub(super) async fn catch_up(self, request: &mut SaveRequest) -> Result<(), Problem> {
        if self.waiting.try_get_value() != Some(true) {
            return Ok(());
        }
        if let Some(synced) = device::sync(&self.slug()).await? {
            request.versione = synced.version;
        }
        self.waiting.try_set_value(false);
        Ok(())
    }

    /// `request` did not arrive: it waits here, with what waits already. Once the draft was sent
    /// or deleted nothing does. The page may be gone by now: `slug` was read while it was there.
    pub(super) async fn keep_here(
        self,
        slug: &str,
        request: &SaveRequest,
        problem: Option<&Problem>,
    ) {
        let waits = self.waiting.try_get_value() == Some(true);
        if problem.is_some_and(|problem| problem.status == 0 || waits) {
            if device::keep(slug, request).await {
                self.waiting.try_set_value(true);
            }
        } else if problem.is_none() && matches!(request.azione.as_str(), "invia" | "elimina") {
            let _ = device::call("drop", slug, JsValue::NULL).await;
        }
    }

    /// What a button leads to without the server: the step beside this one.
    pub(super) async fn act_here(self, action: &str) -> Option<Acted<Screen>> {
        if self.waiting.try_get_value() != Some(true) {
            return None;
        }
        let steps = self.wizard.page.try_with_value(|page| {
            let list = self
                .wizard
                .evaluation
                .with_untracked(|e| steps::list(page, e));
            let at = list.iter().position(|(id, _)| *id == page.step)?;
            let to = match action {
                "avanti" => at + 1,
                "indietro" => at.checked_sub(1)?,
                "salva" => at,
                _ => return None,
            };
            list.get(to).map(|(id, _)| id.clone())
        });
        let path = [&self.wizard.path(), "?passo=", &steps??].concat();
        let data = device::screen(&path).await?;
        Some(Acted { path, data })
    }
}
