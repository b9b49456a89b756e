// The files that a live capture is written to: one, or a number of them of limited size, of which the oldest is begun
// anew when the last is full. All are open from the beginning, so that no rights are needed later. pcapng, or pcap
// where the name says so (.pcap); compressed where it ends in .gz or .zst; "-" is the standard output.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture/file_bytes.hpp"
#include "capture/pcapng_writer.hpp"

namespace layerlab::capture {

struct CaptureFileSettings {
    std::string path;
    PcapngWriter::Interface interface;
    std::uint64_t most_bytes = 0;  // of one file, as far as its compression lets that be told; 0: no limit
    unsigned count = 1;
    // Asked at the end of each file.
    std::function<PcapngWriter::Statistics()> statistics;
};

class CaptureFiles {
  public:
    static constexpr unsigned most_files = 500;

    static proto::Result<std::unique_ptr<CaptureFiles>> open(CaptureFileSettings settings);

    // Frames of the one interface. What is handed over goes to the file in whole records only.
    proto::Result<void> write(const Frame& frame);
    // What was written is in the file, whatever happens now.
    proto::Result<void> flush();
    // Adds the statistics and flushes.
    proto::Result<void> finish();
    // The file that is being written.
    const std::string& path() const { return paths_[now_]; }

    // "out.pcapng.gz", 3, 12: "out-03.pcapng.gz"
    static std::string numbered(const std::string& path, unsigned number, unsigned count);

  private:
    explicit CaptureFiles(CaptureFileSettings settings) : settings_(std::move(settings)) {}
    proto::Result<void> begin();
    proto::Result<void> next_file();

    CaptureFileSettings settings_;
    std::vector<std::string> paths_;
    std::vector<FileDescriptor> descriptors_;  // while they are not written to
    unsigned now_ = 0;
    bool is_pcap_ = false, has_frames_ = false;
    FileSink* file_ = nullptr;  // behind the writer
    ByteSink* bytes_ = nullptr;
    std::unique_ptr<FrameSink> frames_;
    PcapngWriter* pcapng_ = nullptr;
};

}  // namespace layerlab::capture
