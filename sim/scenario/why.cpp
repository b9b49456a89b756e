#include "sim/scenario/why.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <unordered_map>

#include "sim/kernel/stats.hpp"
#include "sim/net/interface.hpp"
#include "sim/scenario/frame_list.hpp"
#include "sim/scenario/frame_text.hpp"
#include "sim/scenario/output_check.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {
namespace {

class Numbering final : public FrameList {
  protected:
    void on_frame(const FrameEntry&) override {}
};

std::optional<std::uint64_t> find_frame(const RecordLog& log, std::uint64_t number, std::uint64_t& frames) {
    Numbering numbering;
    for (std::uint64_t n = log.first(); n < log.end(); ++n) {
        numbering.on_record(log[n], {});
        frames = numbering.numbered();
        if (frames == number && number != 0) return n;
    }
    return std::nullopt;
}

bool is_frame(const Record& r) { return r.kind <= RecordKind::frame_dropped; }

// It came to the device: over a link, or from the device itself.
bool has_come(const Record& r) {
    return r.kind == RecordKind::frame_delivered || (r.kind == RecordKind::frame_sent && r.port == loopback_port);
}

// Goes from a record to what led to it; lines are added newest first.
class Chain {
  public:
    Chain(const RecordLog& log, const Scenario& scenario, const Plan& plan)
        : log_(log), scenario_(scenario), plan_(plan), names_(scenario, plan) {
        for (std::uint64_t n = log.first(); n < log.end(); ++n)
            if (log[n].packet != proto::no_packet) records_of_[log[n].packet].push_back(n);
    }

    std::vector<WhyLine> back_from(std::uint64_t n) {
        add_what_followed(n);
        std::optional<std::uint64_t> at = n;
        while (at) {
            add_frame(*at);
            at = before(*at);
        }
        return {lines_.rbegin(), lines_.rend()};
    }

  private:
    using Numbers = std::vector<std::uint64_t>;

    const Numbers& records_of(PacketId packet) const {
        static const Numbers none;
        const auto it = records_of_.find(packet);
        return it == records_of_.end() ? none : it->second;
    }
    // The newest record of the packet before record n for which `test` holds.
    template <class Test>
    std::optional<std::uint64_t> newest(PacketId packet, std::uint64_t n, Test test) const {
        const Numbers& numbers = records_of(packet);
        auto it = std::lower_bound(numbers.begin(), numbers.end(), n);
        while (it != numbers.begin())
            if (test(log_[*--it])) return *it;
        return std::nullopt;
    }

    void add(const Record& r, std::string text) { lines_.push_back({r.at, std::move(text), r.line}); }
    void add_drop(const Record& r) {
        const auto reason = static_cast<DropReason>(r.code);
        add(r, fmt::format("{} drops it ({}): {}", place_name(names_, r.node, r.port), to_string(reason),
                           explain(reason)));
    }
    // What the device did about the packet, from one record to before another.
    void add_decisions(PacketId packet, NodeId node, std::uint64_t from, std::uint64_t before) {
        const Numbers& numbers = records_of(packet);
        auto it = std::lower_bound(numbers.begin(), numbers.end(), before);
        while (it != numbers.begin() && *--it >= from) {
            const Record& r = log_[*it];
            if (r.node == node && r.kind == RecordKind::decision) add(r, sentence(r, names_));
        }
    }
    void add_what_followed(std::uint64_t n) {
        const Record& frame = log_[n];
        if (!has_come(frame)) return;
        const Numbers& numbers = records_of(frame.packet);
        std::vector<const Record*> followed;
        for (auto it = std::upper_bound(numbers.begin(), numbers.end(), n); it != numbers.end(); ++it) {
            const Record& r = log_[*it];
            if (r.at > frame.at) break;
            if (r.node == frame.node && (r.kind == RecordKind::decision || r.kind == RecordKind::frame_dropped))
                followed.push_back(&r);
        }
        for (auto it = followed.rbegin(); it != followed.rend(); ++it) {
            if ((*it)->kind == RecordKind::decision)
                add(**it, sentence(**it, names_));
            else
                add_drop(**it);
        }
    }

    // A log keeps the bytes of a frame where it was sent.
    Bytes bytes_of(std::uint64_t n) {
        if (const Bytes bytes = log_.bytes(n, scratch_); !bytes.empty()) return bytes;
        const std::uint32_t size = log_[n].size;
        const auto same = newest(log_[n].packet, n,
                                 [&](const Record& r) { return r.kind == RecordKind::frame_sent && r.size == size; });
        return same ? log_.bytes(*same, scratch_) : Bytes{};
    }
    void add_frame(std::uint64_t n) {
        const Record& r = log_[n];
        if (r.kind == RecordKind::frame_dropped) return add_drop(r);
        const std::string place = place_name(names_, r.node, r.port);
        if (r.kind == RecordKind::frame_delivered)
            return add(r, fmt::format("{} receives it{}", place, r.code != 0 ? ", damaged on the way" : ""));
        const Bytes bytes = bytes_of(n);
        add(r, fmt::format("{} sends: {}", place,
                           bytes.empty() ? fmt::format("a frame of {} bytes", r.size) : frame_summary(bytes)));
    }

