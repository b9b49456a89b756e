#include "sim/scenario/pcapng_recorder.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/kernel/stats.hpp"
#include "sim/net/interface.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {
namespace {

constexpr std::uint64_t port_key(NodeId node, sim::PortId port) { return std::uint64_t{node} << 16 | port; }

}  // namespace

proto::Result<std::unique_ptr<PcapngRecorder>> PcapngRecorder::create(std::unique_ptr<capture::ByteSink> out,
                                                                      const Scenario& scenario, const Plan& plan,
                                                                      const std::vector<std::string>& at) {
    std::unique_ptr<PcapngRecorder> recorder(new PcapngRecorder(scenario, plan));
    if (auto selected = recorder->select(at); !selected) return tl::unexpected(std::move(selected.error()));
    auto writer = capture::PcapngWriter::create(std::move(out), {.comment = scenario.title});
    if (!writer) return tl::unexpected(std::move(writer.error()));
    recorder->writer_ = std::move(*writer);
    if (auto added = recorder->add_ports(); !added) return tl::unexpected(std::move(added.error()));
    return recorder;
}

proto::Result<void> PcapngRecorder::select(const std::vector<std::string>& at) {
    is_restricted_ = !at.empty();
    wanted_devices_.resize(scenario_.devices.size());
    wanted_ports_.resize(plan_.ports.size());
    for (const std::string& name : at)
        if (auto selected = select(name); !selected) return selected;
    return {};
}

proto::Result<void> PcapngRecorder::select(const std::string& name) {
    const std::size_t dot = name.find('.');
    const std::string_view device_name = std::string_view(name).substr(0, dot);
    NearestWord nearest(dot == name.npos ? name : std::string_view(name).substr(dot + 1));
    const auto device = std::find_if(scenario_.devices.begin(), scenario_.devices.end(),
                                     [&](const Device& d) { return d.name == device_name; });
    if (device == scenario_.devices.end()) {
        NearestWord near_device(device_name);
        for (const Device& d : scenario_.devices) near_device.offer(d.name);
        return proto::fail(fmt::format("there is no device {}", shown(device_name)), did_you_mean(near_device));
    }
    const auto id = static_cast<DeviceId>(device - scenario_.devices.begin());
    bool found = false;
    const auto ports = plan_.ports_of(id);
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const std::string port = scenario_.port_name(ports[i].id);
        nearest.offer(port);
        if (dot != name.npos && name.compare(dot + 1, name.npos, port) != 0) continue;
        wanted_ports_[plan_.devices[id].first_port + i] = found = true;
    }
    if (dot == name.npos)
        wanted_devices_[id] = true;
    else if (!found)
        return proto::fail(
            fmt::format("{} has no port {}", device->name, shown(std::string_view(name).substr(dot + 1))),
            did_you_mean(nearest));
    return {};
}

bool PcapngRecorder::is_wanted(NodeId node, sim::PortId port) const {
    if (!is_restricted_) return true;
    if (node >= wanted_devices_.size()) return false;
    if (wanted_devices_[node]) return true;
    return port < plan_.ports_of(node).size() && wanted_ports_[plan_.devices[node].first_port + port];
}

proto::Result<void> PcapngRecorder::add_ports() {
    for (NodeId node = 0; node < scenario_.devices.size(); ++node) {
        const auto ports = plan_.ports_of(node);
        for (std::size_t i = 0; i < ports.size(); ++i) {
            const auto port = static_cast<sim::PortId>(i);
            if (!is_wanted(node, port)) continue;
            const auto rate = scenario_.links[ports[i].id / 2].properties.rate.value_or(Rate{1'000'000'000});
            const auto number = writer_->add_interface(
                {.name = place_name(names_, node, port), .description = {}, .bits_per_second = rate.bits_per_second});
            if (!number) return tl::unexpected(number.error());
            interfaces_[port_key(node, port)] = *number;
        }
    }
    return {};
}

proto::Result<std::uint32_t> PcapngRecorder::interface_of(const Record& record) {
    if (record.kind == RecordKind::frame_dropped) {
        if (dropped_) return *dropped_;
        auto number = writer_->add_interface({.name = "(dropped)", .description = "frames that did not arrive"});
        if (number) dropped_ = *number;
        return number;
    }
    const std::uint64_t key = port_key(record.node, record.port);
    if (const auto it = interfaces_.find(key); it != interfaces_.end()) return it->second;
    auto number = writer_->add_interface({.name = place_name(names_, record.node, record.port), .description = {}});
    if (number) interfaces_[key] = *number;
    return number;
}

std::string PcapngRecorder::comment_on(const FrameEntry& entry) const {
    std::string comment;
    const auto add = [&](const Record& about, const std::string& text) {
        if (!comment.empty()) comment += '\n';
        comment += text;
        if (about.at != entry.record.at) comment += fmt::format(" (at {} s)", proto::to_seconds(about.at));
        const Place place = place_of(about.line);
        if (place.known() && place.file < scenario_.sources.size())
            comment += fmt::format(" ({}:{})", scenario_.sources.file(place.file).path, place.line);
    };
    const auto add_drop = [&](const Record& r) {
        const auto reason = static_cast<DropReason>(r.code);
        add(r, fmt::format("dropped at {}: {}: {}", place_name(names_, r.node, r.port), to_string(reason),
                           explain(reason)));
    };
    if (is_restricted_) comment = fmt::format("frame {} of the run", entry.number);
    for (const Record& r : entry.remarks) {
        if (r.kind == RecordKind::decision)
            add(r, sentence(r, names_));
        else
            add_drop(r);
    }
    if (entry.record.kind == RecordKind::frame_dropped) add_drop(entry.record);
    if (entry.record.kind == RecordKind::frame_delivered && entry.record.code != 0)
        comment += (comment.empty() ? "" : "\n") + std::string("damaged on the link, unnoticed");
    return comment;
}

proto::Result<void> PcapngRecorder::write(const FrameEntry& entry) {
    const auto interface = interface_of(entry.record);
    if (!interface) return tl::unexpected(interface.error());
    Bytes bytes = entry.bytes;
    const capture::LinkType type = link_type_of(bytes);
    if (type != capture::LinkType::ethernet) {  // as on loopback: no addresses, only the type
        framed_.assign(14, 0);
        const bool is_v6 = type == capture::LinkType::raw_ipv6;
        proto::store_be16(framed_.data() + 12, is_v6 ? 0x86dd : 0x0800);
        framed_.insert(framed_.end(), bytes.begin(), bytes.end());
        bytes = framed_;
    }
    const std::string comment = comment_on(entry);
    capture::Frame frame;
    frame.number = entry.number;
    frame.time = entry.record.at + std::chrono::seconds(scenario_.clock_unix_seconds);
    frame.original_length = static_cast<std::uint32_t>(std::max<std::size_t>(bytes.size(), entry.record.size));
    frame.interface = *interface;
    if (entry.record.kind == RecordKind::frame_sent) frame.flags = capture::flag_outbound;
    if (entry.record.kind == RecordKind::frame_delivered) frame.flags = capture::flag_inbound;
    frame.bytes = bytes;
    frame.comment = comment;
    return writer_->write(frame);
}

void PcapngRecorder::on_frame(const FrameEntry& entry) {
    if (error_ || !is_wanted(entry.record.node, entry.record.port)) return;
    if (auto written = write(entry); !written) error_ = std::move(written.error());
}

proto::Result<void> PcapngRecorder::finish() {
    flush();
    if (error_) return tl::unexpected(*error_);
    return writer_->flush();
}

}  // namespace layerlab::sim::scenario
