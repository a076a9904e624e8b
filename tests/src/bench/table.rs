use super::{Figure, Target};

/// The figures for people, in columns; a figure beside its target where it has one.
pub fn table(figures: &[Figure]) -> String {
    let head = [
        "figure", "value", "unit", "limit", "ratio", "n", "target", "",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(figures.iter().map(row));
    let widths: Vec<usize> = (0..head.len())
        .map(|at| rows.iter().map(|row| row[at].chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, &width))| match NUMBERS.contains(&at) {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The columns that stand on the right.
const NUMBERS: [usize; 4] = [1, 3, 4, 5];

fn row(figure: &Figure) -> [String; 8] {
    let or_none = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| v.to_string());
    let target = Target::of(&figure.name);
    let met = target.and_then(|target| target.is_met(figure.value, figure.ratio));
    let verdict = match met {
        Some(true) => "met",
        Some(false) => "NOT MET",
        None => "",
    };
    let noise = if figure.noisy { "noisy" } else { "" };
    [
        figure.name.clone(),
        figure.value.to_string(),
        figure.unit.to_owned(),
        or_none(figure.limit),
        or_none(figure.ratio),
        figure.n.to_string(),
        target.map_or_else(String::new, |target| target.to_string()),
        format!("{verdict} {noise}").trim().to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_target_and_its_noise() {
        let figure = Figure {
            name: "ingest-1".to_owned(),
            value: 300.0,
            unit: "1/s",
            limit: Some(1000.0),
            ratio: Some(0.3),
            n: 6000,
            noisy: true,
        };
        let text = table(&[figure]);
        let line = text.lines().nth(1).unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let expected = [
            "ingest-1", "300", "1/s", "1000", "0.3", "6000", "≥", "0.5", "×", "NOT", "MET", "noisy",
        ];
        assert_eq!(words, expected);
    }
}
