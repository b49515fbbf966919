//! Keeps a job and all its threads on one core: they work one after the other, and to
//! wake each other across cores costs more than the work.

/// The core that the first job is held to: the one that this thread runs on, so that
/// programs that are started side by side do not all sit on the first.
#[cfg(target_os = "linux")]
pub fn first() -> u64 {
    rustix::thread::sched_getcpu() as u64
}

/// Elsewhere there is none.
#[cfg(not(target_os = "linux"))]
pub fn first() -> u64 {
    0
}

/// Holds this thread, and what it starts from now on, to one of the allowed cores. Where
/// that is not possible, the job is slower and nothing else.
#[cfg(target_os = "linux")]
pub fn hold_to_one(job: u64) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let Ok(allowed) = sched_getaffinity(None) else {
        return;
    };
    let cores: Vec<_> = (0..CpuSet::MAX_CPU)
        .filter(|core| allowed.is_set(*core))
        .collect();
    let Some(at) = job.checked_rem(cores.len() as u64) else {
        return;
    };
    let mut one = CpuSet::new();
    if let Some(core) = usize::try_from(at).ok().and_then(|at| cores.get(at)) {
        one.set(*core);
        let _ = sched_setaffinity(None, &one);
    }
}

/// Elsewhere the operating system chooses.
#[cfg(not(target_os = "linux"))]
pub fn hold_to_one(_: u64) {}
