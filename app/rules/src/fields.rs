//! Validators of the field types (procedure rules §5): text as typed in, the stored
//! form or a plain message out. Pure and without tables: places and other
//! reference lists are asked of [`crate::form::Lists`].

pub mod cadastre;
pub mod contact;
pub mod fiscal_code;
pub mod iban;
pub mod pattern;
pub mod plain;
pub mod plate;
pub mod tax_number;

use crate::{catalogue::FieldKind, civil::Date, slot::Slot, t};

/// A value that reads well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valid {
    /// As stored: ISO dates, upper-case codes, a point before decimals.
    pub value: String,
    /// Worth a look, never blocking.
    pub warning: Option<&'static str>,
}

impl From<String> for Valid {
    fn from(value: String) -> Self {
        Self {
            value,
            warning: None,
        }
    }
}

/// Why a value cannot be read: what is wrong and how to mend it.
pub type Refusal = String;

/// Reads one answer of a simple kind (no choices, no rows). The limits of the single
/// field (lengths, options, lists) are the form engine's.
pub fn read(kind: FieldKind, text: &str, today: Date) -> Result<Valid, Refusal> {
    use FieldKind as K;
    match kind {
        K::Testo | K::Stradario => plain::line(text),
        K::SlotAppuntamento => Slot::parse(text.trim())
            .map(|slot| slot.to_string().into())
            .ok_or_else(|| t!("Scegli il giorno e l'ora dell'appuntamento.").into()),
        K::TestoLungo => plain::paragraphs(text),
        K::Intero => plain::integer(text),
        K::Decimale => plain::decimal(text),
        K::Importo => plain::amount(text),
        K::Percentuale => plain::percentage(text),
        K::Data => plain::date(text),
        K::Ora => plain::time(text),
        K::DataOra => plain::date_time(text),
        K::SiNo => plain::yes_no(text),
        K::Coordinate => plain::coordinates(text),
        K::Scelta | K::SceltaMultipla | K::SceltaDaElenco | K::Elenco => {
            Ok(text.trim().to_owned().into())
        }
        K::CodiceFiscale => fiscal_code::read(text, today).map(|code| code.text.into()),
        K::CodiceFiscaleEnte => tax_number::body(text),
        K::CodiceFiscaleOEnte => tax_number::person_or_body(text, today),
        K::PartitaIva => tax_number::vat(text),
        K::Iban => iban::read(text),
        K::Email => contact::email(text),
        K::Pec => contact::pec(text),
        K::Telefono => contact::phone(text),
        K::Cap => contact::postal_code(text),
        K::Targa => plate::read(text),
        K::Provincia | K::Comune | K::ComuneOEstero | K::Stato | K::LuogoBelfiore => {
            Ok(plain::place_code(text).into())
        }
        K::CatastoFoglio => cadastre::sheet(text),
        K::CatastoParticella => cadastre::parcel(text),
        K::CatastoSubalterno => cadastre::unit(text),
        K::CatastoCategoria => cadastre::category(text),
    }
}

/// Upper case without white space: how codes, which are ASCII, are compared and stored.
pub(crate) fn compact(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
pub(crate) fn vectors() -> serde_json::Value {
    serde_json::from_str(include_str!("../tests/data/test-vectors.json")).unwrap()
}
