#include "capture/wlan_opener.hpp"

namespace layerlab::capture {

namespace {

constexpr std::size_t check_sequence = 4;

std::uint32_t little(proto::Bytes bytes, std::size_t at, std::size_t size) {
    std::uint32_t number = 0;
    for (std::size_t i = size; i-- > 0;) number = number << 8 | bytes[at + i];
    return number;
}

// radiotap.org: version, pad, length, words of flags of which the highest bit says that another follows, then the
// fields: the time (8 octets, aligned), flags.
proto::Bytes without_radiotap(proto::Bytes bytes) {
    if (bytes.size() < 8) return {};
    const std::size_t length = little(bytes, 2, 2);
    if (length < 8 || length > bytes.size()) return {};
    const std::uint32_t present = little(bytes, 4, 4);
    std::size_t at = 4;
    for (std::uint32_t word = 1u << 31; word >> 31 && at + 4 <= length; at += 4) word = little(bytes, at, 4);
    if (present & 1) at = (at + 7) / 8 * 8 + 8;
    constexpr std::uint8_t ends_with_check_sequence = 0x10;
    const bool has_check = present & 2 && at < length && bytes[at] & ends_with_check_sequence;
    const proto::Bytes frame = bytes.subspan(length);
    if (!has_check) return frame;
    return frame.size() > check_sequence ? frame.first(frame.size() - check_sequence) : proto::Bytes{};
}

}  // namespace

proto::Bytes wlan_frame(const Frame& frame) {
    if (frame.bytes.size() < frame.original_length) return {};
    switch (frame.link_type) {
        case LinkType::ieee80211: return frame.bytes;
        case LinkType::ieee80211_radiotap: return without_radiotap(frame.bytes);
        default: return {};
    }
}

proto::Result<std::optional<Frame>> WlanOpener::next() {
    auto frame = source_->next();
    if (!frame || !*frame) return frame;
    opened_ = reader_.see(wlan_frame(**frame));
    if (opened_) (*frame)->opened = *opened_;
    return frame;
}

}  // namespace layerlab::capture
