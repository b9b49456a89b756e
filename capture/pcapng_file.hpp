// Reads pcapng (draft-ietf-opsawg-pcapng): blocks of a type, a length, a body and the length again.
//
//     section header    byte order, version; begins a section with interfaces of its own
//     interface         link type, snapshot length, name, unit and offset of times
//     enhanced packet   interface, time, lengths, frame, options (comments, flags)
//     simple packet     original length and frame, of interface 0, without time
//     packet            the obsolete form of the enhanced one
//     statistics        what an interface has received and dropped
//
// Other blocks (names, custom, secrets, unknown ones) are stepped over. Does not: write
// (pcapng_writer.hpp), check the section length (the blocks themselves say where they end).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/block_reader.hpp"
#include "capture/byte_order.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

inline constexpr std::uint32_t pcapng_section_header = 0x0a0d'0d0a;

class PcapngReader final : public FrameSource {
  public:
    static proto::Result<std::unique_ptr<PcapngReader>> open(std::unique_ptr<ByteSource> source);

    proto::Result<std::optional<Frame>> next() override;
    const std::shared_ptr<const void>& memory() const override { return in_.memory(); }
    std::string_view interface_name(std::uint32_t interface) const override {
        return interface < interfaces_.size() ? std::string_view(interfaces_[interface].name) : std::string_view {};
    }
    std::span<const InterfaceInfo> interfaces() const override { return interfaces_; }
    std::uint32_t section() const override { return facts_.sections - 1; }
    void at_section_end(std::function<void()> call) override { at_section_end_ = std::move(call); }
    FileFacts facts() const override { return facts_; }
    // Where the block of the frame read last begins.
    std::uint64_t place() const { return block_at_; }

  private:
    // One block that is whole in the window; `body` leaves out the frame of type and lengths.
    struct Block {
        std::uint32_t type = 0;
        proto::Bytes body;
    };

    explicit PcapngReader(std::unique_ptr<ByteSource> source) : in_(std::move(source)) {}
    proto::Result<bool> next_block(Block& block);  // false at the end
    proto::Result<void> step_over(std::uint64_t length);
    proto::Result<void> read_section(proto::Bytes body);
    proto::Result<void> read_interface(proto::Bytes body);
    proto::Result<void> read_statistics(proto::Bytes body);
    proto::Result<Frame> read_packet(const Block& block);
    proto::Result<Frame> read_simple_packet(proto::Bytes body);
    template <class Use>
    proto::Result<void> read_options(proto::Bytes options, Use use);
    tl::unexpected<proto::Error> damaged(std::string what, std::string hint = {});
    tl::unexpected<proto::Error> cut_off(std::uint64_t there, std::uint64_t wanted);

    BlockReader in_;
    FileOrder order_;
    bool in_section_ = false;
    std::vector<InterfaceInfo> interfaces_;
    FileFacts facts_;
    std::function<void()> at_section_end_;
    std::string comment_;
    std::uint64_t block_at_ = 0;  // where the block begins that is being read
    std::size_t to_consume_ = 0;  // the block that the last frame points into
    std::uint64_t frames_ = 0;
    bool ended_ = false;
};

// Sets the time of a frame that was captured `ticks` units of `resolution` (as in InterfaceInfo) after the offset.
void set_pcapng_time(Frame& frame, std::uint64_t ticks, std::uint8_t resolution, std::int64_t offset_seconds);

}  // namespace layerlab::capture
