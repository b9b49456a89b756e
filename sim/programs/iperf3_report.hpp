// What iperf3 3.12 prints during and after a test.
#pragma once

#include <string>

#include "sim/programs/iperf3_stream.hpp"

namespace layerlab::sim::programs {

// "2.88 Gbits", "345 MBytes": four places. Lower case letters are bits, upper case bytes; 'a' and 'A' choose the unit.
std::string iperf3_unit(double bytes, char format);

class Iperf3Report {
  public:
    Iperf3Report(const Iperf3Test& test, bool is_server, char format);

    std::string connections() const;  // "[  5] local ... connected to ..."
    std::string heading() const;
    // The interval that ends now; nothing where it is too short to say anything.
    std::string interval(Time now);
    std::string separator() const;
    // The last lines; `peer` where the other side has told its results, `end` when the own part ended.
    std::string summary(Time end, const Iperf3Results* peer) const;
    // The same as a JSON text: the sums only.
    std::string json(Time end, const Iperf3Results* peer) const;

    Iperf3Results results(Time end) const;  // for the other side

  private:
    struct Counts {
        std::uint64_t bytes = 0, retransmissions = 0, congestion_window = 0;
        std::int64_t packets = 0, lost = 0;
        double jitter = 0;
    };
    Counts count(const Iperf3Stream& stream) const;
    std::string line(const std::string& label, double from, double to, const Counts& c, bool is_sum) const;
    std::string summary_line(const std::string& label, const Iperf3StreamResult& r, bool of_sender) const;
    bool sends() const { return test_.parameters.reverse == is_server_; }

    const Iperf3Test& test_;
    bool is_server_;
    char format_;
    Time last_{};
    std::vector<Counts> before_;
    bool printed_any_ = false;
};

}  // namespace layerlab::sim::programs
