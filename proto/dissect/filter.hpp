// Display filters: Wireshark's language (wireshark-filter(4), version 4.0) over a Dissection.
//
//     auto filter = compile_filter("tcp.flags.syn == 1 and not ip.dst in {10.0.0.0/8, 192.168.1.1..192.168.1.9}");
//     if (filter && filter->matches(dissection, frame)) ...
//
// Names and types are checked when the filter is compiled; an error knows the place in the text and what helps. A field
// stands for all its occurrences in the frame: == < contains in ... hold when any does, != when all do. Beyond
// Wireshark 4.0: xor and ^^, true and false in lower case, a value on the left side.
// Does not: ${references}, macros, look-around and back references in regular expressions (RE2, linear time).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dissect/dissection.hpp"

namespace layerlab::proto::dissect {

// What is wrong, where in the text (in bytes), and what helps.
struct FilterError {
    std::string message, hint;
    std::size_t offset = 0, length = 0;
};

// The filter's line and below it a line that underlines the fault: "^~~~".
std::string underline(std::string_view text, const FilterError& error);

struct FilterProgram;  // filter_program.hpp

class Filter {
  public:
    explicit Filter(std::shared_ptr<const FilterProgram> program);

    // `frame` is what was dissected. Safe to call from several threads at once. Allocates nothing, but for upper(),
    // lower() and string() of more than 500 characters.
    bool matches(const Dissection& dissection, Bytes frame) const;

    // The fields that are read, headings of protocols included.
    std::span<const FieldInfo* const> fields() const;
    // A frame without any of these protocols does not match, so it needs no dissection. Empty: any frame may match.
    std::span<const Protocol* const> needs_one_of() const;
    // Whether it reads what depends on earlier frames: tcp.stream, tcp.analysis.*, times between frames, applications
    // over TCP. Otherwise frames may be dissected alone.
    bool is_stateful() const;

  private:
    std::shared_ptr<const FilterProgram> program_;
};

// An empty text gives a filter that matches every frame. `extra` are fields that the caller adds to those of the
// registry; they must outlive the filter.
tl::expected<Filter, FilterError> compile_filter(std::string_view text, std::span<const FieldInfo* const> extra = {});

}  // namespace layerlab::proto::dissect
