//! Compression. A packed delta is the number of its ids, the ids, and one zstd frame with its text, in which marks stand for ids and
//! longer numbers.
//! A short frame is made with a shipped dictionary, whose number stands in the frame's header.
//!
//! Whatever is unpacked has a limit on its unpacked size, and what cannot be unpacked is an error, never a panic.

mod ids;

use super::{Cursor, Delta};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::OnceLock;
use uuid::Uuid;
use zstd::bulk::Compressor;
use zstd::dict::{DecoderDictionary, EncoderDictionary};

/// The dictionaries this version knows, newest first. An old one stays until no desktop is left that has none of the newer ones.
pub const DICTIONARIES: &[u32] = &[1];

/// The bytes of a dictionary.
fn dictionary_bytes(number: u32) -> Option<&'static [u8]> {
    match number {
        1 => Some(include_bytes!("../../../dictionaries/1.zstd-dictionary")),
        _ => None,
    }
}

/// Bytes of an id.
const ID: usize = 16;
/// From here on a message is its own dictionary.
const LONG: usize = 64 * 1024;
/// How hard is tried; measured in `docs/adr/0015-compression.md`.
const LEVEL_SHORT: i32 = 6;
const LEVEL_LONG: i32 = 3;
/// A frame may ask for so much memory, as a power of two.
const WINDOW_LOG: u32 = 23;

/// Why something could not be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// It is no frame, or a damaged one.
    #[error("this cannot be unpacked")]
    Damaged,
    /// It was made with a dictionary that this version does not have.
    #[error("this was packed with dictionary {0}, which is not known here")]
    UnknownDictionary(u32),
    /// It would be larger than what is taken.
    #[error("this unpacks to more than {limit} bytes")]
    TooLarge {
        /// What is taken.
        limit: usize,
    },
    /// What was unpacked is not what was expected.
    #[error("what was packed cannot be read")]
    Unreadable,
}

struct Dictionary {
    encoder: EncoderDictionary<'static>,
    decoder: DecoderDictionary<'static>,
}

/// The dictionary of a number, prepared once.
fn dictionary(number: u32) -> Option<&'static Dictionary> {
    static PREPARED: OnceLock<BTreeMap<u32, Dictionary>> = OnceLock::new();
    let prepared = PREPARED.get_or_init(|| {
        let known = DICTIONARIES
            .iter()
            .filter_map(|number| Some((*number, dictionary_bytes(*number)?)));
        known
            .map(|(number, bytes)| {
                let prepared = Dictionary {
                    encoder: EncoderDictionary::copy(bytes, LEVEL_SHORT),
                    decoder: DecoderDictionary::copy(bytes),
                };
                (number, prepared)
            })
            .collect()
    });
    prepared.get(&number)
}

thread_local! {
    /// A compressor is half a megabyte of tables: one for each thread and dictionary.
    static COMPRESSORS: RefCell<BTreeMap<u32, Compressor<'static>>> =
        const { RefCell::new(BTreeMap::new()) };
}

/// The newest dictionary that both sides have.
pub fn common_dictionary(offered: &[u32]) -> Option<u32> {
    let known = DICTIONARIES.iter().copied();
    known.into_iter().find(|number| offered.contains(number))
}

/// Packs bytes, short ones with this dictionary.
///
/// # Errors
/// [`PackError`] when the dictionary is not known or memory is short.
pub fn pack(bytes: &[u8], with: Option<u32>) -> Result<Vec<u8>, PackError> {
    let Some(number) = with.filter(|_| bytes.len() < LONG) else {
        return zstd::bulk::compress(bytes, LEVEL_LONG).map_err(|_| PackError::Damaged);
    };
    let dictionary = dictionary(number).ok_or(PackError::UnknownDictionary(number))?;
    COMPRESSORS.with_borrow_mut(|compressors| {
        let compressor = match compressors.entry(number) {
            std::collections::btree_map::Entry::Occupied(held) => held.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert(
                Compressor::with_prepared_dictionary(&dictionary.encoder)
                    .map_err(|_| PackError::Damaged)?,
            ),
        };
        compressor.compress(bytes).map_err(|_| PackError::Damaged)
    })
}

