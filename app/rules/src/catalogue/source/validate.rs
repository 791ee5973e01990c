//! What a resolved definition must satisfy: names that exist and are unique, conditions
//! without cycles, rules and formulas over fields of the right kind.

use std::collections::{BTreeMap, BTreeSet};

use super::DefinitionError;
use crate::{
    catalogue::{
        Check, Condition, Day, Expression, Field, FieldKind, Operator, Part, Reference, Required,
        Rule, Service, Severity, Test,
    },
    fields::pattern::Pattern,
    form::scope::{Index, index},
};

/// Names that a remittance text may hold besides the fields: known when the debt is made.
const REASON_NAMES: [&str; 6] = ["numero", "anno", "anno_scolastico", "mese", "n", "tot"];
/// One screen of a phone, or people go away.
const MOST_QUESTIONS: usize = 6;
const FORMATS: [&str; 4] = ["pdf", "p7m", "jpg", "png"];

/// What an office writes in a paper.
const OFFICE_KINDS: [FieldKind; 6] = [
    FieldKind::Testo,
    FieldKind::TestoLungo,
    FieldKind::Intero,
    FieldKind::Decimale,
    FieldKind::Importo,
    FieldKind::Data,
];

pub(super) fn validate(service: &Service, errors: &mut Vec<DefinitionError>) {
    let mut validator = Validator {
        index: index(&service.form),
        errors,
    };
    validator.names(service);
    validator.values(service);
    validator.steps(service);
    validator.attachments(service);
    validator.issued(service);
    validator.cosigners(service);
    validator.digital_signature(service);
    validator.questions(service);
    validator.declarations(service);
    validator.fees(service);
    validator.cycles(service);
    super::reach::check(service, &index(&service.form), errors);
    super::acting::check(service, errors);
}

struct Validator<'a, 'e> {
    index: Index<'a>,
    errors: &'e mut Vec<DefinitionError>,
}

/// Where something is said, and the row's group if it is inside one.
#[derive(Clone)]
struct Place<'a> {
    key: String,
    anchor: String,
    group: Option<&'a Field>,
    /// `tariffa:` has a meaning only in fees.
    in_fee: bool,
}

impl<'a> Place<'a> {
    fn new(key: impl Into<String>, anchor: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            anchor: anchor.into(),
            group: None,
            in_fee: false,
        }
    }
}

