// The event loop: virtual time, the actors that events wake, the packet pool, the recorder and the counters.
// Knows nothing of networks.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "proto/base/packet.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/recorder.hpp"
#include "sim/kernel/rng.hpp"
#include "sim/kernel/stats.hpp"

namespace layerlab::sim {

class Simulator;

// Something that events can wake. It schedules only itself.
class Actor {
  public:
    Actor() = default;
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;
    virtual ~Actor() = default;
    virtual void on_event(Simulator& simulator, std::uint32_t kind) = 0;

    ActorId actor_id() const { return id_; }

  private:
    friend class Simulator;
    ActorId id_ = 0;
    std::uint64_t counter_ = 0;  // of its events
};

class Simulator {
  public:
    explicit Simulator(std::uint64_t seed) : seed_(seed) {}

    // Ids are given in the order of adding, from 1. The actor must outlive the run.
    ActorId add(Actor& actor) {
        actors_.push_back(&actor);
        return actor.id_ = static_cast<ActorId>(actors_.size());
    }
    std::size_t actor_count() const { return actors_.size(); }

    Time now() const { return now_; }
    void schedule(Actor& actor, Time at, std::uint32_t kind = 0) {
        const std::uint64_t key = (std::uint64_t{actor.id_} << 40) | actor.counter_++;
        queue_.push(Event{at < now_ ? now_ : at, key, actor.id_, kind});
    }

    // Runs every event up to and including `end`; afterwards now() is `end`, or the time of the stop.
    void run_until(Time end);
    // Runs one event; false when none is left.
    bool step();
    void stop() { stopped_ = true; }
    bool stopped() const { return stopped_; }
    bool idle() const { return queue_.empty(); }
    Time next_event() { return queue_.empty() ? proto::never : queue_.first().at; }

    std::uint64_t seed() const { return seed_; }
    Rng rng(std::string_view name) const { return Rng(seed_, name); }
    proto::PacketPool& packets() { return packets_; }
    Recorder& recorder() { return recorder_; }
    bool recording() const { return recorder_.on(); }
    Stats& stats() { return stats_; }

  private:
    void dispatch();

    proto::PacketPool packets_;  // first, so that it is destroyed last
    std::uint64_t seed_;
    Time now_{};
    bool stopped_ = false;
    EventQueue queue_;
    std::vector<Actor*> actors_;
    Recorder recorder_;
    Stats stats_;
};

}  // namespace layerlab::sim
