//! A piece of the territory drawn as SVG: no tiles, no third parties, and it fits in the page.

use geo::{
    BooleanOps as _, Coord, Distance as _, Euclidean, Intersects as _, LineString, Point, Rect,
    Simplify as _, coord,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use svg::{
    Document, Node as _,
    node::element::{Circle, Group, Line, Path, Rectangle, Text, path::Data},
};

use super::territory::{Class, Position, Territory, Way};

/// How much one sees, metres from side to side, by level.
pub const WIDTHS: [f64; 8] = [
    200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 12800.0, 25600.0,
];

/// Side of the square, in its own units.
pub const SIDE: f64 = 600.0;

/// Most corners of lines, so that the page stays small.
const CORNERS: usize = 2500;

/// Most names on it.
const NAMES: usize = 24;

/// Height of a name and mean width of a letter, in units of the square.
const LETTERS: (f64, f64) = (17.0, 8.6);

/// What is escaped in the address of an image: the rest is read as it is and compresses well.
const ADDRESS: AsciiSet = CONTROLS.add(b'%').add(b'#').add(b'"').add(b'<').add(b'>');

/// The square around `centre`.
struct Window<'a> {
    territory: &'a Territory,
    rect: Rect,
    /// Units of the square a metre.
    scale: f64,
}

impl<'a> Window<'a> {
    fn new(territory: &'a Territory, centre: Position, level: usize) -> Self {
        let width = WIDTHS[level.min(WIDTHS.len() - 1)];
        let (at, half) = (territory.metres(centre), width / 2.0);
        let corner = coord! { x: half, y: half };
        Self {
            territory,
            rect: Rect::new(at - corner, at + corner),
            scale: SIDE / width,
        }
    }

    fn width(&self) -> f64 {
        self.rect.width()
    }

    fn place(&self, at: Coord) -> (f64, f64) {
        let (x, y) = (at.x - self.rect.min().x, self.rect.max().y - at.y);
        (x * self.scale, y * self.scale)
    }

    fn shows(&self, at: Coord) -> bool {
        self.rect.intersects(&at)
    }

    /// From far away only what matters.
    fn ways(&self, class: Class) -> Vec<LineString> {
        let most = match class {
            Class::Main => f64::MAX,
            Class::Country => 15_000.0,
            Class::Street => 5_000.0,
        };
        if self.width() > most {
            return Vec::new();
        }
        let ways = self.territory.ways.iter();
        let seen = ways.filter(|way| way.class == class && self.rect.intersects(&way.bounds));
        let seen: Vec<&Way> = seen.collect();
        let drawn = |fine: f64| -> Vec<LineString> {
            let lines = seen.iter();
            let lines = lines.flat_map(|way| self.clipped(&way.line.simplify(fine / self.scale)));
            lines.collect()
        };
        let fits = |lines: &Vec<LineString>| corners(lines) <= CORNERS;
        // Rougher where there is much; what is far from the point goes last.
        let mut lines = [0.7, 1.5, 3.0, 6.0].into_iter().map(drawn);
        let fine = lines.find(fits);
        fine.unwrap_or_else(|| self.nearest(drawn(6.0)))
    }

    fn nearest(&self, mut lines: Vec<LineString>) -> Vec<LineString> {
        let middle = Point(self.rect.center());
        lines.sort_by_cached_key(|line| Euclidean.distance(&middle, line) as i64);
        let mut corners = 0;
        lines.retain(|line| {
            corners += line.0.len();
            corners <= CORNERS
        });
        lines
    }

    /// The stretches of a line that pass through the square.
    fn clipped(&self, line: &LineString) -> Vec<LineString> {
        let mut parts: Vec<LineString> = Vec::new();
        let mut before = false;
        for segment in line.lines() {
            let now = self.rect.intersects(&segment);
            match (now, before, parts.last_mut()) {
                (true, true, Some(part)) => part.0.push(segment.end),
                (true, _, _) => parts.push(LineString(vec![segment.start, segment.end])),
                (false, _, _) => {}
            }
            before = now;
        }
        parts
    }
}

fn corners(lines: &[LineString]) -> usize {
    lines.iter().map(|line| line.0.len()).sum()
}

