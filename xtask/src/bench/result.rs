//! A figure, and how it is told.

/// One figure beside its floor or peer.
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
    /// What it is measured against.
    pub beside_what: &'static str,
    pub beside: f64,
    /// What is well.
    pub target: Target,
}

/// What a figure has to keep.
pub enum Target {
    /// At most so many times what it is measured against.
    Times(f64),
    /// At most this, whatever it is measured against.
    Most(f64),
    /// Nothing: it only helps to see what the others mean.
    None,
}

impl Figure {
    /// How many times the floor.
    pub fn ratio(&self) -> f64 {
        self.value / self.beside
    }

    /// True where the target is met.
    pub fn holds(&self) -> bool {
        match self.target {
            Target::Times(times) => self.ratio() <= times,
            Target::Most(most) => self.value <= most,
            Target::None => true,
        }
    }
}

/// For a person.
pub fn table(figures: &[Figure]) -> String {
    let lines: Vec<_> = figures
        .iter()
        .map(|figure| {
            format!(
                "{:<14} {:>9.2} {} beside {:>9.2} {} of {}: {:.2} times, {} (target {})\n",
                figure.name,
                figure.value,
                figure.unit,
                figure.beside,
                figure.unit,
                figure.beside_what,
                figure.ratio(),
                match figure.target {
                    Target::None => "to compare",
                    _ if figure.holds() => "holds",
                    _ => "DOES NOT HOLD",
                },
                match figure.target {
                    Target::Times(times) => format!("{times} times"),
                    Target::Most(most) => format!("{most} {}", figure.unit),
                    Target::None => "none".to_owned(),
                },
            )
        })
        .collect();
    lines.concat()
}

/// For a program.
pub fn json(figures: &[Figure]) -> String {
    let objects: Vec<_> = figures
        .iter()
        .map(|figure| {
            format!(
                r#"  {{"name": "{}", "value": {:.3}, "unit": "{}", "beside": {:.3}, "target": {}, "holds": {}}}"#,
                figure.name,
                figure.value,
                figure.unit,
                figure.beside,
                match figure.target {
                    Target::Times(target) | Target::Most(target) => target.to_string(),
                    Target::None => "null".to_owned(),
                },
                figure.holds()
            )
        })
        .collect();
    format!("[\n{}\n]\n", objects.join(",\n"))
}

/// The middle of what was measured.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{Figure, Target, json, median, table};

    #[test]
    fn a_figure_beyond_its_target_does_not_hold() {
        let figure = Figure {
            name: "x",
            value: 4.0,
            unit: "ms",
            beside_what: "nothing",
            beside: 2.0,
            target: Target::Times(1.5),
        };
        assert!(!figure.holds());
        assert!(json(&[figure]).contains(r#""beside": 2.000, "target": 1.5, "holds": false"#));
        assert!(table(&[]).is_empty());
    }

    #[test]
    fn a_figure_with_a_limit_of_its_own_holds_whatever_it_is_beside() {
        let figure = Figure {
            name: "x",
            value: 900.0,
            unit: "ms",
            beside_what: "the bytes alone",
            beside: 3.0,
            target: Target::Most(1_000.0),
        };
        assert!(figure.holds());
        assert!(table(&[figure]).contains("(target 1000 ms)"));
    }

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }
}
