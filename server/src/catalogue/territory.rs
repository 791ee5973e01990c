//! The town's territory: its border, and the streets and places in it. From a GeoJSON (RFC 7946) that
//! the town exports of what it has: the border of ISTAT, the streets of its own GIS or of OpenStreetMap.

use std::{collections::BTreeMap, path::Path};

use geo::{
    BoundingRect as _, Coord, Distance as _, Euclidean, Geometry, InterpolateLine as _,
    Intersects as _, Length as _, LineString, MapCoords as _, MultiPolygon, Point, Polygon, Rect,
    coord,
};
use geojson::{FeatureCollection, JsonObject};

use super::streets;
use crate::config::{ConfigError, Mode, Settings};

/// Name under which the form engine asks whether a point lies in the territory.
pub const LIST: &str = "territorio";

/// Where no file is named, the sandbox has one.
const SAMPLE: &str = include_str!("../../data/demo/mappa.geojson");

/// Most bytes of the file.
const BYTES: u64 = 128 << 20;

/// Mean radius of the earth, metres.
const RADIUS: f64 = 6_371_008.8;

/// A point in degrees (WGS84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    pub lat: f64,
    pub lon: f64,
}

impl Position {
    /// `latitude,longitude`, as the form engine keeps it.
    pub fn parse(text: &str) -> Option<Self> {
        let (lat, lon) = text.split_once(',')?;
        let part = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        let (lat, lon) = (part(lat)?, part(lon)?);
        (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Self { lat, lon })
    }

    /// As a person reads it: to the metre.
    pub fn words(self) -> String {
        format!("{:.5}, {:.5}", self.lat, self.lon)
    }
}

/// What a line is worth on a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Main,
    Country,
    Street,
}

/// A piece of a street.
#[derive(Clone, Debug)]
pub struct Way {
    pub name: Option<String>,
    pub class: Class,
    /// Metres from the middle of the territory, east and north.
    pub line: LineString,
    pub bounds: Rect,
}

#[derive(Clone, Debug)]
pub struct Territory {
    middle: Position,
    pub border: MultiPolygon,
    pub bounds: Rect,
    /// The most important first.
    pub ways: Vec<Way>,
    pub places: Vec<(String, Coord)>,
    /// Whose map it is, as its licence wants it told.
    pub source: Option<String>,
    /// The middle of each street's longest piece, by its name as people type it.
    streets: BTreeMap<String, Position>,
    /// Where most streets are.
    town: Position,
}

/// The territory of `MAP`; in the sandbox one made up; without a file, `None`: points are typed.
pub fn read(settings: &Settings) -> Result<Option<Territory>, ConfigError> {
    let fault = |path: &Path, message: String| ConfigError::File {
        path: path.display().to_string(),
        message,
    };
    match (&settings.map, settings.mode) {
        (Some(path), _) => {
            let size = std::fs::metadata(path).map_err(|e| fault(path, e.to_string()))?;
            if size.len() > BYTES {
                return Err(fault(path, format!("è più grande di {} MB", BYTES >> 20)));
            }
            let text = std::fs::read_to_string(path).map_err(|e| fault(path, e.to_string()))?;
            parse(&text).map(Some).map_err(|e| fault(path, e))
        }
        (None, Mode::Sandbox) => parse(SAMPLE)
            .map(Some)
            .map_err(|e| fault(Path::new("mappa.geojson"), e)),
        (None, Mode::Production) => Ok(None),
    }
}

/// Polygons are the border; lines are streets (`nome` or `name`, `localita`, `classe` or `highway`);
/// points are places with a name.
fn parse(text: &str) -> Result<Territory, String> {
    let text = text.trim_start_matches('\u{feff}');
    let read: FeatureCollection = text.parse().map_err(|e: geojson::Error| e.to_string())?;
    let source = read.foreign_members.as_ref();
    let source = source.and_then(|members| Some(members.get("fonte")?.as_str()?.to_owned()));
    let mut features = Vec::new();
    for (n, feature) in read.features.into_iter().enumerate() {
        let properties = feature.properties.unwrap_or_default();
        let Some(geometry) = feature.geometry else {
            continue;
        };
        let geometry = Geometry::try_from(geometry).map_err(|e| format!("oggetto {n}: {e}"))?;
        if !in_degrees(&geometry) {
            return Err(format!(
                "oggetto {n}: le coordinate sono in gradi WGS84, prima la longitudine"
            ));
        }
        features.extend(
            flat(geometry)
                .into_iter()
                .map(|part| (properties.clone(), part)),
        );
    }
    let polygons = features.iter().flat_map(|(_, shape)| polygons(shape));
    let degrees = MultiPolygon::new(polygons.collect());
    let around = degrees
        .bounding_rect()
        .ok_or("manca il confine: un oggetto Polygon o MultiPolygon")?;
    let middle = Position {
        lat: around.center().y,
        lon: around.center().x,
    };
    let plane = |at: Coord| metres(middle, at);
    let border = degrees.map_coords(plane);
    let bounds = border.bounding_rect().ok_or("il confine è vuoto")?;
    let mut ways = Vec::new();
    let mut places = Vec::new();
    for (properties, geometry) in features {
        match geometry.map_coords(plane) {
            Geometry::LineString(line) => ways.extend(way(&properties, line)),
            Geometry::MultiLineString(lines) => {
                ways.extend(lines.into_iter().filter_map(|line| way(&properties, line)));
            }
            Geometry::Point(point) => {
                places.extend(name(&properties).map(|name| (name, point.0)));
            }
            _ => {}
        }
    }
    ways.sort_by_key(|way| way.class);
    let at = median(&ways).unwrap_or(bounds.center());
    Ok(Territory {
        middle,
        border,
        bounds,
        places,
        source,
        streets: middles(middle, &ways),
        town: degrees_of(middle, at),
        ways,
    })
}

