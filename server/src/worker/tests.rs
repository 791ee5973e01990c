//! The worker's rules with a clock that moves only when told, on both engines:
//! `TEST_POSTGRES_URL` adds PostgreSQL.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::*;
use crate::{
    clock::{Clock, ManualClock, SystemRng},
    store::{
        StoreError,
        outbox::{self, Claim, Listed, NewRow},
    },
    testing::{NOW, stores, test_counter},
};

const HOUR: i64 = 3_600_000;

/// A platform of these tests: does as it is told, and remembers what it was given.
struct Platform {
    repeatable: bool,
    pace: Option<Pace>,
    behaviour: Mutex<Behaviour>,
    /// Calls by row.
    calls: Mutex<BTreeMap<String, usize>>,
    clock: ManualClock,
}

#[derive(Clone, Debug)]
enum Behaviour {
    Takes,
    /// Accepts, and says "delivered" to the second question.
    Accepts,
    IsDown,
    Panics,
    /// Gives up: what the caller must think.
    Says(Outcome),
}

impl Platform {
    fn new(repeatable: bool, clock: &ManualClock) -> Arc<Self> {
        Arc::new(Self {
            repeatable,
            pace: None,
            behaviour: Mutex::new(Behaviour::Takes),
            calls: Mutex::default(),
            clock: clock.clone(),
        })
    }

    fn becomes(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    fn calls(&self) -> Vec<usize> {
        self.calls.lock().unwrap().values().copied().collect()
    }
}

#[async_trait]
impl Channel for Platform {
    fn name(&self) -> &'static str {
        "prova"
    }

    fn repeatable(&self) -> bool {
        self.repeatable
    }

    fn pace(&self) -> Option<Pace> {
        self.pace
    }

    fn give_up_ms(&self) -> Option<i64> {
        Some(48 * HOUR)
    }

    async fn deliver(&self, counter: &Counter, row: &OutboxRow) -> Outcome {
        let behaviour = self.behaviour.lock().unwrap().clone();
        if matches!(behaviour, Behaviour::Takes | Behaviour::Accepts) {
            *self
                .calls
                .lock()
                .unwrap()
                .entry(row.id.clone())
                .or_default() += 1;
        }
        let remote_id = format!("remoto-{}", row.id);
        match behaviour {
            Behaviour::Takes => Outcome::Done { remote_id },
            Behaviour::Accepts if row.state == RowState::Sent && row.attempts == 1 => {
                assert_eq!(row.remote_id, remote_id);
                Outcome::Done { remote_id }
            }
            Behaviour::Accepts => Outcome::Sent {
                remote_id,
                ask_at: self.clock.now_ms() + 30_000,
            },
            Behaviour::IsDown => retry(counter, row, "Non risponde."),
            Behaviour::Panics => panic!("as told"),
            Behaviour::Says(outcome) => outcome,
        }
    }
}

struct World {
    counter: Counter,
    clock: ManualClock,
}

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for store in stores().await {
        let clock = ManualClock::at(NOW);
        let counter = test_counter(store, clock.clone()).await;
        worlds.push(World { counter, clock });
    }
    worlds
}

impl World {
    async fn queue(&self, rows: usize) {
        let now = self.counter.now_ms();
        let rows: Vec<NewRow> = (0..rows)
            .map(|n| NewRow {
                id: format!("r{n:04}"),
                case_id: "pratica".to_owned(),
                seq: i64::try_from(n).unwrap(),
                channel: "prova".to_owned(),
                template: "modello".to_owned(),
                priority: outbox::CASE,
            })
            .collect();
        self.counter
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    outbox::queue(tx, &rows, now).await?;
                    // A repeat is dropped.
                    outbox::queue(tx, &rows, now).await
                })
            })
            .await
            .unwrap();
    }

    fn lane(&self, platform: &Arc<Platform>) -> Lane {
        Lane::new(&self.counter, platform.clone())
    }

    async fn rows(&self) -> Vec<OutboxRow> {
        let listed = outbox::list(&self.counter.store, None, 1_000)
            .await
            .unwrap();
        let mut rows: Vec<OutboxRow> = listed.into_iter().map(|Listed { row, .. }| row).collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    }

    async fn row(&self) -> OutboxRow {
        self.rows().await.remove(0)
    }

    async fn states(&self) -> Vec<(RowState, i64)> {
        outbox::counts(&self.counter.store).await.unwrap()
    }

    async fn claim(&self, worker: &str, repeatable: bool) -> Vec<OutboxRow> {
        let now_ms = self.counter.now_ms();
        let claim = Claim {
            channel: "prova".to_owned(),
            repeatable,
            worker: worker.to_owned(),
            now_ms,
            until_ms: now_ms + 60_000,
            most: 5,
        };
        let store = &self.counter.store;
        store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { outbox::claim(tx, &claim).await })
            })
            .await
            .unwrap()
    }

    /// A worker that dies after the call began and before its outcome is known.
    async fn dies_while_calling(&self, repeatable: bool) {
        let row = self.claim("morto", repeatable).await.remove(0);
        let now = self.counter.now_ms();
        let begun = self
            .counter
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(
                    async move { outbox::begin(tx, &row.id, "morto", now, now + 60_000).await },
                )
            })
            .await;
        assert!(begun.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_workers_never_get_the_same_row() {
    for world in worlds().await {
        world.queue(200).await;
        let platform = Platform::new(false, &world.clock);
        let lanes: Vec<Lane> = (0..6).map(|_| world.lane(&platform)).collect();
        let drained = lanes.iter().map(Lane::drain);
        let calls: Vec<usize> = futures::future::try_join_all(drained).await.unwrap();
        assert_eq!(calls.iter().sum::<usize>(), 200);
        assert_eq!(platform.calls(), vec![1; 200]);
        assert_eq!(world.states().await, [(RowState::Done, 200)]);
    }
}

#[tokio::test]
async fn a_lease_that_ran_out_is_somebody_elses() {
    for world in worlds().await {
        world.queue(3).await;
        assert_eq!(world.claim("a", true).await.len(), 3);
        assert_eq!(world.claim("b", true).await.len(), 0);
        world.clock.advance(60_000);
        let again = world.claim("b", true).await;
        assert_eq!(again.len(), 3);
        // The first one comes too late: it may neither call nor record.
        let (id, now) = (again[0].id.clone(), world.counter.now_ms());
        let begun = world.counter.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { outbox::begin(tx, &id, "a", now, now + 1).await })
        });
        assert!(!begun.await.unwrap());
    }
}

