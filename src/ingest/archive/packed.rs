//! Unpacks one stream: gzip, Zstandard, bzip2, xz. All of them may consist of several streams one
//! after the other, as `cat` and parallel packers make them. Does not know what comes out.

use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;

use super::{
    Container,
    limits::{Budget, Limited, MOST_DECODER_KIB},
};

/// Bytes of packed data read at a time.
const BUFFER: usize = 64 << 10;

/// A reader of what the stream holds; `None` for forms that are no stream.
///
/// After an error it gives the same error again. Bytes behind the last stream that are no stream are
/// an error too, unless they are zeroes.
pub(super) fn open<'r>(
    container: Container,
    reader: impl Read + 'r,
    budget: &Budget,
) -> Option<Box<dyn Read + 'r>> {
    let packed = BufReader::with_capacity(BUFFER, reader);
    let inner: Box<dyn Read + 'r> = match container {
        Container::Gzip => Box::new(Streams::<Gzip<_>>::new(packed)),
        Container::Bzip2 => Box::new(Streams::<Bzip2<_>>::new(packed)),
        Container::Zstd => Box::new(Streams::<Zstd<_>>::new(packed)),
        Container::Xz => Box::new(XzReader::new_mem_limit(packed, true, MOST_DECODER_KIB)),
        Container::Zip | Container::SevenZip | Container::Tar => return None,
    };
    let inner = Sticky { inner, failed: None };
    Some(Box::new(Limited { inner, budget: budget.clone() }))
}

/// One stream of a form.
trait Stream: Read + Sized {
    type Packed: BufRead;
    /// Begins at the reader's place.
    fn begin(packed: Self::Packed) -> io::Result<Self>;
    /// The reader behind the stream.
    ///
    /// # Errors
    /// Where the checksum of what was unpacked is wrong.
    fn end(self) -> io::Result<Self::Packed>;
    /// Whether such a stream begins with these bytes.
    fn is_start(head: &[u8]) -> bool;
}

/// One stream after the other.
enum Streams<S: Stream> {
    Between(S::Packed, bool),
    Inside(S),
    Done,
}

impl<S: Stream> Streams<S> {
    const fn new(packed: S::Packed) -> Self {
        Self::Between(packed, true)
    }
}

impl<S: Stream> Read for Streams<S> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(self, Self::Done) {
                Self::Done => return Ok(0),
                Self::Between(mut packed, is_first) => {
                    if is_first || has_more::<S>(&mut packed)? {
                        *self = Self::Inside(S::begin(packed)?);
                    }
                }
                Self::Inside(mut stream) => {
                    let count = stream.read(to)?;
                    if count > 0 {
                        *self = Self::Inside(stream);
                        return Ok(count);
                    }
                    *self = Self::Between(stream.end()?, false);
                }
            }
        }
    }
}

/// Whether another stream begins. Zeroes are padding, as tapes and `dd` leave them.
fn has_more<S: Stream>(packed: &mut S::Packed) -> io::Result<bool> {
    loop {
        let head = packed.fill_buf()?;
        if head.is_empty() {
            return Ok(false);
        }
        if S::is_start(head) {
            return Ok(true);
        }
        let zeroes = head.iter().take_while(|byte| **byte == 0).count();
        if zeroes == 0 {
            let message = "bytes follow that are no packed data";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        packed.consume(zeroes);
    }
}

struct Gzip<R>(GzDecoder<R>);

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to)
    }
}

impl<R: BufRead> Stream for Gzip<R> {
    type Packed = R;

    fn begin(packed: R) -> io::Result<Self> {
        Ok(Self(GzDecoder::new(packed)))
    }

    fn end(self) -> io::Result<R> {
        Ok(self.0.into_inner())
    }

    fn is_start(head: &[u8]) -> bool {
        // The two bytes may be split between two blocks of the buffer.
        head.first() == Some(&0x1F) && head.get(1).is_none_or(|byte| *byte == 0x8B)
    }
}

struct Bzip2<R: BufRead>(BzDecoder<R>);

impl<R: BufRead> Read for Bzip2<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to)
    }
}

impl<R: BufRead> Stream for Bzip2<R> {
    type Packed = R;

    fn begin(packed: R) -> io::Result<Self> {
        Ok(Self(BzDecoder::new(packed)))
    }

    fn end(self) -> io::Result<R> {
        Ok(self.0.into_inner())
    }

    fn is_start(head: &[u8]) -> bool {
        head.first() == Some(&b'B') && head.get(1).is_none_or(|byte| *byte == b'Z')
    }
}

/// A frame, or one of those that are to be skipped (RFC 8878, 3.1.2).
enum Zstd<R: Read> {
    Frame(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    Skipped(R),
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Frame(frame) => frame.read(to).map_err(|error| {
                // The decoder has no error of its own for data that ends too soon.
                match frame.get_mut().fill_buf() {
                    Ok([]) => io::Error::new(io::ErrorKind::UnexpectedEof, "the packed data ends"),
                    _ => error,
                }
            }),
            Self::Skipped(_) => Ok(0),
        }
    }
}

impl<R: BufRead> Stream for Zstd<R> {
    type Packed = R;

    fn begin(mut packed: R) -> io::Result<Self> {
        if matches!(packed.fill_buf()?.first(), Some(0x50..=0x5F)) {
            let mut head = [0; 8];
            packed.read_exact(&mut head)?;
            let [_, _, _, _, size @ ..] = head;
            let size = u64::from(u32::from_le_bytes(size));
            io::copy(&mut packed.by_ref().take(size), &mut io::sink())?;
            return Ok(Self::Skipped(packed));
        }
        if packed.fill_buf()?.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let frame = StreamingDecoder::new(packed).map_err(zstd_error)?;
        Ok(Self::Frame(Box::new(frame)))
    }

    fn end(self) -> io::Result<R> {
        match self {
            Self::Frame(frame) => {
                let (stated, actual) = (
                    frame.decoder.get_checksum_from_data(),
                    frame.decoder.get_calculated_checksum(),
                );
                if stated.is_some() && stated != actual {
                    let message = "the checksum is wrong";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
                Ok(frame.into_inner())
            }
            Self::Skipped(packed) => Ok(packed),
        }
    }

    fn is_start(head: &[u8]) -> bool {
        match head {
            [0x28, rest @ ..] => rest.first().is_none_or(|byte| *byte == 0xB5),
            [0x50..=0x5F, rest @ ..] => rest.first().is_none_or(|byte| *byte == 0x2A),
            _ => false,
        }
    }
}

fn zstd_error(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Repeats its error, as decoders are not required to.
struct Sticky<R> {
    inner: R,
    failed: Option<(io::ErrorKind, String)>,
}

impl<R: Read> Read for Sticky<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, message)) = &self.failed {
            return Err(io::Error::new(*kind, message.clone()));
        }
        let result = self.inner.read(to);
        if let Err(error) = &result
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.failed = Some((error.kind(), error.to_string()));
        }
        result
    }
}
