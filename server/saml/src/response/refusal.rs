//! Why a login was refused.

/// The anomalies that a provider reports about the citizen (AgID, "Messaggi di errore").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// Wrong credentials, several times.
    Nr19,
    /// The credentials have not the level asked for.
    Nr20,
    /// Too slow.
    Nr21,
    /// No consent to send the data.
    Nr22,
    /// Identity suspended or revoked.
    Nr23,
    /// Reserved.
    Nr24,
    /// Cancelled by the citizen.
    Nr25,
    /// Another kind of identity was needed.
    Nr30,
}

impl ErrorCode {
    pub const ALL: [ErrorCode; 8] = [
        ErrorCode::Nr19,
        ErrorCode::Nr20,
        ErrorCode::Nr21,
        ErrorCode::Nr22,
        ErrorCode::Nr23,
        ErrorCode::Nr24,
        ErrorCode::Nr25,
        ErrorCode::Nr30,
    ];

    /// 19 … 25, 30.
    pub fn number(self) -> u8 {
        match self {
            ErrorCode::Nr19 => 19,
            ErrorCode::Nr20 => 20,
            ErrorCode::Nr21 => 21,
            ErrorCode::Nr22 => 22,
            ErrorCode::Nr23 => 23,
            ErrorCode::Nr24 => 24,
            ErrorCode::Nr25 => 25,
            ErrorCode::Nr30 => 30,
        }
    }

    pub fn from_number(number: u8) -> Option<ErrorCode> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }
}

/// The reason for which a response was not accepted: one variant a rule. The text is for the
/// log; it holds nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    // The document.
    #[error("the message is larger than allowed")]
    TooLarge,
    #[error("the message is not base64")]
    NotBase64,
    #[error("the message is not UTF-8")]
    NotUtf8,
    #[error("the message is not acceptable XML")]
    NotXml,
    #[error("an id is used twice")]
    DuplicateId,
    #[error("the root is not a Response")]
    NotAResponse,
    #[error("an element that does not belong there")]
    UnexpectedElement,
    // The response.
    #[error("Response: ID is missing")]
    ResponseId,
    #[error("Response: Version is not 2.0")]
    ResponseVersion,
    #[error("Response: InResponseTo is not our request")]
    ResponseInResponseTo,
    #[error("Response: IssueInstant {0}")]
    ResponseIssueInstant(BadInstant),
    #[error("Response: Destination is not our address")]
    Destination,
    #[error("Response: Issuer is not the provider that was asked")]
    ResponseIssuer,
    #[error("Response: Issuer has another Format")]
    ResponseIssuerFormat,
    #[error("Response: Status is missing or malformed")]
    StatusMalformed,
    /// The provider reports an anomaly of the citizen's.
    #[error("the provider answers nr{:02}", .0.number())]
    Status(ErrorCode),
    /// The provider refuses for a reason of its own or of ours (nr08–nr18, others).
    #[error("the provider refuses, code {0:?}")]
    ProviderRefusal(Option<u8>),
    // The signatures.
    #[error("a signature is out of place or there are two")]
    SignatureMisplaced,
    #[error("signature with a forbidden shape or algorithm: {0}")]
    SignatureForbidden(&'static str),
    #[error("signature not valid")]
    SignatureInvalid,
    #[error("the assertion is not signed")]
    AssertionNotSigned,
    // The assertion.
    #[error("not exactly one Assertion")]
    AssertionCount,
    #[error("the assertion is encrypted")]
    Encrypted,
    #[error("Assertion: ID is missing")]
    AssertionId,
    #[error("Assertion: Version is not 2.0")]
    AssertionVersion,
    #[error("Assertion: IssueInstant {0}")]
    AssertionIssueInstant(BadInstant),
    #[error("Assertion: Issuer is not the provider that was asked")]
    AssertionIssuer,
    #[error("Assertion: Issuer has no or another Format")]
    AssertionIssuerFormat,
    #[error("Subject is missing")]
    Subject,
    #[error("NameID is missing or empty")]
    NameId,
    #[error("NameID: Format is not transient")]
    NameIdFormat,
    #[error("NameID: NameQualifier is missing")]
    NameQualifier,
    #[error("SubjectConfirmation is missing")]
    SubjectConfirmation,
    #[error("SubjectConfirmation: Method is not bearer")]
    ConfirmationMethod,
    #[error("SubjectConfirmationData is missing")]
    ConfirmationData,
    #[error("SubjectConfirmationData: Recipient is not our address")]
    Recipient,
    #[error("SubjectConfirmationData: InResponseTo is not our request")]
    ConfirmationInResponseTo,
    #[error("SubjectConfirmationData: NotOnOrAfter {0}")]
    ConfirmationNotOnOrAfter(BadInstant),
    #[error("SubjectConfirmationData: NotBefore {0}")]
    ConfirmationNotBefore(BadInstant),
    #[error("Conditions are missing or not understood")]
    Conditions,
    #[error("Conditions: NotBefore {0}")]
    NotBefore(BadInstant),
    #[error("Conditions: NotOnOrAfter {0}")]
    NotOnOrAfter(BadInstant),
    #[error("the assertion is for somebody else")]
    Audience,
    #[error("AuthnStatement is missing")]
    AuthnStatement,
    #[error("AuthnStatement: AuthnInstant {0}")]
    AuthnInstant(BadInstant),
    #[error("AuthnStatement: the provider's session {0}")]
    SessionNotOnOrAfter(BadInstant),
    #[error("AuthnContextClassRef is missing or unknown")]
    LevelUnknown,
    #[error("the level is lower than asked")]
    LevelTooLow,
    #[error("AttributeStatement is missing, empty or malformed")]
    AttributeStatement,
    #[error("an attribute is malformed, empty or double")]
    Attribute,
    #[error("attribute {0} is missing")]
    AttributeMissing(String),
}

/// What is wrong with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadInstant {
    #[error("is missing or malformed")]
    Malformed,
    #[error("is in the future")]
    Future,
    #[error("is before the request")]
    BeforeRequest,
    #[error("has passed")]
    Past,
}

impl Refusal {
    /// The number of the anomaly, if the provider gave one.
    pub fn code(&self) -> Option<u8> {
        match self {
            Refusal::Status(code) => Some(code.number()),
            Refusal::ProviderRefusal(code) => *code,
            _ => None,
        }
    }
}
