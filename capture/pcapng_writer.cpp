#include "capture/pcapng_writer.hpp"

#include <fmt/format.h>

#include "capture/byte_order.hpp"
#include "capture/pcap_file.hpp"
#include "capture/pcapng_file.hpp"

namespace layerlab::capture {
namespace {

constexpr std::uint32_t interface_block = 1, simple_block = 3, statistics_block = 5, enhanced_block = 6;
constexpr std::uint16_t opt_comment = 1, epb_flags = 2, shb_userappl = 4;
constexpr std::uint16_t if_name = 2, if_description = 3, if_speed = 8, if_tsresol = 9, if_filter = 11;
constexpr std::uint16_t isb_starttime = 2, isb_endtime = 3, isb_ifrecv = 4, isb_ifdrop = 5, isb_osdrop = 7,
                        isb_usrdeliv = 8;
constexpr std::size_t longest_option = 65'535;

// The front of a text that fits into an option, not cut inside a UTF-8 sequence.
std::string_view fitting(std::string_view text) {
    if (text.size() <= longest_option) return text;
    std::size_t n = longest_option;
    while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xc0u) == 0x80u) --n;
    return text.substr(0, n);
}

// Nanoseconds in 64 bits reach to the year 2554; odder times are written as none.
bool has_near_time(const Frame& frame) { return frame.has_time && frame.far_seconds == 0; }

}  // namespace

