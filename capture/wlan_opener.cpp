#include "capture/wlan_opener.hpp"

#include "capture/byte_order.hpp"

namespace layerlab::capture {

namespace {

constexpr std::size_t check_sequence = 4;

// radiotap.org: version, pad, length, words of flags of which the highest bit says that another follows, then the
// fields: the time (8 octets, aligned), flags.
proto::Bytes without_radiotap(proto::Bytes bytes) {
    if (bytes.size() < 8) return {};
    const std::size_t length = load_le16(bytes.data() + 2);
    if (length < 8 || length > bytes.size()) return {};
    const std::uint32_t present = load_le32(bytes.data() + 4);
    std::size_t at = 4;
    for (std::uint32_t word = 1u << 31; word >> 31 && at + 4 <= length; at += 4) word = load_le32(bytes.data() + at);
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