#[tokio::test]
async fn rows_go_by_priority_then_by_age() {
    for world in worlds().await {
        world.queue(2).await;
        let campaign = |id: &str, priority| NewRow {
            id: id.to_owned(),
            case_id: "altra".to_owned(),
            seq: priority,
            channel: "prova".to_owned(),
            template: "modello".to_owned(),
            priority,
        };
        let (late, first) = (campaign("a-dopo", 9), campaign("z-prima", -1));
        let queued = world.counter.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                outbox::queue(tx, &[late], 0).await?;
                outbox::queue(tx, &[first], NOW).await
            })
        });
        queued.await.unwrap();
        let claimed = world.claim("a", true).await;
        let ids: Vec<&str> = claimed.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["z-prima", "r0000", "r0001", "a-dopo"]);
    }
}

#[tokio::test]
async fn a_crash_while_calling_is_unknown_or_repeated() {
    for world in worlds().await {
        world.queue(1).await;
        world.dies_while_calling(false).await;
        assert_eq!(world.row().await.state, RowState::Sending);
        let platform = Platform::new(false, &world.clock);
        let lane = world.lane(&platform);
        assert_eq!(lane.drain().await.unwrap(), 0, "the lease still holds");
        world.clock.advance(60_000);
        assert_eq!(lane.drain().await.unwrap(), 0);
        let row = world.row().await;
        assert_eq!(row.state, RowState::Unknown);
        assert!(!row.reason.is_empty());
    }
    for world in worlds().await {
        world.queue(1).await;
        world.dies_while_calling(true).await;
        let platform = Platform::new(true, &world.clock);
        let lane = world.lane(&platform);
        assert_eq!(lane.drain().await.unwrap(), 0);
        world.clock.advance(60_000);
        assert_eq!(lane.drain().await.unwrap(), 1);
        assert_eq!(world.row().await.state, RowState::Done);
    }
}

#[tokio::test]
async fn an_outcome_that_comes_late_is_still_the_truth() {
    for world in worlds().await {
        world.queue(1).await;
        world.dies_while_calling(false).await;
        world.clock.advance(60_000);
        let platform = Platform::new(false, &world.clock);
        world.lane(&platform).drain().await.unwrap();
        let now = world.counter.now_ms();
        let recorded = world.counter.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let done = outbox::Written {
                    state: RowState::Done,
                    next_at: 0,
                    attempts: 1,
                    remote_id: "x".to_owned(),
                    reason: String::new(),
                };
                outbox::record(tx, "r0000", "morto", &done, now).await
            })
        });
        assert!(recorded.await.unwrap());
        assert_eq!(world.row().await.state, RowState::Done);
    }
}

#[tokio::test]
async fn an_hour_of_failures_then_all_delivered_once() {
    for world in worlds().await {
        world.queue(40).await;
        let platform = Platform::new(false, &world.clock);
        let lane = world.lane(&platform);
        platform.becomes(Behaviour::IsDown);
        let mut tries = 0;
        for _second in (0..3_600).step_by(5) {
            tries += lane.drain().await.unwrap();
            world.clock.advance(5_000);
        }
        assert!(
            (10..=25).contains(&(tries / 40)),
            "{tries} tries of 40 rows"
        );
        assert_eq!(world.states().await, [(RowState::Queued, 40)]);
        assert!(
            world
                .rows()
                .await
                .iter()
                .all(|row| row.reason == "Non risponde.")
        );
        platform.becomes(Behaviour::Takes);
        for _minute in 0..10 {
            world.clock.advance(60_000);
            lane.drain().await.unwrap();
        }
        assert_eq!(world.states().await, [(RowState::Done, 40)]);
        assert_eq!(platform.calls(), vec![1; 40]);
    }
}

