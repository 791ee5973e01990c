//! Text, numbers, dates, times, yes and no, coordinates.

use super::{Refusal, Valid};
use crate::{civil::Date, number::Number, t};

/// One line of text.
pub fn line(text: &str) -> Result<Valid, Refusal> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(
            t!("Scrivi su una riga sola, senza andare a capo e senza segni nascosti.").into(),
        );
    }
    Ok(text.to_owned().into())
}

/// Text of several lines; line ends become `\n`.
pub fn paragraphs(text: &str) -> Result<Valid, Refusal> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(t!(
            "Nel testo ci sono segni nascosti che non si possono salvare: riscrivilo a \
            mano, o incollalo come testo semplice."
        )
        .into());
    }
    Ok(text.trim().to_owned().into())
}

pub fn integer(text: &str) -> Result<Valid, Refusal> {
    match Number::parse_italian(text) {
        Some(number) if number.is_integer() => Ok(number.to_string().into()),
        _ => Err(t!("Scrivi un numero intero, solo cifre: per esempio 12.").into()),
    }
}

pub fn decimal(text: &str) -> Result<Valid, Refusal> {
    Number::parse_italian(text)
        .map(|number| number.to_string().into())
        .ok_or_else(|| {
            t!("Scrivi un numero, con al massimo due decimali: per esempio 3,20.").into()
        })
}

pub fn amount(text: &str) -> Result<Valid, Refusal> {
    let text = text.trim().trim_start_matches('€').trim_end_matches('€');
    match Number::parse_italian(text) {
        Some(number) if number >= Number::ZERO => Ok(number.two_decimals().into()),
        Some(_) => Err(t!("L'importo non può essere meno di zero.").into()),
        None => Err(t!("Scrivi l'importo in euro, per esempio 1.234,56.").into()),
    }
}

pub fn percentage(text: &str) -> Result<Valid, Refusal> {
    let hundred = Number::from_integer(100);
    match Number::parse_italian(text.trim().trim_end_matches('%')) {
        Some(number) if number >= Number::ZERO && Some(number) <= hundred => {
            Ok(number.to_string().into())
        }
        _ => Err(t!("Scrivi una percentuale da 0 a 100, per esempio 50.").into()),
    }
}

pub fn date(text: &str) -> Result<Valid, Refusal> {
    match Date::parse(text) {
        // Beyond these years it is a slip of the fingers.
        Some(date) if (1850..=2150).contains(&date.year()) => Ok(date.to_string().into()),
        Some(_) => Err(t!(
            "Controlla l'anno: scrivi la data come giorno/mese/anno, per esempio \
            31/12/2026."
        )
        .into()),
        None => Err(t!(
            "Questa data non esiste o non è scritta bene: scrivila come \
            giorno/mese/anno, per esempio 31/12/2026."
        )
        .into()),
    }
}

pub fn time(text: &str) -> Result<Valid, Refusal> {
    parse_time(text.trim())
        .map(Into::into)
        .ok_or_else(|| t!("Scrivi l'ora come ore e minuti, per esempio 09:30.").into())
}

fn parse_time(text: &str) -> Option<String> {
    let (hours, minutes) = text.split_once([':', '.'])?;
    let number = |s: &str| {
        let shaped = (1..=2).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        if shaped { s.parse::<u8>().ok() } else { None }
    };
    let (hours, minutes) = (
        number(hours)?,
        number(minutes).filter(|_| minutes.len() == 2)?,
    );
    (hours < 24 && minutes < 60).then(|| format!("{hours:02}:{minutes:02}"))
}

/// Stored as `AAAA-MM-GGTHH:MM`, local time.
pub fn date_time(text: &str) -> Result<Valid, Refusal> {
    let refusal = || t!("Scrivi la data e l'ora, per esempio 31/12/2026 09:30.").to_owned();
    let (day, hour) = text.trim().split_once(['T', ' ']).ok_or_else(refusal)?;
    let hour = parse_time(hour.trim()).ok_or_else(refusal)?;
    Ok(format!("{}T{hour}", date(day)?.value).into())
}

pub fn yes_no(text: &str) -> Result<Valid, Refusal> {
    let yes = ["true", "si", "sì", "sÌ", "on", "1"];
    let no = ["false", "no", "off", "0"];
    let text = text.trim().to_ascii_lowercase();
    if yes.contains(&text.as_str()) {
        return Ok("true".to_owned().into());
    }
    if no.contains(&text.as_str()) {
        return Ok("false".to_owned().into());
    }
    Err(t!("Scegli sì o no.").into())
}

/// `latitude,longitude` in degrees (WGS84), stored with a point before decimals.
pub fn coordinates(text: &str) -> Result<Valid, Refusal> {
    let refusal = || {
        t!("Scegli il punto sulla mappa, o scrivi latitudine e longitudine: 41.1089, 16.6921.")
            .to_owned()
    };
    let (lat, lon) = match text.split_once(';') {
        Some((lat, lon)) => (lat.replace(',', "."), lon.replace(',', ".")),
        None => text
            .split_once(',')
            .map(|(lat, lon)| (lat.to_owned(), lon.to_owned()))
            .ok_or_else(refusal)?,
    };
    let degrees = |text: &str, limit: i64| {
        let text = text.trim();
        // Six decimals are ten centimetres.
        let short = text.split_once('.').map_or(text, |(whole, rest)| {
            &text[..whole.len() + 1 + rest.char_indices().nth(6).map_or(rest.len(), |(i, _)| i)]
        });
        let number = Number::parse_plain(short)?;
        let limit = Number::from_integer(limit)?;
        (number <= limit && Number::ZERO.minus(limit)? <= number).then(|| number.to_string())
    };
    match (degrees(&lat, 90), degrees(&lon, 180)) {
        (Some(lat), Some(lon)) => Ok(format!("{lat},{lon}").into()),
        _ => Err(refusal()),
    }
}

