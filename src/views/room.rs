//! How much there is, and room for how much of it → what is shown where nobody can scroll.

/// The places of those that are shown where `most` of `all` have room: all of them, or those first that need somebody.
pub fn first_in_need(all: usize, most: usize, needs: &dyn Fn(usize) -> bool) -> Vec<usize> {
    if all <= most {
        return (0..all).collect();
    }
    let (mut places, others): (Vec<usize>, Vec<usize>) = (0..all).partition(|place| needs(*place));
    places.extend(others);
    places.truncate(most);
    places
}

/// How many rows of that height stand whole in so much room; never none, so that there is something to be seen.
pub fn rows_in(room: f64, row: f64) -> u32 {
    (room / row.max(1.0)).floor().max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_all_have_room_they_keep_their_order() {
        assert_eq!(first_in_need(3, 3, &|place| place == 2), [0, 1, 2]);
        assert_eq!(first_in_need(0, 3, &|_| true), [0; 0]);
    }

    #[test]
    fn where_some_have_no_room_those_stand_first_that_need_somebody() {
        assert_eq!(first_in_need(6, 4, &|place| place > 3), [4, 5, 0, 1]);
        assert_eq!(first_in_need(6, 2, &|place| place > 2), [3, 4]);
    }

    #[test]
    fn only_whole_rows_are_counted_and_at_least_one() {
        assert_eq!(rows_in(100.0, 33.4), 2);
        assert_eq!(rows_in(100.0, 25.0), 4);
        assert_eq!((rows_in(10.0, 25.0), rows_in(10.0, 0.0)), (1, 10));
    }
}
