// One way of compressing, as the decorators of compression.hpp use it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/base/bytes.hpp"

namespace layerlab::capture {

class Decoder {
  public:
    virtual ~Decoder() = default;
    // Takes from the front of `in`, puts to the front of `out`; both become what is left. Says what is wrong with the
    // data, or nothing.
    virtual std::string decode(proto::Bytes& in, proto::MutableBytes& out) = 0;
    // Whether the data may end here.
    virtual bool is_whole() const = 0;
};

class Encoder {
  public:
    virtual ~Encoder() = default;
    virtual void encode(proto::Bytes in, std::vector<std::uint8_t>& out) = 0;
    // Ends the member; the next call of encode() begins another.
    virtual void end(std::vector<std::uint8_t>& out) = 0;
};

std::unique_ptr<Decoder> gzip_decoder();
std::unique_ptr<Encoder> gzip_encoder();
std::unique_ptr<Decoder> zstd_decoder();
std::unique_ptr<Encoder> zstd_encoder();

}  // namespace layerlab::capture
