//! The wizard in the browser: reads the form's controls, checks, saves, moves on.
//!
//! One set of listeners on the form serves all controls. The browser owns what is in
//! a control; here it is only read, so nothing that was typed is ever overwritten.

use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use rules::{
    form::{Answer, Answers, Issue, IssueKind},
    t,
};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlFormElement, HtmlInputElement};

use super::{
    controls,
    state::{Saving, Wizard, answer_at, step_fields},
    steps,
};
use crate::{
    api::{SaveRequest, Screen, beside, step},
    client::{self, Problem},
    device, dom,
    navigation::Navigator,
};

/// Autosave waits for a pause in typing.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(1000);

/// A click that leaves a control is over after that.
const SETTLE: std::time::Duration = std::time::Duration::from_millis(250);

/// Forms beside this one that are sent only when all is saved: "Esci", and the newer version.
const LEAVING: &str = "form[action='/esci'],form[action='/lingua'],form[data-renew]";

/// Pause before the network is tried again.
pub(super) const RETRY: std::time::Duration = std::time::Duration::from_secs(10);

/// What is on the way to the server: one request at a time, each with the row version
/// that the one before has answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Idle,
    Saving,
    Acting,
}

/// What follows a save.
#[derive(Clone)]
pub(super) enum Then {
    Act(String),
    /// Another page, at this path.
    Visit(String),
    /// One of `LEAVING`.
    Send(SendWrapper<HtmlFormElement>),
}

#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) wizard: Wizard,
    form: NodeRef<html::Form>,
    pub(super) navigator: Navigator,
    pub(super) wire: StoredValue<Wire>,
    dirty: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    pub(super) then: StoredValue<Option<Then>>,
    /// Whether who wanted to leave was kept here, since what she typed could not be saved.
    kept: StoredValue<bool>,
    /// Whether something waits on the device: nothing is saved before that has arrived.
    pub(super) waiting: StoredValue<bool>,
}

impl Desk {
    pub fn new(wizard: Wizard, form: NodeRef<html::Form>) -> Self {
        let desk = Self {
            wizard,
            form,
            navigator: Navigator::here(),
            wire: StoredValue::new(Wire::Idle),
            dirty: StoredValue::new(false),
            timer: StoredValue::new(None),
            then: StoredValue::new(None),
            kept: StoredValue::new(false),
            waiting: StoredValue::new(false),
        };
        let arriving = dom::root_has("data-hydrated");
        Effect::new(move |_| {
            let Some(form) = form.get() else { return };
            if arriving {
                let wanted = desk.navigator.wanted();
                let wanted = wanted.filter(|control| dom::find(control).is_some());
                dom::focus(match wanted.as_deref() {
                    _ if has_errors(wizard) => "#errori",
                    Some(control) => control,
                    None => "main h1",
                });
            } else {
                // Typed before the bundle came.
                desk.read_all(&form);
                if has_errors(wizard) {
                    dom::focus("#errori");
                }
            }
        });
        desk.navigator.attend(Some(desk));
        let listeners = ["visibilitychange", "pagehide", "submit", "online"]
            .map(|name| window_event_listener_untyped(name, move |event| desk.heard(&event)));
        desk.arrive();
        on_cleanup(move || {
            desk.navigator.attend(None);
            desk.stop_timer();
            for listener in listeners {
                listener.remove();
            }
        });
        desk
    }

    fn read_all(self, form: &HtmlFormElement) {
        let mut changed = false;
        for element in controls::all(form) {
            if let Some(path) = self.read(form, &element) {
                changed |= !path.is_empty();
            }
        }
        if changed {
            self.schedule();
        }
    }

    /// Takes over a control's value; its path if that changed an answer.
    fn read(self, form: &HtmlFormElement, element: &Element) -> Option<String> {
        let (path, value) = controls::value(form, element)?;
        if let Some(id) = path.strip_prefix("dichiarazioni.") {
            let on = value != Answer::Text(String::new());
            let was = self
                .wizard
                .ticked
                .with_untracked(|t| t.iter().any(|t| t == id));
            if on == was {
                return None;
            }
            self.wizard.ticked.update(|ticked| {
                ticked.retain(|t| t != id);
                if on {
                    ticked.push(id.to_owned());
                }
            });
            return Some(path);
        }
        let same = self
            .wizard
            .answers
            .with_untracked(|a| self.shows(answer_at(a, &path), &value));
        if same {
            return None;
        }
        self.wizard
            .answers
            .update(|answers| write(answers, &path, value));
        Some(path)
    }

