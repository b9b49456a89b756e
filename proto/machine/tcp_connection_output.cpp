// The part of TcpConnection that makes segments.
#include <algorithm>

#include "proto/machine/tcp_connection.hpp"

namespace layerlab::proto::machine {

namespace {
constexpr std::size_t sack_room = 36;          // four blocks and their header, padded
constexpr std::size_t blocks_beside_time = 3;  // 40 bytes of options hold four, or three and timestamps
}  // namespace

std::uint32_t TcpConnection::timestamp(Time now) const {  // one tick is a millisecond, as on Linux
    return sender_.timestamp_offset() + static_cast<std::uint32_t>(nanoseconds(now) / 1'000'000);
}

Duration TcpConnection::since(Time now, std::uint32_t time) const {
    return Duration(std::int64_t{static_cast<std::int32_t>(timestamp(now) - time)} * 1'000'000);
}

// Sends what the sender may send, and then the ACK that is due unless it has gone along.
void TcpConnection::flush(Time now, TcpOut& out) {
    TcpSender::Chunk chunk;
    while (sender_.next(now, chunk, out)) transmit(now, chunk, out);
    if (ack_now_) send_ack(now, out);
}

void TcpConnection::transmit(Time now, const TcpSender::Chunk& chunk, TcpOut& out) {
    TcpSegment segment;
    TcpHeader& header = segment.header;
    header.seq = sender_.wire(chunk.position);
    if (chunk.syn) {
        fill_syn(header, now, chunk.is_retransmission);
    } else {
        fill(header, now);
        if (chunk.push) header.flags |= tcp_flag::psh;
        if (chunk.fin) header.flags |= tcp_flag::fin;
        if (ecn_.agreed() && chunk.payload > 0 && !chunk.is_retransmission) {  // RFC 3168 section 6.1.5
            segment.is_ecn_capable = true;
            if (chunk.reduced) header.flags |= tcp_flag::cwr;
        }
        if (chunk.payload > 0) {
            const ByteStream::Pieces pieces = sender_.stream().view(chunk.position - 1, chunk.payload);
            segment.first = pieces.first;
            segment.second = pieces.second;
        }
        if (chunk.payload > 0) ack_policy_.data_sent(now);
        if (receiver_.has_to_report() && chunk.payload + sack_room <= sender_.mss()) report(header);
    }
    segment.is_retransmission = chunk.is_retransmission;
    if (chunk.is_retransmission) segment.retransmission_of = chunk.tag;
    ++segments_sent_;
    sender_.sent(now, chunk, out.send(segment));
}

void TcpConnection::fill_syn(TcpHeader& header, Time now, bool repeated) {
    const bool answers = receiver_.started();
    header.flags = tcp_flag::syn | (answers ? ecn_.syn_ack_flags() : ecn_.syn_flags(config_->ecn, repeated));
    header.window = receiver_.syn_window();
    header.mss = mss_;
    header.has_window_scale = answers ? scaled_ : config_->window_scaling;
    header.window_scale = receiver_.scale_to_offer();
    header.sack_permitted = answers ? sack_ : config_->sack;
    header.has_timestamps = answers ? timestamps_ : config_->timestamps;
    if (header.has_timestamps) header.ts_value = timestamp(now);
    if (!answers) return;
    header.flags |= tcp_flag::ack;
    header.ack = receiver_.next();
    if (timestamps_) header.ts_echo = receiver_.ts_recent;
    ack_sent_ = header.ack;
    ack_now_ = false;
}

// What every segment after the SYN says: acknowledgment, window, timestamps. No further ACK is due after it.
void TcpConnection::fill(TcpHeader& header, Time now) {
    header.flags = tcp_flag::ack | ecn_.echo_flags();
    header.ack = receiver_.next();
    header.window = receiver_.announce();
    if (timestamps_) {
        header.has_timestamps = true;
        header.ts_value = timestamp(now);
        header.ts_echo = receiver_.ts_recent;
    }
    if (header.window == 0 && !receiver_.fin_received() && (ack_sent_ != header.ack || !own_window_closed_))
        out_of_room_ = true;
    own_window_closed_ = header.window == 0;
    ack_sent_ = header.ack;
    ack_now_ = false;
    ack_deadline_ = never;
    ack_policy_.ack_sent();
}

void TcpConnection::report(TcpHeader& header) {
    if (sack_) receiver_.report(header, timestamps_ ? blocks_beside_time : header.sack.size());
}

void TcpConnection::send_ack(Time now, TcpOut& out) {
    TcpSegment segment;
    segment.header.seq = sender_.next_sequence();
    fill(segment.header, now);
    if (receiver_.has_to_report()) report(segment.header);
    ++segments_sent_;
    out.send(segment);
    if (out_of_room_) out.note(TcpNote::own_window_closed, ack_sent_, 0);
    out_of_room_ = false;
}

// An empty segment below the window, which the peer must answer: window probe and keepalive.
void TcpConnection::send_probe(Time now, TcpOut& out) {
    TcpSegment segment;
    fill(segment.header, now);
    segment.header.seq = sender_.unacknowledged() - 1;
    ++segments_sent_;
    out.send(segment);
}

void TcpConnection::send_reset(Time now, TcpError error, TcpOut& out) {
    TcpSegment segment;
    segment.header.seq = sender_.next_sequence();
    fill(segment.header, now);
    segment.header.flags = tcp_flag::rst | tcp_flag::ack;
    segment.header.window = 0;
    ++segments_sent_;
    out.send(segment);
    out.note(TcpNote::reset_sent, segment.header.seq, static_cast<std::uint64_t>(error));
}

void TcpConnection::answer_with_reset(const TcpHeader& header, std::size_t payload, TcpOut& out) {
    if (header.has(tcp_flag::rst)) return;
    TcpSegment segment;
    segment.header = reset_for(header, payload);
    ++segments_sent_;
    out.send(segment);
    out.note(TcpNote::reset_sent, segment.header.seq, static_cast<std::uint64_t>(TcpError::none));
}

// RFC 5961 sections 3 to 5.
void TcpConnection::send_challenge(Time now, const TcpHeader& header, TcpOut& out) {
    if (!may_answer_invalid(now)) return;
    out.note(TcpNote::challenge_ack, header.seq, header.flags);
    send_ack(now, out);
}

}  // namespace layerlab::proto::machine
