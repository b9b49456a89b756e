// A sink that is looked into after the one who owns it has gone.
#pragma once

#include <vector>

#include "capture/byte_source.hpp"

namespace layerlab::capture {

class KeptBytes final : public ByteSink {
  public:
    explicit KeptBytes(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}
    using ByteSink::append;
    proto::Result<void> append(proto::Bytes record) override {
        bytes_.insert(bytes_.end(), record.begin(), record.end());
        return {};
    }
    proto::Result<void> flush() override { return {}; }

  private:
    std::vector<std::uint8_t>& bytes_;
};

}  // namespace layerlab::capture
