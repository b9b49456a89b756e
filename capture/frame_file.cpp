#include "capture/frame_file.hpp"

#include <algorithm>

#include "capture/compression.hpp"

namespace layerlab::capture {
namespace {

bool needs_nanoseconds(const InterfaceInfo& interface) {
    const std::uint8_t resolution = interface.time_resolution;
    return (resolution & 0x80u) != 0 || resolution > 6;
}

}  // namespace

std::optional<FileFormat> format_named(std::string_view path) {
    path = without_compression(path);
    const std::size_t dot = path.rfind('.');
    const std::string_view ending = dot == std::string_view::npos ? std::string_view{} : path.substr(dot);
    if (ending == ".pcap" || ending == ".cap") return FileFormat::pcap;
    if (ending == ".pcapng") return FileFormat::pcapng;
    return std::nullopt;
}

proto::Result<void> FrameFile::begin_pcap(const InterfaceInfo& interface) {
    PcapWriterOptions options;
    options.nanoseconds = settings_.nanoseconds.value_or(needs_nanoseconds(interface));
    if (settings_.snapshot_length != 0)
        options.snapshot_length = settings_.snapshot_length;
    else if (interface.snapshot_length != 0)
        options.snapshot_length = interface.snapshot_length;
    auto made = PcapWriter::create(std::move(out_), interface.link_type, options);
    if (!made) return tl::unexpected(std::move(made.error()));
    pcap_ = std::move(*made);
    return {};
}

proto::Result<void> FrameFile::declare(const FrameSource& source, std::size_t from, std::string_view name) {
    const auto declared = source.interfaces();
    if (settings_.format == FileFormat::pcap) {
        if (pcap_) return {};
        return begin_pcap(declared.empty() ? InterfaceInfo{} : declared.front());
    }
    if (!pcapng_) {
        auto made = PcapngWriter::create(std::move(out_));
        if (!made) return tl::unexpected(std::move(made.error()));
        pcapng_ = std::move(*made);
    }
    if (from >= numbers_.size()) numbers_.resize(from + 1);
    Numbers& numbers = numbers_[from];
    if (numbers.section != source.section()) numbers = {source.section(), {}};
    while (numbers.of.size() < declared.size()) {
        const InterfaceInfo& info = declared[numbers.of.size()];
        PcapngWriter::Interface made;
        made.link_type = info.link_type;
        made.snapshot_length = info.snapshot_length;
        if (settings_.snapshot_length != 0)
            made.snapshot_length = info.snapshot_length == 0
                                       ? settings_.snapshot_length
                                       : std::min(info.snapshot_length, settings_.snapshot_length);
        made.bits_per_second = info.bits_per_second;
        made.nanoseconds = settings_.nanoseconds.value_or(needs_nanoseconds(info));
        if (settings_.keep_texts) {
            made.name = info.name.empty() ? std::string(name) : info.name;
            made.description = info.description;
            made.filter = info.filter;
        }
        const auto number = pcapng_->add_interface(made);
        if (!number) return tl::unexpected(number.error());
        numbers.of.push_back(*number);
    }
    return {};
}

proto::Result<void> FrameFile::write(const Frame& frame, const FrameSource& source, std::size_t from,
                                     std::string_view name) {
    if (settings_.format == FileFormat::pcap && !pcap_) {
        const auto declared = source.interfaces();
        InterfaceInfo interface = frame.interface < declared.size() ? declared[frame.interface] : InterfaceInfo {};
        interface.link_type = frame.link_type;
        if (std::any_of(declared.begin(), declared.end(), needs_nanoseconds)) interface.time_resolution = 9;
        if (auto begun = begin_pcap(interface); !begun) return begun;
    }
    if (pcap_) return pcap_->write(frame);
    if (from >= numbers_.size() || numbers_[from].section != source.section() ||
        numbers_[from].of.size() < source.interfaces().size())
        if (auto done = declare(source, from, name); !done) return done;
    Frame mine = frame;
    const auto& of = numbers_[from].of;
    if (frame.interface < of.size()) mine.interface = of[frame.interface];
    if (!settings_.keep_texts) mine.comment = {};
    return pcapng_->write(mine);
}

proto::Result<void> FrameFile::flush() {
    if (pcap_) return pcap_->flush();
    if (pcapng_) return pcapng_->flush();
    return {};
}

}  // namespace layerlab::capture
