// What is remembered of one TCP connection as a capture shows it: sequence bases, what analysis needs, and payload that
// waits for the rest of its PDU. Plain data; tcp_analysis and tcp_payload work on it.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "proto/base/time.hpp"
#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

// Octets that all streams of a lane together keep.
struct TcpBudget {
    static constexpr std::size_t most = std::size_t{24} << 20;
    std::size_t used = 0;
};

// Sequence numbers wrap: a - b as a signed number says which is later (RFC 9293 section 3.4).
constexpr std::int32_t sequence_distance(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b); }
constexpr bool is_before(std::uint32_t a, std::uint32_t b) { return sequence_distance(a, b) < 0; }
constexpr bool is_after(std::uint32_t a, std::uint32_t b) { return sequence_distance(a, b) > 0; }

// One direction. Sequence numbers are as on the wire.
struct TcpFlow {
    static constexpr int unknown_scale = -1, no_scale = -2;

    bool has_base = false;
    std::uint32_t base = 0;  // what relative numbers count from
    int window_scale = unknown_scale;

    // Analysis: of the segments sent in this direction.
    bool has_next = false;
    std::uint32_t next = 0;  // behind the highest octet sent
    Time next_time{};
    bool has_continuous = false;
    std::uint32_t continuous = 0;  // behind the last octet without a hole: what may be acknowledged
    bool has_ack = false;
    std::uint32_t ack = 0;
    Time ack_time{};
    std::uint16_t window = 0;
    std::uint32_t duplicate_acks = 0;
    std::uint64_t first_ack_frame = 0;  // that later ones duplicate
    std::uint32_t last_verdict = 0;

    // Payload.
    bool has_delivered = false;
    bool gave_up = false;               // a PDU was larger than is kept: the rest is shown as data
    std::uint32_t delivered = 0;        // the next octet in order
    std::vector<std::uint8_t> pending;  // in order, the front of a PDU that is not complete
    std::size_t needed = 0;             // of `pending` until it is worth asking again
    std::size_t scanned = 0;            // the protocol's own mark of how far it has looked at `pending`
    std::vector<std::pair<std::uint32_t, std::vector<std::uint8_t>>> early;  // segments behind a hole, in order
    std::size_t early_octets = 0;
};

// A share of the budget that is given back when its owner goes.
class TcpShare {
  public:
    TcpShare() = default;
    TcpShare(TcpShare&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), charged_(std::exchange(other.charged_, 0)) {}
    TcpShare& operator=(TcpShare&& other) noexcept {
        std::swap(budget_, other.budget_);
        std::swap(charged_, other.charged_);
        return *this;
    }
    ~TcpShare() {
        if (budget_) budget_->used -= charged_;
    }
    // From now on `octets` are kept.
    void set(TcpBudget& budget, std::size_t octets) {
        budget_ = &budget;
        budget.used = budget.used - charged_ + octets;
        charged_ = octets;
    }

  private:
    TcpBudget* budget_ = nullptr;
    std::size_t charged_ = 0;
};

struct TcpStream {
    std::uint32_t index = 0;
    TcpFlow forward, backward;  // from the low end of the key, and from the high one
    bool has_syn = false;
    bool syn_forward = false;
    Time syn_time{};
    bool has_time = false;
    Time first_time{}, last_time{};  // of its frames
    Duration initial_rtt{0};
    std::uint16_t server_port = 0;       // known from the SYN
    const Protocol* protocol = nullptr;  // found by the look of the payload
    std::unique_ptr<ConversationMemory> memory;
    TcpShare share;

    std::size_t kept_octets() const {
        return forward.pending.size() + forward.early_octets + backward.pending.size() + backward.early_octets;
    }
};

}  // namespace layerlab::proto::dissect