/// The square around `centre`, with a cross in its middle, as the address of an image.
pub fn image(territory: &Territory, centre: Position, level: usize) -> String {
    let drawn = draw(territory, centre, level).to_string().replace('\n', "");
    format!(
        "data:image/svg+xml,{}",
        utf8_percent_encode(&drawn, &ADDRESS)
    )
}

fn draw(territory: &Territory, centre: Position, level: usize) -> Document {
    let window = Window::new(territory, centre, level);
    let mut drawn = Document::new()
        .set("viewBox", (0, 0, SIDE as i64, SIDE as i64))
        .set("font-family", "sans-serif")
        .set("font-size", LETTERS.0)
        .add(square().set("fill", "#d9dde2"))
        .add(border(&window));
    for (class, colour, width) in [
        (Class::Street, "#fff", 9.0),
        (Class::Country, "#fff", 9.0),
        (Class::Main, "#ffe9ad", 13.0),
    ] {
        let lines = path(&window, &window.ways(class));
        // Thinner from further away, and never thinner than a hair.
        let width = (width * (800.0 / window.width()).sqrt()).clamp(2.0, 26.0);
        drawn.append(stroke(lines.clone(), "#8e99a4", width + 2.0));
        drawn.append(stroke(lines, colour, width));
    }
    drawn.append(names(&window));
    drawn.append(ruler(&window));
    drawn.append(cross());
    drawn
}

fn square() -> Rectangle {
    Rectangle::new().set("width", SIDE).set("height", SIDE)
}

fn data(window: &Window<'_>, line: &LineString, data: Data) -> Data {
    let round = |at: &Coord| {
        let (x, y) = window.place(*at);
        ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0)
    };
    let mut corners = line.0.iter().map(round);
    let Some(first) = corners.next() else {
        return data;
    };
    corners.fold(data.move_to(first), |data, corner| data.line_to(corner))
}

fn path(window: &Window<'_>, lines: &[LineString]) -> Data {
    let all = lines.iter();
    all.fold(Data::new(), |whole, line| data(window, line, whole))
}

fn stroke(data: Data, colour: &str, width: f64) -> Path {
    Path::new()
        .set("d", data)
        .set("fill", "none")
        .set("stroke", colour)
        .set("stroke-width", (width * 10.0).round() / 10.0)
        .set("stroke-linejoin", "round")
        .set("stroke-linecap", "round")
}

fn border(window: &Window<'_>) -> Path {
    // Cut a little outside of what is seen, so that the cut is not.
    let (middle, half) = (window.rect.center(), window.width() * 0.6);
    let corner = coord! { x: half, y: half };
    let around = Rect::new(middle - corner, middle + corner).to_polygon();
    let seen = window.territory.border.intersection(&around);
    let rings = seen.iter().flat_map(|polygon| {
        let inner = polygon.interiors().iter();
        std::iter::once(polygon.exterior()).chain(inner)
    });
    let fine = 0.7 / window.scale;
    let rings = rings.filter(|ring| !ring.0.is_empty());
    let outline = rings.fold(Data::new(), |whole, ring| {
        data(window, &ring.simplify(fine), whole).close()
    });
    stroke(outline, "#7a5c8e", 4.0)
        .set("fill", "#f7f4ec")
        .set("fill-rule", "evenodd")
        .set("stroke-dasharray", "14 8")
}

/// Names that stand in each other's way are left out, the less important ones.
fn names(window: &Window<'_>) -> Group {
    let mut taken: Vec<Rect> = Vec::new();
    let mut group = Group::new()
        .set("text-anchor", "middle")
        .set("fill", "#17324d")
        .set("stroke", "#fff")
        .set("stroke-width", 4)
        .set("paint-order", "stroke");
    let places = window.territory.places.iter();
    let places = places
        .filter(|(_, at)| window.shows(*at))
        .map(|(name, at)| {
            let (x, y) = window.place(*at);
            (name.as_str(), x, y, 0.0)
        });
    let streets = match window.width() > 2000.0 {
        true => Vec::new(),
        false => streets(window),
    };
    for (name, x, y, turn) in places.chain(streets) {
        let box_ = covers(name, x, y, turn);
        if taken.len() == NAMES || taken.iter().any(|other| other.intersects(&box_)) {
            continue;
        }
        taken.push(box_);
        let mut text = Text::new(name);
        if turn == 0.0 {
            text = text.set("font-weight", "bold");
        }
        let at = format!("translate({x:.0} {y:.0}) rotate({turn:.0})");
        group.append(text.set("transform", at).set("dy", "0.35em"));
    }
    group
}

