//! `/servizi/{slug}/richiesta/mappa`: the point of a field of coordinates, chosen on the town's map.
//! The page holds the view; nothing is kept before the point is used.

use app::{
    api::{MapPage, Page, PointView, SaveRequest},
    components::control_id,
};
use geo::coord;
use rules::{
    catalogue::{Field, FieldKind},
    fields,
    form::{Answer, Evaluation},
    language::quoted,
    t,
};
use thiserror::Error;

use super::{
    draft::{Draft, DraftError},
    open::{OpenError, check_window},
    places,
    save::{self, SaveError, is_writable},
    sent::already,
};
use crate::{
    catalogue::{
        map::{self, SIDE, WIDTHS},
        streets,
        territory::{Position, Territory},
    },
    error::{Refusal, not_found},
    forms::FormBody,
    http::Outcome,
    state::{Counter, Person},
    store::StoreError,
};

/// As near as a point, a street, the town is shown first.
const AT_POINT: usize = 1;
const AT_STREET: usize = 2;
const AT_TOWN: usize = 3;

#[derive(Debug, Error)]
pub enum MapError {
    #[error("no map, or no field of coordinates of that name")]
    Unknown,
    /// It was sent or deleted, or never begun: the form says more.
    #[error("no draft")]
    NoDraft,
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<StoreError> for MapError {
    fn from(error: StoreError) -> Self {
        Self::Draft(error.into())
    }
}

impl From<OpenError> for MapError {
    fn from(error: OpenError) -> Self {
        Self::Save(error.into())
    }
}

impl Refusal for MapError {
    fn problem(&self) -> app::api::Problem {
        match self {
            Self::Unknown | Self::NoDraft => not_found(),
            Self::Draft(error) => error.problem(),
            Self::Save(error) => error.problem(),
        }
    }
}

/// The map of a field.
pub fn path(slug: &str, field: &str) -> String {
    let field: String = url::form_urlencoded::byte_serialize(field.as_bytes()).collect();
    format!("/servizi/{slug}/richiesta/mappa?campo={field}")
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
struct View {
    centre: Position,
    level: usize,
}

/// The draft's field on the town's map.
struct Choice<'a> {
    territory: &'a Territory,
    draft: Draft,
    step: String,
    field: Field,
}

async fn open<'a>(
    counter: &'a Counter,
    person: &Person,
    slug: &str,
    field: &str,
) -> Result<Choice<'a>, MapError> {
    let territory = counter.catalogue.lists.territory();
    let territory = territory.ok_or(MapError::Unknown)?;
    let draft = Draft::load(counter, person, slug).await?;
    check_window(counter, &draft)?;
    if draft.version == 0 || field.is_empty() {
        return Err(MapError::NoDraft);
    }
    if draft.frozen {
        return Err(SaveError::Frozen.into());
    }
    let mut steps = draft.service().form.steps.iter();
    let found = steps.find_map(|step| {
        let mut fields = step.fields();
        let found = fields.find(|f| f.name == field && f.kind == FieldKind::Coordinate)?;
        is_writable(found).then(|| (step.id.clone(), found.clone()))
    });
    let (step, field) = found.ok_or(MapError::Unknown)?;
    Ok(Choice {
        territory,
        draft,
        step,
        field,
    })
}

/// The map at what is known: the point, else a street that is named, else the town.
pub async fn page(
    counter: &Counter,
    person: &Person,
    slug: &str,
    field: &str,
) -> Result<Page, MapError> {
    let choice = match open(counter, person, slug, field).await {
        // Nothing to choose for: the form says more.
        Err(MapError::NoDraft) => {
            let to = format!("/servizi/{slug}/richiesta");
            return Ok(Page::Redirect { to });
        }
        opened => opened?,
    };
    let evaluation = choice.draft.evaluate(counter, person);
    let view = choice.first(&evaluation);
    Ok(Page::Map(Box::new(choice.page(view))))
}

