//! What a `comune.toml` that can be read may still have wrong: told at start, by key.

use rules::{
    catalogue::{Expression, Field, FieldKind, Reference, Service},
    civil::Date,
    fields::{contact, fiscal_code, tax_number},
};

use super::{Comune, Window};
use crate::{catalogue::reference_lists, roles};

/// White text on the town's colour (WCAG 1.4.3).
const CONTRAST: f64 = 4.5;

impl Comune {
    /// Every fault as `key: what is wrong`; with one the counter does not start.
    pub fn faults(&self, services: &[Service], today: Date) -> Vec<String> {
        let mut faults = Vec::new();
        self.check_town(&mut faults);
        self.check_operators(services, today, &mut faults);
        self.check_lists(services, &mut faults);
        self.check_agendas(services, &mut faults);
        if let Some(pagopa) = &self.pagopa {
            faults.extend(pagopa.faults());
        }
        for (slug, window) in &self.finestre {
            if !window.is_sound() {
                faults.push(format!(
                    "finestre.{slug}: «dal» e «al» si scrivono tutti e due MM-GG, oppure tutti e due AAAA-MM-GG"
                ));
            }
        }
        for (key, cents) in &self.tariffe {
            if *cents < 0 {
                faults.push(format!("tariffe.{key}: meno di zero"));
            }
        }
        for (key, value) in [
            ("termini.bozza_giorni", self.termini.bozza_giorni),
            ("termini.sessione_minuti", self.termini.sessione_minuti),
        ] {
            if value < 1 {
                faults.push(format!("{key}: almeno 1"));
            }
        }
        faults
    }

    fn check_town(&self, faults: &mut Vec<String>) {
        let town = &self.comune;
        match contrast_with_white(&town.colore) {
            None => faults.push("comune.colore: si scrive #rrggbb".to_owned()),
            Some(contrast) if contrast < CONTRAST => faults.push(format!(
                "comune.colore: troppo chiaro, il testo bianco non si legge (contrasto {contrast:.1}, ne serve almeno {CONTRAST})"
            )),
            Some(_) => {}
        }
        for (key, text) in [("email", &town.email), ("pec", &town.pec)] {
            if contact::email(text).is_err() {
                faults.push(format!("comune.{key}: non è un indirizzo"));
            }
        }
        for (key, text) in [
            (
                "comune.responsabile_protezione_dati",
                &town.responsabile_protezione_dati,
            ),
            ("privacy.dpo_pec", &self.privacy.dpo_pec),
        ] {
            if !text.is_empty() && contact::email(text).is_err() {
                faults.push(format!("{key}: non è un indirizzo"));
            }
        }
        if tax_number::body(&town.codice_fiscale).is_err() {
            faults.push("comune.codice_fiscale: non è un codice fiscale di ente".to_owned());
        }
        if !town.stemma.starts_with('/') {
            faults.push("comune.stemma: comincia con /".to_owned());
        }
    }

    fn check_operators(&self, services: &[Service], today: Date, faults: &mut Vec<String>) {
        for (n, operator) in self.operatori.iter().enumerate() {
            if fiscal_code::read(&operator.codice_fiscale, today).is_err() {
                faults.push(format!(
                    "operatori[{n}].codice_fiscale: non è un codice fiscale"
                ));
            }
            if roles::of_operator(operator).is_empty() {
                faults.push(format!(
                    "operatori[{n}]: non può fare niente: serve un ufficio, o un ruolo per tutto il Comune"
                ));
            }
            for office in &operator.uffici {
                let known = self.uffici.contains_key(office)
                    || services.iter().any(|service| &service.office.id == office);
                if !known {
                    faults.push(format!(
                        "operatori[{n}].uffici: nessun ufficio si chiama «{office}»"
                    ));
                }
            }
        }
    }

    /// What may be meant so, or be a slip: `check-config` tells it.
    pub fn notes(&self, services: &[Service]) -> Vec<String> {
        let mut notes = Vec::new();
        for slug in &self.comune.servizi_in_evidenza {
            if !services.iter().any(|service| service.slug == *slug) {
                notes.push(format!(
                    "comune.servizi_in_evidenza: «{slug}» non è un servizio"
                ));
            }
        }
        for slug in self.finestre.keys() {
            if !services.iter().any(|service| &service.slug == slug) {
                notes.push(format!("finestre.{slug}: nessun servizio si chiama così"));
            }
        }
        self.note_tariffs(services, &mut notes);
        notes
    }

    fn note_tariffs(&self, services: &[Service], notes: &mut Vec<String>) {
        let fees = || {
            let of = |service| move |fee| (service, fee);
            services.iter().flat_map(move |s| s.fees.iter().map(of(s)))
        };
        for key in self.tariffe.keys() {
            let (slug, name) = match key.split_once('.') {
                Some((slug, name)) => (Some(slug), name),
                None => (None, key.as_str()),
            };
            let used = fees().any(|(service, fee)| {
                let own = slug.is_some_and(|slug| slug == service.slug);
                let formula = fee.formula.as_ref().map(tariffs).unwrap_or_default();
                (own && fee.id == name) || ((own || slug.is_none()) && formula.contains(&name))
            });
            if !used {
                notes.push(format!("tariffe.{key}: nessun costo del catalogo la usa"));
            }
        }
        for (service, fee) in fees() {
            for name in fee.formula.iter().flat_map(tariffs) {
                let own = format!("{}.{name}", service.slug);
                if !self.tariffe.contains_key(name) && !self.tariffe.contains_key(&own) {
                    notes.push(format!(
                        "tariffe.{name}: manca, la usa il costo «{}» di {}",
                        fee.id, service.slug
                    ));
                }
            }
        }
    }