/// Each street's name on its longest straight stretch in sight, if it fits there.
fn streets<'a>(window: &Window<'a>) -> Vec<(&'a str, f64, f64, f64)> {
    let mut found: Vec<(&str, f64, f64, f64)> = Vec::new();
    let ways = window.territory.ways.iter();
    for way in ways.filter(|way| window.rect.intersects(&way.bounds)) {
        let Some((name, stretch)) = way.name.as_deref().zip(stretch(window, way)) else {
            continue;
        };
        let (x, y, turn, length) = stretch;
        let fits = length > name.chars().count() as f64 * LETTERS.1 * 0.8;
        if fits && !found.iter().any(|(other, ..)| *other == name) {
            found.push((name, x, y, turn));
        }
    }
    found
}

/// Middle, direction in degrees and length of the longest straight piece within the square.
fn stretch(window: &Window<'_>, way: &Way) -> Option<(f64, f64, f64, f64)> {
    let rough = way.line.simplify(12.0 / window.scale);
    let inside = rough.lines().filter_map(|line| {
        let (x1, y1) = window.place(line.start);
        let (x2, y2) = window.place(line.end);
        let (from, to) = visible((x1, y1), (x2, y2))?;
        let at = |t: f64| (x1 + (x2 - x1) * t, y1 + (y2 - y1) * t);
        let ((ax, ay), (bx, by)) = (at(from), at(to));
        let length = (bx - ax).hypot(by - ay);
        let turn = (by - ay).atan2(bx - ax).to_degrees();
        // Never head over heels.
        let turn = if turn.abs() > 90.0 {
            turn - 180.0
        } else {
            turn
        };
        // A straight line across would read as a place's name.
        let turn = if turn == 0.0 { 0.01 } else { turn };
        Some(((ax + bx) / 2.0, (ay + by) / 2.0, turn, length))
    });
    inside.max_by(|a, b| a.3.total_cmp(&b.3))
}