    /// Whether a control that holds `shown` stands for `answer` as it is: dates and
    /// places are shown in words.
    fn shows(self, answer: Option<&Answer>, shown: &Answer) -> bool {
        match (answer, shown) {
            (None, Answer::Text(text)) => text.is_empty(),
            (None, Answer::Many(codes)) => codes.is_empty(),
            (Some(Answer::Text(old)), Answer::Text(new)) => {
                old == new
                    || rules::civil::Date::parse_iso(old).is_some_and(|d| d.italian() == *new)
                    || self
                        .wizard
                        .page
                        .with_value(|p| beside(&p.places, old) == Some(new))
            }
            (old, new) => old == Some(new),
        }
    }

    pub fn input(self, event: &ev::Event) {
        let (Some(form), Some(element)) = (self.form.get_untracked(), target(event)) else {
            return;
        };
        let before = self.wrong_paths();
        let Some(path) = self.read(&form, &element) else {
            return;
        };
        let after = self.wrong_paths();
        self.wizard.issues.update(|issues| {
            issues.retain(|i| {
                i.path != path && (after.contains(&i.path) || !before.contains(&i.path))
            });
        });
        self.schedule();
    }

    fn wrong_paths(self) -> Vec<String> {
        self.wizard.evaluation.with_untracked(|e| {
            let wrong = e.issues.iter().filter(|i| i.kind != IssueKind::Warning);
            wrong.map(|i| i.path.clone()).collect()
        })
    }

    /// On leaving a control: what is wrong is told, what is missing is not yet. A moment
    /// later, so that the button which took the focus does not move away under the finger.
    pub fn blur(self, event: &ev::FocusEvent) {
        let Some(path) = target(event).and_then(|e| e.get_attribute("name")) else {
            return;
        };
        set_timeout(move || self.tell_wrong(&path), SETTLE);
    }

    fn tell_wrong(self, path: &str) {
        // A control that leaves with its page loses the focus too: then nothing is there to ask.
        let found = self.wizard.evaluation.try_with_untracked(|e| {
            let mut issues = e.issues.iter();
            issues
                .find(|i| i.path == path && i.kind == IssueKind::Wrong)
                .cloned()
        });
        // What is told already stays as it is: the focus may be on it.
        let told = |issue: &Issue| {
            let issues = self.wizard.issues.try_with_untracked(|i| i.contains(issue));
            issues != Some(false)
        };
        if let Some(issue) = found.flatten().filter(|issue| !told(issue)) {
            self.wizard.issues.try_update(|issues| {
                issues.retain(|i| i.path != path);
                issues.push(issue);
            });
        }
    }

    pub fn submit(self, event: &ev::SubmitEvent) {
        event.prevent_default();
        let button = event
            .submitter()
            .and_then(|b| b.get_attribute("value"))
            .unwrap_or_default();
        if let Some(form) = self.form.get_untracked() {
            self.read_all(&form);
        }
        match button.split_once(':') {
            Some(("aggiungi", group)) => self.add_row(group),
            Some(("rimuovi", row)) => self.remove_row(row),
            Some(("togli", file)) => self.remove_file(file.to_owned()),
            Some(("su", file)) => {
                self.navigator.want(format!("[data-file='{file}'] button"));
                self.act(button);
            }
            // Enter in a text field presses the nameless button.
            _ if button.is_empty() || button == "avanti" => self.forward(),
            _ => self.act(button),
        }
    }

    fn forward(self) {
        let wrong = self.wizard.step_errors();
        if wrong.is_empty() {
            self.act("avanti".into());
        } else {
            self.refuse(wrong);
        }
    }

    fn refuse(self, issues: Vec<Issue>) {
        self.wizard.saving.set(Saving::Quiet);
        self.wizard.issues.set(issues);
        dom::mark_title();
        dom::focus_soon("#errori");
    }