/// `azione`: `nord`, `sud`, `ovest`, `est`, `avvicina`, `allontana`; `cerca` the street `via`;
/// `qui`, where the device is (`qui.lat`, `qui.lon`); `usa` the point. Or a touch of the picture:
/// `punto.x`, `punto.y`, of `larghezza`.
pub async fn act(
    counter: &Counter,
    person: &Person,
    slug: &str,
    form: &FormBody,
) -> Result<Outcome, MapError> {
    let choice = match open(counter, person, slug, form.get("campo")).await {
        Err(MapError::NoDraft) => {
            let sent = already(counter, person, form.get("bozza")).await?;
            return Err(sent.map_or(MapError::NoDraft, |sent| SaveError::Sent(sent).into()));
        }
        opened => opened?,
    };
    let posted = choice.posted(form);
    let known = || choice.first(&choice.draft.evaluate(counter, person));
    let mut view = posted.unwrap_or_else(known);
    let mut errors = Vec::new();
    match (form.get("azione"), posted) {
        ("usa", Some(view)) => return choice.used(counter, person, form, view).await,
        ("usa", None) => errors.push(t!("Il punto non è arrivato: sceglilo di nuovo.")),
        ("cerca", _) => match choice.found(counter, form.get("via")) {
            Some(centre) => {
                view = View {
                    centre,
                    level: AT_STREET,
                }
            }
            None => errors.push(t!(
                "Questa via non è sulla mappa: controlla come è scritta, o sposta la mappa."
            )),
        },
        ("qui", _) => match choice.here(form) {
            Some(here) => view = here,
            None => errors.push(t!(
                "Il tuo dispositivo dice che sei fuori dal territorio del Comune: cerca la via, o sposta la mappa."
            )),
        },
        (action, _) => view = choice.moved(view, action, form),
    }
    let page = MapPage {
        errors: errors
            .into_iter()
            .map(|told| ("via".to_owned(), told.to_owned()))
            .collect(),
        street: form.get("via").to_owned(),
        ..choice.page(view)
    };
    let refused = !page.errors.is_empty();
    let page = Box::new(Page::Map(Box::new(page)));
    Ok(match refused {
        true => Outcome::Again(page),
        false => Outcome::Shown(page),
    })
}

