//! Test people of other countries, as the Italian eIDAS node attests them: without codice fiscale.

/// A person who can log in through the node.
pub struct Foreigner {
    /// What names her: country that attests, country that asks, her code there.
    pub spid_code: &'static str,
    pub name: &'static str,
    pub family_name: &'static str,
    /// ISO date.
    pub date_of_birth: &'static str,
    pub about: &'static str,
}

pub const FOREIGNERS: [Foreigner; 2] = [
    Foreigner {
        spid_code: "ES/IT/12345678Z",
        name: "Lucía",
        family_name: "García Ortega",
        date_of_birth: "1991-05-17",
        about: "Insegnante, dalla Spagna",
    },
    Foreigner {
        spid_code: "DE/IT/T220001293",
        name: "Jürgen",
        family_name: "Weiß",
        date_of_birth: "1968-10-03",
        about: "In pensione, dalla Germania",
    },
];

impl Foreigner {
    pub fn find(spid_code: &str) -> Option<&'static Foreigner> {
        FOREIGNERS
            .iter()
            .find(|person| person.spid_code == spid_code)
    }

    /// By the names of SPID's attributes.
    pub fn attributes(&self) -> [(&'static str, &'static str); 4] {
        [
            ("spidCode", self.spid_code),
            ("name", self.name),
            ("familyName", self.family_name),
            ("dateOfBirth", self.date_of_birth),
        ]
    }
}
