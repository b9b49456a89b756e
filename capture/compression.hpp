// Captures within gzip (RFC 1952) or zstd (RFC 8878): decorators of sources and sinks that know neither files nor
// formats of captures. Memory is that of the codec, whatever the data claim: 32 KiB for gzip; for zstd the window that
// the data ask for, at most 128 MiB as its own tool allows.
// Members (frames of zstd) may follow one another, as `cat a.gz b.gz` makes them.
#pragma once

#include <memory>
#include <string_view>

#include "capture/byte_source.hpp"

namespace layerlab::capture {

enum class Compression { none, gzip, zstd };

// By a file's first bytes; four are enough.
Compression compression_of(proto::Bytes first_bytes);
// By the ending of a name: .gz or .zst.
Compression compression_named(std::string_view path);
// "x.pcap.gz": "x.pcap"
std::string_view without_compression(std::string_view path);

// What is behind the source. All that could be unpacked is given before the error, which names the byte of the
// compressed data where it is damaged or ends too early.
std::unique_ptr<ByteSource> decompressed(Compression, std::unique_ptr<ByteSource>);

// flush() ends the member, so that everything before it can be read whatever happens later; what is appended
// afterwards begins a new one.
std::unique_ptr<ByteSink> compressed(Compression, std::unique_ptr<ByteSink>);

}  // namespace layerlab::capture
