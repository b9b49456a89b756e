#include "proto/dissect/tcp_analysis.hpp"

#include <algorithm>

#include "proto/wire/tcp.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::TcpFlags;
using V = TcpVerdict;

constexpr Duration fast_retransmission_time = 20ms;  // after the last duplicate ACK
constexpr Duration reorder_time = 3ms;               // where the round-trip time is not known

struct Look {
    const TcpSegment& s;
    TcpFlow& own;
    TcpFlow& other;
    Duration initial_rtt;

    bool any(unsigned flags) const { return (s.flags & flags) != 0; }
    bool plain() const { return !any(TcpFlags::syn | TcpFlags::fin | TcpFlags::reset); }
    std::uint32_t end() const { return s.sequence + s.length; }
    // An empty segment that stands where the next octet would and acknowledges what the last one did.
    bool repeats_ack() const {
        return s.length == 0 && plain() && own.has_next && s.sequence == own.next && own.has_ack &&
               s.acknowledgment == own.ack;
    }
};

std::uint32_t look_at_window(const Look& l) {
    if (l.s.length == 1 && l.own.has_next && l.s.sequence == l.own.next && l.other.has_ack && l.other.window == 0)
        return V::zero_window_probe;
    std::uint32_t v = l.s.window == 0 && l.plain() ? V::zero_window : 0;
    if (l.own.has_next && is_after(l.s.sequence, l.own.next) && !l.any(TcpFlags::reset)) v |= V::lost_segment;
    if (l.s.length <= 1 && l.plain() && l.own.has_next && l.s.sequence == l.own.next - 1) v |= V::keep_alive;
    if (l.repeats_ack() && l.s.window != 0 && l.s.window != l.own.window) v |= V::window_update;
    if (l.s.length > 0 && l.plain() && l.other.has_ack && l.other.window_scale != TcpFlow::unknown_scale) {
        const int scale = std::max(l.other.window_scale, 0);
        if (l.end() == l.other.ack + (std::uint32_t{l.other.window} << scale)) v |= V::window_full;
    }
    return v;
}

std::uint32_t look_at_ack(const Look& l) {
    if (!l.repeats_ack() || l.s.window != l.own.window) return 0;
    if (l.s.window != 0 && (l.other.last_verdict & V::keep_alive)) return V::keep_alive_ack;
    if (l.s.window == 0 && (l.other.last_verdict & V::zero_window_probe)) return V::zero_window_probe_ack;
    return l.s.window != 0 ? V::duplicate_ack : 0;
}

// A segment with data, SYN or FIN that stands before what has been sent already.
std::uint32_t look_at_repetition(const Look& l, std::uint32_t verdict) {
    if (l.s.length == 0 && !l.any(TcpFlags::syn | TcpFlags::fin)) return 0;
    if (verdict & V::keep_alive) return 0;
    bool not_advanced = l.own.has_next && is_before(l.s.sequence, l.own.next);
    // The octet of a window probe, sent again at the front of a real segment.
    if (l.s.length > 1 && l.own.has_next && l.own.next - 1 == l.s.sequence) not_advanced = false;
    if (l.s.length > 0 && l.other.has_ack && !is_after(l.end(), l.other.ack))
        return V::spurious_retransmission | V::retransmission;
    if (!not_advanced) return 0;
    if (l.other.duplicate_acks >= 2 && l.other.ack == l.s.sequence &&
        l.s.time - l.other.ack_time < fast_retransmission_time)
        return V::fast_retransmission | V::retransmission;
    const std::uint32_t behind = l.end() + (l.any(TcpFlags::syn | TcpFlags::fin) ? 1 : 0);
    const Duration near = l.initial_rtt == Duration(0) ? reorder_time : l.initial_rtt;
    if (l.s.time - l.own.next_time < near && l.own.next != behind) return V::out_of_order;
    return V::retransmission;
}

void remember_sequence(const Look& l, std::uint32_t verdict) {
    const bool counts = l.any(TcpFlags::syn | TcpFlags::fin);
    const std::uint32_t behind = l.end() + (counts ? 1 : 0);
    if (verdict & V::zero_window_probe) return;
    if (verdict & V::lost_segment) l.own.continuous = l.own.next;
    if (!l.own.has_next || is_after(behind, l.own.next)) {
        l.own.has_next = true;
        l.own.next = behind;
        l.own.next_time = l.s.time;
    }
    if (!l.own.has_continuous || l.s.sequence == l.own.continuous) {
        l.own.has_continuous = true;
        l.own.continuous = l.own.next;
    }
}

void set_bases(TcpFlow& own, TcpFlow& other, const TcpSegment& segment) {
    if (!own.has_base) {
        own.has_base = true;
        own.base = segment.flags & TcpFlags::syn ? segment.sequence : segment.sequence - 1;
    }
    if (!other.has_base && (segment.flags & TcpFlags::ack)) {
        other.has_base = true;
        other.base = segment.acknowledgment - 1;
    }
}

}  // namespace

void note_handshake(TcpStream& stream, bool forward, const TcpSegment& segment, const wire::TcpOptions& options) {
    TcpFlow& own = forward ? stream.forward : stream.backward;
    TcpFlow& other = forward ? stream.backward : stream.forward;
    set_bases(own, other, segment);
    if (segment.flags & TcpFlags::syn) {
        if (options.window_scale)
            own.window_scale = std::min<int>(*options.window_scale, 14);
        else if (own.window_scale == TcpFlow::unknown_scale)  // a repeated SYN may have fewer options
            own.window_scale = TcpFlow::no_scale;
        if (!(segment.flags & TcpFlags::ack)) {
            stream.has_syn = true;
            stream.syn_forward = forward;
            stream.syn_time = segment.time;
        } else if (own.window_scale == TcpFlow::no_scale || other.window_scale == TcpFlow::no_scale) {
            // Scaling needs both sides: RFC 7323 section 2.2.
            own.window_scale = other.window_scale = TcpFlow::no_scale;
        }
    } else if (stream.has_syn && stream.initial_rtt == Duration(0) && stream.syn_forward == forward &&
               (segment.flags & TcpFlags::ack) && segment.sequence == own.base + 1 &&
               segment.acknowledgment == other.base + 1) {
        stream.initial_rtt = segment.time - stream.syn_time;
    }
}

std::uint32_t analyze(TcpStream& stream, bool forward, const TcpSegment& segment) {
    Look l{segment, forward ? stream.forward : stream.backward, forward ? stream.backward : stream.forward,
           stream.initial_rtt};
    std::uint32_t v = look_at_window(l);
    if (!(v & V::zero_window_probe)) v |= look_at_ack(l);
    const bool acknowledges = l.any(TcpFlags::ack);
    if (v & V::duplicate_ack) {
        ++l.own.duplicate_acks;
    } else if (!l.own.has_ack || segment.acknowledgment != l.own.ack) {
        l.own.duplicate_acks = 0;
        l.own.first_ack_frame = segment.frame;
    }
    if (acknowledges && l.other.has_continuous && is_after(segment.acknowledgment, l.other.continuous)) {
        v |= V::ack_lost_segment;
        // Said once for a hole, and once for what lies beyond all that was seen.
        l.other.continuous = is_after(l.other.next, l.other.continuous) ? l.other.next : segment.acknowledgment;
    }
    v |= look_at_repetition(l, v);
    remember_sequence(l, v);
    if (acknowledges) {
        l.own.has_ack = true;
        l.own.ack = segment.acknowledgment;
        l.own.ack_time = segment.time;
    }
    l.own.window = segment.window;
    l.own.last_verdict = v;
    return v;
}

}  // namespace layerlab::proto::dissect