/// What a collection holds, one by one.
fn flat(shape: Geometry) -> Vec<Geometry> {
    match shape {
        Geometry::GeometryCollection(parts) => parts.into_iter().flat_map(flat).collect(),
        other => vec![other],
    }
}

/// Where most of them are.
fn median(ways: &[Way]) -> Option<Coord> {
    let mut middles: Vec<Coord> = ways.iter().map(|way| way.bounds.center()).collect();
    let mut of = |part: fn(&Coord) -> f64| {
        middles.sort_by(|a, b| part(a).total_cmp(&part(b)));
        middles.get(middles.len() / 2).map(part)
    };
    let (x, y) = (of(|at| at.x)?, of(|at| at.y)?);
    Some(coord! { x: x, y: y })
}

fn middles(middle: Position, ways: &[Way]) -> BTreeMap<String, Position> {
    let mut longest: BTreeMap<String, &Way> = BTreeMap::new();
    for way in ways {
        let Some(name) = &way.name else { continue };
        let known = longest.entry(streets::key(name)).or_insert(way);
        if length(way) > length(known) {
            *known = way;
        }
    }
    let found = longest.into_iter().filter_map(|(name, way)| {
        let at = Euclidean.point_at_ratio_from_start(&way.line, 0.5)?;
        Some((name, degrees_of(middle, at.0)))
    });
    found.collect()
}

fn polygons(shape: &Geometry) -> Vec<Polygon> {
    match shape {
        Geometry::Polygon(polygon) => vec![polygon.clone()],
        Geometry::MultiPolygon(many) => many.0.clone(),
        _ => Vec::new(),
    }
}

fn in_degrees(shape: &Geometry) -> bool {
    shape.bounding_rect().is_none_or(|bounds| {
        let (low, high) = (bounds.min(), bounds.max());
        [low.x, high.x].iter().all(|lon| lon.abs() <= 180.0)
            && [low.y, high.y].iter().all(|lat| lat.abs() <= 90.0)
    })
}

fn text<'a>(properties: &'a JsonObject, names: &[&str]) -> Option<&'a str> {
    let mut found = names
        .iter()
        .filter_map(|name| properties.get(*name)?.as_str());
    found.find(|text| !text.trim().is_empty())
}

/// The name as the list of streets has it.
fn name(properties: &JsonObject) -> Option<String> {
    let name = text(properties, &["nome", "name"])?;
    Some(streets::named(name, text(properties, &["localita"])))
}

fn way(properties: &JsonObject, line: LineString) -> Option<Way> {
    let class = match text(properties, &["classe", "highway"]) {
        Some("principale" | "motorway" | "trunk" | "primary" | "secondary" | "tertiary") => {
            Class::Main
        }
        Some("extraurbana" | "unclassified" | "track") => Class::Country,
        _ => Class::Street,
    };
    Some(Way {
        name: name(properties),
        class,
        bounds: line.bounding_rect()?,
        line,
    })
}

/// East and north of `middle`: over one town the earth is flat.
fn metres(middle: Position, degrees: Coord) -> Coord {
    coord! {
        x: RADIUS * (degrees.x - middle.lon).to_radians() * middle.lat.to_radians().cos(),
        y: RADIUS * (degrees.y - middle.lat).to_radians(),
    }
}

fn degrees_of(middle: Position, at: Coord) -> Position {
    let east = at.x / RADIUS / middle.lat.to_radians().cos();
    Position {
        lat: middle.lat + (at.y / RADIUS).to_degrees(),
        lon: middle.lon + east.to_degrees(),
    }
}

impl Territory {
    pub fn metres(&self, at: Position) -> Coord {
        metres(self.middle, coord! { x: at.lon, y: at.lat })
    }

    pub fn degrees(&self, at: Coord) -> Position {
        degrees_of(self.middle, at)
    }

    pub fn holds(&self, at: Position) -> bool {
        self.border.intersects(&Point(self.metres(at)))
    }

    /// The nearest street with a name, and how far it is, metres.
    pub fn nearest(&self, at: Position) -> Option<(&str, f64)> {
        let at = Point(self.metres(at));
        let mut found: Option<(&str, f64)> = None;
        for way in &self.ways {
            let Some(name) = way.name.as_deref() else {
                continue;
            };
            let nearer = |far: f64| found.is_none_or(|(_, least)| far < least);
            // The frame first: most are far away.
            if nearer(Euclidean.distance(&at, &way.bounds.to_polygon())) {
                let far = Euclidean.distance(&at, &way.line);
                if nearer(far) {
                    found = Some((name, far));
                }
            }
        }
        found
    }