    fn add_row(self, group: &str) {
        let mut n = 0;
        self.wizard.answers.update(|answers| {
            let slot = answers
                .0
                .entry(group.to_owned())
                .or_insert(Answer::Rows(Vec::new()));
            if let Answer::Rows(rows) = slot {
                n = rows.len();
                rows.push(Default::default());
            }
        });
        self.wizard
            .issues
            .update(|issues| issues.retain(|i| i.path != group));
        dom::focus_soon(&format!("[data-group='{group}'] [data-row='{n}'] [name]"));
        self.schedule();
    }

    fn remove_row(self, row: &str) {
        let Some((group, n)) = row.rsplit_once('.') else {
            return;
        };
        let Ok(n) = n.parse::<usize>() else { return };
        self.wizard.answers.update(|answers| {
            if let Some(Answer::Rows(rows)) = answers.0.get_mut(group)
                && n < rows.len()
            {
                rows.remove(n);
            }
        });
        let inside = format!("{group}.");
        self.wizard
            .issues
            .update(|issues| issues.retain(|i| !i.path.starts_with(&inside)));
        dom::focus_soon(&format!("[data-group='{group}']"));
        self.schedule();
    }

    /// Whether something is to be saved before the page at `path` is asked for, so that it
    /// does not start from an older draft: then it is asked for after that.
    pub fn saves_before(self, path: &str) -> bool {
        self.saves_first(Then::Visit(path.to_owned()))
    }

    pub(super) fn saves_first(self, then: Then) -> bool {
        let wire = self.wire.get_value();
        let waits = self.waiting.get_value() && !matches!(then, Then::Visit(_));
        let unsaved = self.dirty.get_value() || wire != Wire::Idle || waits;
        if unsaved {
            self.then.set_value(Some(then));
            if wire == Wire::Idle {
                self.save();
            }
        }
        unsaved
    }

    /// The document is hidden or ends, or another form is sent: nothing waits for a pause.
    fn heard(self, event: &web_sys::Event) {
        match event.type_().as_str() {
            "submit" => {
                let form = target(event).filter(|form| form.matches(LEAVING) == Ok(true));
                let form = form.and_then(|form| form.dyn_into().ok());
                let then = form.map(|form| Then::Send(SendWrapper::new(form)));
                if then.is_some_and(|then| self.saves_first(then)) {
                    event.prevent_default();
                }
            }
            "online" => self.deliver(false),
            "visibilitychange" if !document().hidden() => self.deliver(false),
            _ => self.pause_over(),
        }
    }

    fn schedule(self) {
        self.dirty.set_value(true);
        self.stop_timer();
        if let Ok(handle) = set_timeout_with_handle(move || self.pause_over(), PAUSE) {
            self.timer.set_value(Some(handle));
        }
    }

    fn stop_timer(self) {
        self.timer.try_update_value(|timer| {
            if let Some(handle) = timer.take() {
                handle.clear();
            }
        });
    }

    fn pause_over(self) {
        if self.wire.try_get_value() == Some(Wire::Idle) && self.dirty.get_value() {
            self.save();
        }
    }

    fn save(self) {
        let mut request = self.request(String::new());
        let slug = self.slug();
        self.begin(Wire::Saving);
        spawn_local(async move {
            let answer = match self.catch_up(&mut request).await {
                Ok(()) => client::save(&slug, &request).await,
                Err(problem) => Err(problem),
            };
            self.keep_here(&slug, &request, answer.as_ref().err()).await;
            if self.wire.try_set_value(Wire::Idle).is_some() {
                return; // The page is gone.
            }
            match answer {
                Ok(saved) => {
                    self.kept.set_value(false);
                    self.wizard.version.set(saved.version);
                    self.wizard.saving.set(Saving::Done(saved.saved_at));
                    self.follow_up();
                }
                Err(problem) if problem.status == 0 && self.waiting.get_value() => {
                    self.left_here();
                }
                Err(problem) => self.refused(problem),
            }
        });
    }

    pub(super) fn take_then(self) -> Option<Then> {
        let mut then = None;
        self.then.update_value(|slot| then = slot.take());
        then
    }

    /// After a save: what was asked for meanwhile.
    pub(super) fn follow_up(self) {
        match self.take_then() {
            Some(Then::Act(action)) => self.act(action),
            Some(then) if self.dirty.get_value() => {
                self.saves_first(then);
            }
            Some(Then::Visit(path)) => self.navigator.fetch(path),
            Some(Then::Send(form)) => leave(&form),
            None if self.dirty.get_value() => self.schedule(),
            None => {}
        }
    }

