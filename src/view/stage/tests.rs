//! Claims about talks.
