// Opens a capture file of any format that we read, by its first bytes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "capture/byte_source.hpp"
#include "capture/compression.hpp"
#include "capture/file_bytes.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

// "-" is the standard input. A file that is no capture is an error that says what it looks like. What gzip or zstd have
// compressed is unpacked on the way. `before_wait`: see FileSource.
proto::Result<std::unique_ptr<FrameSource>> open_capture(const std::string& path,
                                                         std::function<void()> before_wait = {});
// `packed`: what it was compressed with, if anything.
proto::Result<std::unique_ptr<FrameSource>> open_capture(std::unique_ptr<ByteSource> source,
                                                         Compression* packed = nullptr);

// Where the bytes of a capture go: a file, compressed if the name ends in .gz or .zst; "-" is the standard output.
proto::Result<std::unique_ptr<ByteSink>> create_capture_bytes(const std::string& path,
                                                              FlushPolicy policy = FlushPolicy::when_full);

// What a file that begins so looks like: "compressed by gzip", "text", "empty".
std::string looks_like(proto::Bytes first_bytes);

}  // namespace layerlab::capture
