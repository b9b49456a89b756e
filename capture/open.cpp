#include "capture/open.hpp"

#include <array>
#include <fmt/format.h>

#include "capture/compression.hpp"
#include "capture/pcap_file.hpp"
#include "capture/pcapng_file.hpp"

namespace layerlab::capture {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t enough_to_tell = 64;

// Gives back first what was read to find out the format.
class ReplaySource final : public ByteSource {
  public:
    ReplaySource(std::vector<std::uint8_t> first, std::unique_ptr<ByteSource> rest)
        : first_(std::move(first)), rest_(std::move(rest)) {}

    proto::Result<std::size_t> read(proto::MutableBytes into) override {
        if (given_ == first_.size()) return rest_->read(into);
        const std::size_t n = std::min(into.size(), first_.size() - given_);
        std::memcpy(into.data(), first_.data() + given_, n);
        given_ += n;
        return n;
    }
    const std::string& name() const override { return rest_->name(); }

  private:
    std::vector<std::uint8_t> first_;
    std::size_t given_ = 0;
    std::unique_ptr<ByteSource> rest_;
};

struct Known {
    std::string_view magic;
    const char* what;
};
constexpr std::array<Known, 11> known_files{{{"\x1f\x8b"sv, "compressed by gzip"},
                                             {"\x28\xb5\x2f\xfd"sv, "compressed by zstd"},
                                             {"\xfd"
                                              "7zXZ"sv,
                                              "compressed by xz"},
                                             {"BZh"sv, "compressed by bzip2"},
                                             {"\x04\x22\x4d\x18"sv, "compressed by lz4"},
                                             {"PK\x03\x04"sv, "a zip archive"},
                                             {"\x7f"
                                              "ELF"sv,
                                              "a program"},
                                             {"snoop\0\0\0"sv, "a snoop capture, which is not read"},
                                             {"GMBU"sv, "a Network Monitor capture, which is not read"},
                                             {"RTSS"sv, "a Network Monitor capture, which is not read"},
                                             {"\x89PNG"sv, "a picture"}}};

bool is_text(proto::Bytes bytes) {
    std::size_t beyond_ascii = 0;
    for (const std::uint8_t b : bytes) {
        if (b == 0x7f || (b < 0x20 && b != '\n' && b != '\r' && b != '\t')) return false;
        if (b >= 0x80) ++beyond_ascii;
    }
    return beyond_ascii * 2 < bytes.size();
}

bool is_pcapng(proto::Bytes first) {
    return first.size() >= 4 && proto::load_be32(first.data()) == pcapng_section_header;
}

// As many as it takes to tell what it is: from a pipe no more may come for a while.
proto::Result<std::vector<std::uint8_t>> first_bytes(ByteSource& source) {
    std::vector<std::uint8_t> first(enough_to_tell);
    std::size_t have = 0;
    const auto is_told = [&] {
        const proto::Bytes seen = proto::Bytes(first).first(have);
        return have >= 4 &&
               (is_pcapng(seen) || PcapMagic::read(seen).known || compression_of(seen) != Compression::none);
    };
    while (have < first.size() && !is_told()) {
        auto got = source.read(proto::MutableBytes(first).subspan(have));
        if (!got) return tl::unexpected(std::move(got.error()));
        if (*got == 0) break;
        have += *got;
    }
    first.resize(have);
    return first;
}

proto::Result<std::unique_ptr<FrameSource>> open_unpacked(std::unique_ptr<ByteSource> source) {
    auto first = first_bytes(*source);
    if (!first) return tl::unexpected(std::move(first.error()));
    const bool pcapng = is_pcapng(*first);
    if (!pcapng && !PcapMagic::read(*first).known) {
        const std::string what = looks_like(*first);
        return proto::fail(fmt::format("{}: this is not a capture file: it is {}", source->name(), what),
                           what.find("compressed") == 0 ? "unpack it first" : "pcap and pcapng files are read");
    }
    auto whole = std::make_unique<ReplaySource>(std::move(*first), std::move(source));
    if (pcapng) {
        auto reader = PcapngReader::open(std::move(whole));
        if (!reader) return tl::unexpected(std::move(reader.error()));
        return std::unique_ptr<FrameSource>(std::move(*reader));
    }
    auto reader = PcapReader::open(std::move(whole));
    if (!reader) return tl::unexpected(std::move(reader.error()));
    return std::unique_ptr<FrameSource>(std::move(*reader));
}

}  // namespace

std::string looks_like(proto::Bytes first_bytes) {
    if (first_bytes.empty()) return "empty";
    for (const Known& known : known_files)
        if (proto::as_text(first_bytes).substr(0, known.magic.size()) == known.magic) return known.what;
    if (is_text(first_bytes)) return "text";
    std::string hex;
    for (const std::uint8_t b : first_bytes.first(std::min<std::size_t>(first_bytes.size(), 4)))
        hex += fmt::format("{}{:02x}", hex.empty() ? "" : " ", b);
    return fmt::format("an unknown format that begins with {}", hex);
}

proto::Result<std::unique_ptr<FrameSource>> open_capture(std::unique_ptr<ByteSource> source, Compression* found) {
    auto first = first_bytes(*source);
    if (!first) return tl::unexpected(std::move(first.error()));
    const Compression packed = compression_of(*first);
    if (found != nullptr) *found = packed;
    source = std::make_unique<ReplaySource>(std::move(*first), std::move(source));
    if (packed == Compression::none) return open_unpacked(std::move(source));
    return open_unpacked(decompressed(packed, std::move(source)));
}

proto::Result<std::unique_ptr<FrameSource>> open_capture(const std::string& path, std::function<void()> before_wait) {
    auto file = FileSource::open(path);
    if (!file) return tl::unexpected(std::move(file.error()));
    (*file)->before_wait(std::move(before_wait));
    return open_capture(std::unique_ptr<ByteSource>(std::move(*file)));
}

proto::Result<std::unique_ptr<ByteSink>> create_capture_bytes(const std::string& path, FlushPolicy policy) {
    auto file = FileSink::create(path, policy);
    if (!file) return tl::unexpected(std::move(file.error()));
    return compressed(compression_named(path), std::move(*file));
}

}  // namespace layerlab::capture