#[tokio::test]
async fn what_is_accepted_is_asked_for() {
    for world in worlds().await {
        world.queue(1).await;
        let platform = Platform::new(false, &world.clock);
        platform.becomes(Behaviour::Accepts);
        let lane = world.lane(&platform);
        lane.drain().await.unwrap();
        let row = world.row().await;
        assert_eq!((row.state, row.attempts), (RowState::Sent, 0));
        assert_eq!(lane.drain().await.unwrap(), 0, "not before its time");
        for _ask in 0..2 {
            world.clock.advance(30_000);
            assert_eq!(lane.drain().await.unwrap(), 1);
        }
        let row = world.row().await;
        assert_eq!(
            (row.state, row.remote_id.as_str()),
            (RowState::Done, "remoto-r0000")
        );
    }
}

#[tokio::test]
async fn a_refused_key_or_too_many_calls_stop_the_whole_channel() {
    for world in worlds().await {
        world.queue(30).await;
        let platform = Platform::new(false, &world.clock);
        let until = NOW + 20_000;
        platform.becomes(Behaviour::Says(Outcome::Pause {
            until,
            reason: "Rallentare.".to_owned(),
        }));
        let lane = world.lane(&platform);
        let calls = lane.drain().await.unwrap();
        assert!(
            (1..=4).contains(&calls),
            "only what was already on its way: {calls}"
        );
        platform.becomes(Behaviour::Takes);
        world.clock.advance(19_999);
        assert_eq!(lane.drain().await.unwrap(), 0);
        world.clock.advance(1);
        assert_eq!(lane.drain().await.unwrap(), 30);
    }
}

#[tokio::test]
async fn a_platforms_limit_is_kept() {
    for world in worlds().await {
        world.queue(100).await;
        let mut platform = Platform::new(true, &world.clock);
        Arc::get_mut(&mut platform).unwrap().pace = Some(Pace {
            calls: 30,
            per: Duration::from_secs(10),
            each: 1,
        });
        let lane = world.lane(&platform);
        let mut delivered = vec![lane.drain().await.unwrap()];
        assert_eq!(delivered[0], 10, "a third at once");
        while delivered.iter().sum::<usize>() < 100 {
            world.clock.advance(1_000);
            delivered.push(lane.drain().await.unwrap());
            assert!(delivered.len() < 200);
        }
        let most = delivered
            .windows(10)
            .map(|ten| ten.iter().sum::<usize>())
            .max();
        assert!(most.unwrap() <= 30, "{delivered:?}");
    }
}

#[tokio::test]
async fn a_panic_takes_no_lane_with_it() {
    for (repeatable, state) in [(true, RowState::Queued), (false, RowState::Unknown)] {
        for world in worlds().await {
            world.queue(1).await;
            let platform = Platform::new(repeatable, &world.clock);
            platform.becomes(Behaviour::Panics);
            assert_eq!(world.lane(&platform).drain().await.unwrap(), 1);
            assert_eq!(world.row().await.state, state);
        }
    }
}

#[tokio::test]
async fn old_news_are_given_up_and_only_failures_are_sent_again() {
    for world in worlds().await {
        world.queue(1).await;
        world.clock.advance(49 * HOUR);
        let platform = Platform::new(false, &world.clock);
        let lane = world.lane(&platform);
        assert_eq!(lane.drain().await.unwrap(), 0);
        let row = world.row().await;
        assert_eq!(row.state, RowState::Failed);
        let resend = async || {
            let now = world.counter.now_ms();
            let id = row.id.clone();
            let again = world.counter.store.write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { outbox::resend(tx, &id, now).await })
            });
            again.await.unwrap()
        };
        assert!(resend().await);
        assert!(!resend().await, "it is on its way");
        assert_eq!(lane.drain().await.unwrap(), 1);
        assert_eq!(world.row().await.state, RowState::Done);
    }
}

#[test]
fn the_back_off_grows_and_is_bounded() {
    let mean = |attempts| {
        let sum: i64 = (0..200).map(|_| back_off(attempts, &SystemRng)).sum();
        sum / 200
    };
    assert!(mean(1) < mean(3) && mean(3) < mean(6));
    for attempts in 1..2_000 {
        let wait = back_off(attempts, &SystemRng);
        assert!((5_000..=600_000).contains(&wait), "{attempts}: {wait}");
    }
    assert!(back_off(i64::MAX, &SystemRng) >= 300_000);
}
