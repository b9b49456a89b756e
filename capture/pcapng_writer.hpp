// Writes pcapng (draft-ietf-opsawg-pcapng): one section, little endian, nanoseconds (or microseconds), any number of
// named interfaces of any link types, packets with comments and flags, statistics of interfaces. Records keep the order
// in which they are given.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/byte_source.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

struct PcapngWriterOptions {
    std::string application = "LayerLab";  // who wrote the file
    std::string comment{};                 // on the whole section
};

class PcapngWriter final : public FrameSink {
  public:
    using Options = PcapngWriterOptions;
    struct Interface {
        std::string name, description;
        LinkType link_type = LinkType::ethernet;
        std::uint64_t bits_per_second = 0;  // 0: not said
        std::uint32_t snapshot_length = 0;  // 0: no limit
        std::string filter{};               // in libpcap's language; what did not match it was never seen
        bool nanoseconds = true;            // otherwise microseconds
    };
    // What an interface has seen since `begin`; what is not known is left out.
    struct Statistics {
        proto::Time begin{}, end{};
        std::uint64_t received = 0;                           // by the system, for us
        std::optional<std::uint64_t> dropped_by_interface{};  // for lack of room
        std::optional<std::uint64_t> dropped_by_system{};
        std::uint64_t delivered = 0;  // to the program
        std::string comment{};
    };

    // Writes the section header at once.
    static proto::Result<std::unique_ptr<PcapngWriter>> create(std::unique_ptr<ByteSink> out,
                                                               const Options& options = {});

    // Interfaces may be added at any time before their first frame; numbers count from 0.
    proto::Result<std::uint32_t> add_interface(const Interface& interface);
    // Each line of the frame's comment becomes a comment of its own.
    proto::Result<void> write(const Frame& frame) override;
    // May be written several times; the last one counts.
    proto::Result<void> write_statistics(std::uint32_t interface, const Statistics& statistics);
    proto::Result<void> flush() { return out_->flush(); }

  private:
    explicit PcapngWriter(std::unique_ptr<ByteSink> out) : out_(std::move(out)) {}
    void begin(std::uint32_t type);
    void option(std::uint16_t code, proto::Bytes value);
    void text_option(std::uint16_t code, std::string_view text);
    void u64_option(std::uint16_t code, std::uint64_t value);
    proto::Result<void> end();

    std::unique_ptr<ByteSink> out_;
    struct Known {
        LinkType link_type;
        bool nanoseconds;
    };
    std::vector<Known> interfaces_;
    std::vector<std::uint8_t> block_;
};

}  // namespace layerlab::capture