impl<'a> Validator<'a, '_> {
    fn wrong(&mut self, place: &Place<'_>, message: impl Into<String>) {
        self.errors.push(DefinitionError {
            key: place.key.clone(),
            anchor: place.anchor.clone(),
            message: message.into(),
        });
    }

    fn at(&mut self, key: &str, anchor: &str, message: impl Into<String>) {
        self.wrong(&Place::new(key, anchor), message);
    }

    fn find(&self, name: &str, group: Option<&'a Field>) -> Option<&'a Field> {
        let column = group.and_then(|group| group.column(name));
        match name.split_once('.') {
            Some((group, column)) => self.index.get(group)?.column(column),
            None => column.or_else(|| self.index.get(name)),
        }
    }

    /// Papers of outcomes: what the office writes is plain, what is printed was asked.
    fn issued(&mut self, service: &'a Service) {
        for outcome in &service.outcomes {
            let Some(document) = &outcome.document else {
                continue;
            };
            let anchor = format!("codice: {}", outcome.code);
            let key = format!("esiti.{}.documento", outcome.code);
            if !outcome.positive {
                self.at(&key, &anchor, "solo un esito positivo ha un documento");
            }
            if !is_name(&document.template) {
                let message = format!("«{}» non è il nome di un modello", document.template);
                self.at(&format!("{key}.modello"), &anchor, message);
            }
            let names = document.fields.iter().map(|f| (f.name.as_str(), "nome"));
            self.unique(&format!("{key}.campi"), names);
            for field in document
                .fields
                .iter()
                .filter(|f| !OFFICE_KINDS.contains(&f.kind))
            {
                let message = format!(
                    "il campo «{}» non è testo, numero, importo o data",
                    field.name
                );
                self.at(&format!("{key}.campi"), &anchor, message);
            }
            for name in &document.answers {
                if self.find(name, None).is_none() {
                    self.at(
                        &format!("{key}.dati"),
                        &anchor,
                        format!("il campo «{name}» non esiste"),
                    );
                }
            }
        }
    }

    fn names(&mut self, service: &'a Service) {
        let form = &service.form;
        let fields = form.fields().map(|f| (f.name.as_str(), "nome"));
        self.unique("modulo", fields);
        for group in form.fields().filter(|f| f.kind == FieldKind::Elenco) {
            let key = format!("modulo.{}", group.name);
            self.unique(&key, group.fields.iter().map(|f| (f.name.as_str(), "nome")));
        }
        self.unique(
            "modulo.passi",
            form.steps.iter().map(|s| (s.id.as_str(), "id")),
        );
        self.unique(
            "allegati",
            form.attachments.iter().map(|a| (a.id.as_str(), "id")),
        );
        self.unique(
            "dichiarazioni",
            form.declarations.iter().map(|d| (d.id.as_str(), "id")),
        );
        self.unique("costi", service.fees.iter().map(|f| (f.id.as_str(), "id")));
        self.unique(
            "esiti",
            service.outcomes.iter().map(|o| (o.code.as_str(), "codice")),
        );
    }

    fn unique<'n>(&mut self, key: &str, names: impl Iterator<Item = (&'n str, &'n str)>) {
        let mut seen = BTreeSet::new();
        for (name, kind) in names {
            let anchor = format!("{kind}: {name}");
            if !is_name(name) {
                let message = "un nome ha solo lettere minuscole senza accento, cifre e _";
                self.at(&format!("{key}.{name}"), &anchor, message);
            }
            if !seen.insert(name) {
                self.at(&format!("{key}.{name}"), &anchor, "questo nome c'è già");
            }
        }
    }

    /// Vocabularies that the types leave open.
    fn values(&mut self, service: &Service) {
        let slug = &service.slug;
        let sound = !slug.is_empty()
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !sound {
            self.at(
                "slug",
                "slug:",
                "lo slug ha solo lettere minuscole, cifre e trattini",
            );
        }
        if service.description.chars().count() > 160 {
            self.at(
                "descrizione",
                "descrizione:",
                "la descrizione ha al massimo 160 caratteri",
            );
        }
        let level = service.signature.level.as_str();
        if !["nessuna", "identita_digitale", "firma_digitale"].contains(&level) {
            self.at(
                "firma.livello",
                "firma:",
                format!("livello «{level}» sconosciuto"),
            );
        }
        if ![2, 3].contains(&service.signature.identity_level) {
            self.at(
                "firma.livello_identita",
                "firma:",
                "il livello dell'identità è 2 o 3",
            );
        }
        let effect = service.silence.effect.as_str();
        if ![
            "assenso",
            "rigetto",
            "inadempimento",
            "consolidamento",
            "non_applicabile",
        ]
        .contains(&effect)
        {
            self.at(
                "silenzio.effetto",
                "silenzio:",
                format!("effetto «{effect}» sconosciuto"),
            );
        }
        for day in [&service.window.from, &service.window.to]
            .into_iter()
            .flatten()
        {
            if crate::civil::Date::parse_iso(&format!("2024-{day}")).is_none() {
                let message = format!("«{day}» non è un giorno MM-GG");
                self.at("presentazione", "presentazione:", message);
            }
        }
    }

    fn steps(&mut self, service: &'a Service) {
        for step in &service.form.steps {
            let key = format!("modulo.passi.{}.visibile_se", step.id);
            let anchor = format!("id: {}", step.id);
            let place = &Place::new(key, &*anchor);
            if let Some(condition) = &step.visible_if {
                self.condition(condition, place);
            }
            for field in step.fields() {
                self.field(field, None);
            }
        }
        for rule in &service.form.rules {
            self.rule(rule, &Place::new("modulo.controlli", "controlli:"));
        }
    }

    fn field(&mut self, field: &'a Field, group: Option<&'a Field>) {
        let key = match group {
            Some(group) => format!("modulo.{}.{}", group.name, field.name),
            None => format!("modulo.{}", field.name),
        };
        let anchor = format!("nome: {}", field.name);
        let place = |name: &str| Place {
            group,
            ..Place::new(format!("{key}{name}"), &*anchor)
        };
        if let Some(condition) = &field.visible_if {
            self.condition(condition, &place(".visibile_se"));
        }
        if let Required::If(condition) = &field.required {
            self.condition(condition, &place(".obbligatorio_se"));
        }
        for rule in &field.rules {
            self.rule(rule, &place(".controlli"));
        }
        if let Some(Err(message)) = field.pattern.as_deref().map(Pattern::parse) {
            self.wrong(&place(".modello"), message);
        }
        match (&field.formula, field.is_computed()) {
            (Some(_), _) if !field.kind.is_number() => {
                self.wrong(&place(".calcolo"), "solo un numero o un importo si calcola");
            }
            (Some(formula), _) => self.expression(formula, &place(".calcolo")),
            (None, true) => {
                self.wrong(
                    &place(".calcolo"),
                    "un campo calcolato ha bisogno di «calcolo»",
                );
            }
            (None, false) => {}
        }
        self.shape(field, &place(""));
        for column in &field.fields {
            self.field(column, Some(field));
        }
    }

    /// What each kind needs.
    fn shape(&mut self, field: &Field, place: &Place<'a>) {
        let choice = matches!(field.kind, FieldKind::Scelta | FieldKind::SceltaMultipla);
        if choice == field.options.is_empty() {
            self.wrong(
                place,
                "«opzioni» va con scelta e scelta_multipla, e solo con quelle",
            );
        }
        let codes: BTreeSet<&str> = field
            .options
            .iter()
            .map(|(code, _)| code.as_str())
            .collect();
        if codes.len() != field.options.len() {
            self.wrong(place, "una scelta è scritta due volte");
        }
        if let Some(default) = &field.default
            && choice
            && !codes.contains(default.as_str())
        {
            self.wrong(
                place,
                format!("il valore predefinito «{default}» non è tra le scelte"),
            );
        }
        let listed = match field.kind {
            FieldKind::SceltaDaElenco => Some("scelta_da_elenco vuole «elenco»"),
            FieldKind::SlotAppuntamento => Some("slot_appuntamento vuole «agenda»"),
            _ => None,
        };
        match (listed, &field.list) {
            (Some(fault), None) => self.wrong(place, fault),
            (None, Some(_)) => {
                self.wrong(place, "«elenco» va con scelta_da_elenco, e solo con quella");
            }
            _ => {}
        }
        if field.kind == FieldKind::SlotAppuntamento && place.group.is_some() {
            self.wrong(place, "uno slot_appuntamento non sta dentro un elenco");
        }
        let group = field.kind == FieldKind::Elenco;
        if group == field.fields.is_empty() {
            self.wrong(place, "«campi» va con elenco, e solo con quello");
        }
        if group && place.group.is_some() {
            self.wrong(place, "un elenco non sta dentro un altro elenco");
        }
        if group && field.read_only {
            self.wrong(place, "un elenco non può essere in sola lettura");
        }
        if field.min_rows.unwrap_or(0) > field.max_rows.unwrap_or(32) {
            self.wrong(place, "min_righe è più grande di max_righe");
        }
        if let (Some(min), Some(max)) = (field.min, field.max)
            && min > max
        {
            self.wrong(place, "min è più grande di max");
        }
    }

    fn cosigners(&mut self, service: &'a Service) {
        for name in &service.signature.cosigners {
            let kind = self.find(name, None).map(|field| field.kind);
            if kind != Some(FieldKind::CodiceFiscale) {
                let message = format!("«{name}» deve essere un campo di tipo codice_fiscale");
                self.at("firma.cofirmatari", "cofirmatari", message);
            }
        }
    }

    fn questions(&mut self, service: &'a Service) {
        let key = "ho_i_requisiti";
        if service.questions.len() > MOST_QUESTIONS {
            let message = format!("al massimo {MOST_QUESTIONS} domande");
            self.at(key, "ho_i_requisiti", message);
        }
        for question in &service.questions {
            if !question.text.ends_with('?') || question.otherwise.trim().is_empty() {
                let message = "ogni domanda finisce con «?», e «altrimenti» dice che cosa fare";
                self.at(key, &question.text, message);
            }
        }
    }

    fn digital_signature(&mut self, service: &'a Service) {
        let signature = &service.signature;
        let key = "firma.firma_digitale_di";
        if let Some(name) = &signature.digital_signer {
            let kind = self.find(name, None).map(|field| field.kind);
            if kind != Some(FieldKind::CodiceFiscale) {
                let message = format!("«{name}» deve essere un campo di tipo codice_fiscale");
                self.at(key, "firma_digitale_di", message);
            }
            if !signature.is_digital() {
                self.at(
                    key,
                    "firma_digitale_di",
                    "vale solo con il livello firma_digitale",
                );
            }
        }
        if signature.is_digital() && !signature.cosigners.is_empty() {
            let message = "con il livello firma_digitale non ci sono cofirmatari";
            self.at("firma.cofirmatari", "cofirmatari", message);
        }
        let unsigned = |format: &String| !["pdf", "p7m"].contains(&format.as_str());
        for file in service.form.attachments.iter().filter(|file| file.signed) {
            if file.formats.iter().any(unsigned) {
                let key = format!("allegati.{}.formati", file.id);
                let message = "un file con firma_digitale è pdf o p7m";
                self.at(&key, &format!("id: {}", file.id), message);
            }
        }
    }

    fn attachments(&mut self, service: &'a Service) {
        for attachment in &service.form.attachments {
            let key = format!("allegati.{}", attachment.id);
            let anchor = format!("id: {}", attachment.id);
            let place = &Place::new(key, anchor);
            if let Required::If(condition) = &attachment.required {
                self.condition(condition, place);
            }
            if let Some(condition) = &attachment.visible_if {
                self.condition(condition, place);
            }
            let unknown = attachment
                .formats
                .iter()
                .find(|f| !FORMATS.contains(&f.as_str()));
            if let Some(format) = unknown {
                self.wrong(place, format!("formato «{format}» sconosciuto"));
            }
            if attachment.formats.is_empty() || attachment.max_mb == 0 || attachment.max_files == 0
            {
                self.wrong(place, "servono i formati, e max_mb e max_file da 1 in su");
            }
        }
    }

    fn declarations(&mut self, service: &'a Service) {
        for declaration in &service.form.declarations {
            let key = format!("dichiarazioni.{}", declaration.id);
            let anchor = format!("id: {}", declaration.id);
            if let Some(condition) = &declaration.visible_if {
                let place = &Place::new(key, anchor);
                self.condition(condition, place);
            }
        }
    }

    fn fees(&mut self, service: &'a Service) {
        for fee in &service.fees {
            let anchor = format!("id: {}", fee.id);
            let place = |name: &str| Place {
                in_fee: true,
                ..Place::new(format!("costi.{}.{name}", fee.id), &*anchor)
            };
            if let Some(condition) = &fee.due_if {
                self.condition(condition, &place("se"));
            }
            if let Some(formula) = &fee.formula {
                self.expression(formula, &place("calcolo"));
            }
            for name in placeholders(fee.reason.as_deref().unwrap_or_default()) {
                if !REASON_NAMES.contains(&name) && self.find(name, None).is_none() {
                    self.wrong(
                        &place("pagopa.causale"),
                        format!("il campo «{name}» non esiste"),
                    );
                }
            }
        }
    }

    fn condition(&mut self, condition: &'a Condition, place: &Place<'a>) {
        let mut tests = Vec::new();
        condition.each_test(&mut |test| tests.push(test));
        for test in tests {
            self.test(test, place);
        }
    }

    fn test(&mut self, test: &'a Test, place: &Place<'a>) {
        let name = test.field.as_str();
        let Some(field) = self.find(name, place.group) else {
            return self.wrong(place, format!("il campo «{name}» non esiste"));
        };
        let codes: Vec<&String> = match &test.is {
            Operator::Equal(code) | Operator::Different(code) | Operator::Contains(code) => {
                vec![code]
            }
            Operator::In(codes) => codes.iter().collect(),
            _ => Vec::new(),
        };
        for code in codes {
            if !field.options.is_empty() && !field.options.iter().any(|(known, _)| known == code) {
                self.wrong(place, format!("«{name}» non ha la scelta «{code}»"));
            }
        }
        let group = field.kind == FieldKind::Elenco;
        let fits = match &test.is {
            Operator::True(_) => field.kind == FieldKind::SiNo,
            Operator::Contains(_) => field.kind == FieldKind::SceltaMultipla,
            Operator::Foreign => field.kind == FieldKind::Stato,
            Operator::Number(..) => field.kind.is_number(),
            Operator::HasAdults | Operator::HasMinors => {
                field.kind == FieldKind::CodiceFiscale
                    || field
                        .fields
                        .iter()
                        .any(|c| c.kind == FieldKind::CodiceFiscale)
            }
            Operator::Sum { column, .. } => {
                group && field.column(column).is_some_and(|c| c.kind.is_number())
            }
            Operator::NotEmpty => true,
            Operator::Equal(_) | Operator::Different(_) | Operator::In(_) => !group,
        };
        if !fits {
            self.wrong(
                place,
                format!("questo operatore non va con il campo «{name}»"),
            );
        }
    }

    fn rule(&mut self, rule: &'a Rule, place: &Place<'a>) {
        let group = place.group;
        if let Some(condition) = &rule.when {
            self.condition(condition, place);
        }
        let mut found = References::default();
        match &rule.check {
            None => {}
            Some(Check::Compare { left, right, .. }) => {
                self.compared(left, place);
                self.compared(right, place);
            }
            Some(Check::Age { of, on, .. }) => {
                found.births.push(of);
                found.day(on);
            }
            Some(Check::Distance { from, to, .. }) => {
                found.day(from);
                found.day(to);
            }
            Some(Check::DistinctRows { group, columns }) => {
                for column in columns {
                    let name = format!("{group}.{column}");
                    if self.find(&name, None).is_none() {
                        self.wrong(place, format!("il campo «{name}» non esiste"));
                    }
                }
            }
            Some(Check::Coherent { code, date, with }) => {
                found.codes.push(code);
                found.dates.extend(date.as_deref());
                for (part, name) in with {
                    match part {
                        Part::Place => &mut found.places,
                        _ => &mut found.texts,
                    }
                    .push(name);
                }
                // Who changed name, or was born in a town that has since ended, may be right.
                if rule.severity != Severity::Avviso {
                    self.wrong(
                        place,
                        "«coerente» può solo avvisare: metti «gravita: avviso»",
                    );
                }
            }
            Some(Check::DifferentFrom { of, others }) => {
                found.any.push(of);
                found.any.extend(others.iter().map(String::as_str));
            }
            Some(Check::Holds(condition)) => self.condition(condition, place),
        }
        found.any.extend(rule.field.as_deref());
        let is_date = |kind| kind == FieldKind::Data;
        let is_code = |kind| kind == FieldKind::CodiceFiscale;
        let is_text = |kind| kind == FieldKind::Testo;
        let is_place = |kind| kind == FieldKind::LuogoBelfiore;
        let is_birth = |kind| matches!(kind, FieldKind::CodiceFiscale | FieldKind::Data);
        for (names, fits, what) in [
            (&found.any, (&|_| true) as &dyn Fn(FieldKind) -> bool, ""),
            (&found.dates, &is_date, "una data"),
            (&found.births, &is_birth, "un codice fiscale o una data"),
            (&found.codes, &is_code, "un codice fiscale"),
            (&found.texts, &is_text, "un testo"),
            (&found.places, &is_place, "un luogo di nascita"),
        ] {
            for name in names {
                match self.find(name, group) {
                    None => self.wrong(place, format!("il campo «{name}» non esiste")),
                    Some(field) if !fits(field.kind) => {
                        self.wrong(place, format!("il campo «{name}» non è {what}"));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// A side of a comparison: any field, or a calculation.
    fn compared(&mut self, expression: &'a Expression, place: &Place<'a>) {
        match expression {
            Expression::Field(name) if self.find(name, place.group).is_some() => {}
            other => self.expression(other, place),
        }
    }

    fn expression(&mut self, expression: &'a Expression, place: &Place<'a>) {
        let outer = place.group.map(|g| g.name.as_str());
        let mut references = Vec::new();
        expression.each_reference(None, &mut |reference, group| {
            references.push((reference, group))
        });
        for (reference, group) in references {
            let name = group.or(outer);
            let group = name.and_then(|name| self.index.get(name));
            let place = &Place {
                group,
                ..place.clone()
            };
            match reference {
                Reference::Field(name) => {
                    let calculates = |kind: FieldKind| kind.is_number() || kind == FieldKind::Data;
                    match self.find(name, group) {
                        None => self.wrong(place, format!("il campo «{name}» non esiste")),
                        Some(field) if !calculates(field.kind) => {
                            self.wrong(place, format!("il campo «{name}» non è un numero"));
                        }
                        Some(_) => {}
                    }
                }
                Reference::Group(name) => match self.index.get(name).map(|f| f.kind) {
                    Some(FieldKind::Elenco) => {}
                    _ => self.wrong(place, format!("l'elenco «{name}» non esiste")),
                },
                Reference::Tariff(_) if !place.in_fee => {
                    self.wrong(place, "«tariffa:» si usa solo nei costi");
                }
                Reference::Tariff(_) => {}
                Reference::Condition(condition) => self.condition(condition, place),
            }
        }
    }

    /// A field may depend, through conditions and formulas, on others but never on itself.
    fn cycles(&mut self, service: &'a Service) {
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for step in &service.form.steps {
            for field in step.fields() {
                let mut to = BTreeSet::new();
                for condition in step.visible_if.iter().chain(&field.visible_if) {
                    self.depends(condition, None, &mut to);
                }
                if let Some(formula) = &field.formula {
                    self.depends_by_formula(formula, None, &mut to);
                }
                edges.insert(field.name.clone(), to);
                for column in &field.fields {
                    let mut to = BTreeSet::from([field.name.clone()]);
                    if let Some(condition) = &column.visible_if {
                        self.depends(condition, Some(field), &mut to);
                    }
                    if let Some(formula) = &column.formula {
                        self.depends_by_formula(formula, Some(field), &mut to);
                    }
                    edges.insert(format!("{}.{}", field.name, column.name), to);
                }
            }
        }
        if let Some(cycle) = find_cycle(&edges) {
            let first = cycle.first().map(String::as_str).unwrap_or_default();
            let name = first.rsplit('.').next().unwrap_or(first);
            let message = format!("le condizioni girano in tondo: {}", cycle.join(" → "));
            self.at(
                &format!("modulo.{first}.visibile_se"),
                &format!("nome: {name}"),
                message,
            );
        }
    }

    /// The nodes that a name stands for: a column of the row, a field, a group with its columns.
    fn nodes(&self, name: &str, group: Option<&Field>, columns: bool) -> Vec<String> {
        if let Some(group) = group.filter(|group| group.column(name).is_some()) {
            return vec![format!("{}.{name}", group.name)];
        }
        let mut nodes = vec![name.to_owned()];
        if let Some(field) = self.index.get(name).filter(|_| columns) {
            nodes.extend(
                field
                    .fields
                    .iter()
                    .map(|column| format!("{name}.{}", column.name)),
            );
        }
        nodes
    }

    fn depends(&self, condition: &Condition, group: Option<&Field>, to: &mut BTreeSet<String>) {
        condition.each_test(&mut |test| {
            let columns = !matches!(test.is, Operator::NotEmpty);
            to.extend(self.nodes(&test.field, group, columns));
        });
    }

    fn depends_by_formula(
        &self,
        formula: &Expression,
        row: Option<&Field>,
        to: &mut BTreeSet<String>,
    ) {
        formula.each_reference(None, &mut |reference, group| {
            let group = group.and_then(|name| self.index.get(name)).or(row);
            match reference {
                Reference::Field(name) | Reference::Group(name) => {
                    to.extend(self.nodes(name, group, false));
                }
                Reference::Condition(condition) => self.depends(condition, group, to),
                Reference::Tariff(_) => {}
            }
        });
    }
}

/// Names in a rule, by what they must be.
#[derive(Default)]
struct References<'a> {
    any: Vec<&'a str>,
    dates: Vec<&'a str>,
    births: Vec<&'a str>,
    codes: Vec<&'a str>,
    texts: Vec<&'a str>,
    places: Vec<&'a str>,
}

impl<'a> References<'a> {
    fn day(&mut self, day: &'a Day) {
        if let Day::Field(name) = day {
            self.dates.push(name);
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// `{campo}` in a remittance text.
fn placeholders(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// A cycle of the graph, its first node repeated at the end.
fn find_cycle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn visit<'a>(
        node: &'a str,
        edges: &'a BTreeMap<String, BTreeSet<String>>,
        path: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(from) = path.iter().position(|seen| *seen == node) {
            let cycle = path[from..].iter().chain([&node]);
            return Some(cycle.map(|&name| name.to_owned()).collect());
        }
        if done.contains(node) {
            return None;
        }
        path.push(node);
        for next in edges.get(node).into_iter().flatten() {
            if let Some(cycle) = visit(next, edges, path, done) {
                return Some(cycle);
            }
        }
        path.pop();
        done.insert(node);
        None
    }
    let mut done = BTreeSet::new();
    edges
        .keys()
        .find_map(|node| visit(node, edges, &mut Vec::new(), &mut done))
}
