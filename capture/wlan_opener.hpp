// Frames of 802.11 together with what they hide, where a key opens it: the stage between a capture and its dissection
// that knows of WPA2. Frames pass through as they are; `Frame::opened` is set beside their bytes.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "capture/frame.hpp"
#include "proto/machine/wpa2_reader.hpp"

namespace layerlab::capture {

class WlanOpener final : public FrameSource {
  public:
    WlanOpener(std::unique_ptr<FrameSource> source, proto::machine::Wpa2Reader reader)
        : source_(std::move(source)), reader_(std::move(reader)) {}

    proto::Result<std::optional<Frame>> next() override;
    const std::shared_ptr<const void>& memory() const override { return source_->memory(); }
    std::string_view interface_name(std::uint32_t n) const override { return source_->interface_name(n); }
    std::span<const InterfaceInfo> interfaces() const override { return source_->interfaces(); }
    std::uint32_t section() const override { return source_->section(); }
    void at_section_end(std::function<void()> call) override { source_->at_section_end(std::move(call)); }
    FileFacts facts() const override { return source_->facts(); }

  private:
    std::unique_ptr<FrameSource> source_;
    proto::machine::Wpa2Reader reader_;
    std::optional<std::vector<std::uint8_t>> opened_;
};

// The frame of 802.11 in a captured one, without radiotap's header and without its check sequence; empty if there is
// none or its end was not captured.
proto::Bytes wlan_frame(const Frame& frame);

}  // namespace layerlab::capture
