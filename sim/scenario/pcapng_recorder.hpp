// Writes the frames of a run as pcapng: every port is a named interface ("gw.wan", "pc1.lo"), times are wall-clock
// times of the scenario's clock, in nanoseconds. Packet N of the file is frame N of frame_list.hpp, unless only some
// ports are wanted; then each packet says its number. Decisions and drops are comments of the packet, its flags say the
// direction as the port sees it. Frames that were dropped otherwise than on arrival are on the interface "(dropped)".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "capture/pcapng_writer.hpp"
#include "sim/scenario/frame_list.hpp"
#include "sim/scenario/frame_text.hpp"

namespace layerlab::sim::scenario {

class PcapngRecorder final : public FrameList {
  public:
    // `at`: names of devices and ports; empty: all. Scenario and plan must outlive the recorder.
    static proto::Result<std::unique_ptr<PcapngRecorder>> create(std::unique_ptr<capture::ByteSink> out,
                                                                 const Scenario& scenario, const Plan& plan,
                                                                 const std::vector<std::string>& at = {});
    // After the run. The first error of writing, if there was one.
    proto::Result<void> finish();

  protected:
    void on_frame(const FrameEntry& entry) override;

  private:
    PcapngRecorder(const Scenario& scenario, const Plan& plan)
        : scenario_(scenario), plan_(plan), names_(scenario, plan) {}
    proto::Result<void> select(const std::vector<std::string>& at);
    proto::Result<void> select(const std::string& name);
    proto::Result<void> add_ports();
    bool is_wanted(NodeId node, sim::PortId port) const;
    proto::Result<std::uint32_t> interface_of(const Record& record);
    proto::Result<void> write(const FrameEntry& entry);
    std::string comment_on(const FrameEntry& entry) const;

    const Scenario& scenario_;
    const Plan& plan_;
    ScenarioNames names_;
    std::unique_ptr<capture::PcapngWriter> writer_;
    bool is_restricted_ = false;
    std::vector<bool> wanted_devices_, wanted_ports_;              // the ports by their index in the plan
    std::unordered_map<std::uint64_t, std::uint32_t> interfaces_;  // by node and port
    std::optional<std::uint32_t> dropped_;
    std::optional<proto::Error> error_;
    std::vector<std::uint8_t> framed_;
};

}  // namespace layerlab::sim::scenario
