#include "sim/net/tcp_out.hpp"

#include "proto/wire/tcp.hpp"
#include "proto/wire/tcp_options.hpp"

namespace layerlab::sim {

using machine::TcpHeader;
using machine::TcpNote;
using machine::TcpSegment;
using proto::MutableView;
using wire::Tcp;

namespace {

wire::TcpOptions options_of(const TcpHeader& h) {
    wire::TcpOptions o;
    if (h.mss != 0) o.mss = h.mss;
    if (h.has_window_scale) o.window_scale = h.window_scale;
    o.sack_permitted = h.sack_permitted;
    if (h.has_timestamps) o.timestamps = wire::TcpTimestamps{h.ts_value, h.ts_echo};
    o.sack_count = h.sack_count;
    for (std::size_t i = 0; i < h.sack_count; ++i) o.sack[i] = {h.sack[i].begin, h.sack[i].end};
    return o;
}

// RFC 7323 appendix A: two no-operations and the timestamps, what all segments of a connection carry but the first.
bool has_only_timestamps(const TcpHeader& h) {
    return h.has_timestamps && h.mss == 0 && !h.has_window_scale && !h.sack_permitted && h.sack_count == 0;
}

Decision decision_of(TcpNote note) {
    switch (note) {
        case TcpNote::state_changed: return Decision::tcp_state;
        case TcpNote::retransmission_timeout: return Decision::tcp_timeout_retransmit;
        case TcpNote::fast_retransmit: return Decision::tcp_fast_retransmit;
        case TcpNote::recovery_entered: return Decision::tcp_recovery_entered;
        case TcpNote::recovery_left: return Decision::tcp_recovery_left;
        case TcpNote::window_closed: return Decision::tcp_window_closed;
        case TcpNote::window_opened: return Decision::tcp_window_opened;
        case TcpNote::zero_window_probe: return Decision::tcp_zero_window_probe;
        case TcpNote::delayed_ack_fired: return Decision::tcp_delayed_ack;
        case TcpNote::nagle_held: return Decision::tcp_nagle_held;
        case TcpNote::challenge_ack: return Decision::tcp_challenge_ack;
        case TcpNote::out_of_window_dropped: return Decision::tcp_out_of_window;
        case TcpNote::duplicate_ack_sent: return Decision::tcp_out_of_order;
        case TcpNote::reset_received: return Decision::tcp_reset_received;
        case TcpNote::gave_up: return Decision::tcp_gave_up;
        case TcpNote::partial_ack: return Decision::tcp_partial_ack;
        case TcpNote::retransmission_lost: return Decision::tcp_retransmission_lost;
        case TcpNote::loss_probe: return Decision::tcp_loss_probe;
        case TcpNote::probe_repaired: return Decision::tcp_probe_repaired;
        case TcpNote::undone_by_report: return Decision::tcp_undone_by_report;
        case TcpNote::undone_by_timestamp: return Decision::tcp_undone_by_timestamp;
        case TcpNote::undone_by_frto: return Decision::tcp_undone_by_frto;
        case TcpNote::congestion_echoed: return Decision::tcp_congestion_echoed;
        case TcpNote::congestion_marked: return Decision::tcp_congestion_marked;
        case TcpNote::slow_start_left: return Decision::tcp_slow_start_left;
        case TcpNote::idle_restart: return Decision::tcp_idle_restart;
        case TcpNote::mss_reduced: return Decision::tcp_mss_reduced;
        case TcpNote::path_black_hole: return Decision::tcp_black_hole;
        case TcpNote::own_window_closed: return Decision::tcp_own_window_closed;
        case TcpNote::receive_window_grown: return Decision::tcp_window_grown;
        case TcpNote::silly_window_held: return Decision::tcp_silly_window;
        case TcpNote::paws_dropped: return Decision::tcp_paws_dropped;
        case TcpNote::duplicate_dropped: return Decision::tcp_duplicate_dropped;
        case TcpNote::ack_invalid: return Decision::tcp_ack_invalid;
        case TcpNote::reset_sent: return Decision::tcp_reset_sent;
        case TcpNote::keepalive_probe: return Decision::tcp_keepalive;
        case TcpNote::user_timeout: return Decision::tcp_user_timeout;
        default: return Decision::tcp_other;
    }
}

}  // namespace

PacketId TcpOutput::emit(Stack& stack, Context& context, Endpoint local, Endpoint remote, const TcpSegment& segment,
                         CauseId cause) {
    const TcpHeader& h = segment.header;
    const bool is_usual = has_only_timestamps(h);
    const wire::TcpOptions options = is_usual ? wire::TcpOptions{} : options_of(h);
    const auto header_size = static_cast<std::uint32_t>(Tcp::min_size + (is_usual ? 12 : options.size()));
    const auto size = header_size + static_cast<std::uint32_t>(segment.payload_size());
    PacketRef packet = context.simulator.packets().make(size);
    std::uint8_t* p = packet.writable();
    const MutableView<Tcp> tcp(p);
    tcp.set(Tcp::source_port, local.port);
    tcp.set(Tcp::destination_port, remote.port);
    tcp.set(Tcp::sequence, h.seq);
    tcp.set(Tcp::acknowledgment, h.ack);
    proto::store_be16(p + 12, static_cast<std::uint16_t>(header_size / 4 << 12 | h.flags));
    tcp.set(Tcp::window, h.window);
    proto::store_be32(p + 16, 0);  // checksum and urgent pointer
    if (is_usual) {
        proto::store_be32(p + 20, 0x0101080a);
        proto::store_be32(p + 24, h.ts_value);
        proto::store_be32(p + 28, h.ts_echo);
    } else {
        options.encode({p + Tcp::min_size, header_size - Tcp::min_size});
    }
    segment.copy_payload(p + header_size);
    constexpr auto protocol = static_cast<std::uint8_t>(wire::IpProtocol::tcp);
    tcp.set(Tcp::checksum,
            proto::pseudo_header(local.address, remote.address, protocol, size).add({p, size}).checksum());
    packet.set_identity(stack.host().next_packet_id(), cause != 0 ? cause : context.cause);
    const PacketId id = packet.id();
    stack.count_tcp_sent(segment.is_retransmission);
    IpOptions ip;
    ip.dont_fragment = true;
    if (segment.is_ecn_capable) ip.tos |= 0x02;  // ECT(0), RFC 3168 section 5
    ip.source = local.address;
    stack.send(context, std::move(packet), wire::IpProtocol::tcp, remote, ip);
    return id;
}

std::uint64_t TcpOutput::send(const TcpSegment& segment) {
    if (!connection_.stack) return 0;
    return emit(*connection_.stack, context_, connection_.local, connection_.remote, segment,
                segment.is_retransmission ? segment.retransmission_of : 0);
}

void TcpOutput::note(TcpNote note, std::uint64_t a, std::uint64_t b) {
    if (!context_.recording()) return;
    const Decision decision = decision_of(note);
    if (decision == Decision::tcp_other) {
        a = static_cast<std::uint64_t>(note);  // its name is more telling than its first number
    }
    context_.decide(decision, no_port, context_.cause, a, b);
}

}  // namespace layerlab::sim
