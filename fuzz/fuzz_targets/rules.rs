//! Bytes from the fuzzer into `asaflex_fuzz::rules`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asaflex_fuzz::rules(bytes));
