// The classic capture file: a header of 24 bytes and records of 16 bytes and a frame each
// (draft-ietf-opsawg-pcap). Reads both byte orders, microseconds and nanoseconds, the swapped lengths of versions
// before 2.4 and Kuznetzov's modified records; writes little endian, nanoseconds or microseconds.
// Does not: several link types in one file, comments (pcapng_file.hpp has both). A frame check sequence that the link
// type field announces stays part of the frame's bytes.
#pragma once

#include <memory>

#include "capture/block_reader.hpp"
#include "capture/byte_order.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

// Longer frames are taken for damage, as tcpdump and Wireshark do.
inline constexpr std::uint32_t largest_frame = 262'144;

// Whether a file that begins so is a pcap file, and of what kind.
struct PcapMagic {
    bool known = false;
    bool nanoseconds = false;
    bool modified = false;  // Kuznetzov's: eight more bytes in each record header
    FileOrder order;

    static PcapMagic read(proto::Bytes first_bytes);
};

class PcapReader final : public FrameSource {
  public:
    static proto::Result<std::unique_ptr<PcapReader>> open(std::unique_ptr<ByteSource> source);

    proto::Result<std::optional<Frame>> next() override;
    const std::shared_ptr<const void>& memory() const override { return in_.memory(); }

    std::span<const InterfaceInfo> interfaces() const override { return {&interface_, 1}; }
    FileFacts facts() const override;
    LinkType link_type() const { return interface_.link_type; }
    std::uint32_t snapshot_length() const { return interface_.snapshot_length; }
    // Bytes of frame check sequence at the end of each frame, 0 if the file does not say.
    unsigned fcs_bytes() const { return fcs_bytes_; }
    const PcapMagic& magic() const { return magic_; }
    bool swaps_lengths() const { return minor_version_ < 4; }  // some versions before 2.4 did
    // Where the record of the frame read last begins.
    std::uint64_t place() const { return record_at_; }

  private:
    explicit PcapReader(std::unique_ptr<ByteSource> source) : in_(std::move(source)) {}
    proto::Result<void> read_header();
    tl::unexpected<proto::Error> damaged(std::string what, std::string hint);
    tl::unexpected<proto::Error> unreadable() const;  // why reading the source ended

    BlockReader in_;
    PcapMagic magic_;
    std::uint16_t minor_version_ = 4;
    InterfaceInfo interface_;
    unsigned fcs_bytes_ = 0;
    std::uint64_t frames_ = 0, record_at_ = 0;
    bool ended_ = false;
};

struct PcapWriterOptions {
    bool nanoseconds = true;
    std::uint32_t snapshot_length = largest_frame;
};

class PcapWriter final : public FrameSink {
  public:
    // Writes the header at once. All frames must have this link type.
    static proto::Result<std::unique_ptr<PcapWriter>> create(std::unique_ptr<ByteSink> out, LinkType link_type,
                                                             const PcapWriterOptions& options = {});

    proto::Result<void> write(const Frame& frame) override;
    proto::Result<void> flush() { return out_->flush(); }

  private:
    PcapWriter(std::unique_ptr<ByteSink> out, LinkType link_type, bool nanoseconds)
        : out_(std::move(out)), link_type_(link_type), nanoseconds_(nanoseconds) {}

    std::unique_ptr<ByteSink> out_;
    LinkType link_type_;
    bool nanoseconds_;
};

// The link type that a number in a file stands for: some systems write their own numbers for raw IP.
LinkType link_type_from_file(std::uint32_t number);

}  // namespace layerlab::capture
