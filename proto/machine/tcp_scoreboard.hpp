// What is in flight, and what is known of it: acknowledged, reported beyond a gap (RFC 2018), counted as lost, sent
// again. Positions are 64-bit: 0 is the SYN, 1 the first byte. Finds losses by RACK (RFC 8985); without SACK the sender
// marks them itself. An ACK costs what it reports, however much is in flight.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "proto/base/time.hpp"
#include "proto/machine/ring.hpp"
#include "proto/machine/tcp_delivery_rate.hpp"
#include "proto/machine/tcp_rack.hpp"

namespace layerlab::proto::machine {

class TcpScoreboard {
  public:
    struct Flight {
        std::uint64_t begin;
        Time sent;
        std::uint64_t tag;     // of the packet that carried it last
        std::uint32_t length;  // positions: payload, SYN and FIN
        bool syn, fin, push;
        bool sacked, lost, retransmitted, outstanding;  // outstanding: a retransmission is on its way
        std::uint64_t end() const { return begin + length; }
        std::uint32_t payload() const { return length - (syn ? 1u : 0u) - (fin ? 1u : 0u); }
    };
    struct Block {
        std::uint64_t begin, end;
    };
    // What one acknowledgment brought.
    struct News {
        std::uint64_t acked = 0;      // cumulatively
        std::uint64_t delivered = 0;  // not known to have arrived before
        Time sampled = never;         // when the first of it was sent
        bool sacked = false;          // something was newly reported
        bool ambiguous = false;       // it was sent again: says nothing about time (Karn)
        bool original = false;        // something arrived that was sent once only, and before `recover`
    };

    bool empty() const { return flights_.empty(); }
    std::size_t size() const { return flights_.size(); }
    const Flight& operator[](std::size_t i) const { return flights_[i]; }
    const Flight& front() const { return flights_.front(); }
    const Flight& back() const { return flights_.back(); }
    std::uint64_t sacked() const { return sacked_; }  // bytes
    std::uint64_t sacked_segments() const { return sacked_segments_; }
    std::uint64_t lost() const { return lost_; }
    std::uint64_t outstanding() const { return outstanding_; }
    bool has_lost() const { return lost_ > outstanding_; }  // and not sent again yet
    std::uint64_t highest_reported() const { return highest_; }

    void push(const Flight& flight, Time now);
    void sent_again(std::size_t index, Time now, std::uint64_t tag, bool sack);
    // Everything before `ack` has arrived.
    void acknowledge(Time now, std::uint64_t ack, std::uint64_t recover, Duration min_rtt, News& news);
    // The peer holds these, all within what is in flight.
    void report(Time now, const std::array<Block, 4>& blocks, std::size_t count, std::uint64_t recover,
                Duration min_rtt, News& news);

    // RACK (RFC 8985 section 6.2 step 5): marks what is lost by now; returns when the next would be, or never.
    // A retransmission that is lost again is reported through `lost_again`.
    template <class LostAgain>
    Time find_losses(Time now, std::uint64_t una, LostAgain lost_again) {
        const Time originals = find_lost_originals(now);
        Time repeats = never;
        while (const Flight* flight = next_lost_repeat(now, una, repeats)) lost_again(*flight);
        return originals < repeats ? originals : repeats;
    }
    // The first flight that is lost and waits to be sent again; size() if there is none.
    std::size_t next_lost();
    void mark_lost(std::size_t index);
    // After a timeout: everything that was not reported, but (with SACK) what was sent so lately that an answer may
    // still come.
    void mark_all_lost(Time now, bool sack);
    // It was all a mistake: nothing is lost.
    void unmark_lost();
    // The peer has dropped what it had reported (RFC 2018 section 8).
    void forget_reports();
    // Cuts a flight in two, the first with so much payload.
    void split(std::size_t index, std::uint32_t payload);
    std::size_t index_of(std::uint64_t position) const;  // of the first that ends beyond it
    void clear();

    TcpRack& rack() { return rack_; }
    const TcpRack& rack() const { return rack_; }
    // Only who needs rates pays for them.
    void measure_rate();
    TcpDeliveryRate* rate() { return rate_ ? &rate_->rate : nullptr; }

  private:
    struct Repeat {  // a retransmission on its way, in the order of sending
        std::uint64_t begin;
        Time sent;
    };
    struct Reports {  // made by the first report or retransmission
        Ring<Repeat> repeats;
        std::array<Block, 4> known{};  // reported last time
        std::size_t known_count = 0;
    };
    struct Rate {
        TcpDeliveryRate rate;
        Ring<TcpDeliveryRate::Stamp> stamps;  // one for each flight
    };

    void deliver(Time now, std::size_t index, std::uint32_t length, std::uint64_t recover, Duration min_rtt,
                 News& news);
    void forget(const Flight& flight, std::uint32_t length);
    Time find_lost_originals(Time now);
    Reports& reports() {
        if (!reports_) reports_ = std::make_unique<Reports>();
        return *reports_;
    }
    const Flight* next_lost_repeat(Time now, std::uint64_t una, Time& again_at);

    Ring<Flight> flights_;
    TcpRack rack_;
    std::uint64_t sacked_ = 0, lost_ = 0, outstanding_ = 0;  // bytes
    std::uint64_t highest_ = 0;                              // end of the highest report
    std::uint32_t sacked_segments_ = 0;
    std::uint32_t scan_ = 0;    // originals before this one have been judged
    std::uint32_t resend_ = 0;  // no lost flight before this one waits to be sent again
    std::unique_ptr<Reports> reports_;
    std::unique_ptr<Rate> rate_;
};

}  // namespace layerlab::proto::machine