/// Codes of places in upper case (`a893` → `A893`, `ba` → `BA`); other text as it is.
pub fn place_code(text: &str) -> String {
    let text = text.trim();
    let bytes = text.as_bytes();
    let belfiore = bytes.len() == 4
        && bytes[0].is_ascii_alphabetic()
        && bytes[1..].iter().all(u8::is_ascii_digit);
    let province = bytes.len() == 2 && bytes.iter().all(u8::is_ascii_alphabetic);
    if belfiore || province {
        text.to_ascii_uppercase()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{catalogue::FieldKind, fields::read};

    type Reader = fn(&str) -> Result<Valid, Refusal>;

    #[test]
    fn reads_what_people_write() {
        let table: [(Reader, &str, &str); 22] = [
            (line, "  via Roma ", "via Roma"),
            (paragraphs, "a\r\nb\tc\n", "a\nb\tc"),
            (integer, "1.200", "1200"),
            (integer, "007", "7"),
            (decimal, "3,20", "3.2"),
            (amount, "€ 1.234,5", "1234.50"),
            (amount, "12 €", "12.00"),
            (percentage, "12,5 %", "12.5"),
            (date, "1/2/2026", "2026-02-01"),
            (date, "2026-02-01", "2026-02-01"),
            (date, "29.02.2024", "2024-02-29"),
            (time, "9.05", "09:05"),
            (date_time, "2026-02-01T10:30", "2026-02-01T10:30"),
            (date_time, "1/2/2026 9:30", "2026-02-01T09:30"),
            (yes_no, "Sì", "true"),
            (yes_no, "on", "true"),
            (yes_no, "NO", "false"),
            (coordinates, "41.1089, 16.6921", "41.1089,16.6921"),
            (coordinates, "41,1089; 16,6921", "41.1089,16.6921"),
            (coordinates, "-41.123456789,0", "-41.123456,0"),
            (|t| Ok(place_code(t).into()), "a893", "A893"),
            (|t| Ok(place_code(t).into()), "Bitonto", "Bitonto"),
        ];
        for (reader, text, expected) in table {
            assert_eq!(reader(text).unwrap().value, expected, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        let table: [(Reader, &str); 24] = [
            (line, "a\nb"),
            (line, "a\u{0}b"),
            (paragraphs, "a\u{0}b"),
            (integer, "1,5"),
            (integer, "dodici"),
            (decimal, "1e3"),
            (decimal, "NaN"),
            (amount, "-1"),
            (amount, "1,234"),
            (percentage, "101"),
            (date, "31/02/2026"),
            (date, "29/02/2026"),
            (date, "32/01/2026"),
            (date, "1/1/26"),
            (date, "01/01/0001"),
            (date, "+1/1/2026"),
            (time, "24:00"),
            (time, "9"),
            (time, "9:5"),
            (date_time, "1/2/2026"),
            (yes_no, "forse"),
            (coordinates, "91,0"),
            (coordinates, "41.1089"),
            (coordinates, "a,b"),
        ];
        for (reader, text) in table {
            assert!(reader(text).is_err(), "{text:?}");
        }
    }

    const KINDS: [FieldKind; 34] = {
        use FieldKind as K;
        [
            K::Testo,
            K::TestoLungo,
            K::Intero,
            K::Decimale,
            K::Importo,
            K::Percentuale,
            K::Data,
            K::Ora,
            K::DataOra,
            K::SiNo,
            K::Scelta,
            K::SceltaMultipla,
            K::SceltaDaElenco,
            K::CodiceFiscale,
            K::CodiceFiscaleEnte,
            K::CodiceFiscaleOEnte,
            K::PartitaIva,
            K::Iban,
            K::Email,
            K::Pec,
            K::Telefono,
            K::Cap,
            K::Targa,
            K::Provincia,
            K::Comune,
            K::ComuneOEstero,
            K::Stato,
            K::LuogoBelfiore,
            K::Stradario,
            K::Coordinate,
            K::SlotAppuntamento,
            K::CatastoFoglio,
            K::CatastoParticella,
            K::CatastoSubalterno,
        ]
    };

    proptest! {
        /// What was read once is read again as itself, for every kind and any text.
        #[test]
        fn reading_is_stable(text in "\\PC{0,24}|[0-9.,/:+A-Z -]{0,24}") {
            let today = Date::new(2026, 11, 23).unwrap();
            for kind in KINDS {
                if let Ok(valid) = read(kind, &text, today) {
                    let again = read(kind, &valid.value, today);
                    prop_assert_eq!(again.map(|v| v.value), Ok(valid.value), "{:?}", kind);
                }
            }
        }
    }
}
