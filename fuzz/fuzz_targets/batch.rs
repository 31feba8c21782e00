//! Bytes from the fuzzer into `asaflex_fuzz::batch`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: asaflex_fuzz::prepare(), |bytes: &[u8]| asaflex_fuzz::batch(bytes));
