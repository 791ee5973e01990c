//! The lines of an SMTP connection (RFC 5321 §2.3.8, §4.5).

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Bytes of a command line, its end included.
const MAX_COMMAND: u64 = 1024;
/// Bytes read of a message at once, if no line ends before.
const PIECE: u64 = 64 * 1024;
/// A client that says nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Wire(BufReader<TcpStream>);

/// A message, or that it was larger than permitted.
#[derive(Debug, PartialEq)]
pub enum Data {
    Whole(Vec<u8>),
    TooLarge,
}

impl Wire {
    pub fn new(stream: TcpStream) -> Self {
        Self(BufReader::new(stream))
    }

    /// Up to the next line feed, or as much as is permitted of it; an error at the end.
    async fn piece(&mut self, max: u64) -> io::Result<Vec<u8>> {
        let mut piece = Vec::new();
        let mut reader = (&mut self.0).take(max);
        let read = timeout(PATIENCE, reader.read_until(b'\n', &mut piece)).await??;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(piece)
    }

    /// A command with its end of line; `None` if it is too long or does not end in CRLF.
    pub async fn command(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = self.piece(MAX_COMMAND).await?;
        let good = line.ends_with(b"\r\n");
        while !line.ends_with(b"\n") {
            line = self.piece(MAX_COMMAND).await?;
        }
        Ok(good.then_some(line))
    }

    /// The message after `DATA`, without its final dot and with the others unstuffed.
    ///
    /// Only CRLF ends a line: a dot after a lone line feed is text, so that nothing can be
    /// smuggled behind it.
    pub async fn data(&mut self, max: usize) -> io::Result<Data> {
        let mut data = Vec::new();
        let mut large = false;
        loop {
            let piece = self.piece(PIECE).await?;
            let at_start = data.is_empty() || data.ends_with(b"\r\n");
            let mut text = piece.as_slice();
            if at_start && text.starts_with(b".") {
                if text == b".\r\n" {
                    return Ok(if large {
                        Data::TooLarge
                    } else {
                        Data::Whole(data)
                    });
                }
                text = &text[1..];
            }
            data.extend_from_slice(text);
            if large || data.len() > max {
                large = true;
                // Enough to know where a line ends.
                data.drain(..data.len().saturating_sub(2));
            }
        }
    }

    pub async fn say(&mut self, text: &str) -> io::Result<()> {
        self.0.get_mut().write_all(text.as_bytes()).await
    }
}
