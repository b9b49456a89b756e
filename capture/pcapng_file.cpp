#include "capture/pcapng_file.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "capture/pcap_file.hpp"

namespace layerlab::capture {
namespace {

__extension__ typedef unsigned __int128 Wide;
__extension__ typedef __int128 Signed;

enum BlockType : std::uint32_t {
    interface_block = 1,
    packet_block = 2,
    simple_block = 3,
    statistics_block = 5,
    enhanced_block = 6
};

constexpr std::uint32_t byte_order_magic = 0x1a2b'3c4d;
constexpr std::size_t block_frame = 12;  // type, length and the length again
constexpr std::uint64_t largest_block = 16 * 1024 * 1024;
constexpr std::size_t most_interfaces = 262'144;

constexpr std::uint16_t opt_end = 0, opt_comment = 1, packet_flags = 2;
constexpr std::uint16_t if_name = 2, if_description = 3, if_speed = 8, if_tsresol = 9, if_filter = 11, if_os = 12,
                        if_tsoffset = 14;
constexpr std::uint16_t shb_hardware = 2, shb_os = 3, shb_userappl = 4;
constexpr std::uint16_t isb_ifrecv = 4, isb_ifdrop = 5, isb_osdrop = 7, isb_usrdeliv = 8;

constexpr std::size_t padded(std::size_t n) { return (n + 3) / 4 * 4; }

bool is_wanted(std::uint32_t type) {
    return type == pcapng_section_header || type == interface_block || type == packet_block || type == simple_block ||
           type == enhanced_block || type == statistics_block;
}

std::string short_text(proto::Bytes value) {
    // Writers may pad with zeros.
    std::string_view text = proto::as_text(value.first(std::min<std::size_t>(value.size(), 255)));
    return std::string(text.substr(0, text.find('\0')));
}

}  // namespace

void set_pcapng_time(Frame& frame, std::uint64_t ticks, std::uint8_t resolution, std::int64_t offset_seconds) {
    const unsigned exponent = resolution & 0x7fu;
    std::uint64_t seconds = 0, fraction = 0;  // the fraction in nanoseconds
    if ((resolution & 0x80u) != 0) {
        seconds = exponent < 64 ? ticks >> exponent : 0;
        const Wide part = exponent < 64 ? ticks - (seconds << exponent) : ticks;
        fraction = static_cast<std::uint64_t>(part * 1'000'000'000u >> exponent);
    } else {
        Wide unit = 1;  // ticks in a second; more than 10^29 of them make no nanosecond of 64 bits
        for (unsigned i = 0; i < std::min(exponent, 30u); ++i) unit *= 10;
        seconds = static_cast<std::uint64_t>(ticks / unit);
        fraction = static_cast<std::uint64_t>(ticks % unit * 1'000'000'000u / unit);
    }
    constexpr Signed lowest = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
    const Signed sum = std::clamp(Signed{seconds} + offset_seconds, lowest, most);
    const auto whole = static_cast<std::int64_t>(sum), part = static_cast<std::int64_t>(fraction);
    constexpr std::int64_t reach = 9'223'372'035;  // seconds that fit into int64 nanoseconds with any fraction
    const bool far = whole > reach || whole < -reach;
    frame.far_seconds = far ? whole : 0;
    frame.time = proto::time_at(far ? part : whole * 1'000'000'000 + part);
}

proto::Result<std::unique_ptr<PcapngReader>> PcapngReader::open(std::unique_ptr<ByteSource> source) {
    std::unique_ptr<PcapngReader> reader(new PcapngReader(std::move(source)));
    Block block;
    auto first = reader->next_block(block);
    if (!first) return tl::unexpected(std::move(first.error()));
    if (!*first || block.type != pcapng_section_header)
        return reader->damaged("this is not a pcapng file", "a pcapng file begins with 0a 0d 0d 0a");
    if (auto section = reader->read_section(block.body); !section) return tl::unexpected(std::move(section.error()));
    return reader;
}

tl::unexpected<proto::Error> PcapngReader::damaged(std::string what, std::string hint) {
    ended_ = true;
    if (hint.empty()) hint = fmt::format("the file is damaged from here; the {} frames before are whole", frames_);
    return proto::fail(fmt::format("{}: byte {}: {}", in_.name(), block_at_, what), std::move(hint));
}

tl::unexpected<proto::Error> PcapngReader::cut_off(std::uint64_t there, std::uint64_t wanted) {
    ended_ = true;
    if (in_.error()) {
        proto::Error error = *in_.error();
        if (error.hint.empty()) error.hint = fmt::format("the {} frames before are whole", frames_);
        return tl::unexpected(std::move(error));
    }
    return damaged(fmt::format("the file ends inside a block: {} of {} bytes are there", there, wanted),
                   fmt::format("the file was cut off; the {} frames before are whole", frames_));
}

proto::Result<bool> PcapngReader::next_block(Block& block) {
    for (;;) {
        in_.consume(to_consume_);
        to_consume_ = 0;
        block_at_ = in_.offset();
        proto::Bytes head = in_.view(12);
        if (head.empty() && !in_.error()) {
            ended_ = true;
            return false;
        }
        if (head.size() < 12) return cut_off(head.size(), 12);
        block.type = order_.u32(head.data());
        // The type of a section header reads the same in both byte orders; its own magic says which one follows.
        if (block.type == pcapng_section_header) {
            if (proto::load_be32(head.data() + 8) == byte_order_magic)
                order_.big = true;
            else if (load_le32(head.data() + 8) == byte_order_magic)
                order_.big = false;
            else
                return damaged("a section header without the byte-order magic 1a2b3c4d");
        } else if (!in_section_) {
            return damaged("this is not a pcapng file", "a pcapng file begins with 0a 0d 0d 0a");
        }
        const std::uint32_t length = order_.u32(head.data() + 4);
        if (length < block_frame || length % 4 != 0)
            return damaged(fmt::format("a block of length {}; lengths are multiples of 4 from 12 on", length));
        if (!is_wanted(block.type)) {
            if (auto skipped = step_over(length); !skipped) return tl::unexpected(std::move(skipped.error()));
            continue;
        }
        if (length > largest_block)
            return damaged(fmt::format("a block of {} bytes, more than {}", length, largest_block));
        const proto::Bytes whole = in_.view(length);
        if (whole.size() < length) return cut_off(whole.size(), length);
        const std::uint32_t again = order_.u32(whole.data() + length - 4);
        if (again != length)
            return damaged(fmt::format("a block of length {} that ends with length {}", length, again));
        block.body = whole.subspan(8, length - block_frame);
        to_consume_ = length;
        return true;
    }
}

proto::Result<void> PcapngReader::step_over(std::uint64_t length) {
    const std::uint64_t skipped = in_.skip(length - 4);
    if (skipped < length - 4) return cut_off(skipped, length);
    const proto::Bytes tail = in_.view(4);
    if (tail.size() < 4) return cut_off(length - 4 + tail.size(), length);
    const std::uint32_t again = order_.u32(tail.data());
    in_.consume(4);
    if (again != length) return damaged(fmt::format("a block of length {} that ends with length {}", length, again));
    return {};
}

proto::Result<void> PcapngReader::read_section(proto::Bytes body) {
    if (body.size() < 16) return damaged("a section header that is too short");
    const unsigned major = order_.u16(body.data() + 4), minor = order_.u16(body.data() + 6);
    if (major != 1) return damaged(fmt::format("pcapng version {}.{} is unknown", major, minor), "1.0 is usual");
    if (in_section_) {
        if (at_section_end_) at_section_end_();
        ++facts_.sections;
        interfaces_.clear();
        return {};
    }
    in_section_ = true;
    facts_.format = "pcapng";
    facts_.version = fmt::format("{}.{}", major, minor);
    facts_.big_endian = order_.big;
    return read_options(body.subspan(16), [&](std::uint16_t code, proto::Bytes value) {
        if (code == shb_hardware) facts_.hardware = short_text(value);
        if (code == shb_os) facts_.system = short_text(value);
        if (code == shb_userappl) facts_.application = short_text(value);
        if (code == opt_comment) facts_.comment += (facts_.comment.empty() ? "" : "\n") + short_text(value);
    });
}

// Calls use(code, value) for each option up to the end mark.
template <class Use>
proto::Result<void> PcapngReader::read_options(proto::Bytes options, Use use) {
    while (options.size() >= 4) {
        const std::uint16_t code = order_.u16(options.data());
        const std::size_t length = order_.u16(options.data() + 2);
        if (code == opt_end) return {};
        if (length > options.size() - 4)
            return damaged(
                fmt::format("option {} of {} bytes in a block with {} left", code, length, options.size() - 4));
        use(code, options.subspan(4, length));
        options = options.subspan(std::min(options.size(), 4 + padded(length)));
    }
    return {};
}

proto::Result<void> PcapngReader::read_interface(proto::Bytes body) {
    if (body.size() < 8) return damaged("an interface block that is too short");
    if (interfaces_.size() >= most_interfaces)
        return damaged(fmt::format("more than {} interfaces in one section", most_interfaces));
    InterfaceInfo made;
    made.link_type = link_type_from_file(order_.u16(body.data()));
    made.snapshot_length = order_.u32(body.data() + 4);
    auto done = read_options(body.subspan(8), [&](std::uint16_t code, proto::Bytes value) {
        if (code == if_name) made.name = short_text(value);
        if (code == if_description) made.description = short_text(value);
        if (code == if_os) made.system = short_text(value);
        if (code == if_filter && value.size() > 1) made.filter = short_text(value.subspan(1));
        if (code == if_speed && value.size() >= 8) made.bits_per_second = order_.u64(value.data());
        if (code == if_tsresol && !value.empty()) made.time_resolution = value[0];
        if (code == if_tsoffset && value.size() >= 8)
            made.time_offset = static_cast<std::int64_t>(order_.u64(value.data()));
    });
    if (done) interfaces_.push_back(std::move(made));
    return done;
}

proto::Result<void> PcapngReader::read_statistics(proto::Bytes body) {
    if (body.size() < 12) return damaged("a statistics block that is too short");
    const std::uint32_t number = order_.u32(body.data());
    if (number >= interfaces_.size()) return {};  // nobody asks for it
    InterfaceInfo& interface = interfaces_[number];
    return read_options(body.subspan(12), [&](std::uint16_t code, proto::Bytes value) {
        if (value.size() < 8) return;
        const std::uint64_t count = order_.u64(value.data());
        if (code == isb_ifrecv) interface.received = count;
        if (code == isb_ifdrop) interface.dropped_by_interface = count;
        if (code == isb_osdrop) interface.dropped_by_system = count;
        if (code == isb_usrdeliv) interface.delivered = count;
    });
}

proto::Result<Frame> PcapngReader::read_packet(const Block& block) {
    const proto::Bytes body = block.body;
    if (body.size() < 20) return damaged("a packet block that is too short");
    Frame frame;
    frame.interface = block.type == packet_block ? order_.u16(body.data()) : order_.u32(body.data());
    if (frame.interface >= interfaces_.size())
        return damaged(fmt::format("a packet of interface {}, but the section has declared {}", frame.interface,
                                   interfaces_.size()));
    const InterfaceInfo& interface = interfaces_[frame.interface];
    const std::uint64_t ticks = std::uint64_t{order_.u32(body.data() + 4)} << 32 | order_.u32(body.data() + 8);
    const std::uint32_t captured = order_.u32(body.data() + 12);
    if (captured > body.size() - 20)
        return damaged(
            fmt::format("a packet of {} captured bytes in a block with room for {}", captured, body.size() - 20));
    if (captured > largest_frame)
        return damaged(fmt::format("a packet of {} captured bytes, more than {}", captured, largest_frame));
    comment_.clear();
    bool first = true;
    const std::size_t options_at = std::min(body.size(), 20 + padded(captured));
    auto done = read_options(body.subspan(options_at), [&](std::uint16_t code, proto::Bytes value) {
        if (code == packet_flags && value.size() == 4) frame.flags = order_.u32(value.data());
        if (code != opt_comment) return;
        if (!first) comment_ += '\n';
        first = false;
        comment_ += proto::as_text(value);
    });
    if (!done) return tl::unexpected(std::move(done.error()));
    set_pcapng_time(frame, ticks, interface.time_resolution, interface.time_offset);
    frame.original_length = std::max(order_.u32(body.data() + 16), captured);
    frame.link_type = interface.link_type;
    frame.bytes = body.subspan(20, captured);
    frame.comment = comment_;
    return frame;
}

proto::Result<Frame> PcapngReader::read_simple_packet(proto::Bytes body) {
    if (body.size() < 4) return damaged("a simple packet block that is too short");
    if (interfaces_.empty()) return damaged("a simple packet block before any interface");
    Frame frame;
    frame.has_time = false;
    frame.original_length = order_.u32(body.data());
    frame.link_type = interfaces_[0].link_type;
    // The captured length is not written down: it is the original one within the snapshot length.
    std::size_t captured = frame.original_length;
    if (interfaces_[0].snapshot_length != 0) captured = std::min<std::size_t>(captured, interfaces_[0].snapshot_length);
    if (captured > body.size() - 4)
        return damaged(
            fmt::format("a packet of {} captured bytes in a block with room for {}", captured, body.size() - 4));
    if (captured > largest_frame)
        return damaged(fmt::format("a packet of {} captured bytes, more than {}", captured, largest_frame));
    frame.bytes = body.subspan(4, captured);
    return frame;
}

proto::Result<std::optional<Frame>> PcapngReader::next() {
    Block block;
    while (!ended_) {
        auto more = next_block(block);
        if (!more) return tl::unexpected(std::move(more.error()));
        if (!*more) break;
        if (block.type == pcapng_section_header || block.type == interface_block || block.type == statistics_block) {
            auto done = block.type == interface_block    ? read_interface(block.body)
                        : block.type == statistics_block ? read_statistics(block.body)
                                                         : read_section(block.body);
            if (!done) return tl::unexpected(std::move(done.error()));
            continue;
        }
        auto frame = block.type == simple_block ? read_simple_packet(block.body) : read_packet(block);
        if (!frame) return tl::unexpected(std::move(frame.error()));
        frame->number = ++frames_;
        return *frame;
    }
    return std::nullopt;
}

}  // namespace layerlab::capture
