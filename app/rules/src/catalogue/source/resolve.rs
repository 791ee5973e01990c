//! From the source model to a [`Service`]: shared blocks inlined, every name looked up.

use std::collections::BTreeSet;

use super::{
    AttachmentFile, Blocks, ChannelsFile, CommonPrivacyFile, Control, DeclarationFile,
    DefinitionError, FeeFile, FieldFile, OutcomeFile, QuestionFile, RuleFile, ServiceFile,
    StepFile, validate,
};
use crate::catalogue::{
    Attachment, Audience, Channel, ChannelTerms, Declaration, Fee, Field, FieldKind, Form, Io,
    Norm, Office, Outcome, OutcomeDocument, Privacy, Question, Required, Rule, Section, Service,
    Signature, Silence, Step, Term, WindowRule,
};
use crate::{number::Number, privacy::TRANSFERS};

/// The text, unless it holds a fact marked as to be verified (` ?`), which must not be
/// shown to citizens as certain.
pub fn plain(text: &str) -> Option<String> {
    (!is_doubtful(text)).then(|| text.to_owned())
}

fn is_doubtful(text: &str) -> bool {
    text.match_indices(" ?").any(|(at, mark)| {
        let next = text[at + mark.len()..].chars().next();
        next.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// Resolves a service, or tells everything that is wrong in it.
pub fn resolve(blocks: &Blocks, file: ServiceFile) -> Result<Service, Vec<DefinitionError>> {
    let mut resolver = Resolver {
        blocks,
        errors: Vec::new(),
        doubts: Vec::new(),
        withheld: BTreeSet::new(),
    };
    let mut service = resolver.service(file);
    let Resolver {
        mut errors,
        doubts,
        withheld,
        ..
    } = resolver;
    validate::validate(&service, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    limit_capacity(&mut service);
    withhold(&mut service, &withheld);
    service.doubts = doubts;
    service.doubts.extend(doubtful_texts(&service));
    Ok(service)
}

/// `qualita` offers only the capacities that the service admits.
fn limit_capacity(service: &mut Service) {
    let admitted = &service.audience.on_behalf_of;
    let fields = service
        .form
        .steps
        .iter_mut()
        .flat_map(|step| &mut step.sections);
    for field in fields.flat_map(|section| &mut section.fields) {
        if field.name == "qualita" {
            field.options.retain(|(code, _)| admitted.contains(code));
            field.default = field.default.take().filter(|code| admitted.contains(code));
        }
    }
}

/// Takes away the choices that are not offered yet: conditions may speak of them already.
fn withhold(service: &mut Service, withheld: &BTreeSet<(String, String)>) {
    fn retain(field: &mut Field, withheld: &BTreeSet<(String, String)>) {
        let name = field.name.clone();
        let is_offered = |code: &String| !withheld.contains(&(name.clone(), code.clone()));
        field.options.retain(|(code, _)| is_offered(code));
        for column in &mut field.fields {
            retain(column, withheld);
        }
    }
    let steps = service.form.steps.iter_mut();
    let sections = steps.flat_map(|step| &mut step.sections);
    for field in sections.flat_map(|section| &mut section.fields) {
        retain(field, withheld);
    }
}

/// Every text of the service that holds a doubt, with its key.
fn doubtful_texts(service: &Service) -> Vec<String> {
    fn walk(key: &str, value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) if is_doubtful(text) => {
                found.push(format!("{key}: {text}"));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|v| walk(key, v, found)),
            serde_json::Value::Object(map) => {
                map.iter()
                    .for_each(|(name, v)| walk(&format!("{key}.{name}"), v, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(serde_json::Value::Object(map)) = serde_json::to_value(service) {
        map.iter()
            .filter(|(k, _)| *k != "doubts")
            .for_each(|(k, v)| walk(k, v, &mut found));
    }
    found
}

struct Resolver<'a> {
    blocks: &'a Blocks,
    errors: Vec<DefinitionError>,
    doubts: Vec<String>,
    /// Field and code of the choices that are not offered yet.
    withheld: BTreeSet<(String, String)>,
}

impl Resolver<'_> {
    fn wrong(&mut self, key: String, anchor: String, message: impl Into<String>) {
        self.errors.push(DefinitionError {
            key,
            anchor,
            message: message.into(),
        });
    }

    fn doubt(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| is_doubtful(text)) {
            self.doubts.push(format!("{key}: {text}"));
        }
    }

    fn service(&mut self, file: ServiceFile) -> Service {
        for (key, doubtful, text) in [
            ("termine", file.termine.dubbio, &file.termine.norma),
            ("silenzio", file.silenzio.dubbio, &file.silenzio.norma),
        ] {
            if doubtful {
                self.doubts.push(format!("{key}: {text}"));
            }
        }
        if file.schema != 1 {
            self.wrong("schema".into(), "schema:".into(), "lo schema è 1");
        }
        let form = self.form(&file);
        let fees = file.costi.into_iter().map(|fee| self.fee(fee)).collect();
        let office = self.office(&file.ufficio.id, file.ufficio.responsabile);
        let remedies = file
            .rimedi
            .iter()
            .filter_map(|id| self.remedy(id))
            .collect();
        let outcomes = file.esiti.iter().map(|outcome| self.outcome(outcome));
        let outcomes = outcomes.collect();
        let norms = file.norme.into_iter().map(|norm| {
            if norm.dubbio {
                self.doubts
                    .push(format!("norme: {} {}", norm.fonte, norm.articoli));
            }
            Norm {
                source: norm.fonte,
                articles: norm.articoli,
                about: norm.per,
                doubtful: norm.dubbio,
            }
        });
        Service {
            norms: norms.collect(),
            number: file.numero,
            slug: file.slug,
            title: file.titolo,
            description: file.descrizione,
            kind: file.tipo,
            archetype: file.archetipo,
            category: file.categoria,
            topics: file.argomenti,
            life_events: file.eventi_vita,
            audience: Audience {
                who: file.destinatari.chi,
                subjects: file.destinatari.soggetti,
                on_behalf_of: file.destinatari.per_conto_di,
                requirements: file.destinatari.requisiti,
            },
            questions: file.ho_i_requisiti.into_iter().map(question).collect(),
            needed: file.cosa_serve,
            obtained: file.cosa_si_ottiene,
            window: WindowRule {
                period: file.presentazione.periodo,
                from: file.presentazione.dal,
                to: file.presentazione.al,
                note: file.presentazione.nota,
            },
            form,
            signature: Signature {
                level: file.firma.livello,
                signers: file.firma.firmatari,
                note: file.firma.nota,
                identity_level: file.firma.livello_identita.unwrap_or(2),
                cosigners: file.firma.cofirmatari,
                digital_signer: file.firma.firma_digitale_di,
            },
            fees,
            term: Term {
                days: file.termine.giorni,
                counting: file.termine.computo,
                from: file.termine.decorrenza,
                norm: file.termine.norma,
                note: file.termine.nota,
                doubtful: file.termine.dubbio,
            },
            silence: Silence {
                effect: file.silenzio.effetto,
                after_days: file.silenzio.dopo_giorni,
                norm: file.silenzio.norma,
                note: file.silenzio.nota,
                doubtful: file.silenzio.dubbio,
            },
            office,
            checks: file.verifica,
            outcomes,
            remedies,
            privacy: Privacy {
                purpose: file.privacy.finalita,
                legal_basis: file.privacy.base_giuridica,
                categories: file.privacy.categorie,
                special: file
                    .privacy
                    .particolari
                    .presenti
                    .then_some((file.privacy.particolari.base, file.privacy.particolari.nota)),
                recipients: file.privacy.destinatari,
                retention: file.privacy.conservazione,
                provision: file.privacy.conferimento,
                common: common_privacy(&self.blocks.privacy_comune),
                channels: channels(&self.blocks.privacy_comune.canali),
                measures: self.blocks.privacy_comune.misure.clone(),
            },
            io: Io {
                service: file.io.servizio,
                messages: file.io.messaggi,
                neutral_title: file.io.titolo_neutro,
            },
            doubts: Vec::new(),
        }
    }

    /// The parts of blocks come with them: attachments first the service's own, then the
    /// blocks'; declarations the blocks', the service's own, the common ones.
    fn form(&mut self, file: &ServiceFile) -> Form {
        let steps: Vec<Step> = file
            .modulo
            .passi
            .iter()
            .map(|step| self.step(step))
            .collect();
        let blocks = self.blocks;
        let names = file.modulo.passi.iter().flat_map(|step| &step.blocchi);
        let used: Vec<_> = names.filter_map(|name| blocks.blocchi.get(name)).collect();
        let attachments = file
            .allegati
            .iter()
            .chain(used.iter().flat_map(|b| &b.allegati));
        let attachments = attachments.map(|a| self.attachment(a)).collect();
        let own = used
            .iter()
            .flat_map(|b| &b.dichiarazioni)
            .chain(&file.dichiarazioni.specifiche);
        let mut declarations: Vec<Declaration> = own.map(declaration).collect();
        for id in &file.dichiarazioni.comuni {
            match blocks.dichiarazioni_comuni.get(id) {
                Some(common) => declarations.push(Declaration {
                    id: id.clone(),
                    kind: common.tipo,
                    text: common.testo.clone(),
                    visible_if: None,
                }),
                None => self.wrong(
                    "dichiarazioni.comuni".into(),
                    "comuni:".into(),
                    format!("la dichiarazione comune «{id}» non esiste"),
                ),
            }
        }
        let mut rules = Vec::new();
        for rule in &file.modulo.regole {
            if rule.controlli.is_empty() {
                rules.push(in_words(&rule.testo));
            }
            for control in &rule.controlli {
                rules.extend(self.form_rule(control, Some(rule)));
            }
        }
        for control in &file.modulo.controlli {
            rules.extend(self.form_rule(control, None));
        }
        Form {
            steps,
            attachments,
            declarations,
            rules,
        }
    }

    /// A typed rule of the whole form; `of` gives its words.
    fn form_rule(&mut self, control: &Control, of: Option<&RuleFile>) -> Option<Rule> {
        let (key, anchor) = match of {
            Some(rule) => (
                format!("modulo.regole.{}", rule.id),
                format!("id: {}", rule.id),
            ),
            None => ("modulo.controlli".to_owned(), "controlli:".to_owned()),
        };
        let Some(owner) = control.campo.clone() else {
            self.wrong(key, anchor, "manca «campo»: dove si mostra il messaggio");
            return None;
        };
        match control
            .clone()
            .rule(&owner, of.map(|rule| rule.testo.as_str()))
        {
            Ok(rule) => Some(Rule {
                field: Some(owner),
                ..rule
            }),
            Err(message) => {
                self.wrong(key, anchor, message);
                None
            }
        }
    }

    fn step(&mut self, file: &StepFile) -> Step {
        let mut sections = Vec::new();
        for name in &file.blocchi {
            match self.blocks.blocchi.get(name) {
                Some(block) => {
                    self.doubt(&format!("blocchi.{name}.nota"), block.nota.as_deref());
                    sections.push(Section {
                        title: Some(block.titolo.clone()),
                        fields: self.fields(&block.campi),
                    });
                }
                None => self.wrong(
                    format!("modulo.passi.{}.blocchi", file.id),
                    format!("id: {}", file.id),
                    format!("il blocco «{name}» non esiste"),
                ),
            }
        }
        if !file.campi.is_empty() {
            sections.push(Section {
                title: None,
                fields: self.fields(&file.campi),
            });
        }
        Step {
            id: file.id.clone(),
            title: file.titolo.clone(),
            visible_if: file.visibile_se.clone().map(|c| c.0),
            sections,
        }
    }

    fn outcome(&mut self, outcome: &OutcomeFile) -> Outcome {
        let document = outcome.documento.as_ref().map(|document| OutcomeDocument {
            title: document.titolo.clone(),
            template: document.modello.clone(),
            source: String::new(),
            fields: self.fields(&document.campi),
            answers: document.dati.clone(),
        });
        Outcome {
            code: outcome.codice.clone(),
            title: outcome.titolo.clone(),
            text: outcome.testo.clone(),
            positive: outcome.positivo,
            message: outcome.messaggio.clone(),
            document,
        }
    }

    fn fields(&mut self, files: &[FieldFile]) -> Vec<Field> {
        files.iter().map(|file| self.field(file)).collect()
    }

    fn field(&mut self, file: &FieldFile) -> Field {
        self.doubt(&format!("modulo.{}.nota", file.nome), file.nota.as_deref());
        self.note_withheld(file);
        let required = self.required(
            &format!("modulo.{}", file.nome),
            &format!("nome: {}", file.nome),
            (file.obbligatorio, &file.obbligatorio_se),
        );
        Field {
            name: file.nome.clone(),
            label: file.etichetta.clone(),
            kind: file.tipo,
            required,
            visible_if: file.visibile_se.clone().map(|c| c.0),
            default: file.predefinito.clone().map(|v| v.0),
            options: file.opzioni.0.clone(),
            min: file.min,
            max: file.max,
            pattern: file.modello.clone(),
            min_choices: file.min_scelte,
            from_today: file.min_oggi_piu.or(file.min_oggi.then_some(0)),
            to_today: file.max_oggi_piu.or(file.max_oggi.then_some(0)),
            max_this_year: file.max_anno_corrente,
            unit: file.unita.clone(),
            origin: file.origine,
            formula: file.calcolo.clone().map(|f| f.0),
            read_only: file.sola_lettura,
            sensitive: file.sensibile,
            hint: file.aiuto.clone(),
            list: match file.tipo {
                FieldKind::SlotAppuntamento => file.agenda.clone(),
                _ => file.elenco.clone(),
            },
            rules: self.rules(file),
            fields: self.fields(&file.campi),
            min_rows: file.min_righe,
            max_rows: file.max_righe,
        }
    }

    fn note_withheld(&mut self, file: &FieldFile) {
        for code in &file.non_offerte {
            let known = file.opzioni.0.iter().any(|(option, _)| option == code);
            let default = file.predefinito.as_ref().is_some_and(|v| v.0 == *code);
            if !known || default {
                self.wrong(
                    format!("modulo.{}.non_offerte", file.nome),
                    format!("nome: {}", file.nome),
                    format!("«{code}» deve essere tra le scelte, e non quella predefinita"),
                );
            }
            self.withheld.insert((file.nome.clone(), code.clone()));
        }
    }

    /// Words without a typed form are for the office.
    fn rules(&mut self, file: &FieldFile) -> Vec<Rule> {
        let words = file.regola.as_deref();
        if file.controlli.is_empty() {
            return words.map(in_words).into_iter().collect();
        }
        let mut rules = Vec::new();
        for control in &file.controlli {
            match control.clone().rule(&file.nome, words) {
                Ok(rule) if control.campo.is_none() => rules.push(rule),
                Ok(_) => self.wrong(
                    format!("modulo.{}.controlli", file.nome),
                    format!("nome: {}", file.nome),
                    "«campo» si scrive solo in modulo.controlli",
                ),
                Err(message) => self.wrong(
                    format!("modulo.{}.controlli", file.nome),
                    format!("nome: {}", file.nome),
                    message,
                ),
            }
        }
        rules
    }

    fn required(
        &mut self,
        key: &str,
        anchor: &str,
        (always, condition): (Option<bool>, &Option<super::Cond>),
    ) -> Required {
        if always.is_some() && condition.is_some() {
            self.wrong(
                format!("{key}.obbligatorio"),
                anchor.to_owned(),
                "o «obbligatorio» o «obbligatorio_se», non tutti e due",
            );
        }
        match (always, condition) {
            (_, Some(condition)) => Required::If(condition.0.clone()),
            (Some(false), None) => Required::Never,
            _ => Required::Always,
        }
    }

    fn attachment(&mut self, file: &AttachmentFile) -> Attachment {
        let (key, anchor) = (format!("allegati.{}", file.id), format!("id: {}", file.id));
        if file.obbligatorio.is_none() && file.obbligatorio_se.is_none() {
            self.wrong(
                key.clone(),
                anchor.clone(),
                "manca «obbligatorio» o «obbligatorio_se»",
            );
        }
        let required = self.required(&key, &anchor, (file.obbligatorio, &file.obbligatorio_se));
        Attachment {
            id: file.id.clone(),
            title: file.titolo.clone(),
            required,
            formats: file.formati.clone(),
            max_mb: file.max_mb,
            max_files: file.max_file.unwrap_or(1),
            sensitive: file.sensibile,
            note: file.nota.clone(),
            visible_if: file.visibile_se.clone().map(|c| c.0),
            signed: file.firma_digitale,
        }
    }

    fn fee(&mut self, file: FeeFile) -> Fee {
        let key = format!("costi.{}", file.id);
        if file.dubbio {
            self.doubts.push(format!("{key}: {}", file.descrizione));
        }
        self.doubt(&format!("{key}.nota"), file.nota.as_deref());
        self.doubt(&format!("{key}.formula"), file.formula.as_deref());
        let mut cents = |euro: Option<f64>| {
            let number = Number::from_f64(euro?).filter(|n| *n >= Number::ZERO);
            if number.is_none() {
                let anchor = format!("id: {}", file.id);
                self.wrong(
                    key.clone(),
                    anchor,
                    "l'importo è un numero di euro, da zero in su",
                );
            }
            number.map(Number::to_cents)
        };
        let (amount, example) = (cents(file.importo), cents(file.importo_esempio));
        Fee {
            id: file.id,
            kind: file.tipo,
            description: file.descrizione,
            amount,
            example,
            formula: file.calcolo.map(|f| f.0),
            when: file.quando,
            due_if: file.se.map(|c| c.0),
            condition_text: file.condizione,
            reason: Some(file.pagopa.causale),
            taxonomy: Some(file.pagopa.tassonomia),
            doubtful: file.dubbio,
        }
    }

    fn office(&mut self, id: &str, responsible: String) -> Office {
        let found = self.blocks.uffici.get(id);
        if found.is_none() {
            let message = format!("l'ufficio «{id}» non esiste");
            self.wrong("ufficio.id".into(), "ufficio:".into(), message);
        }
        Office {
            id: id.to_owned(),
            sector: found.map(|o| o.settore.clone()).unwrap_or_default(),
            name: found.map(|o| o.ufficio.clone()).unwrap_or_default(),
            responsible,
        }
    }

    fn remedy(&mut self, id: &str) -> Option<String> {
        let found = self.blocks.rimedi.get(id).cloned();
        if found.is_none() {
            let message = format!("il rimedio «{id}» non esiste");
            self.wrong("rimedi".into(), "rimedi:".into(), message);
        }
        found
    }
}

fn in_words(text: &str) -> Rule {
    Rule {
        text: text.to_owned(),
        check: None,
        severity: crate::catalogue::Severity::Errore,
        when: None,
        field: None,
    }
}

fn declaration(file: &DeclarationFile) -> Declaration {
    Declaration {
        id: file.id.clone(),
        kind: file.tipo,
        text: file.testo.clone(),
        visible_if: file.visibile_se.clone().map(|c| c.0),
    }
}

fn common_privacy(file: &CommonPrivacyFile) -> Vec<(String, String)> {
    [
        ("I tuoi diritti", &file.diritti),
        ("A chi puoi fare reclamo", &file.reclamo),
        (TRANSFERS, &file.trasferimenti),
        ("Decisioni automatiche", &file.decisioni_automatizzate),
    ]
    .map(|(label, text)| (label.to_owned(), text.clone()))
    .to_vec()
}

fn channels(file: &ChannelsFile) -> Vec<ChannelTerms> {
    [
        (Channel::Sportello, &file.sportello),
        (Channel::Io, &file.io),
        (Channel::PagoPa, &file.pagopa),
        (Channel::Email, &file.email),
    ]
    .map(|(channel, terms)| ChannelTerms {
        channel,
        data: terms.dati.clone(),
        discreet: terms.riservato.clone(),
        legal_basis: terms.base_giuridica.clone(),
        recipients: terms.destinatari.clone(),
        retention: terms.conservazione.clone(),
    })
    .to_vec()
}

fn question(file: QuestionFile) -> Question {
    Question {
        text: file.domanda,
        wanted: file.serve,
        otherwise: file.altrimenti,
    }
}