    fn check_agendas(&self, services: &[Service], faults: &mut Vec<String>) {
        for (name, agenda) in &self.agende {
            for fault in agenda.faults() {
                faults.push(format!("agende.{name}.{fault}"));
            }
            let known = self.uffici.contains_key(&agenda.ufficio)
                || services.iter().any(|s| s.office.id == agenda.ufficio);
            if !known {
                let office = &agenda.ufficio;
                faults.push(format!(
                    "agende.{name}.ufficio: nessun ufficio si chiama «{office}»"
                ));
            }
        }
        for service in services {
            let slots = service.form.fields();
            let slots = slots.filter(|field| field.kind == FieldKind::SlotAppuntamento);
            for agenda in slots.filter_map(|field| field.list.as_ref()) {
                if !self.agende.contains_key(agenda) {
                    let slug = &service.slug;
                    faults.push(format!("agende.{agenda}: manca, la usa il servizio {slug}"));
                }
            }
        }
    }

    fn check_lists(&self, services: &[Service], faults: &mut Vec<String>) {
        let lists = reference_lists(self);
        for service in services {
            for field in service.form.fields().flat_map(with_columns) {
                let listed = field.kind == FieldKind::SceltaDaElenco;
                let Some(list) = field.list.as_ref().filter(|_| listed) else {
                    continue;
                };
                if !lists.0.contains_key(list) {
                    faults.push(format!(
                        "elenchi.{list}: manca, lo usa il campo «{}» di {}",
                        field.name, service.slug
                    ));
                }
            }
        }
    }
}

impl Window {
    fn is_sound(&self) -> bool {
        let of_year =
            |text: &str| text.len() == 5 && Date::parse_iso(&["2024-", text].concat()).is_some();
        let dated = |text: &str| Date::parse_iso(text).is_some();
        (of_year(&self.dal) && of_year(&self.al)) || (dated(&self.dal) && dated(&self.al))
    }
}

fn with_columns(field: &Field) -> impl Iterator<Item = &Field> {
    std::iter::once(field).chain(&field.fields)
}

/// Names of the tariffs in a formula.
fn tariffs(formula: &Expression) -> Vec<&str> {
    let mut names = Vec::new();
    formula.each_reference(None, &mut |reference, _| {
        if let Reference::Tariff(name) = reference {
            names.push(name);
        }
    });
    names
}

/// Contrast ratio of white on a colour (WCAG 2.2, relative luminance); `None`: not `#rrggbb`.
fn contrast_with_white(colour: &str) -> Option<f64> {
    let digits = colour
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, parts @ ..] = value.to_be_bytes();
    let [red, green, blue] = parts.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(1.05 / (luminance + 0.05))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue, testing};

    fn ours() -> (Comune, Vec<Service>, Date) {
        let settings = testing::settings();
        (
            Comune::load(&settings.comune).unwrap(),
            catalogue::read(&settings.catalogue).unwrap(),
            Date::parse_iso("2026-11-25").unwrap(),
        )
    }

    #[test]
    fn the_repository_s_own_file_has_no_fault() {
        let (comune, services, today) = ours();
        assert_eq!(comune.faults(&services, today), Vec::<String>::new());
        assert_eq!(comune.notes(&services), Vec::<String>::new());
    }

    #[test]
    fn slips_are_noted() {
        let (mut comune, services, _) = ours();
        let window = comune.finestre.pop_first().unwrap().1;
        comune.finestre.insert("nido".into(), window);
        comune.tariffe.remove("canone_metro");
        comune.tariffe.insert("passo-carrabile.cartelo".into(), 1);
        let notes = comune.notes(&services);
        let keys: Vec<_> = notes.iter().map(|n| n.split(':').next().unwrap()).collect();
        assert_eq!(
            keys,
            [
                "finestre.nido",
                "tariffe.passo-carrabile.cartelo",
                "tariffe.canone_metro"
            ]
        );
    }

    #[test]
    fn each_fault_is_told_by_its_key() {
        type Slip = fn(&mut Comune);
        let wrong: [(&str, Slip); 12] = [
            ("comune.colore", |c| c.comune.colore = "#9fd".into()),
            ("comune.colore", |c| c.comune.colore = "#99ffdd".into()),
            ("comune.email", |c| c.comune.email = "urp".into()),
            ("comune.responsabile_protezione_dati", |c| {
                c.comune.responsabile_protezione_dati = "Ufficio".into();
            }),
            ("privacy.dpo_pec", |c| c.privacy.dpo_pec = "dpo".into()),
            ("operatori[0].codice_fiscale", |c| {
                c.operatori[0].codice_fiscale = "BBTGNN75A70A893A".into();
            }),
            ("operatori[1].uffici", |c| {
                c.operatori[1].uffici = vec!["tribuit".into()];
            }),
            ("operatori[3]", |c| c.operatori[3].uffici.clear()),
            ("finestre.iscrizione-asilo-nido", |c| {
                let window = c.finestre.values_mut().next().unwrap();
                window.al = "2026-12-31".into();
            }),
            ("tariffe.canone_metro", |c| {
                c.tariffe.insert("canone_metro".into(), -1);
            }),
            ("elenchi.nidi", |c| {
                c.elenchi.remove("nidi");
            }),
            ("termini.bozza_giorni", |c| c.termini.bozza_giorni = 0),
        ];
        let (_, services, today) = ours();
        for (key, change) in wrong {
            let mut comune = ours().0;
            change(&mut comune);
            let faults = comune.faults(&services, today);
            assert!(
                !faults.is_empty() && faults.iter().all(|f| f.starts_with(&format!("{key}: "))),
                "{key}: {faults:?}"
            );
        }
    }
}