/// From where to where, 0 to 1, a line runs within the square (Liang–Barsky).
fn visible((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Option<(f64, f64)> {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (slope, room) in [(-dx, x1), (dx, SIDE - x1), (-dy, y1), (dy, SIDE - y1)] {
        if slope == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if slope < 0.0 {
            from = from.max(room / slope);
        } else {
            to = to.min(room / slope);
        }
    }
    (from < to).then_some((from, to))
}

/// The room that a name takes, roughly, however it is turned.
fn covers(name: &str, x: f64, y: f64, turn: f64) -> Rect {
    let (height, letter) = LETTERS;
    let length = name.chars().count() as f64 * letter;
    let (sin, cos) = turn.to_radians().sin_cos();
    let (w, h) = (
        (length * cos.abs() + height * sin.abs()) / 2.0,
        (length * sin.abs() + height * cos.abs()) / 2.0,
    );
    Rect::new(coord! { x: x - w, y: y - h }, coord! { x: x + w, y: y + h })
}

/// How long a quarter of the square is, in metres or kilometres.
fn ruler(window: &Window<'_>) -> Group {
    let metres = window.width() / 4.0;
    let told = match metres >= 1000.0 {
        true => format!("{:.1} km", metres / 1000.0).replace('.', ","),
        false => format!("{metres:.0} m"),
    };
    let (left, below) = (16.0, SIDE - 18.0);
    let line = |colour: &str, width: f64| {
        Line::new()
            .set("x1", left)
            .set("x2", left + SIDE / 4.0)
            .set("y1", below)
            .set("y2", below)
            .set("stroke", colour)
            .set("stroke-width", width)
    };
    let words = Text::new(told)
        .set("x", left)
        .set("y", below - 9.0)
        .set("fill", "#17324d")
        .set("stroke", "#fff")
        .set("stroke-width", 4)
        .set("paint-order", "stroke");
    Group::new()
        .add(line("#fff", 8.0))
        .add(line("#17324d", 4.0))
        .add(words)
}

/// The point that is chosen.
fn cross() -> Group {
    let middle = SIDE / 2.0;
    let ring = |colour: &str, width: i32| {
        Circle::new()
            .set("cx", middle)
            .set("cy", middle)
            .set("r", 17)
            .set("fill", "none")
            .set("stroke", colour)
            .set("stroke-width", width)
    };
    let arms = |colour: &str, width: f64| {
        let arm = |x: f64, y: f64| {
            Data::new()
                .move_to((middle + x * 6.0, middle + y * 6.0))
                .line_to((middle + x * 30.0, middle + y * 30.0))
        };
        let all = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
        let mut group = Group::new();
        for (x, y) in all {
            group.append(stroke(arm(x, y), colour, width));
        }
        group
    };
    Group::new()
        .add(ring("#fff", 9))
        .add(arms("#fff", 9.0))
        .add(ring("#b3002d", 5))
        .add(arms("#b3002d", 5.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::territory, testing};
    use geo::BoundingRect as _;

    fn town() -> Territory {
        territory::read(&testing::settings()).unwrap().unwrap()
    }

    #[test]
    fn a_piece_is_small_whatever_it_shows() {
        let town = town();
        let village = town.street("Via Roma (Palombaio)").unwrap();
        for centre in [town.town(), village] {
            for level in 0..WIDTHS.len() {
                let image = image(&town, centre, level);
                assert!(image.starts_with("data:image/svg+xml,%3Csvg"));
                assert!(image.len() < 60_000, "level {level}: {}", image.len());
                if let Some(folder) = std::env::var_os("MAPS") {
                    let drawn = draw(&town, centre, level).to_string();
                    let file = format!("{:.3}-{level}.svg", centre.lon);
                    std::fs::write(std::path::Path::new(&folder).join(file), drawn).unwrap();
                }
            }
        }
    }

    #[test]
    fn a_real_town_fits_too() {
        let mut town = town();
        let (middle, way) = (town.metres(town.town()), town.ways[0].clone());
        // 3,000 winding streets and a border of 20,000 corners.
        let street = |n: i32| {
            let (x, y) = (f64::from(n % 60) * 40.0, f64::from(n / 60) * 40.0);
            let corner = |k: i32| {
                middle
                    + coord! { x: x - 1200.0 + f64::from(k) * 4.0, y: y - 1000.0 + f64::from(k % 3) * 3.0 }
            };
            let line: LineString = (0..10).map(corner).collect();
            Way {
                bounds: line.bounding_rect().unwrap(),
                line,
                class: Class::Street,
                ..way.clone()
            }
        };
        town.ways = (0..3_000).map(street).collect();
        let turn = |k: i32| f64::from(k) / 20_000.0 * std::f64::consts::TAU;
        let coast = |k: i32| {
            middle
                + coord! { x: turn(k).cos(), y: turn(k).sin() }
                    * (9_000.0 + f64::from(k % 7) * 20.0)
        };
        let ring: LineString = (0..20_000).map(coast).collect();
        town.border = geo::MultiPolygon::new(vec![geo::Polygon::new(ring, vec![])]);
        for level in 0..WIDTHS.len() {
            let drawn = image(&town, town.town(), level);
            assert!(drawn.len() < 120_000, "level {level}: {}", drawn.len());
            // Streets all around the point, not only on one side.
            let window = Window::new(&town, town.town(), level);
            let lines = window.ways(Class::Street);
            let [mut west, mut east] = [0, 0];
            for line in &lines {
                match line.0[0].x < middle.x {
                    true => west += 1,
                    false => east += 1,
                }
            }
            assert!(
                lines.is_empty() || (west * 3 > east && east * 3 > west),
                "{level}: {west}, {east}"
            );
        }
    }

    #[test]
    fn names_are_text_and_never_markup() {
        let mut town = town();
        let at = town.metres(town.town());
        town.places = vec![("<script>\"&".to_owned(), at)];
        let image = image(&town, town.town(), 2);
        assert!(
            image.contains("&amp;lt;script") || image.contains("&lt;script"),
            "escaped"
        );
        assert!(!image.contains("%3Cscript"), "{image}");
    }

    #[test]
    fn a_line_is_cut_at_the_border_of_the_picture() {
        assert_eq!(visible((-300.0, 300.0), (300.0, 300.0)), Some((0.5, 1.0)));
        assert_eq!(visible((10.0, 10.0), (20.0, 20.0)), Some((0.0, 1.0)));
        assert_eq!(visible((-10.0, 0.0), (-10.0, 600.0)), None);
        assert_eq!(visible((-10.0, -10.0), (-20.0, 900.0)), None);
    }
}