impl Choice<'_> {
    fn first(&self, evaluation: &Evaluation) -> View {
        let answer = |name: &str| match evaluation.answers.0.get(name) {
            Some(Answer::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let point = answer(&self.field.name).and_then(|text| fields::plain::coordinates(text).ok());
        if let Some(centre) = point.and_then(|valid| Position::parse(&valid.value)) {
            return View {
                centre,
                level: AT_POINT,
            };
        }
        let form = &self.draft.service().form;
        let mut streets = places::fields(form).filter(|f| f.kind == FieldKind::Stradario);
        let street = streets.find_map(|f| self.territory.street(answer(&f.name)?));
        match street {
            Some(centre) => View {
                centre,
                level: AT_STREET,
            },
            None => View {
                centre: self.territory.town(),
                level: AT_TOWN,
            },
        }
    }

    /// What the page that was sent shows.
    fn posted(&self, form: &FormBody) -> Option<View> {
        let text = format!("{},{}", form.get("lat"), form.get("lon"));
        let level = form.get("scala").parse::<usize>().ok()?;
        Some(View {
            centre: Position::parse(&text)?,
            level: level.min(WIDTHS.len() - 1),
        })
    }

    /// Where the device is, if that is in the territory.
    fn here(&self, form: &FormBody) -> Option<View> {
        let text = format!("{},{}", form.get("qui.lat"), form.get("qui.lon"));
        let centre = Position::parse(&text).filter(|at| self.territory.holds(*at))?;
        Some(View {
            centre,
            level: AT_POINT,
        })
    }

    fn found(&self, counter: &Counter, typed: &str) -> Option<Position> {
        let name = counter.catalogue.lists.code(streets::LIST, typed);
        self.territory.street(name.unwrap_or(typed.trim()))
    }

    /// By a quarter of what is seen, one level, or to where the picture was touched.
    fn moved(&self, view: View, action: &str, form: &FormBody) -> View {
        let View { centre, level } = view;
        let width = WIDTHS[level];
        let step = width / 4.0;
        let (east, north) = match action {
            "nord" => (0.0, step),
            "sud" => (0.0, -step),
            "est" => (step, 0.0),
            "ovest" => (-step, 0.0),
            "avvicina" => {
                return View {
                    centre,
                    level: level.saturating_sub(1),
                };
            }
            "allontana" => {
                return View {
                    centre,
                    level: (level + 1).min(WIDTHS.len() - 1),
                };
            }
            _ => touched(form, width).unwrap_or_default(),
        };
        let at = self.territory.metres(centre) + coord! { x: east, y: north };
        let centre = self.territory.within(self.territory.degrees(at));
        View { centre, level }
    }

    async fn used(
        &self,
        counter: &Counter,
        person: &Person,
        form: &FormBody,
        view: View,
    ) -> Result<Outcome, MapError> {
        let request = SaveRequest {
            bozza: form.get("bozza").to_owned(),
            versione: self.draft.version,
            ..SaveRequest::default()
        };
        let name = self.field.name.clone();
        let slug = &self.draft.service().slug;
        let path = format!(
            "/servizi/{slug}/richiesta?passo={}#{}",
            self.step,
            control_id(&name)
        );
        let point = vec![(name, Some(Answer::Text(view.centre.words())))];
        save::resolve(counter, person, slug, &request, &point).await?;
        Ok(Outcome::Done { path })
    }

    fn page(&self, View { centre, level }: View) -> MapPage {
        let service = self.draft.service();
        MapPage {
            slug: service.slug.clone(),
            title: service.title.clone(),
            draft: self.draft.id.clone(),
            step: self.step.clone(),
            field: self.field.name.clone(),
            label: quoted(&self.field.label),
            lat: centre.lat,
            lon: centre.lon,
            level,
            image: map::image(self.territory, centre, level),
            place: place(self.territory, centre),
            source: self.territory.source.clone(),
            ..MapPage::default()
        }
    }
}

/// East and north of the middle, metres. A key presses the picture at its corner, which is no place.
fn touched(form: &FormBody, width: f64) -> Option<(f64, f64)> {
    let number = |name: &str| form.get(name).parse::<f64>().ok().filter(|n| n.is_finite());
    let (x, y) = (number("punto.x")?, number("punto.y")?);
    let side = number("larghezza")
        .filter(|side| *side > 0.0)
        .unwrap_or(SIDE);
    let part = |at: f64| (at / side).clamp(0.0, 1.0) - 0.5;
    ((x, y) != (0.0, 0.0)).then(|| (part(x) * width, -part(y) * width))
}

/// Where a point is, in words.
fn place(territory: &Territory, at: Position) -> String {
    let point = at.words();
    if !territory.holds(at) {
        return t!("È fuori dal territorio del Comune ({point}).", point);
    }
    match territory.nearest(at) {
        Some((street, metres)) if metres <= 15.0 => t!("È in {street} ({point}).", street, point),
        Some((street, metres)) if metres <= 2000.0 => {
            let metres = format!("{:.0}", (metres / 5.0).round() * 5.0);
            t!(
                "È a {metres} metri da {street} ({point}).",
                metres,
                street,
                point
            )
        }
        _ => t!("È nel territorio del Comune ({point}).", point),
    }
}

/// The points among the answers of a request, drawn.
pub fn points(
    counter: &Counter,
    form: &rules::catalogue::Form,
    evaluation: &Evaluation,
) -> Vec<PointView> {
    let Some(territory) = counter.catalogue.lists.territory() else {
        return Vec::new();
    };
    let fields = places::fields(form).filter(|f| f.kind == FieldKind::Coordinate);
    let drawn = fields.filter_map(|field| {
        let Some(Answer::Text(text)) = evaluation.answers.0.get(&field.name) else {
            return None;
        };
        let at = Position::parse(text)?;
        Some(PointView {
            label: field.label.clone(),
            image: map::image(territory, at, AT_STREET),
            place: place(territory, at),
            href: format!("geo:{},{}", at.lat, at.lon),
            source: territory.source.clone(),
        })
    });
    drawn.collect()
}