    std::optional<std::uint64_t> before(std::uint64_t n) {
        const Record& r = log_[n];
        const bool was_on_link = r.kind != RecordKind::frame_sent;
        if (was_on_link)
            if (const auto sent = sent_by_peer(n)) return sent;
        const auto came = newest(r.packet, n, [&](const Record& o) { return o.node == r.node && has_come(o); });
        add_decisions(r.packet, r.node, came ? *came + 1 : 0, n);
        if (came) return came;
        return before_making(r, n);
    }
    std::optional<std::uint64_t> sent_by_peer(std::uint64_t n) const {
        const Record& r = log_[n];
        if (r.kind == RecordKind::frame_dropped) {
            const auto reason = static_cast<DropReason>(r.code);
            if (reason != DropReason::loss && reason != DropReason::corrupt && reason != DropReason::device_down)
                return std::nullopt;
        }
        if (r.node >= scenario_.devices.size() || r.port >= plan_.ports_of(r.node).size()) return std::nullopt;
        const PortId other = plan_.ports_of(r.node)[r.port].id ^ 1u;
        const DeviceId device = scenario_.end(other).device;
        const std::uint32_t index = plan_.index_of(device, other);
        if (index == no_id) return std::nullopt;
        const auto port = static_cast<sim::PortId>(index - plan_.devices[device].first_port);
        return newest(r.packet, n, [&](const Record& o) {
            return o.kind == RecordKind::frame_sent && o.node == device && o.port == port;
        });
    }
    // The packet was made at this device: by its cause.
    std::optional<std::uint64_t> before_making(const Record& made, std::uint64_t n) {
        CauseId cause = made.cause;
        std::uint64_t until = n;
        while (cause != 0 && (cause >> 40) != script_origin) {
            const auto here = newest(cause, until, [&](const Record& o) {
                return o.node == made.node && o.packet == cause &&
                       (has_come(o) || o.kind == RecordKind::frame_sent || o.kind == RecordKind::decision);
            });
            if (!here) break;
            const auto frame =
                newest(cause, until, [&](const Record& o) { return o.node == made.node && is_frame(o); });
            add_decisions(cause, made.node, frame ? *frame + 1 : 0, until);
            if (frame) return frame;
            until = *here;  // it never left: it waits here, for example for ARP
            if (log_[*here].cause == cause) break;
            cause = log_[*here].cause;
        }
        add_origin(made, cause);
        return std::nullopt;
    }
    void add_origin(const Record& made, CauseId cause) {
        const auto start = newest(cause, log_.end(), [](const Record& r) {
            return r.kind == RecordKind::command_started || r.kind == RecordKind::change || r.kind == RecordKind::check;
        });
        if (cause != 0 && start) {
            const Bytes text = log_.bytes(*start, scratch_);
            const Record& r = log_[*start];
            return add(r, std::string(text.begin(), text.end()));
        }
        Record origin = made;
        if (!lines_.empty()) origin.at = std::min(origin.at, lines_.back().at);
        if (is_check(cause))
            add(origin, "an expectation of the script asks");
        else if (cause != 0 && (cause >> 40) == script_origin)
            add(origin, "a step of the script begins");
        else if (cause != 0)
            add(origin, fmt::format("{} acts on something earlier", names_.node_name(made.node)));
        else
            add(made,
                fmt::format("{} acts of its own accord: at its start, or by a timer", names_.node_name(made.node)));
    }

    const RecordLog& log_;
    const Scenario& scenario_;
    const Plan& plan_;
    ScenarioNames names_;
    std::vector<std::uint8_t> scratch_;
    std::unordered_map<PacketId, Numbers> records_of_;
    std::vector<WhyLine> lines_;
};

}  // namespace

proto::Result<std::vector<WhyLine>> why(const RecordLog& log, const Scenario& scenario, const Plan& plan,
                                        std::uint64_t frame) {
    std::uint64_t frames = 0;
    const auto n = find_frame(log, frame, frames);
    if (!n)
        return proto::fail(fmt::format("there is no frame {}", frame),
                           frames == 0 ? "the run has no frames" : fmt::format("the run has frames 1 to {}", frames));
    return Chain(log, scenario, plan).back_from(*n);
}

std::string why_text(const std::vector<WhyLine>& lines, const Sources& sources) {
    constexpr std::size_t most = 200, front = 40;
    std::string out;
    std::uint32_t shown_line = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines.size() > most && i == front) {
            const std::size_t left_out = lines.size() - most;
            fmt::format_to(std::back_inserter(out), "    ... {} lines left out ...\n", left_out);
            i += left_out;
        }
        const WhyLine& line = lines[i];
        fmt::format_to(std::back_inserter(out), "{} {}\n", proto::to_seconds(line.at), line.text);
        if (line.line == 0 || line.line == shown_line) continue;
        shown_line = line.line;
        Place place = place_of(line.line);
        if (!place.known() || place.file >= sources.size()) continue;
        fmt::format_to(std::back_inserter(out), "    {}:{}: {}\n", sources.file(place.file).path, place.line,
                       statement_text(sources, place));
    }
    return out;
}

}  // namespace layerlab::sim::scenario