    /// The middle of a street, by its name as people type it.
    pub fn street(&self, name: &str) -> Option<Position> {
        self.streets.get(&streets::key(name)).copied()
    }

    pub fn town(&self) -> Position {
        self.town
    }

    /// The same point, or the one of the territory's frame that is next to it.
    pub fn within(&self, at: Position) -> Position {
        let (at, low, high) = (self.metres(at), self.bounds.min(), self.bounds.max());
        self.degrees(coord! { x: at.x.clamp(low.x, high.x), y: at.y.clamp(low.y, high.y) })
    }
}

fn length(way: &Way) -> f64 {
    Euclidean.length(&way.line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Territory {
        parse(SAMPLE).unwrap()
    }

    const TOWN: Position = Position {
        lat: 41.1080,
        lon: 16.6910,
    };

    #[test]
    fn metres_and_degrees_are_each_others_way_back() {
        let town = sample();
        let there = town.degrees(town.metres(TOWN));
        assert!((there.lat - TOWN.lat).abs() < 1e-9 && (there.lon - TOWN.lon).abs() < 1e-9);
        // A minute of latitude is a sea mile, 1852 m.
        let north = Position {
            lat: TOWN.lat + 1.0 / 60.0,
            ..TOWN
        };
        let mile = town.metres(north).y - town.metres(TOWN).y;
        assert!((mile - 1852.0).abs() < 3.0, "{mile}");
    }

    #[test]
    fn a_point_is_in_the_territory_or_not() {
        let town = sample();
        assert!(town.holds(TOWN));
        let bari = Position {
            lat: 41.1256,
            lon: 16.8667,
        };
        assert!(!town.holds(bari));
        let kept = town.within(bari);
        assert!(
            kept.lon < 16.76 && (kept.lat - bari.lat).abs() < 1e-6,
            "{kept:?}"
        );
        let middle = town.town();
        assert!((middle.lat - TOWN.lat).abs() < 0.01 && (middle.lon - TOWN.lon).abs() < 0.01);
    }

    #[test]
    fn streets_are_found_by_place_and_by_name() {
        let town = sample();
        let at = town.street("Via Giacomo Matteotti").unwrap();
        let (name, far) = town.nearest(at).unwrap();
        assert_eq!(name, "Via Giacomo Matteotti");
        assert!(far < 0.01, "{far}");
        assert!(town.street("Via Roma (Palombaio)").is_some());
        assert!(town.street("Via che non c'è").is_none());
    }

    #[test]
    fn every_street_of_the_samples_map_is_in_its_list() {
        let streets = streets::read(&crate::testing::settings()).unwrap().unwrap();
        for name in sample().ways.iter().filter_map(|way| way.name.as_ref()) {
            assert!(streets.contains_key(name), "{name}");
        }
    }

    #[test]
    fn what_openstreetmap_exports_is_read() {
        let town = parse(
            r#"{"type":"FeatureCollection","features":[
                {"type":"Feature","properties":{"boundary":"administrative"},"geometry":{"type":"MultiPolygon","coordinates":[[[[16,41],[17,41],[17,42],[16,42],[16,41]]]]}},
                {"type":"Feature","properties":{"name":"Via Roma","highway":"residential"},"geometry":{"type":"LineString","coordinates":[[16.5,41.5],[16.6,41.5]]}},
                {"type":"Feature","properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[[16.5,41.5],[16.5,41.6]]}},
                {"type":"Feature","properties":{"name":"Palombaio","place":"village"},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[16.5,41.5]}]}},
                {"type":"Feature","properties":null,"geometry":null}],"fonte":"© OpenStreetMap"}"#,
        )
        .unwrap();
        assert_eq!(town.places[0].0, "Palombaio");
        assert_eq!(town.source.as_deref(), Some("© OpenStreetMap"));
        assert!(town.street("via ROMA").is_some());
        assert_eq!(town.ways[0].class, Class::Main);
        assert_eq!(town.ways[1].name.as_deref(), Some("Via Roma"));
    }

    #[test]
    fn a_file_that_is_no_map_is_refused() {
        let none = r#"{"type":"FeatureCollection","features":[]}"#;
        assert!(parse(none).unwrap_err().contains("confine"));
        assert!(parse("{").is_err());
        let metric = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":null,
            "geometry":{"type":"Polygon","coordinates":[[[640000,4550000],[650000,4550000],[650000,4560000],[640000,4550000]]]}}]}"#;
        assert!(parse(metric).unwrap_err().contains("WGS84"));
    }

    #[test]
    fn a_position_is_read_as_the_engine_keeps_it() {
        let at = Position::parse("41.1089,16.6921").unwrap();
        assert_eq!(at.words(), "41.10890, 16.69210");
        for other in ["", "41.1", "NaN,1", "91,0", "0,181", "a,b", "inf,0"] {
            assert_eq!(Position::parse(other), None, "{other}");
        }
    }
}
