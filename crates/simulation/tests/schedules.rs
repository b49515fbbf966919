//! A short run of the simulation; `cargo xtask bench simulate` is the long one.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use latchkey_simulation::Stage;

/// As many as half a minute allows on two cores, without optimisation.
const SCHEDULES: u64 = 120;

// RULES V1, V2, V3, S1, S4, D9
#[test]
fn nothing_acknowledged_is_lost_and_nothing_happens_twice_in_any_schedule() {
    let next = AtomicU64::new(1);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let stage = Stage::set().unwrap();
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed > SCHEDULES {
                        return;
                    }
                    let report = stage.play(seed).unwrap();
                    if let Some(why) = report.broken {
                        panic!("seed {seed}: {why}\n{}", report.steps.join("\n"));
                    }
                }
            });
        }
    });
}

#[test]
fn a_seed_plays_the_same_schedule_again() {
    let stage = Stage::set().unwrap();
    for seed in 1..6 {
        let [first, again] = [seed, seed].map(|seed| stage.play(seed).unwrap());
        assert_eq!(first.steps, again.steps, "seed {seed}");
        assert_eq!(first.mark, again.mark);
    }
}