proto::Result<std::unique_ptr<PcapngWriter>> PcapngWriter::create(std::unique_ptr<ByteSink> out,
                                                                  const Options& options) {
    std::unique_ptr<PcapngWriter> writer(new PcapngWriter(std::move(out)));
    writer->begin(pcapng_section_header);
    LittleWriter w(writer->block_);
    w.u32(0x1a2b'3c4d);
    w.u16(1);
    w.u16(0);
    w.u32(0xffff'ffff);  // section length: not said
    w.u32(0xffff'ffff);
    writer->text_option(opt_comment, options.comment);
    writer->text_option(shb_userappl, options.application);
    if (auto done = writer->end(); !done) return tl::unexpected(std::move(done.error()));
    return writer;
}

proto::Result<std::uint32_t> PcapngWriter::add_interface(const Interface& interface) {
    begin(interface_block);
    LittleWriter w(block_);
    w.u16(static_cast<std::uint16_t>(interface.link_type));
    w.u16(0);
    w.u32(interface.snapshot_length);
    text_option(if_name, interface.name);
    text_option(if_description, interface.description);
    if (interface.bits_per_second != 0) u64_option(if_speed, interface.bits_per_second);
    const std::uint8_t resolution[1] = {static_cast<std::uint8_t>(interface.nanoseconds ? 9 : 6)};
    option(if_tsresol, resolution);
    if (!interface.filter.empty()) text_option(if_filter, std::string(1, '\0') + interface.filter);  // 0: libpcap's
    if (auto done = end(); !done) return tl::unexpected(std::move(done.error()));
    interfaces_.push_back({interface.link_type, interface.nanoseconds});
    return static_cast<std::uint32_t>(interfaces_.size() - 1);
}

proto::Result<void> PcapngWriter::write(const Frame& frame) {
    if (frame.interface >= interfaces_.size())
        return proto::fail(fmt::format("frame {} names interface {}, but {} were added", frame.number, frame.interface,
                                       interfaces_.size()));
    const Known& interface = interfaces_[frame.interface];
    if (interface.link_type != frame.link_type)
        return proto::fail(fmt::format("frame {} has link type {}, but its interface has {}", frame.number,
                                       static_cast<unsigned>(frame.link_type),
                                       static_cast<unsigned>(interface.link_type)));
    const proto::Bytes bytes = frame.bytes.first(std::min<std::size_t>(frame.bytes.size(), largest_frame));
    const auto captured = static_cast<std::uint32_t>(bytes.size());
    const std::uint32_t original = std::max(frame.original_length, captured);
    const bool has_options = !frame.comment.empty() || frame.flags;
    const bool simple = !frame.has_time && frame.interface == 0 && original == captured && !has_options;
    begin(simple ? simple_block : enhanced_block);
    LittleWriter w(block_);
    if (!simple) {
        const auto nanoseconds = static_cast<std::uint64_t>(
            has_near_time(frame) ? std::max<std::int64_t>(0, proto::nanoseconds(frame.time)) : 0);
        const std::uint64_t time = interface.nanoseconds ? nanoseconds : nanoseconds / 1000;
        w.u32(frame.interface);
        w.u32(static_cast<std::uint32_t>(time >> 32));
        w.u32(static_cast<std::uint32_t>(time));
        w.u32(captured);
    }
    w.u32(original);
    w.bytes(bytes);
    w.pad4();
    if (frame.flags) {
        std::uint8_t word[4];
        for (std::size_t i = 0; i < 4; ++i) word[i] = static_cast<std::uint8_t>(*frame.flags >> 8 * i);
        option(epb_flags, word);
    }
    std::string_view left = frame.comment;
    while (!left.empty()) {
        const std::size_t line = left.find('\n');
        text_option(opt_comment, left.substr(0, line));
        left = line == std::string_view::npos ? std::string_view{} : left.substr(line + 1);
    }
    return end();
}

proto::Result<void> PcapngWriter::write_statistics(std::uint32_t interface, const Statistics& s) {
    if (interface >= interfaces_.size())
        return proto::fail(fmt::format("statistics of interface {}, but {} were added", interface, interfaces_.size()));
    begin(statistics_block);
    LittleWriter w(block_);
    w.u32(interface);
    const std::uint64_t unit = interfaces_[interface].nanoseconds ? 1 : 1000;
    const auto time_words = [unit](proto::Time t) {  // high, then low
        const std::uint64_t ticks = static_cast<std::uint64_t>(proto::nanoseconds(t)) / unit;
        return ticks >> 32 | ticks << 32;
    };
    w.u32(static_cast<std::uint32_t>(time_words(s.end)));
    w.u32(static_cast<std::uint32_t>(time_words(s.end) >> 32));
    u64_option(isb_starttime, time_words(s.begin));
    u64_option(isb_endtime, time_words(s.end));
    u64_option(isb_ifrecv, s.received);
    if (s.dropped_by_interface) u64_option(isb_ifdrop, *s.dropped_by_interface);
    if (s.dropped_by_system) u64_option(isb_osdrop, *s.dropped_by_system);
    u64_option(isb_usrdeliv, s.delivered);
    text_option(opt_comment, s.comment);
    return end();
}

void PcapngWriter::begin(std::uint32_t type) {
    block_.clear();
    LittleWriter w(block_);
    w.u32(type);
    w.u32(0);  // the length, known at the end
}

void PcapngWriter::option(std::uint16_t code, proto::Bytes value) {
    LittleWriter w(block_);
    w.u16(code);
    w.u16(static_cast<std::uint32_t>(value.size()));
    w.bytes(value);
    w.pad4();
}

void PcapngWriter::text_option(std::uint16_t code, std::string_view text) {
    if (!text.empty()) option(code, proto::as_bytes(fitting(text)));
}

void PcapngWriter::u64_option(std::uint16_t code, std::uint64_t value) {
    std::uint8_t octets[8];
    for (std::size_t i = 0; i < 8; ++i) octets[i] = static_cast<std::uint8_t>(value >> 8 * i);
    option(code, octets);
}

proto::Result<void> PcapngWriter::end() {
    const bool has_options = proto::load_be32(block_.data()) != __builtin_bswap32(simple_block);
    LittleWriter w(block_);
    if (has_options) w.u32(0);  // the end mark
    const auto length = static_cast<std::uint32_t>(block_.size() + 4);
    w.patch_u32(4, length);
    w.u32(length);
    return out_->append(block_);
}

}  // namespace layerlab::capture
