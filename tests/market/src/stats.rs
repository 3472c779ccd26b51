//! What many seeds say together.

/// A mean with its 95 % confidence interval, by Student's t over seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Half the width of the interval; 0 with a single value.
    pub half: f64,
}

/// The two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

impl Interval {
    /// Of one value a seed.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.into_iter().collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count.max(1.0);
        let Some(freedom) = values.len().checked_sub(1).filter(|freedom| *freedom > 0) else {
            return Self { mean, half: 0.0 };
        };
        let squares: f64 = values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum();
        let error = (squares / freedom as f64 / count).sqrt();
        let t = T.get(freedom - 1).copied().unwrap_or(1.96);
        Self {
            mean,
            half: t * error,
        }
    }
}

impl std::fmt::Display for Interval {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = match self.mean.abs() {
            large if large >= 100.0 => 1,
            small if small < 0.01 => 5,
            _ => 3,
        };
        let (low, high) = (self.mean - self.half, self.mean + self.half);
        write!(
            formatter,
            "{:.digits$} [{low:.digits$}, {high:.digits$}]",
            self.mean
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Interval;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // Mean 3, standard error sqrt(2.5 / 5), t = 2.776.
        let interval = Interval::of([1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!((interval.mean - 3.0).abs() < 1e-12);
        assert!((interval.half - 2.776 * 0.5_f64.sqrt()).abs() < 1e-9);
        assert_eq!(interval.to_string(), "3.000 [1.037, 4.963]");
        assert!(Interval::of([7.0]).half.abs() < f64::EPSILON);
    }
}
