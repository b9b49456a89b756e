#include "proto/machine/played_tcp.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/wire/tcp.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr std::size_t header = 20, most_gaps = 256;
constexpr std::uint8_t option_end = 0, option_nop = 1, option_scale = 3, option_sack = 5, option_timestamps = 8;
constexpr std::uint8_t bit_fin = 1, bit_syn = 2, bit_rst = 4, bit_ack = 16;

// Calls use(kind, offset, length) for each option that is whole.
template <class Use>
void for_each_option(Bytes options, Use use) {
    for (std::size_t at = 0; at < options.size() && options[at] != option_end;) {
        if (options[at] == option_nop) {
            ++at;
            continue;
        }
        if (at + 2 > options.size() || options[at + 1] < 2 || at + options[at + 1] > options.size()) return;
        use(options[at], at, std::size_t{options[at + 1]});
        at += options[at + 1];
    }
}

std::optional<unsigned> scale_of(Bytes options) {
    std::optional<unsigned> scale;
    for_each_option(options, [&](std::uint8_t kind, std::size_t at, std::size_t length) {
        if (kind == option_scale && length == 3) scale = std::min<unsigned>(options[at + 2], 14);
    });
    return scale;
}
std::optional<std::uint32_t> timestamp_of(Bytes options) {
    std::optional<std::uint32_t> value;
    for_each_option(options, [&](std::uint8_t kind, std::size_t at, std::size_t length) {
        if (kind == option_timestamps && length == 10) value = load_be32(options.data() + at + 2);
    });
    return value;
}

bool is_before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

// Up to the end of the line, at most 40 letters.
std::string excerpt(Bytes bytes) {
    std::string text;
    for (const std::uint8_t b : bytes.first(std::min<std::size_t>(bytes.size(), 40))) {
        if (b == '\r' || b == '\n') break;
        if (b >= 0x20 && b < 0x7f)
            text += static_cast<char>(b);
        else
            text += fmt::format("\\x{:02x}", b);
    }
    return text;
}

}  // namespace

std::optional<PlayedSegment> PlayedSegment::parse(Bytes tcp) {
    if (tcp.size() < header) return std::nullopt;
    const std::size_t length = (tcp[12] >> 4) * 4u;
    if (length < header || length > tcp.size()) return std::nullopt;
    PlayedSegment s;
    s.seq = load_be32(tcp.data() + 4);
    s.ack = load_be32(tcp.data() + 8);
    const std::uint8_t flags = tcp[13];
    s.syn = (flags & bit_syn) != 0;
    s.fin = (flags & bit_fin) != 0;
    s.rst = (flags & bit_rst) != 0;
    s.has_ack = (flags & bit_ack) != 0;
    s.options = tcp.first(length).subspan(header);
    s.payload = tcp.subspan(length);
    return s;
}

void PlayedTcp::recorded_by_peer(const PlayedSegment& s) {
    if (answer_frame_ == 0) answer_frame_ = s.frame;
    if (s.syn) {
        recorded_start_ = s.seq;
        if (!s.has_ack) is_server_ = true;
        recorded_scaling_ = scale_of(s.options).has_value();
    }
    if (!recorded_start_) recorded_start_ = s.seq - 1;
    if (s.fin && !recorded_fin_frame_) recorded_fin_frame_ = s.frame;
    if (s.payload.empty()) return;
    const std::uint32_t begin = s.seq + s.syn - *recorded_start_;
    const auto size = static_cast<std::uint32_t>(s.payload.size());
    recorded_end_ = std::max(recorded_end_, begin + size);
    const auto place = std::upper_bound(pieces_.begin(), pieces_.end(), begin,
                                        [](std::uint32_t b, const Piece& p) { return b < p.begin; });
    const bool is_repeated =
        place != pieces_.begin() && begin + size <= std::prev(place)->begin + std::prev(place)->bytes.size();
    if (!is_repeated) pieces_.insert(place, {begin, s.payload, s.frame});
}

void PlayedTcp::recorded_by_player(const PlayedSegment& s) {
    if (!s.syn) return;
    has_player_syn_ = true;
    player_scale_ = scale_of(s.options).value_or(0);
}

bool PlayedTcp::heard(const PlayedSegment& s) {
    if (was_reset_) return false;
    if (s.rst) {
        was_reset_ = true;
        differs(frame_at(next_), "the live host resets the connection");
        return false;
    }
    if (s.syn) {
        if (!live_start_) {
            next_ = 1;
            live_scaling_ = scale_of(s.options).has_value();
            live_timestamps_ = timestamp_of(s.options).has_value();
        }
        live_start_ = s.seq;
    }
    if (!live_start_) return false;
    const std::uint32_t begin = s.seq + s.syn - *live_start_;
    if (const auto stamp = timestamp_of(s.options); stamp && !is_before(next_, begin)) echo_ = *stamp;
    if (s.fin) fin_at_ = begin + static_cast<std::uint32_t>(s.payload.size());
    hear_data(begin, s.payload);
    if (fin_at_ && next_ == *fin_at_ && !has_ended_) {
        has_ended_ = true;
        ++next_;
    }
    return s.length() > 0 || is_before(begin, next_);  // the latter: is anybody there?
}

