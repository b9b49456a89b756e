// A capture file that frames of other captures go to, as a pcap or pcapng file: each interface of each source becomes
// one of the file's own (pcapng), declared before its first frame, also when there comes none.
// Does not: keep what is no frame (names, secrets, statistics).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/file_bytes.hpp"
#include "capture/frame.hpp"
#include "capture/pcap_file.hpp"
#include "capture/pcapng_writer.hpp"

namespace layerlab::capture {

enum class FileFormat : std::uint8_t { pcap, pcapng };

// By the ending of a name, within that of a compression: .pcap and .cap, or .pcapng.
std::optional<FileFormat> format_named(std::string_view path);

struct FrameFileSettings {
    FileFormat format = FileFormat::pcapng;
    // Unit of times; otherwise each interface keeps its own, as far as nanoseconds tell it.
    std::optional<bool> nanoseconds{};
    std::uint32_t snapshot_length = 0;  // frames have been cut to this; 0: no
    bool keep_texts = true;             // comments, and names and filters of interfaces
};

class FrameFile {
  public:
    using Settings = FrameFileSettings;
    FrameFile(std::unique_ptr<ByteSink> out, const Settings& settings) : out_(std::move(out)), settings_(settings) {}

    // A frame that was read from the source, the `from`th of several. `name` is what its nameless interfaces are
    // called.
    proto::Result<void> write(const Frame& frame, const FrameSource& source, std::size_t from = 0,
                              std::string_view name = {});
    // What has been written is in the file, whatever happens now.
    proto::Result<void> flush();
    // The interfaces of a source that gives no more frames.
    proto::Result<void> finish(const FrameSource& source, std::size_t from = 0, std::string_view name = {}) {
        return declare(source, from, name);
    }

  private:
    // The numbers that the interfaces of a source's section have here.
    struct Numbers {
        std::uint32_t section = 0;
        std::vector<std::uint32_t> of{};
    };
    proto::Result<void> declare(const FrameSource& source, std::size_t from, std::string_view name);
    proto::Result<void> begin_pcap(const InterfaceInfo& interface);

    std::unique_ptr<ByteSink> out_;  // until there is a writer
    Settings settings_;
    std::unique_ptr<PcapWriter> pcap_;
    std::unique_ptr<PcapngWriter> pcapng_;
    std::vector<Numbers> numbers_;
};

}  // namespace layerlab::capture
