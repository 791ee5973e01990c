//! Random answers to a form, for tests that compare two builds of the engine.

use std::collections::BTreeMap;

use super::{Answer, Answers};
use crate::{
    catalogue::{Field, FieldKind, Form},
    fields::{fiscal_code::check_letter, pattern::Pattern},
};

/// Answers that mix right and wrong values, gaps, unknown names and wrong shapes. The same
/// seed always gives the same answers.
pub fn sample(form: &Form, seed: u64) -> Answers {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut answers = BTreeMap::new();
    for field in form.fields() {
        if random.below(8) > 0 {
            answers.insert(field.name.clone(), answer(field, &mut random));
        }
    }
    if random.below(4) == 0 {
        answers.insert("sconosciuto".into(), Answer::Text("x".into()));
    }
    Answers(answers)
}

/// xorshift64*
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from((self.next() >> 16) % limit).unwrap_or(0)
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(self.below(list.len()))
            .copied()
            .unwrap_or_default()
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b"0123456789"[self.below(10)]))
            .collect()
    }
}

fn answer(field: &Field, random: &mut Random) -> Answer {
    if random.below(40) == 0 {
        return wrong_shape(field);
    }
    match field.kind {
        FieldKind::Elenco => {
            let most = field.row_limit().min(6) + 2;
            let rows = (0..random.below(most + 1))
                .map(|_| row(field, random))
                .collect();
            Answer::Rows(rows)
        }
        FieldKind::SceltaMultipla => {
            let codes = field.options.iter().map(|(code, _)| code.clone());
            let mut codes: Vec<String> = codes.filter(|_| random.below(3) == 0).collect();
            if random.below(12) == 0 {
                codes.push("altro_ancora".into());
            }
            Answer::Many(codes)
        }
        _ => Answer::Text(text(field, random)),
    }
}

fn wrong_shape(field: &Field) -> Answer {
    match field.kind {
        FieldKind::Elenco => Answer::Text("x".into()),
        FieldKind::SceltaMultipla => Answer::Rows(vec![BTreeMap::new()]),
        _ => Answer::Many(vec!["uno".into(), "due".into()]),
    }
}

fn row(group: &Field, random: &mut Random) -> BTreeMap<String, Answer> {
    let mut row = BTreeMap::new();
    for column in &group.fields {
        if random.below(6) > 0 {
            row.insert(column.name.clone(), answer(column, random));
        }
    }
    row
}

/// Mostly a value of the right kind; sometimes anything.
fn text(field: &Field, random: &mut Random) -> String {
    const ANYTHING: [&str; 8] = [
        "",
        "   ",
        "</textarea><script>",
        "è",
        "\u{0}",
        "99999999999999999999",
        "-1",
        "31/02/2026",
    ];
    if random.below(10) == 0 {
        return random.pick(&ANYTHING).to_owned();
    }
    if let Some(Ok(pattern)) = field.pattern.as_deref().map(Pattern::parse) {
        return pattern.example();
    }
    plausible(field, random)
}

fn plausible(field: &Field, random: &mut Random) -> String {
    use FieldKind as K;
    match field.kind {
        K::Scelta => {
            let i = random.below(field.options.len());
            field
                .options
                .get(i)
                .map_or_else(String::new, |(code, _)| code.clone())
        }
        K::SiNo => random.pick(&["true", "false", "si", "no", "on"]).to_owned(),
        K::Intero => random.below(2100).to_string(),
        K::Decimale => format!("{},{}", random.below(30), random.below(100)),
        K::Importo => format!("{}.{:02}", random.below(2000), random.below(100)),
        K::Percentuale => random.below(120).to_string(),
        K::Data => date(random),
        K::Ora => format!("{}:{:02}", random.below(26), random.below(60)),
        K::DataOra => format!("{} {:02}:00", date(random), random.below(24)),
        K::CodiceFiscale | K::CodiceFiscaleOEnte => person(random),
        K::CodiceFiscaleEnte => random
            .pick(&["80078750587", "00382650729", "8007875"])
            .to_owned(),
        K::PartitaIva => random.pick(&["02118311006", "12345678903", "1"]).to_owned(),
        K::Iban => random
            .pick(&[
                "it60 x054 2811 1010 0000 0123 456",
                "IT60X0542811101000000123457",
            ])
            .to_owned(),
        K::Email | K::Pec => random
            .pick(&["a.b@Esempio.it", "ab@", "a b@c.it"])
            .to_owned(),
        K::Telefono => format!("3{}", random.digits(9)),
        K::Cap => random.digits(5),
        K::Targa => random.pick(&["ab 123 cd", "BA123456", "OO"]).to_owned(),
        K::Provincia => random.pick(&["ba", "XX"]).to_owned(),
        K::Comune | K::ComuneOEstero | K::LuogoBelfiore => {
            random.pick(&["a893", "H501", "Z105"]).to_owned()
        }
        K::Stato => random.pick(&["Z000", "z330"]).to_owned(),
        K::Coordinate => format!("41.{}, 16.{}", random.digits(4), random.digits(4)),
        K::CatastoFoglio | K::CatastoParticella | K::CatastoSubalterno => random.digits(3),
        K::CatastoCategoria => random.pick(&["a/3", "C06", "Z/9"]).to_owned(),
        _ => "parola ".repeat(random.below(40)),
    }
}

fn date(random: &mut Random) -> String {
    let (day, month) = (random.below(30) + 1, random.below(12) + 1);
    let year = 1990 + random.below(40);
    match random.below(2) {
        0 => format!("{day}/{month}/{year}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// A right codice fiscale; one in eight with a wrong check letter.
fn person(random: &mut Random) -> String {
    let month = random.pick(&["A", "B", "C", "D", "E", "H", "L", "M", "P", "R", "S", "T"]);
    let day = random.below(28) + 1 + 40 * random.below(2);
    let place = random.pick(&["A893", "H501", "Z105"]);
    let first = format!("RSSMRA{}{month}{day:02}{place}", random.digits(2));
    let check = if random.below(8) == 0 {
        'A'
    } else {
        char::from(check_letter(first.as_bytes()))
    };
    format!("{first}{check}").to_lowercase()
}
