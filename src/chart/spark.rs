//! Small bars; a gap is a line, never a bar of height zero.

use std::fmt::Write;

/// The bars and the gaps, as outlines in a field of 100 by 24.
pub fn outlines(spans: &[Option<u32>]) -> (String, String) {
    let highest = spans.iter().flatten().max().copied().unwrap_or(0).max(1);
    let count = spans.len().max(1);
    let (mut bars, mut gaps) = (String::new(), String::new());
    for (index, people) in spans.iter().enumerate() {
        // In tenths, so that no number needs a fraction's digits.
        let left = 1000 * index / count;
        let width = 720 / count;
        let (outline, height) = match people {
            Some(people) => (&mut bars, 220 * u64::from(*people) / u64::from(highest)),
            None => (&mut gaps, 10),
        };
        let _written = write!(
            outline,
            "M{}.{} 24v-{}.{}h{}.{}V24z",
            left / 10,
            left % 10,
            height / 10,
            height % 10,
            width / 10,
            width % 10
        );
    }
    (bars, gaps)
}

#[cfg(test)]
mod tests {
    use super::outlines;

    #[test]
    fn a_gap_is_not_a_bar_of_height_zero() {
        let (bars, gaps) = outlines(&[Some(0), None, Some(4), Some(2)]);
        assert_eq!(bars.matches('M').count(), 3);
        assert_eq!(gaps.matches('M').count(), 1);
        assert!(bars.contains("v-22.0") && bars.contains("v-11.0") && bars.contains("v-0.0"));
    }
}
