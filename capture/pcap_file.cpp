#include "capture/pcap_file.hpp"

#include <fmt/format.h>

namespace layerlab::capture {
namespace {

constexpr std::uint32_t magic_microseconds = 0xa1b2'c3d4;
constexpr std::uint32_t magic_nanoseconds = 0xa1b2'3c4d;
constexpr std::uint32_t magic_modified = 0xa1b2'cd34;
constexpr std::size_t header_size = 24;
constexpr std::uint32_t fcs_present = 0x0400'0000;

}  // namespace

PcapMagic PcapMagic::read(proto::Bytes first_bytes) {
    PcapMagic magic;
    if (first_bytes.size() < 4) return magic;
    for (const bool big : {false, true}) {
        const std::uint32_t number = FileOrder{big}.u32(first_bytes.data());
        if (number != magic_microseconds && number != magic_nanoseconds && number != magic_modified) continue;
        magic.known = true;
        magic.order.big = big;
        magic.nanoseconds = number == magic_nanoseconds;
        magic.modified = number == magic_modified;
    }
    return magic;
}

LinkType link_type_from_file(std::uint32_t number) {
    number &= 0xffffu;
    // DLT_RAW is 12 on most systems and 14 on OpenBSD.
    return number == 12 || number == 14 ? LinkType::raw_ip : static_cast<LinkType>(number);
}

proto::Result<std::unique_ptr<PcapReader>> PcapReader::open(std::unique_ptr<ByteSource> source) {
    std::unique_ptr<PcapReader> reader(new PcapReader(std::move(source)));
    if (auto header = reader->read_header(); !header) return tl::unexpected(std::move(header.error()));
    return reader;
}

proto::Result<void> PcapReader::read_header() {
    const proto::Bytes head = in_.view(header_size);
    magic_ = PcapMagic::read(head);
    if (in_.error()) return tl::unexpected(*in_.error());
    if (!magic_.known) return damaged("this is not a pcap file", "a pcap file begins with a1 b2 c3 d4 in some order");
    if (head.size() < header_size)
        return damaged(fmt::format("the file ends inside its header: {} of 24 bytes are there", head.size()),
                       "the file was cut off; there are no frames to read");
    const FileOrder order = magic_.order;
    const unsigned major = order.u16(head.data() + 4);
    minor_version_ = order.u16(head.data() + 6);
    if (major != 2) return damaged(fmt::format("pcap version {}.{} is unknown", major, minor_version_), "2.4 is usual");
    interface_.snapshot_length = order.u32(head.data() + 16);
    interface_.time_resolution = magic_.nanoseconds ? 9 : 6;
    const std::uint32_t link = order.u32(head.data() + 20);
    interface_.link_type = link_type_from_file(link);
    fcs_bytes_ = (link & fcs_present) != 0 ? (link >> 28) * 2 : 0;
    in_.consume(header_size);
    return {};
}

FileFacts PcapReader::facts() const {
    FileFacts facts;
    facts.format = magic_.modified ? "pcap, modified" : "pcap";
    facts.version = fmt::format("2.{}", minor_version_);
    facts.big_endian = magic_.order.big;
    return facts;
}

tl::unexpected<proto::Error> PcapReader::damaged(std::string what, std::string hint) {
    ended_ = true;
    return proto::fail(fmt::format("{}: byte {}: {}", in_.name(), in_.offset(), what), std::move(hint));
}

tl::unexpected<proto::Error> PcapReader::unreadable() const {
    proto::Error error = *in_.error();
    if (error.hint.empty()) error.hint = fmt::format("the {} frames before are whole", frames_);
    return tl::unexpected(std::move(error));
}

proto::Result<std::optional<Frame>> PcapReader::next() {
    if (ended_) return std::nullopt;
    const std::size_t record_header = magic_.modified ? 24 : 16;
    const proto::Bytes head = in_.view(record_header);
    if (head.size() < record_header) {
        ended_ = true;
        if (in_.error()) return unreadable();
        if (head.empty()) return std::nullopt;
        return damaged(fmt::format("the file ends inside the header of record {}: {} of {} bytes are there",
                                   frames_ + 1, head.size(), record_header),
                       fmt::format("the file was cut off; the {} frames before are whole", frames_));
    }
    const FileOrder order = magic_.order;
    const std::uint32_t seconds = order.u32(head.data()), fraction = order.u32(head.data() + 4);
    std::uint32_t captured = order.u32(head.data() + 8), original = order.u32(head.data() + 12);
    // Versions before 2.3 wrote the lengths the other way round, and 2.3 did on some systems.
    if (minor_version_ < 3 || (minor_version_ == 3 && captured > original)) std::swap(captured, original);
    if (captured > largest_frame)
        return damaged(
            fmt::format("record {} claims {} captured bytes, more than {}", frames_ + 1, captured, largest_frame),
            fmt::format("the file is damaged from here; the {} frames before are whole", frames_));
    const proto::Bytes record = in_.view(record_header + captured);
    if (record.size() < record_header + captured) {
        if (in_.error()) {
            ended_ = true;
            return unreadable();
        }
        return damaged(fmt::format("the file ends inside record {}: {} of {} captured bytes are there", frames_ + 1,
                                   record.size() - record_header, captured),
                       fmt::format("the file was cut off; the {} frames before are whole", frames_));
    }
    Frame frame;
    frame.has_interface = false;
    frame.number = ++frames_;
    frame.time = proto::time_at(std::int64_t{seconds} * 1'000'000'000 +
                                std::int64_t{fraction} * (magic_.nanoseconds ? 1 : 1000));
    frame.original_length = std::max(original, captured);
    frame.link_type = interface_.link_type;
    frame.bytes = record.subspan(record_header);
    record_at_ = in_.offset();
    in_.consume(record.size());
    return frame;
}

proto::Result<std::unique_ptr<PcapWriter>> PcapWriter::create(std::unique_ptr<ByteSink> out, LinkType link_type,
                                                              const PcapWriterOptions& options) {
    std::unique_ptr<PcapWriter> writer(new PcapWriter(std::move(out), link_type, options.nanoseconds));
    std::vector<std::uint8_t> header;
    LittleWriter w(header);
    w.u32(options.nanoseconds ? magic_nanoseconds : magic_microseconds);
    w.u16(2);
    w.u16(4);
    w.u32(0);  // time zone and accuracy: always 0
    w.u32(0);
    w.u32(options.snapshot_length);
    w.u32(static_cast<std::uint16_t>(link_type));
    if (auto done = writer->out_->append(header); !done) return tl::unexpected(std::move(done.error()));
    return writer;
}

proto::Result<void> PcapWriter::write(const Frame& frame) {
    if (frame.link_type != link_type_)
        return proto::fail(
            fmt::format("a pcap file holds one link type: this one {}, but frame {} has {}",
                        static_cast<unsigned>(link_type_), frame.number, static_cast<unsigned>(frame.link_type)),
            "write a .pcapng file instead");
    const std::int64_t time = frame.has_time ? proto::nanoseconds(frame.time) : 0;
    if (time < 0 || time / 1'000'000'000 > 0xffff'ffff || frame.far_seconds != 0)
        return proto::fail(
            fmt::format("a pcap file cannot hold the time {} of frame {}", epoch_seconds(frame), frame.number),
            "it counts 32-bit seconds from 1970");
    const proto::Bytes bytes = frame.bytes.first(std::min<std::size_t>(frame.bytes.size(), largest_frame));
    const auto captured = static_cast<std::uint32_t>(bytes.size());
    const auto fraction = static_cast<std::uint32_t>(time % 1'000'000'000);
    std::uint8_t head[16];
    store_le32(head, static_cast<std::uint32_t>(time / 1'000'000'000));
    store_le32(head + 4, nanoseconds_ ? fraction : fraction / 1000);
    store_le32(head + 8, captured);
    store_le32(head + 12, std::max(frame.original_length, captured));
    return out_->append(head, bytes);
}

}  // namespace layerlab::capture
