// BBR, version 1 (draft-cardwell-iccrg-bbr-congestion-control-00, and Linux' tcp_bbr.c for what it leaves open): a
// model of the path, its bottleneck bandwidth and its round-trip time, paces the sender. Integers only: bytes, bytes
// per second, nanoseconds, gains in parts of 256. Without the token-bucket policer detection and without the allowance
// for aggregated ACKs.
#pragma once

#include <array>
#include <cstdint>

#include "proto/base/time.hpp"
#include "proto/machine/tcp_delivery_rate.hpp"

namespace layerlab::proto::machine {

// The largest of the last so many rounds: three candidates, each younger and smaller than the one before.
class WindowedMax {
  public:
    std::uint64_t value() const { return best_[0].value; }
    void add(std::uint64_t round, std::uint64_t value, std::uint64_t rounds);

  private:
    struct Entry {
        std::uint64_t round = 0, value = 0;
    };
    std::array<Entry, 3> best_{};
};

struct BbrAck {
    TcpDeliveryRate::Sample sample;
    std::uint64_t delivered = 0;  // in all
    std::uint64_t newly = 0;      // by this acknowledgment
    std::uint64_t in_flight = 0;  // after it
    std::uint64_t lost = 0;       // found by it
    Duration rtt{-1};             // negative: no measurement
    Duration smoothed_rtt{0};
    bool recovers = false, times_out = false;
};

class Bbr {
  public:
    enum class Mode : std::uint8_t { startup, drain, probe_bandwidth, probe_rtt };

    void start(std::uint64_t window, std::uint32_t mss);
    // The new congestion window.
    std::uint64_t on_ack(Time now, const BbrAck& ack, std::uint64_t window, std::uint32_t mss);
    void on_loss(std::uint64_t window) { save_window(window); }
    void on_timeout();
    void on_undo();

    std::uint64_t pacing_rate() const { return pacing_rate_; }
    std::uint64_t bandwidth() const { return bandwidth_.value(); }
    Duration min_rtt() const { return min_rtt_; }
    Mode mode() const { return mode_; }

  private:
    void save_window(std::uint64_t window);
    void update_bandwidth(const BbrAck& ack);
    void update_cycle(Time now, const BbrAck& ack, std::uint32_t mss);
    void check_full_pipe(const BbrAck& ack);
    void check_drained(Time now, const BbrAck& ack, std::uint32_t mss);
    std::uint64_t update_min_rtt(Time now, const BbrAck& ack, std::uint64_t window, std::uint32_t mss);
    void update_pacing(const BbrAck& ack, std::uint64_t window);
    std::uint64_t update_window(const BbrAck& ack, std::uint64_t window, std::uint32_t mss);
    void enter_probe_bandwidth(Time now);
    unsigned pacing_gain() const;
    unsigned window_gain() const;
    std::uint64_t in_flight_at(unsigned gain, std::uint32_t mss) const;

    WindowedMax bandwidth_;  // bytes per second
    Duration min_rtt_{0};    // 0: not known
    Time min_rtt_at_{}, cycle_at_{}, probe_rtt_done_ = never;
    std::uint64_t next_round_ = 0, round_ = 0;
    std::uint64_t full_bandwidth_ = 0, prior_window_ = 0, initial_window_ = 0, pacing_rate_ = 0;
    std::uint8_t full_rounds_ = 0, phase_ = 0;
    Mode mode_ = Mode::startup;
    bool round_start_ = false, pipe_full_ = false, probe_rtt_round_done_ = false;
    bool conserves_ = false, was_recovering_ = false, was_timed_out_ = false, has_rtt_ = false;
};

}  // namespace layerlab::proto::machine
