// Counts packets for the expectations of packets (LANGUAGE.md, section 4): a reader of the record log.
//
// At a device or port count the frames that are sent onto or arrive from a wire there; anywhere, each packet's first
// sending, loopback included. A packet counts once, by its id. What the checks of the script send, and all it causes,
// is left out. Stateful fields are computed over the frames of one port (of a device: of each of its ports), or over
// the first sendings. A loss or damage on a link happens at both of its ends.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/filter.hpp"
#include "sim/kernel/recorder.hpp"
#include "sim/scenario/frame_text.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

// Packet ids, 64 neighbours in a word: those of one sender are dense.
class PacketSet {
  public:
    // False when it was there.
    bool insert(PacketId id) {
        std::uint64_t& word = words_[id >> 6];
        const std::uint64_t bit = std::uint64_t{1} << (id & 63);
        const bool is_new = (word & bit) == 0;
        word |= bit;
        return is_new;
    }
    bool empty() const { return words_.empty(); }
    bool contains(PacketId id) const {
        const auto it = words_.find(id >> 6);
        return it != words_.end() && (it->second >> (id & 63) & 1) != 0;
    }

  private:
    std::unordered_map<std::uint64_t, std::uint64_t> words_;
};

class PacketCounter final : public RecordReader {
  public:
    // Both must outlive the counter.
    PacketCounter(const Scenario& scenario, const Plan& plan);

    void on_record(const Record& record, Bytes bytes) override;
    // One for each packet expectation, in the order of the file.
    std::vector<CheckResult> results(Time at) const;
    // How many frames were dissected for filters that look at each frame alone.
    std::uint64_t dissected() const { return dissected_; }

  private:
    static constexpr std::size_t most_shown = 5;
    struct Seen {  // a frame that a failure may show
        Record record;
        std::vector<std::uint8_t> bytes;
    };
    struct Recent {  // the last few, oldest overwritten
        std::array<Seen, most_shown> frames;
        std::size_t count = 0;
        void add(const Record& record, Bytes bytes);
    };
    struct Tally {
        std::uint64_t count = 0;
        PacketSet packets;
        std::vector<Seen> matches;  // the first few
        std::optional<proto::dissect::Filter> filter;
        DropReason drop = DropReason::none;
        std::vector<std::uint32_t> sites;
    };
    struct Site {                          // a port that somebody asks about, or anywhere
        std::vector<std::uint32_t> about;  // indices of frame expectations
        std::optional<proto::dissect::Dissector> dissector;
        std::uint64_t frames = 0;
        Recent recent;
    };

    void add_sites(std::uint32_t expectation);
    void add_site(std::uint64_t place, std::uint32_t expectation);
    bool is_of_check(const Record& record);
    void on_frame(std::uint32_t site, const Record& record, Bytes bytes);
    void on_drop(const Record& record, Bytes bytes);
    bool happens_at(const PacketExpectation& e, const Record& record) const;
    bool is_at(const PacketExpectation& e, NodeId node, sim::PortId port) const;
    static void count(Tally& tally, const Record& record, Bytes bytes);
    std::vector<std::string> nearest(std::size_t expectation) const;
    CheckResult result(std::size_t expectation, Time at) const;

    const Scenario& scenario_;
    const Plan& plan_;
    ScenarioNames names_;
    std::vector<Tally> tallies_;  // by expectation
    std::vector<Site> sites_;     // the first one is anywhere
    std::unordered_map<std::uint64_t, std::uint32_t> site_by_place_;
    PacketSet of_checks_, sent_;
    Recent drops_;
    proto::dissect::Dissection alone_;
    std::uint64_t dissected_ = 0;
};

}  // namespace layerlab::sim::scenario
