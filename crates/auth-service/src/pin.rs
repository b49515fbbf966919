//! PINs: six digits that staff issue and read out, the last resort (RULES S4).

pub mod digits;
pub mod state;
