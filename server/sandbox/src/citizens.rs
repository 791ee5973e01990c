//! The test citizens. All invented; their codici fiscali are valid and match their data.

/// A person who can log in.
#[derive(Clone, Copy, Debug)]
pub struct Citizen {
    pub fiscal_number: &'static str,
    pub name: &'static str,
    pub family_name: &'static str,
    /// `F` or `M`.
    pub gender: &'static str,
    /// ISO date.
    pub date_of_birth: &'static str,
    /// Belfiore code, as SPID sends it.
    pub place_of_birth: &'static str,
    pub place_name: &'static str,
    pub email: &'static str,
    pub mobile_phone: &'static str,
    /// Shown on the login page.
    pub about: &'static str,
    pub on_io: OnIo,
}

/// What a citizen did with the app IO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnIo {
    /// Uses it, and we may write.
    Allowed,
    /// Uses it, and switched our service off.
    Blocked,
    /// Does not use it.
    Absent,
}

pub const CITIZENS: [Citizen; 8] = [
    Citizen {
        fiscal_number: "LVSMRA88C54A893I",
        name: "Maria",
        family_name: "Lovascio",
        gender: "F",
        date_of_birth: "1988-03-14",
        place_of_birth: "A893",
        place_name: "Bitonto (BA)",
        email: "maria.lovascio@example.it",
        mobile_phone: "+393330000001",
        about: "Madre di due bambini",
        on_io: OnIo::Allowed,
    },
    Citizen {
        fiscal_number: "MRNLCU06P02A662C",
        name: "Luca",
        family_name: "Marinelli",
        gender: "M",
        date_of_birth: "2006-09-02",
        place_of_birth: "A662",
        place_name: "Bari (BA)",
        email: "luca.marinelli@example.it",
        mobile_phone: "+393330000002",
        about: "Studente",
        on_io: OnIo::Allowed,
    },
    Citizen {
        fiscal_number: "CNNVTI41T08A893D",
        name: "Vito",
        family_name: "Cannito",
        gender: "M",
        date_of_birth: "1941-12-08",
        place_of_birth: "A893",
        place_name: "Bitonto (BA)",
        email: "vito.cannito@example.it",
        mobile_phone: "+393330000003",
        about: "Pensionato",
        on_io: OnIo::Absent,
    },
    Citizen {
        fiscal_number: "HXHLRE90H61Z100U",
        name: "Elira",
        family_name: "Hoxha",
        gender: "F",
        date_of_birth: "1990-06-21",
        place_of_birth: "Z100",
        place_name: "Albania",
        email: "elira.hoxha@example.it",
        mobile_phone: "+393330000004",
        about: "Residente nata all'estero",
        on_io: OnIo::Blocked,
    },
    Citizen {
        fiscal_number: "BBTGNN75A70A893Q",
        name: "Giovanna",
        family_name: "Abbaticchio",
        gender: "F",
        date_of_birth: "1975-01-30",
        place_of_birth: "A893",
        place_name: "Bitonto (BA)",
        email: "giovanna.abbaticchio@example.it",
        mobile_phone: "+393330000005",
        about: "Impiegata della Polizia locale",
        on_io: OnIo::Allowed,
    },
    Citizen {
        fiscal_number: "SRCMHL82S11A662E",
        name: "Michele",
        family_name: "Saracino",
        gender: "M",
        date_of_birth: "1982-11-11",
        place_of_birth: "A662",
        place_name: "Bari (BA)",
        email: "michele.saracino@example.it",
        mobile_phone: "+393330000006",
        about: "Impiegato dell'ufficio Tributi",
        on_io: OnIo::Allowed,
    },
    Citizen {
        fiscal_number: "SNNRSO79E63A893P",
        name: "Rosa",
        family_name: "Sannicandro",
        gender: "F",
        date_of_birth: "1979-05-23",
        place_of_birth: "A893",
        place_name: "Bitonto (BA)",
        email: "rosa.sannicandro@example.it",
        mobile_phone: "+393330000007",
        about: "Impiegata dell'ufficio Elettorale",
        on_io: OnIo::Allowed,
    },
    Citizen {
        fiscal_number: "RGGNCL86R07A662E",
        name: "Nicola",
        family_name: "Ruggiero",
        gender: "M",
        date_of_birth: "1986-10-07",
        place_of_birth: "A662",
        place_name: "Bari (BA)",
        email: "nicola.ruggiero@example.it",
        mobile_phone: "+393330000008",
        about: "Impiegato dell'ufficio Pubblica istruzione",
        on_io: OnIo::Allowed,
    },
];

impl OnIo {
    pub fn label(self) -> &'static str {
        match self {
            Self::Allowed => "usa IO",
            Self::Blocked => "usa IO, ma ha spento i nostri messaggi",
            Self::Absent => "non usa IO",
        }
    }
}

impl Citizen {
    pub fn find(fiscal_number: &str) -> Option<&'static Citizen> {
        CITIZENS
            .iter()
            .find(|citizen| citizen.fiscal_number == fiscal_number)
    }

    /// SAML attribute names and values; the codice fiscale without its prefix.
    pub fn attributes(&self) -> [(&'static str, &'static str); 8] {
        [
            ("fiscalNumber", self.fiscal_number),
            ("name", self.name),
            ("familyName", self.family_name),
            ("gender", self.gender),
            ("dateOfBirth", self.date_of_birth),
            ("placeOfBirth", self.place_of_birth),
            ("email", self.email),
            ("mobilePhone", self.mobile_phone),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// D.M. 23 December 1976: the codice fiscale that these data give.
    fn computed(citizen: &Citizen) -> String {
        let parts: Vec<&str> = citizen.date_of_birth.split('-').collect();
        let month: usize = parts[1].parse().unwrap();
        let day: u32 = parts[2].parse().unwrap();
        let day = if citizen.gender == "F" { day + 40 } else { day };
        let body = format!(
            "{}{}{}{}{day:02}{}",
            three(citizen.family_name, false),
            three(citizen.name, true),
            &parts[0][2..],
            &"ABCDEHLMPRST"[month - 1..month],
            citizen.place_of_birth
        );
        let control = control(&body);
        format!("{body}{control}")
    }

    fn three(text: &str, first_name: bool) -> String {
        let upper = text.to_uppercase();
        let (vowels, consonants): (Vec<char>, Vec<char>) =
            upper.chars().partition(|c| "AEIOU".contains(*c));
        if first_name && consonants.len() >= 4 {
            return [consonants[0], consonants[2], consonants[3]]
                .iter()
                .collect();
        }
        consonants
            .into_iter()
            .chain(vowels)
            .chain("XXX".chars())
            .take(3)
            .collect()
    }

    fn control(body: &str) -> char {
        const ODD: [u32; 26] = [
            1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25,
            24, 23,
        ];
        let value = |c: char| c.to_digit(10).unwrap_or_else(|| c as u32 - 'A' as u32);
        let sum: u32 = body
            .chars()
            .enumerate()
            .map(|(i, c)| {
                if i % 2 == 0 {
                    ODD[value(c) as usize]
                } else {
                    value(c)
                }
            })
            .sum();
        char::from_u32('A' as u32 + sum % 26).unwrap()
    }

    #[test]
    fn every_codice_fiscale_matches_its_person() {
        for citizen in &CITIZENS {
            assert_eq!(citizen.fiscal_number, computed(citizen), "{}", citizen.name);
        }
        // The example of the tax office's own guide.
        assert_eq!(control("RSSMRA80A01H501"), 'U');
    }
}
