//! Functions of a module → an order in which each is followed by the one that is most like it.

use std::collections::HashMap;

/// The order: places in `functions`, each of which is a type's number and code.
///
/// Two are alike by how much of their code they share, in runs of a few bytes, of which rare ones say more; and by
/// their type. It is the shortest way to the next only from where it stands: the best of all ways would take ages.
pub(super) fn chained(functions: &[(u32, &[u8])]) -> Vec<usize> {
    let runs: Vec<_> = functions.iter().map(|it| runs(it.0, it.1)).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (function, runs) in runs.iter().enumerate() {
        for run in runs {
            holders.entry(*run).or_default().push(function);
        }
    }
    let weight = |holders: usize| (functions.len() as f64 / holders as f64).ln();
    let weights: HashMap<_, _> = holders
        .iter()
        .map(|(run, of)| (*run, weight(of.len())))
        .collect();

    let mut first: Vec<_> = (0..functions.len()).collect();
    // From the longest, or in the order of their types, the page is 800 bytes larger.
    first.sort_by_key(|function| (functions[*function].1.len(), functions[*function]));
    let mut waiting = first.into_iter();
    let mut placed = vec![false; functions.len()];
    let mut order = Vec::with_capacity(functions.len());
    let mut alike = vec![0.0; functions.len()];
    let mut next = None;
    while let Some(function) = next.or_else(|| waiting.find(|function| !placed[*function])) {
        placed[function] = true;
        order.push(function);
        let mut candidates = Vec::new();
        for run in &runs[function] {
            let Some(holders) = holders.get_mut(run) else {
                continue;
            };
            holders.retain(|holder| !placed[*holder]);
            for holder in holders {
                if alike[*holder] == 0.0 {
                    candidates.push(*holder);
                }
                alike[*holder] += weights[run];
            }
        }
        let mut most = 0.0;
        next = None;
        for candidate in candidates {
            // What is longer shares more without being more alike.
            let share = alike[candidate] / (runs[candidate].len() + SHORTEST) as f64;
            if share > most {
                (most, next) = (share, Some(candidate));
            }
            alike[candidate] = 0.0;
        }
    }
    order
}

/// Each run of the code once, and the type as often as it counts.
fn runs(kind: u32, code: &[u8]) -> Vec<u64> {
    let number = |run: &[u8]| {
        run.iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    let mut runs: Vec<_> = code.windows(RUN).map(number).collect();
    // No run is as large a number as these.
    runs.extend((1..=TYPE).map(|time| time << (8 * RUN) | u64::from(kind)));
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// How many bytes are compared: one or two instructions. Six and seven made a larger page, by half a kilobyte and more.
const RUN: usize = 5;

/// How many runs a type is worth.
const TYPE: u64 = 3;

/// A function of a few bytes that are all in another one is not therefore the most like it.
const SHORTEST: usize = 10;

#[cfg(test)]
mod tests {
    use super::chained;

    #[test]
    fn each_is_once_in_the_order_and_beside_what_it_is_like() {
        let (one, other) = (b"abcdefghijklmnop", b"ABCDEFGHIJKLMNOP");
        let functions = [
            (0, &one[..]),
            (0, &other[..]),
            (1, &one[1..]),
            (1, &other[1..]),
            (2, &b""[..]),
        ];
        let order = chained(&functions);
        let place = |function| order.iter().position(|it| *it == function);
        let apart = |a, b| Some(place(a)?.abs_diff(place(b)?));
        assert_eq!((apart(0, 2), apart(1, 3)), (Some(1), Some(1)), "{order:?}");
        let mut all = order;
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4]);
    }
}
