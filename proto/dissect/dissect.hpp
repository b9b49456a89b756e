// Dissection of frames: on demand, one after the other (Dissector, which remembers streams and fragments) or one alone.
#pragma once

#include <memory>
#include <optional>

#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/dissection.hpp"
#include "proto/dissect/tcp_known.hpp"

namespace layerlab::proto::dissect {

// Times of the frames before one.
struct FrameTimes {
    std::optional<Time> first{}, previous{};

    // For the frame of this time, which the first one has for all three; the next step knows it as the previous one.
    FrameTimes step(Time now) {
        const FrameTimes found{first.value_or(now), previous.value_or(now)};
        first = found.first;
        previous = now;
        return found;
    }
};

// A frame as it was captured. Link types are LINKTYPE_ numbers (1: Ethernet).
struct FrameIn {
    std::uint64_t number = 1;
    bool has_time = true;
    Time time{};
    std::uint16_t link_type = 1;
    std::optional<std::uint32_t> interface {};  // pcapng only
    Bytes bytes{};
    std::size_t original_length = 0;  // on the wire; at least bytes.size()
    std::string_view comment{};
    std::optional<std::uint32_t> flags{};  // pcapng's epb_flags
    std::optional<TcpKnown> tcp{};         // for dissect_alone()
    std::optional<FrameTimes> times{};     // known already: the Dissector does not follow them itself
    Bytes opened{};                        // what an encrypted frame of 802.11 carries, if a key opened it
};

// Fed with frames in their order. Memory is bounded; what is too old or too much is forgotten.
class Dissector {
  public:
    explicit Dissector(Options options = {});
    // One that shares what `other` remembers. At the same time two may dissect frames of different lanes (lane.hpp),
    // with their times in FrameIn; any other frame only while the others rest. Stream indices are then in no order.
    Dissector(const Dissector& other, Options options);
    ~Dissector();
    Dissector(Dissector&&) noexcept;
    Dissector& operator=(Dissector&&) noexcept;

    // The result, and the frame's bytes that it points to, are valid until the next call.
    Dissection& dissect(const FrameIn& in);

  private:
    Options options_;
    std::shared_ptr<State> state_;
    Dissection result_;
};

// One frame alone: no reassembly, no times between frames, and of TCP streams only what FrameIn says.
void dissect_alone(const FrameIn& in, Dissection& out, const Options& options = {});

}  // namespace layerlab::proto::dissect
