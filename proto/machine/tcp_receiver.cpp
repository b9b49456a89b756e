#include "proto/machine/tcp_receiver.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

namespace {
constexpr std::uint32_t most_unscaled = 65535;
constexpr std::uint8_t most_scale = 14;  // RFC 7323 section 2.3
}  // namespace

TcpReceiver::TcpReceiver(const TcpConfig& config)
    : limit_(std::min(config.receive_buffer, most_unscaled << most_scale)), mss_(config.mss) {
    while (config.window_scaling && scale_to_offer_ < most_scale && (limit_ >> scale_to_offer_) > most_unscaled)
        ++scale_to_offer_;
    tuned_ = config.receive_tuning;
    if (tuned_) limit_ = std::min(limit_, config.first_receive_buffer);
}

void TcpReceiver::set_limit(std::uint32_t bytes) {
    limit_ = std::max<std::uint32_t>(std::min(bytes, most_unscaled << most_scale), 1);
}

void TcpReceiver::start(std::uint32_t peer_initial_sequence, bool scaled) {
    started_ = true;
    initial_ = peer_initial_sequence;
    next_wire_ = initial_ + 1;
    edge_ = std::min<std::uint64_t>(whole_segments(), most());
    syn_window_ = window_of_syn();
    // It grows from what the SYN said, as on Linux.
    if (tuned_) limit_ = scaled ? syn_window_ : static_cast<std::uint32_t>(edge_);
    scale_ = scaled ? scale_to_offer_ : std::uint8_t{0};
}

bool TcpReceiver::is_acceptable(std::uint32_t seq, std::uint32_t length) const {
    const std::uint32_t window = offered();
    if (seq == next_wire_) return true;  // with a closed window at least the ACK in it counts
    if (seq - next_wire_ < window) return true;
    return length > 0 && seq + length - 1 - next_wire_ < window;
}

TcpReceiver::Taken TcpReceiver::take(std::uint32_t seq, Bytes payload) {
    const auto ahead = std::int64_t{static_cast<std::int32_t>(seq - next_wire_)};
    const std::uint32_t end = seq + static_cast<std::uint32_t>(payload.size());
    if (ahead < 0 && reports_duplicates_) note_duplicate(seq, seq_before(end, next_wire_) ? end : next_wire_);
    std::int64_t at = static_cast<std::int64_t>(position()) + ahead;
    if (at < 0) {  // before the first byte of the stream
        const auto skipped = std::min<std::size_t>(payload.size(), static_cast<std::size_t>(-at));
        payload = payload.subspan(skipped);
        at = 0;
    }
    const auto offset = static_cast<std::uint64_t>(at);
    if (fin_received_ || offset + payload.size() <= buffer_.next()) return Taken::duplicate;
    const bool had_gap = buffer_.has_gap();
    if (ahead > 0 && had_gap && reports_duplicates_) {
        const Reassembler::Range known = buffer_.overlap(offset, offset + payload.size());
        if (known.begin < known.end) note_duplicate(wire(known.begin), wire(known.end));
    }
    const std::uint64_t moved = buffer_.insert(offset, payload, std::min(edge_, fin_at_));
    if (moved == 0) return Taken::out_of_order;
    next_wire_ += static_cast<std::uint32_t>(moved);
    return had_gap ? Taken::filled_gap : Taken::in_order;
}

bool TcpReceiver::take_fin(std::uint32_t seq) {
    if (fin_received_) return false;
    const auto ahead = std::int64_t{static_cast<std::int32_t>(seq - next_wire_)};
    if (ahead < 0 || static_cast<std::uint64_t>(ahead) > offered()) return false;
    fin_at_ = std::min(fin_at_, position() + static_cast<std::uint64_t>(ahead));
    return fin_due();
}

bool TcpReceiver::fin_due() {
    if (fin_received_ || buffer_.next() != fin_at_) return false;
    fin_received_ = true;
    ++next_wire_;
    edge_ = std::max(edge_, position());
    return true;
}

std::uint64_t TcpReceiver::window_to_offer() const {
    const std::uint64_t current = edge_ - position();
    const std::uint64_t unread = buffer_.readable();
    const std::uint64_t free = unread < limit_ ? limit_ - unread : 0;
    if (free <= current) return current;
    const bool grows_enough = free >= limit_ / 2 || free - current >= std::min(limit_ / 2, mss_);
    return grows_enough ? free : current;
}

std::uint16_t TcpReceiver::announce() {
    const std::uint64_t at = position();
    std::uint64_t field = std::min(window_to_offer(), most()) >> scale_;
    if (at + (field << scale_) < edge_) ++field;  // never to the left, not even by rounding
    edge_ = std::max(edge_, at + (field << scale_));
    return static_cast<std::uint16_t>(std::min<std::uint64_t>(field, most_unscaled));
}

// The largest window that can be said. As on the BSDs the last segment that begins in one without a scale is taken
// whole.
std::uint64_t TcpReceiver::most() const {
    if (scale_ > 0 || mss_ == 0) return std::uint64_t{most_unscaled} << scale_;
    return (most_unscaled + mss_ - 1) / mss_ * mss_;
}

std::uint32_t TcpReceiver::whole_segments() const {
    return mss_ > 0 && limit_ >= mss_ ? limit_ - limit_ % mss_ : limit_;
}

std::uint16_t TcpReceiver::window_of_syn() const {
    return static_cast<std::uint16_t>(std::min(whole_segments(), most_unscaled));
}

bool TcpReceiver::update_is_due() const {
    const std::uint64_t current = edge_ - position();
    const std::uint64_t now = std::min(window_to_offer(), most());
    return now > current && now >= 2 * current && now - current >= std::min(limit_ / 2, mss_);
}

void TcpReceiver::report(TcpHeader& header, std::size_t most) {
    std::size_t count = 0;
    if (duplicate_begin_ != duplicate_end_) {
        header.sack[count++] = {duplicate_begin_, duplicate_end_};
        duplicate_begin_ = duplicate_end_ = 0;
    }
    std::array<Reassembler::Range, 4> ranges;
    const std::size_t held = buffer_.selective(ranges);
    for (std::size_t i = 0; i < held && count < most; ++i)
        header.sack[count++] = {wire(ranges[i].begin), wire(ranges[i].end)};
    header.sack_count = static_cast<std::uint8_t>(count);
}

}  // namespace layerlab::proto::machine
