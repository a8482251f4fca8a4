//! temporary
use crate::Digest;
/// An encoded picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Png { pub(crate) bytes: Vec<u8>, pub(crate) digest: Digest }
impl Png {
    /// The file's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] { &self.bytes }
    /// The file's bytes, owned.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> { self.bytes }
    /// SHA-256 of the file's bytes.
    #[must_use]
    pub fn digest(&self) -> Digest { self.digest }
}
