// Where the bytes of a capture come from and go to: a file, a pipe or memory. Readers and writers of capture formats
// know only these two interfaces, so that they can be tested and fuzzed without files.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/bytes.hpp"
#include "proto/base/result.hpp"

namespace layerlab::capture {

class ByteSource {
  public:
    virtual ~ByteSource() = default;
    // Fills the front of `into` and says how many bytes it put there; 0 at the end.
    virtual proto::Result<std::size_t> read(proto::MutableBytes into) = 0;
    // What messages call it: the path.
    virtual const std::string& name() const = 0;
};

// Bytes in memory that outlive the source.
class MemorySource final : public ByteSource {
  public:
    explicit MemorySource(proto::Bytes bytes, std::string name = "memory") : left_(bytes), name_(std::move(name)) {}

    proto::Result<std::size_t> read(proto::MutableBytes into) override {
        const std::size_t n = std::min(into.size(), left_.size());
        if (n > 0) std::memcpy(into.data(), left_.data(), n);
        left_ = left_.subspan(n);
        return n;
    }
    const std::string& name() const override { return name_; }

  private:
    proto::Bytes left_;
    std::string name_;
};

class ByteSink {
  public:
    virtual ~ByteSink() = default;
    // Appends one record whole; a record is never torn apart by a flush of earlier ones.
    virtual proto::Result<void> append(proto::Bytes record) = 0;
    // The same for a record in two pieces.
    virtual proto::Result<void> append(proto::Bytes head, proto::Bytes body) {
        std::vector<std::uint8_t> record(head.begin(), head.end());
        record.insert(record.end(), body.begin(), body.end());
        return append(proto::Bytes(record));
    }
    virtual proto::Result<void> flush() = 0;
};

class MemorySink final : public ByteSink {
  public:
    using ByteSink::append;
    proto::Result<void> append(proto::Bytes record) override {
        bytes.insert(bytes.end(), record.begin(), record.end());
        return {};
    }
    proto::Result<void> flush() override { return {}; }

    std::vector<std::uint8_t> bytes;
};

}  // namespace layerlab::capture
