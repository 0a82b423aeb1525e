//! How many WebSockets may be open, in all and for one person.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use uuid::Uuid;

const MAX_SOCKETS: usize = 5_000;
const MAX_PER_PERSON: usize = 20;

/// The open sockets of the whole server.
#[derive(Clone, Debug, Default)]
pub(super) struct Seats(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_person: HashMap<Uuid, usize>,
}

/// One open socket; dropping it frees the seat.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Seats,
    person: Uuid,
}

impl Seats {
    /// Takes a seat for a person, unless too many are taken.
    pub(super) fn take(&self, person: Uuid) -> Option<Seat> {
        let mut taken = self.lock();
        let own = taken.by_person.get(&person).copied().unwrap_or_default();
        if taken.all >= MAX_SOCKETS || own >= MAX_PER_PERSON {
            return None;
        }
        taken.all += 1;
        taken.by_person.insert(person, own + 1);
        Some(Seat { seats: self.clone(), person })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.all = taken.all.saturating_sub(1);
        if let Some(own) = taken.by_person.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                taken.by_person.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{MAX_PER_PERSON, Seats};

    #[test]
    fn one_person_cannot_take_all_seats() {
        let seats = Seats::default();
        let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
        let taken: Vec<_> = (0..MAX_PER_PERSON).map(|_| seats.take(one).expect("a seat")).collect();
        assert!(seats.take(one).is_none());
        assert!(seats.take(other).is_some());
        drop(taken);
        assert!(seats.take(one).is_some());
        assert_eq!(seats.lock().by_person.len(), 0);
    }
}
