//! What to tell about settled answers: visible, required, missing, wrong.

use std::collections::BTreeMap;

use super::{
    Answer, Answers, AttachmentState, Context, Evaluation, Issue, IssueKind,
    describe::row_label,
    evaluate::scope_of,
    scope::{Index, Scope},
};
use crate::{
    catalogue::{Check, Field, FieldKind, Form, Required, Rule, Severity, Step},
    civil::Date,
    fields::{self, fiscal_code, pattern::Pattern},
    language::quoted,
    number::Number,
    t,
};

pub(super) fn report(
    form: &Form,
    index: &Index<'_>,
    clean: BTreeMap<String, Answer>,
    context: &Context<'_>,
) -> Evaluation {
    let scope = scope_of(index, &clean, context);
    let mut reporter = Reporter {
        form,
        context,
        found: Found::default(),
    };
    for step in &form.steps {
        if scope.holds_if(step.visible_if.as_ref()) {
            reporter.step(step, scope);
        }
    }
    let Found {
        steps,
        visible,
        required,
        issues,
    } = reporter.found;
    let attachments = attachments(form, scope);
    let declarations = form.declarations.iter();
    let declarations = declarations
        .filter(|declaration| scope.holds_if(declaration.visible_if.as_ref()))
        .map(|declaration| declaration.id.clone())
        .collect();
    Evaluation {
        steps,
        visible,
        required,
        issues,
        attachments,
        declarations,
        today: context.today,
        answers: Answers(clean),
    }
}

/// An attachment required on a condition is shown only when that holds.
fn attachments(form: &Form, scope: Scope<'_>) -> Vec<AttachmentState> {
    let visible = form
        .attachments
        .iter()
        .filter(|a| scope.holds_if(a.visible_if.as_ref()));
    visible
        .filter_map(|attachment| {
            let required = match &attachment.required {
                Required::Always => true,
                Required::Never => false,
                Required::If(condition) => {
                    if !scope.holds(condition) {
                        return None;
                    }
                    true
                }
            };
            Some(AttachmentState {
                id: attachment.id.clone(),
                required,
            })
        })
        .collect()
}

#[derive(Default)]
struct Found {
    steps: Vec<String>,
    visible: Vec<String>,
    required: Vec<String>,
    issues: Vec<Issue>,
}

struct Reporter<'a, 'c> {
    form: &'a Form,
    context: &'a Context<'c>,
    found: Found,
}

/// Where the issues of one answer go.
struct Place<'a> {
    step: &'a str,
    path: String,
    label: String,
}

impl Place<'_> {
    fn issue(&self, kind: IssueKind, message: String) -> Issue {
        Issue {
            path: self.path.clone(),
            step: self.step.to_owned(),
            label: self.label.clone(),
            kind,
            message,
            from_definition: false,
        }
    }
}

impl Reporter<'_, '_> {
    fn step(&mut self, step: &Step, scope: Scope<'_>) {
        let before = self.found.visible.len();
        for field in step.fields() {
            if scope.holds_if(field.visible_if.as_ref()) {
                let place = Place {
                    step: &step.id,
                    path: field.name.clone(),
                    label: field.label.clone(),
                };
                self.field(field, scope.answers.get(&field.name), scope, &place);
                self.form_rules(field, scope, &place);
            }
        }
        // A step where everything is hidden would be an empty page.
        if self.found.visible.len() > before {
            self.found.steps.push(step.id.clone());
        }
    }

    fn tell(&mut self, place: &Place<'_>, kind: IssueKind, message: String) {
        self.found.issues.push(place.issue(kind, message));
    }

