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

/// How many rows of zones and devices the whole wall has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Of zones.
    pub zones: u32,
    /// Of devices.
    pub devices: u32,
}

impl Rows {
    /// On a wall that is `room` high, in tenths of the page's unit: with all zones if they leave room for a chart, and
    /// with devices in the room that is left.
    pub fn on_wall(room: u32, zones: usize) -> Self {
        let wanted = if zones > ZONES_IN_A_ROW { 2 } else { 1 };
        let all =
            [(wanted, 2), (wanted, 1), (1, 2)].map(|(zones, devices)| Self { zones, devices });
        let fits = |rows: &Self| {
            SPACE + rows.zones * ZONE + DEVICES_HEAD + rows.devices * DEVICE + CHARTS <= room
        };
        all.into_iter().find(fits).unwrap_or(Self {
            zones: 1,
            devices: 1,
        })
    }

    /// How many of so many zones are shown. Where that is not all, the last place says how many more there are.
    pub const fn zones_shown(self, all: usize) -> usize {
        let most = self.zones as usize * ZONES_IN_A_ROW;
        if all <= most { all } else { most - 1 }
    }

    /// How many zones stand in a row.
    pub const fn in_a_row(self, all: usize) -> usize {
        let most = self.zones as usize * ZONES_IN_A_ROW;
        let places = if all < most { all } else { most };
        places.div_ceil(self.zones as usize)
    }
}

/// How many rows of that height stand whole in so much room; never none, so that there is something to be seen.
pub fn rows_in(room: f64, row: f64) -> u32 {
    (room / row.max(1.0)).floor().max(1.0) as u32
}

/// Their numbers can still be read from afar.
const ZONES_IN_A_ROW: usize = 6;

/// Heights on a wall in tenths of the page's unit, each with the gap below it, as the style sheets have them.
const ZONE: u32 = 100;
const DEVICE: u32 = 41;
const DEVICES_HEAD: u32 = 38;
/// The least that charts can be read at.
const CHARTS: u32 = 130;
/// What is left: the wall's edges and gaps.
const SPACE: u32 = 38;

#[cfg(test)]
mod tests {
    use super::*;

    /// A 16:9 screen without strips.
    const WALL: u32 = 478;

    fn rows(room: u32, zones: usize) -> (u32, u32) {
        let rows = Rows::on_wall(room, zones);
        (rows.zones, rows.devices)
    }

    #[test]
    fn few_zones_leave_room_for_two_rows_of_devices_and_many_for_one() {
        assert_eq!((rows(WALL, 4), rows(WALL, 6)), ((1, 2), (1, 2)));
        assert_eq!((rows(WALL, 7), rows(WALL, 300)), ((2, 1), (2, 1)));
    }

    #[test]
    fn strips_take_rows_away_but_never_the_last() {
        assert_eq!((rows(WALL - 27, 4), rows(WALL - 27, 8)), ((1, 2), (2, 1)));
        assert_eq!((rows(WALL - 60, 8), rows(WALL - 110, 8)), ((1, 2), (1, 1)));
        assert_eq!((rows(0, 4), rows(0, 8)), ((1, 1), (1, 1)));
    }

    #[test]
    fn the_last_place_is_for_the_number_of_those_that_have_none() {
        let two = Rows {
            zones: 2,
            devices: 1,
        };
        let one = Rows { zones: 1, ..two };
        assert_eq!(
            [7, 12, 13, 40].map(|all| two.zones_shown(all)),
            [7, 12, 11, 11]
        );
        assert_eq!([7, 8, 12, 40].map(|all| two.in_a_row(all)), [4, 4, 6, 6]);
        assert_eq!([0, 4, 6, 7].map(|all| one.zones_shown(all)), [0, 4, 6, 5]);
        assert_eq!([1, 4, 6, 7].map(|all| one.in_a_row(all)), [1, 4, 6, 6]);
    }

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
