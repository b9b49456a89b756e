// A cable: point to point, full duplex. Each direction has a rate, a delay, a drop-tail queue in front of it and,
// rarely, impairments; serialisation and propagation are computed, so that a frame costs one event per hop.
// A frame takes its bytes plus 24 (preamble, frame check sequence, gap: IEEE 802.3 section 4.2.3.2) at the link's rate.
#pragma once

#include <memory>
#include <optional>

#include "sim/net/node.hpp"
#include "sim/net/ring.hpp"

namespace layerlab::sim {

// Probabilities in parts per billion.
struct Impairments {
    Duration jitter{};  // uniform in [-jitter, +jitter] on top of the delay, never below zero
    std::uint32_t loss = 0, duplicate = 0, reorder = 0, corrupt = 0;
    bool corrupt_undetected = false;  // deliver the damaged frame, as if the frame check sequence had missed it

    bool any() const { return jitter > Duration{} || loss || duplicate || reorder || corrupt; }
};

struct LinkSettings {
    Rate rate{1'000'000'000};
    Duration delay = std::chrono::microseconds(5);
    Impairments impairments;
    std::uint16_t mtu = 1500;
    std::uint32_t queue_packets = 1000;  // 0: no bound in packets
    std::uint64_t queue_bytes = 0;       // 0: no bound in bytes
    // Where so much waits, what asks for it is marked instead of being dropped later (RFC 3168 section 5). 0: never.
    std::uint32_t mark_packets = 0;
    std::uint64_t mark_bytes = 0;
    bool up = true;
};

class Link final : public Channel {
  public:
    Link(Simulator& simulator, Node& a, PortId port_a, Node& b, PortId port_b, const LinkSettings& settings);

    const LinkSettings& settings() const { return settings_; }
    // Rate, impairments and queue apply from the next frame; going down drops what is queued and in flight.
    void change(Context& context, const LinkSettings& settings);

    void transmit(Context& context, std::uint8_t side, PacketRef&& frame) override;
    bool is_up() const override { return settings_.up; }

  private:
    enum class Fate : std::uint8_t { arrives, lost, corrupt };
    struct InFlight {
        Time arrival;
        PacketRef frame;
        Fate fate;
    };
    struct Waiting {  // its transmission has not begun
        Time start;
        std::uint32_t size;
        Time since;       // it waits
        PacketRef frame;  // only while somebody records
    };
    // One way of the cable. Its events: the frame in front has arrived; a waiting frame begins (only for recording).
    class Direction final : public Actor {
      public:
        void on_event(Simulator& simulator, std::uint32_t kind) override;
        void transmit(Context& context, PacketRef&& frame);
        void cut(Simulator& simulator);
        void forget_carry() { carry_ = 0; }  // it is counted in parts of the rate
        bool queue_is_full(Time now, std::uint32_t size);
        void mark_if_long(Context& context, PacketRef& frame);

        Link* link = nullptr;
        Node* from = nullptr;
        Node* to = nullptr;
        PortId from_port = 0, to_port = 0;

      private:
        static constexpr std::uint32_t arrival = 0, begin = 1;
        Duration serialisation(std::uint32_t size);
        void enqueue(Simulator& simulator, Time start, Time arrives, Fate fate, PacketRef&& frame);
        Time impaired(Simulator& simulator, PacketRef& frame, Time start, Time arrives, Fate& fate);
        void begun(Simulator& simulator, const PacketRef& frame, Duration waited = {});
        void begin_waiting(Simulator& simulator);
        void deliver(Simulator& simulator, InFlight in_flight);
        void record(Simulator& simulator, RecordKind kind, const PacketRef& frame, NodeId node, PortId port,
                    bool damaged = false, Duration waited = {});
        Rng& luck(Simulator& simulator);

        Time free_at_{};           // when the transmitter has nothing more to send
        std::uint64_t carry_ = 0;  // the fraction of a nanosecond that the last frame left over, times the rate
        Time last_arrival_{};
        Time pending_ = proto::never;  // the arrival event asked for
        Time pending_begin_ = proto::never;
        Ring<InFlight> flight_;
        Ring<Waiting> waiting_;
        std::uint64_t waiting_bytes_ = 0;
        std::unique_ptr<Rng> luck_;
    };

    LinkSettings settings_;
    Direction directions_[2];
};

}  // namespace layerlab::sim