    fn field(
        &mut self,
        field: &Field,
        answer: Option<&Answer>,
        scope: Scope<'_>,
        place: &Place<'_>,
    ) {
        self.found.visible.push(place.path.clone());
        let required = is_required(field, scope);
        // What the system calculates is not asked of anybody.
        if required && !field.is_computed() {
            self.found.required.push(place.path.clone());
        }
        if field.kind == FieldKind::Elenco {
            return self.group(field, answer, required, scope, place);
        }
        let Some(answer) = answer else {
            if required && !field.is_computed() {
                self.tell(place, IssueKind::Missing, missing_message(field));
            }
            return;
        };
        match check_answer(field, answer, self.context) {
            Ok(warning) => {
                if let Some(warning) = warning {
                    self.tell(place, IssueKind::Warning, warning);
                }
                for rule in &field.rules {
                    self.rule(rule, scope, place);
                }
            }
            // Nobody can mend here what the identity provider says: told, never blocking.
            Err(message) if field.is_locked() => self.tell(place, IssueKind::Warning, message),
            Err(message) => self.tell(place, IssueKind::Wrong, message),
        }
    }

    fn group(
        &mut self,
        group: &Field,
        answer: Option<&Answer>,
        required: bool,
        scope: Scope<'_>,
        place: &Place<'_>,
    ) {
        let rows: &[BTreeMap<String, Answer>] = match answer {
            Some(Answer::Rows(rows)) => rows,
            _ => &[],
        };
        let least = group.min_rows.map_or(usize::from(required), |n| {
            usize::try_from(n).unwrap_or(usize::MAX)
        });
        if rows.len() < least && (required || !rows.is_empty()) {
            self.tell(place, IssueKind::Missing, too_few_rows(least));
        }
        if rows.len() > group.row_limit() {
            let most = group.row_limit();
            let message = t!(
                "Puoi inserire al massimo {most} righe: togli quelle in più.",
                most
            );
            self.tell(place, IssueKind::Wrong, message);
        }
        for (i, row) in rows.iter().enumerate() {
            let scope = scope.in_row(group, row);
            for column in &group.fields {
                if scope.holds_if(column.visible_if.as_ref()) {
                    let place = Place {
                        step: place.step,
                        path: format!("{}.{i}.{}", group.name, column.name),
                        label: row_label(group, i, &column.label),
                    };
                    self.field(column, row.get(&column.name), scope, &place);
                }
            }
        }
        for rule in &group.rules {
            self.rule(rule, scope, place);
        }
    }

    /// The rules of the whole form that show their message on this field.
    fn form_rules(&mut self, field: &Field, scope: Scope<'_>, place: &Place<'_>) {
        let form = self.form;
        for rule in &form.rules {
            let owner = rule
                .field
                .as_deref()
                .map(|name| name.split('.').next().unwrap_or(name));
            if owner == Some(field.name.as_str()) {
                self.rule(rule, scope, place);
            }
        }
    }

    fn rule(&mut self, rule: &Rule, scope: Scope<'_>, place: &Place<'_>) {
        let Some(check) = &rule.check else { return };
        if !scope.holds_if(rule.when.as_ref()) || scope.satisfies(check) {
            return;
        }
        let kind = match rule.severity {
            Severity::Errore => IssueKind::Wrong,
            Severity::Avviso => IssueKind::Warning,
        };
        let row = repeated_row_place(check, scope, place);
        let place = row.as_ref().unwrap_or(place);
        self.found.issues.push(Issue {
            from_definition: true,
            ..place.issue(kind, rule.text.clone())
        });
    }
}

/// The row that repeats another shows the message, in its first compared column.
fn repeated_row_place<'a>(check: &Check, scope: Scope<'_>, place: &Place<'a>) -> Option<Place<'a>> {
    let Check::DistinctRows { group, columns } = check else {
        return None;
    };
    let row = scope.repeated_row(group, columns)?;
    let field = scope.index.get(group.as_str())?;
    let column = field.column(columns.first()?)?;
    Some(Place {
        step: place.step,
        path: format!("{group}.{row}.{}", column.name),
        label: row_label(field, row, &column.label),
    })
}

fn is_required(field: &Field, scope: Scope<'_>) -> bool {
    match &field.required {
        Required::Always => true,
        Required::Never => false,
        Required::If(condition) => scope.holds(condition),
    }
}

fn too_few_rows(least: usize) -> String {
    match least {
        1 => t!("Aggiungi almeno una riga.").into(),
        n => t!("Aggiungi almeno {n} righe.", n),
    }
}