    pub(super) fn act(self, action: String) {
        match self.wire.get_value() {
            Wire::Idle => {}
            Wire::Saving => return self.then.set_value(Some(Then::Act(action))),
            // Pressed twice: the first one counts.
            Wire::Acting => return,
        }
        let mut request = self.request(action);
        let (path, slug) = (self.wizard.path(), self.slug());
        self.begin(Wire::Acting);
        spawn_local(async move {
            let mut answer = match self.catch_up(&mut request).await {
                Ok(()) => client::act(&path, &request).await,
                Err(problem) => Err(problem),
            };
            self.keep_here(&slug, &request, answer.as_ref().err()).await;
            if matches!(&answer, Err(problem) if problem.status == 0)
                && let Some(acted) = self.act_here(&request.azione).await
            {
                answer = Ok(acted);
            }
            if self.wire.try_set_value(Wire::Idle).is_some() {
                return;
            }
            match answer {
                Ok(acted) => match self.take_then() {
                    Some(Then::Send(form)) => leave(&form),
                    _ => self.navigator.show(acted),
                },
                Err(problem) => self.refused(problem),
            }
        });
    }

    fn begin(self, wire: Wire) {
        self.stop_timer();
        self.dirty.set_value(false);
        self.wire.set_value(wire);
        self.wizard.saving.set(Saving::Running);
    }

    /// The answers of the shown step, all of them.
    fn request(self, azione: String) -> SaveRequest {
        let wizard = self.wizard;
        let mut risposte = Answers::default();
        let passo =
            wizard.page.with_value(|page| {
                wizard.answers.with_untracked(|answers| {
                    wizard.evaluation.with_untracked(|e| {
                        let shown = step_fields(page).filter(|f| e.is_visible(&f.name));
                        risposte.0.extend(shown.filter_map(|f| {
                            Some((f.name.clone(), answers.0.get(&f.name)?.clone()))
                        }));
                    });
                });
                page.step.clone()
            });
        let dichiarazioni = if passo == step::DECLARATIONS {
            wizard.ticked.get_untracked()
        } else {
            Vec::new()
        };
        SaveRequest {
            azione,
            passo,
            versione: wizard.version.get_untracked(),
            risposte,
            dichiarazioni,
            bozza: wizard.page.with_value(|p| p.draft.draft_id.clone()),
            informativa: wizard.page.with_value(|p| p.privacy.clone()),
        }
    }

    pub(super) fn refused(self, mut problem: Problem) {
        if let Some(then @ (Then::Visit(_) | Then::Send(_))) = self.take_then() {
            // Without network there is nowhere to go; else who insists is let go.
            if problem.status != 0 && self.kept.get_value() {
                self.dirty.set_value(false);
                self.then.set_value(Some(then));
                return self.follow_up();
            }
            if problem.status != 0 {
                let way_out = t!("Per uscire lo stesso, senza salvare, premi di nuovo.");
                problem.detail = [&problem.detail, " ", way_out].concat();
            }
            self.kept.set_value(true);
            self.navigator.stay();
            dom::focus_soon("[data-saving]");
        }
        self.dirty.set_value(true);
        if let Some(version) = problem.version {
            self.wizard.version.set(version);
        }
        match problem {
            Problem { status: 401, .. } => self.wizard.saving.set(Saving::LoggedOut),
            Problem {
                conflict: Some(screen),
                ..
            } => self.conflict(*screen),
            Problem { errors, .. } if !errors.is_empty() => self.refuse(errors),
            Problem { title, detail, .. } => {
                self.wizard.saving.set(Saving::Failed { title, detail })
            }
        }
    }

    fn conflict(self, screen: Screen) {
        self.dirty.set_value(false);
        self.navigator.replace(screen);
    }

