//! The states of a case.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Protocollata,
    Assegnata,
    Istruttoria,
    AttesaIntegrazione,
    InDecisione,
    Accolta,
    Irricevibile,
    Ritirata,
}

/// Modello Comuni, "stati pratica".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    InCorso,
    SospesoUtente,
    Positivo,
    Negativo,
}

/// Who is expected to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MustAct {
    Operatore,
    Cittadino,
    Nessuno,
}

impl MustAct {
    pub fn code(self) -> &'static str {
        match self {
            Self::Operatore => "operatore",
            Self::Cittadino => "cittadino",
            Self::Nessuno => "nessuno",
        }
    }
}

impl State {
    pub const ALL: [Self; 8] = [
        Self::Protocollata,
        Self::Assegnata,
        Self::Istruttoria,
        Self::AttesaIntegrazione,
        Self::InDecisione,
        Self::Accolta,
        Self::Irricevibile,
        Self::Ritirata,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Protocollata => "protocollata",
            Self::Assegnata => "assegnata",
            Self::Istruttoria => "istruttoria",
            Self::AttesaIntegrazione => "attesa_integrazione",
            Self::InDecisione => "in_decisione",
            Self::Accolta => "accolta",
            Self::Irricevibile => "irricevibile",
            Self::Ritirata => "ritirata",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// For citizens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Protocollata => "Ricevuta",
            Self::Assegnata => "Presa in carico",
            Self::Istruttoria => "In lavorazione",
            Self::AttesaIntegrazione => "Servono documenti",
            Self::InDecisione => "Decisione in firma",
            Self::Accolta => "Accolta",
            Self::Irricevibile => "Non ammissibile",
            Self::Ritirata => "Ritirata",
        }
    }

    pub fn model(self) -> Model {
        match self {
            Self::Protocollata | Self::Assegnata | Self::Istruttoria | Self::InDecisione => {
                Model::InCorso
            }
            Self::AttesaIntegrazione => Model::SospesoUtente,
            Self::Accolta => Model::Positivo,
            Self::Irricevibile | Self::Ritirata => Model::Negativo,
        }
    }

    pub fn is_final(self) -> bool {
        matches!(self, Self::Accolta | Self::Irricevibile | Self::Ritirata)
    }

    pub fn must_act(self) -> MustAct {
        match self.model() {
            Model::InCorso => MustAct::Operatore,
            Model::SospesoUtente => MustAct::Cittadino,
            Model::Positivo | Model::Negativo => MustAct::Nessuno,
        }
    }
}
