// Opens a capture file of any format that we read, by its first bytes.
#pragma once

#include <memory>
#include <string>

#include "capture/byte_source.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

// "-" is the standard input. A file that is no capture is an error that says what it looks like.
proto::Result<std::unique_ptr<FrameSource>> open_capture(const std::string& path);
proto::Result<std::unique_ptr<FrameSource>> open_capture(std::unique_ptr<ByteSource> source);

// What a file that begins so looks like: "compressed by gzip", "text", "empty".
std::string looks_like(proto::Bytes first_bytes);

}  // namespace layerlab::capture