    /// A file was chosen: it goes up at once.
    pub fn change(self, event: &ev::Event) {
        let input = target(event).and_then(|e| e.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input.filter(|i| i.type_() == "file") else {
            return;
        };
        let Some(id) = input.name().strip_prefix("allegati.").map(str::to_owned) else {
            return;
        };
        let files: Vec<_> = input
            .files()
            .map(|list| (0..list.length()).filter_map(|n| list.get(n)).collect())
            .unwrap_or_default();
        // The form must not send them once more.
        input.set_value("");
        self.forget(&id);
        spawn_local(async move {
            for file in files {
                self.upload(&id, &file).await;
            }
        });
    }

    /// Takes away what was wrong with an attachment.
    fn forget(self, id: &str) {
        let path = format!("allegati.{id}");
        self.wizard
            .issues
            .update(|issues| issues.retain(|i| i.path != path));
    }

    async fn upload(self, id: &str, file: &web_sys::File) {
        let Some((slug, draft, limit)) = self.wizard.page.try_with_value(|page| {
            let wanted = page.form.attachments.iter().find(|a| a.id == id);
            let limit = wanted.map_or(0, |a| a.max_mb);
            (page.slug.clone(), page.draft.draft_id.clone(), limit)
        }) else {
            return;
        };
        // A photograph may be made smaller on its way: the counter says when it is too large.
        let is_photo = file.type_().starts_with("image/");
        if !is_photo && limit > 0 && file.size() > f64::from(limit) * 1_048_576.0 {
            let name = file.name();
            let text = t!(
                "Il file «{name}» è troppo grande: può arrivare a {limit} MB.",
                name,
                limit
            );
            return self.file_issue(id, text);
        }
        let place = [slug.as_str(), id, &draft].join("/");
        match device::upload(&place, file).await {
            Ok(file) => {
                let waits = file.file.starts_with(steps::ON_DEVICE);
                self.wizard.attachments.try_update(|files| files.push(file));
                if waits {
                    self.waiting.try_set_value(true);
                    self.deliver(false);
                }
            }
            Err(Problem { status: 401, .. }) => {
                self.wizard.saving.try_set(Saving::LoggedOut);
            }
            Err(problem) => self.file_issue(id, problem.detail),
        }
    }

    fn file_issue(self, id: &str, message: String) {
        let label = self.wizard.page.try_with_value(|page| {
            let wanted = page.form.attachments.iter().find(|a| a.id == id);
            wanted.map(|a| a.title.clone()).unwrap_or_default()
        });
        self.wizard.issues.try_update(|issues| {
            issues.push(Issue {
                path: format!("allegati.{id}"),
                step: step::ATTACHMENTS.into(),
                label: label.unwrap_or_default(),
                kind: IssueKind::Wrong,
                message,
                from_definition: false,
            });
        });
    }

    fn remove_file(self, file: String) {
        let slug = self.slug();
        spawn_local(async move {
            match device::call("remove", &slug, file.as_str().into()).await {
                Ok(here) => {
                    if !here.is_empty() {
                        self.waiting.try_set_value(true);
                        self.deliver(false);
                    }
                    self.wizard
                        .attachments
                        .try_update(|files| files.retain(|f| f.file != file));
                    dom::focus("main h1");
                }
                Err(problem) => self.refused(problem),
            }
        });
    }
}

fn has_errors(wizard: Wizard) -> bool {
    wizard
        .issues
        .with_untracked(|issues| issues.iter().any(|i| i.kind != IssueKind::Warning))
}

/// Sent once more: nothing is left to be saved, and after "Esci" nothing stays on the device.
fn leave(form: &SendWrapper<HtmlFormElement>) {
    let form = form.clone();
    spawn_local(async move {
        if form.get_attribute("data-renew").is_none() {
            let _ = device::call("forget", "", JsValue::NULL).await;
        }
        let _ = form.submit();
    });
}

fn target(event: &web_sys::Event) -> Option<Element> {
    event.target().and_then(|t| t.dyn_into::<Element>().ok())
}

/// Puts `value` at `path`; a path that no row has is ignored.
fn write(answers: &mut Answers, path: &str, value: Answer) {
    let mut parts = path.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, None) => {
            answers.0.insert(name.to_owned(), value);
        }
        (Some(group), Some(row), Some(name)) => {
            if let (Some(Answer::Rows(rows)), Ok(n)) =
                (answers.0.get_mut(group), row.parse::<usize>())
                && let Some(row) = rows.get_mut(n)
            {
                row.insert(name.to_owned(), value);
            }
        }
        _ => {}
    }
}
