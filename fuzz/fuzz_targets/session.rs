#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| latchkey_auth::testing::hostile::session(data));
