//! The states of a case.

use serde::{Deserialize, Serialize};

use crate::{language::Language, t};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Protocollata,
    Assegnata,
    Istruttoria,
    AttesaIntegrazione,
    InDecisione,
    Accolta,
    AttesaPagamentoRilascio,
    Rilasciata,
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
    pub const ALL: [Self; 10] = [
        Self::Protocollata,
        Self::Assegnata,
        Self::Istruttoria,
        Self::AttesaIntegrazione,
        Self::InDecisione,
        Self::Accolta,
        Self::AttesaPagamentoRilascio,
        Self::Rilasciata,
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
            Self::AttesaPagamentoRilascio => "attesa_pagamento_rilascio",
            Self::Rilasciata => "rilasciata",
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
            Self::Protocollata => received(),
            Self::Assegnata => t!("Presa in carico"),
            Self::Istruttoria => t!("In lavorazione"),
            Self::AttesaIntegrazione => t!("Servono documenti"),
            Self::InDecisione => t!("Decisione in firma"),
            Self::Accolta => t!("Accolta"),
            Self::AttesaPagamentoRilascio => t!("Accolta: paga per ritirare"),
            Self::Rilasciata => t!("Conclusa: documento disponibile"),
            Self::Irricevibile => t!("Non ammissibile"),
            Self::Ritirata => t!("Ritirata"),
        }
    }

    pub fn model(self) -> Model {
        match self {
            Self::Protocollata | Self::Assegnata | Self::Istruttoria | Self::InDecisione => {
                Model::InCorso
            }
            Self::AttesaIntegrazione | Self::AttesaPagamentoRilascio => Model::SospesoUtente,
            Self::Accolta | Self::Rilasciata => Model::Positivo,
            Self::Irricevibile | Self::Ritirata => Model::Negativo,
        }
    }

    /// Nothing is to come.
    pub fn is_final(self) -> bool {
        self.is_decided() && self != Self::AttesaPagamentoRilascio
    }

    /// The procedure has its act: the term of L. 241/1990 art. 2 no longer runs, and nobody
    /// can give up what was decided.
    pub fn is_decided(self) -> bool {
        matches!(
            self,
            Self::Accolta
                | Self::AttesaPagamentoRilascio
                | Self::Rilasciata
                | Self::Irricevibile
                | Self::Ritirata
        )
    }

    pub fn must_act(self) -> MustAct {
        match self.model() {
            Model::InCorso => MustAct::Operatore,
            Model::SospesoUtente => MustAct::Cittadino,
            Model::Positivo | Model::Negativo => MustAct::Nessuno,
        }
    }
}

/// "Ricevuta" is a receipt too, which is another word in English.
fn received() -> &'static str {
    match Language::current() {
        Language::Italian => "Ricevuta",
        Language::English => t!("Richiesta ricevuta"),
    }
}