void PlayedTcp::hear_data(std::uint32_t begin, Bytes bytes) {
    if (bytes.empty()) return;
    compare(begin, bytes);
    const std::uint32_t end = begin + static_cast<std::uint32_t>(bytes.size());
    if (is_before(next_, begin)) {
        if (beyond_.size() < most_gaps) beyond_.emplace_back(begin, end);
        return;
    }
    if (is_before(next_, end) && !has_ended_) next_ = end;
    for (bool more = true; more;) {
        more = false;
        for (const auto& [from, to] : beyond_)
            if (!is_before(next_, from) && is_before(next_, to)) {
                next_ = to;
                more = true;
            }
    }
    std::erase_if(beyond_, [this](const auto& range) { return !is_before(next_, range.second); });
}

void PlayedTcp::compare(std::uint32_t begin, Bytes bytes) {
    if (difference_) return;
    for (const Piece& piece : pieces_) {
        const std::uint32_t end = begin + static_cast<std::uint32_t>(bytes.size());
        const auto piece_end = piece.begin + static_cast<std::uint32_t>(piece.bytes.size());
        const std::uint32_t from = std::max(begin, piece.begin), to = std::min(end, piece_end);
        if (from >= to) continue;
        for (std::uint32_t i = from; i < to; ++i) {
            if (bytes[i - begin] == piece.bytes[i - piece.begin]) continue;
            // From the start of the line on, as far as it is in the segment.
            std::uint32_t line = i;
            while (line > from && i - line < 30 && bytes[line - 1 - begin] != '\n') --line;
            return differs(piece.frame,
                           fmt::format("recorded \"{}\", live \"{}\"", excerpt(piece.bytes.subspan(line - piece.begin)),
                                       excerpt(bytes.subspan(line - begin))));
        }
    }
}

void PlayedTcp::differs(std::uint64_t frame, std::string text) {
    if (!difference_) difference_ = PlayedDifference{frame, std::move(text)};
}

std::uint64_t PlayedTcp::frame_at(std::uint32_t position) const {
    for (const Piece& piece : pieces_)
        if (position < piece.begin + piece.bytes.size() && position > 0) return piece.frame;
    if (position == 0 || pieces_.empty()) return answer_frame_;
    return recorded_fin_frame_.value_or(pieces_.back().frame);
}

bool PlayedTcp::is_ready(const PlayedSegment& s) const {
    if (!s.has_ack || (waits_no_more_ && live_start_)) return true;
    if (!live_start_) return false;
    if (has_ended_) return true;
    return !is_before(next_, s.ack - recorded_start_.value_or(s.ack - next_));
}

bool PlayedTcp::stop_waiting() {
    waits_no_more_ = true;
    if (!live_start_) differs(answer_frame_, "the live host does not answer");
    return live_start_.has_value();
}

void PlayedTcp::adapt(MutableBytes tcp) const {
    if (tcp.size() < header) return;
    const std::size_t length = std::min<std::size_t>((tcp[12] >> 4) * 4u, tcp.size());
    const bool syn = (tcp[13] & bit_syn) != 0, has_ack = (tcp[13] & bit_ack) != 0;
    if (has_ack) store_be32(tcp.data() + 8, acknowledgment());
    if (length < header) return;
    const MutableBytes options = tcp.first(length).subspan(header);
    for_each_option(options, [&](std::uint8_t kind, std::size_t at, std::size_t size) {
        const bool is_stamp = kind == option_timestamps && size == 10;
        if (is_stamp && has_ack && live_timestamps_) store_be32(options.data() + at + 6, echo_);
        if (kind == option_sack || (is_stamp && !syn && !live_timestamps_))
            std::fill_n(options.begin() + static_cast<std::ptrdiff_t>(at), size, option_nop);
    });
    if (syn || live_scaling_ || !recorded_scaling_) return;
    const std::uint32_t window = std::uint32_t{load_be16(tcp.data() + 14)} << player_scale_;
    store_be16(tcp.data() + 14, static_cast<std::uint16_t>(std::min<std::uint32_t>(window, 0xffff)));
}

void PlayedTcp::said(const PlayedSegment& s) {
    const std::uint32_t end = s.seq + s.length();
    if (s.syn || is_before(next_seq_, end)) next_seq_ = end;
    if (s.has_ack) acked_ = next_;
}

std::optional<PlayedDifference> PlayedTcp::difference(bool end) {
    if (told_) return std::nullopt;
    const std::uint32_t live_end = has_ended_ ? next_ - 1 : next_;
    if (end && !difference_ && live_start_ && has_player_syn_) {
        if (live_end < recorded_end_)
            differs(frame_at(live_end), fmt::format("the live host says {} bytes, the recorded one {}",
                                                    std::max(live_end, 1u) - 1, recorded_end_ - 1));
        if (live_end > recorded_end_)
            differs(frame_at(recorded_end_),
                    fmt::format("the live host says {} bytes, the recorded one {}", live_end - 1, recorded_end_ - 1));
        if (recorded_fin_frame_ && !has_ended_)
            differs(*recorded_fin_frame_, "the live host does not close the connection");
    }
    told_ = difference_.has_value();
    return difference_;
}

}  // namespace layerlab::proto::machine