/// Unpacks a frame of at most `limit` bytes.
///
/// # Errors
/// [`PackError`] when it is damaged, too large, or made with a dictionary that is not known.
pub fn unpack(frame: &[u8], limit: usize) -> Result<Vec<u8>, PackError> {
    use zstd::stream::read::Decoder;
    use zstd::zstd_safe::{get_dict_id_from_frame, get_frame_content_size};
    let announced = get_frame_content_size(frame).map_err(|_| PackError::Damaged)?;
    if announced.is_some_and(|size| usize::try_from(size).is_ok_and(|size| size > limit)) {
        return Err(PackError::TooLarge { limit });
    }
    let mut decoder = match get_dict_id_from_frame(frame) {
        Some(number) => {
            let number = number.get();
            let known = dictionary(number).ok_or(PackError::UnknownDictionary(number))?;
            Decoder::with_prepared_dictionary(frame, &known.decoder)
        }
        None => Decoder::with_buffer(frame),
    }
    .map_err(|_| PackError::Damaged)?
    .single_frame();
    decoder
        .window_log_max(WINDOW_LOG)
        .map_err(|_| PackError::Damaged)?;
    let mut bytes = Vec::new();
    // What is announced is not believed: the buffer grows with what really comes.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder
        .by_ref()
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|_| PackError::Damaged)?;
    if bytes.len() > limit {
        return Err(PackError::TooLarge { limit });
    }
    if !decoder.finish().is_empty() {
        return Err(PackError::Damaged);
    }
    Ok(bytes)
}

/// Packs a delta for the live socket. An epoch that the desktop knows is left out: it is 20 bytes of chance.
///
/// # Errors
/// [`PackError`] when it cannot be written.
pub fn pack_delta(
    mut delta: Delta,
    known: Option<Uuid>,
    with: Option<u32>,
) -> Result<Vec<u8>, PackError> {
    if Some(delta.cursor.epoch) == known {
        delta.cursor.epoch = Uuid::nil();
    }
    let text = serde_json::to_vec(&delta).map_err(|_| PackError::Unreadable)?;
    let apart = ids::split(&text);
    let frame = pack(&content(&apart), with)?;
    let mut bytes = Vec::with_capacity(4 + apart.ids.len() * ID + frame.len());
    ids::count(&mut bytes, apart.ids.len());
    for id in apart.ids {
        bytes.extend_from_slice(id.as_bytes());
    }
    bytes.extend_from_slice(&frame);
    Ok(bytes)
}

/// What is compressed of a text, to train a dictionary on.
pub fn skeleton(text: &[u8]) -> Vec<u8> {
    content(&ids::split(text))
}

/// The numbers behind their length, then the rest of the text.
fn content(apart: &ids::Apart) -> Vec<u8> {
    let mut content = Vec::with_capacity(4 + apart.numbers.len() + apart.rest.len());
    ids::count(&mut content, apart.numbers.len());
    content.extend_from_slice(&apart.numbers);
    content.extend_from_slice(&apart.rest);
    content
}

/// Unpacks a delta from the live socket.
///
/// # Errors
/// [`PackError`] when it is damaged, too large or no delta.
pub fn unpack_delta(bytes: &[u8], known: Option<Uuid>, limit: usize) -> Result<Delta, PackError> {
    let mut rest = bytes;
    let count = ids::uncount(&mut rest).ok_or(PackError::Damaged)?;
    let table = count.checked_mul(ID).ok_or(PackError::Damaged)?;
    let Some((table, frame)) = rest.split_at_checked(table) else {
        return Err(PackError::Damaged);
    };
    let (table, _) = table.as_chunks::<ID>();
    let table: Vec<Uuid> = table.iter().map(|id| Uuid::from_bytes(*id)).collect();
    let content = unpack(frame, limit)?;
    let mut rest = content.as_slice();
    let length = ids::uncount(&mut rest).ok_or(PackError::Damaged)?;
    let Some((numbers, rest)) = rest.split_at_checked(length) else {
        return Err(PackError::Damaged);
    };
    let text = ids::join(&table, numbers, rest, limit)?;
    let delta: Delta = serde_json::from_slice(&text).map_err(|_| PackError::Unreadable)?;
    if !delta.cursor.epoch.is_nil() {
        return Ok(delta);
    }
    let epoch = known.ok_or(PackError::Unreadable)?;
    let version = delta.cursor.version;
    Ok(Delta {
        cursor: Cursor { epoch, version },
        ..delta
    })
}
