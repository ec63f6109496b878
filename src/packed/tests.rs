//! The format compared with that of those who made it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Choice {
    Nothing,
    New(i64),
    Pair(u16, Option<String>),
    Fields { flag: bool, letter: char },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(u32);

/// Everything that serde knows and the program could say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct All {
    signed: (i8, i16, i32),
    bytes: Vec<u8>,
    floats: (f32, f64),
    wrapped: Wrapped,
    unit: (),
    choices: Vec<Choice>,
    map: BTreeMap<String, u64>,
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        Just(Choice::Nothing),
        any::<i64>().prop_map(Choice::New),
        any::<(u16, Option<String>)>().prop_map(|(number, text)| Choice::Pair(number, text)),
        any::<(bool, char)>().prop_map(|(flag, letter)| Choice::Fields { flag, letter }),
    ]
}

fn all() -> impl Strategy<Value = All> {
    let numbers = any::<((i8, i16, i32), Vec<u8>, (i32, i32), u32)>();
    let choices = proptest::collection::vec(choice(), 0..5);
    let map = proptest::collection::btree_map(any::<String>(), any::<u64>(), 0..5);
    (numbers, choices, map).prop_map(|((signed, bytes, floats, wrapped), choices, map)| All {
        signed,
        bytes,
        floats: (floats.0 as f32 / 8.0, f64::from(floats.1) / 8.0),
        wrapped: Wrapped(wrapped),
        unit: (),
        choices,
        map,
    })
}

proptest! {
    #[test]
    fn a_value_is_written_as_postcard_does_and_comes_back(all in all()) {
        let bytes = to_bytes(&all);
        prop_assert_eq!(&bytes, &postcard::to_stdvec(&all).unwrap());
        prop_assert_eq!(read::<All>(&bytes), Ok(all));
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_malformed(all in all(), cut in any::<prop::sample::Index>()) {
        let mut bytes = to_bytes(&all);
        prop_assert_eq!(read::<All>(&bytes[..cut.index(bytes.len())]), Err(Malformed));
        bytes.push(0);
        prop_assert_eq!(read::<All>(&bytes), Err(Malformed));
    }

    #[test]
    fn any_bytes_are_a_value_or_malformed(bytes: Vec<u8>) {
        let _any = read::<All>(&bytes);
    }

    #[test]
    fn what_is_changed_is_read_as_postcard_reads_it(all in all(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = to_bytes(&all);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(other) = postcard::from_bytes::<All>(&bytes) && let Ok(read) = read::<All>(&bytes) {
            prop_assert_eq!(to_bytes(&read), to_bytes(&other));
        }
    }
}

#[test]
fn a_length_beyond_the_bytes_takes_neither_time_nor_memory() {
    let endless = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert_eq!(read::<Vec<u64>>(&endless), Err(Malformed));
    assert_eq!(read::<String>(&endless), Err(Malformed));
    assert_eq!(read::<Choice>(&[4]), Err(Malformed));
    assert_eq!(read::<bool>(&[2]), Err(Malformed));
    assert_eq!(read::<u16>(&[0xff, 0xff, 0x7f]), Err(Malformed));
    let too_many_bits = [[0xff; 9].as_slice(), &[0x7e]].concat();
    assert_eq!(read::<u64>(&too_many_bits), Err(Malformed));
}