fn missing_message(field: &Field) -> String {
    if field.is_locked() {
        return t!(
            "Questo dato arriva dalla tua identità digitale, ma manca. Aggiornalo presso chi \
            ti ha dato SPID o CIE e accedi di nuovo, oppure vieni allo sportello."
        )
        .into();
    }
    let message = match field.kind {
        FieldKind::SiNo => t!("Scegli sì o no."),
        FieldKind::Scelta | FieldKind::SceltaDaElenco => t!("Scegli una risposta."),
        FieldKind::SceltaMultipla => t!("Scegli almeno una risposta."),
        FieldKind::Data => t!("Scrivi la data come giorno/mese/anno."),
        FieldKind::Ora => t!("Scrivi l'ora, per esempio 09:30."),
        FieldKind::Coordinate => t!("Scegli il punto sulla mappa."),
        FieldKind::SlotAppuntamento => t!("Scegli il giorno e l'ora dell'appuntamento."),
        _ => t!("Questa risposta è necessaria: scrivila qui."),
    };
    message.into()
}

/// `Ok` may hold a warning; `Err` says what is wrong and how to mend it.
fn check_answer(
    field: &Field,
    answer: &Answer,
    context: &Context<'_>,
) -> Result<Option<String>, String> {
    match answer {
        Answer::Rows(_) => Ok(None),
        Answer::Many(codes) => check_choices(field, codes).map(|()| None),
        Answer::Text(text) => {
            let valid = fields::read(field.kind, text, context.today)?;
            check_length(field, &valid.value)?;
            check_pattern(field, &valid.value)?;
            check_number(field, &valid.value, context.today)?;
            check_date(field, &valid.value, context.today)?;
            check_lists(field, &valid.value, context)?;
            let warning = valid
                .warning
                .or_else(|| elsewhere(field, &valid.value, context));
            Ok(warning.map(str::to_owned))
        }
    }
}

fn not_in_list() -> String {
    t!("Questa risposta non è nell'elenco: scegline una tra quelle proposte.").into()
}

fn check_choices(field: &Field, codes: &[String]) -> Result<(), String> {
    if codes
        .iter()
        .any(|code| !field.options.iter().any(|(known, _)| known == code))
    {
        return Err(not_in_list());
    }
    match field.min_choices {
        Some(least) if codes.len() < usize::try_from(least).unwrap_or(usize::MAX) => {
            Err(t!("Scegli almeno {least} risposte.", least))
        }
        _ => Ok(()),
    }
}

/// How many characters a text may have where the definition does not say.
fn longest(kind: FieldKind) -> Option<usize> {
    match kind {
        FieldKind::Testo | FieldKind::Stradario | FieldKind::SceltaDaElenco => Some(200),
        FieldKind::TestoLungo => Some(4000),
        FieldKind::SlotAppuntamento
        | FieldKind::Provincia
        | FieldKind::Comune
        | FieldKind::ComuneOEstero
        | FieldKind::Stato
        | FieldKind::LuogoBelfiore => Some(100),
        _ => None,
    }
}

fn check_length(field: &Field, text: &str) -> Result<(), String> {
    let Some(default) = longest(field.kind) else {
        return Ok(());
    };
    let count = text.chars().count();
    let limit = |bound: Option<f64>| bound.and_then(Number::from_f64).map(|n| n.to_cents() / 100);
    let most = limit(field.max)
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(default);
    let least = limit(field.min)
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(0);
    if count > most {
        return Err(t!(
            "Il testo è troppo lungo: al massimo {most} caratteri, qui sono {count}. Accorcialo.",
            most,
            count
        ));
    }
    if count < least {
        return Err(t!(
            "Scrivi almeno {least} caratteri: qui sono {count}.",
            least,
            count
        ));
    }
    Ok(())
}

fn check_pattern(field: &Field, text: &str) -> Result<(), String> {
    let Some(Ok(pattern)) = field.pattern.as_deref().map(Pattern::parse) else {
        return Ok(());
    };
    if pattern.matches(text) {
        return Ok(());
    }
    Err(match &field.hint {
        Some(hint) => t!(
            "Questo codice non è scritto nel modo giusto. {hint}",
            hint = quoted(hint)
        ),
        None => t!("Questo codice non è scritto nel modo giusto: ricopialo dal documento.").into(),
    })
}

fn check_number(field: &Field, text: &str, today: Date) -> Result<(), String> {
    let Some(number) = Number::parse_plain(text).filter(|_| field.kind.is_number()) else {
        return Ok(());
    };
    let bound = |bound: Option<f64>| bound.and_then(Number::from_f64);
    if let Some(least) = bound(field.min).filter(|least| number < *least) {
        return Err(t!(
            "Il numero più piccolo che puoi scrivere è {number}.",
            number = with_unit(field, least)
        ));
    }
    if let Some(most) = bound(field.max).filter(|most| number > *most) {
        return Err(t!(
            "Il numero più grande che puoi scrivere è {number}.",
            number = with_unit(field, most)
        ));
    }
    let year = Number::from_integer(i64::from(today.year()));
    if field.max_this_year && year.is_some_and(|year| number > year) {
        return Err(t!(
            "L'anno non può essere dopo il {year}.",
            year = today.year()
        ));
    }
    Ok(())
}

fn with_unit(field: &Field, number: Number) -> String {
    match (field.kind, &field.unit) {
        (FieldKind::Importo, _) => crate::number::euro(number.to_cents()),
        (_, Some(unit)) => format!("{} {unit}", number.italian()),
        (_, None) => number.italian(),
    }
}

fn check_date(field: &Field, text: &str, today: Date) -> Result<(), String> {
    // A date and time is bounded by its day.
    let day = match field.kind {
        FieldKind::Data | FieldKind::DataOra => text.split('T').next().and_then(Date::parse_iso),
        _ => None,
    };
    let Some(day) = day else { return Ok(()) };
    match field.from_today {
        Some(0) if day < today => return Err(t!("La data non può essere prima di oggi.").into()),
        Some(n) if day < today.plus_days(n) => {
            let first = today.plus_days(n).italian();
            return Err(t!("La data non può essere prima del {first}.", first));
        }
        _ => {}
    }
    match field.to_today {
        Some(0) if day > today => Err(t!("La data non può essere dopo oggi.").into()),
        Some(n) if day > today.plus_days(n) => {
            let last = today.plus_days(n).italian();
            Err(t!("La data non può essere dopo il {last}.", last))
        }
        _ => Ok(()),
    }
}

/// The town's list may be behind, the countryside has few names, a border is drawn roughly: told,
/// never blocking.
fn elsewhere(field: &Field, text: &str, context: &Context<'_>) -> Option<&'static str> {
    let (list, told) = match field.kind {
        FieldKind::Stradario => (
            "stradario",
            t!(
                "Questa via non è nell'elenco delle strade del Comune: controlla come è scritta. Se è giusta puoi andare avanti."
            ),
        ),
        FieldKind::Coordinate => (
            "territorio",
            t!(
                "Questo punto è fuori dal territorio del Comune: controllalo. Se è giusto puoi andare avanti."
            ),
        ),
        _ => return None,
    };
    (context.lists.contains(list, text) == Some(false)).then_some(told)
}

/// Options, reference lists, and the place inside a codice fiscale.
fn check_lists(field: &Field, text: &str, context: &Context<'_>) -> Result<(), String> {
    if field.kind == FieldKind::Scelta && !field.options.iter().any(|(code, _)| code == text) {
        return Err(not_in_list());
    }
    if let Some(list) = field.reference_list()
        && context.lists.contains(list, text) == Some(false)
    {
        return Err(not_in_list());
    }
    let person = matches!(
        field.kind,
        FieldKind::CodiceFiscale | FieldKind::CodiceFiscaleOEnte
    );
    if person
        && let Ok(code) = fiscal_code::parse(text, context.today)
        && context.lists.contains("luoghi", &code.place) == Some(false)
    {
        return Err(fiscal_code::unknown_place().into());
    }
    Ok(())
}
